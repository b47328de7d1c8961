"""Outlines of the French communes: those of 2018, and those of communes merged since.

The outline of a commune that others have joined since 2018 is the union of theirs, dated and said
so. A commune re-established since has none, and the outline it was taken from is said to hold it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from datetime import date

from shapely import from_wkb, get_parts, make_valid, to_wkb, union_all
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from terreau.core.topology import decode_topojson
from terreau.territories.reference.files import topology
from terreau.territories.reference.france import commune_code
from terreau.territories.reference.rows import OutlineRow, World

VINTAGE = 2018
UNDATED_VINTAGE = 2026
SOURCE = "IGN, Admin Express 2018, simplifié"
_NOTE_LIMIT = 300


def shapes(codes: Set[str]) -> dict[str, BaseGeometry]:
    """Each outline of 2018 by public code, valid; those that simplification reduced to nothing left out.

    Args:
        codes: the communes asked for; to make the thirty-five thousand takes seconds.
    """
    if not codes:
        return {}
    found = {
        code: _sound(shape(geometry))
        for properties, geometry in decode_topojson(topology())
        if (code := commune_code(properties["code"])) in codes
    }
    return {code: geometry for code, geometry in found.items() if not geometry.is_empty}


def outlines(world: World) -> list[OutlineRow]:
    """The outlines of the world's communes: as in 2018, and as they became."""
    known = shapes({code for code in world.territories if code.startswith(commune_code(""))})
    rows = [_row(code, VINTAGE, geometry) for code, geometry in known.items()]
    names = _names_then(world)
    for code, members in _gathered(world, known.keys()).items():
        if members != [code]:
            union = _sound(union_all([known[member] for member in members]))
            rows.append(_row(code, _vintage(world, code, members), union, _note(names, members)))
    return rows


def middle(row: OutlineRow) -> tuple[float, float]:
    """Longitude and latitude of the middle of an outline, within it."""
    geometry = from_wkb(row.wkb)
    centre = geometry.centroid
    point = centre if geometry.contains(centre) else geometry.representative_point()
    return round(point.x, 5), round(point.y, 5)


def _gathered(world: World, codes: Iterable[str]) -> dict[str, list[str]]:
    """Communes in force → the codes of 2018 whose ground they hold today."""
    following: dict[str, str] = {}
    for row in world.successions:  # in the order of time, the undated last
        following[row.former] = row.successor
    gathered: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        here, seen = code, {code}
        while world.territories[here].valid_to is not None and following.get(here, here) not in seen:
            here = following[here]
            seen.add(here)
        if world.territories[here].valid_to is None:
            gathered[here].append(code)
    return gathered


def _names_then(world: World) -> dict[str, str]:
    """What each territory was called in the year of the outlines."""
    names = {code: row.name for code, row in world.territories.items()}
    day = date(VINTAGE, 1, 1)
    for name in world.names:
        if name.kind == "former" and name.valid_to and (name.valid_from or date.min) <= day < name.valid_to:
            names[name.code] = name.name
    return names


def _vintage(world: World, code: str, members: list[str]) -> int:
    """The year of the last of these mergers; that of the data when the source does not date it."""
    ends = [world.territories[member] for member in members if member != code]
    if any(row.dates_note for row in ends):
        return UNDATED_VINTAGE
    return max((row.valid_to.year for row in ends if row.valid_to), default=UNDATED_VINTAGE)


def _note(names_then: dict[str, str], members: list[str]) -> str:
    names = ", ".join(sorted(names_then[member] for member in members))
    note = f"Réunion des contours de 2018\u00a0: {names}."
    return note if len(note) <= _NOTE_LIMIT else f"Réunion des contours de 2018 de {len(members)} communes."


def _row(code: str, vintage: int, geometry: BaseGeometry, note: str = "") -> OutlineRow:
    west, south, east, north = geometry.bounds
    return OutlineRow(code, vintage, to_wkb(geometry), (west, south, east, north), SOURCE, note)


def _sound(geometry: BaseGeometry) -> BaseGeometry:
    """Valid polygons only: simplification leaves a few outlines that touch themselves."""
    if geometry.is_valid and isinstance(geometry, Polygon | MultiPolygon):
        return geometry
    parts = [part for part in get_parts(make_valid(geometry)) if isinstance(part, Polygon | MultiPolygon)]
    return union_all(parts)
