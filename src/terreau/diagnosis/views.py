"""The diagnosis for visitors: editions, comparison, files. Thin: what is shown is made elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terreau.accounts.rate_limits import limit
from terreau.core.beginning import new_project
from terreau.core.numbers import french_quantity, whole_number
from terreau.core.tongues import Tongue
from terreau.diagnosis import exports, languages, presentation, services
from terreau.diagnosis.comparison import Comparison, compare
from terreau.diagnosis.conclusions import METHOD, RECOMMENDATIONS
from terreau.diagnosis.content import Content, Part, part_figures
from terreau.diagnosis.models import Edition
from terreau.diagnosis.pages import LINES, page_context, site_address
from terreau.diagnosis.rules import ONLY_AFTER, ONLY_BEFORE
from terreau.diagnosis.trend import MOST_EDITIONS, trend
from terreau.diagnosis.wording import date_in_words
from terreau.directory.row_files import written_file
from terreau.documents import docx, odt
from terreau.territories.models import Territory

CHANGES = 60  # of one section on screen
_FOREVER = 86_400 * 30  # an edition never changes


def territory_or_404(code: str) -> Territory:
    """The territory with this code, ended ones included: their editions stay."""
    return get_object_or_404(Territory, code=code)


def _edition_or_404(territory: Territory, number: int) -> Edition:
    edition = Edition.objects.of(territory).filter(number=number).first()
    if edition is None:
        raise Http404
    return edition


def _tongue(request: HttpRequest) -> Tongue | None:
    return languages.asked(request.GET.get(languages.PARAMETER, ""))


@require_safe
def latest(request: HttpRequest, code: str) -> HttpResponse:
    """The edition of the newest situation; where there is none, what can be read instead."""
    territory = territory_or_404(code)
    edition = Edition.objects.of(territory).first()
    if edition is None:
        return render(request, "diagnosis/none.html", {"territory": territory}, status=404)
    return _page(request, territory, edition)


@require_safe
def edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One edition."""
    territory = territory_or_404(code)
    found = _edition_or_404(territory, number)
    return _page(request, territory, found)


def _begins(person: Any, territory: Territory, content: Content) -> dict[str, str]:
    """Recommendation → where a project is begun from it, for those who may."""
    recommended, address = content.part(RECOMMENDATIONS), new_project(person, territory)
    if recommended is None or address is None:
        return {}
    return {
        one.key: address(recommendation=one.key, finding=one.marks[0].key if one.marks else "")
        for one in recommended.entries
    }


def _page(request: HttpRequest, territory: Territory, found: Edition) -> HttpResponse:
    content = services.read(found)
    numbers = list(Edition.objects.of(territory).values_list("number", flat=True))
    tongue = _tongue(request)
    said = f"?{languages.PARAMETER}={tongue.code}" if tongue else ""
    context = page_context(
        content,
        services.issue_of(found),
        address=site_address("diagnosis:picture", territory.code, found.number),
        lines=LINES,
        tongue=tongue,
        methods=reverse("diagnosis:part", args=[territory.code, found.number, METHOD]) + said,
    )
    files = {
        name: reverse(f"diagnosis:{name}", args=[territory.code, found.number])
        for name in ("pdf", "csv", "json")
    }
    files |= {
        kind: reverse("diagnosis:editable", args=[territory.code, found.number, kind]) for kind in _EDITABLE
    }
    if tongue:
        # Figures and data have no language.
        files |= {kind: f"{files[kind]}{said}" for kind in ("pdf", *_EDITABLE)}
    context["tongues"] = languages.offered()
    context |= {"territory": territory, "edition": found, "files": files, "alone": False}
    context |= {"newest": found.number == numbers[0], "several": len(numbers) > 1, "edition_pages": True}
    context["begins"] = _begins(request.user, territory, content)
    return render(request, "diagnosis/edition.html", context)


@require_safe
def part(request: HttpRequest, code: str, number: int, key: str) -> HttpResponse:
    """One section of an edition, whole: the edition's own page shows its first lines."""
    territory = territory_or_404(code)
    found = _edition_or_404(territory, number)
    content = services.read(found)
    wanted = content.part(key)
    if wanted is None:
        raise Http404
    # The methods of its figures are on the same page, where its links lead.
    used = {figure.method for figure in part_figures(wanted)} | {key}
    definitions = tuple(one for section in content.sections for one in section.definitions if one.key in used)
    told = [wanted]
    if definitions and not wanted.definitions:
        told.append(Part(METHOD, "Méthode et limites", definitions=definitions))
    context = page_context(
        replace(content, sections=tuple(told)),
        services.issue_of(found),
        address=site_address("diagnosis:picture", territory.code, found.number),
        lines=None,
        tongue=_tongue(request),
    )
    context |= {"territory": territory, "edition": found, "files": False, "alone": False, "part": wanted}
    context["begins"] = _begins(request.user, territory, content)
    return render(request, "diagnosis/part.html", context)


@require_safe
def editions(request: HttpRequest, code: str) -> HttpResponse:
    """All the editions of a territory."""
    territory = territory_or_404(code)
    found = list(Edition.objects.of(territory).brief())
    if not found:
        return render(request, "diagnosis/none.html", {"territory": territory}, status=404)
    return render(request, "diagnosis/editions.html", {"territory": territory, "editions": found})


