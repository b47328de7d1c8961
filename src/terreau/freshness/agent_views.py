"""What the agent of a territory uses: the call list, the codes on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.directory.freshness import Freshness, freshness
from terreau.directory.models import Organisation
from terreau.freshness import calling, letters, perms, services
from terreau.freshness.enums import Outcome
from terreau.freshness.models import PaperCode
from terreau.freshness.reaching import ways_of
from terreau.freshness.rules import written_code
from terreau.territories.models import Territory

PER_PAGE = 25
TO_CORRECT_SHOWN = 25


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calls(request: HttpRequest, code: str) -> HttpResponseBase:
    """The sheets to call, those to correct after a call; where each result is noted."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_call.require(request.user, territory)
    problem = None
    if request.method == "POST":
        try:
            return _note(request, territory)
        except TerreauError as error:
            problem = error
    context = _list(request, territory) | {"problem": problem}
    return render(request, "freshness/calls.html", context, status=400 if problem else 200)


def _note(request: HttpRequest, territory: Territory) -> HttpResponseBase:
    organisation = (
        Organisation.objects.in_territory(territory)
        .select_related("territory", "source__territory")
        .filter(public_id=request.POST.get("organisation", ""))
        .first()
    )
    if organisation is None:
        raise Http404
    rank = request.POST.get("rank", "")
    outcome = request.POST.get("outcome", "")
    services.note_call(
        person=request.user,
        organisation=organisation,
        outcome=outcome,
        rank=whole_number(rank),
        note=request.POST.get("note", ""),
    )
    said = {
        Outcome.CONFIRMED: _("La fiche est confirmée à la date d’aujourd’hui."),
        Outcome.TO_CORRECT: _("C’est noté\u00a0: la fiche attend d’être corrigée."),
        Outcome.UNREACHABLE: _("C’est noté. Elle reviendra dans la liste dans trente jours."),
        Outcome.CLOSED: _("La fiche dit maintenant que l’activité a cessé."),
    }[Outcome(outcome)]
    messages.success(request, f"{organisation.name}\u00a0: {said}")
    if outcome == Outcome.TO_CORRECT and "then_edit" in request.POST:
        return redirect("directory:edit", organisation.public_id)
    page = request.POST.get("page", "")
    return redirect(f"{request.path}?page={page}" if page.isdigit() and page != "1" else request.path)


def _list(request: HttpRequest, territory: Territory) -> dict[str, Any]:
    today = timezone.localdate()
    asked = request.GET.get("page", "1")
    sheets = calling.to_call(territory, today)
    total = sheets.count()
    last = max(1, -(-total // PER_PAGE))
    number = min(max(1, whole_number(asked, 1)), last)
    shown = calling.with_last_call(sheets).select_related("territory")[
        (number - 1) * PER_PAGE : number * PER_PAGE
    ]
    waiting = list(calling.to_correct(territory)[: TO_CORRECT_SHOWN + 1])
    rows = list(shown)
    ways = ways_of([one.pk for one in rows])
    return {
        "territory": territory,
        "rows": [_row(one, ways[one.pk].telephone) for one in rows],
        "total": total,
        "number": number,
        "last": last,
        "outcomes": Outcome.choices,
        "waiting": waiting[:TO_CORRECT_SHOWN],
        "more_waiting": len(waiting) > TO_CORRECT_SHOWN,
        "today": today,
    }


def _where(one: Any) -> list[str]:
    """The address, the landmark and the territory; a locality that bears its name is told once."""
    told = [str(one.shown_values.get(key) or "") for key in ("address", "locality", "landmark")]
    told.append(one.territory.name if one.territory else "")
    return [part for part in dict.fromkeys(told) if part]


def _row(one: Any, telephone: str) -> dict[str, Any]:
    return {
        "organisation": one,
        "telephone": telephone,
        "where": ", ".join(_where(one)),
        "off_map": freshness(one.confirmed_on, timezone.localdate()) is Freshness.OFF_MAP,
        "rank": (one.call_rank or 0) + 1,
        "last_outcome": Outcome(one.call_outcome).label if one.call_outcome else "",
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The code on paper of one sheet: give one (the letter, shown once), take it back."""
    found = Organisation.objects.select_related("territory", "source__territory", "merged_into")
    organisation = get_object_or_404(found, public_id=public_id)
    if organisation.merged_into is not None:
        return redirect("freshness:paper", organisation.merged_into.public_id)
    perms.can_give_code.require(request.user, organisation)
    if request.method == "POST":
        if "revoke" in request.POST:
            services.revoke_code(person=request.user, organisation=organisation)
            messages.success(request, _("Le code est retiré\u00a0: il n’ouvre plus rien."))
            return redirect("freshness:paper", public_id)
        return _letter(request, organisation)
    good = PaperCode.objects.good(timezone.now()).opening(organisation).order_by("-given_at").first()
    return render(request, "freshness/paper.html", {"organisation": organisation, "given": good})


def _letter(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    made, code = services.give_code(person=request.user, organisation=organisation)
    told = letters.letter(organisation, made, written_code(code))
    if "pdf" in request.POST:
        response = HttpResponse(letters.letter_pdf(told), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="lettre-{organisation.public_id}.pdf"'
        return response
    return render(request, "freshness/letter.html", {"organisation": organisation, "told": told})
