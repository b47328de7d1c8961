"""Where projects appear elsewhere: a territory's page, the chain, the workspace, the journal, my data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.accounts.care import waiting_by_territory
from terreau.accounts.perms import is_signed_in
from terreau.core.registry import StepState, Waiting
from terreau.portfolio import perms
from terreau.portfolio.enums import ProjectState, ProposalAnswer
from terreau.portfolio.models import Project, ProjectDocument, Proposal, Proposer, Step
from terreau.territories import published
from terreau.territories.models import Territory

_UNDECIDED = (ProjectState.IDEA, ProjectState.STUDY, ProjectState.SUBMITTED)
CHOSEN = (ProjectState.SELECTED, ProjectState.RUNNING)


def door(territory: Territory) -> str:
    """The portfolio of a territory."""
    return reverse("portfolio:every", args=[territory.code])


def step(territory: Territory, person: Any) -> StepState:
    """Where the portfolio stands, and what to do next; visitors are told of public projects only."""
    if not (is_signed_in(person) and perms.can_run(person, territory)):
        rows = published.rows_of(territory).get("portfolio")
        if not rows:
            return StepState("later", _("Aucun projet public"))
        url = reverse("portfolio:public", args=[territory.code])
        return StepState("done", f"{_told(*rows[0].counts[:2])}.", url, _("Lire les projets"))
    counts = Project.objects.filter(territory=territory).aggregate(
        total=Count("pk"),
        waiting=Count("pk", filter=Q(state__in=_UNDECIDED)),
        chosen=Count("pk", filter=Q(state__in=CHOSEN)),
    )
    if not counts["total"]:
        return StepState("later", _("Aucun projet inscrit."), door(territory), _("Inscrire un projet"))
    state = "now" if counts["waiting"] else "done"
    told = _told(counts["total"], counts["chosen"])
    return StepState(state, f"{told}.", door(territory), _("Voir les projets"))


def _told(total: int, chosen: int) -> str:
    every = ngettext("%(total)d projet", "%(total)d projets", total) % {"total": total}
    kept = ngettext("%(chosen)d retenu ou en cours", "%(chosen)d retenus ou en cours", chosen)
    return f"{every}, {kept % {'chosen': chosen}}"


def shown(territory: Territory) -> QuerySet[Any, Any]:
    """How many projects are public, those it shares included, and where they stand."""
    projects = Project.objects.public().of(territory).order_by().values("is_public")
    return published.columns(
        projects,
        counts=(
            Count("pk", distinct=True),
            Count("pk", distinct=True, filter=Q(state__in=CHOSEN)),
        ),
        simulated=Count("pk", filter=Q(is_simulated=True)),
    )


def lines(territory: Territory, rows: list[published.Row]) -> list[published.Line]:
    """The list of its public projects, and where to propose one."""
    told = []
    for row in rows:
        url = reverse("portfolio:public", args=[territory.code])
        told.append(published.Line(_told(*row.counts[:2]), url, simulated=row.simulated))
    if territory.opened_on is not None:
        url = reverse("portfolio:propose", args=[territory.code])
        told.append(published.Line(_("Proposer un projet"), url))
    return told


def waiting(territories: Iterable[Territory]) -> QuerySet[Any]:
    """How many proposals of each territory wait for an answer."""
    found = Proposal.objects.filter(territory__in=list(territories), answer=ProposalAnswer.WAITING)
    return found.order_by().values_list("territory").annotate(count=Count("pk"))


def tell_waiting(territory: Territory, count: int) -> Waiting:
    """The proposals to answer."""
    return Waiting(
        ngettext("projet proposé par un acteur", "projets proposés par des acteurs", count),
        _proposals_door(territory),
        count,
        _("Qui propose attend une réponse."),
    )


def tasks(person: Any) -> list[dict[str, Any]]:
    """The proposals that wait for an answer of this person, for the workspace."""
    text = _("%(territory)s\u00a0: projets proposés par des acteurs, à qui répondre")
    return waiting_by_territory(person, waiting, text, _proposals_door)


def _proposals_door(territory: Territory) -> str:
    return reverse("portfolio:proposals", args=[territory.code])


def names(public_ids: Iterable[str]) -> dict[str, str]:
    """What each project is called now, for the journal."""
    return dict(Project.objects.filter(public_id__in=list(public_ids)).values_list("public_id", "title"))


def proposal_names(receipts: Iterable[str]) -> dict[str, str]:
    """What each proposal is called, for the journal."""
    return dict(Proposal.objects.filter(receipt__in=list(receipts)).values_list("receipt", "title"))


def export(person: Any) -> dict[str, Any]:
    """What is kept here of a person: projects begun, steps, documents, answers, and what they proposed."""
    told: dict[str, Any] = {
        "projects": list(Project.objects.filter(created_by=person).values_list("public_id", flat=True)),
        "steps": list(Step.objects.filter(by=person).values_list("project__public_id", "after")),
        "documents": list(ProjectDocument.objects.filter(added_by=person).values_list("name", flat=True)),
        "answers": list(Proposal.objects.filter(answered_by=person).values_list("receipt", flat=True)),
    }
    if person.email:
        proposed = Proposer.objects.filter(email__iexact=person.email).values(
            "proposal__receipt", "proposal__title", "name", "email", "phone"
        )
        told["proposed"] = list(proposed)
    return told


def erase(person: Any) -> None:
    """Take the name off; how to reach who proposed with this address goes."""
    Project.objects.filter(created_by=person).update(created_by=None)
    Step.objects.filter(by=person).update(by=None)
    ProjectDocument.objects.filter(added_by=person).update(added_by=None)
    Proposal.objects.filter(answered_by=person).update(answered_by=None)
    if person.email:
        Proposer.objects.filter(email__iexact=person.email).delete()
