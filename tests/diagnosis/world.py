"""A fictional department with two towns, and what a list says of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from terreau.directory.models import Organisation, Record
from terreau.territories.enums import Kind
from terreau.territories.models import Outline, Population, Territory
from tests.directory.factories import organisations, source, territory


@dataclass
class World:
    """The places of the tests."""

    country: Territory
    department: Territory
    grouping: Territory
    town: Territory
    other: Territory


def square(west: float, south: float) -> dict[str, Any]:
    """An outline of a tenth of a degree."""
    east, north = west + 0.1, south + 0.1
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def outlined(place: Territory, west: float, south: float) -> None:
    """Give a place an outline and a position at its middle."""
    Outline.objects.create(
        territory=place,
        vintage=2018,
        geometry=square(west, south),
        west=west,
        south=south,
        east=west + 0.1,
        north=south + 0.1,
        source="Contours d’essai",
    )
    Territory.objects.filter(pk=place.pk).update(longitude=west + 0.05, latitude=south + 0.05)
    place.refresh_from_db()


def make_world() -> World:
    """Two towns of one grouping and one department, with outlines and dated populations."""
    country = territory("xx", "Pays-Essai", kind=Kind.COUNTRY)
    department = territory("xx-dep-1", "Province-Essai", kind=Kind.DEPARTMENT, parent=country)
    grouping = territory("xx-grp-1", "Groupement-Essai", kind=Kind.GROUPING, parent=department)
    town = territory("xx-com-1", "Ville-Essai", parent=department, groupings=(grouping,))
    other = territory("xx-com-2", "Bourg-Essai", parent=department, groupings=(grouping,))
    outlined(town, 1.0, 10.0)
    outlined(other, 1.1, 10.0)
    for place, value in ((town, 20_000), (other, 4_000), (grouping, 24_000), (department, 24_000)):
        Population.objects.create(territory=place, year=2020, value=value, source="Recensement d’essai")
    return World(country, department, grouping, town, other)


def many(number: int, place: Territory, **values: Any) -> list[Organisation]:
    """Several organisations of one place, from a list of 2024."""
    said_by = values.pop("said_by", None) or source(place, dated_on=date(2024, 6, 30))
    stated_on = values.pop("stated_on", date(2024, 6, 30))
    told = [{"name": f"Essai n° {place.code} {index}", **values} for index in range(number)]
    return organisations(told, place, said_by=said_by, stated_on=stated_on)


def filled(world: World) -> World:
    """Twelve associations (eight in culture), two cooperatives in the town; one mutual society next door."""
    many(8, world.town, legal_form="", family="association", sectors=["culture"], issues=["culture"])
    many(4, world.town, family="association", sectors=["education", "culture"])
    many(2, world.town, family="cooperative", sectors=["agriculture"])
    many(1, world.other, family="mutuelle", issues=["sante"])
    return world


def seen_on(sheet: Organisation, day: date, *, gone: date | None = None, stated: date | None = None) -> None:
    """Move the records of an organisation in time."""
    at = timezone.make_aware(timezone.datetime.combine(day, timezone.datetime.min.time())) + timedelta(
        hours=9
    )
    left = at.replace(year=gone.year, month=gone.month, day=gone.day) if gone else None
    Record.objects.filter(organisation=sheet).update(
        first_seen_at=at, last_seen_at=at, gone_at=left, stated_on=stated
    )
