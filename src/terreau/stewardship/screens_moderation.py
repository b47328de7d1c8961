"""The agent's screens: the queue of a territory, one thing in it, the thresholds of vouching."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from terreau.accounts.perms import can_review
from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.core.registry import workspace_tasks
from terreau.directory.fields import BY_KEY
from terreau.directory.sheet import value_text
from terreau.stewardship import queue, services
from terreau.stewardship.deciding import values_of
from terreau.stewardship.enums import Kind, State
from terreau.stewardship.forms import ProposalForm, ThresholdForm, WordsForm
from terreau.stewardship.models import Item, Threshold
from terreau.stewardship.screens import attempted, in_words
from terreau.stewardship.telling import name_of, reaches_author
from terreau.stewardship.vouching import threshold_of
from terreau.territories.models import Territory


def _territory(request: HttpRequest, code: str) -> Territory:
    territory = get_object_or_404(Territory, code=code)
    can_review.require(request.user, territory)
    return territory


@login_required
@require_safe
def moderation(request: HttpRequest, code: str) -> HttpResponse:
    """All that waits, with the reason why."""
    territory = _territory(request, code)
    context = {
        "territory": territory,
        "groups": queue.groups(territory),
        "belongings": queue.belongings(territory),
        "decided": [
            {"item": one, "name": name_of(one) or one.get_kind_display()} for one in queue.decided(territory)
        ],
        "elsewhere": _elsewhere(request.user, territory),
        "threshold": threshold_of(territory),
    }
    return render(request, "stewardship/moderation.html", context)


def _elsewhere(person: Any, territory: Territory) -> list[dict[str, Any]]:
    """What waits in other screens for the same territory: doubts of imports, sheets to confirm."""
    found: list[dict[str, Any]] = []
    for task in workspace_tasks:
        if task.key != "moderation":
            found += [one for one in task.items(person) if f"{territory.code}" in one["url"]]
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, code: str, key: int) -> HttpResponseBase:
    """One thing that waits: read, then accept, amend or refuse."""
    territory = _territory(request, code)
    rows = Item.objects.in_territory(territory).exclude(state=State.UNCONFIRMED)
    held = get_object_or_404(rows.select_related("territory", "organisation", "person", "decided_by"), pk=key)
    form = WordsForm(request.POST or None)
    amended = _amended(request, held)
    problem: TerreauError | None = None
    # To refuse, what is amended is not read: only what is accepted must be sound.
    sound = amended is None or not amended.is_bound or amended.is_valid()
    if request.method == "POST" and form.is_valid() and sound:
        accepted, said = request.POST.get("act") == "accept", form.cleaned_data["words"]
        is_told = reaches_author(held, accepted=accepted, said=said)
        _done, problem = attempted(lambda: _decide(request, held, form, amended))
        if problem is None:
            told = _("C’est décidé, et l’auteur en est averti.") if is_told else _("C’est décidé.")
            messages.success(request, told)
            return redirect("stewardship:moderation", code)
        held.refresh_from_db()
    context = {
        "territory": territory,
        "item": held,
        "name": name_of(held),
        "rows": in_words(values_of(held)) if held.kind == Kind.PROPOSAL else [],
        "changes": _changes(held),
        "about": str(BY_KEY[held.values["about"]].label) if held.values.get("about") in BY_KEY else "",
        "vouches": held.vouches.select_related("person").order_by("at"),
        "claims_it": bool(held.values.get("_mine")),
        "amended": amended,
        "form": form,
        "problem": problem,
    }
    wrong = problem or (amended is not None and amended.errors)
    return render(request, "stewardship/item.html", context, status=409 if wrong else 200)


def _amended(request: HttpRequest, held: Item) -> ProposalForm | None:
    if held.kind != Kind.PROPOSAL or held.state != State.WAITING:
        return None
    data = request.POST if request.method == "POST" and request.POST.get("act") == "accept" else None
    return ProposalForm(data, territory=held.territory, values=values_of(held))


def _decide(request: HttpRequest, held: Item, form: WordsForm, amended: ProposalForm | None) -> Item:
    version = request.POST.get("version", "")
    accepted = request.POST.get("act") == "accept"
    return services.decide(
        person=request.user,
        item=held,
        accepted=accepted,
        words=form.cleaned_data["words"],
        version=whole_number(version),
        values=amended.whole() if accepted and amended is not None else None,
    )


def _changes(held: Item) -> list[dict[str, str]]:
    if held.kind != Kind.EDIT:
        return []
    country = held.organisation.country_code if held.organisation else ""
    return [
        {
            "label": str(BY_KEY[key].label),
            "before": value_text(key, change["before"], country) if change["before"] else "—",
            "after": value_text(key, change["after"], country) if change["after"] else "—",
        }
        for key, change in held.values.items()
        if key in BY_KEY
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def threshold(request: HttpRequest, code: str) -> HttpResponseBase:
    """How many voices, and how long."""
    territory = _territory(request, code)
    form, known, own_version = _thresholds(territory, request.POST or None)
    problem: TerreauError | None = None
    if request.method == "POST" and form.is_valid():
        version, typed = form.version, form.cleaned_data
        _set, problem = attempted(
            lambda: services.set_threshold(
                person=request.user,
                territory=territory,
                version=version,
                **typed,
            )
        )
        if problem is None:
            messages.success(request, _("Les seuils sont enregistrés."))
            return redirect("stewardship:moderation", code)
        _form, known, own_version = _thresholds(territory)
        form = form.gathered(own_version, lambda sent: _thresholds(territory, sent)[0])
    context = {
        "territory": territory,
        "form": form,
        "version": own_version,
        "inherited": "" if own_version or known.pk is None else known.territory.name,
        "problem": problem,
    }
    return render(request, "stewardship/threshold.html", context, status=400 if problem else 200)


def _thresholds(territory: Territory, data: Any = None) -> tuple[ThresholdForm, Threshold, int]:
    """The form of the thresholds, those that hold, and the version of the territory's own, if any."""
    known = threshold_of(territory)
    form = ThresholdForm(data, initial={"needed": known.needed, "hours": known.hours})
    return form, known, known.version if known.territory_id == territory.pk else 0
