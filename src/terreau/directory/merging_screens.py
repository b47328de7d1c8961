"""The screens on which an agent makes two sheets one, sees the result first, and parts them again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.directory import merging_rules, perms, services
from terreau.directory.consolidation import views_of
from terreau.directory.editing import _editable, _parted, _territory_of
from terreau.directory.fields import BY_KEY
from terreau.directory.merging_candidates import PAGE, alike, pairs_in
from terreau.directory.merging_rules import ABSORBED, BOTH, KEPT, RULE, Beside
from terreau.directory.models import Merge, Organisation
from terreau.directory.rules import RecordView
from terreau.directory.sheet import Said, value_text

_PUBLIC_ID = re.compile(r"([0-9a-z]{11})/?\s*$")


@dataclass(frozen=True)
class Option:
    """One value that may be chosen for a field."""

    choice: str
    label: str
    said: Said
    checked: bool


@dataclass(frozen=True)
class Side:
    """One field of the two sheets, as the screen shows it."""

    key: str
    label: str
    options: list[Option]
    result: str
    same: bool


def _said(key: str, value: Any, view: RecordView | None, country: str) -> Said:
    text = value_text(key, value, country) if value not in (None, "", [], {}) else _("rien")
    return Said(text, view.source_name if view else "", view.dated_on(key) if view else "")


def sides(kept: Organisation, absorbed: Organisation, choices: dict[str, str]) -> list[Side]:
    """Each field of the two sheets with what may be chosen, those that differ first."""
    views = views_of([kept.pk, absorbed.pk])
    country = kept.country_code or absorbed.country_code
    found = []
    for field in merging_rules.beside(views[kept.pk], views[absorbed.pk], BY_KEY):
        if field.key in BY_KEY:
            found.append(_side(field, choices.get(field.key, RULE), country))
    return sorted(found, key=lambda side: side.same)


def _side(field: Beside, choice: str, country: str) -> Side:
    key = field.key
    result = merging_rules.wanted(field, choice)
    nothing = Said("", "", "")
    options = [
        Option(KEPT, _("Fiche gardée"), _said(key, field.kept, field.kept_from, country), choice == KEPT),
        Option(
            ABSORBED,
            _("Autre fiche"),
            _said(key, field.absorbed, field.absorbed_from, country),
            choice == ABSORBED,
        ),
    ]
    if field.may_have_both:
        options.append(Option(BOTH, _("Les deux"), nothing, choice == BOTH))
    ruled = _said(key, field.rule, None, country)
    options.append(Option(RULE, _("La règle"), ruled, choice not in {KEPT, ABSORBED, BOTH}))
    return Side(key, str(BY_KEY[key].label), options, _said(key, result, None, country).text, field.same)


def _choices(data: Any) -> dict[str, str]:
    return {
        name.removeprefix("c-"): value
        for name, value in data.items()
        if name.startswith("c-") and name.removeprefix("c-") in BY_KEY and value in merging_rules.CHOICES[1:]
    }


def _other(request: HttpRequest, typed: str) -> Organisation:
    match = _PUBLIC_ID.search(typed)
    sheets = Organisation.objects.select_related("territory", "source__territory", "merged_into")
    found = sheets.filter(public_id=match[1]).first() if match else None
    if found is None:
        raise TerreauError(
            _("Cette adresse n’est pas celle d’une fiche."),
            remedy=_("Recopiez l’adresse de l’autre fiche, telle que la montre le navigateur."),
        )
    perms.can_govern.require(request.user, found)
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Two sheets side by side, the result of the choices, and the merge itself by a POST."""
    kept = _editable(request, public_id, governing=True)
    if kept.merged_into is not None:
        return redirect("directory:merge", kept.merged_into.public_id)
    typed = (request.POST.get("other") or request.GET.get("avec") or "")[:200]
    if not typed:
        return _choose(request, kept)
    try:
        other = _other(request, typed)
        if other.merged_into_id == kept.pk:
            messages.info(request, _("Ces deux fiches sont déjà réunies."))
            return redirect("directory:sheet", public_id)
        if other.pk == kept.pk or other.merged_into_id is not None:
            raise TerreauError(
                _("Choisissez deux fiches différentes, dont aucune n’a été réunie à une autre."),
                where=other.name,
            )
    except TerreauError as error:
        return _choose(request, kept, error, typed)
    if request.method == "POST" and request.POST.get("faire"):
        return _do(request, kept, other)
    return _compare(request, kept, other, request.GET if request.method == "GET" else request.POST)


