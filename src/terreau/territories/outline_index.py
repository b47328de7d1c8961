"""The outlines in memory: which territories a position is in, or next to. No Django."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, radians

from shapely import STRtree, from_wkb, get_coordinates, shortest_line
from shapely.geometry import Point

from terreau.core.geo import distance_km

_KM_PER_DEGREE = 111.2


class OutlineIndex:
    """Outlines of territories in force, in a tree."""

    def __init__(self, rows: Iterable[tuple[int, bytes]]) -> None:
        pairs = list(rows)
        self._owners = [owner for owner, _wkb in pairs]
        self._geometries = from_wkb([bytes(wkb) for _owner, wkb in pairs])
        self._tree = STRtree(self._geometries)
        self._of_owner = {owner: index for index, owner in enumerate(self._owners)}

    def __len__(self) -> int:
        return len(self._owners)

    def around(self, longitude: float, latitude: float, *, within_km: float) -> dict[int, float]:
        """Owners of the outlines at most this far, with the distance in kilometres (0 inside)."""
        if not self._owners:
            return {}
        point = Point(longitude, latitude)
        # A degree of longitude shrinks with latitude: search as wide as the widest of the two.
        degrees = within_km / (_KM_PER_DEGREE * max(0.05, cos(radians(latitude))))
        near: dict[int, float] = {}
        for index in self._tree.query(point, predicate="dwithin", distance=degrees):
            kilometres = self._kilometres(int(index), point)
            owner = self._owners[int(index)]
            if kilometres <= within_km:
                near[owner] = min(kilometres, near.get(owner, within_km))
        return dict(sorted(near.items(), key=lambda item: item[1]))

    def distance_to(self, owner: int, longitude: float, latitude: float) -> float | None:
        """Kilometres from the position to the owner's outline (0 inside); None without an outline."""
        index = self._of_owner.get(owner)
        return None if index is None else self._kilometres(index, Point(longitude, latitude))

    def _kilometres(self, index: int, point: Point) -> float:
        line = get_coordinates(shortest_line(self._geometries[index], point))
        (lon1, lat1), (lon2, lat2) = line
        return distance_km(float(lon1), float(lat1), float(lon2), float(lat2))
