"""Choices of the action plan."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActionState(models.TextChoices):
    """Where an action stands; that it is late follows from its dates."""

    TO_START = "to_start", _("à lancer")
    UNDER_WAY = "under_way", _("en cours")
    BLOCKED = "blocked", _("bloquée")
    DONE = "done", _("terminée")
    DROPPED = "dropped", _("abandonnée")


class Participation(models.TextChoices):
    """How far citizens take part in an action, from being told to deciding."""

    INFORMATION = "information", _("information")
    CONSULTATION = "consultation", _("consultation")
    CONCERTATION = "concertation", _("concertation")
    CO_CONSTRUCTION = "co_construction", _("co-construction")
    CO_DECISION = "co_decision", _("co-décision")


class EntryKind(models.TextChoices):
    """What an entry says of an amount: from what is foreseen to what has left the till."""

    PLANNED = "planned", _("prévu")
    SECURED = "secured", _("acquis")
    COMMITTED = "committed", _("engagé")
    PAID = "paid", _("payé")


class Sense(models.TextChoices):
    """Which way an indicator should go."""

    UP = "up", _("monter")
    DOWN = "down", _("baisser")


class Reply(models.TextChoices):
    """What someone asked to take part in an action answered."""

    WAITING = "waiting", _("sans réponse")
    ACCEPTED = "accepted", _("acceptée")
    REFUSED = "refused", _("refusée")


class Standing(models.TextChoices):
    """How an action is told to the public, drawn from its state and its dates."""

    DONE = "done", _("faite")
    LATE = "late", _("en retard")
    UNDER_WAY = "under_way", _("en cours")
    PROMISED = "promised", _("à venir")
    DROPPED = "dropped", _("abandonnée")


class ReviewState(models.TextChoices):
    """Where a review of the plan stands, drawn from its day and from what was said of it."""

    PLANNED = "planned", _("à venir")
    SILENT = "silent", _("passée, rien n’est dit")
    HELD = "held", _("tenue")
    MISSED = "missed", _("n’a pas eu lieu")


class Outcome(models.TextChoices):
    """What became of an action between two days, in the order in which it is told."""

    DONE = "done", _("terminée depuis")
    LATE = "late", _("en retard")
    PUT_OFF = "put_off", _("reportée")
    DROPPED = "dropped", _("abandonnée")
    GONE = "gone", _("sortie du plan")
    ADDED = "added", _("nouvelle")
    CHANGED = "changed", _("autrement modifiée")
    SAME = "same", _("inchangée")


class Version(models.TextChoices):
    """For whom a document of the plan is made."""

    COUNCIL = "conseil", _("pour le conseil")
    PUBLIC = "public", _("pour le public")
