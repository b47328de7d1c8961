"""The secretariat's page, and the journal of a territory."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from terreau.accounts import services
from terreau.accounts.enums import Role
from terreau.accounts.forms import FindTerritoryForm, NameSecretariatForm, OpenTerritoryForm
from terreau.accounts.models import RoleGrant
from terreau.accounts.notifications import tell_role
from terreau.accounts.perms import can_open_territory, can_read_journal
from terreau.core.countries import country_name
from terreau.core.numbers import whole_number
from terreau.journal.models import Event
from terreau.journal.sentences import tell_all
from terreau.territories.models import Territory
from terreau.territories.services import find

TERRITORIES_PER_PAGE = 50
TERRITORIES_FOUND = 12
EVENTS_PER_PAGE = 50


@require_safe
@login_required
def network(request: HttpRequest) -> HttpResponse:
    """The opened territories and their agents; where one more is opened."""
    can_open_territory.require(request.user)
    return _network_page(request)


def _network_page(
    request: HttpRequest,
    *,
    opening: OpenTerritoryForm | None = None,
    joining: NameSecretariatForm | None = None,
    status: int = 200,
) -> HttpResponse:
    agents = RoleGrant.objects.filter(role=Role.AGENT).select_related("person").order_by("granted_at")
    opened = Territory.objects.opened().prefetch_related(Prefetch("grants", agents, to_attr="agents"))
    text = request.GET.get("q", "").strip()
    found = find(text, limit=TERRITORIES_FOUND) if text else []
    page = Paginator(opened, TERRITORIES_PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        # Towns of one name are told apart by their country.
        "rows": [(one, country_name(one.country_code)) for one in page.object_list],
        "find_form": FindTerritoryForm(request.GET if text else None),
        "text": text,
        "found": [
            {"territory": one, "form": OpenTerritoryForm(initial={"territory": one.code}, prefix=one.code)}
            for one in found
        ],
        "opening": opening,
        "joining": joining or NameSecretariatForm(),
        "secretariat": list(RoleGrant.objects.filter(role=Role.SECRETARIAT).select_related("person")),
    }
    return render(request, "accounts/network.html", context, status=status)


@require_POST
@login_required
def open_one(request: HttpRequest) -> HttpResponse:
    """Open a territory and name its agent."""
    can_open_territory.require(request.user)
    form = OpenTerritoryForm(request.POST, prefix=request.POST.get("prefix", ""))
    if not form.is_valid():
        return _network_page(request, opening=form, status=400)
    person: Any = request.user
    told, territory = form.cleaned_data, form.cleaned_data["territory"]
    with transaction.atomic():
        was_held = services.holds(told["email"], Role.AGENT, territory)
        grant = services.open_territory(
            by=person, territory=territory, agent_email=told["email"], agent_name=told["display_name"]
        )
        tell_role(grant)
    _say_named(request, was_held=was_held)
    return redirect("accounts_network")


def _say_named(request: HttpRequest, *, was_held: bool) -> None:
    """A role given again is told to nobody: it stays as it was."""
    if was_held:
        messages.info(request, _("Cette personne tient déjà ce rôle."))
    else:
        messages.success(request, _("C’est fait. La personne en est avertie par courriel."))


@require_POST
@login_required
def name_secretariat(request: HttpRequest) -> HttpResponse:
    """Bring a person into the secretariat."""
    person: Any = request.user
    can_open_territory.require(person)
    form = NameSecretariatForm(request.POST)
    if not form.is_valid():
        return _network_page(request, joining=form, status=400)
    told = form.cleaned_data
    with transaction.atomic():
        was_held = services.holds(told["email"], Role.SECRETARIAT)
        newcomer = services.invite(by=person, email=told["email"], display_name=told["display_name"])
        tell_role(services.grant_role(by=person, person=newcomer, role=Role.SECRETARIAT))
    _say_named(request, was_held=was_held)
    return redirect("accounts_network")


@require_POST
@login_required
def withdraw(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Take a role back."""
    person: Any = request.user
    grant = get_object_or_404(RoleGrant.objects.select_related("territory", "person"), pk=grant_id)
    services.revoke_role(by=person, grant=grant)
    messages.success(request, _("Le rôle est retiré."))
    return redirect("accounts_network")


@require_safe
@login_required
def journal(request: HttpRequest, code: str) -> HttpResponse:
    """What happened in a territory and in all that lies under it, newest first."""
    territory = get_object_or_404(Territory, code=code)
    can_read_journal.require(request.user, territory)
    events = Event.objects.in_territory(Territory.objects.within(territory).values("code"))
    before = whole_number(request.GET.get("avant", ""), digits=18)
    if before:
        events = events.filter(pk__lt=before)
    shown = list(events.select_related("actor")[: EVENTS_PER_PAGE + 1])
    context = {
        "territory": territory,
        "lines": tell_all(shown[:EVENTS_PER_PAGE]),
        "before": shown[EVENTS_PER_PAGE - 1].pk if len(shown) > EVENTS_PER_PAGE else "",
    }
    return render(request, "accounts/journal.html", context)
