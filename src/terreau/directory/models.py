"""Organisations, and what each source says of them.

An `Organisation` is only what its `Record`s say together: each record keeps the values one
source gave, and `rules.choose` decides which is shown. Records are linked to an
organisation, never fused, so any link can be undone with all its values back.
"""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terreau.directory.enums import ChangeKind, LinkMethod, Nomenclature, Precision, SourceKind, Status
from terreau.territories.models import Territory

# Without vowels, so that no word is spelled by chance; without look-alikes.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"


# What an address holds of a sheet; other applications draw theirs alike.
PUBLIC_ID = rf"[{_ALPHABET}]{{11}}"


def is_public_id(text: str) -> bool:
    """Whether a text has the form of a public identifier."""
    return re.fullmatch(PUBLIC_ID, text) is not None


def new_public_id() -> str:
    """A fresh public identifier: eleven characters, 27¹¹ possibilities."""
    return "".join(secrets.choice(_ALPHABET) for _position in range(11))


def marked(name: str, simulated: bool) -> str:
    """A name with the mark of simulated data, where it has no other place to stand."""
    return gettext("%(name)s (données simulées)") % {"name": name} if simulated else name


class Term(models.Model):
    """One entry of a nomenclature; filières belong to the territory that names them."""

    nomenclature = models.CharField(_("nomenclature"), max_length=8, choices=Nomenclature.choices)
    code = models.SlugField(_("code"), max_length=60)
    label = models.CharField(_("libellé"), max_length=120)
    definition = models.TextField(_("définition"), blank=True)
    territory = models.ForeignKey(
        Territory,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="terms",
        verbose_name=_("territoire"),
    )
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("terme")
        verbose_name_plural = _("termes")
        ordering = ("nomenclature", "rank", "label")
        constraints = [models.UniqueConstraint(fields=["nomenclature", "code"], name="term_once")]

    def __str__(self) -> str:
        return self.label


