"""Choices of what leaves the platform."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class View(models.TextChoices):
    """What a frame shows in another site; the value stands in its address."""

    DIRECTORY = "annuaire", _("l’annuaire, en liste")
    MAP = "carte", _("la carte")
