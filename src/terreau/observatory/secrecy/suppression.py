"""Secondary suppression: the cells to mask besides the primary ones, at the least cost.

Exact: a 0/1 program whose cuts come from the attacker's own problem (Fischetti and Salazar, « Models and
algorithms for optimizing cell suppression in tabular data with linear constraints », JASA 95, 2000;
`methods.md` B.5). Each masked cell, primary or not, must keep an interval wider than the protection asked.
A cut is read from the dual of the attacker's program: it is valid whatever the multipliers, so that no
rounding of the solver can make the answer cheaper than it is, nor let through what the audit refuses. Whoever
is alone in a masked cell attacks too, with that cell known: its cuts leave out what it knows.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import sparse

from terreau.core.programs import INFINITE, Program
from terreau.observatory.secrecy.attack import Intervals, Mask, easy_unit, intervals, seen_through
from terreau.observatory.secrecy.table import Floats, Table, TableError, named
from terreau.observatory.secrecy.widths import wanted_from, wanted_widths

# What a cell that is not masked may move in the program cuts are read from: enough to choose, among equal
# multipliers, those that ask least of the cells outside.
_NUDGE: Final = 1e-4
# Rounds times cells, steps of the solver in all and choices in one round: a minute or two at most. Counted,
# not timed: the same table is masked alike on any machine.
_EFFORT: Final = 40_000
_STEPS: Final = 1_000_000
_NODES: Final = 2_000
_RELAXED_ROUNDS: Final = 50
_IN_PART: Final = 0.1


class UnsettledError(ArithmeticError):
    """The least cost was not found in reasonable time."""


def too_narrow(table: Table, masked: Mask, protection: float, found: Intervals) -> Mask:
    """Masked cells that the attacker places in an interval no wider than asked for."""
    return masked & (found.width < wanted_widths(table, protection))


def cheapest(
    table: Table, primary: Mask, weights: Floats, protection: float, *, again: Mask | None = None
) -> tuple[Mask, Intervals]:
    """The masked cells, the primary ones among them, of least total weight, and the attacker's intervals.

    Args:
        table: the genuine table.
        primary: cells that must be masked.
        weights: what masking each cell costs, zero or more.
        protection: share of each masked cell's value that its interval must exceed in width.
        again: cells that stay masked, and need not be kept from those who are alone.

    Raises:
        TableError: nothing can protect the table, even all of it masked.
        UnsettledError: it takes too long.
    """
    held = primary if again is None else primary | again
    if not held.any():
        return held.copy(), intervals(table, held)
    candidates = held | ~table.is_fixed
    _refuse_hopeless(table, primary, held, candidates, protection)
    problem = _Problem(table, primary, held, candidates, weights, protection)
    return problem.solve()


def _refuse_hopeless(table: Table, primary: Mask, held: Mask, candidates: Mask, protection: float) -> None:
    # Nothing narrows an interval when more is masked: what all cells cannot protect, nothing can.
    lost = too_narrow(table, candidates, protection, intervals(table, candidates)) & held
    seen = seen_through(table, primary, candidates, wanted_widths(table, protection))
    lost[[cell for cell, _one in seen]] = True
    if lost.any():
        raise TableError(
            "cette case ne peut pas être protégée, même en masquant tout le reste.",
            where=named(table.codes(int(np.flatnonzero(lost)[0]))),
            remedy="Regroupez des codes, ou demandez une protection moindre.",
        )


class _Problem:
    """The 0/1 program over the cells that may be masked, those held being so."""

    def __init__(
        self,
        table: Table,
        primary: Mask,
        held: Mask,
        candidates: Mask,
        weights: Floats,
        protection: float,
    ) -> None:
        self.table, self.primary_cells, self.protection = table, primary, protection
        self.cells = np.flatnonzero(candidates)
        equations = sparse.csr_array(table.equations[:, self.cells])
        self.equations = sparse.csr_array(equations[np.diff(equations.indptr) > 0])
        self.unit = unit = easy_unit(table.values[self.cells])
        self.fall, self.rise = table.fall[self.cells] / unit, table.rise[self.cells] / unit
        self.widths = wanted_widths(table, protection)
        self.wanted = self.widths[self.cells] / unit
        self.sole = table.sole[self.cells]
        self.primary = primary[self.cells]
        # Of two answers of equal cost, the one that masks fewer cells.
        heaviest = float(weights.max(initial=0.0)) or 1.0
        costs = weights[self.cells] + 1e-6 * heaviest / max(1, self.cells.size)
        costs /= easy_unit(costs)
        start = self._two_in_each_equation()
        bounds = held[self.cells].astype(float), np.ones(self.cells.size)
        rows = np.zeros(start.shape[0]), np.full(start.shape[0], INFINITE)
        self.in_part = Program(costs, *bounds, start, *rows)
        self.in_whole = Program(costs, *bounds, start, *rows, whole=True, nodes=_NODES)
        still = np.zeros(self.equations.shape[0])
        nothing = np.zeros(self.cells.size)
        self.attacker = Program(nothing, nothing, nothing, self.equations, still, still)

    def solve(self) -> tuple[Mask, Intervals]:
        """Solve, audit, cut, until the audit has nothing left to say."""
        self._relax()
        steps = 0
        for _round in range(max(1, _EFFORT // self.cells.size)):
            masked = np.zeros(self.table.size, dtype=bool)
            masked[self.cells] = self._chosen(self.in_whole) > 0.5
            steps += self.in_whole.steps
            if steps > _STEPS:
                break
            found = intervals(self.table, masked)
            narrow = too_narrow(self.table, masked, self.protection, found)
            here = masked[self.cells].astype(float)
            for cell in np.flatnonzero(narrow[self.cells]):
                self._cut(int(cell), here, surely=True)
            if not narrow.any():
                seen = seen_through(self.table, self.primary_cells, masked, self.widths)
                if not seen:
                    return masked, found
                for number, one in seen:
                    self._cut(int(np.searchsorted(self.cells, number)), here, surely=True, insider=one)
        raise UnsettledError

    def _two_in_each_equation(self) -> sparse.csr_array:
        """In an equation, a single masked cell is what remains of the others: mask none, or two.

        Where somebody is alone in one of the cells, a primary cell asks for one more than those it knows.
        """
        blocks = []
        for row in range(self.equations.shape[0]):
            cells = self.equations.indices[self.equations.indptr[row] : self.equations.indptr[row + 1]]
            for one in sorted({*self.sole[cells].tolist(), -1}):
                known = (self.sole[cells] == one) & (one >= 0)
                asked = np.flatnonzero(~known & (self.primary[cells] | (one < 0)))
                others = np.tile(np.where(known, 0.0, 1.0), (asked.size, 1))
                others[np.arange(asked.size), asked] = -1.0
                columns = np.tile(cells, asked.size)
                rows = np.repeat(np.arange(asked.size), cells.size)
                shape = (asked.size, self.cells.size)
                blocks.append(sparse.coo_array((others.ravel(), (rows, columns)), shape=shape))
        return sparse.csr_array(
            sparse.vstack(blocks, format="csr") if blocks else sparse.csr_array((0, self.cells.size))
        )

    def _relax(self) -> None:
        """Cuts found while cells may still be masked « in part »: they spare most of the 0/1 rounds."""
        for _round in range(_RELAXED_ROUNDS):
            shares = self._chosen(self.in_part)
            asked = np.flatnonzero(shares > _IN_PART)
            if not any([self._cut(int(cell), shares, surely=False) for cell in asked]):
                return

    @staticmethod
    def _chosen(program: Program) -> Floats:
        try:
            found = program.solve()
        except ArithmeticError as error:
            raise UnsettledError from error
        if found is None:
            raise TableError(
                "ce tableau ne peut pas être protégé\u00a0: ce que l’on sait déjà de ses cases suffit à "
                "retrouver ce qu’il faudrait masquer.",
                remedy="Regroupez des codes, ou demandez une protection moindre.",
            )
        return program.columns

    def _cut(self, cell: int, shares: Floats, *, surely: bool, insider: int = -1) -> bool:
        """Add what `shares` breaks about one cell, whoever attacks; True when something was added."""
        wanted = float(self.wanted[cell])
        if insider >= 0:
            wanted = float(wanted_from(self.table, self.widths, self.cells[[cell]], [insider])[0]) / self.unit
        known = (self.sole == insider) & (insider >= 0)
        room = np.where(known, 0.0, np.minimum(1.0, np.maximum(shares, _NUDGE)))
        far = np.maximum(wanted, self.fall)
        rise = np.minimum(self.rise, np.where(room >= 1.0, 10 * far, far))
        self.attacker.set_all_bounds(-self.fall * room, rise * room)
        sums = np.zeros(self.cells.size)
        for sign in (1.0, -1.0):
            left = self._left(cell, sign)
            # Where a masked cell may go any length, what is asked is all that it can bring.
            up = np.multiply(left, self.rise, where=left > 0, out=np.zeros(left.size))
            sums += np.where(left > 0, np.minimum(wanted, up), -left * self.fall)
        row = np.where(known, 0.0, np.minimum(sums / wanted, 1.0))
        if row @ shares < shares[cell] - 1e-6:
            row[cell] -= 1.0
            self._add(row)
            return True
        if surely:
            # The multipliers were not sharp enough: as it is, this choice must mask something more.
            plain = np.where(known, 0.0, (shares < 0.5).astype(float))
            plain[cell] = -1.0
            self._add(plain)
        return surely

    def _left(self, cell: int, sign: float) -> Floats:
        """What is left of the cell's own direction once the equations are combined, cell by cell.

        Moving the cell by one is worth `left · moves` for any combination of the equations; the attacker's
        reach is then at most what the bounds leave where `left` is not zero.
        """
        self.attacker.set_cost(cell, -sign)
        self.attacker.solve()
        self.attacker.set_cost(cell, 0.0)
        aim = np.zeros(self.cells.size)
        aim[cell] = sign
        left: Floats = aim + self.equations.T @ self.attacker.multipliers
        left[np.abs(left) < 1e-9] = 0.0
        return left

    def _add(self, row: Floats) -> None:
        columns = np.flatnonzero(row).astype(np.int32)
        for program in (self.in_part, self.in_whole):
            program.add_row(columns, row[columns], 0.0)
