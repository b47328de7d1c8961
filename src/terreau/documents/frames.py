"""The sheet of a map: which part of the world it shows, and where each position falls on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, log10, radians
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPoint, box
from shapely.geometry.base import BaseGeometry

from terreau.core.outlines import country_shapes
from terreau.documents.geometry import simplify_together
from terreau.documents.projections import LOCAL_SPAN, Bounds, Projection, projection_for

# A lone town still gets some country around it: about 16 km across.
MIN_SPAN = 0.14
_MARGIN = 0.08
_LOWEST, _HIGHEST = 0.5, 1.15
_SCALE_MAX_SPAN = 40.0
# Nobody lives south of this; without it a third of a world map would be Antarctica and void.
_WORLD = (-168.0, -56.0, 180.0, 78.0)


@dataclass(frozen=True)
class Frame:
    """A projection fitted to a sheet of `width` by `height` pixels."""

    projection: Projection
    bounds: Bounds
    width: float
    height: float
    km_per_px: float
    _left: float
    _top: float

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Pixels of a position, y downwards."""
        x, y = self.projection.point(longitude, latitude)
        return (x - self._left) / self.km_per_px, (self._top - y) / self.km_per_px

    def shape(self, geometry: BaseGeometry) -> BaseGeometry:
        """A shape in degrees, brought to pixels and cut at the edge of the sheet."""
        projected = self.projection.shape(geometry)
        moved = shapely.transform(
            projected,
            lambda points: np.column_stack(
                ((points[:, 0] - self._left) / self.km_per_px, (self._top - points[:, 1]) / self.km_per_px)
            ),
        )
        sound = moved if moved.is_valid else shapely.make_valid(moved)
        cut: BaseGeometry = shapely.clip_by_rect(sound, -1, -1, self.width + 1, self.height + 1)
        return cut

    def contains(self, x: float, y: float) -> bool:
        """Whether a pixel position is on the sheet."""
        return 0 <= x <= self.width and 0 <= y <= self.height

    @property
    def is_local(self) -> bool:
        """Whether north is up and the scale true everywhere on the sheet."""
        return self.projection.name == "local"

    def scale_bar(self) -> tuple[float, float] | None:
        """A round length in kilometres and its pixels, or None where the scale varies too much."""
        if max(_spans(self.bounds)) > _SCALE_MAX_SPAN:
            return None
        room = self.width / 4 * self.km_per_px
        power = 10.0 ** int(log10(room) // 1)
        km = max(step * power for step in (1, 2, 5) if step * power <= room)
        return km, km / self.km_per_px


def extent_of(geometries: Iterable[BaseGeometry], positions: Iterable[tuple[float, float]]) -> Bounds:
    """Bounds that hold everything, with a margin and a least span; the inhabited world if empty."""
    found = [geometry.bounds for geometry in geometries if not geometry.is_empty]
    points = list(positions)
    if points:
        found.append(MultiPoint(points).bounds)
    if not found:
        return _WORLD
    west, south = min(b[0] for b in found), min(b[1] for b in found)
    east, north = max(b[2] for b in found), max(b[3] for b in found)
    return _padded((west, south, east, north))


def make_frame(bounds: Bounds, width: float) -> Frame:
    """Fit the projection that suits `bounds` to a sheet `width` pixels wide, its height following."""
    projection = projection_for(bounds)
    edge = shapely.segmentize(box(*bounds), max_segment_length=max(_spans(bounds)) / 40)
    left, bottom, right, top = projection.shape(edge).bounds
    km_per_px = (right - left) / width
    height = (top - bottom) / km_per_px
    if height > width * _HIGHEST:
        km_per_px = (top - bottom) / (width * _HIGHEST)
    height = min(max(height, width * _LOWEST), width * _HIGHEST)
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    return Frame(
        projection=projection,
        bounds=bounds,
        width=width,
        height=round(height),
        km_per_px=km_per_px,
        _left=middle_x - width / 2 * km_per_px,
        _top=middle_y + height / 2 * km_per_px,
    )


def countries_on(frame: Frame, *, tolerance: float) -> dict[str, BaseGeometry]:
    """Outlines of the countries seen on the sheet, in pixels, simplified together."""
    west, south, east, north = frame.bounds
    reach = max(_spans(frame.bounds))
    window = (
        max(-180, west - reach),
        max(-85, south - reach),
        min(180, east + reach),
        min(85, north + reach),
    )
    drawn: dict[str, BaseGeometry] = {}
    for iso2, outline in country_shapes().items():
        piece = shapely.clip_by_rect(outline, *window)
        if piece.is_empty:
            continue
        shape: Any = frame.shape(shapely.segmentize(piece, reach / 20))
        if not shape.is_empty and shape.area > 0:
            drawn[iso2] = shape
    return dict(zip(drawn, simplify_together(list(drawn.values()), tolerance), strict=True))


def shows_countries(frame: Frame) -> bool:
    """Whether country outlines, drawn to a few kilometres, are any help at this scale."""
    return max(_spans(frame.bounds)) > LOCAL_SPAN / 4


def _padded(bounds: Bounds) -> Bounds:
    west, south, east, north = bounds
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    shrink = max(0.1, cos(radians(middle_y)))
    wide, high = max(east - west, MIN_SPAN / shrink), max(north - south, MIN_SPAN * _LOWEST)
    half_x, half_y = wide * (0.5 + _MARGIN), high * (0.5 + _MARGIN)
    return (
        max(-180.0, middle_x - half_x),
        max(-85.0, middle_y - half_y),
        min(180.0, middle_x + half_x),
        min(85.0, middle_y + half_y),
    )


def _spans(bounds: Bounds) -> tuple[float, float]:
    return bounds[2] - bounds[0], bounds[3] - bounds[1]
