"""Choices of the evaluation of projects."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EvaluationState(models.TextChoices):
    """Where the judging of projects stands; it never goes back."""

    FIRST = "first", _("premier tour ouvert")
    DISCUSSION = "discussion", _("premier tour clos, en discussion")
    SECOND = "second", _("second tour ouvert")
    CLOSED = "closed", _("notation close")
    DECIDED = "decided", _("décidée")


class Weighting(models.TextChoices):
    """Where the weights of the criteria come from."""

    EQUAL = "equal", _("poids égaux")
    CARDS = "cards", _("poids tirés des cartes")


class Outcome(models.TextChoices):
    """What is proposed for a project, then decided."""

    SELECTED = "selected", _("retenu")
    REWORK = "rework", _("à reprendre")
    ASIDE = "aside", _("écarté")


class Round(models.IntegerChoices):
    """Marks given alone, then after the discussion."""

    FIRST = 1, _("premier tour")
    SECOND = 2, _("second tour")
