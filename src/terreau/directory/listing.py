"""What the list of the directory shows, made ready for its template."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from terreau.core.countries import country_name
from terreau.core.numbers import french_number, french_quantity
from terreau.directory import labels, search
from terreau.directory.asking import PAGE_SIZE, PARAMETERS, Asking
from terreau.directory.confirmations import suffix
from terreau.directory.search import Results
from terreau.territories.enums import Kind
from terreau.territories.models import Territory

SHOWN_VALUES = 8
MOST_PLACES = 60
_OLD_YEARS = 3
_BELOW = {
    Kind.COUNTRY: ("region", "commune"),
    Kind.REGION: ("department", "commune"),
    Kind.DEPARTMENT: ("commune",),
    Kind.GROUPING: ("commune",),
}
_FACETS = ("family", "sector", "issue", "filiere", "source", "confirmed", "precision")


@dataclass(frozen=True)
class Option:
    """One value of a facet: ticked or not, with the number of sheets it gives."""

    code: str
    label: str
    count: int
    checked: bool
    # Written here rather than by a filter: forty of them on each page.
    shown: str


@dataclass(frozen=True)
class Group:
    """One facet as shown: its first values, and where to see them all."""

    facet: str
    title: str
    parameter: str
    options: list[Option]
    more: str = ""


def titles() -> dict[str, str]:
    """The facets' names."""
    return {
        "family": _("Famille"),
        "sector": _("Secteur"),
        "issue": _("Enjeu du territoire"),
        "filiere": _("Filière"),
        "territory": _("Territoire"),
        "source": _("Source"),
        "confirmed": _("Confirmation"),
        "precision": _("Lieu connu"),
    }


@dataclass(frozen=True)
class Found:
    """The results of a question, its facets, and how many there are in each place."""

    results: Results
    groups: list[Group]
    places: list[Option]


def run(asking: Asking, *, whole: str = "") -> Found:
    """The results and the facets of a question; all the values of the facet `whole`."""
    levels = _place_levels(asking)
    results = search.search(replace(asking.query, facets=(*_FACETS, *levels)))
    level = next((level for level in levels if results.facets.get(level)), levels[-1])
    counts = results.facets.get(level, [])[:MOST_PLACES]
    names = labels.labels(level, [code for code, _count in counts])
    chosen = asking.query.territories
    places = [_option(code, names[code], count, code in chosen) for code, count in counts]
    return Found(results, groups(asking, results, level, whole=whole), places)


def _place_levels(asking: Asking) -> tuple[str, ...]:
    """At which levels to count places: under what is chosen, else by country."""
    codes = asking.query.territories
    if not codes:
        return ("country",)
    kinds = Territory.objects.filter(code__in=codes).values_list("kind", flat=True).distinct()
    kind = kinds[0] if len(kinds) == 1 and len(codes) == 1 else ""
    return _BELOW.get(Kind(kind), ("commune",)) if kind else ("commune",)


def groups(asking: Asking, results: Results, level: str, *, whole: str = "") -> list[Group]:
    """The facets that have something to tell, the values in force always among those shown."""
    found = []
    for facet, title in titles().items():
        parameter, attribute = PARAMETERS[facet]
        counts = results.facets.get(level if facet == "territory" else facet, [])
        chosen = getattr(asking.query, attribute)
        if facet == "territory":
            counts = [(code, number) for code, number in counts if code not in chosen]
        elif len(counts) < 2 and not chosen:
            continue
        options = _options(facet, counts, chosen, None if facet == whole else SHOWN_VALUES)
        if options:
            more = f"/annuaire/valeurs/{parameter}/{asking.address()}" if len(counts) > len(options) else ""
            found.append(Group(facet, title, parameter, options, more))
    return found


