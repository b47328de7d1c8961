"""What visitors read: the catalogue of levers, its method, the levers of a territory as published."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from terreau.accounts.care import MOST_TERRITORIES, territories_looked_after
from terreau.accounts.perms import is_signed_in, remember_roles
from terreau.accounts.rate_limits import limit
from terreau.core.beginning import new_project
from terreau.directory.row_files import rows_file
from terreau.levers import presentation, rules
from terreau.levers.catalogue import Family
from terreau.levers.catalogue import catalogue as levers_catalogue
from terreau.levers.models import LeversEdition
from terreau.territories.models import Territory


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every lever, family by family."""
    return render(request, "levers/catalogue.html", {"families": levers_catalogue().families})


@require_safe
def family(request: HttpRequest, family: str) -> HttpResponse:
    """The levers of one family, each with what it answers and the law it calls on."""
    found = levers_catalogue().family(family)
    if found is None:
        raise Http404
    context = presentation.families([found])[0] | {"others": levers_catalogue().families}
    context["begins"] = _begins(request.user, found)
    return render(request, "levers/family.html", context)


def _begins(person: Any, family: Family) -> dict[str, list[tuple[str, str]]]:
    """Lever → the towns where this person may begin a project with it, and where."""
    if not is_signed_in(person):
        return {}
    towns = territories_looked_after(person)[:MOST_TERRITORIES]
    remember_roles(person, *towns)
    offers = [(town.name, address) for town in towns if (address := new_project(person, town))]
    return {one.code: [(name, address(lever=one.code)) for name, address in offers] for one in family.levers}


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The catalogue as a file."""
    limit(request, "export")
    rows = presentation.catalogue_rows()
    told = {"du": timezone.localdate().isoformat(), "version": levers_catalogue().version, "leviers": rows}
    return rows_file(form, "leviers", presentation.CATALOGUE_COLUMNS, rows, told)


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """How levers are ranked."""
    context = {
        "thresholds": rules.Thresholds(),
        "a_point": rules.A_POINT,
        "points": {
            "rung": presentation.signed(rules.AT_THE_RUNG),
            "too_high": presentation.signed(rules.TOO_HIGH),
            "too_low": presentation.signed(rules.TOO_LOW),
            "crowd": presentation.signed(rules.CROWD_FITS),
            "no_crowd": presentation.signed(rules.CROWD_LACKS),
            "recommended": presentation.signed(rules.RECOMMENDED),
            "sector": presentation.signed(rules.SAME_SECTOR),
            "issue": presentation.signed(rules.SAME_ISSUE),
            **{grade: presentation.signed(points) for grade, points in rules.LAW_POINTS.items()},
            **{f"cost_{order}": presentation.signed(points) for order, points in rules.COST_POINTS.items()},
        },
        "soon": rules.SOON,
        "late": rules.LATE,
        "own": rules.points_of(rules.OWN_NEED),
        "source": levers_catalogue().source,
    }
    return render(request, "levers/method.html", context)


@require_safe
def latest(request: HttpRequest, code: str) -> HttpResponseBase:
    """The levers of a territory as last published."""
    territory = get_object_or_404(Territory, code=code)
    found = LeversEdition.objects.filter(territory=territory).first()
    if found is None:
        raise Http404
    return _edition_page(request, territory, found)


@require_safe
def edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One edition."""
    territory = get_object_or_404(Territory, code=code)
    return _edition_page(
        request, territory, get_object_or_404(LeversEdition, territory=territory, number=number)
    )


def _edition_page(request: HttpRequest, territory: Territory, one: LeversEdition) -> HttpResponse:
    numbers = LeversEdition.objects.filter(territory=territory).exclude(pk=one.pk)
    context = presentation.told(one.content) | {
        "territory": territory,
        "edition": one,
        "others_published": list(numbers.values_list("number", "as_of")),
        "keeps": False,
    }
    return render(request, "levers/edition.html", context)


@require_safe
def edition_file(request: HttpRequest, code: str, number: int, form: str) -> HttpResponse:
    """An edition as a file: one line a lever; in JSON, all of it."""
    limit(request, "export")
    one = get_object_or_404(
        LeversEdition.objects.select_related("territory"), territory__code=code, number=number
    )
    whole = {"territoire": code, "edition": number, "date": one.as_of.isoformat(), **one.content}
    return rows_file(
        form, f"leviers-{code}-{number}", presentation.RANKING_COLUMNS, presentation.ranking_rows(one), whole
    )
