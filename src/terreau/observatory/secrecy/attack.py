"""The attacker's problem: what can be worked out of a masked cell from all that is published.

Whoever knows the published cells, the equations and that no value is negative can place each masked cell in
an interval: two linear programs a cell (`methods.md` B.5, after Fischetti and Salazar, 2000). Nothing
narrower can be had from the figures alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from terreau.observatory.secrecy.table import Floats, Table

Mask = NDArray[np.bool_]


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


def intervals(table: Table, masked: Mask) -> Intervals:
    """What an attacker can say of each masked cell.

    Args:
        table: the genuine table.
        masked: the cells that are not published, in the table's order.
    """
    low, high = table.values.copy(), table.values.copy()
    for cells, equations in systems(table.equations, masked):
        for at, cell in enumerate(cells):
            low[cell] = table.values[cell] - _reach(equations, table.values[cells], at, down=True)
            high[cell] = table.values[cell] + _reach(equations, table.values[cells], at, down=False)
    return Intervals(np.maximum(low, 0.0), high)


def systems(equations: sparse.csr_array, masked: Mask) -> Iterator[tuple[NDArray[np.intp], sparse.csr_array]]:
    """The masked cells, in groups that share no equation, each with its equations on those cells alone."""
    cells = np.flatnonzero(masked)
    if not cells.size:
        return
    inner = sparse.csr_array(equations[:, cells])
    inner = sparse.csr_array(inner[np.diff(inner.indptr) > 0])
    joined = abs(inner).T @ abs(inner)
    count, group = sparse.csgraph.connected_components(joined, directed=False)
    rows = group[inner.indices[inner.indptr[:-1]]] if inner.shape[0] else np.zeros(0, dtype=np.intp)
    for one in range(count):
        chosen = np.flatnonzero(group == one)
        yield cells[chosen], sparse.csr_array(inner[rows == one][:, chosen])


def _reach(equations: sparse.csr_array, values: Floats, at: int, *, down: bool) -> float:
    """How far one cell can move while the others give way, none of them below zero."""
    if (np.diff(equations.indptr) == 1).any() and _alone(equations, at):
        return 0.0
    aim = np.zeros(values.size)
    aim[at] = 1.0 if down else -1.0
    found = linprog(
        aim,
        A_eq=equations,
        b_eq=np.zeros(equations.shape[0]),
        bounds=np.column_stack((-values, np.full(values.size, np.inf))),
        method="highs",
    )
    # 2 is « infeasible » (staying still is feasible, so it is said of the dual), 3 « unbounded ».
    if found.status in (2, 3):
        return float("inf")
    if found.status != 0:
        raise ArithmeticError(f"HiGHS stopped: {found.message}")
    return max(0.0, -float(found.fun))


def _alone(equations: sparse.csr_array, at: int) -> bool:
    single = np.flatnonzero(np.diff(equations.indptr) == 1)
    return bool((equations.indices[equations.indptr[single]] == at).any())
