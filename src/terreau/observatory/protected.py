"""Figures of what a State knows exactly and does not publish, as far as secrecy lets them out of a vintage.

The one door to the protected tables: whoever shows such a figure has it from here. A figure is masked as soon
as one of the cells it is made of is: with the others, it would give that one back.
"""

# ruff: noqa: S608  (names of our own tables, and values written by `literal`)
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from terreau.observatory import labels
from terreau.observatory.counts import Table, ask, in_field, table_of
from terreau.observatory.figure import Figure, Maker
from terreau.observatory.reading import literal
from terreau.observatory.releases import ALL
from terreau.observatory.store import Vintage

Key = tuple[str, str]
TABLE: Final = "confidential"
# The name of each measure's figure, and of its share and its quotient.
TOTALS: Final = {"jobs": "emplois_exacts", "wages": "masse_salariale", "turnover": "chiffre_affaires"}
_SHARES: Final = {"jobs": "part_emplois_exacts", "wages": "part_masse_salariale"}


@dataclass(frozen=True)
class Cell:
    """A cell of a protected table: no value when it is masked."""

    status: str
    value: float | None
    units: int | None


# What no row tells of: nobody is there, which anyone may know; or the source tells of none of those who are.
_EMPTY: Final = Cell("published", 0.0, 0)
_ABSENT: Final = Cell("absent", None, None)
Cells = dict[tuple[str, str, str], Cell]


@dataclass(frozen=True)
class _Side:
    """A territory: its protected cells, and how many establishments of the field each of them is of."""

    cells: Cells
    present: dict[Key, int]

    def cell(self, measure: str, key: Key) -> Cell:
        """The cell of a measure, whether or not a row tells of it."""
        return self.cells.get((measure, *key), _ABSENT if self.present.get(key) else _EMPTY)


def has_any(vintage: Vintage) -> bool:
    """Whether a vintage has protected tables."""
    return TABLE in vintage.manifest["tables"]


@lru_cache(maxsize=64)
def cells_of(vintage: Vintage, territory: str, perimeter: str) -> Cells:
    """The protected cells of a territory: measure, family, section; « * » is all of them."""
    found = ask(
        "SELECT measure, family, section, status, value, units "
        f"FROM read_parquet({literal(vintage.path(TABLE))}) "
        f"WHERE territory = {literal(territory)} AND perimeter = {literal(perimeter)}"
    )
    return {(row[0], row[1], row[2]): Cell(*row[3:]) for row in found}


@lru_cache(maxsize=16)
def _measures(vintage: Vintage) -> tuple[tuple[str, str], ...]:
    """Each measure with the perimeter it is told in."""
    sql = f"SELECT DISTINCT measure, perimeter FROM read_parquet({literal(vintage.path(TABLE))}) ORDER BY ALL"
    return tuple((row[0], row[1]) for row in ask(sql))


def figures(make: Maker, vintage: Vintage, territory: str) -> Iterator[Figure]:
    """Exact jobs, wages and turnover of a territory, by family and section, with what is made of them."""
    if not has_any(vintage):
        return
    measures = [measure for measure, perimeter in _measures(vintage) if perimeter == make.perimeter]
    here, there = (
        _Side(cells_of(vintage, code, make.perimeter), _present(table_of(vintage, code), make.perimeter))
        for code in (territory, vintage.manifest["root"])
    )
    for key in sorted(there.present):
        yield from _of_segment(make, measures, here, there, key)


def _present(table: Table, perimeter: str) -> dict[Key, int]:
    """How many establishments of the field there are in all, in each family, in each section."""
    parts = {
        (ALL, ALL): table.field(perimeter),
        **{(family, ALL): counts for family, counts in table.by_family(perimeter).items()},
        **{(ALL, section): counts for section, counts in table.by_section(in_field(perimeter)).items()},
    }
    return {key: counts.establishments for key, counts in parts.items() if counts.establishments}


def _of_segment(make: Maker, measures: list[str], here: _Side, there: _Side, key: Key) -> Iterator[Figure]:
    segment = _segment(*key)
    for measure in measures:
        part, whole = (here.cell(measure, place) for place in (key, (ALL, ALL)))
        total = _made(make, TOTALS[measure], segment, [part])
        yield replace(total, note=labels.told_of(part.units, here.present[key])) if part.units else total
        if segment and measure in _SHARES:
            yield _made(make, _SHARES[measure], segment, [part, whole])
            if measure == "jobs":
                country = [there.cell(measure, place) for place in (key, (ALL, ALL))]
                yield _made(make, "ql_emplois_exacts", segment, [part, whole, *country])
    if {"jobs", "wages"} <= set(measures):
        wages, jobs = (here.cell(measure, key) for measure in ("wages", "jobs"))
        paid = _made(make, "salaire_par_emploi", segment, [wages, jobs])
        if wages.units and jobs.units and wages.units != jobs.units:
            paid = replace(paid, note=labels.paid_by(wages.units, jobs.units))
        yield paid


def _made(make: Maker, name: str, segment: str, parts: list[Cell]) -> Figure:
    """A figure from its cells: one, a ratio of two, or a ratio of two ratios; masked when one of them is."""
    without = {one.status for one in parts if one.value is None}
    if without == {_ABSENT.status}:
        return make.unknown(name, segment, labels.SECRET[_ABSENT.status])
    if without:
        return make.hidden(name, segment, labels.SECRET[parts[0].status if len(parts) == 1 else "part"])
    values = [one.value or 0.0 for one in parts]
    ratios = [_ratio(*pair) for pair in zip(values[::2], values[1::2], strict=False)]
    value = values[0] if len(values) == 1 else _ratio(*ratios) if len(ratios) == 2 else ratios[0]
    numerator, denominator = ratios if len(ratios) == 2 else (values if len(values) == 2 else (None, None))
    figure = make.figure(name, value, numerator=numerator, denominator=denominator, segment=segment)
    return replace(figure, why=labels.SECRET["published"])


def _ratio(over: float | None, under: float | None) -> float | None:
    return over / under if over is not None and under else None


def _segment(family: str, section: str) -> str:
    if family != ALL:
        return f"famille:{family}"
    return f"section:{section}" if section != ALL else ""
