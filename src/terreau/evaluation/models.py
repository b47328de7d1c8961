"""Projects judged together: who judges, the marks of each round, cards, what was read, what was decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.directory.models import new_public_id
from terreau.evaluation.enums import EvaluationState, Round, Weighting
from terreau.evaluation.rules import KEEP_FROM, LEAVE_UNDER, Thresholds
from terreau.framework.enums import College
from terreau.framework.library_models import person_field
from terreau.journal.frozen import Frozen, FrozenQuerySet
from terreau.portfolio.models import Project
from terreau.territories.models import Territory


class Evaluation(models.Model):
    """Projects of a territory judged on the same criteria by the same people."""

    public_id = models.CharField(_("identifiant"), max_length=16, unique=True, default=new_public_id)
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="evaluations"
    )
    title = models.CharField(_("intitulé"), max_length=200)
    state = models.CharField(
        _("état"), max_length=10, choices=EvaluationState.choices, default=EvaluationState.FIRST
    )
    # One sheet of marks filled by all in the room, with no blind round.
    together = models.BooleanField(_("notée ensemble"), default=True)
    # The criteria added to the five factors.
    own_criteria = models.JSONField(_("critères ajoutés"), default=list, blank=True)
    keep_from = models.PositiveSmallIntegerField(_("retenu à partir de"), default=KEEP_FROM)
    leave_under = models.PositiveSmallIntegerField(_("écarté sous"), default=LEAVE_UNDER)
    weighting = models.CharField(_("poids"), max_length=5, choices=Weighting.choices, default=Weighting.EQUAL)
    is_simulated = models.BooleanField(_("données simulées"), default=False)
    opened_on = models.DateField(_("ouverte le"))
    closed_on = models.DateField(_("close le"), null=True, blank=True)
    opened_by = person_field(_("ouverte par"))
    # Of the criteria, the thresholds and the title.
    version = models.PositiveIntegerField(_("version"), default=1)
    projects = models.ManyToManyField(Project, through="Candidate", related_name="evaluations")

    class Meta:
        verbose_name = _("évaluation")
        verbose_name_plural = _("évaluations")
        ordering = ("-opened_on", "-pk")

    def __str__(self) -> str:
        return self.title

    @property
    def thresholds(self) -> Thresholds:
        """From which value a project is kept, under which it is left."""
        return Thresholds(self.keep_from, self.leave_under)

    @property
    def round(self) -> int | None:
        """The round whose marks may be given now; None when there is none."""
        return {EvaluationState.FIRST: Round.FIRST, EvaluationState.SECOND: Round.SECOND}.get(
            EvaluationState(self.state)
        )


class Candidate(models.Model):
    """A project that is judged."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="candidates")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="candidacies")

    class Meta:
        verbose_name = _("projet évalué")
        verbose_name_plural = _("projets évalués")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["evaluation", "project"], name="candidate_once")]

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.project_id}"


class Assessor(models.Model):
    """Someone who judges, by a role on the territory or by a link; or the committee together (no college)."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="assessors")
    college = models.CharField(_("collège"), max_length=10, choices=College.choices, blank=True)
    person = person_field(_("évaluateur"))
    # What is kept of a link: nothing from which it could be found again.
    link_digest = models.CharField(max_length=64, blank=True)
    first_sent_at = models.DateTimeField(_("premier tour envoyé le"), null=True, blank=True)
    second_sent_at = models.DateTimeField(_("second tour envoyé le"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("évaluateur")
        verbose_name_plural = _("évaluateurs")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "person"], condition=Q(person__isnull=False), name="assessor_once"
            ),
            models.UniqueConstraint(
                fields=["link_digest"], condition=~Q(link_digest=""), name="assessor_link_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.college}"


class MarkSheet(models.Model):
    """What one assessor says of one project in one round; what was said in the first stays."""

    assessor = models.ForeignKey(Assessor, on_delete=models.CASCADE, related_name="sheets")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="sheets")
    round = models.PositiveSmallIntegerField(_("tour"), choices=Round.choices)
    # Criterion → {"mark": 0 to 4 or null, "evidence": words}.
    marks = models.JSONField(_("notes"), default=dict)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("feuille de notes")
        verbose_name_plural = _("feuilles de notes")
        constraints = [
            models.UniqueConstraint(fields=["assessor", "candidate", "round"], name="mark_sheet_once")
        ]

    def __str__(self) -> str:
        return f"{self.assessor_id} {self.candidate_id} {self.round}"


class Interest(models.Model):
    """A member who has a personal interest in a project: they do not judge it."""

    assessor = models.ForeignKey(Assessor, on_delete=models.CASCADE, related_name="interests")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="interests")
    declared_at = models.DateTimeField(_("déclaré le"), auto_now_add=True)

    class Meta:
        verbose_name = _("intérêt personnel")
        verbose_name_plural = _("intérêts personnels")
        constraints = [models.UniqueConstraint(fields=["assessor", "candidate"], name="interest_once")]

    def __str__(self) -> str:
        return f"{self.assessor_id} {self.candidate_id}"


class CardGame(models.Model):
    """How one assessor ranked the criteria with cards."""

    assessor = models.OneToOneField(Assessor, on_delete=models.CASCADE, related_name="cards")
    # From the least to the most important, each a list of criteria.
    ranks = models.JSONField(_("rangs"))
    # White cards after each rank but the last.
    blanks = models.JSONField(_("cartes blanches"))
    z = models.DecimalField(_("rapport z"), max_digits=5, decimal_places=2)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("jeu de cartes")
        verbose_name_plural = _("jeux de cartes")

    def __str__(self) -> str:
        return str(self.assessor_id)


class Reading(models.Model):
    """The result worked out, kept with the digest of the marks and weights it was worked out from."""

    evaluation = models.OneToOneField(Evaluation, on_delete=models.CASCADE, related_name="reading")
    digest = models.CharField(_("empreinte"), max_length=64)
    content = models.JSONField(_("contenu"))

    class Meta:
        verbose_name = _("lecture")
        verbose_name_plural = _("lectures")

    def __str__(self) -> str:
        return str(self.evaluation_id)


class DecisionQuerySet(FrozenQuerySet["Decision"]):
    """How decisions are read. They are only ever added."""

    def of(self, territory: Territory) -> DecisionQuerySet:
        """Those of a territory, the newest first."""
        return self.filter(territory=territory).order_by("-decided_on", "-pk")


class Decision(Frozen):
    """What was decided of each project, with all that it rests on. Rows are only inserted."""

    evaluation = models.OneToOneField(Evaluation, on_delete=models.PROTECT, related_name="decision")
    territory = models.ForeignKey(
        Territory,
        verbose_name=_("territoire"),
        on_delete=models.PROTECT,
        related_name="decisions_on_projects",
    )
    decided_on = models.DateField(_("décidée le"))
    is_public = models.BooleanField(_("publique"), default=False)
    content = models.JSONField(_("contenu"))
    digest = models.CharField(_("empreinte"), max_length=64)
    made_at = models.DateTimeField(_("enregistrée le"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("décision sur des projets")
        verbose_name_plural = _("décisions sur des projets")

    def __str__(self) -> str:
        return str(self.evaluation_id)
