"""The register of barriers of a territory: what holds back, who can lift it, what is done, what is asked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.core.errors import TerreauError
from terreau.directory.models import new_public_id
from terreau.framework import grid, perms, services
from terreau.framework.barring import FIELDS, SCALES, in_words, label_of
from terreau.framework.enums import BarrierCategory, BarrierState, Lifter, StateAnswer
from terreau.framework.forms import BarrierForm
from terreau.framework.models import Advocacy, Barrier
from terreau.journal.models import Event
from terreau.journal.sentences import tell_all
from terreau.territories.models import Territory

_FORM = require_http_methods(["GET", "HEAD", "POST"])
FILTERS = {"categorie": BarrierCategory, "qui": Lifter, "etat": BarrierState}
_FIELDS_OF = {"categorie": "category", "qui": "lifter", "etat": "state"}
MOST_EVENTS = 30


@login_required
@require_safe
def barriers(request: HttpRequest, code: str) -> HttpResponse:
    """The register, the worst first; what is late says so."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_read_work.require(request.user, territory)
    today = timezone.localdate()
    asked = {name: str(request.GET.get(name, "")) for name in FILTERS}
    late_only = request.GET.get("retard") == "1"
    found = Barrier.objects.filter(territory=territory).select_related("advocacy")
    for name, choices in FILTERS.items():
        if asked[name] in choices.values:
            found = found.filter(**{_FIELDS_OF[name]: asked[name]})
    rows = [_row(one, today) for one in sorted(found, key=lambda one: (-one.criticality, one.title))]
    context = {
        "territory": territory,
        "rows": [row for row in rows if row["late"] or not late_only],
        "lists": [
            {
                "name": name,
                "label": label_of(_FIELDS_OF[name]).capitalize(),
                "options": choices.choices,
                "value": asked[name],
            }
            for name, choices in FILTERS.items()
        ],
        "late_only": late_only,
        "simulated": any(row["barrier"].simulated for row in rows),
        "asked": late_only or any(asked.values()),
        "keeps": bool(perms.can_keep_barriers(request.user, territory)),
    }
    return render(request, "framework/barriers.html", context)


def _row(one: Barrier, today: Any) -> dict[str, Any]:
    point = getattr(one, "advocacy", None)
    return {
        "barrier": one,
        "late": one.due_on is not None and one.due_on < today and one.state != BarrierState.LIFTED,
        "answer": StateAnswer(point.answer).label if point and point.withdrawn_on is None else "",
    }


@login_required
@_FORM
def new(request: HttpRequest, code: str) -> HttpResponseBase:
    """A new barrier."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_keep_barriers.require(request.user, territory)
    return _form(request, territory, None, str(request.POST.get("public_id", "")) or new_public_id())


@login_required
@_FORM
def barrier(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """One barrier: its form, what is asked of the State, its history."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_read_work.require(request.user, territory)
    found = _barrier(territory, public_id)
    if request.method == "POST":
        perms.can_keep_barriers.require(request.user, territory)
    return _form(request, territory, found, public_id)


def _barrier(territory: Territory, public_id: str) -> Barrier:
    every = Barrier.objects.filter(territory=territory).select_related("law__published", "territory")
    return get_object_or_404(every, public_id=public_id)


def _form(
    request: HttpRequest, territory: Territory, found: Barrier | None, public_id: str
) -> HttpResponseBase:
    data = request.POST if request.method == "POST" else None
    form = BarrierForm(data, country=territory.country_code, barrier=found)
    problem = None
    if data is not None and form.is_valid():
        try:
            made = services.save_barrier(
                person=request.user,
                territory=territory,
                public_id=public_id,
                version=form.version,
                values=form.cleaned_data,
            )
        except TerreauError as error:
            problem = error
            if found is not None:
                found = _barrier(territory, public_id)
                country = territory.country_code
                form = form.gathered(
                    found.version, lambda sent: BarrierForm(sent, country=country, barrier=found)
                )
        else:
            messages.success(request, _("Le frein est enregistré."))
            return redirect("framework:barrier", territory.code, made.public_id)
    context = {
        "territory": territory,
        "barrier": found,
        "form": form,
        "scales": [form[name] for name in SCALES],
        "problem": problem,
        "version": found.version if found else 0,
        "public_id": public_id,
        "keeps": bool(perms.can_keep_barriers(request.user, territory)),
        **(_around(found) if found else {}),
    }
    return render(request, "framework/barrier.html", context, status=400 if problem or form.errors else 200)


def _around(found: Barrier) -> dict[str, Any]:
    """What the page of a barrier shows besides its form."""
    point = Advocacy.objects.filter(barrier=found, withdrawn_on=None).first()
    events = list(Event.objects.about(f"barrier:{found.public_id}").select_related("actor")[:MOST_EVENTS])
    return {
        "words": [{"label": label_of(name), "text": in_words(name, getattr(found, name))} for name in FIELDS],
        "statement": grid.current().statement(found.statement),
        "point": point,
        "answers": list(point.answers.all()) if point else [],
        "by_state": found.lifter == Lifter.STATE,
        "history": [
            {"line": line, "changes": _changes(event)}
            for line, event in zip(tell_all(events), events, strict=True)
        ],
    }


def _changes(event: Event) -> list[dict[str, str]]:
    changes = event.data.get("changes", {}) if isinstance(event.data, dict) else {}
    return [
        {"label": label_of(name), "before": before, "after": after}
        for name, (before, after) in changes.items()
        if name in FIELDS
    ]


@login_required
@require_POST
def act(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """Carry to the State, or take it back."""
    territory = get_object_or_404(Territory, code=code)
    found = _barrier(territory, public_id)
    what = str(request.POST.get("act", ""))
    if what not in ("carry", "withdraw"):
        raise Http404
    try:
        if what == "carry":
            services.carry(person=request.user, barrier=found)
            messages.success(request, _("La demande est portée à l’État."))
        else:
            services.withdraw(person=request.user, barrier=found)
            messages.success(request, _("La demande est retirée."))
    except TerreauError as error:
        messages.error(request, str(error))
    return redirect("framework:barrier", code, public_id)
