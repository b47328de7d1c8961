"""Who keeps a sheet, and what waits for a decision in the queue of a territory."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.directory.models import Organisation
from terreau.stewardship.enums import KeeperRole


class KeeperQuerySet(models.QuerySet["Keeper"]):
    """How keepers are read."""

    def current(self) -> KeeperQuerySet:
        """Those who keep a sheet today."""
        return self.filter(ended__isnull=True)

    def owners(self) -> KeeperQuerySet:
        """Those who also say who else keeps it."""
        return self.current().filter(role=KeeperRole.OWNER)


class Keeper(models.Model):
    """A person who keeps the sheet of an organisation; one that left stays, with the day."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("personne"),
        on_delete=models.CASCADE,
        related_name="kept_sheets",
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="keepers"
    )
    role = models.CharField(_("rôle"), max_length=8, choices=KeeperRole.choices)
    since = models.DateTimeField(_("depuis"), auto_now_add=True)
    ended = models.DateTimeField(_("jusqu’au"), null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("donné par"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = KeeperQuerySet.as_manager()

    class Meta:
        verbose_name = _("personne qui tient une fiche")
        verbose_name_plural = _("personnes qui tiennent une fiche")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"], condition=Q(ended__isnull=True), name="keeper_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.role}"
