"""From degrees to the plane of a map, by how much of the world the map shows.

- a town to a small country: equirectangular on the middle parallel, true in every direction there;
- a large country to a continent: Lambert azimuthal equal-area, centred on the map (Snyder, *Map
  Projections, a Working Manual*, USGS 1987, p. 185);
- the world: Equal Earth (Šavrič, Patterson, Jenny, 2018, doi:10.1080/13658816.2018.1504949).

The last two keep areas in proportion, as a map shaded by value requires.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Array = NDArray[np.float64]
Bounds = tuple[float, float, float, float]

LOCAL_SPAN = 12.0
CONTINENTAL_SPAN = 100.0
EARTH_RADIUS_KM = 6371.0088
_RADIANS = np.pi / 180


@dataclass(frozen=True)
class Projection:
    """`forward` turns longitudes and latitudes (degrees) into plane coordinates, in kilometres, y up."""

    name: str
    forward: Callable[[Array, Array], tuple[Array, Array]]

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        """One position, projected."""
        x, y = self.forward(np.array([longitude], dtype=float), np.array([latitude], dtype=float))
        return float(x[0]), float(y[0])

    def shape(self, geometry: BaseGeometry) -> Any:
        """A geometry, projected point by point."""
        return shapely.transform(
            geometry, lambda points: np.column_stack(self.forward(points[:, 0], points[:, 1]))
        )


def projection_for(bounds: Bounds) -> Projection:
    """The projection that suits an extent (west, south, east, north, in degrees)."""
    west, south, east, north = bounds
    span = max(east - west, north - south)
    middle_longitude, middle_latitude = (west + east) / 2, (south + north) / 2
    if span <= LOCAL_SPAN:
        return _equirectangular(middle_longitude, middle_latitude)
    if span <= CONTINENTAL_SPAN:
        return _azimuthal(middle_longitude, middle_latitude)
    return _equal_earth()


def _equirectangular(longitude: float, latitude: float) -> Projection:
    shrink = float(np.cos(latitude * _RADIANS))

    def forward(lon: Array, lat: Array) -> tuple[Array, Array]:
        return (lon - longitude) * _RADIANS * shrink * EARTH_RADIUS_KM, (
            lat - latitude
        ) * _RADIANS * EARTH_RADIUS_KM

    return Projection("local", forward)


def _azimuthal(longitude: float, latitude: float) -> Projection:
    sin0, cos0 = float(np.sin(latitude * _RADIANS)), float(np.cos(latitude * _RADIANS))

    def forward(lon: Array, lat: Array) -> tuple[Array, Array]:
        phi, turn = lat * _RADIANS, (lon - longitude) * _RADIANS
        sin, cos, cos_turn = np.sin(phi), np.cos(phi), np.cos(turn)
        # The antipode is at infinity; nothing that far is ever drawn, the map being cut before.
        scale = EARTH_RADIUS_KM * np.sqrt(2 / np.maximum(1e-9, 1 + sin0 * sin + cos0 * cos * cos_turn))
        return scale * cos * np.sin(turn), scale * (cos0 * sin - sin0 * cos * cos_turn)

    return Projection("continental", forward)


def _equal_earth() -> Projection:
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    root3 = float(np.sqrt(3))

    def forward(lon: Array, lat: Array) -> tuple[Array, Array]:
        theta = np.arcsin(root3 / 2 * np.sin(lat * _RADIANS))
        squared = theta * theta
        sixth = squared**3
        slope = a1 + 3 * a2 * squared + sixth * (7 * a3 + 9 * a4 * squared)
        x = 2 * root3 * lon * _RADIANS * np.cos(theta) / (3 * slope)
        y = theta * (a1 + a2 * squared + sixth * (a3 + a4 * squared))
        return x * EARTH_RADIUS_KM, y * EARTH_RADIUS_KM

    return Projection("world", forward)
