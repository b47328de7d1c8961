"""One point to stand for a GeoJSON geometry: where a map puts the mark of a line or an area.

A point is itself. A line gives its middle, by length. An area gives its centroid when it lies inside, and
otherwise the middle of the widest stretch along the parallel through the middle of its height, so that a
crescent-shaped district is not marked in the neighbouring one. Lengths are taken in degrees: the mark has
to be inside, not exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import hypot, isfinite
from typing import Any

Point = tuple[float, float]


def representative_point(geometry: object) -> Point | None:
    """Longitude and latitude standing for `geometry`; nothing when it is missing or malformed."""
    if not isinstance(geometry, Mapping):
        return None
    try:
        return _point_of(geometry)
    except (TypeError, ValueError, IndexError, KeyError, ZeroDivisionError, RecursionError):
        return None


def _point_of(geometry: Mapping[str, Any]) -> Point | None:
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        points = (representative_point(part) for part in geometry["geometries"])
        return next((point for point in points if point), None)
    coordinates = geometry["coordinates"]
    if kind == "Point":
        return _pair(coordinates)
    if kind == "MultiPoint":
        return _nearest_to_mean([_pair(position) for position in coordinates])
    if kind == "LineString":
        return _middle([_pair(position) for position in coordinates])
    if kind == "MultiLineString":
        return _middle(max(([_pair(position) for position in line] for line in coordinates), key=_length))
    if kind == "Polygon":
        return _inside(_rings(coordinates))
    if kind == "MultiPolygon":
        return _inside(max((_rings(polygon) for polygon in coordinates), key=lambda rings: _area(rings[0])))
    return None


def _pair(position: Sequence[Any]) -> Point:
    longitude, latitude = float(position[0]), float(position[1])
    if not (isfinite(longitude) and isfinite(latitude)):
        raise ValueError("not a position")
    return longitude, latitude


def _nearest_to_mean(points: list[Point]) -> Point:
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return min(points, key=lambda point: hypot(point[0] - mean_x, point[1] - mean_y))


def _length(line: list[Point]) -> float:
    return sum(hypot(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(line))


def _middle(line: list[Point]) -> Point:
    left = _length(line) / 2
    for (x1, y1), (x2, y2) in pairwise(line):
        step = hypot(x2 - x1, y2 - y1)
        if step and step >= left:
            share = left / step
            return x1 + share * (x2 - x1), y1 + share * (y2 - y1)
        left -= step
    return line[0]


def _rings(polygon: Sequence[Any]) -> list[list[Point]]:
    return [[_pair(position) for position in ring] for ring in polygon]


def _signed_area(ring: list[Point]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]])) / 2


def _area(ring: list[Point]) -> float:
    return abs(_signed_area(ring))


def _centroid(ring: list[Point]) -> Point:
    # Taken from the first corner, so that the products do not drown small outlines in rounding.
    x0, y0 = ring[0]
    moved = [(x - x0, y - y0) for x, y in ring]
    area = _signed_area(moved)
    x = y = 0.0
    for (x1, y1), (x2, y2) in pairwise([*moved, moved[0]]):
        cross = x1 * y2 - x2 * y1
        x += (x1 + x2) * cross
        y += (y1 + y2) * cross
    return x0 + x / (6 * area), y0 + y / (6 * area)


def _crossings(rings: list[list[Point]], level: float) -> list[float]:
    """Where the parallel at `level` crosses the rings, sorted."""
    found = []
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
            if (y1 > level) != (y2 > level):
                found.append(x1 + (level - y1) * (x2 - x1) / (y2 - y1))
    return sorted(found)


def _contains(rings: list[list[Point]], point: Point) -> bool:
    return sum(1 for x in _crossings(rings, point[1]) if x > point[0]) % 2 == 1


def _inside(rings: list[list[Point]]) -> Point:
    outer = rings[0]
    if _area(outer) == 0:
        return _middle(outer)
    centre = _centroid(outer)
    if _contains(rings, centre):
        return centre
    levels = sorted({y for ring in rings for _, y in ring})
    height = (levels[0] + levels[-1]) / 2
    # Between two corners, never through one, so that crossings come in pairs.
    below, above = max(
        ((low, high) for low, high in pairwise(levels)),
        key=lambda gap: (gap[0] <= height <= gap[1], gap[1] - gap[0]),
    )
    level = (below + above) / 2
    crossings = _crossings(rings, level)
    start, end = max(zip(crossings[0::2], crossings[1::2], strict=False), key=lambda part: part[1] - part[0])
    return (start + end) / 2, level
