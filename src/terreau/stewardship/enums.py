"""Choices of the stewardship of sheets."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeeperRole(models.TextChoices):
    """What a person is for a sheet that its organisation keeps itself."""

    OWNER = "owner", _("responsable")
    EDITOR = "editor", _("rédacteur")


class Kind(models.TextChoices):
    """What waits in the queue of a territory."""

    CLAIM = "claim", _("revendication")
    PROPOSAL = "proposal", _("proposition de fiche")
    EDIT = "edit", _("modification à regarder")
    REPORT = "report", _("erreur signalée")


class State(models.TextChoices):
    """Where something asked stands."""

    UNCONFIRMED = "unconfirmed", _("adresse à confirmer")
    WAITING = "waiting", _("en attente")
    ACCEPTED = "accepted", _("acceptée")
    REFUSED = "refused", _("refusée")
    WITHDRAWN = "withdrawn", _("retirée par son auteur")


class Why(models.TextChoices):
    """The reason for which something is in the queue."""

    NO_ADDRESS = "no_address", _("la fiche n’a pas d’adresse électronique où envoyer un code")
    ASKED_AGENT = "asked_agent", _("la personne n’a pas accès à l’adresse que porte la fiche")
    ALREADY_KEPT = "already_kept", _("la fiche est déjà tenue par quelqu’un")
    NEW_SHEET = "new_sheet", _("une fiche nouvelle est proposée")
    ALIKE = "alike", _("une fiche nouvelle ressemble à une fiche de l’annuaire")
    OBJECTED = "objected", _("quelqu’un s’oppose à cette proposition")
    IDENTITY = "identity", _("le nom, le lieu, la forme ou l’activité ont changé")
    VISITOR = "visitor", _("un visiteur signale une erreur")
