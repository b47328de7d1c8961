"""The ground of the interactive map: tiles made of the outlines at hand, and of the names of towns.

Countries everywhere; regions and departments, drawn as the union of their communes, when one comes nearer;
communes nearer still. All is simplified to what a tile can show, and bears the version of what it was made
from, so that a browser never asks twice.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.db.models import Count, Max
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from terreau.core import mercator
from terreau.core.files import write_atomically
from terreau.core.outlines import country_shapes
from terreau.documents.vector_tiles import EXTENT, Feature, encode
from terreau.territories.enums import Kind
from terreau.territories.models import Ancestry, Outline, Territory

DEEPEST = 12
REGIONS_FROM, DEPARTMENTS_FROM, COMMUNES_FROM = 5, 6, 9
_FORMAT = 2
_MARGIN = 64
# In units of the tile, of which a pixel of the screen holds eight.
_TOLERANCE = 14.0
_MOST_NAMES = 24
# From which population a town is named, by zoom; nearer, all are.
_NAMED_FROM = (
    9_000_000,
    9_000_000,
    9_000_000,
    2_000_000,
    1_000_000,
    400_000,
    150_000,
    60_000,
    20_000,
    6_000,
    2_000,
)
_LEVELS = {Kind.REGION: REGIONS_FROM, Kind.DEPARTMENT: DEPARTMENTS_FROM}


def version() -> str:
    """Changes whenever the tiles would."""
    outlines = Outline.objects.aggregate(Count("pk"), Max("pk"), Max("vintage"))
    places = Territory.objects.aggregate(Count("pk"), Max("pk"), Max("valid_to"))
    told = repr((_FORMAT, sorted(outlines.items()), sorted(places.items())))
    return hashlib.blake2b(told.encode(), digest_size=6).hexdigest()


def credits() -> list[str]:
    """Who made the outlines."""
    return [
        "Natural Earth",
        *Outline.objects.order_by("source").values_list("source", flat=True).distinct()[:4],
    ]


def tile(zoom: int, x: int, y: int) -> bytes:
    """One tile of the ground."""
    known = version()
    return _tile(known, zoom, x, y)


@lru_cache(maxsize=512)
def _tile(known: str, zoom: int, x: int, y: int) -> bytes:
    frame = _Frame(zoom, x, y)
    layers: dict[str, Iterable[Feature]] = {"land": frame.features(_countries())}
    for kind, first in _LEVELS.items():
        if first <= zoom:
            layers[kind.value] = frame.features(_unions(known).get(kind.value, []))
    if zoom >= COMMUNES_FROM:
        layers["commune"] = frame.features(_communes(frame.bounds))
    layers["town"] = frame.towns()
    return encode(layers)


class _Frame:
    """The square of the world that a tile shows."""

    def __init__(self, zoom: int, x: int, y: int) -> None:
        self.zoom, self.x, self.y = zoom, x, y
        self.scale = EXTENT * 2**zoom
        self.bounds = mercator.bounds(zoom, x, y)

    def features(self, outlines: Iterable[BaseGeometry]) -> list[Feature]:
        found = []
        for outline in outlines:
            here = self._clipped(outline)
            if here is not None:
                found.append(Feature(here))
        return found

    def _clipped(self, outline: BaseGeometry) -> BaseGeometry | None:
        west, south, east, north = outline.bounds
        left, bottom, right, top = self._around()
        if west > right or east < left or north < bottom or south > top:
            return None
        # Cut first in the degrees of the world, so that only what is seen is moved to the tile.
        part = shapely.clip_by_rect(outline, left, bottom, right, top)
        part = shapely.transform(part, self._project)
        part = part.simplify(_TOLERANCE, preserve_topology=False)
        part = shapely.clip_by_rect(part, -_MARGIN, -_MARGIN, EXTENT + _MARGIN, EXTENT + _MARGIN)
        kept = [one for one in shapely.get_parts(part) if one.geom_type == "Polygon" and one.area > 4]
        return shapely.multipolygons(kept) if kept else None

    def _around(self) -> tuple[float, float, float, float]:
        west, south, east, north = self.bounds
        wide, tall = (east - west) / 16, (north - south) / 16
        return west - wide, south - tall, east + wide, north + tall

    def _project(self, points: Any) -> Any:
        latitude = np.radians(np.clip(points[:, 1], -85.0511, 85.0511))
        down = (1 - np.arcsinh(np.tan(latitude)) / np.pi) / 2
        across = (points[:, 0] + 180) / 360
        return np.stack([across * self.scale - self.x * EXTENT, down * self.scale - self.y * EXTENT], axis=1)

    def towns(self) -> list[Feature]:
        """The names of the towns that are large enough for the zoom, the most peopled first."""
        west, south, east, north = self.bounds
        least = _NAMED_FROM[self.zoom] if self.zoom < len(_NAMED_FROM) else 0
        towns = Territory.objects.filter(
            kind=Kind.COMMUNE,
            valid_to=None,
            longitude__range=(west, east),
            latitude__range=(south, north),
            population__gte=least,
        )
        found = []
        for name, longitude, latitude, people in towns.order_by("-population").values_list(
            "name", "longitude", "latitude", "population"
        )[:_MOST_NAMES]:
            x, y = self._project(np.array([[longitude, latitude]]))[0]
            found.append(Feature(Point(x, y), {"name": name, "people": people or 0}))
        return found


@lru_cache(maxsize=1)
def _countries() -> list[BaseGeometry]:
    return list(country_shapes().values())


def _communes(bounds: tuple[float, float, float, float]) -> list[BaseGeometry]:
    west, south, east, north = bounds
    near = Outline.objects.filter(
        west__lte=east, east__gte=west, south__lte=north, north__gte=south, territory__kind=Kind.COMMUNE
    ).filter(territory__valid_to=None)
    # The latest vintage of each.
    latest = {one.territory_id: one for one in near.order_by("vintage")}
    return [shape(one.geometry) for one in latest.values()]


@lru_cache(maxsize=1)
def _unions(known: str) -> dict[str, list[BaseGeometry]]:
    """Regions and departments as the union of their communes, kept on the disk: it takes some seconds."""
    folder = settings.HOME.root / "tiles"
    path = folder / f"unions-{known}.json"
    with _alone(folder):
        if path.exists():
            kept = json.loads(path.read_text())
            return {kind: list(shapely.from_wkb(shapes)) for kind, shapes in kept.items()}
        made = {kind.value: _united(kind) for kind in _LEVELS}
        for former in folder.glob("unions-*.json"):
            former.unlink()
        shapes = {kind: [shapely.to_wkb(one, hex=True) for one in found] for kind, found in made.items()}
        write_atomically(path, json.dumps(shapes).encode())
    return made


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "unions.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _united(kind: Kind) -> list[BaseGeometry]:
    members: dict[int, int] = dict(
        Ancestry.objects.filter(ancestor__kind=kind, ancestor__valid_to=None)
        .filter(descendant__kind=Kind.COMMUNE, descendant__valid_to=None, descendant__outlines__isnull=False)
        .values_list("descendant_id", "ancestor_id")
    )
    parts: dict[int, dict[int, BaseGeometry]] = {}
    outlines = Outline.objects.filter(territory__kind=Kind.COMMUNE).order_by("vintage")
    for one in outlines.iterator(chunk_size=2000):
        container = members.get(one.territory_id)
        if container is not None:
            parts.setdefault(container, {})[one.territory_id] = shape(one.geometry)
    return [_union(list(one.values())) for one in parts.values()]


def _union(parts: list[BaseGeometry]) -> BaseGeometry:
    sound = [part if part.is_valid else part.buffer(0) for part in parts]
    return shapely.union_all(sound).simplify(0.001)
