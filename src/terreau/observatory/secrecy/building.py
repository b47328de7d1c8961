"""A table from what is known of its cells: margins summed, and what does not add up said in French."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import numpy as np

from terreau.observatory.secrecy.table import (
    ROUNDING,
    Dimension,
    Floats,
    Table,
    TableError,
    inner_of,
    named,
    with_margins,
)

# Enough for a country by family and section: nearly all of its cells hold nothing.
CELLS_AT_MOST: Final = 6_000_000
# Beyond, a floating-point number no longer tells one unit from the next; to that many digits, told whole.
_AT_MOST: Final = 1e15


@dataclass(frozen=True)
class Cell:
    """What is known of one cell; None where it is not."""

    codes: Mapping[str, Any]
    units: float | None
    value: float | None
    largest: float | None


def build(dimensions: Sequence[Dimension], cells: Iterable[Cell]) -> Table:
    """A whole table from its inner cells, or from all of them; margins are summed where they are not given.

    A margin that is given keeps its own number of units (a contributor present in two cells counts once in
    their sum) and its own largest contribution; its value must be the sum of its parts.

    Raises:
        TableError: see the message: an unknown code, a cell given twice, a negative figure, a sum that is
            wrong, a table that is too large.
    """
    shape = tuple(len(one.codes) for one in dimensions)
    if math.prod(shape) > CELLS_AT_MOST:
        raise TableError(
            f"le tableau aurait {math.prod(shape)} cases, avec ses marges\u00a0; {CELLS_AT_MOST} au plus.",
            remedy="Découpez-le, par région par exemple.",
        )
    size = math.prod(shape)
    empty = Table(tuple(dimensions), np.zeros(size), np.zeros(size), np.full(size, np.nan))
    inner = inner_of(dimensions, shape)
    given: dict[int, Cell] = {}
    for cell in cells:
        number = empty.number(cell.codes)
        if number in given:
            raise TableError(
                "cette case est donnée deux fois.", where=named(cell.codes), remedy="Gardez-en une."
            )
        _check_cell(cell, bool(inner[number]))
        given[number] = cell
    units, values, largest = (np.zeros(size), np.zeros(size), np.full(size, -np.inf))
    for number, cell in given.items():
        if inner[number]:
            values[number] = cell.value
            units[number] = _units(cell)
            largest[number] = -np.inf if cell.largest is None else cell.largest
    most_units = _highest(dimensions, shape, units)
    units, values = (with_margins(dimensions, shape, one) for one in (units, values))
    largest = _highest(dimensions, shape, largest)
    largest[np.isneginf(largest)] = np.nan
    for number, cell in given.items():
        if not inner[number]:
            _keep_margin(number, cell, units, values, largest, most_units)
    largest = np.where(units == 1, values, largest)
    return Table(tuple(dimensions), units, values, largest)


def _check_cell(cell: Cell, inner: bool) -> None:
    where = named(cell.codes)
    for name, figure in (("n", cell.units), ("value", cell.value), ("max", cell.largest)):
        if figure is not None and not 0 <= figure <= _AT_MOST:
            raise TableError(
                f"«\u00a0{name}\u00a0» vaut {figure:g}\u00a0: il faut un nombre positif ou nul, "
                "un million de milliards au plus.",
                where=where,
                remedy="Corrigez-le\u00a0; de trop grands nombres se donnent en milliers ou en millions.",
            )
    if cell.units is not None and cell.units != int(cell.units):
        raise TableError(
            f"«\u00a0n\u00a0» vaut {cell.units:.15g}\u00a0: il faut un nombre entier d’unités.",
            where=where,
            remedy="Donnez le nombre de celles qui sont dans la case.",
        )
    if inner and cell.value is None:
        raise TableError(
            "« value » manque.", where=where, remedy="Donnez la valeur de la case, zéro compris."
        )
    if cell.value is not None:
        _check_parts(cell.units, cell.value, cell.largest, where)


def _check_parts(units: float | None, value: float, largest: float | None, where: str) -> None:
    if units == 0 and value:
        raise TableError(
            f"aucune unité, et pourtant une valeur de {value:.15g}.",
            where=where,
            remedy="Corrigez «\u00a0n\u00a0» ou «\u00a0value\u00a0»\u00a0; ôtez «\u00a0n\u00a0» s’il "
            "n’est pas connu.",
        )
    if largest is not None and largest > value * (1 + ROUNDING):
        raise TableError(
            f"«\u00a0max\u00a0» ({largest:.15g}) dépasse «\u00a0value\u00a0» ({value:.15g}).",
            where=where,
            remedy="Une contribution ne dépasse jamais leur somme\u00a0: corrigez l’une ou l’autre.",
        )
    # Told in thousands beside values that are not, no contribution would ever seem to dominate. Both may be
    # rounded, each to its last digit: half of what is missing is no more than that.
    if units and largest is not None and value > 2 * units * largest:
        who = f"que {units:.15g} unités fassent" if units > 1 else "qu’une seule unité fasse"
        raise TableError(
            f"«\u00a0max\u00a0» ({largest:.15g}) est trop petit pour {who} {value:.15g}.",
            where=where,
            remedy="Donnez les deux dans la même unité, par exemple tous deux en euros.",
        )


def _units(cell: Cell) -> float:
    if cell.units is not None:
        return cell.units
    return math.nan if cell.value else 0.0


def _keep_margin(
    number: int, cell: Cell, units: Floats, values: Floats, largest: Floats, most_units: Floats
) -> None:
    if cell.value is not None and abs(cell.value - values[number]) > ROUNDING * max(1.0, cell.value):
        raise TableError(
            f"la valeur donnée est {cell.value:.15g}, la somme de ses éléments {values[number]:.15g}.",
            where=named(cell.codes),
            remedy="Corrigez l’une ou l’autre\u00a0: une case qui n’est pas donnée compte pour zéro.",
        )
    _check_parts(cell.units, values[number], cell.largest, named(cell.codes))
    for name, told, least, kept in (
        ("n", cell.units, most_units[number], units),
        ("max", cell.largest, largest[number], largest),
    ):
        if told is None:
            continue
        if told < least * (1 - ROUNDING):
            raise TableError(
                f"«\u00a0{name}\u00a0» vaut {told:.15g}, et {least:.15g} dans l’une des cases "
                "qu’elle réunit.",
                where=named(cell.codes),
                remedy="Une marge n’en a jamais moins que ses éléments\u00a0: corrigez l’une ou l’autre.",
            )
        if kept is units and told > units[number]:
            raise TableError(
                f"«\u00a0n\u00a0» vaut {told:.15g}, et la somme de ses éléments {units[number]:.15g}.",
                where=named(cell.codes),
                remedy="Chaque unité d’une marge est dans l’un d’eux\u00a0: corrigez l’une ou l’autre.",
            )
        kept[number] = told


def _highest(dimensions: Sequence[Dimension], shape: tuple[int, ...], figures: Floats) -> Floats:
    """The largest of each margin's inner cells."""

    def along(array: Floats, axis: int) -> Floats:
        one = dimensions[axis]
        leaves = np.array([one.rank[leaf] for leaf in one.leaves])
        moved = np.moveaxis(array, axis, 0).copy()
        inner = moved[leaves]
        for code in range(len(one.codes)):
            parts = one.sums.indices[one.sums.indptr[code] : one.sums.indptr[code + 1]]
            moved[code] = inner[parts].max(axis=0)
        return np.moveaxis(moved, 0, axis)

    return np.ascontiguousarray(reduce(along, range(len(shape)), figures.reshape(shape))).ravel()
