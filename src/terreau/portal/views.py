"""The portal's own pages."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control

from terreau.accounts.models import Person, RoleGrant
from terreau.core.registry import chain_steps, home_panels, territory_panels, workspace_tasks
from terreau.diagnosis.definitions import DEFINITIONS
from terreau.diagnosis.models import Edition
from terreau.perimeters import rules as perimeters
from terreau.territories.enums import Kind
from terreau.territories.models import Territory

MOST_EDITIONS = 6
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
    latest = Edition.objects.brief().select_related("territory").order_by("-published_at")
    context = {"panels": _panels(home_panels, request.user), "editions": latest[:MOST_EDITIONS]}
    return render(request, "portal/home.html", context)


def territory(request: HttpRequest, code: str) -> HttpResponseBase:
    """A territory's public page: the centre of the platform.

    An ended territory sends to the one that followed it, or names those that did.
    """
    place = Territory.objects.select_related("parent").filter(code=code).first()
    if place is None:
        raise Http404
    successors = [link.successor for link in place.successors.select_related("successor")]
    if not place.is_current and len(successors) == 1:
        return redirect("portal:territory", code=successors[0].code)
    containers = sorted(
        Territory.objects.containing(place).exclude(pk=place.pk), key=lambda one: _TREE_ORDER[one.kind]
    )
    context = {
        "territory": place,
        "containers": containers,
        "successors": successors,
        "predecessors": [
            link.former for link in place.predecessors.select_related("former").order_by("former__name")[:40]
        ],
        "ties": list(place.network_ties.all()),
        "population": place.populations.order_by("-year").first(),
        "steps": [{"label": step.label, **vars(step.state(place, request.user))} for step in chain_steps],
        "panels": _panels(territory_panels, place, request.user),
    }
    return render(request, "portal/territory.html", context)


@login_required
@cache_control(private=True, no_store=True)
def workspace(request: HttpRequest) -> HttpResponse:
    """What waits for the person, and the territories that are theirs."""
    groups = [
        {"key": task.key, "items": items} for task in workspace_tasks if (items := task.items(request.user))
    ]
    grants = list(
        RoleGrant.objects.filter(person=cast(Person, request.user))
        .select_related("territory")
        .order_by("role")
    )
    return render(request, "portal/workspace.html", {"groups": groups, "grants": grants})


def methods(request: HttpRequest) -> HttpResponse:
    """How each figure is made."""
    return render(request, "portal/methods.html", {"definitions": DEFINITIONS.values()})


def legal_forms(request: HttpRequest) -> HttpResponse:
    """The countries whose legal forms are known, and what is not known."""
    return render(request, "portal/legal_forms.html", {"tables": perimeters.tables()})


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
