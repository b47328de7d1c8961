"""The published results of a territory, for visitors."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terreau.directory.row_files import written_file
from terreau.documents.manual import read_chapters
from terreau.survey.results import exports, presentation, trend
from terreau.survey.results.models import ResultsEdition
from terreau.survey.results.services import read_edition
from terreau.territories.models import Territory

_FOREVER = 86_400 * 30  # an edition never changes
_MANUAL = ("terreau.survey", "results/methods.md")


def _edition_or_404(code: str, number: int) -> ResultsEdition:
    found = ResultsEdition.objects.filter(territory__code=code, number=number)
    return get_object_or_404(found.defer("answers", "pictures").select_related("territory"))


@require_safe
def latest(request: HttpRequest, code: str) -> HttpResponse:
    """The newest edition; where there is none, it is said."""
    territory = get_object_or_404(Territory, code=code)
    edition = ResultsEdition.objects.of(territory).first()
    if edition is None:
        return render(request, "survey/results/none.html", {"territory": territory}, status=404)
    return _page(request, territory, edition)


@require_safe
def edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One edition."""
    found = _edition_or_404(code, number)
    return _page(request, found.territory, found)


def _page(request: HttpRequest, territory: Territory, found: ResultsEdition) -> HttpResponse:
    def address(key: str, width: str) -> str:
        return reverse("survey:results_picture", args=[territory.code, found.number, key, width])

    numbers = list(ResultsEdition.objects.of(territory).values_list("number", flat=True)[:2])
    context = presentation.context_of(read_edition(found), address)
    context |= {
        "territory": territory,
        "edition": found,
        "newest": found.number == numbers[0],
        "several": len(numbers) > 1,
    }
    return render(request, "survey/results/edition.html", context)


@require_safe
def evolution(request: HttpRequest, code: str) -> HttpResponse:
    """All the editions of a territory, and its last survey beside an earlier one."""
    territory = get_object_or_404(Territory, code=code)
    known = list(ResultsEdition.objects.of(territory).brief().select_related("survey"))
    if not known:
        return render(request, "survey/results/none.html", {"territory": territory}, status=404)
    after = known[0]
    before = _earlier(known, request.GET.get("avant", ""))
    context: dict[str, Any] = {"territory": territory, "editions": known, "after": after, "before": before}
    if before is not None:
        both = ResultsEdition.objects.of(territory).in_bulk([before.pk, after.pk])
        first, second = read_edition(both[before.pk]), read_edition(both[after.pk])
        context |= {
            "rows": trend.rows(first, second),
            "simulated": first.simulated or second.simulated,
        }
    return render(request, "survey/results/trend.html", context)


def _earlier(known: list[ResultsEdition], asked: str) -> ResultsEdition | None:
    """The edition to set beside the last: the one asked for, or the last of the survey before."""
    others = [one for one in known[1:] if not asked or str(one.number) == asked]
    if asked and not others:
        raise Http404
    return next((one for one in others if asked or one.survey_id != known[0].survey_id), None)


@require_safe
def picture(request: HttpRequest, code: str, number: int, key: str, width: str) -> HttpResponse:
    """One drawing of an edition."""
    found = get_object_or_404(
        ResultsEdition.objects.filter(territory__code=code, number=number).only("pictures")
    )
    drawn = found.pictures.get(f"{key}-{width}")
    if drawn is None:
        raise Http404
    return _lasting(HttpResponse(drawn, content_type="image/svg+xml"))


@require_safe
def figures_csv(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The figures of an edition as a table."""
    found = _edition_or_404(code, number)
    text = exports.to_csv(read_edition(found), found.number)
    return _lasting(written_file(text, f"besoins-{code}-{number}", "csv"))


@require_safe
def figures_json(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The figures of an edition as data."""
    found = _edition_or_404(code, number)
    text = exports.to_json(read_edition(found), found.number, found.digest)
    return _lasting(written_file(text, f"besoins-{code}-{number}", "json"))


def _lasting(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, public=True, max_age=_FOREVER)
    return response


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """How each figure is made."""
    context = {
        "title": _("Méthodes de l’enquête"),
        "lead": _("Comment les réponses deviennent des chiffres, et ce qui n’en est pas dit."),
        "parts": read_chapters(*_MANUAL, ("Les chiffres",)),
    }
    return render(request, "documents/manual.html", context)
