"""An attacker stronger than any: one who knows all of the masked cells but those around the one it is after.

On the table of a whole country one linear program has a million unknowns, and never ends. Those around one
cell are few. Whoever knows the others places it at least as closely as anyone else could: what even that one
cannot place is safe from all. Where that one can, fewer are given to know, until the whole table is asked.
Near is not enough: an equation of a whole country joins cells that cannot move together. The first that this
attacker does not know are those that a proof moves.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from terreau.core.programs import INFINITE, Program
from terreau.observatory.secrecy.attack import Mask
from terreau.observatory.secrecy.table import Table

FIRST_SIZE: Final = 2_000
GROWTH: Final = 4

Columns = NDArray[np.intp]


class Neighbourhoods:
    """The masked cells of a table, and what can be asked of those around one of them."""

    def __init__(self, table: Table, masked: Mask) -> None:
        self._cells = np.flatnonzero(masked)
        self._fall, self._rise = table.fall[self._cells], table.rise[self._cells]
        rows = sparse.csr_array(table.equations[:, self._cells])
        self._rows = sparse.csr_array(rows[np.diff(rows.indptr) > 0])
        self._columns = self._rows.tocsc()

    def width(
        self, cell: int, wanted: float, near: Columns | None = None, first_size: int = FIRST_SIZE
    ) -> float:
        """How wide the interval is in which this attacker places a cell.

        Args:
            cell: a masked cell, by its rank in the table.
            wanted: the width from which there is no need to look further.
            near: masked cells that are unknown from the first, by their rank in the table.
            first_size: how many cells around it, at the least, are unknown at first.

        Returns:
            The exact width once the whole table is asked; until then at most that.
        """
        at = int(np.searchsorted(self._cells, cell))
        start = np.array([at]) if near is None else np.union1d(np.searchsorted(self._cells, near), [at])
        size = max(first_size, start.size)
        while True:
            around = self._around(start, size)
            width = self._width(at, around)
            if width >= wanted or around.size < size:
                return width
            size *= GROWTH

    def _around(self, start: Columns, size: int) -> Columns:
        """The cells nearest to some through the equations that they share; fewer when there are no more."""
        known = frontier = start
        while frontier.size and known.size < size:
            shared = np.unique(_entries(self._columns, frontier))
            reached = np.unique(_entries(self._rows, shared))
            frontier = np.setdiff1d(reached, known, assume_unique=True)[: size - known.size]
            known = np.union1d(known, frontier)
        return known

    def _width(self, at: int, around: Columns) -> float:
        inner = sparse.csr_array(self._columns[:, around])
        inner = sparse.csr_array(inner[np.diff(inner.indptr) > 0])
        # How far the cell can move while those around give way, the others still, none of them out of where
        # anyone places it.
        program = Program(
            np.zeros(around.size),
            -self._fall[around],
            self._rise[around],
            inner,
            np.zeros(inner.shape[0]),
            np.zeros(inner.shape[0]),
        )
        place, width = int(np.searchsorted(around, at)), 0.0
        for sign in (1.0, -1.0):
            program.set_cost(place, sign)
            # Staying still is feasible: an answer that is neither bounded nor feasible is unbounded.
            reach = program.solve()
            width += INFINITE if reach is None else -reach
        return width


def _entries(matrix: sparse.csr_array | sparse.csc_array, lines: NDArray[Any]) -> NDArray[np.int32]:
    """What the lines of a compressed matrix hold, one line after the other."""
    found = [matrix.indices[matrix.indptr[line] : matrix.indptr[line + 1]] for line in lines.tolist()]
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int32)
