"""Choices of the messages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    """How often a person hears of one kind of news by e-mail."""

    AT_ONCE = "at_once", _("tout de suite")
    DAILY = "daily", _("une fois par jour")
    WEEKLY = "weekly", _("une fois par semaine")
    NONE = "none", _("jamais")


class MessageState(models.TextChoices):
    """Where a message stands on its way.

    A worker that dies leaves a claimed message to the next one. Past `LEAVING` nobody can tell whether
    the mail server took it: it is never tried again, and stays readable on the person's page.
    """

    WAITING = "waiting", _("en attente")
    CLAIMED = "claimed", _("en préparation")
    LEAVING = "leaving", _("en train de partir")
    SENT = "sent", _("envoyé")
    UNCERTAIN = "uncertain", _("peut-être envoyé")
    FAILED = "failed", _("refusé par le serveur de courriel")
    UNSENT = "unsent", _("à lire ici seulement")
