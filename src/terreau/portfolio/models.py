"""Projects of a territory: whence they come, whom they serve, their money, their risks, who shares them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.directory.models import Organisation, new_public_id
from terreau.framework.library_models import person_field
from terreau.portfolio.enums import FundingState, Origin, ProjectState, ProposalAnswer, Stage
from terreau.practices.enums import CostNature
from terreau.survey.enums import Need
from terreau.territories.models import Territory


class ProjectQuerySet(models.QuerySet["Project"]):
    """How projects are read."""

    def of(self, territory: Territory) -> ProjectQuerySet:
        """Those that a territory bears, and those that others share with it."""
        return self.filter(Q(territory=territory) | Q(shares__territory=territory)).distinct()

    def public(self) -> ProjectQuerySet:
        """Those a visitor reads."""
        return self.filter(is_public=True)


class Project(models.Model):
    """The sheet of a project. Amounts are in the smallest units of `currency`."""

    public_id = models.CharField(_("identifiant"), max_length=16, unique=True, default=new_public_id)
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="projects"
    )
    title = models.CharField(_("nom"), max_length=200)
    summary = models.TextField(_("en quelques phrases"), blank=True)
    state = models.CharField(
        _("état"), max_length=10, choices=ProjectState.choices, default=ProjectState.IDEA
    )
    stage = models.CharField(_("avancement"), max_length=8, choices=Stage.choices, blank=True)
    origin = models.CharField(_("origine"), max_length=14, choices=Origin.choices, default=Origin.AGENT)
    # Key of the recommendation, identifier of the practice, of the sheet, receipt of the proposal.
    origin_key = models.CharField(_("d’où il vient"), max_length=120, blank=True)
    # Key of the finding of the diagnosis that it answers.
    finding = models.CharField(_("constat"), max_length=120, blank=True)
    need = models.CharField(_("besoin"), max_length=30, choices=Need.choices, blank=True)
    lever = models.CharField(_("levier"), max_length=60, blank=True)
    sector = models.CharField(_("secteur"), max_length=60, blank=True)
    issues = models.JSONField(_("enjeux territoriaux"), default=list, blank=True)
    zone = models.ForeignKey(
        Territory, verbose_name=_("lieu"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.CharField(_("précision sur le lieu"), max_length=200, blank=True)
    women = models.PositiveIntegerField(_("femmes concernées"), null=True, blank=True)
    young = models.PositiveIntegerField(_("jeunes concernés"), null=True, blank=True)
    disabled = models.PositiveIntegerField(_("personnes handicapées concernées"), null=True, blank=True)
    people = models.PositiveIntegerField(_("personnes concernées en tout"), null=True, blank=True)
    bearer = models.ForeignKey(
        Organisation,
        verbose_name=_("porteur"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="borne_projects",
    )
    partners = models.ManyToManyField(
        Organisation, verbose_name=_("partenaires"), blank=True, related_name="partner_projects"
    )
    currency = models.CharField(_("monnaie"), max_length=40, blank=True)
    # Expected yearly income and costs once it runs, for the break-even.
    yearly_income = models.BigIntegerField(_("recettes attendues par an"), null=True, blank=True)
    yearly_fixed = models.BigIntegerField(_("charges fixes par an"), null=True, blank=True)
    variable_percent = models.PositiveSmallIntegerField(
        _("charges variables, en % des recettes"), null=True, blank=True
    )
    results = models.TextField(_("résultats attendus"), blank=True)
    is_public = models.BooleanField(_("public"), default=False)
    is_simulated = models.BooleanField(_("données simulées"), default=False)
    # Of all that one form writes.
    version = models.PositiveIntegerField(_("version"), default=1)
    created_by = person_field(_("inscrit par"))
    created_at = models.DateTimeField(_("inscrit le"), auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("projet")
        verbose_name_plural = _("projets")
        ordering = ("title", "pk")
        indexes = [models.Index(fields=["territory", "state"], name="project_state")]

    def __str__(self) -> str:
        return self.title


class Share(models.Model):
    """A territory that shares a project borne by another, and its part."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="shares")
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="project_shares"
    )
    part = models.TextField(_("sa part"), blank=True)
    percent = models.PositiveSmallIntegerField(_("part du budget, en %"), null=True, blank=True)

    class Meta:
        verbose_name = _("territoire associé")
        verbose_name_plural = _("territoires associés")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["project", "territory"], name="project_share_once")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.territory_id}"


