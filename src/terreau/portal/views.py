"""The portal's own pages."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from terreau.accounts.models import Person, RoleGrant
from terreau.accounts.perms import can_edit_sheets, remember_roles
from terreau.core.permissions import right
from terreau.core.registry import (
    chain_steps,
    home_panels,
    person_doors,
    territory_panels,
    workspace_tasks,
)
from terreau.diagnosis.definitions import DEFINITIONS
from terreau.diagnosis.models import Edition
from terreau.perimeters import rules as perimeters
from terreau.portal.doors import doors_of
from terreau.territories.enums import Kind, TieKind
from terreau.territories.models import Territory
from terreau.territories.services import public_code, successors

MOST_EDITIONS = 6
_INSIDE_TOWNS = {Kind.BOROUGH, Kind.SECTOR, Kind.VILLAGE}
_TOWNS = {Kind.COMMUNE, Kind.GROUPING}
_AROUND_TOWNS = {Kind.COUNTRY, Kind.REGION, Kind.DEPARTMENT}
_TREE_ORDER = {kind: rank for rank, kind in enumerate(Kind.values)}


def _panels(registry: Any, *arguments: Any) -> list[dict[str, Any]]:
    """The panels that have something to show, each with its template and what it is given."""
    shown = []
    for panel in registry:
        content = panel.context(*arguments)
        if content is not None:
            shown.append({"key": panel.key, "template": panel.template, "content": content})
    return shown


def home(request: HttpRequest) -> HttpResponse:
    """The first page: what one can find here, and what is there."""
    newer = Edition.objects.filter(territory=OuterRef("territory"), number__gt=OuterRef("number"))
    newest = Edition.objects.brief().select_related("territory").filter(~Exists(newer))
    context = {
        "panels": _panels(home_panels, request.user),
        "editions": newest.order_by("-published_at")[:MOST_EDITIONS],
    }
    return render(request, "portal/home.html", context)


def territory(request: HttpRequest, code: str) -> HttpResponseBase:
    """A territory's public page: the centre of the platform.

    An ended territory sends to the one that followed it, or names those that did; a code written in
    another way (`FR-COM-86194`, `re`) sends to its own address.
    """
    if (written := public_code(code)) != code:
        return redirect("portal:territory", code=written)
    place = Territory.objects.with_latest_population().filter(code=code).first()
    if place is None:
        raise Http404
    followers = [] if place.is_current else successors(place.code)
    if len(followers) == 1:
        return redirect("portal:territory", code=followers[0].code)
    remember_roles(request.user, place)
    containers = sorted(
        Territory.objects.containing(place).exclude(pk=place.pk), key=lambda one: _TREE_ORDER[one.kind]
    )
    context = {
        "territory": place,
        "containers": containers,
        "apart": _told_apart(place, containers),
        "successors": followers,
        "predecessors": [
            link.former for link in place.predecessors.select_related("former").order_by("former__name")[:40]
        ],
        "ties": (ties := list(place.network_ties.all())),
        "is_member": any(tie.kind == TieKind.ACCESSION for tie in ties),
        "population": vars(place)["latest_population"],
        "doors": doors_of(request.user, place),
        "keeps": bool(can_edit_sheets(request.user, place)),
        "steps": [{"label": step.label, **vars(step.state(place, request.user))} for step in chain_steps],
        "panels": _panels(territory_panels, place, request.user),
    }
    return render(request, "portal/territory.html", context)


def _told_apart(place: Territory, containers: list[Territory]) -> str:
    """What a title adds to a name that others bear: towns or districts of one name, a town and its region."""
    if containers and place.kind in _INSIDE_TOWNS:
        return containers[-1].name
    if any(one.name == place.name for one in containers):
        return place.get_kind_display()
    around = [one.name for one in containers if one.kind in _AROUND_TOWNS]
    return around[-1] if around and place.kind in _TOWNS else ""


@login_required
def workspace(request: HttpRequest) -> HttpResponse:
    """What waits for the person, the territories that are theirs, and all that they may do."""
    person = cast(Person, request.user)
    by_name = RoleGrant.objects.select_related("territory").order_by("territory__name_folded")
    prefetch_related_objects([person], Prefetch("grants", by_name))  # every application asks for them
    remember_roles(person, *[grant.territory for grant in person.grants.all() if grant.territory])
    context = {
        "tasks": [item for task in workspace_tasks for item in task.items(person)],
        "roles": [
            {
                "grant": grant,
                "figures": bool(grant.territory and right("read_figures")(person, grant.territory)),
                "doors": doors_of(person, grant.territory) if grant.territory else [],
            }
            for grant in person.grants.all()
        ],
        "doors": [{"label": door.label, "url": url} for door in person_doors if (url := door.url(person))],
    }
    return render(request, "portal/workspace.html", context)


def methods(request: HttpRequest) -> HttpResponse:
    """How each figure is made."""
    return render(request, "portal/methods.html", {"definitions": DEFINITIONS.values()})


def legal_forms(request: HttpRequest) -> HttpResponse:
    """The countries whose legal forms are known, and what is not known."""
    context = {"tables": perimeters.tables(), "rules": perimeters.rule_rows()}
    return render(request, "portal/legal_forms.html", context)


def legal_forms_of(request: HttpRequest, country: str) -> HttpResponse:
    """The table of one country."""
    chosen = [table for table in perimeters.tables() if table.key == country]
    if not chosen:
        raise Http404
    return render(
        request, "portal/legal_forms_of.html", {"table": chosen[0], "all_rows": "tout" in request.GET}
    )


def accessibility(request: HttpRequest) -> HttpResponse:
    """What is accessible, what is not, whom to tell."""
    return render(request, "portal/accessibility.html")
