"""Inside the territory: its parts, their outlines, its population."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Min

from terreau.diagnosis.content import digest
from terreau.diagnosis.facts import (
    Coverage,
    Inhabitants,
    Unit,
)
from terreau.diagnosis.reading.sources import attested_by
from terreau.territories.enums import Kind
from terreau.territories.models import Ancestry, Outline, Population, Succession, Territory

_CHUNK = 900  # SQLite bounds the values of one query
MAP_UNITS = 400  # beyond, outlines would be unreadable on a page and heavy on a thin link
_INNER_KINDS = (Kind.BOROUGH, Kind.SECTOR, Kind.VILLAGE)
TREE_ORDER = {kind: rank for rank, kind in enumerate(Kind.values)}


def units_kind_of(territory: Territory) -> tuple[str, int]:
    """The kind of territory by which the inventory is broken down, and how many of them there are."""
    within = Territory.objects.within(territory).current().exclude(pk=territory.pk)
    found = dict(within.order_by().values_list("kind").annotate(n=Count("pk")))
    wanted = (Kind.COMMUNE,) if TREE_ORDER[territory.kind] < TREE_ORDER[Kind.COMMUNE] else _INNER_KINDS
    kind = next((kind for kind in wanted if found.get(kind)), "")
    return (str(kind), found[kind]) if kind else ("", 0)


def chunks(values: Iterable[int]) -> Iterator[list[int]]:
    """The values by lots that one query can hold."""
    listed = list(values)
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]


def read_units(
    territory: Territory, kind: str, places: Counter[int], as_of: date, coverage: Coverage
) -> tuple[Unit, ...]:
    """The parts where an organisation is known, most first."""
    if not kind:
        return ()
    counts: Counter[int] = Counter()
    complete = _complete_by_place(territory, as_of, coverage)
    of_unit: Counter[int] = Counter()
    known: dict[int, Territory] = {}
    for some in chunks(places):
        links = Ancestry.objects.filter(descendant__in=some, ancestor__kind=kind).select_related("ancestor")
        for link in links:
            counts[link.ancestor_id] += places[link.descendant_id]
            of_unit[link.ancestor_id] += complete[link.descendant_id]
            known[link.ancestor_id] = link.ancestor
    inhabitants = read_inhabitants(list(known), as_of)
    units = [
        Unit(
            code=place.code,
            name=place.name,
            count=counts[pk],
            inhabitants=inhabitants.get(pk),
            complete=of_unit[pk],
            longitude=place.longitude,
            latitude=place.latitude,
        )
        for pk, place in known.items()
    ]
    return tuple(sorted(units, key=lambda unit: (-unit.count, unit.name, unit.code)))


def _complete_by_place(territory: Territory, as_of: date, coverage: Coverage) -> Counter[int]:
    if not coverage.known:
        return Counter()
    codes = [claim.source_code for claim in coverage.claims]
    rows = attested_by(territory, as_of, codes).order_by().values_list("territory").annotate(n=Count("pk"))
    return Counter({place: number for place, number in rows if place})


def read_extent(territory: Territory, units_kind: str) -> str:
    """A digest of what makes the perimeter, to tell whether two editions speak of the same one."""
    if units_kind == Kind.COMMUNE:
        within = Territory.objects.within(territory).current().filter(kind=Kind.COMMUNE)
        codes = list(within.order_by("code").values_list("code", flat=True))
    else:
        # Communes that were merged into this one changed its limits.
        former = Succession.objects.filter(successor=territory).order_by("former__code")
        codes = [territory.code, *former.values_list("former__code", flat=True)]
    return digest(" ".join(codes))


def _outlines(places: Sequence[int], as_of: date) -> tuple[dict[int, Any], str]:
    """The latest outline of each territory, and where they come from."""
    found: dict[int, Any] = {}
    credits: dict[str, None] = {}
    for some in chunks(places):
        for outline in Outline.objects.filter(territory__in=some).order_by("vintage"):
            if outline.vintage <= as_of.year or outline.territory_id not in found:
                found[outline.territory_id] = outline.geometry
            credits[outline.source] = None
    return found, "\u202f; ".join(one for one in credits if one)


def read_unit_outlines(
    territory: Territory, kind: str, units: tuple[Unit, ...], total: int, as_of: date
) -> tuple[tuple[Unit, ...], str]:
    """Every part that has an outline, and where the outlines come from; none where they are too many."""
    if not kind or not units or total > MAP_UNITS:
        return (), ""
    within = list(Territory.objects.within(territory).current().filter(kind=kind))
    found, credit = _outlines([place.pk for place in within], as_of)
    counts = {unit.code: unit for unit in units}
    outlined = [
        Unit(
            code=place.code,
            name=place.name,
            count=counts[place.code].count if place.code in counts else 0,
            inhabitants=counts[place.code].inhabitants if place.code in counts else None,
            complete=counts[place.code].complete if place.code in counts else 0,
            longitude=place.longitude,
            latitude=place.latitude,
            geometry=found[place.pk],
        )
        for place in within
        if place.pk in found
    ]
    return tuple(outlined), credit


def read_bounds(territory: Territory, kind: str) -> tuple[float, float, float, float] | None:
    """The extent of the units of a territory smaller than a country, whose lands may lie far apart."""
    if not kind or territory.kind == Kind.COUNTRY:
        return None
    found = (
        Territory.objects.within(territory)
        .current()
        .filter(kind=kind)
        .aggregate(west=Min("longitude"), south=Min("latitude"), east=Max("longitude"), north=Max("latitude"))
    )
    if found["west"] is None or found["south"] is None:
        return None
    return (found["west"] - 0.05, found["south"] - 0.05, found["east"] + 0.05, found["north"] + 0.05)


def read_around(territory: Territory, as_of: date) -> tuple[tuple[Unit, ...], str, str]:
    """The outlines of a commune's grouping, among which it is shown; of itself where there is none."""
    grouping = Territory.objects.containing(territory).current().filter(kind=Kind.GROUPING).first()
    communes = [territory]
    if grouping is not None:
        communes = list(
            Territory.objects.within(grouping).current().filter(kind=Kind.COMMUNE)[: MAP_UNITS + 1]
        )
        if len(communes) > MAP_UNITS:
            communes, grouping = [territory], None
    found, credit = _outlines([place.pk for place in communes], as_of)
    units = [
        Unit(code=place.code, name=place.name, count=0, geometry=found[place.pk])
        for place in communes
        if place.pk in found
    ]
    return tuple(units), grouping.name if grouping else "", credit


def read_inhabitants(places: Sequence[int], as_of: date) -> dict[int, Inhabitants]:
    """The population of each territory: the latest dated no later than the day, else the one there is."""
    found: dict[int, Population] = {}
    for some in chunks(places):
        rows = Population.objects.filter(territory__in=some).order_by(
            F("year").asc(nulls_first=True), "source"
        )
        for row in rows:
            if row.territory_id not in found or (row.year or 0) <= as_of.year:
                found[row.territory_id] = row
    return {place: Inhabitants(row.value, row.year, row.source) for place, row in found.items() if row.value}