def _options(
    facet: str, counts: list[tuple[str, int]], chosen: tuple[str, ...], limit: int | None
) -> list[Option]:
    numbers = dict(counts)
    first = [code for code in chosen if facet != "territory"]
    rest = [code for code, _number in counts if code not in first]
    codes = first + (rest if limit is None else rest[: max(0, limit - len(first))])
    if facet == "territory":
        codes = list(chosen) + codes
    names = labels.labels(facet, codes)
    # What a chosen place holds is the number of results itself.
    unknown = -1 if facet == "territory" else 0
    return [_option(code, names[code], numbers.get(code, unknown), code in chosen) for code in codes]


def _option(code: str, label: str, count: int, checked: bool) -> Option:
    return Option(code, label, count, checked, french_number(count) if count >= 0 else "")


@dataclass(frozen=True)
class Line:
    """One organisation in the list."""

    id: str
    address: str
    name: str
    meta: str
    text: str
    family: str
    tags: list[str]
    freshness: str
    tone: str
    ceased: bool
    distance: str = ""
    simulated: bool = False


def lines(results: Results) -> list[Line]:
    """The organisations of the page, in words."""
    distances: list[float | None] = [*results.distances] or [None] * len(results.hits)
    root = reverse("directory:list")
    return [_line(hit, away, root) for hit, away in zip(results.hits, distances, strict=True)]


def _line(hit: dict[str, Any], away: float | None, root: str) -> Line:
    names = labels.labels("sector", hit.get("s", ()))
    concerns = labels.labels("issue", hit.get("i", ()))
    country = country_name(hit["c"]) if hit.get("c") else ""
    where = ", ".join(part for part in (hit.get("l", ""), country) if part) or _("sans lieu")
    family = labels.family_label(hit["f"]) if hit.get("f") else ""
    meta = " · ".join(part for part in (family, where, ", ".join(list(concerns.values())[:3])) if part)
    return Line(
        id=hit["id"],
        address=f"{root}{hit['id']}/",
        name=f"{hit['n']} ({hit['a']})" if hit.get("a") and hit["a"] != hit["n"] else hit["n"],
        meta=meta,
        text=hit.get("d", ""),
        family=family,
        tags=list(names.values())[:3],
        freshness=freshness(hit.get("o", ""), hit.get("w", "")),
        tone=tone(hit.get("o", ""), hit.get("w", "")),
        ceased=hit.get("z") == "ceased",
        distance=_distance(away),
        simulated=bool(hit.get("m")),
    )


def freshness(confirmed_on: str, said_on: str) -> str:
    """« Confirmée en mars 2026 », or « Jamais confirmée, source de 2013 »."""
    if confirmed_on:
        month = date_format(date.fromisoformat(confirmed_on), "F Y")
        return _("Confirmée en %(month)s") % {"month": month} + suffix(confirmed_on, timezone.localdate())
    if said_on:
        return _("Jamais confirmée, source de %(year)s") % {"year": said_on[:4]}
    return _("Jamais confirmée, source sans date")


def tone(confirmed_on: str, said_on: str) -> str:
    """How to show it: `good` when confirmed within the year, `warn` when that or the last source is old."""
    if confirmed_on:
        return "warn" if suffix(confirmed_on, timezone.localdate()) else "good"
    recent = f"{timezone.localdate().year - _OLD_YEARS}"
    return "" if said_on[:4] > recent else "warn"


def _distance(kilometres: float | None) -> str:
    if kilometres is None:
        return ""
    if kilometres < 1:
        return _("à moins d’un kilomètre")
    return _("à %(distance)s") % {"distance": french_quantity(round(kilometres), "km")}


@dataclass(frozen=True)
class Pages:
    """Where the page stands among the others."""

    number: int
    last: int
    previous: str
    following: str


def pages(asking: Asking, results: Results) -> Pages:
    """Links to the neighbouring pages; beyond ten thousand sheets one narrows the search instead."""
    last = max(1, -(-min(results.total, search.MAX_PAGE_HITS) // PAGE_SIZE))
    number = asking.query.page
    previous = asking.address(page=str(min(number, last + 1) - 1)) if number > 1 else ""
    following = asking.address(page=str(number + 1)) if number < last else ""
    return Pages(number, last, previous, following)
