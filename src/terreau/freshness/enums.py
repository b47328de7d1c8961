"""Choices of the freshness of sheets."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Answer(models.TextChoices):
    """What an organisation answered to the yearly question."""

    EXACT = "exact", _("tout est exact")
    CORRECTED = "corrected", _("la fiche a été corrigée")
    STOP = "stop", _("ne plus poser la question")


class Outcome(models.TextChoices):
    """What a call gave."""

    CONFIRMED = "confirmed", _("tout est exact")
    TO_CORRECT = "to_correct", _("à corriger")
    UNREACHABLE = "unreachable", _("injoignable")
    CLOSED = "closed", _("a cessé son activité")
