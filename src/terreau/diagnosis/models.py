"""Drafts, which change; editions, which never do; and what makes a coverage known."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.directory.models import Source
from terreau.journal.frozen import Frozen, FrozenQuerySet
from terreau.territories.models import Territory


class Draft(models.Model):
    """The diagnosis a territory's agent is preparing: one a territory, seen by its own people only.

    Kept apart from `Edition`, so that no reading of editions can show a draft by oversight.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    territory = models.OneToOneField(
        Territory, verbose_name=_("territoire"), on_delete=models.CASCADE, related_name="diagnosis_draft"
    )
    as_of = models.DateField(_("date de la situation décrite"))
    introduction = models.TextField(_("mot du territoire"), blank=True)
    content = models.TextField(_("contenu"))
    pictures = models.JSONField(_("dessins"), default=dict)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    prepared_at = models.DateTimeField(_("préparé le"), auto_now=True)

    class Meta:
        verbose_name = _("brouillon de diagnostic")
        verbose_name_plural = _("brouillons de diagnostic")

    def __str__(self) -> str:
        return f"{self.territory_id} ({self.as_of})"


class EditionQuerySet(FrozenQuerySet["Edition"]):
    """How editions are read. They are only ever added."""

    def of(self, territory: Territory) -> EditionQuerySet:
        """Those of a territory, newest situation first, without their pictures.

        An edition that describes a past day does not take the place of a later situation.
        """
        return self.filter(territory=territory).defer("pictures").order_by("-as_of", "-number")

    def brief(self) -> EditionQuerySet:
        """Without content nor pictures: what a list needs."""
        return self.defer("content", "pictures")


class Edition(Frozen):
    """A published diagnosis, dated, that never changes; its digest tells if anything did.

    Rows are only inserted: there is no status to turn, hence nothing to write again.
    """

    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="diagnoses"
    )
    number = models.PositiveIntegerField(_("numéro"))
    draft_key = models.UUIDField(_("brouillon publié"), unique=True)
    as_of = models.DateField(_("date de la situation décrite"))
    method_version = models.CharField(_("version de la méthode"), max_length=20)
    introduction = models.TextField(_("mot du territoire"), blank=True)
    content = models.TextField(_("contenu"))
    pictures = models.JSONField(_("dessins"), default=dict)
    digest = models.CharField(_("empreinte"), max_length=64)
    pdf = models.CharField(_("document"), max_length=200)
    pdf_digest = models.CharField(_("empreinte du document"), max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_at = models.DateTimeField(_("publiée le"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("édition du diagnostic")
        verbose_name_plural = _("éditions du diagnostic")
        ordering = ("territory", "-number")
        constraints = [models.UniqueConstraint(fields=["territory", "number"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.territory_id} n° {self.number}"


class CoverageQuerySet(models.QuerySet["CoverageStatement"]):
    """How the declarations of completeness are read."""

    def holding_for(self, territory: Territory, on: date) -> CoverageQuerySet:
        """Those that hold for a territory on a day: made for it, or for one that contains it."""
        return self.filter(
            Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on),
            stated_on__lte=on,
            territory__in=Territory.objects.containing(territory).values("pk"),
        )


class CoverageStatement(models.Model):
    """« This source is complete for this territory », declared by a person, with the evidence.

    Without one the coverage is unknown, and no density is computed.
    """

    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="coverage_statements"
    )
    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="coverage_statements"
    )
    field = models.CharField(
        _("complète pour"), max_length=200, help_text=_("par exemple : coopératives immatriculées")
    )
    evidence = models.TextField(_("ce qui permet de le dire"))
    stated_on = models.DateField(_("déclaré le"))
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_on = models.DateField(_("retiré le"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("déclaration de complétude")
        verbose_name_plural = _("déclarations de complétude")
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "source"], condition=Q(withdrawn_on__isnull=True), name="coverage_once"
            ),
            models.CheckConstraint(condition=~Q(evidence="") & ~Q(field=""), name="coverage_has_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} : {self.territory_id}"


class LineJudgement(models.Model):
    """What a territory's people said of a line of its strengths and weaknesses; its drafts take it up.

    Without `text` it rates a line that the rules made; with it, it is a line of their own. Either way it
    points to evidence, the key of a finding, and says why.
    """

    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.CASCADE, related_name="line_judgements"
    )
    key = models.CharField(_("ligne"), max_length=160)
    side = models.CharField(_("côté"), max_length=12, blank=True)
    text = models.CharField(_("constat"), max_length=200, blank=True)
    evidence = models.CharField(_("preuve"), max_length=160)
    impact = models.PositiveSmallIntegerField(_("impact"))
    certainty = models.PositiveSmallIntegerField(_("certitude"))
    reason = models.CharField(_("raison"), max_length=500)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(_("changé le"), auto_now=True)

    class Meta:
        verbose_name = _("avis sur une ligne du diagnostic")
        verbose_name_plural = _("avis sur des lignes du diagnostic")
        ordering = ("territory", "pk")
        constraints = [
            models.UniqueConstraint(fields=["territory", "key"], name="judgement_once"),
            models.CheckConstraint(
                condition=Q(impact__range=(1, 5), certainty__range=(1, 5)), name="judgement_from_one_to_five"
            ),
            models.CheckConstraint(condition=~Q(evidence="") & ~Q(reason=""), name="judgement_has_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.territory_id} : {self.key}"
