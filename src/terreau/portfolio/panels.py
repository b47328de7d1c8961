"""Where projects appear elsewhere: a territory's page, the chain, the workspace, the journal, my data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.accounts.perms import is_signed_in
from terreau.core import stamp
from terreau.core.registry import StepState, Waiting
from terreau.portfolio import perms
from terreau.portfolio.enums import ProjectState, ProposalAnswer
from terreau.portfolio.models import Project, ProjectDocument, Proposal, Proposer, Step
from terreau.territories.models import Territory

_MOST_SHOWN = 6


def door(territory: Territory) -> str:
    """The portfolio of a territory."""
    return reverse("portfolio:every", args=[territory.code])


def step(territory: Territory, person: Any) -> StepState:
    """Where the portfolio stands, and what to do next."""
    counts = Project.objects.filter(territory=territory).aggregate(
        total=Count("pk"),
        waiting=Count(
            "pk", filter=Q(state__in=(ProjectState.IDEA, ProjectState.STUDY, ProjectState.SUBMITTED))
        ),
        selected=Count("pk", filter=Q(state__in=(ProjectState.SELECTED, ProjectState.RUNNING))),
    )
    keeps = is_signed_in(person) and bool(perms.can_run(person, territory))
    url = door(territory) if keeps else ""
    if not counts["total"]:
        return StepState("later", _("Aucun projet inscrit."), url, _("Inscrire un projet"))
    told = ngettext("%(total)d projet", "%(total)d projets", counts["total"]) % counts
    chosen = ngettext(
        "%(selected)d retenu ou en cours", "%(selected)d retenus ou en cours", counts["selected"]
    )
    state = "now" if counts["waiting"] else "done"
    return StepState(state, f"{told}, {chosen % counts}.", url, _("Voir les projets"))


def panel(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """On a territory's page: its public projects, and where to propose one."""
    projects = _public().get(territory.pk, [])
    if not projects and territory.opened_on is None:
        return None
    return {
        "code": territory.code,
        "projects": projects[:_MOST_SHOWN],
        "more": len(projects) > _MOST_SHOWN,
        "simulated": any(one["simulated"] for one in projects),
    }


def _public() -> dict[int, list[dict[str, Any]]]:
    """The public projects of every territory, those it shares included: asked once for all their pages."""

    def ask() -> dict[int, list[dict[str, Any]]]:
        states = dict(ProjectState.choices)
        found: dict[int, list[dict[str, Any]]] = {}
        rows = Project.objects.public().order_by("title", "pk")
        for pk, sharer, public_id, title, state, simulated in rows.values_list(
            "territory", "shares__territory", "public_id", "title", "state", "is_simulated"
        ):
            told = {
                "public_id": public_id,
                "title": title,
                "state": str(states[ProjectState(state)]),
                "simulated": simulated,
            }
            for territory in {pk, sharer} - {None}:
                if told not in (listed := found.setdefault(territory, [])):
                    listed.append(told)
        return found

    return stamp.kept(settings.HOME.content_stamp, "public projects", ask)


def waiting(territories: Iterable[Territory]) -> QuerySet[Any]:
    """How many proposals of each territory wait for an answer."""
    found = Proposal.objects.filter(territory__in=list(territories), answer=ProposalAnswer.WAITING)
    return found.order_by().values_list("territory").annotate(count=Count("pk"))


def tell_waiting(territory: Territory, count: int) -> Waiting:
    """The proposals to answer."""
    return Waiting(
        ngettext("projet proposé par un acteur", "projets proposés par des acteurs", count),
        reverse("portfolio:proposals", args=[territory.code]),
        count,
        _("Qui propose attend une réponse."),
    )


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
