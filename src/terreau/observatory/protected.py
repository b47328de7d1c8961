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
from terreau.observatory.counts import ask
from terreau.observatory.figure import Figure, Maker
from terreau.observatory.reading import literal
from terreau.observatory.releases import ALL
from terreau.observatory.store import Vintage

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


# What no row tells of: nobody is there, which anyone may know.
_EMPTY: Final = Cell("published", 0.0, 0)
Cells = dict[tuple[str, str, str], Cell]


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
    here = cells_of(vintage, territory, make.perimeter)
    there = cells_of(vintage, vintage.manifest["root"], make.perimeter)
    segments = sorted({key[1:] for key in there if ALL in key[1:]})
    for family, section in segments:
        yield from _of_segment(make, measures, (here, there), (family, section))


def _of_segment(
    make: Maker, measures: list[str], cells: tuple[Cells, Cells], key: tuple[str, str]
) -> Iterator[Figure]:
    here, there = cells
    segment = _segment(*key)
    for measure in measures:
        part, whole = (here.get((measure, *place), _EMPTY) for place in (key, (ALL, ALL)))
        yield _made(make, TOTALS[measure], segment, [part])
        if segment and measure in _SHARES:
            yield _made(make, _SHARES[measure], segment, [part, whole])
            if measure == "jobs":
                country = [there.get((measure, *place), _EMPTY) for place in (key, (ALL, ALL))]
                yield _made(make, "ql_emplois_exacts", segment, [part, whole, *country])
    if {"jobs", "wages"} <= set(measures):
        paid = [here.get((measure, *key), _EMPTY) for measure in ("wages", "jobs")]
        yield _made(make, "salaire_par_emploi", segment, paid)


def _made(make: Maker, name: str, segment: str, parts: list[Cell]) -> Figure:
    """A figure from its cells: one, a ratio of two, or a ratio of two ratios; masked when one of them is."""
    status = next((one.status for one in parts if one.value is None), None)
    if status is not None:
        return make.hidden(name, segment, labels.SECRET[status if len(parts) == 1 else "part"])
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
