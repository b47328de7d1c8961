"""Imaginie: a country that exists on no map, loaded in place of the shipped territories.

Its code is one that ISO 3166-1 leaves to its users. Its communes are the cells of a chequerboard whose lines
were bent by chance, always the same: they fill the country without gap, far from any coast.
"""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from typing import Final

from shapely import to_wkb, union_all
from shapely.geometry import Polygon

from terreau.core.countries import add_country
from terreau.core.money import add_currency
from terreau.core.outlines import add_outline
from terreau.perimeters.forms import add_tables
from terreau.territories.reference.rows import (
    NameRow,
    Only,
    OutlineRow,
    PopulationRow,
    Shipped,
    TerritoryRow,
    World,
)

ISO2: Final = "XT"
NAME, ENGLISH_NAME = "Imaginie", "Imaginia"
MONEY: Final = "écus"
CODE: Final = ISO2.lower()
SOURCE: Final = "données inventées pour s’exercer"
YEAR: Final = 2024
TERRITORIES: Final = "territories.csv"
_DATA: Final = resources.files("terreau.project.exercise") / "data"
# To be raised when the outlines are drawn otherwise.
_DRAWING: Final = "1"
# North-west corner and size of a cell, in degrees; the middle of the Atlantic Ocean.
_WEST, _NORTH, _WIDTH, _HEIGHT = -36.0, 31.2, 0.28, 0.24
_POINTS: Final = 5  # of a side between two crossings
_BENT: Final = 0.28  # how far a crossing strays, in cells
Point = tuple[float, float]


def install() -> None:
    """Make the country known to this process: its name, its money, its outline, its law."""
    add_country(ISO2, NAME, ENGLISH_NAME)
    add_currency(ISO2, MONEY)
    add_outline(ISO2, union_all(list(outlines().values())))
    add_tables(_DATA / "perimeters")


def build(only: Only | None = None) -> World:
    """The whole country, whatever part of the real world is asked for."""
    world = World()
    found = rows()
    groupings = {row["code"]: row["parent"] for row in found if row["kind"] == "grouping"}
    for row in found:
        outline = outlines().get(row["code"])
        world.add(
            TerritoryRow(
                row["code"],
                row["kind"],
                row["name"],
                ISO2,
                national_code=row["places"] or row["code"].rpartition("-")[2].upper(),
                subkind=row["subkind"],
                # In the tree a commune lies in its province; its grouping cuts across.
                parent=groupings.get(row["parent"], row["parent"]),
                longitude=round(outline.centroid.x, 5) if outline else None,
                latitude=round(outline.centroid.y, 5) if outline else None,
                source=SOURCE,
            )
        )
        world.populations.append(PopulationRow(row["code"], YEAR, int(row["population"]), SOURCE))
        if row["parent"] in groupings:
            world.memberships.append((row["parent"], row["code"]))
        if row["postal_code"]:
            world.postal_codes.append((row["code"], row["postal_code"]))
        if outline:
            bounds: tuple[float, float, float, float] = outline.bounds
            world.outlines.append(OutlineRow(row["code"], YEAR, to_wkb(outline), bounds, SOURCE))
    world.names.append(NameRow(CODE, ENGLISH_NAME, "translated", "en"))
    return world


def digest() -> str:
    """What version of the country this is."""
    content = (_DATA / TERRITORIES).read_bytes()
    return hashlib.blake2b(_DRAWING.encode() + content, digest_size=16).hexdigest()


SHIPPED = Shipped(build, digest)


@lru_cache(maxsize=1)
def rows() -> list[dict[str, str]]:
    """The table of territories, as it is shipped."""
    return list(csv.DictReader((_DATA / TERRITORIES).read_text("utf-8").splitlines()))


def territories_table() -> str:
    """The table of territories, as the observatory reads it."""
    return (_DATA / TERRITORIES).read_text("utf-8")


@lru_cache(maxsize=1)
def outlines() -> dict[str, Polygon]:
    """The outline of each commune, by public code."""
    return {row["code"]: Polygon(list(_around(int(row["x"]), int(row["y"])))) for row in rows() if row["x"]}


def _around(x: int, y: int) -> Iterator[Point]:
    """The four sides of a cell, in turn; two neighbours draw the one they share alike."""
    yield from _side((x, y), (x + 1, y))
    yield from _side((x + 1, y), (x + 1, y + 1))
    yield from reversed(_side((x, y + 1), (x + 1, y + 1)))
    yield from reversed(_side((x, y), (x, y + 1)))


def _side(start: tuple[int, int], end: tuple[int, int]) -> list[Point]:
    chance = random.Random(f"{start} {end}")  # noqa: S311 (a drawing, not a secret)
    first, last = _crossing(*start), _crossing(*end)
    found = [first]
    for step in range(1, _POINTS):
        along = step / _POINTS
        stray = [chance.uniform(-0.035, 0.035) * size for size in (_WIDTH, _HEIGHT)]
        found.append(
            (
                round(first[0] + (last[0] - first[0]) * along + stray[0], 5),
                round(first[1] + (last[1] - first[1]) * along + stray[1], 5),
            )
        )
    return [*found, last]


def _crossing(x: int, y: int) -> Point:
    chance = random.Random(f"{x} {y}")  # noqa: S311 (a drawing, not a secret)
    east, south = chance.uniform(-_BENT, _BENT), chance.uniform(-_BENT, _BENT)
    return round(_WEST + (x + east) * _WIDTH, 5), round(_NORTH - (y + south) * _HEIGHT, 5)
