"""Choices of the survey."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Need(models.TextChoices):
    """The fifteen needs of actors (methods C.1, drawn from the recommendations of the mayors)."""

    MICROCREDIT = "microcredit", _("micro-crédit")
    COFINANCING = "cofinancing", _("cofinancement")
    EQUIPMENT = "equipment", _("fonds d’équipement")
    GUARANTEE = "guarantee", _("garantie")
    TRAINING = "training", _("formation")
    LEGAL_ADVICE = "legal_advice", _("conseil juridique")
    MANAGEMENT_ADVICE = "management_advice", _("conseil en gestion")
    PREMISES = "premises", _("locaux et infrastructures")
    PURCHASING = "purchasing", _("commande publique")
    NETWORKING = "networking", _("mise en réseau et faîtières")
    INCUBATION = "incubation", _("incubation")
    VISIBILITY = "visibility", _("visibilité et foires")
    DIALOGUE = "dialogue", _("dialogue avec la mairie")
    DIGITAL = "digital", _("numérique")
    STATUS = "status", _("statut et agrément")


class Channel(models.TextChoices):
    """The way by which an answer came."""

    WEB = "web", _("sur le site")
    PAPER = "paper", _("sur papier")
    PHONE = "phone", _("par téléphone, hors réseau")
    IMPORT = "import", _("repris d’un fichier")


class SurveyState(models.TextChoices):
    """Where a survey stands."""

    DRAFT = "draft", _("en préparation")
    OPEN = "open", _("ouverte")
    CLOSED = "closed", _("close")


class SubmissionState(models.TextChoices):
    """Whether an answer counts."""

    STARTED = "started", _("commencée")
    COMPLETE = "complete", _("complète")
    REPLACED = "replaced", _("remplacée par une version corrigée")
    WITHDRAWN = "withdrawn", _("retirée à la demande de qui a répondu")
