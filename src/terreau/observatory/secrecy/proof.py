"""The proof that masked cells are protected: moves that anyone can check by sums.

A *move* shifts some masked cells so that every equation still holds and no value leaves where anyone can
place it (never below zero): the table before and the table after agree with all that is known. A masked cell
that a move shifts by its protection, or one up and another down by that much in all, is therefore safe,
whatever the attacker computes.

Whoever is alone in a masked cell knows it, and could rule out every move that shifts it: a primary cell is
safe once the moves that any contributor but its own leaves it are enough. What one learns of a secondary cell
is no secret.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from terreau.observatory.secrecy.attack import Intervals, Mask
from terreau.observatory.secrecy.table import Floats, Numbers, Table
from terreau.observatory.secrecy.widths import wanted_from, wanted_widths

# How far a move takes a cell, up or (below zero) down; and who is alone in one of the cells that it shifts.
_Shift = tuple[float, frozenset[int]]


@dataclass(frozen=True)
class Move:
    """Each of `cells` goes by the whole number of `steps` at its place, times `unit`."""

    cells: Numbers
    steps: Numbers
    unit: float

    @property
    def shifts(self) -> Floats:
        """By how much each of the cells goes."""
        return self.unit * self.steps.astype(np.float64)

    def stays_within(self, table: Table) -> bool:
        """Whether no value leaves where anyone can place it."""
        shifts = self.shifts
        return bool((shifts >= -table.fall[self.cells]).all() and (shifts <= table.rise[self.cells]).all())


@dataclass
class Proof:
    """Moves, and for each masked cell those that together protect it."""

    moves: list[Move] = field(default_factory=list)
    of: dict[int, list[int]] = field(default_factory=dict)

    def intervals(self, table: Table) -> Intervals:
        """What the moves alone show that the attacker cannot exclude, for each cell."""
        low, high = table.values.copy(), table.values.copy()
        for move in self.moves:
            shifts = np.clip(move.shifts, -table.fall[move.cells], table.rise[move.cells])
            reached = table.values[move.cells] + shifts
            np.minimum.at(low, move.cells, reached)
            np.maximum.at(high, move.cells, reached)
        return Intervals(low, high)

    def moved_with(self, cell: int) -> Numbers:
        """The masked cells of the smallest move that shifts this one; none when nothing shifts it."""
        moves = (self.moves[rank].cells for rank in self.of.get(cell, []))
        return min(moves, key=len, default=np.array([], dtype=np.int64))

    def flaws(self, table: Table, primary: Mask, masked: Mask, protection: float) -> list[str]:
        """What is wrong with the proof, by sums and comparisons alone; nothing when it holds.

        Every equation must hold after each move (in whole numbers, so exactly), no value leave where anyone
        can place it, no published cell move, and the moves of each masked cell take it, up and down together,
        its protection away at least; those of a primary cell, whatever any contributor knows of its own.
        """
        found = []
        for rank, move in enumerate(self.moves):
            if not move.stays_within(table):
                found.append(f"move {rank} makes a value negative, or one that everyone knows is wrong")
            if not masked[move.cells].all():
                found.append(f"move {rank} shifts a published cell")
        starts = np.concatenate(([0], np.cumsum([move.cells.size for move in self.moves]))).astype(np.int64)
        if self.moves:
            cells = np.concatenate([move.cells for move in self.moves])
            steps = np.concatenate([move.steps for move in self.moves])
            shifts = sparse.csr_array((steps, cells, starts), shape=(len(self.moves), table.size))
            broken = sparse.coo_array(table.equations.astype(np.int64) @ shifts.T)
            found += [
                f"move {rank} breaks an equation"
                for rank in np.unique(broken.coords[1][broken.data != 0]).tolist()
            ]
        wanted = wanted_widths(table, protection)
        insiders = [insiders_of(table, move.cells) for move in self.moves]
        for cell in np.flatnonzero(masked).tolist():
            shifts = [(_shift(self.moves[rank], cell), insiders[rank]) for rank in self.of.get(cell, [])]
            if _width_of(shifts) < wanted[cell]:
                found.append(f"cell {cell} is not protected")
            elif primary[cell]:
                others = sorted(_insiders_among(shifts) - {int(table.sole[cell])})
                widths = wanted_from(table, wanted, [cell], others)
                for one, width in zip(others, widths, strict=True):
                    if _width_of(shifts, one) < width:
                        found.append(f"cell {cell} is not protected from a contributor")
        return found


def insiders_of(table: Table, cells: Numbers) -> frozenset[int]:
    """Who is alone in one of these cells."""
    return frozenset(table.sole[cells].tolist()) - {-1}


def _insiders_among(shifts: Iterable[_Shift]) -> frozenset[int]:
    """Who could rule out one of these."""
    return frozenset().union(*(insiders for _shift, insiders in shifts))


def _width_of(shifts: Iterable[_Shift], who: int = -1) -> float:
    """How far apart the ends are that someone cannot tell from each other (-1: whoever knows no cell)."""
    left = [shift for shift, insiders in shifts if who not in insiders]
    return max(0.0, *left, 0.0) - min(0.0, *left, 0.0)


def _shift(move: Move, cell: int) -> float:
    at = np.flatnonzero(move.cells == cell)
    return float(move.steps[at[0]]) * move.unit if at.size else 0.0
