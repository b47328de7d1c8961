"""Messages on their way to people, how often each wants them, who wants none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.notifications.enums import Frequency, MessageState


class MessageQuerySet(models.QuerySet["Message"]):
    """How messages are read."""

    def due(self, now: datetime) -> MessageQuerySet:
        """Those that should have left by now, the oldest first.

        One that was written tomorrow, while the clock of the machine was ahead, does not wait for that day.
        """
        waiting = self.filter(state=MessageState.WAITING, due_at__isnull=False)
        by_now = Q(due_at__lte=now) | Q(created_at__gt=now + timedelta(days=1))
        return waiting.filter(by_now).order_by("due_at", "id")

    def of(self, person: Any) -> MessageQuerySet:
        """Those written to a person that can still be read, newest first."""
        return self.filter(person=person).exclude(subject="").order_by("-id")


class Message(models.Model):
    """One piece of news for one reader: a person, or an address that has no account."""

    # What makes it unique: asked for twice, it is written once, even years later.
    once = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("sujet"), max_length=60)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    # Emptied as soon as the message has left.
    address = models.EmailField(_("adresse"), blank=True)
    subject = models.CharField(_("objet"), max_length=200, blank=True)
    lines = models.JSONField(_("texte"), default=list, blank=True)
    url = models.CharField(_("suite"), max_length=500, blank=True)
    territory_code = models.CharField(max_length=60, blank=True)
    state = models.CharField(
        _("état"), max_length=10, choices=MessageState.choices, default=MessageState.WAITING
    )
    created_at = models.DateTimeField(_("écrit le"))
    due_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # The worker that holds it, and the mail it goes in.
    worker = models.CharField(max_length=80, blank=True)
    batch = models.UUIDField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["state", "due_at"], name="message_due"),
            models.Index(fields=["person", "-id"], name="message_of_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(address=""), name="message_has_one_reader"
            )
        ]

    def __str__(self) -> str:
        return self.subject or self.kind


class Preference(models.Model):
    """How often a person wants to hear of one kind of news; without it, the kind's own frequency."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="message_preferences"
    )
    kind = models.CharField(_("sujet"), max_length=60)
    frequency = models.CharField(_("fréquence"), max_length=10, choices=Frequency.choices)

    class Meta:
        verbose_name = _("fréquence choisie")
        verbose_name_plural = _("fréquences choisies")
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_frequency_display()}"


class Refusal(models.Model):
    """An address that wants no message, kept as a keyed hash: the address itself is not."""

    address_hash = models.CharField(max_length=64, unique=True)
    refused_at = models.DateTimeField(_("depuis"), auto_now_add=True)

    class Meta:
        verbose_name = _("adresse qui ne veut rien recevoir")
        verbose_name_plural = _("adresses qui ne veulent rien recevoir")

    def __str__(self) -> str:
        return self.address_hash[:8]
