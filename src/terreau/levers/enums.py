"""Choices of the levers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stance(models.TextChoices):
    """What a town says of a lever against the rule; nothing where it leaves it to the rule."""

    CHOSEN = "chosen", _("retenu")
    ASIDE = "aside", _("écarté")


class CostOrder(models.IntegerChoices):
    """How much a lever takes, as the town sees it."""

    LITTLE = 1, _("sans nouvelle dépense, ou presque")
    LINE = 2, _("une ligne au budget")
    INVESTMENT = 3, _("un investissement ou un capital")
