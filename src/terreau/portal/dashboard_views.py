"""The workspace of a territory, and the network's view of all of them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from terreau.accounts.perms import can_edit_sheets, can_open_territory, can_read_figures, remember_roles
from terreau.core.permissions import right
from terreau.core.registry import territory_doors
from terreau.diagnosis.models import Edition
from terreau.portal import dashboard as board
from terreau.portal import network as net
from terreau.territories.models import Territory


@require_safe
@login_required
@cache_control(private=True, no_store=True)
def dashboard(request: HttpRequest, code: str) -> HttpResponse:
    """What waits in a territory, how its directory stands, what to do next."""
    territory = get_object_or_404(Territory, code=code)
    remember_roles(request.user, territory)
    can_read_figures.require(request.user, territory)
    state = board.figures(territory)
    waits = board.waiting([territory])[territory.pk]
    edition = Edition.objects.of(territory).only("number", "published_at").first()
    context = {
        "territory": territory,
        "state": state,
        "waits": waits,
        "step": board.next_step(territory, state, waits, has_edition=edition is not None),
        "imports": board.imports(territory),
        # Who only reads sees the figures, not what waits for those who keep the territory.
        "keeps": bool(can_edit_sheets(request.user, territory)),
        "doors": [
            {"label": door.label, "url": url}
            for door in territory_doors
            if right(door.right)(request.user, territory) and (url := door.url(territory))
        ],
    }
    return render(request, "portal/dashboard.html", context)


@require_safe
@login_required
@cache_control(private=True, no_store=True)
def network(request: HttpRequest) -> HttpResponse:
    """All the territories of the network, side by side; any column sorts them, without script."""
    can_open_territory.require(request.user)
    order = request.GET.get("tri", net.FIRST)
    rows = net.rows()
    context = {
        "rows": net.sort(rows, order),
        "columns": net.columns(order),
        "sum": net.sum_of(rows),
    }
    return render(request, "portal/network.html", context)
