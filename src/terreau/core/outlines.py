"""Outlines of the countries of the world, and the country a position lies in.

Outlines: Natural Earth 1:50,000,000 (see `data/SOURCES.md`). Their coast is drawn to within a few
kilometres and the smallest islands are missing, so a position in the sea near a coast is given to
the nearest country. Where a border is contested the outlines follow Natural Earth's de facto lines;
they decide nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import cos, radians
from typing import Any

from babel.core import get_global
from shapely import STRtree, intersection, make_valid, union_all
from shapely.affinity import translate
from shapely.geometry import GeometryCollection, Point, Polygon, box, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from terreau.core.geo import distance_km, is_position
from terreau.core.topology import decode_topojson

COAST_TOLERANCE_KM = 25.0
_KM_PER_DEGREE = 111.2

# Outlines without an ISO number in the file. Siachen Glacier belongs to no ISO country: left out.
_UNNUMBERED = {"Kosovo": "XK", "Somaliland": "SO", "N. Cyprus": "CY"}
_INDIAN_OCEAN_TERRITORIES = "Indian Ocean Ter."
_CHRISTMAS_ISLAND_WEST_END = 100.0
_POLAR = -89.0
# Outlines of the countries that only this instance knows.
_added: dict[str, BaseGeometry] = {}


@dataclass(frozen=True)
class _World:
    countries: dict[str, BaseGeometry]
    parts: tuple[Polygon, ...]
    owners: tuple[str, ...]
    tree: STRtree


def country_shapes() -> dict[str, BaseGeometry]:
    """Outline of each country by ISO 3166-1 alpha-2 code, in degrees WGS84.

    The French overseas departments are part of `FR`; Kosovo is `XK`, the code in common use.
    """
    return dict(_world().countries)


def add_outline(iso2: str, outline: BaseGeometry) -> None:
    """Put on the map a country that is on no other, in degrees WGS84."""
    _added[iso2] = outline
    _world.cache_clear()


def country_of(longitude: float | None, latitude: float | None) -> str | None:
    """ISO 3166-1 alpha-2 code of the country the position lies in, or None.

    A position in the sea is given to the nearest country within `COAST_TOLERANCE_KM`. No position,
    an impossible one, or (0, 0) gives None.
    """
    if longitude is None or latitude is None or not is_position(longitude, latitude):
        return None
    world = _world()
    point = Point(longitude, latitude)
    for index in world.tree.query(point, predicate="intersects"):
        return world.owners[int(index)]
    near = _distances_km(longitude, latitude, COAST_TOLERANCE_KM)
    return min(near, key=lambda iso2: near[iso2]) if near else None


def countries_near(longitude: float, latitude: float, *, within_km: float) -> set[str]:
    """Codes of the countries the position is in, or at most `within_km` kilometres from."""
    return set(_distances_km(longitude, latitude, within_km))


def _distances_km(longitude: float, latitude: float, limit_km: float) -> dict[str, float]:
    """Kilometres to each country that is at most `limit_km` away (0 inside)."""
    world = _world()
    point = Point(longitude, latitude)
    # A degree of longitude shrinks with latitude: search as wide as the widest of the two.
    degrees = limit_km / _KM_PER_DEGREE / max(0.05, cos(radians(latitude)))
    found: dict[str, float] = {}
    for index in world.tree.query(point, predicate="dwithin", distance=degrees):
        nearest = nearest_points(world.parts[index], point)[0]
        distance = distance_km(longitude, latitude, nearest.x, nearest.y)
        owner = world.owners[index]
        if distance <= min(limit_km, found.get(owner, limit_km)):
            found[owner] = distance
    return found


@lru_cache(maxsize=1)
def _world() -> _World:
    text = resources.files("terreau.core").joinpath("data/countries-50m.json").read_text("utf-8")
    parts: list[Polygon] = []
    owners: list[str] = []
    for properties, geometry in decode_topojson(json.loads(text), object_name="countries"):
        for polygon in _polygons(_cut_at_antimeridian(shape(geometry))):
            iso2 = _iso2(properties, polygon)
            if iso2:
                parts.append(polygon)
                owners.append(iso2)
    for iso2, outline in _added.items():
        for polygon in _polygons(outline):
            parts.append(polygon)
            owners.append(iso2)
    gathered: dict[str, list[Polygon]] = {}
    for owner, polygon in zip(owners, parts, strict=True):
        gathered.setdefault(owner, []).append(polygon)
    countries: dict[str, BaseGeometry] = {
        iso2: union_all(polygons) for iso2, polygons in sorted(gathered.items())
    }
    return _World(countries, tuple(parts), tuple(owners), STRtree(parts))


def _iso2(properties: dict[str, Any], polygon: Polygon) -> str | None:
    name = properties.get("name", "")
    if name == _INDIAN_OCEAN_TERRITORIES:
        return "CX" if polygon.centroid.x > _CHRISTMAS_ISLAND_WEST_END else "CC"
    aliases = get_global("territory_aliases").get(str(properties.get("id", "")))
    return aliases[0] if aliases else _UNNUMBERED.get(name)


def _cut_at_antimeridian(geometry: BaseGeometry) -> BaseGeometry:
    """The same land with no outline that jumps from one end of the map to the other.

    The file joins the two sides of Chukotka and of Fiji; read plainly, they girdle the Earth.
    """
    cut: list[BaseGeometry] = []
    for part in getattr(geometry, "geoms", [geometry]):
        piece = _unrolled(part)
        west, _, east, _ = piece.bounds
        if west >= -180 and east <= 180:
            cut.append(piece)
            continue
        for turn in (-360, 0, 360):
            side = intersection(make_valid(piece), box(turn - 180, -90, turn + 180, 90))
            cut.append(translate(side, xoff=-turn))
    return GeometryCollection([part for piece in cut for part in getattr(piece, "geoms", [piece])])


def _unrolled(polygon: Polygon) -> Polygon:
    """The polygon with longitudes that run on past 180. Antarctica, around its pole, cannot be unrolled."""
    west, south, east, _ = polygon.bounds
    if east - west < 180 or south < _POLAR:
        return polygon

    def ring(points: Any) -> list[tuple[float, float]]:
        turn, before, line = 0.0, points[0][0], []
        for x, y in points:
            turn += 360 * ((x - before < -180) - (x - before > 180))
            line.append((x + turn, y))
            before = x
        return line

    return Polygon(ring(polygon.exterior.coords), [ring(hole.coords) for hole in polygon.interiors])


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    sound = geometry if geometry.is_valid else make_valid(geometry)
    return [part for part in getattr(sound, "geoms", [sound]) if isinstance(part, Polygon)]