def _choose(
    request: HttpRequest, kept: Organisation, trouble: TerreauError | None = None, typed: str = ""
) -> HttpResponse:
    context = {"organisation": kept, "found": alike(kept), "trouble": trouble, "typed": typed}
    return render(request, "directory/merge_choose.html", context, status=400 if trouble else 200)


def _compare(
    request: HttpRequest,
    kept: Organisation,
    other: Organisation,
    data: Any,
    trouble: TerreauError | None = None,
    status: int = 200,
) -> HttpResponse:
    choices = _choices(data)
    fields = sides(kept, other, choices)
    context = {
        "kept": kept,
        "other": other,
        "differing": [side for side in fields if not side.same],
        "same": [side for side in fields if side.same],
        "choices": choices,
        "shows_result": bool(data.get("voir")),
        "reason": data.get("reason", "")[:300],
        "trouble": trouble,
    }
    return render(request, "directory/merge_sides.html", context, status=status)


def _do(request: HttpRequest, kept: Organisation, other: Organisation) -> HttpResponseBase:
    versions = tuple(whole_number(request.POST.get(name, "")) for name in ("version", "other_version"))
    try:
        services.merge(
            person=request.user,
            kept=kept,
            absorbed=other,
            choices=_choices(request.POST),
            reason=request.POST.get("reason", ""),
            versions=(versions[0], versions[1]),
        )
    except TerreauError as error:
        kept.refresh_from_db()
        other.refresh_from_db()
        if other.merged_into_id is not None or kept.merged_into_id is not None:
            return _choose(request, kept, error)
        return _compare(request, kept, other, {**request.POST.dict(), "voir": "1"}, error, 409)
    messages.success(request, _("Les deux fiches n’en font plus qu’une. On peut les séparer de nouveau."))
    return redirect("directory:sheet", kept.public_id)


@login_required
@require_POST
def unmerge(request: HttpRequest, public_id: str, merge_id: int) -> HttpResponseBase:
    """Part two sheets that were made one."""
    organisation = _editable(request, public_id, governing=True)
    merged = get_object_or_404(
        Merge.objects.select_related("absorbed__merged_into", "kept__merged_into"), pk=merge_id
    )
    if organisation.pk not in {merged.kept_id, merged.absorbed.merged_into_id, merged.absorbed_id}:
        raise Http404
    if merged.undone_at is not None:
        messages.info(request, _("Ces deux fiches ont déjà été séparées."))
        return redirect("directory:sheet", merged.absorbed.public_id)
    home = merged.absorbed.merged_into or merged.kept.merged_into or merged.kept
    own = services.unmerge(person=request.user, merged=merged, reason=request.POST.get("reason", "")[:300])
    said = _("Les deux fiches sont de nouveau séparées, avec ce qui a été dit depuis.")
    return _parted(request, said, own, home)


@login_required
@require_POST
def distinct(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Say that two sheets alike are of two organisations."""
    first = _editable(request, public_id, governing=True)
    other = _other(request, request.POST.get("other", "")[:200])
    if first.pk != other.pk:
        services.say_distinct(person=request.user, first=first, second=other)
        messages.success(request, _("Ces deux fiches ne seront plus proposées ensemble."))
    back = request.POST.get("back", "")
    if back:
        return redirect("directory:duplicates", _territory_of(request, back).code)
    return redirect("directory:merge", public_id)


@login_required
@require_safe
def duplicates(request: HttpRequest, code: str) -> HttpResponse:
    """The pairs of sheets of a territory that may be of one organisation."""
    territory = _territory_of(request, code)
    start = whole_number(request.GET.get("depuis", ""))
    pairs, more = pairs_in(territory, start)
    context = {
        "territory": territory,
        "pairs": pairs,
        "start": start,
        "following": start + PAGE if more else 0,
    }
    return render(request, "directory/duplicates.html", context)
