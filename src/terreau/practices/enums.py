"""Choices of the good practices."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TownKind(models.TextChoices):
    """What kind of town a practice was born in, and which kind a town says it is."""

    URBAN = "urban", _("ville")
    PERIURBAN = "periurban", _("ville entourée de campagne")
    RURAL = "rural", _("commune rurale")


class TownSize(models.TextChoices):
    """How many people live in a town."""

    UNDER_10 = "under_10", _("moins de 10 000 habitants")
    UNDER_50 = "under_50", _("10 000 à 50 000 habitants")
    UNDER_200 = "under_200", _("50 000 à 200 000 habitants")
    UNDER_1000 = "under_1000", _("200 000 à 1 million d’habitants")
    ABOVE = "above", _("plus de 1 million d’habitants")


class CostNature(models.TextChoices):
    """What the money goes to."""

    INVESTMENT = "investment", _("investissement")
    RUNNING = "running", _("fonctionnement")
    STAFF = "staff", _("personnel")
    GRANTS = "grants", _("aides versées")


class Period(models.TextChoices):
    """Whether a cost is met once or comes back."""

    ONCE = "once", _("une fois")
    YEARLY = "yearly", _("par an")


class Stage(models.TextChoices):
    """Where the sheet of a practice stands."""

    DRAFT = "draft", _("brouillon")
    SUBMITTED = "submitted", _("en relecture")
    PUBLISHED = "published", _("publiée")
    WITHDRAWN = "withdrawn", _("retirée")


class Criterion(models.TextChoices):
    """The ten questions of transferability (methods E), in the order in which they are asked."""

    RESULTS = "results", _("résultats prouvés")
    PROBLEM = "problem", _("même problème")
    LAW = "law", _("permis par le droit du pays")
    COMPETENCE = "competence", _("dans les compétences de la collectivité")
    COST = "cost", _("coût au regard du budget")
    SKILLS = "skills", _("savoir-faire")
    PARTNERS = "partners", _("partenaires présents")
    CULTURE = "culture", _("langue et usages")
    MODULES = "modules", _("peut se reprendre par morceaux")
    TIME = "time", _("délai")


class Finding(models.TextChoices):
    """What comes out of the ten questions."""

    TRANSFERABLE = "transferable", _("transférable")
    ADAPT = "adapt", _("à adapter")
    NO = "no", _("non transférable en l’état")
    UNKNOWN = "unknown", _("on ne peut pas encore le dire")


class Term(models.IntegerChoices):
    """When a town that took up a practice tells what came of it, in months."""

    SIX = 6, _("à 6 mois")
    EIGHTEEN = 18, _("à 18 mois")


class Variable(models.TextChoices):
    """What towns are compared by, when one asks which are alike."""

    REGION = "region", _("région du monde")
    LAW = "law", _("droit partagé (OHADA, UEMOA, Union européenne)")
    POPULATION = "population", _("population")
    KIND = "kind", _("sorte de ville")
    COAST = "coast", _("bord de mer")
    SECTORS = "sectors", _("principaux secteurs de l’ESS")
    FRAMEWORK = "framework", _("cadre réglementaire")


class Indicator(models.TextChoices):
    """The figures that a town lets others compare themselves with, one by one."""

    ORGANISATIONS = "organisations", _("organisations connues")
    CONFIRMED = "confirmed", _("part des fiches confirmées depuis un an")
    SECTORS = "sectors", _("secteurs d’activité présents")
    COOPERATIVES = "cooperatives", _("part des coopératives et mutuelles")
    FRAMEWORK = "framework", _("cadre réglementaire, note moyenne")
