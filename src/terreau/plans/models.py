"""A territory's action plan: axes, objectives, actions; who carries them, their money, what they give.

What was said on a day (a state, an amount, a value) is a row that is only ever added.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from terreau.core.numbers import french_number
from terreau.directory.models import Organisation, new_public_id
from terreau.framework.library_models import person_field
from terreau.journal.frozen import Frozen
from terreau.plans import rules
from terreau.plans.enums import ActionState, EntryKind, Participation, Reply, Sense, Standing
from terreau.portfolio.models import Project
from terreau.practices.enums import CostNature
from terreau.practices.models import Practice
from terreau.survey.enums import Need
from terreau.territories.models import Territory


def _told(number: Decimal | None) -> str:
    return "" if number is None else french_number(float(number))


class PlanQuerySet(models.QuerySet["Plan"]):
    """How plans are read."""

    def of(self, territory: Territory) -> PlanQuerySet:
        """Those of a territory, the one that runs first."""
        return self.filter(territory=territory).order_by(F("closed_on").desc(nulls_first=True), "-pk")

    def public(self) -> PlanQuerySet:
        """Those a visitor reads."""
        return self.filter(published_on__isnull=False)


class Plan(models.Model):
    """A territory's plan over some years; one runs at a time."""

    public_id = models.CharField(_("identifiant public"), max_length=16, unique=True, default=new_public_id)
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="plans"
    )
    title = models.CharField(_("nom du plan"), max_length=200)
    words = models.TextField(_("ce que le plan veut changer"), blank=True)
    starts_on = models.DateField(_("commence le"))
    ends_on = models.DateField(_("finit le"))
    currency = models.CharField(_("monnaie"), max_length=40)
    published_on = models.DateField(_("rendu public le"), null=True, blank=True)
    closed_on = models.DateField(_("clos le"), null=True, blank=True)
    is_simulated = models.BooleanField(_("données simulées"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan d’action")
        verbose_name_plural = _("plans d’action")
        constraints = [
            models.UniqueConstraint(
                fields=["territory"], condition=Q(closed_on__isnull=True), name="plan_one_runs"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="plan_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_running(self) -> bool:
        """Whether it can still be changed."""
        return self.closed_on is None


class Heading(models.Model):
    """What axes and objectives share: a rank, a title, what it is about."""

    rank = models.PositiveIntegerField(_("rang"), default=0)
    title = models.CharField(_("titre"), max_length=300)
    words = models.TextField(_("en quelques mots"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        abstract = True
        ordering = ("rank", "pk")

    def __str__(self) -> str:
        return self.title


class Axis(Heading):
    """A large direction of the plan."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="axes")

    class Meta(Heading.Meta):
        verbose_name = _("axe")
        verbose_name_plural = _("axes")


class Objective(Heading):
    """What an axis wants to reach."""

    axis = models.ForeignKey(Axis, verbose_name=_("axe"), on_delete=models.CASCADE, related_name="objectives")

    class Meta(Heading.Meta):
        verbose_name = _("objectif")
        verbose_name_plural = _("objectifs")


class ActionQuerySet(models.QuerySet["Action"]):
    """How actions are read."""

    def in_order(self) -> ActionQuerySet:
        """As the plan tells them: axis after axis."""
        return self.order_by(
            "objective__axis__rank", "objective__axis", "objective__rank", "objective", "rank", "pk"
        )

    def of(self, plan: Plan) -> ActionQuerySet:
        """Those of a plan, with what every list says of them."""
        found = self.filter(objective__axis__plan=plan)
        return found.select_related("objective__axis", "project").in_order()


class Action(models.Model):
    """One thing the plan promises: who carries it, when, what it answers, where it stands."""

    public_id = models.CharField(_("identifiant public"), max_length=16, unique=True, default=new_public_id)
    objective = models.ForeignKey(
        Objective, verbose_name=_("objectif"), on_delete=models.PROTECT, related_name="actions"
    )
    rank = models.PositiveIntegerField(_("rang"), default=0)
    reference = models.CharField(_("numéro"), max_length=20, blank=True)
    title = models.CharField(_("action"), max_length=300)
    words = models.TextField(_("description"), blank=True)
    elected_pilot = models.CharField(_("pilote élu"), max_length=200, blank=True)
    technical_pilot = models.CharField(_("pilote technique"), max_length=200, blank=True)
    starts_on = models.DateField(_("commence le"), null=True, blank=True)
    ends_on = models.DateField(_("finit le"), null=True, blank=True)
    state = models.CharField(
        _("état"), max_length=10, choices=ActionState.choices, default=ActionState.TO_START
    )
    cause = models.TextField(_("ce qui bloque ou retarde"), blank=True)
    ended_on = models.DateField(_("terminée le"), null=True, blank=True)
    participation = models.CharField(
        _("part des habitants"), max_length=16, choices=Participation.choices, blank=True
    )
    is_public = models.BooleanField(_("visible du public"), default=True)
    # What it answers: the chain from a need to a result.
    project = models.ForeignKey(
        Project,
        verbose_name=_("projet"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="actions",
    )
    need = models.CharField(_("besoin"), max_length=20, choices=Need.choices, blank=True)
    recommendation = models.CharField(_("recommandation"), max_length=120, blank=True)
    lever = models.CharField(_("levier"), max_length=60, blank=True)
    result = models.TextField(_("ce que l’action a donné"), blank=True)
    result_evidence = models.TextField(_("ce qui permet de le dire"), blank=True)
    practice = models.ForeignKey(
        Practice,
        verbose_name=_("bonne pratique qui en est née"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="actions",
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    changed_at = models.DateTimeField(_("modifiée le"), auto_now=True)
    changed_by = person_field(_("modifiée par"))

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ActionState.BLOCKED) | ~Q(cause=""), name="action_blocked_says_why"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="action_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def plan(self) -> Plan:
        """Its plan."""
        return self.objective.axis.plan

    def standing(self, today: date) -> Standing:
        """How it is told on a day."""
        return Standing(rules.standing(self.state, self.starts_on, self.ends_on, today))


class StateChange(Frozen):
    """An action went from one state to another on a day, and why."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="state_changes")
    before = models.CharField(_("avant"), max_length=10, choices=ActionState.choices, blank=True)
    after = models.CharField(_("après"), max_length=10, choices=ActionState.choices)
    on = models.DateField(_("le"))
    cause = models.TextField(_("pourquoi"), blank=True)
    told_by = person_field(_("dit par"))

    class Meta:
        verbose_name = _("changement d’état")
        verbose_name_plural = _("changements d’état")
        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"{self.action_id} {self.after}"


class CoLeader(models.Model):
    """An organisation asked to carry an action with the town; shown once it accepted."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="co_leaders")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="co_led"
    )
    words = models.TextField(_("sa part"), blank=True)
    reply = models.CharField(_("réponse"), max_length=10, choices=Reply.choices, default=Reply.WAITING)
    asked_at = models.DateTimeField(_("demandée le"))
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    answered_by = person_field(_("répondu par"))

    class Meta:
        verbose_name = _("co-porteur")
        verbose_name_plural = _("co-porteurs")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["action", "organisation"], name="co_leader_once")]

    def __str__(self) -> str:
        return f"{self.action_id} {self.organisation_id} {self.reply}"


class Partner(models.Model):
    """Who helps without carrying: a sheet of the directory, or a name."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="partner_in"
    )
    name = models.CharField(_("nom"), max_length=200)

    class Meta:
        verbose_name = _("partenaire")
        verbose_name_plural = _("partenaires")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class Share(models.Model):
    """Another territory carries a part of an action, once it has accepted."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="shares")
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="shared_actions"
    )
    words = models.TextField(_("sa part"), blank=True)
    percent = models.PositiveSmallIntegerField(_("part du budget, en %"), null=True, blank=True)
    reply = models.CharField(_("réponse"), max_length=10, choices=Reply.choices, default=Reply.WAITING)
    answered_on = models.DateField(_("répondu le"), null=True, blank=True)

    class Meta:
        verbose_name = _("action partagée")
        verbose_name_plural = _("actions partagées")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["action", "territory"], name="action_share_once"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100), name="action_share_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.territory_id}"


class Step(models.Model):
    """One step of an action, with the day it is due."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="steps")
    rank = models.PositiveIntegerField(_("rang"), default=0)
    title = models.CharField(_("étape"), max_length=300)
    due_on = models.DateField(_("échéance"), null=True, blank=True)
    done_on = models.DateField(_("faite le"), null=True, blank=True)

    class Meta:
        verbose_name = _("étape")
        verbose_name_plural = _("étapes")
        ordering = ("rank", "pk")

    def __str__(self) -> str:
        return self.title


class Dependency(models.Model):
    """An action that waits for another of its plan; none waits for itself, even by way of others."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="waits_for")
    other = models.ForeignKey(
        Action, verbose_name=_("attend"), on_delete=models.CASCADE, related_name="waited_by"
    )

    class Meta:
        verbose_name = _("dépendance")
        verbose_name_plural = _("dépendances")
        constraints = [
            models.UniqueConstraint(fields=["action", "other"], name="dependency_once"),
            models.CheckConstraint(condition=~Q(action=F("other")), name="dependency_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} → {self.other_id}"


class BudgetLine(models.Model):
    """The money of an action for a year, a nature and a source; its amounts are its entries."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="budget_lines")
    year = models.PositiveSmallIntegerField(_("année"))
    nature = models.CharField(_("nature"), max_length=12, choices=CostNature.choices)
    source = models.CharField(_("d’où vient l’argent"), max_length=200)

    class Meta:
        verbose_name = _("ligne de budget")
        verbose_name_plural = _("lignes de budget")
        ordering = ("year", "nature", "source", "pk")
        constraints = [
            models.UniqueConstraint(fields=["action", "year", "nature", "source"], name="plan_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.year} {self.nature} {self.source}"


class Entry(Frozen):
    """An amount said of a line: foreseen, secured, committed, paid. Another entry mends a mistake."""

    line = models.ForeignKey(
        BudgetLine, verbose_name=_("ligne"), on_delete=models.PROTECT, related_name="entries"
    )
    public_id = models.CharField(_("identifiant public"), max_length=16, unique=True)
    kind = models.CharField(_("ce que dit le montant"), max_length=10, choices=EntryKind.choices)
    # In the smallest units of the plan's currency; negative to take back.
    amount = models.BigIntegerField(_("montant"))
    on = models.DateField(_("le"))
    note = models.CharField(_("pièce ou raison"), max_length=300, blank=True)
    told_by = person_field(_("noté par"))
    at = models.DateTimeField(_("noté le"), auto_now_add=True)

    class Meta:
        verbose_name = _("écriture")
        verbose_name_plural = _("écritures")
        ordering = ("on", "pk")

    def __str__(self) -> str:
        return f"{self.line_id} {self.kind} {self.amount}"


class Indicator(models.Model):
    """What is measured of an action, from where, and what is aimed at."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="indicators")
    rank = models.PositiveIntegerField(_("rang"), default=0)
    title = models.CharField(_("indicateur"), max_length=300)
    unit = models.CharField(_("unité"), max_length=40, blank=True)
    source = models.CharField(_("source du chiffre"), max_length=300, blank=True)
    sense = models.CharField(_("doit"), max_length=4, choices=Sense.choices, default=Sense.UP)
    baseline = models.DecimalField(_("au départ"), max_digits=18, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(_("cible"), max_digits=18, decimal_places=4, null=True, blank=True)
    target_on = models.DateField(_("cible pour le"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("indicateur")
        verbose_name_plural = _("indicateurs")
        ordering = ("rank", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def baseline_told(self) -> str:
        """Where it started, as a reader writes it."""
        return _told(self.baseline)

    @property
    def target_told(self) -> str:
        """What is aimed at, as a reader writes it."""
        return _told(self.target)


class IndicatorValue(Frozen):
    """What an indicator was on a day; said again for the same day, the last counts."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="values")
    on = models.DateField(_("le"))
    value = models.DecimalField(_("valeur"), max_digits=18, decimal_places=4)
    comment = models.TextField(_("commentaire"), blank=True)
    told_by = person_field(_("dit par"))
    at = models.DateTimeField(_("noté le"), auto_now_add=True)

    class Meta:
        verbose_name = _("valeur d’un indicateur")
        verbose_name_plural = _("valeurs d’un indicateur")
        ordering = ("on", "pk")

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.on} {self.value}"

    @property
    def value_told(self) -> str:
        """The value, as a reader writes it."""
        return _told(self.value)


class Evidence(models.Model):
    """What shows that something was done: an address where it is read, or a file that is kept here."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="evidence")
    title = models.CharField(_("pièce"), max_length=300)
    url = models.URLField(_("adresse"), max_length=500, blank=True)
    # The file under the name of its content; see `filing.path_of`.
    name = models.CharField(_("nom du fichier"), max_length=200, blank=True)
    digest = models.CharField(_("empreinte"), max_length=64, blank=True)
    size = models.PositiveIntegerField(_("taille"), null=True, blank=True)
    on = models.DateField(_("du"), null=True, blank=True)
    is_public = models.BooleanField(_("visible du public"), default=False)
    added_by = person_field(_("ajoutée par"))

    class Meta:
        verbose_name = _("pièce d’une action")
        verbose_name_plural = _("pièces des actions")
        ordering = ("-on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "url"], condition=~Q(url=""), name="evidence_address_once"
            ),
            models.UniqueConstraint(
                fields=["action", "digest"], condition=~Q(digest=""), name="evidence_file_once"
            ),
            models.CheckConstraint(
                condition=Q(url="", digest__gt="") | Q(digest="", url__gt=""), name="evidence_one_of_two"
            ),
        ]

    def __str__(self) -> str:
        return self.title


# In modules of their own; they name the plan and its actions, so they come last.
from terreau.plans.edition_models import PlanEdition  # noqa: E402, F401
from terreau.plans.governance_models import (  # noqa: E402, F401
    Decision,
    Governance,
    Postponement,
    Power,
    Review,
    Seat,
)
from terreau.plans.importing_models import (  # noqa: E402, F401
    CalendarAddress,
    ColumnMeanings,
    LastSaid,
    PlanFile,
)
