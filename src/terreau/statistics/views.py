"""The figures of a territory, for visitors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from terreau.observatory import published
from terreau.statistics import reading
from terreau.territories.models import Territory


@require_safe
def territory(request: HttpRequest, code: str) -> HttpResponse:
    """The figures of a territory; where no vintage holds it, those that others published."""
    place = get_object_or_404(Territory, code=code)
    vintage = reading.latest(place.country_code)
    context = {
        "territory": place,
        "found": reading.figures(vintage, place.code) if vintage else None,
        "published": published.figures_for([place.code]),
    }
    return render(request, "statistics/territory.html", context)
