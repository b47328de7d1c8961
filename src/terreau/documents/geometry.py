"""Outlines made light enough to be drawn: simplified for a number of pixels, written as SVG paths."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

# Half a pixel is not seen; an islet under two square pixels is a smudge.
TOLERANCE_PX = 0.6
MIN_AREA_PX = 2.0


def simplify_together(shapes: Sequence[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    """Shapes simplified so that neighbours keep the same common border (Visvalingam and Whyatt)."""
    if not shapes:
        return []
    sound = [one if one.is_valid else shapely.make_valid(one) for one in shapes]
    areal = [_areal(one) for one in sound]
    return list(shapely.coverage_simplify(np.array(areal, dtype=object), tolerance))


def path(geometry: BaseGeometry, *, decimals: int = 1, min_area: float = MIN_AREA_PX) -> str:
    """SVG path data of the polygons of a shape already in pixels, by relative steps.

    Polygons under `min_area` are left out, except the largest when it is the only one.
    """
    polygons = sorted(_polygons(geometry), key=lambda one: -one.area)
    kept = [one for one in polygons if one.area >= min_area] or polygons[:1]
    return "".join(_ring(ring.coords, decimals) for one in kept for ring in (one.exterior, *one.interiors))


def hatches(shapes: Sequence[BaseGeometry], step: float) -> str:
    """SVG path data of slanting lines over shapes in pixels: what is not known, told without a colour."""
    ground = shapely.union_all(list(shapes))
    left, top, right, bottom = ground.bounds
    height = bottom - top
    # The lines stand on a grid of the whole sheet, so that those of neighbours meet.
    first = math.floor((left - bottom) / step)
    starts = [number * step for number in range(first, math.ceil((right - top) / step) + 1)]
    lines = [[(start + top, top), (start + top + height, bottom)] for start in starts]
    seen = shapely.get_parts(shapely.intersection(shapely.multilinestrings(lines), ground))
    return "".join(
        f"M{whole[0][0]} {whole[0][1]}L{whole[-1][0]} {whole[-1][1]}"
        for one in seen
        if one.length > 1 and one.geom_type == "LineString"
        for whole in [np.rint(shapely.get_coordinates(one)).astype(int)]
    )


def _ring(points: Any, decimals: int) -> str:
    scale = 10**decimals
    whole = np.rint(np.asarray(points)[:, :2] * scale).astype(int)
    steps = np.diff(whole, axis=0)[:-1]
    steps = steps[(steps != 0).any(axis=1)]
    if len(steps) < 2:
        return ""
    parts = [f"M{_pair(whole[0], scale)}l"]
    parts.extend(_joined(steps, scale))
    return "".join(parts) + "z"


def _joined(steps: Any, scale: int) -> Iterator[str]:
    for index, step in enumerate(steps):
        text = _pair(step, scale)
        yield text if index == 0 or text.startswith("-") else f" {text}"


def _pair(step: Any, scale: int) -> str:
    x, y = _written(int(step[0]), scale), _written(int(step[1]), scale)
    return f"{x}{y}" if y.startswith("-") else f"{x} {y}"


def _written(number: int, scale: int) -> str:
    if scale == 1:
        return str(number)
    return (
        f"{number / scale:g}".replace("0.", ".", 1)
        if abs(number) < scale and number
        else f"{number / scale:g}"
    )


def _areal(geometry: BaseGeometry) -> BaseGeometry:
    polygons = list(_polygons(geometry))
    return polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)


def _polygons(geometry: BaseGeometry) -> Iterator[Polygon]:
    if isinstance(geometry, Polygon):
        if not geometry.is_empty:
            yield geometry
        return
    for part in getattr(geometry, "geoms", ()):
        yield from _polygons(part)
