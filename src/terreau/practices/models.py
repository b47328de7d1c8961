"""Good practices and their versions, who checked them, who took them up, and what towns let be compared."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from terreau.directory.models import Organisation, new_public_id
from terreau.practices.enums import Criterion, Indicator, Stage, Term, TownKind
from terreau.territories.models import Territory


def _person(label: Any) -> models.ForeignKey[Any, Any]:
    """Someone whose account may be closed; what they did stays."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )


class PracticeQuerySet(models.QuerySet["Practice"]):
    """How practices are read."""

    def public(self) -> PracticeQuerySet:
        """Those a visitor reads."""
        return self.filter(published__isnull=False, withdrawn_on__isnull=True)

    def in_review(self) -> PracticeQuerySet:
        """Those whose last version waits to be checked."""
        return self.filter(submitted__isnull=False, withdrawn_on__isnull=True)


class Practice(models.Model):
    """The sheet of one practice: where it was born, which of its versions is read by whom."""

    public_id = models.CharField(_("identifiant public"), max_length=16, unique=True, default=new_public_id)
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="practices"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("fiche de qui la porte"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="practices",
    )
    number = models.PositiveIntegerField(_("dernière version"), default=0)
    published = models.ForeignKey(
        "Version", verbose_name=_("version publiée"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted = models.ForeignKey(
        "Version", verbose_name=_("version à relire"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_on = models.DateField(_("publiée le"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmée par la ville le"), null=True, blank=True, db_index=True)
    withdrawn_on = models.DateField(_("retirée le"), null=True, blank=True)
    # What shipped the sheet, so that it is never shipped twice; empty for what a town wrote.
    shipped_as = models.CharField(_("livrée sous"), max_length=40, null=True, blank=True, unique=True)
    simulated = models.BooleanField(_("données simulées"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("bonne pratique")
        verbose_name_plural = _("bonnes pratiques")
        constraints = [
            models.CheckConstraint(
                condition=Q(published__isnull=True) | Q(published_on__isnull=False),
                name="practice_published_dated",
            )
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def stage(self) -> Stage:
        """Where the sheet stands for those who write it."""
        if self.withdrawn_on is not None:
            return Stage.WITHDRAWN
        if self.submitted_id is not None:
            return Stage.SUBMITTED
        return Stage.PUBLISHED if self.published_id is not None else Stage.DRAFT


class Version(models.Model):
    """The whole text of a practice as someone left it; never changed, so that no word is lost."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("numéro"))
    title = models.CharField(_("nom"), max_length=300)
    summary = models.TextField(_("activité"), blank=True)
    needs = models.JSONField(_("besoins"), default=list, blank=True)
    issues = models.JSONField(_("enjeux territoriaux"), default=list, blank=True)
    sectors = models.JSONField(_("secteurs"), default=list, blank=True)
    kind = models.CharField(_("sorte de ville"), max_length=10, choices=TownKind.choices, blank=True)
    content = models.JSONField(_("le reste"), default=dict, blank=True)
    author = _person(_("écrite par"))
    at = models.DateTimeField(_("le"), auto_now_add=True)

    class Meta:
        verbose_name = _("version d’une pratique")
        verbose_name_plural = _("versions d’une pratique")
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["practice", "number"], name="practice_version_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def values(self) -> dict[str, Any]:
        """All the fields, by their keys."""
        columns = {
            "title": self.title,
            "summary": self.summary,
            "needs": self.needs,
            "issues": self.issues,
            "sectors": self.sectors,
            "kind": self.kind,
        }
        return {key: value for key, value in columns.items() if value} | dict(self.content)


class Check(models.Model):
    """What a reader said of one version: an agent of another territory, or the secretariat."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="checks")
    territory = models.ForeignKey(
        Territory,
        verbose_name=_("agent de"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("vide\u00a0: le secrétariat du réseau"),
    )
    person = _person(_("qui a relu"))
    approves = models.BooleanField(_("approuve"))
    words = models.TextField(_("ce qui est à revoir"), blank=True)
    at = models.DateTimeField(_("le"), auto_now_add=True)

    class Meta:
        verbose_name = _("relecture")
        verbose_name_plural = _("relectures")
        constraints = [
            models.UniqueConstraint(fields=["version", "territory"], name="check_once_a_territory"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(territory__isnull=True), name="check_once_secretariat"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.approves}"


class Adoption(models.Model):
    """« Nous la reprenons »: a town takes up a practice, from its first town or from another that did."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="adoptions")
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="adoptions"
    )
    source = models.ForeignKey(
        "self",
        verbose_name=_("reprise de"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="descendants",
        help_text=_("vide\u00a0: de la ville d’origine"),
    )
    declared_on = models.DateField(_("déclarée le"))
    adaptation = models.TextField(_("ce qui est adapté"), blank=True)
    ended_on = models.DateField(_("abandonnée le"), null=True, blank=True)
    why_ended = models.TextField(_("pourquoi"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    declared_by = _person(_("déclarée par"))

    class Meta:
        verbose_name = _("reprise d’une pratique")
        verbose_name_plural = _("reprises d’une pratique")
        ordering = ("declared_on", "pk")
        constraints = [
            models.UniqueConstraint(fields=["practice", "territory"], name="adoption_once"),
            models.CheckConstraint(
                condition=Q(source__isnull=True) | ~Q(source=F("id")), name="adoption_not_its_own_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practice_id} {self.territory_id}"


class AdoptionResult(models.Model):
    """What came of an adoption after six months, or eighteen."""

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="results")
    term = models.PositiveSmallIntegerField(_("échéance"), choices=Term.choices)
    words = models.TextField(_("résultat"))
    evidence = models.TextField(_("ce qui permet de le dire"), blank=True)
    told_on = models.DateField(_("dit le"))
    told_by = _person(_("dit par"))

    class Meta:
        verbose_name = _("résultat d’une reprise")
        verbose_name_plural = _("résultats d’une reprise")
        ordering = ("term",)
        constraints = [models.UniqueConstraint(fields=["adoption", "term"], name="adoption_result_once")]

    def __str__(self) -> str:
        return f"{self.adoption_id} {self.term}"


class Assessment(models.Model):
    """The ten questions of transferability as one town answered them; its own, until it decides."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="assessments")
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="assessments")
    version = models.PositiveIntegerField(_("version"), default=0)
    changed_at = models.DateTimeField(_("modifiée le"), auto_now=True)
    changed_by = _person(_("par"))

    class Meta:
        verbose_name = _("étude de transfert")
        verbose_name_plural = _("études de transfert")
        constraints = [models.UniqueConstraint(fields=["practice", "territory"], name="assessment_once")]

    def __str__(self) -> str:
        return f"{self.practice_id} {self.territory_id}"


class AssessmentAnswer(models.Model):
    """One of the ten questions, answered by a person, with the evidence."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="answers")
    criterion = models.CharField(_("question"), max_length=12, choices=Criterion.choices)
    mark = models.PositiveSmallIntegerField(_("note"), null=True, blank=True)
    evidence = models.TextField(_("ce qui permet de le dire"), blank=True)

    class Meta:
        verbose_name = _("réponse d’une étude de transfert")
        verbose_name_plural = _("réponses d’une étude de transfert")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="assessment_answer_once"),
            models.CheckConstraint(condition=Q(mark__isnull=True) | Q(mark__lte=4), name="mark_up_to_four"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.criterion}"


class Profile(models.Model):
    """What a town says of itself so that it can be compared: nobody else tells it."""

    territory = models.OneToOneField(Territory, on_delete=models.CASCADE, related_name="profile")
    kind = models.CharField(_("sorte de ville"), max_length=10, choices=TownKind.choices, blank=True)
    coastal = models.BooleanField(_("au bord de la mer"), null=True, blank=True)
    # In the smallest units of the country's money; for the town's own use, shown to nobody else.
    yearly_budget = models.BigIntegerField(_("budget d’une année"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=0)

    class Meta:
        verbose_name = _("portrait d’une ville")
        verbose_name_plural = _("portraits des villes")

    def __str__(self) -> str:
        return str(self.territory_id)


class Consent(models.Model):
    """A town lets one of its figures enter the medians that others read."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="consents")
    indicator = models.CharField(_("chiffre"), max_length=16, choices=Indicator.choices)
    since = models.DateTimeField(_("depuis"), auto_now_add=True)
    given_by = _person(_("donné par"))

    class Meta:
        verbose_name = _("chiffre que la ville laisse comparer")
        verbose_name_plural = _("chiffres que les villes laissent comparer")
        constraints = [models.UniqueConstraint(fields=["territory", "indicator"], name="consent_once")]

    def __str__(self) -> str:
        return f"{self.territory_id} {self.indicator}"
