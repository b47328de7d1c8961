"""Choices of the territories."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a territory is. The order is that of the tree, from the top."""

    COUNTRY = "country", _("pays")
    REGION = "region", _("région")
    DEPARTMENT = "department", _("département ou province")
    GROUPING = "grouping", _("groupement de communes")
    COMMUNE = "commune", _("commune")
    BOROUGH = "borough", _("arrondissement")
    SECTOR = "sector", _("secteur")
    VILLAGE = "village", _("village")


class NameKind(models.TextChoices):
    """What a name of a territory is worth."""

    OFFICIAL = "official", _("nom officiel")
    FORMER = "former", _("ancien nom")
    TRANSLATED = "translated", _("nom traduit")
    USUAL = "usual", _("nom d’usage")


class TieKind(models.TextChoices):
    """What ties a city to the network; only an accession makes a member."""

    BOARD = "board", _("présence au Bureau")
    ACCESSION = "accession", _("adhésion")
    ASSOCIATE = "associate", _("ville associée")
    HOST = "host", _("accueil d’une assemblée, d’un congrès ou d’un Bureau")
    PROJECT = "project", _("projet soutenu")
    DOCUMENT = "document", _("document fourni")
