"""Imports: the file received, the mapping confirmed, what the comparison found, what a person decided.

The rows of a file are not here while they are read: they wait in a scratch store beside the file
(`staging`), so that nothing of an import weighs on the database, or is seen in it, before it is applied.
Here are kept the rows that people look at: rejected, to be reviewed, and a few of each other kind.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.directory.models import Source
from terreau.jobs.models import Job
from terreau.registers.enums import BUSY, Decision, Outcome, Question, RunState
from terreau.territories.models import Territory


class Mapping(models.Model):
    """How the columns of a source's lists are read, as a person confirmed it. Versions are kept."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="mappings")
    signature = models.CharField(_("empreinte des colonnes"), max_length=32, db_index=True)
    spec = models.JSONField(_("correspondance"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmée par"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    confirmed_at = models.DateTimeField(_("confirmée le"), auto_now_add=True)

    class Meta:
        verbose_name = _("correspondance")
        verbose_name_plural = _("correspondances")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.source_id} ({self.confirmed_at:%Y-%m-%d})"


class Translation(models.Model):
    """What a value of a list means, in codes, as a person confirmed it: remembered for the next list."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="translations")
    target = models.CharField(_("champ"), max_length=20)
    value = models.CharField(_("valeur"), max_length=200)
    folded = models.CharField(max_length=200, db_index=True)
    codes = models.JSONField(_("codes"), default=list, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmée le"), auto_now=True)

    class Meta:
        verbose_name = _("traduction")
        verbose_name_plural = _("traductions")
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "folded"], name="translation_once")
        ]

    def __str__(self) -> str:
        return f"{self.value} → {', '.join(self.codes)}"


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """How imports are read."""

    def waiting_for_a_person(self) -> ImportRunQuerySet:
        """Those that nobody has finished: columns to confirm, differences to read."""
        return self.filter(state__in=[RunState.RECEIVED, RunState.MAPPED, RunState.COMPARED])

    def busy(self) -> ImportRunQuerySet:
        """Those being read or written now."""
        return self.filter(state__in=BUSY)


class ImportRun(models.Model):
    """One list on its way into the directory."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="runs"
    )
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="runs"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("par"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    file_name = models.CharField(_("fichier"), max_length=255)
    file_size = models.BigIntegerField(_("taille"), default=0)
    file_digest = models.CharField(_("empreinte du fichier"), max_length=64, db_index=True)
    described = models.JSONField(
        _("ce que le fichier est"), default=dict, help_text=_("format, colonnes, avertissements")
    )
    dated_on = models.DateField(_("date des données"), null=True, blank=True)
    partial = models.BooleanField(
        _("complément"),
        default=False,
        help_text=_("la liste n’est pas entière : ce qui n’y est pas ne part pas"),
    )
    completes = models.ForeignKey(
        "self",
        verbose_name=_("complète"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sequels",
    )
    mapping = models.ForeignKey(
        Mapping, null=True, blank=True, on_delete=models.SET_NULL, related_name="runs"
    )
    spec_digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=RunState.choices, default=RunState.RECEIVED)
    counts = models.JSONField(_("comptes"), default=dict, blank=True)
    messages = models.JSONField(_("à savoir"), default=list, blank=True)
    error = models.TextField(_("erreur"), blank=True)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    same_as = models.ForeignKey(
        "self",
        verbose_name=_("même fichier que"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    compared_change = models.BigIntegerField(
        default=-1, help_text=_("changement de l’annuaire auquel la comparaison se rapporte")
    )
    created_at = models.DateTimeField(_("reçu le"), auto_now_add=True)
    applied_at = models.DateTimeField(_("appliqué le"), null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(state__in=[*BUSY]), name="one_busy_run_per_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_state_display()})"

    @property
    def folder(self) -> Path:
        """Where the file, and what is drawn from it, are kept."""
        return Path(settings.HOME.files) / "imports" / str(self.pk)

    @property
    def file(self) -> Path:
        """The file as it was received."""
        return self.folder / "recu"

    @property
    def rejects(self) -> Path:
        """The rejected rows with their reasons, ready to be downloaded."""
        return self.folder / "rejets.csv"


class StagedRowQuerySet(models.QuerySet["StagedRow"]):
    """How the rows that people look at are read."""

    def to_review(self) -> StagedRowQuerySet:
        """Those that wait for an answer."""
        return self.filter(outcome=Outcome.REVIEW, decision="")


class StagedRow(models.Model):
    """A row that a person looks at: to be reviewed, rejected, or a sample of those that will be written."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("ligne"))
    outcome = models.CharField(_("sort"), max_length=10, choices=Outcome.choices)
    source_ref = models.CharField(_("identifiant dans la source"), max_length=200, blank=True)
    name = models.CharField(_("nom"), max_length=300, blank=True)
    raw = models.JSONField(_("tel que reçu"), default=dict, blank=True)
    values = models.JSONField(_("tel que lu"), default=dict, blank=True)
    before = models.JSONField(_("tel qu’avant"), default=dict, blank=True)
    reasons = models.JSONField(_("motifs"), default=list, blank=True)
    question = models.CharField(_("question"), max_length=8, choices=Question.choices, blank=True)
    question_key = models.CharField(max_length=300, blank=True)
    candidates = models.JSONField(_("réponses possibles"), default=list, blank=True)
    asks = models.JSONField(_("autres questions"), default=list, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    stated_on = models.DateField(null=True, blank=True)
    decision = models.CharField(_("décision"), max_length=10, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = StagedRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("ligne")
        verbose_name_plural = _("lignes")
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["run", "number", "outcome"], name="staged_row_once")]
        indexes = [models.Index(fields=["run", "outcome", "decision"], name="staged_row_outcome")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Ruling(models.Model):
    """A decision of a person, remembered so that the same question is not asked at the next import.

    `key` is, for a place, what the row says of it; for a duplicate, the row's reference and the public
    identifier of the organisation; for a row left aside, its reference.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="rulings")
    question = models.CharField(_("question"), max_length=8, choices=Question.choices)
    key = models.CharField(max_length=300)
    decision = models.CharField(_("décision"), max_length=10, choices=Decision.choices)
    answer = models.JSONField(_("réponse"), default=dict, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("décision gardée")
        verbose_name_plural = _("décisions gardées")
        constraints = [models.UniqueConstraint(fields=["source", "question", "key"], name="ruling_once")]

    def __str__(self) -> str:
        return f"{self.question} {self.key} → {self.decision}"
