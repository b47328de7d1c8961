"""Choices of the portfolio of projects."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    """Where a project comes from."""

    RECOMMENDATION = "recommendation", _("recommandation du diagnostic")
    PRACTICE = "practice", _("bonne pratique reprise")
    PROPOSAL = "proposal", _("proposition d’un acteur")
    ACTION = "action", _("action en cours d’un acteur")
    AGENT = "agent", _("idée de la collectivité")


class ProjectState(models.TextChoices):
    """Where a project stands."""

    IDEA = "idea", _("idée")
    STUDY = "study", _("à l’étude")
    SUBMITTED = "submitted", _("à évaluer")
    REWORK = "rework", _("à reprendre")
    SELECTED = "selected", _("retenu")
    ASIDE = "aside", _("écarté")
    RUNNING = "running", _("en cours")
    FINISHED = "finished", _("terminé")
    ABANDONED = "abandoned", _("abandonné")


class FundingState(models.TextChoices):
    """How sure the money of a funder is."""

    ASKED = "asked", _("demandé")
    OBTAINED = "obtained", _("obtenu")
    REFUSED = "refused", _("refusé")
    PAID = "paid", _("versé")


class Stage(models.TextChoices):
    """How far a project is in its own life, whatever is decided of it."""

    NOTION = "notion", _("à imaginer")
    DESIGN = "design", _("en conception")
    READY = "ready", _("prêt à démarrer")
    PILOT = "pilot", _("à l’essai")
    GROWING = "growing", _("en développement")


class ProposalAnswer(models.TextChoices):
    """What became of a proposal."""

    WAITING = "waiting", _("reçue, à lire")
    ACCEPTED = "accepted", _("devenue un projet")
    REFUSED = "refused", _("non retenue")
