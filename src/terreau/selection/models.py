"""Projects chosen together under a budget: what is considered, what binds, what comes out, what is kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.directory.models import Organisation, new_public_id
from terreau.framework.library_models import person_field
from terreau.journal.frozen import Frozen, FrozenQuerySet
from terreau.portfolio.models import Project
from terreau.selection.enums import Label, RuleKind, SelectionState, VoteState
from terreau.territories.models import Territory


class Selection(models.Model):
    """A choice of projects of a territory. Amounts are in the smallest units of `currency`."""

    public_id = models.CharField(_("identifiant"), max_length=16, unique=True, default=new_public_id)
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="selections"
    )
    title = models.CharField(_("intitulé"), max_length=200)
    currency = models.CharField(_("monnaie"), max_length=40, blank=True)
    # Year → amount.
    budgets = models.JSONField(_("budgets"), default=dict)
    state = models.CharField(
        _("état"), max_length=8, choices=SelectionState.choices, default=SelectionState.OPEN
    )
    vote = models.CharField(_("vote"), max_length=8, choices=VoteState.choices, default=VoteState.NONE)
    is_simulated = models.BooleanField(_("données simulées"), default=False)
    # Of the title, the budgets and the costs.
    version = models.PositiveIntegerField(_("version"), default=1)
    opened_on = models.DateField(_("ouvert le"))
    opened_by = person_field(_("ouvert par"))

    class Meta:
        verbose_name = _("choix de projets")
        verbose_name_plural = _("choix de projets")
        ordering = ("-opened_on", "-pk")

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """A project that may be chosen."""

    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="items")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="selection_items")
    # Year → what the budget would pay.
    costs = models.JSONField(_("coûts"), default=dict)
    # The share of its cost from which it may start; 100: all or nothing.
    least_percent = models.PositiveSmallIntegerField(_("part minimale, en %"), default=100)

    class Meta:
        verbose_name = _("projet considéré")
        verbose_name_plural = _("projets considérés")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["selection", "project"], name="selection_item_once"),
            models.CheckConstraint(
                condition=Q(least_percent__gte=1) & Q(least_percent__lte=100), name="selection_item_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.selection_id} {self.project_id}"


class Constraint(models.Model):
    """What binds the choice: at least so many for a lever, one only with another."""

    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="constraints")
    kind = models.CharField(_("contrainte"), max_length=8, choices=RuleKind.choices)
    label = models.CharField(_("sur"), max_length=8, choices=Label.choices, blank=True)
    # Code of the lever or of its family, of the place, of the public.
    name = models.CharField(_("lequel"), max_length=60, blank=True)
    # Projects; smallest units of money; percent of the budget.
    least = models.BigIntegerField(_("au moins"), null=True, blank=True)
    most = models.BigIntegerField(_("au plus"), null=True, blank=True)
    project = models.ForeignKey(
        Project, verbose_name=_("projet"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    other = models.ForeignKey(
        Project,
        verbose_name=_("autre projet"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Drawn with the form: sent twice, it is added once.
    once = models.CharField(max_length=16)

    class Meta:
        verbose_name = _("contrainte")
        verbose_name_plural = _("contraintes")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["selection", "once"], name="selection_rule_once")]

    def __str__(self) -> str:
        return f"{self.selection_id} {self.kind}"


class Computed(models.Model):
    """What came out, kept with the digest of what it was worked out from."""

    selection = models.OneToOneField(Selection, on_delete=models.CASCADE, related_name="computed")
    digest = models.CharField(_("empreinte"), max_length=64)
    content = models.JSONField(_("contenu"))

    class Meta:
        verbose_name = _("résultat d’un choix")
        verbose_name_plural = _("résultats de choix")

    def __str__(self) -> str:
        return str(self.selection_id)


class Ballot(models.Model):
    """The vote of one organisation, by a link of its own."""

    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="ballots")
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="selection_ballots",
    )
    # What is kept of the link: nothing from which it could be found again.
    link_digest = models.CharField(max_length=64, unique=True)
    # Identifiers of the projects approved.
    approved = models.JSONField(_("projets approuvés"), default=list)
    version = models.PositiveIntegerField(_("version"), default=1)
    sent_at = models.DateTimeField(_("voté le"), null=True, blank=True)

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["selection", "organisation"], name="selection_ballot_once")
        ]

    def __str__(self) -> str:
        return f"{self.selection_id} {self.organisation_id}"


class ChoiceQuerySet(FrozenQuerySet["Choice"]):
    """How what was chosen is read. It is only ever added to."""

    def of(self, territory: Territory) -> ChoiceQuerySet:
        """Those of a territory, the newest first."""
        return self.filter(territory=territory).order_by("-decided_on", "-pk")


class Choice(Frozen):
    """What was chosen, with all that it rests on. Rows are only inserted."""

    selection = models.OneToOneField(Selection, on_delete=models.PROTECT, related_name="choice")
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="choices_of_projects"
    )
    decided_on = models.DateField(_("décidé le"))
    is_public = models.BooleanField(_("public"), default=False)
    content = models.JSONField(_("contenu"))
    digest = models.CharField(_("empreinte"), max_length=64)
    made_at = models.DateTimeField(_("enregistré le"))
    made_by = person_field(_("enregistré par"))

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("choix décidé")
        verbose_name_plural = _("choix décidés")

    def __str__(self) -> str:
        return str(self.selection_id)
