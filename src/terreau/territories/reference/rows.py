"""What the shipped data comes to: rows by public code, before any database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class TerritoryRow:
    """One territory as it should stand; `parent` is a public code, the rest as in the model."""

    code: str
    kind: str
    name: str
    country_code: str
    national_code: str = ""
    subkind: str = ""
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    dates_note: str = ""
    longitude: float | None = None
    latitude: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class NameRow:
    """Another name of a territory."""

    code: str
    name: str
    kind: str
    language: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class PopulationRow:
    """A population figure; `note` says why `year` is missing."""

    code: str
    year: int | None
    value: int
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SuccessionRow:
    """What followed a territory; `on` is None when the source gives no date."""

    former: str
    successor: str
    on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class TieRow:
    """One tie of a city to the network."""

    code: str
    kind: str
    year: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """One outline: well-known binary, and its bounds in degrees (west, south, east, north)."""

    code: str
    vintage: int
    wkb: bytes
    bounds: tuple[float, float, float, float]
    source: str
    note: str = ""


@dataclass
class World:
    """All that is shipped, or the part asked for."""

    territories: dict[str, TerritoryRow] = field(default_factory=dict)
    names: list[NameRow] = field(default_factory=list)
    postal_codes: list[tuple[str, str]] = field(default_factory=list)
    populations: list[PopulationRow] = field(default_factory=list)
    memberships: list[tuple[str, str]] = field(default_factory=list)
    successions: list[SuccessionRow] = field(default_factory=list)
    earlier_periods: list[tuple[str, date | None, date]] = field(default_factory=list)
    ties: list[TieRow] = field(default_factory=list)
    outlines: list[OutlineRow] = field(default_factory=list)

    def add(self, row: TerritoryRow) -> None:
        """Add a territory."""
        self.territories[row.code] = row


@dataclass(frozen=True)
class Only:
    """A part of the shipped data, for tests and trials.

    Args:
        departments: French departments, with their communes, groupings and history.
        cities: GeoNames identifiers of cities, with their regions and countries.
        countries: ISO 3166-1 codes of countries wanted as such.
    """

    departments: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Shipped:
    """A world that an instance may be loaded with: how it is built, and what version of it this is."""

    build: Callable[[Only | None], World]
    digest: Callable[[], str]
