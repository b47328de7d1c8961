"""The grid as it ships: areas, their statements, who holds the power, what the town can do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that judges rate from 0 (not at all) to 10 (wholly)."""

    key: str
    area: str
    text: str
    level: str
    lever: str
    # What the town can do, in words; the needs that it answers (`survey.enums.Need`).
    help: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """One part of the grid, one page for those who judge."""

    key: str
    label: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """All the areas of one version of the grid."""

    version: str
    source: str
    url: str
    areas: tuple[Area, ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement, in the order of the grid."""
        return tuple(one for area in self.areas for one in area.statements)

    def area(self, key: str) -> Area | None:
        """The area of this key, None where there is none."""
        return next((one for one in self.areas if one.key == key), None)

    def statement(self, key: str) -> Statement | None:
        """The statement of this key, None where there is none."""
        return next((one for one in self.statements if one.key == key), None)


@cache
def current() -> Grid:
    """The grid that assessments opened today use."""
    read = json.loads(resources.files("terreau.framework").joinpath("data", "grid.json").read_text("utf-8"))
    areas = tuple(
        Area(
            area["key"],
            area["label"],
            tuple(_statement(one, area["key"]) for one in area["statements"]),
        )
        for area in read["areas"]
    )
    return Grid(read["version"], read["source"], read["url"], areas)


def _statement(one: dict[str, object], area: str) -> Statement:
    needs = one["needs"]
    return Statement(
        key=str(one["key"]),
        area=area,
        text=str(one["text"]),
        level=str(one["level"]),
        lever=str(one["lever"]),
        help=str(one["help"]),
        needs=tuple(map(str, needs)) if isinstance(needs, list) else (),
    )
