"""Choices of the directory."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SourceKind(models.TextChoices):
    """Who speaks in a source. The order is that of precedence when values differ."""

    CHOICE = "choice", _("un choix fait en réunissant deux fiches")
    ACTOR = "actor", _("l’organisation elle-même")
    AGENT = "agent", _("l’agent du territoire")
    REGISTER = "register", _("un registre officiel")
    LIST = "list", _("une liste")


class Status(models.TextChoices):
    """Whether a sheet is shown."""

    ACTIVE = "active", _("en activité")
    CEASED = "ceased", _("activité cessée")
    HIDDEN = "hidden", _("retirée de l’annuaire")


class Precision(models.TextChoices):
    """How precisely an organisation is placed."""

    POINT = "point", _("point")
    COMMUNE = "commune", _("commune")
    COUNTRY = "country", _("pays seulement")
    NONE = "none", _("sans lieu")


class Nomenclature(models.TextChoices):
    """The three lists of terms by which organisations are sorted, besides their family."""

    SECTOR = "sector", _("secteur d’activité")
    ISSUE = "issue", _("enjeu territorial")
    FILIERE = "filiere", _("filière")


class LinkMethod(models.TextChoices):
    """How a record came to be tied to an organisation."""

    FIRST = "first", _("premier enregistrement")
    SAME_SOURCE_ID = "source_id", _("même identifiant dans la source")
    IDENTIFIER = "identifier", _("même identifiant national")
    SIMILARITY = "similarity", _("nom et lieu semblables")
    PERSON = "person", _("décision d’une personne")


class ChangeKind(models.TextChoices):
    """What was done to a sheet, as its history tells it."""

    CREATED = "created", _("fiche créée")
    EDITED = "edited", _("fiche modifiée")
    IMPORTED = "imported", _("mise à jour par une source")
    CONFIRMED = "confirmed", _("fiche confirmée")
    REVERTED = "reverted", _("ancienne valeur rendue")
    LINKED = "linked", _("source rattachée")
    UNLINKED = "unlinked", _("source séparée")
    MERGED = "merged", _("fiches réunies")
    UNMERGED = "unmerged", _("fiches séparées de nouveau")
    HIDDEN = "hidden", _("fiche retirée de l’annuaire")
    RESTORED = "restored", _("fiche remise dans l’annuaire")
    OTHER = "other", _("fiche mise à jour")
