"""Linear and 0/1 programs, asked one after the other without starting afresh (HiGHS).

An attacker's audit asks thousands of programs that differ by their aim alone: kept in the solver, each starts
from the answer to the one before, twenty times faster than built anew (`docs/adr/0016-secret.md`).
"""

from __future__ import annotations

from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]

INFINITE: Final = float(highspy.kHighsInf)
_PRIMAL: Final = 4
_UNSCALED: Final = 0


class Program:
    """Minimise `costs · x` with `rows · x` between two bounds, and `x` too.

    Args:
        costs: of each column.
        lower: least value of each column.
        upper: greatest value of each column.
        rows: matrix (rows × columns).
        row_lower: least value of each row.
        row_upper: greatest value of each row.
        whole: whether columns take whole values only; or which of them do.
        same_aim: whether bounds will change more often than costs.
        seconds: after which the solver gives up; the columns are then the best it had.
        gap: how far from the least cost is near enough, for whole values.
        nodes: choices after which the solver gives up, for whole values.
    """

    def __init__(
        self,
        costs: Floats,
        lower: Floats,
        upper: Floats,
        rows: sparse.csr_array,
        row_lower: Floats,
        row_upper: Floats,
        *,
        whole: bool | NDArray[np.bool_] = False,
        same_aim: bool = False,
        seconds: float = INFINITE,
        gap: float | None = None,
        nodes: int | None = None,
    ) -> None:
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0)):
            self._solver.setOptionValue(name, value)
        self._solver.setOptionValue("time_limit", seconds)
        if gap is not None:
            self._solver.setOptionValue("mip_abs_gap", gap)
        if nodes is not None:
            self._solver.setOptionValue("mip_max_nodes", nodes)
        mixed = bool(np.any(whole))
        if not mixed:
            # Changing the aim leaves the last answer feasible: the primal simplex goes on from there.
            self._solver.setOptionValue("presolve", "off")
            if (np.abs(rows.data) == 1).all():
                # Nothing to scale, and looking for it at each answer takes a tenth of the time.
                self._solver.setOptionValue("simplex_scale_strategy", _UNSCALED)
            if not same_aim:
                self._solver.setOptionValue("simplex_strategy", _PRIMAL)
        columns = rows.tocsc()
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = costs.size, rows.shape[0]
        model.col_cost_, model.col_lower_, model.col_upper_ = costs, lower, upper
        model.row_lower_, model.row_upper_ = row_lower, row_upper
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = columns.indptr
        model.a_matrix_.index_ = columns.indices
        model.a_matrix_.value_ = columns.data
        if mixed:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[one] for one in np.broadcast_to(whole, costs.size).astype(int)]
        self._solver.passModel(model)

    def set_cost(self, column: int, cost: float) -> None:
        """Change what a column costs."""
        self._solver.changeColCost(column, cost)

    def set_costs(self, costs: Floats) -> None:
        """Change what all columns cost."""
        self._solver.changeColsCost(costs.size, np.arange(costs.size, dtype=np.int32), costs)

    def set_bounds(self, column: int, lower: float, upper: float) -> None:
        """Change the bounds of a column."""
        self._solver.changeColBounds(column, lower, upper)

    def set_all_bounds(self, lower: Floats, upper: Floats) -> None:
        """Change the bounds of all columns."""
        self._solver.changeColsBounds(lower.size, np.arange(lower.size, dtype=np.int32), lower, upper)

    def add_row(self, columns: NDArray[np.int32], coefficients: Floats, at_least: float) -> None:
        """One more row, at least so much."""
        self._solver.addRow(at_least, INFINITE, columns.size, columns, coefficients)

    def solve(self, *, afresh: bool = False) -> float | None:
        """The least cost; minus infinity when nothing bounds it, None when nothing is feasible.

        Args:
            afresh: whether the last answer is no help: what is asked now is far from it.

        Raises:
            TimeoutError: the time allowed is over.
            ArithmeticError: the solver gave up.
        """
        status: Any = None
        if afresh:
            # All columns at their bounds, which is cheapest where no cost is negative.
            self._solver.setBasis()
        for _try in range(2):
            self._solver.run()
            status = self._solver.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                return float(self._solver.getInfo().objective_function_value)
            if status == highspy.HighsModelStatus.kUnbounded:
                return -INFINITE
            if status in (
                highspy.HighsModelStatus.kInfeasible,
                highspy.HighsModelStatus.kUnboundedOrInfeasible,
            ):
                return None
            if status == highspy.HighsModelStatus.kTimeLimit:
                raise TimeoutError
            # Lost on the way from the last answer: from scratch, then.
            self._solver.clearSolver()
        raise ArithmeticError(f"HiGHS stopped: {status}")

    @property
    def steps(self) -> int:
        """How many steps of the simplex the last answer took: what it cost, whatever the machine."""
        return int(self._solver.getInfo().simplex_iteration_count)

    @property
    def columns(self) -> Floats:
        """The value of each column in the last answer."""
        return np.asarray(self._solver.getSolution().col_value)

    @property
    def reduced_costs(self) -> Floats:
        """What moving each column would cost in the last answer."""
        return np.asarray(self._solver.getSolution().col_dual)

    @property
    def multipliers(self) -> Floats:
        """What each row is worth in the last answer (dual values)."""
        return np.asarray(self._solver.getSolution().row_dual)
