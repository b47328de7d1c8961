"""The workspace of a territory, and the network's view of all of them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from terreau.accounts.care import looked_after_by
from terreau.accounts.perms import (
    can_edit_sheets,
    can_invite_agent,
    can_open_territory,
    can_read_figures,
    can_read_network,
    is_own_agent,
    remember_roles,
)
from terreau.accounts.rate_limits import limit
from terreau.diagnosis.models import Edition
from terreau.portal import dashboard as board
from terreau.portal import network as net
from terreau.portal.doors import doors_of
from terreau.portal.network_files import file_of
from terreau.territories.enums import Kind
from terreau.territories.models import Territory
from terreau.territories.services import successors

ROWS_PER_PAGE = 50


@require_safe
@login_required
def dashboard(request: HttpRequest, code: str) -> HttpResponse:
    """What waits in a territory, how its directory stands, what to do next."""
    editions = Edition.objects.filter(territory=OuterRef("pk"))
    territory = get_object_or_404(Territory.objects.annotate(has_edition=Exists(editions)), code=code)
    remember_roles(request.user, territory)
    can_read_figures.require(request.user, territory)
    state = board.figures(territory, request.GET.get("tout", ""))
    # Who only reads sees the figures, not what waits for those who keep the territory.
    keeps = bool(can_edit_sheets(request.user, territory))
    waits = board.waiting([territory])[territory.pk] if keeps else []
    has_edition = vars(territory)["has_edition"]
    context = {
        "territory": territory,
        "state": state,
        "waits": waits,
        "step": board.next_step(territory, state, waits, has_edition=has_edition) if keeps else None,
        "imports": board.imports(territory) if keeps else [],
        "keeps": keeps,
        # What followed it, where it is no more: its sheets and its pages stay under its old name.
        "followers": [] if territory.is_current else successors(territory.code),
        "opens": not territory.is_current and bool(can_open_territory(request.user)),
        # Its own agent knows.
        "care": None if is_own_agent(request.user, territory) else looked_after_by(territory),
        "invites": bool(can_invite_agent(request.user, territory)),
        "doors": doors_of(request.user, territory),
    }
    return render(request, "portal/dashboard.html", context)


@require_safe
@login_required
def network(request: HttpRequest) -> HttpResponse:
    """All the territories of the network, side by side."""
    can_open_territory.require(request.user)
    return _table(request, keeps=True)


@require_safe
@login_required
def network_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same, as a file."""
    can_open_territory.require(request.user)
    return _file(request, form, keeps=True)


@require_safe
@login_required
def country(request: HttpRequest, code: str) -> HttpResponse:
    """The same of one country, for its State: without what waits, nor the names of agents."""
    place = get_object_or_404(Territory, code=code, kind=Kind.COUNTRY)
    can_read_network.require(request.user, place)
    return _table(request, keeps=bool(can_open_territory(request.user)), country=place)


@require_safe
@login_required
def country_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The same, as a file."""
    place = get_object_or_404(Territory, code=code, kind=Kind.COUNTRY)
    can_read_network.require(request.user, place)
    return _file(request, form, keeps=bool(can_open_territory(request.user)), country=place)


def _file(request: HttpRequest, form: str, *, keeps: bool, country: Territory | None = None) -> HttpResponse:
    limit(request, "export")
    found = net.chosen(net.rows(country, keeps=keeps), net.read(request.GET, keeps=keeps), keeps=keeps)
    return file_of(form, net.sort(found, request.GET.get("tri", ""), keeps=keeps), country, keeps=keeps)


def _table(request: HttpRequest, *, keeps: bool, country: Territory | None = None) -> HttpResponse:
    """Open territories side by side, page by page; any column sorts them, without script."""
    order, asked = request.GET.get("tri", ""), net.read(request.GET, keeps=keeps)
    rows = net.rows(country, keeps=keeps)
    found = net.sort(net.chosen(rows, asked, keeps=keeps), order, keeps=keeps)
    name, args = ("country", [country.code]) if country else ("network", [])
    context = {
        "country": country,
        "keeps": keeps,
        "page": Paginator(found, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "columns": net.columns(order, keeps=keeps),
        "sum": net.sum_of(rows, country),
        "asked": asked,
        "order": order,
        "countries": [] if country else net.countries_of(rows),
        "lacks": net.lacks(keeps=keeps),
        "address": reverse(f"portal:{name}", args=args),
        "files": {form: reverse(f"portal:{name}_file", args=[*args, form]) for form in ("xlsx", "csv")},
    }
    return render(request, "portal/network.html", context)
