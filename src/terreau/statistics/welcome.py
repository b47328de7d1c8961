"""The way to the figures: a territory sought by name, and the countries whose register was read."""

from __future__ import annotations

from typing import Any, Final

from django.http import QueryDict

from terreau.statistics import reading
from terreau.territories.models import Territory
from terreau.territories.services import find

_OFFERED: Final = 20


def context_of(query: QueryDict) -> dict[str, Any]:
    """Everything the page shows."""
    typed = query.get("q", "").strip()[:200]
    newest = {country: reading.latest(country) for country in reading.countries()}
    found = [one for one in find(typed, limit=2 * _OFFERED) if _holds(newest.get(one.country_code), one)]
    roots = {str(one.manifest["root"]): one for one in newest.values() if one}
    countries = Territory.objects.filter(code__in=roots).order_by("name_folded").only("code", "name")
    return {
        "typed": typed,
        "offered": found[:_OFFERED],
        "countries": [
            {
                "code": one.code,
                "name": one.name,
                "month": roots[one.code].name,
                "simulated": roots[one.code].manifest["notice"],
            }
            for one in countries
        ],
    }


def _holds(vintage: reading.Vintage | None, territory: Territory) -> bool:
    return vintage is not None and reading.place(vintage, territory.code) is not None
