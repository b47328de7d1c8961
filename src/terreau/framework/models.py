"""A territory's grid and its judges, what was found, editions; barriers and what is asked of States.

The library of texts is in `library_models`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.directory.models import new_public_id
from terreau.framework.enums import (
    AssessmentState,
    BarrierCategory,
    BarrierState,
    College,
    Level,
    Lever,
    Lifter,
    StateAnswer,
    Verdict,
)
from terreau.framework.library_models import LegalText, TextVersion, person_field
from terreau.framework.rules import criticality
from terreau.journal.frozen import Frozen, FrozenQuerySet
from terreau.territories.models import Territory

__all__ = [
    "Advocacy",
    "AdvocacyAnswer",
    "Assessment",
    "Barrier",
    "Finding",
    "FrameworkEdition",
    "Judge",
    "LegalText",
    "TextVersion",
]


class Assessment(models.Model):
    """The grid of a territory, judged once: opened, closed, published."""

    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="assessments_of_law"
    )
    number = models.PositiveIntegerField(_("numéro"))
    grid = models.CharField(_("version de la grille"), max_length=20)
    state = models.CharField(
        _("état"), max_length=10, choices=AssessmentState.choices, default=AssessmentState.OPEN
    )
    opened_on = models.DateField(_("ouverte le"))
    closed_on = models.DateField(_("close le"), null=True, blank=True)
    opened_by = person_field(_("ouverte par"))

    class Meta:
        verbose_name = _("grille d’un territoire")
        verbose_name_plural = _("grilles des territoires")
        ordering = ("territory", "-number")
        constraints = [
            models.UniqueConstraint(fields=["territory", "number"], name="assessment_number_once"),
            # One at a time, or nobody would know which to judge.
            models.UniqueConstraint(
                fields=["territory"], condition=~Q(state="published"), name="assessment_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.territory_id} n° {self.number}"


class Judge(models.Model):
    """Someone who rates the grid, by a role on the territory or by a link. Their marks are secret."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="judges")
    college = models.CharField(_("collège"), max_length=10, choices=College.choices)
    person = person_field(_("juge"))
    # What is kept of a link: nothing from which it could be found again.
    link_digest = models.CharField(max_length=64, blank=True)
    # Statement → mark from 0 to 10, or null for « sans réponse ».
    marks = models.JSONField(_("notes"), default=dict, blank=True)
    # Areas whose page was saved.
    areas = models.JSONField(_("domaines vus"), default=list, blank=True)
    sent_at = models.DateTimeField(_("envoyée le"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("juge")
        verbose_name_plural = _("juges")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "person"], condition=Q(person__isnull=False), name="judge_person_once"
            ),
            models.UniqueConstraint(
                fields=["link_digest"], condition=~Q(link_digest=""), name="judge_link_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.college}"


class Finding(models.Model):
    """What a territory concludes of one statement, and the text that shows it."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="findings")
    statement = models.CharField(_("affirmation"), max_length=40)
    verdict = models.CharField(_("constat"), max_length=10, choices=Verdict.choices)
    level = models.CharField(_("qui en décide"), max_length=15, choices=Level.choices)
    lever = models.CharField(_("levier de la commune"), max_length=12, choices=Lever.choices)
    lever_words = models.TextField(_("ce que la commune peut faire"), blank=True)
    law = models.ForeignKey(
        LegalText, verbose_name=_("texte de la bibliothèque"), null=True, blank=True, on_delete=models.PROTECT
    )
    text_title = models.CharField(_("texte"), max_length=300, blank=True)
    article = models.CharField(_("article"), max_length=120, blank=True)
    dated = models.CharField(_("date du texte"), max_length=10, blank=True)
    url = models.URLField(_("adresse"), max_length=500, blank=True)
    words = models.TextField(_("explication"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    written_by = person_field(_("écrit par"))
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("constat")
        verbose_name_plural = _("constats")
        constraints = [models.UniqueConstraint(fields=["assessment", "statement"], name="finding_once")]

    def __str__(self) -> str:
        return f"{self.statement} {self.verdict}"


class FrameworkEditionQuerySet(FrozenQuerySet["FrameworkEdition"]):
    """How editions are read. They are only ever added."""

    def of(self, territory: Territory) -> FrameworkEditionQuerySet:
        """Those of a territory, the newest first."""
        return self.filter(territory=territory).order_by("-number")


class FrameworkEdition(Frozen):
    """The regulatory framework of a territory as published on a day. Rows are only inserted."""

    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="framework_editions"
    )
    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="edition")
    number = models.PositiveIntegerField(_("numéro"))
    as_of = models.DateField(_("date"))
    content = models.JSONField(_("contenu"))
    digest = models.CharField(_("empreinte"), max_length=64)
    published_at = models.DateTimeField(_("publiée le"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = FrameworkEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("édition du cadre réglementaire")
        verbose_name_plural = _("éditions du cadre réglementaire")
        ordering = ("territory", "-number")
        constraints = [models.UniqueConstraint(fields=["territory", "number"], name="framework_edition_once")]

    def __str__(self) -> str:
        return f"{self.territory_id} n° {self.number}"


class Barrier(models.Model):
    """Something that holds the actors of a territory back, who can lift it, and what is done about it."""

    public_id = models.CharField(_("identifiant"), max_length=16, unique=True, default=new_public_id)
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="barriers"
    )
    title = models.CharField(_("frein"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    category = models.CharField(_("catégorie"), max_length=15, choices=BarrierCategory.choices)
    lifter = models.CharField(_("qui peut le lever"), max_length=10, choices=Lifter.choices)
    probability = models.PositiveSmallIntegerField(_("probabilité"))
    severity = models.PositiveSmallIntegerField(_("gravité"))
    controllability = models.PositiveSmallIntegerField(_("maîtrise par la commune"))
    action = models.TextField(_("action"), blank=True)
    owner = models.CharField(_("qui s’en charge"), max_length=200, blank=True)
    due_on = models.DateField(_("échéance"), null=True, blank=True, db_index=True)
    state = models.CharField(
        _("état"), max_length=10, choices=BarrierState.choices, default=BarrierState.OPEN, db_index=True
    )
    # Where it comes from: a statement of the grid, a text, or what the survey and the ground say.
    statement = models.CharField(_("affirmation de la grille"), max_length=40, blank=True)
    law = models.ForeignKey(
        LegalText, verbose_name=_("texte"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    evidence = models.TextField(_("ce qui permet de le dire"), blank=True)
    # Whether the next published edition tells it.
    is_public = models.BooleanField(_("à publier"), default=False)
    simulated = models.BooleanField(_("données simulées"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1)
    changed_by = person_field(_("modifié par"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("frein")
        verbose_name_plural = _("freins")
        constraints = [
            models.CheckConstraint(
                condition=Q(probability__range=(1, 5), severity__range=(1, 5), controllability__range=(1, 5)),
                name="barrier_scales",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def criticality(self) -> int:
        """From 1 to 25."""
        return criticality(self.probability, self.severity)


class Advocacy(models.Model):
    """A barrier that only the State can lift, as a town asked it to; the network counts them."""

    barrier = models.OneToOneField(Barrier, on_delete=models.CASCADE, related_name="advocacy")
    country_code = models.CharField(_("pays"), max_length=2, db_index=True)
    # The words that were sent: what the barrier becomes is the town's own business.
    title = models.CharField(_("demande"), max_length=300)
    words = models.TextField(_("description"), blank=True)
    category = models.CharField(_("catégorie"), max_length=15, choices=BarrierCategory.choices)
    raised_on = models.DateField(_("portée le"))
    raised_by = person_field(_("portée par"))
    answer = models.CharField(
        _("réponse de l’État"), max_length=10, choices=StateAnswer.choices, default=StateAnswer.WAITING
    )
    withdrawn_on = models.DateField(_("retirée le"), null=True, blank=True)
    simulated = models.BooleanField(_("données simulées"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("point de plaidoyer")
        verbose_name_plural = _("points de plaidoyer")

    def __str__(self) -> str:
        return self.title


class AdvocacyAnswer(models.Model):
    """One answer of the State to a point; the last one holds, the others are its history."""

    advocacy = models.ForeignKey(Advocacy, on_delete=models.CASCADE, related_name="answers")
    answer = models.CharField(_("réponse"), max_length=10, choices=StateAnswer.choices)
    words = models.TextField(_("texte de la réponse"))
    answered_on = models.DateField(_("date de la réponse"))
    url = models.URLField(_("adresse"), max_length=500, blank=True)
    told_by = person_field(_("écrite par"))
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("réponse de l’État")
        verbose_name_plural = _("réponses de l’État")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.advocacy_id} {self.answer}"