@require_safe
def evolution(request: HttpRequest, code: str) -> HttpResponse:
    """The figures of the newest edition through those before it."""
    territory = territory_or_404(code)
    found = list(Edition.objects.of(territory)[:MOST_EDITIONS])
    if not found:
        return render(request, "diagnosis/none.html", {"territory": territory}, status=404)
    contents = [services.read(one) for one in reversed(found)]
    course = trend(contents)
    # Two editions may tell of the same day: their numbers tell them apart.
    days = [
        _("n°\u00a0%(number)d, %(day)s") % {"number": one.number, "day": date_in_words(day)}
        for one, day in zip(reversed(found), course.days, strict=True)
    ]
    context = {
        "territory": territory,
        "days": days,
        "courses": [
            {"label": one.label, "points": list(zip(one.points, days, strict=True)), "reasons": one.reasons}
            for one in course.courses
        ],
        "simulated": any(figure.simulated for one in contents for figure in one.figures()),
    }
    return render(request, "diagnosis/evolution.html", context)


def _number(request: HttpRequest, name: str, default: int) -> int:
    return whole_number(request.GET.get(name, ""), default)


@require_safe
def comparison(request: HttpRequest, code: str) -> HttpResponse:
    """Two editions side by side; by default, the last two."""
    territory = territory_or_404(code)
    known = list(Edition.objects.of(territory).brief())
    if not known:
        return render(request, "diagnosis/none.html", {"territory": territory}, status=404)
    numbers = [one.number for one in known]
    after = _number(request, "b", numbers[0])
    before = _number(request, "a", numbers[min(1, len(numbers) - 1)])
    chosen = {one.number: one for one in Edition.objects.of(territory).filter(number__in=[before, after])}
    if before not in chosen or after not in chosen:
        raise Http404
    found = compare(services.read(chosen[before]), services.read(chosen[after]))
    groups = _groups(found)
    context = {
        "territory": territory,
        "editions": known,
        "before": chosen[before],
        "after": chosen[after],
        "comparison": found,
        "changed": [group for group in groups if group["lines"]],
        "turned": found.turned,
        "unchanged": [group for group in groups if not group["lines"] and group["same"]],
    }
    return render(request, "diagnosis/comparison.html", context)


def _groups(found: Comparison) -> list[dict[str, Any]]:
    groups = []
    for group in found.groups:
        # A figure withheld in both editions has nothing to compare.
        told = [one for one in group.changes if one.before is not None or one.after is not None]
        changed = [one for one in told if one.before != one.after or one.note]
        lines = [
            {
                "label": one.label,
                "before": _shown(one.before, one.unit, one.decimals),
                "after": _shown(one.after, one.unit, one.decimals),
                "change": presentation.change(one.change, one.unit, one.decimals),
                "rate": "" if one.rate is None else presentation.change(one.rate, "", 1),
                "note": one.note,
            }
            for one in changed[:CHANGES]
        ]
        notes = {one.note for one in told}
        groups.append(
            {
                "title": group.title,
                # A part that one edition alone has: its figures are read there, not against nothing.
                "new": notes == {ONLY_AFTER},
                "gone": notes == {ONLY_BEFORE},
                "count": len(told),
                "lines": lines,
                "same": len(told) - len(changed),
                "hidden": len(changed) - len(lines),
            }
        )
    return groups


def _shown(value: float | None, unit: str, decimals: int) -> str:
    if value is None:
        return presentation.NOTHING
    return french_quantity(value, "%" if unit == "%" else "", decimals)


@require_safe
def picture(request: HttpRequest, code: str, number: int, key: str, width: str) -> HttpResponse:
    """One drawing of an edition."""
    territory = territory_or_404(code)
    found = get_object_or_404(Edition, territory=territory, number=number)
    svg = services.picture_of(found, services.read(found), key, width)
    if svg is None:
        raise Http404
    return _lasting(HttpResponse(svg, content_type="image/svg+xml"))


@require_safe
def pdf(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The document of an edition: the one published with it, or the same in another language."""
    territory = territory_or_404(code)
    tongue = _tongue(request)
    if tongue:
        limit(request, "export")
        found = get_object_or_404(Edition, territory=territory, number=number)
        made = services.pdf_in(found, tongue)
    else:
        found = _edition_or_404(territory, number)
        made = services.pdf_of(found)
    response = HttpResponse(made, content_type="application/pdf")
    name = f"diagnostic-{territory.code}-{found.number}{_suffix(tongue)}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return _lasting(response)


_EDITABLE = {"docx": docx.MIME, "odt": odt.MIME}


@require_safe
def editable(request: HttpRequest, code: str, number: int, kind: str) -> HttpResponse:
    """An edition as a document to edit, for a deliberation."""
    if kind not in _EDITABLE:
        raise Http404
    territory = territory_or_404(code)
    found = get_object_or_404(Edition, territory=territory, number=number)
    tongue = _tongue(request)
    response = HttpResponse(services.editable_of(found, kind, tongue), content_type=_EDITABLE[kind])
    name = f"diagnostic-{territory.code}-{found.number}{_suffix(tongue)}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _lasting(response)


@require_safe
def figures_csv(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The figures of an edition as a table."""
    territory = territory_or_404(code)
    found = _edition_or_404(territory, number)
    text = exports.to_csv(services.read(found), services.issue_of(found))
    return _lasting(written_file(text, f"diagnostic-{territory.code}-{found.number}", "csv"))


@require_safe
def figures_json(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The figures of an edition as data."""
    territory = territory_or_404(code)
    found = _edition_or_404(territory, number)
    text = exports.to_json(services.read(found), services.issue_of(found))
    return _lasting(written_file(text, f"diagnostic-{territory.code}-{found.number}", "json"))


def _suffix(tongue: Tongue | None) -> str:
    return f"-{tongue.code}" if tongue else ""


def _lasting(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, public=True, max_age=_FOREVER)
    return response