class BudgetLine(models.Model):
    """What a project costs in a year, by nature."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="budget_lines")
    year = models.PositiveSmallIntegerField(_("année"))
    nature = models.CharField(_("nature"), max_length=10, choices=CostNature.choices)
    amount = models.BigIntegerField(_("montant"))

    class Meta:
        verbose_name = _("ligne de budget")
        verbose_name_plural = _("lignes de budget")
        ordering = ("year", "nature", "pk")
        constraints = [
            models.UniqueConstraint(fields=["project", "year", "nature"], name="budget_line_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.year} {self.nature}"


class Funding(models.Model):
    """What a funder gives, or was asked for, in its own currency."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="fundings")
    funder = models.CharField(_("financeur"), max_length=200)
    year = models.PositiveSmallIntegerField(_("année"))
    amount = models.BigIntegerField(_("montant"))
    currency = models.CharField(_("monnaie"), max_length=40)
    state = models.CharField(_("état"), max_length=8, choices=FundingState.choices)

    class Meta:
        verbose_name = _("financement")
        verbose_name_plural = _("financements")
        ordering = ("year", "pk")
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="funding_positive")]

    def __str__(self) -> str:
        return self.funder


class Risk(models.Model):
    """What may go wrong, and what is done about it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="risks")
    text = models.CharField(_("risque"), max_length=300)
    probability = models.PositiveSmallIntegerField(_("probabilité, de 1 à 5"))
    severity = models.PositiveSmallIntegerField(_("gravité, de 1 à 5"))
    control = models.CharField(_("maîtrise"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("risque")
        verbose_name_plural = _("risques")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text


class ProjectDocument(models.Model):
    """A file of a project, under the name of its content."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="documents")
    name = models.CharField(_("nom"), max_length=200)
    path = models.CharField(_("fichier"), max_length=300)
    digest = models.CharField(_("empreinte"), max_length=64)
    size = models.PositiveIntegerField(_("taille"))
    is_public = models.BooleanField(_("public"), default=False)
    added_by = person_field(_("ajouté par"))
    added_at = models.DateTimeField(_("ajouté le"), auto_now_add=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["project", "digest"], name="project_document_once")]

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    """A passage from one state to the next, with its reason."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="steps")
    before = models.CharField(_("avant"), max_length=10, choices=ProjectState.choices)
    after = models.CharField(_("après"), max_length=10, choices=ProjectState.choices)
    reason = models.TextField(_("raison"), blank=True)
    by = person_field(_("par"))
    at = models.DateTimeField(_("le"), auto_now_add=True)

    class Meta:
        verbose_name = _("étape")
        verbose_name_plural = _("étapes")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.project_id} {self.before} → {self.after}"


class Proposal(models.Model):
    """What an actor proposes, by a public form: no account, a receipt by which it is followed."""

    receipt = models.CharField(_("récépissé"), max_length=16, unique=True)
    territory = models.ForeignKey(
        Territory, verbose_name=_("territoire"), on_delete=models.PROTECT, related_name="proposals"
    )
    title = models.CharField(_("nom du projet"), max_length=200)
    text = models.TextField(_("en quoi il consiste"))
    need = models.CharField(_("besoin"), max_length=30, choices=Need.choices, blank=True)
    who = models.CharField(_("qui le porterait"), max_length=200, blank=True)
    answer = models.CharField(
        _("réponse"), max_length=8, choices=ProposalAnswer.choices, default=ProposalAnswer.WAITING
    )
    words = models.TextField(_("mot de la collectivité"), blank=True)
    project = models.OneToOneField(
        Project, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposal"
    )
    is_simulated = models.BooleanField(_("données simulées"), default=False)
    sent_at = models.DateTimeField(_("envoyée le"), auto_now_add=True)
    answered_by = person_field(_("réponse de"))
    answered_at = models.DateTimeField(_("répondue le"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposition de projet")
        verbose_name_plural = _("propositions de projets")
        ordering = ("-sent_at", "-pk")

    def __str__(self) -> str:
        return self.title


class Proposer(models.Model):
    """How to reach who proposed, where they told it: apart, and erased some time after the answer."""

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, related_name="proposer")
    name = models.CharField(_("nom"), max_length=160, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("personne qui propose")
        verbose_name_plural = _("personnes qui proposent")

    def __str__(self) -> str:
        return str(self.proposal_id)
