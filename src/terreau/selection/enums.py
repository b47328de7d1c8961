"""Choices of the choice of projects under a budget."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SelectionState(models.TextChoices):
    """Whether it is decided; it never goes back."""

    OPEN = "open", _("en préparation")
    DECIDED = "decided", _("décidé")


class VoteState(models.TextChoices):
    """Where the vote of the actors stands."""

    NONE = "none", _("pas de vote")
    OPEN = "open", _("vote ouvert")
    CLOSED = "closed", _("vote clos")


class Others(models.TextChoices):
    """What becomes of the projects that were considered and are not chosen."""

    WAIT = "wait", _("attendent un autre budget")
    ASIDE = "aside", _("sont écartés")


class RuleKind(models.TextChoices):
    """What a constraint says, in the words of `terreau portfolio choose`."""

    COUNT = "count", _("nombre de projets")
    COST = "cost", _("montant")
    SHARE = "share", _("part de tout le budget, en %")
    REQUIRES = "requires", _("un projet seulement avec un autre")
    EXCLUDES = "excludes", _("un seul de deux projets")
    KEEP = "keep", _("un projet gardé quoi qu’il arrive")
    VETO = "veto", _("un projet exclu")


LIMITS = (RuleKind.COUNT, RuleKind.COST, RuleKind.SHARE)
PAIRS = (RuleKind.REQUIRES, RuleKind.EXCLUDES)


class Label(models.TextChoices):
    """What a limit may be about."""

    ALL = "", _("tous les projets")
    LEVER = "lever", _("un levier")
    ZONE = "zone", _("un lieu")
    PUBLIC = "public", _("un public")


class Public(models.TextChoices):
    """Those whom a project counts apart."""

    WOMEN = "women", _("femmes")
    YOUNG = "young", _("jeunes")
    DISABLED = "disabled", _("personnes handicapées")
