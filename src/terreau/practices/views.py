"""What visitors read: the list of practices, each sheet, their files, the towns that look like one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terreau.accounts.care import territories_looked_after
from terreau.accounts.perms import is_signed_in
from terreau.accounts.rate_limits import limit
from terreau.core.countries import country_name
from terreau.directory.row_files import json_file, rows_file
from terreau.directory.search import Query
from terreau.directory.simulated import any_among
from terreau.practices import listing, neighbours, perms, sheet
from terreau.practices.alike import HEAVIEST, LEAST_FOR_MEDIAN, LEAST_FOR_SPREAD, NEAREST
from terreau.practices.enums import Criterion, Variable
from terreau.practices.models import Consent, Practice
from terreau.practices.rules import PEERS_NEEDED
from terreau.practices.transfer import GOOD, SHUT_DOORS, TOO_MANY_WEAK
from terreau.practices.wording import questions
from terreau.territories.models import Territory

COLUMNS = (
    *("identifiant", "nom", "activite", "lieu", "pays", "besoins", "enjeux", "secteurs", "taille", "sorte"),
    *("publiee_le", "confirmee_le", "reprises", "donnees_simulees", "adresse"),
)


@require_safe
def practices(request: HttpRequest) -> HttpResponse:
    """The list, with what may narrow it."""
    asking = listing.read(request.GET)
    if asking.text:
        limit(request, "search")
    found = listing.run(asking)
    page = min(asking.page, found.pages)
    context = {
        "asking": asking,
        "found": found,
        "rows": [_row(line) for line in found.lines],
        "page": page,
        "previous": asking.address(page=page - 1) if page > 1 else "",
        "following": asking.address(page=page + 1) if page < found.pages else "",
        "files": {
            form: f"{reverse('practices:export', args=[form])}{asking.address()}" for form in ("csv", "json")
        },
        "simulated": any(line.simulated for line in found.lines),
    }
    return render(request, "practices/list.html", context)


def _row(line: listing.Line) -> dict[str, Any]:
    return {
        "line": line,
        "country": country_name(line.country),
        "needs": list(listing.names_of("needs", line.needs).values()),
        "status": sheet.status_of(Practice(confirmed_on=line.confirmed_on)),
    }


@require_safe
def practice(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One sheet, as it was published; one never published leads those who prepare it to what they may see."""
    found = _practice_or_404(public_id)
    if found.published is None:
        return _to_draft(request, found)
    if found.withdrawn_on is not None:
        return render(request, "practices/withdrawn.html", status=410)
    context = sheet.context_of(found, found.published) | {
        "tree": sheet.tree_of(found),
        "json_ld": sheet.json_ld(found, found.published),
        "page_address": f"{settings.PUBLIC_URL}{reverse('practices:sheet', args=[public_id])}",
        "takers": _takers(request.user, found),
        "may_edit": bool(is_signed_in(request.user) and perms.can_edit(request.user, found)),
    }
    return render(request, "practices/sheet.html", context)


def _practice_or_404(public_id: str) -> Practice:
    found = Practice.objects.select_related("territory", "published", "organisation")
    return get_object_or_404(found, public_id=public_id)


def _public_or_404(public_id: str) -> Practice:
    found = _practice_or_404(public_id)
    if found.published is None:
        raise Http404
    return found


def _to_draft(request: HttpRequest, found: Practice) -> HttpResponseBase:
    """The journal names a sheet by its public address from its first day: its town finds the draft there."""
    if not is_signed_in(request.user) or not perms.can_read_own(request.user, found.territory):
        raise Http404
    return redirect(
        "practices:edit" if perms.can_edit(request.user, found) else "practices:history", found.public_id
    )


def _takers(person: Any, found: Practice) -> list[Territory]:
    """The territories for which this person could take the practice up."""
    if not is_signed_in(person):
        return []
    return [
        one for one in territories_looked_after(person) if one.pk != found.territory_id and one.is_current
    ][:20]


@require_safe
def practice_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """One sheet as data."""
    found = _public_or_404(public_id)
    if found.withdrawn_on is not None:
        return HttpResponse(status=410)
    assert found.published is not None
    adoptions = found.adoptions.select_related("territory", "source__territory").prefetch_related("results")
    return json_file(sheet.as_data(found, found.published, adoptions), f"pratique-{public_id}")


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """All that answers a question, as a file."""
    limit(request, "export")
    rows = [_record(line) for line in listing.sift(listing.every_line(), listing.read(request.GET))]
    told = {"du": timezone.localdate().isoformat(), "pratiques": rows}
    return rows_file(form, "bonnes-pratiques", COLUMNS, rows, told)


def _record(line: listing.Line) -> dict[str, Any]:
    return {
        "identifiant": line.public_id,
        "nom": line.title,
        "activite": line.summary,
        "lieu": line.place,
        "pays": line.country,
        "besoins": list(line.needs),
        "enjeux": list(line.issues),
        "secteurs": list(line.sectors),
        "taille": line.size,
        "sorte": line.kind,
        "publiee_le": line.published_on.isoformat() if line.published_on else "",
        "confirmee_le": line.confirmed_on.isoformat() if line.confirmed_on else "",
        "reprises": line.taken_up,
        "donnees_simulees": "oui" if line.simulated else "non",
        "adresse": f"{settings.PUBLIC_URL}{reverse('practices:sheet', args=[line.public_id])}",
    }


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """How the answer of transferability and the look-alike towns are found."""
    asked = questions()
    context = {
        "questions": [{"label": one.label, "question": asked[one]} for one in Criterion],
        "shut": [one.label for one in Criterion if one in SHUT_DOORS],
        "too_many": TOO_MANY_WEAK,
        "good": GOOD,
        "variables": list(Variable),
        "peers": PEERS_NEEDED,
        "nearest": NEAREST,
        "least": LEAST_FOR_MEDIAN,
        "least_spread": LEAST_FOR_SPREAD,
        "least_sheets": neighbours.LEAST_SHEETS,
    }
    return render(request, "practices/method.html", context)


@require_safe
def alike(request: HttpRequest, code: str) -> HttpResponseBase:
    """The towns that look like one, for visitors: those only that let something be compared."""
    territory = get_object_or_404(Territory, code=code)
    if not Consent.objects.filter(territory=territory).exists():
        raise Http404(_("Cette ville ne se compare pas à d’autres."))
    return render(request, "practices/alike.html", alike_context(request, territory, public=True))


def alike_context(request: HttpRequest, territory: Territory, *, public: bool) -> dict[str, Any]:
    """What the two pages of look-alike towns show."""
    weights = neighbours.weights_of(request.GET)
    towns, compared, mine = neighbours.alike(territory, weights, public=public)
    return {
        "territory": territory,
        "towns": towns,
        "compared": compared,
        "known": bool(mine),
        "variables": [
            {
                "name": one.value,
                "label": one.label,
                "weight": weights[one.value],
                "known": one.value in mine,
            }
            for one in Variable
        ],
        "weights": range(HEAVIEST + 1),
        "least": LEAST_FOR_MEDIAN,
        "least_spread": LEAST_FOR_SPREAD,
        "today": timezone.localdate(),
        "simulated": any_among(Query(territories=(territory.code, *(one.territory.code for one in towns)))),
        "public": public,
    }
