"""The outlines of the territories inside another, those of departments and groupings put together."""

from __future__ import annotations

from collections import defaultdict

import shapely
from django.db.models import BinaryField
from django.db.models.functions import Cast
from shapely.geometry.base import BaseGeometry

from terreau.territories.enums import Kind
from terreau.territories.models import Ancestry, Outline, Territory

_TREE = {str(kind): rank for rank, kind in enumerate(Kind.values)}
# Degrees between two lands beyond which they are not shown on one map.
_FAR = 2.0


def outlines_inside(territory: Territory, kind: str) -> tuple[dict[str, BaseGeometry], str]:
    """The outline of each territory of a kind inside another, by code, and where the outlines come from."""
    smallest = kind if _TREE[kind] > _TREE[Kind.COMMUNE] else Kind.COMMUNE
    inside = Territory.objects.within(territory).current().filter(kind=smallest)
    rows = (
        Outline.objects.filter(territory__in=inside.values("pk"))
        .order_by("vintage")
        # Raw: read as GeoJSON, those of a whole country take twenty times longer.
        .annotate(binary=Cast("geometry", BinaryField()))
        .values_list("territory_id", "binary", "source")
    )
    latest = {key: (bytes(binary), source) for key, binary, source in rows}
    shapes = dict(zip(latest, shapely.from_wkb([binary for binary, _source in latest.values()]), strict=True))
    holders = Ancestry.objects.filter(ancestor__kind=kind, descendant__in=inside.values("pk"))
    parts: dict[str, list[BaseGeometry]] = defaultdict(list)
    for code, key in holders.values_list("ancestor__code", "descendant_id"):
        if key in shapes:
            parts[code].append(shapes[key])
    credit = "\u202f; ".join(dict.fromkeys(source for _binary, source in latest.values() if source))
    return {
        code: some[0] if len(some) == 1 else shapely.union_all(some) for code, some in parts.items()
    }, credit


def mainland(shapes: dict[str, BaseGeometry]) -> set[str]:
    """The territories that lie together: with those overseas, a map would show the sea."""
    codes = list(shapes)
    if not codes:
        return set()
    west, south, east, north = shapely.bounds([shapes[code] for code in codes]).T
    grown = shapely.box(west - _FAR, south - _FAR, east + _FAR, north + _FAR)
    middles = shapely.centroid(grown)
    lands = shapely.get_parts(shapely.union_all(grown))
    largest = max((shapely.contains(land, middles) for land in lands), key=lambda held: held.sum())
    return {code for code, held in zip(codes, largest, strict=True) if held}
