"""The whole shipped world, or the part asked for."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from terreau.territories.reference.files import digest
from terreau.territories.reference.france import add_france, add_sums
from terreau.territories.reference.network import add_network
from terreau.territories.reference.outlines import middle, outlines
from terreau.territories.reference.rows import NameRow, Only, Shipped, World
from terreau.territories.reference.world import add_cities, add_countries


@lru_cache(maxsize=2)
def build(only: Only | None = None) -> World:
    """Every row that the database should hold, kept in memory for the next call.

    Args:
        only: a part of the shipped data; everything without it.
    """
    world = World()
    if only is None or only.departments:
        add_france(world, only)
    add_countries(world, only)
    add_sums(world)
    add_cities(world, only)
    add_network(world, only)
    world.names = _once(world.names)
    world.outlines = outlines(world)
    _place_by_outline(world)
    return world


def _place_by_outline(world: World) -> None:
    """Communes without a known centre get the middle of their outline, and say so."""
    for row in world.outlines:  # the last outline of a commune is its latest
        commune = world.territories[row.code]
        if commune.longitude is None and commune.valid_to is None:
            longitude, latitude = middle(row)
            source = f"{commune.source}\u202f; centre calculé sur le contour"
            world.add(replace(commune, longitude=longitude, latitude=latitude, source=source))


def _once(names: list[NameRow]) -> list[NameRow]:
    """One row for each territory, name and language."""
    return list({(row.code, row.name, row.language): row for row in names}.values())


SHIPPED = Shipped(build, digest)
