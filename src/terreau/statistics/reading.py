"""The site's only door to the observatory's vintages: finished, read-only, and the figures in them.

A finished vintage never changes, so what was read of it is kept for a while.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from terreau.core.errors import TerreauError
from terreau.observatory import evolution, parts, store
from terreau.observatory.counts import Place, place_of
from terreau.observatory.figure import Figure
from terreau.observatory.figures import FigureSet, figures_in, written
from terreau.observatory.package import describing, tables
from terreau.observatory.package.making import package_of
from terreau.observatory.store import Vintage
from terreau.territories.enums import Kind

__all__ = ["Figure", "FigureSet", "Place", "Vintage", "written"]

# Beyond, neither a list nor a map can be read: a smaller territory is asked for first.
MOST_PARTS = 6_000
_TREE = {str(kind): rank for rank, kind in enumerate(Kind.values)}


@dataclass(frozen=True, slots=True)
class Value:
    """What a list needs of a figure; neither value nor bound when it is masked."""

    value: float | None
    low: float | None
    high: float | None
    masked: bool
    known: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A territory inside another, with some of its figures by name."""

    place: Place
    values: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Package:
    """An archive with all the figures of a vintage."""

    vintage: Vintage
    path: Path
    bytes: int

    @property
    def name(self) -> str:
        """What a reader saves it as: « ess-fr-2026-11.zip »."""
        return f"{describing.name_of(self.vintage)}.zip"

    @property
    def contents(self) -> tuple[tables.Table, ...]:
        """The tables in it."""
        return tables.tables_of(self.vintage)


@dataclass(frozen=True, slots=True)
class Structure:
    """A territory inside another, with its figures by name and segment."""

    place: Place
    values: dict[tuple[str, str], Value]


@dataclass(frozen=True)
class Change:
    """What happened between an earlier vintage and another, in the communes of the second."""

    since: str
    figures: tuple[Figure, ...]
    refusal: str

    def get(self, name: str, measure: str) -> Figure | None:
        """One figure, by what changed."""
        return next((one for one in self.figures if (one.id, one.segment) == (name, f"de:{measure}")), None)


def package(country: str) -> Package | None:
    """The data package of the newest vintage of a country that has one."""
    for root, vintage in _readable():
        path = package_of(root, vintage) if vintage.manifest["country"] == country.upper() else None
        if path is not None:
            return Package(vintage, path, path.stat().st_size)
    return None


def folders() -> list[Path]:
    """Where the instance keeps its vintages, one folder a country."""
    home = Path(settings.HOME.root)
    return [store.of_country(home, country) for country in store.countries(home)]


def vintages(country: str) -> list[Vintage]:
    """The vintages of a country (ISO 3166), the newest first; one that cannot be read is as if not there."""
    return [one for _root, one in _readable() if one.manifest["country"] == country.upper()]


def latest(country: str) -> Vintage | None:
    """The newest vintage of a country, if there is one."""
    return next(iter(vintages(country)), None)


def countries() -> list[str]:
    """The countries that have a vintage."""
    return sorted({str(one.manifest["country"]) for _root, one in _readable()})


def _readable() -> Iterator[tuple[Path, Vintage]]:
    for root in folders():
        for name in reversed(store.vintages(root)):
            try:
                vintage = store.open_vintage(root, name)
                vintage.manifest  # noqa: B018  (read here, where it may fail)
            except TerreauError:
                continue
            yield root, vintage


@lru_cache(maxsize=48)
def figures(vintage: Vintage, code: str) -> FigureSet | None:
    """Every figure of a territory; None when the vintage does not know it."""
    try:
        return figures_in(vintage, code)
    except TerreauError:
        return None


@lru_cache(maxsize=256)
def place(vintage: Vintage, code: str) -> Place | None:
    """A territory as the vintage knows it."""
    try:
        return place_of(vintage, code)
    except TerreauError:
        return None


@lru_cache(maxsize=128)
def kinds_inside(vintage: Vintage, code: str) -> dict[str, int]:
    """The kinds of territories that can be listed inside another, from the largest, and how many of each."""
    here = place(vintage, code)
    if here is None:
        return {}
    found = {
        kind: count
        for kind, count in parts.kinds_inside(vintage, code).items()
        if count <= MOST_PARTS and _TREE.get(kind, 0) > _TREE.get(here.kind, 0)
    }
    return dict(sorted(found.items(), key=lambda pair: _TREE[pair[0]]))


@lru_cache(maxsize=6)
def inside(vintage: Vintage, code: str, kind: str, perimeter: str) -> tuple[Part, ...]:
    """The territories of a kind inside another, by name."""
    return tuple(
        Part(
            part.place,
            {name: Value(one.value, one.low, one.high, one.masked) for name, one in part.figures.items()},
        )
        for part in parts.parts_of(vintage, code, kind, perimeter)
    )


@lru_cache(maxsize=8)
def structures(vintage: Vintage, code: str, kind: str, perimeter: str) -> tuple[Structure, ...]:
    """The same territories, with their figures by family and by section."""
    return tuple(
        Structure(
            place,
            {(one.id, one.segment): Value(one.value, one.low, one.high, one.masked) for one in found},
        )
        for place, found in parts.structures_of(vintage, code, kind, perimeter)
    )


@lru_cache(maxsize=256)
def change(before: Vintage, after: Vintage, code: str, perimeter: str) -> Change | None:
    """What changed in a territory between two vintages, or why it cannot be told."""
    here = place(after, code)
    if here is None:
        return None
    refusal = evolution.why_not(before, after, perimeter)
    found = () if refusal else tuple(evolution.figures(before, after, here, perimeter))
    return Change(before.name, found, refusal)
