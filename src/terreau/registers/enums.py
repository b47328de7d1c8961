"""Choices of the imports."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """Where an import stands."""

    RECEIVED = "received", _("fichier reçu")
    MAPPED = "mapped", _("colonnes confirmées")
    READING = "reading", _("lecture en cours")
    COMPARED = "compared", _("différences à relire")
    APPLYING = "applying", _("écriture en cours")
    APPLIED = "applied", _("appliqué")
    FAILED = "failed", _("arrêté par une erreur")
    ABANDONED = "abandoned", _("abandonné")


# While an import is in one of these, another of the same source must wait.
BUSY = (RunState.READING, RunState.APPLYING)
OVER = (RunState.APPLIED, RunState.ABANDONED)


class Outcome(models.TextChoices):
    """What becomes of a row."""

    NEW = "new", _("nouvelle")
    CHANGED = "changed", _("modifiée")
    UNCHANGED = "unchanged", _("inchangée")
    REJECTED = "rejected", _("rejetée")
    REVIEW = "review", _("à revoir")
    GONE = "gone", _("plus vue")


class Question(models.TextChoices):
    """Why a row waits for a person."""

    PLACE = "place", _("lieu incertain")
    SAME = "same", _("peut-être déjà connue")
    VALUE = "value", _("valeur sans traduction")


class Decision(models.TextChoices):
    """What a person answers."""

    SAME = "same", _("c’est la même organisation")
    DIFFERENT = "different", _("ce sont deux organisations")
    PLACE = "place", _("lieu choisi")
    VALUE = "value", _("valeur traduite")
    SKIP = "skip", _("ligne laissée de côté")
