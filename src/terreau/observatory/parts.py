"""The territories that lie inside another, and the first figures of each: what a map or a list shows."""

# ruff: noqa: S608  (names of our own tables, and values written by `literal`)
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from terreau.observatory import quality
from terreau.observatory.counts import SUMS, Counts, Place, Table, ask, groups_of
from terreau.observatory.figure import Figure, Maker
from terreau.observatory.figures import first_figures, structure_figures
from terreau.observatory.reading import literal
from terreau.observatory.store import Vintage


@dataclass(frozen=True)
class Part:
    """A territory inside another, with its first figures by name."""

    place: Place
    figures: dict[str, Figure]


def kinds_inside(vintage: Vintage, territory: str) -> dict[str, int]:
    """How many territories of each kind lie wholly inside another, itself left out."""
    holders = _file(vintage, "holders")
    # Most territories are communes of one place: nothing is looked for inside.
    if ask(f"SELECT count(*) FROM {holders} WHERE territory = {literal(territory)}")[0][0] < 2:
        return {}
    return dict(ask(f"{_inside(vintage, territory)} SELECT kind, count(*) FROM inside GROUP BY kind"))


def parts_of(vintage: Vintage, territory: str, kind: str, perimeter: str) -> tuple[Part, ...]:
    """The territories of a kind that lie wholly inside another, by name."""
    return tuple(each_part(vintage, territory, kind, perimeter))


def each_part(vintage: Vintage, territory: str, kind: str, perimeter: str) -> Iterator[Part]:
    """The same, one at a time: a country has tens of thousands."""
    make = Maker(vintage, perimeter, quality.of(vintage, perimeter))
    for place, table in _tables(vintage, territory, kind, section="''"):
        yield Part(place, {one.id: one for one in first_figures(make, table, place)})


def structures_of(
    vintage: Vintage, territory: str, kind: str, perimeter: str
) -> tuple[tuple[Place, tuple[Figure, ...]], ...]:
    """The same territories, with their figures by family and by section."""
    make = Maker(vintage, perimeter, quality.of(vintage, perimeter))
    return tuple(
        (place, tuple(structure_figures(make, table)))
        for place, table in _tables(vintage, territory, kind, section="section")
    )


def _tables(vintage: Vintage, territory: str, kind: str, *, section: str) -> Iterator[tuple[Place, Table]]:
    inside = _inside(vintage, territory)
    places = ask(
        f"{inside} SELECT code, kind, name, population, parent FROM inside "
        f"WHERE kind = {literal(kind)} ORDER BY name, code"
    )
    cells: dict[str, dict[tuple[int, str], Counts]] = defaultdict(dict)
    for code, group, name, *counts in ask(
        f"{inside} SELECT territory, grp, {section} AS name, {SUMS} FROM {_file(vintage, 'territory_cells')} "
        f"WHERE territory IN (SELECT code FROM inside WHERE kind = {literal(kind)}) GROUP BY ALL"
    ):
        cells[code][group, name] = Counts(*counts)
    groups = groups_of(vintage)
    for place in (Place(*row) for row in places):
        yield place, Table(groups, cells[place.code])


def _file(vintage: Vintage, table: str) -> str:
    return f"read_parquet({literal(vintage.path(table))})"


def _inside(vintage: Vintage, territory: str) -> str:
    """The territories whose places all are in another: a grouping astride two departments is in neither."""
    return f"""WITH holders AS (FROM {_file(vintage, "holders")}),
        within AS (SELECT place FROM holders WHERE territory = {literal(territory)}),
        near AS (SELECT DISTINCT territory FROM holders WHERE place IN (FROM within)),
        whole AS (SELECT territory FROM holders WHERE territory IN (FROM near) GROUP BY territory
            HAVING count(*) = count(*) FILTER (place IN (FROM within))),
        inside AS (SELECT t.* FROM {_file(vintage, "territories")} AS t
            JOIN whole ON whole.territory = t.code WHERE t.code <> {literal(territory)})"""
