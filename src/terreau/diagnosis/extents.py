"""What part of the world a map of a diagnosis shows."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from terreau.core.outlines import country_shapes

Bounds = tuple[float, float, float, float]
_MARGIN = 0.3  # degrees


def country_outline(country_code: str) -> BaseGeometry | None:
    """The outline of a country, where it is known."""
    return country_shapes().get(country_code)


def country_extent(country_code: str, positions: Sequence[tuple[float, float]]) -> Bounds | None:
    """The mainland, or the island, of the country where the positions are; None when it is not known.

    A country with lands far away would otherwise be drawn as a world map with nothing on it.
    """
    outline = country_outline(country_code)
    if outline is None or not positions:
        return None
    longitudes, latitudes = (list(axis) for axis in zip(*positions, strict=True))
    parts = [
        part
        for part in shapely.get_parts(outline)
        if shapely.contains_xy(part.buffer(_MARGIN), longitudes, latitudes).any()
    ]
    if not parts:
        return None
    west, south, east, north = shapely.union_all(parts).bounds
    return (west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN)
