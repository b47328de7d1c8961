"""How a plan is governed: who steers it, who decides what, the days of its reviews and what they decided.

That a review was missed or that an action sleeps is written nowhere: it follows from days (`alarms.py`).
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.directory.models import Organisation
from terreau.framework.enums import College
from terreau.framework.library_models import person_field
from terreau.journal.frozen import Frozen
from terreau.plans import governance_rules
from terreau.plans.enums import ReviewState


class Governance(models.Model):
    """The body that steers a plan, and how long its actions may say nothing."""

    plan = models.OneToOneField("plans.Plan", on_delete=models.CASCADE, related_name="governance")
    name = models.CharField(_("instance de pilotage"), max_length=200)
    words = models.TextField(_("son rôle"), blank=True)
    meets_every = models.PositiveSmallIntegerField(
        _("se réunit tous les (mois)"), default=governance_rules.MEETS_EVERY
    )
    sleeps_after = models.PositiveSmallIntegerField(
        _("une action dort après (mois)"),
        choices=[(months, months) for months in governance_rules.SLEEPS_AFTER],
        default=governance_rules.SLEEPS_BY_DEFAULT,
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("pilotage d’un plan")
        verbose_name_plural = _("pilotage des plans")

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """A place in the steering body: a function, never a person; where it is one's, the organisation."""

    governance = models.ForeignKey(Governance, on_delete=models.CASCADE, related_name="seats")
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)
    function = models.CharField(_("fonction"), max_length=200)
    college = models.CharField(_("collège"), max_length=10, choices=College.choices)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="plan_seats",
    )

    class Meta:
        verbose_name = _("siège")
        verbose_name_plural = _("sièges")
        ordering = ("rank", "pk")

    def __str__(self) -> str:
        return self.function


class Power(models.Model):
    """A kind of decision: who takes it, who is asked before, who is told after."""

    governance = models.ForeignKey(Governance, on_delete=models.CASCADE, related_name="powers")
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)
    kind = models.CharField(_("décision"), max_length=200)
    decides = models.CharField(_("qui décide"), max_length=200)
    asked = models.CharField(_("qui est consulté"), max_length=200, blank=True)
    told = models.CharField(_("qui est informé"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("qui décide de quoi")
        verbose_name_plural = _("qui décide de quoi")
        ordering = ("rank", "pk")

    def __str__(self) -> str:
        return self.kind


class Review(models.Model):
    """A day on which the plan is looked at: to come, held, or not held and why."""

    plan = models.ForeignKey("plans.Plan", on_delete=models.CASCADE, related_name="reviews")
    due_on = models.DateField(_("prévue le"))
    subject = models.CharField(_("ordre du jour"), max_length=300, blank=True)
    held_on = models.DateField(_("tenue le"), null=True, blank=True)
    minutes = models.TextField(_("compte rendu"), blank=True)
    missed_because = models.TextField(_("pourquoi elle n’a pas eu lieu"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("revue du plan")
        verbose_name_plural = _("revues du plan")
        ordering = ("due_on", "pk")
        constraints = [
            models.UniqueConstraint(fields=["plan", "due_on"], name="review_once_a_day"),
            models.CheckConstraint(
                condition=Q(held_on__isnull=True) | Q(missed_because=""), name="review_held_or_missed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on:%d/%m/%Y}"

    def state(self, today: date) -> ReviewState:
        """How it is told on a day."""
        missed = bool(self.missed_because)
        return ReviewState(governance_rules.review_state(self.due_on, self.held_on, missed, today))


class Postponement(Frozen):
    """A review was put off from one day to another, and why."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="postponements")
    before = models.DateField(_("du"))
    after = models.DateField(_("au"))
    reason = models.TextField(_("pourquoi"))
    told_by = person_field(_("dit par"))
    at = models.DateTimeField(_("noté le"), auto_now_add=True)

    class Meta:
        verbose_name = _("report d’une revue")
        verbose_name_plural = _("reports d’une revue")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Decision(models.Model):
    """Something a review decided: what, who sees to it, the action that it touches."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="decisions")
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)
    text = models.TextField(_("décision"))
    who = models.CharField(_("qui s’en charge"), max_length=200, blank=True)
    action = models.ForeignKey(
        "plans.Action",
        verbose_name=_("action"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="decisions",
    )
    is_public = models.BooleanField(_("publique"), default=False)

    class Meta:
        verbose_name = _("décision d’une revue")
        verbose_name_plural = _("décisions des revues")
        ordering = ("rank", "pk")

    def __str__(self) -> str:
        return self.text
