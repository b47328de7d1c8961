"""Choices of the regulatory framework."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class College(models.TextChoices):
    """From where a person speaks: those who decide, those who carry out, those who act."""

    ELECTED = "elected", _("élus")
    STAFF = "staff", _("services")
    ACTORS = "actors", _("acteurs")


class Level(models.TextChoices):
    """Who holds the power over a statement of the grid, from the nearest to the farthest."""

    COMMUNE = "commune", _("commune")
    GROUPING = "grouping", _("groupement de communes")
    STATE = "state", _("État")
    SUPRANATIONAL = "supranational", _("OHADA, UEMOA, Union européenne")


class Verdict(models.TextChoices):
    """What a statement of the grid is found to be."""

    STRENGTH = "strength", _("force")
    WEAKNESS = "weakness", _("faiblesse")
    ABSENT = "absent", _("absent")


class BarrierCategory(models.TextChoices):
    """The kinds of barriers (methods C.5)."""

    LEGAL = "legal", _("juridique")
    FINANCIAL = "financial", _("financier")
    MARKET = "market", _("marché")
    SKILLS = "skills", _("compétences")
    LAND = "land", _("foncier")
    ADMINISTRATIVE = "administrative", _("administratif")
    CULTURAL = "cultural", _("culturel")
    DIGITAL = "digital", _("numérique")


class Lifter(models.TextChoices):
    """Who can lift a barrier."""

    TOWN = "town", _("la mairie")
    STATE = "state", _("l’État")
    NETWORK = "network", _("le réseau")
    DONOR = "donor", _("un bailleur")


class BarrierState(models.TextChoices):
    """Where the lifting of a barrier stands."""

    OPEN = "open", _("ouverte")
    UNDER_WAY = "under_way", _("en cours")
    LIFTED = "lifted", _("levée")
    ADVOCACY = "advocacy", _("portée en plaidoyer")