class Source(models.Model):
    """Someone or something that says things of organisations: a list, a register, an agent, an actor."""

    code = models.SlugField(_("code"), max_length=80, unique=True)
    name = models.CharField(_("nom"), max_length=200)
    kind = models.CharField(
        _("qui parle"), max_length=10, choices=SourceKind.choices, default=SourceKind.LIST
    )
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="sources"
    )
    publisher = models.CharField(_("éditeur"), max_length=200, blank=True)
    url = models.URLField(_("adresse"), max_length=500, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    dated_on = models.DateField(_("date des données"), null=True, blank=True)
    description = models.TextField(_("description"), blank=True)
    simulated = models.BooleanField(
        _("données simulées"),
        default=False,
        help_text=_("une liste inventée pour s’exercer\u00a0: tout ce qui en vient le dit"),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def told_name(self) -> str:
        """Its name as it is cited: simulated data says so wherever it appears."""
        return marked(self.name, self.simulated)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """The language in which the directory is read."""

    def shown(self) -> OrganisationQuerySet:
        """Those a visitor sees: everything but what was withdrawn."""
        return self.exclude(status=Status.HIDDEN)

    def active(self) -> OrganisationQuerySet:
        """Those in activity."""
        return self.filter(status=Status.ACTIVE)

    def in_territory(self, territory: Territory) -> OrganisationQuerySet:
        """Those placed in the territory or in any that lies under it."""
        return self.filter(territory__ancestor_links__ancestor=territory)


class Organisation(models.Model):
    """One actor of the social and solidarity economy, as shown; computed from its records.

    Imports write these rows, and those of the records, by the million: nothing is indexed but what is asked.
    """

    public_id = models.CharField(_("identifiant public"), max_length=16, unique=True, default=new_public_id)
    name = models.CharField(_("nom"), max_length=300)
    name_folded = models.CharField(max_length=300)
    short_name = models.CharField(_("sigle"), max_length=80, blank=True)
    description = models.TextField(_("activité"), blank=True)
    country_code = models.CharField(_("pays"), max_length=2, blank=True)
    legal_form = models.CharField(_("forme juridique"), max_length=60, blank=True)
    family = models.CharField(_("famille"), max_length=20, blank=True)
    nature = models.CharField(_("nature"), max_length=24, blank=True)
    sectors = models.JSONField(_("secteurs"), default=list, blank=True)
    issues = models.JSONField(_("enjeux territoriaux"), default=list, blank=True)
    filieres = models.JSONField(_("filières"), default=list, blank=True)
    territory = models.ForeignKey(
        Territory,
        verbose_name=_("territoire le plus précis connu"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisations",
        db_index=False,  # `organisation_place` begins with it
    )
    precision = models.CharField(
        _("précision du lieu"), max_length=8, choices=Precision.choices, default=Precision.NONE
    )
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    shown_values = models.JSONField(
        _("autres valeurs montrées"),
        default=dict,
        blank=True,
        help_text=_("les champs de fields.py sans colonne propre : adresse, site, offres, membres…"),
    )
    status = models.CharField(_("état"), max_length=8, choices=Status.choices, default=Status.ACTIVE)
    confirmed_on = models.DateField(_("confirmée le"), null=True, blank=True)
    source = models.ForeignKey(
        Source,
        verbose_name=_("première source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    source_ref = models.CharField(_("identifiant dans la première source"), max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="absorbed", db_index=False
    )
    change = models.BigIntegerField(
        _("numéro de changement"), default=0, db_index=True, help_text=_("ce que l’index de recherche suit")
    )
    version = models.PositiveIntegerField(
        _("version"), default=1, help_text=_("contre deux rédacteurs à la fois")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        indexes = [
            models.Index(fields=["territory", "status"], name="organisation_place"),
            models.Index(
                fields=["merged_into"],
                name="organisation_merged",
                condition=models.Q(merged_into__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Record(models.Model):
    """What one source says of one organisation: the values of one row, kept as given."""

    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        related_name="records",
        db_index=False,  # `record_once` begins with it
    )
    source_ref = models.CharField(_("identifiant dans la source"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="records"
    )
    values = models.JSONField(_("valeurs"), default=dict)
    value_dates = models.JSONField(
        _("jour de chaque valeur"),
        null=True,
        blank=True,
        help_text=_("clé → date, là où ce n’est pas celle de l’enregistrement"),
    )
    digest = models.CharField(_("empreinte de la ligne et de sa lecture"), max_length=64, blank=True)
    stated_on = models.DateField(_("dit le"), null=True, blank=True)
    first_seen_at = models.DateTimeField(_("vu la première fois"))
    last_seen_at = models.DateTimeField(_("vu la dernière fois"))
    gone_at = models.DateTimeField(_("plus vu depuis"), null=True, blank=True)

    class Meta:
        verbose_name = _("enregistrement")
        verbose_name_plural = _("enregistrements")
        constraints = [models.UniqueConstraint(fields=["source", "source_ref"], name="record_once")]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.source_ref}"


class Identifier(models.Model):
    """A national identifier found in a record, valid by form and check digit."""

    record = models.ForeignKey(
        Record,
        on_delete=models.CASCADE,
        related_name="identifiers",
        db_index=False,  # `identifier_once` begins with it
    )
    scheme = models.CharField(max_length=12)
    value = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("identifiant")
        verbose_name_plural = _("identifiants")
        constraints = [models.UniqueConstraint(fields=["record", "scheme", "value"], name="identifier_once")]
        indexes = [models.Index(fields=["scheme", "value"], name="identifier_value")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class Link(models.Model):
    """Why a record was tied to an organisation; undone links stay, with who undid them."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="links")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="links")
    method = models.CharField(_("comment"), max_length=12, choices=LinkMethod.choices)
    score = models.FloatField(null=True, blank=True)
    explanation = models.JSONField(default=list, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    linked_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("lien")
        verbose_name_plural = _("liens")
        # Persons are few among links: only theirs are indexed, for when an account is deleted.
        indexes = [
            models.Index(fields=["person"], name="link_person", condition=models.Q(person__isnull=False)),
            models.Index(
                fields=["undone_by"], name="link_undone_by", condition=models.Q(undone_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} → {self.organisation_id}"


class Merge(models.Model):
    """Two sheets made one: what moved, by whose choice, so that it can be undone to the last record."""

    kept = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="merges")
    absorbed = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="given_way")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(_("pourquoi"), max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    status_before = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    records = models.JSONField(default=list, help_text=_("enregistrements de la fiche absorbée"))
    own_records = models.JSONField(default=list, help_text=_("enregistrements de la fiche gardée"))
    redirected = models.JSONField(default=list, help_text=_("fiches qui menaient à la fiche absorbée"))
    choices = models.JSONField(default=dict, help_text=_("champ → choix"))
    followed = models.JSONField(default=dict, help_text=_("ce qui a suivi, par application"))
    word = models.ForeignKey(
        Record, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("choix")
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("réunion de fiches")
        verbose_name_plural = _("réunions de fiches")
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=models.Q(undone_at__isnull=True), name="absorbed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.kept_id}"


class Distinct(models.Model):
    """Two sheets that a person looked at and said to be of two organisations."""

    first = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("fiches distinctes")
        verbose_name_plural = _("fiches distinctes")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="distinct_once"),
            # One order only, or the same pair could be said twice.
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="distinct_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


class Revision(models.Model):
    """One change of what a sheet shows: who, when, why, from which source, each field before and after.

    Written in the transaction of the change. Sheets that an import creates have none: their first source and
    the day they came tell it already, and imports create them by the million.
    """

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="revisions",
        db_index=False,  # `revision_sheet` begins with it
    )
    territory = models.ForeignKey(
        Territory, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    at = models.DateTimeField(_("quand"))
    kind = models.CharField(_("quoi"), max_length=10, choices=ChangeKind.choices, default=ChangeKind.OTHER)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("qui"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    reason = models.CharField(_("pourquoi"), max_length=300, blank=True)
    change = models.BigIntegerField(_("numéro de changement"), default=0)
    before = models.JSONField(_("avant"), default=dict)
    after = models.JSONField(_("après"), default=dict)
    sources = models.JSONField(_("d’où vient chaque valeur"), default=dict)

    class Meta:
        verbose_name = _("changement")
        verbose_name_plural = _("changements")
        indexes = [
            models.Index(fields=["organisation", "id"], name="revision_sheet"),
            models.Index(fields=["territory", "id"], name="revision_territory"),
            models.Index(fields=["person"], name="revision_person", condition=models.Q(person__isnull=False)),
            models.Index(fields=["source"], name="revision_source", condition=models.Q(source__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.organisation_id}"


def new_lineage() -> str:
    """A random name for one line of numbered changes."""
    return secrets.token_hex(8)


class ChangeCounter(models.Model):
    """The one row that numbers the changes of the directory, so that the index can follow them.

    `lineage` names the line of changes: an index built on another one (another database, a back-up
    brought back) cannot be brought up to date, only built anew.
    """

    value = models.BigIntegerField(default=0)
    lineage = models.CharField(max_length=16, default=new_lineage)

    class Meta:
        verbose_name = _("compteur de changements")
        verbose_name_plural = _("compteurs de changements")

    def __str__(self) -> str:
        return str(self.value)
