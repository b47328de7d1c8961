"""The attacker's problem: what can be worked out of a masked cell from all that is published.

Whoever knows the published cells, the equations, that no value is negative, and between what each value was
known to lie beforehand (the headcount bands of an open register, say), can place each masked cell in an
interval: two linear programs a cell (`methods.md` B.5, after Fischetti and Salazar, 2000). Nothing
narrower can be had from the figures alone.

Whoever is alone in a masked cell knows one thing more: that cell (`methods.md` B.5, rule 5). `seen_through`
asks the same programs with it held still.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from terreau.core.programs import INFINITE, Program
from terreau.observatory.secrecy.table import Floats, Table
from terreau.observatory.secrecy.widths import wanted_from

Mask = NDArray[np.bool_]
_FAR: Final = 1e3
# The solver's tolerances are absolute: figures of billions are told to it in a larger unit.
_EASY: Final = 1e4
_STILL: Final = 1e-9
# Sums are said again and again until nothing comes closer; what rounding may have taken is given back.
_ROUNDS: Final = 50
_CLOSER: Final = 1e-6
_SLACK: Final = 1e-9
# Bounds are told to so much of the upper one, or of the largest figure published if that is much larger; an
# end this near to a step, in steps, is taken for it.
_FINE: Final = 1e-9
_ROUGH: Final = 1e-3
_NEARLY: Final = 0.25


@dataclass(frozen=True)
class Intervals:
    """The attacker's intervals, one a cell; `low` and `high` are the value itself where it is published.

    `high` is infinite where nothing bounds it.
    """

    low: Floats
    high: Floats

    @property
    def width(self) -> Floats:
        """How wide each interval is."""
        return self.high - self.low


def intervals(table: Table, masked: Mask, asked: NDArray[np.intp] | None = None) -> Intervals:
    """What an attacker can say of each masked cell.

    Args:
        table: the genuine table.
        masked: the cells that are not published, in the table's order.
        asked: of which cells, when not of all.
    """
    chosen = masked if asked is None else np.isin(np.arange(table.size), asked)
    low, high = table.values.copy(), table.values.copy()
    for cells, equations in systems(table.sufficient_equations, masked):
        if not chosen[cells].any():
            continue
        unit = easy_unit(table.values[cells])
        fall, rise = table.fall[cells] / unit, table.rise[cells] / unit
        # How far one cell can move while the others give way, none of them out of where anyone places it.
        program = Program(np.zeros(cells.size), -fall, rise, equations, *_zeros(equations))
        for at in np.flatnonzero(chosen[cells]).tolist():
            cell = cells[at]
            for sign, ends in ((1.0, low), (-1.0, high)):
                program.set_cost(at, sign)
                # Staying still is feasible: an answer that is neither bounded nor feasible is unbounded.
                reach = program.solve()
                ends[cell] += INFINITE if reach is None else sign * reach * unit
            program.set_cost(at, 0.0)
    return Intervals(np.maximum(low, 0.0), high)


def as_told(table: Table, masked: Mask, found: Intervals) -> Intervals:
    """The same intervals as they may be told: what is published alone decides of every digit.

    The programs start from the genuine values, and the last bits of their answers are those of the masked
    value: 0 that comes out as 2⁻³⁰ says how large it is. Bounds go outwards, to steps much larger than these
    bits and much smaller than what they tell.
    """
    known = float(table.values[~masked].max(initial=0.0))
    scale = np.maximum(np.where(np.isfinite(found.high), found.high, known), known * _ROUGH)
    digits = np.ceil(np.log10(np.where(scale > 0, scale, 1.0) * _FINE))
    low, high = _on_steps(found.low, digits, 1.0), _on_steps(found.high, digits, -1.0)
    return Intervals(np.where(masked, low, table.values), np.where(masked, high, table.values))


def _on_steps(ends: Floats, digits: Floats, outwards: float) -> Floats:
    """Each end at a whole number of steps of that power of ten, below it or (−1) above it.

    Steps smaller than one divide: the same end is then the same number, to the last bit.
    """
    over, under = 10.0 ** np.maximum(digits, 0.0), 10.0 ** np.maximum(-digits, 0.0)
    with np.errstate(invalid="ignore"):
        steps = outwards * np.floor(outwards * ends / over * under + _NEARLY)
        moved: Floats = np.where(np.isfinite(ends), steps * over / under, ends)
    return moved + 0.0  # no minus zero


def bounds(table: Table, masked: Mask) -> Intervals:
    """Between what anyone can place each masked cell by sums alone; programs may place it closer.

    For tables too large to ask a program of each cell. Made of what is published and of nothing else: not of
    the moves of a proof, which start from the genuine values.
    """
    equations = table.equations.tocoo()
    rows, cells, signs = equations.coords[0], equations.coords[1], equations.data
    low, high = np.where(masked, 0.0, table.values), np.where(masked, INFINITE, table.values)
    for _round in range(_ROUNDS):
        # Each term of an equation is at least what the others cannot make up for.
        least = np.where(signs > 0, low[cells], -high[cells])
        most = np.where(signs > 0, high[cells], -low[cells])
        below, above = (_sum_of_others(rows, one) for one in (least, most))
        terms = np.where(signs > 0, -above, below), np.where(signs > 0, -below, above)
        before = low.copy(), high.copy()
        np.maximum.at(low, cells, terms[0])
        np.minimum.at(high, cells, terms[1])
        low, high = np.where(masked, low, table.values), np.where(masked, high, table.values)
        if (low - before[0] < _CLOSER).all() and not (before[1] > high + _CLOSER).any():
            break
    slack = _SLACK * np.where(np.isfinite(high), high, 1.0) * masked
    return Intervals(np.maximum(low - slack, 0.0), high + slack)


def _sum_of_others(rows: NDArray[np.int32], terms: Floats) -> Floats:
    """For each term, the sum of the others of its row, infinite when one of them is."""
    endless = ~np.isfinite(terms)
    plain = np.where(endless, 0.0, terms)
    sums, counts = (np.bincount(rows, weights=one) for one in (plain, endless.astype(np.float64)))
    others: Floats = np.asarray(sums[rows] - plain, dtype=np.float64)
    sign = 1.0 if (terms[endless] > 0).all() else -1.0
    found: Floats = np.where(counts[rows] - endless > 0, sign * INFINITE, others)
    return found


def seen_through(table: Table, primary: Mask, masked: Mask, wanted: Floats) -> list[tuple[int, int]]:
    """Primary cells that a contributor alone in another places too narrowly, each with that contributor.

    What it learns of a secondary cell is no secret: that cell is masked for the sake of others.

    Args:
        table: the genuine table.
        primary: the cells that say too much by themselves.
        masked: the cells that are not published.
        wanted: the width that each masked cell's interval must exceed.
    """
    found = []
    for cells, equations in systems(table.sufficient_equations, masked):
        who = table.sole[cells]
        insiders = sorted(set(who.tolist()) - {-1})
        if not insiders:
            continue
        unit = easy_unit(table.values[cells])
        # Bounded, so that each answer is a move; far enough for any that is asked for.
        far = _FAR * max(1.0, float(np.maximum(table.values[cells], wanted[cells]).max()) / unit)
        fall, rise = table.fall[cells] / unit, np.minimum(table.rise[cells] / unit, far)
        program = Program(np.zeros(cells.size), -fall, rise, equations, *_zeros(equations))
        moves = np.zeros((0, cells.size))
        for one in insiders:
            known = who == one
            program.set_all_bounds(np.where(known, 0.0, -fall), np.where(known, 0.0, rise))
            widths = wanted_from(table, wanted, cells, [one]) / unit
            usable = moves[(moves[:, known] == 0).all(axis=1)]
            width = usable.max(axis=0, initial=0.0) - usable.min(axis=0, initial=0.0)
            for at in np.flatnonzero(primary[cells] & ~known & (width < widths)).tolist():
                ends = _ends(program, at)
                moves = np.vstack((moves, ends))
                if ends[0, at] - ends[1, at] < widths[at]:
                    found.append((int(cells[at]), one))
    return found


def _ends(program: Program, at: int) -> Floats:
    """The moves that shift a cell furthest up, and furthest down."""
    ends = []
    for sign in (-1.0, 1.0):
        program.set_cost(at, sign)
        program.solve()
        ends.append(np.where(np.abs(program.columns) < _STILL, 0.0, program.columns))
    program.set_cost(at, 0.0)
    return np.array(ends)


def easy_unit(values: Floats) -> float:
    """In what unit these figures are told to the solver: one, or what makes the largest of them easy."""
    return max(1.0, float(values.max(initial=0.0)) / _EASY)


def systems(equations: sparse.csr_array, masked: Mask) -> Iterator[tuple[NDArray[np.intp], sparse.csr_array]]:
    """The masked cells, in groups that share no equation, each with its equations on those cells alone."""
    cells = np.flatnonzero(masked)
    if not cells.size:
        return
    inner = sparse.csr_array(equations[:, cells])
    inner = sparse.csr_array(inner[np.diff(inner.indptr) > 0])
    # Cells and equations are the two sides of one graph.
    graph = sparse.block_array([[None, inner.T], [inner, None]]) if inner.shape[0] else inner.T @ inner
    count, group = sparse.csgraph.connected_components(graph, directed=False)
    of_cells, of_equations = group[: cells.size], group[cells.size :]
    for one in range(count):
        chosen = np.flatnonzero(of_cells == one)
        yield cells[chosen], sparse.csr_array(inner[of_equations == one][:, chosen])


def _zeros(equations: sparse.csr_array) -> tuple[Floats, Floats]:
    return np.zeros(equations.shape[0]), np.zeros(equations.shape[0])
