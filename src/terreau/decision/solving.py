"""A choice of projects as a 0/1 program: its rows, and the exact solver that answers (HiGHS).

One column a project (chosen or not), one more for each that may be funded in part (its share). The solver
works in floating point: what it answers is checked again in whole amounts, and refused if it is not exact.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from terreau.core.errors import TerreauError
from terreau.core.programs import INFINITE, Program
from terreau.decision.marks import Floats
from terreau.decision.rules import (
    Exclusion,
    Kept,
    Limit,
    Measure,
    Prerequisite,
    Problem,
    Rule,
    budget_key,
)

# Beyond, the person is told rather than left to wait.
SECONDS: Final = 60.0
# The solver stops within a millionth of the aim, whatever its unit: so the aim is made large.
_AIM: Final = 1e4
_HALF: Final = 0.5
# What the solver may leave of a row, over its largest coefficient.
_LEFT: Final = 1e-5

Chosen = NDArray[np.bool_]


@dataclass(frozen=True)
class Row:
    """`lower ≤ Σ coefficient × project ≤ upper`, and the rule it writes.

    Attributes:
        on_funds: whether a project funded in part counts in part.
    """

    key: str
    coefficients: NDArray[np.int64] = field(repr=False)
    lower: float | None = None
    upper: float | None = None
    on_funds: bool = False

    @property
    def scale(self) -> float:
        """What brings its coefficients to one."""
        return float(np.abs(self.coefficients).max(initial=0)) or 1.0


@dataclass(frozen=True)
class Answer:
    """A choice that holds: which projects, and which share of each is funded."""

    chosen: Chosen
    shares: Floats

    def __post_init__(self) -> None:
        self.chosen.flags.writeable = False


def rows_of(problem: Problem) -> list[Row]:
    """Budgets, vetoes and rules as rows, in that order."""
    rows = [
        Row(budget_key(period), _costs(problem, period), None, float(budget), on_funds=True)
        for period, budget in problem.budgets.items()
    ]
    rows += [
        Row(f"veto {one.key}", _ones(problem, [one.key]), None, 0.0)
        for one in problem.candidates
        if one.vetoed
    ]
    return rows + [_row(problem, rule) for rule in problem.rules]


def _row(problem: Problem, rule: Rule) -> Row:
    match rule:
        case Limit():
            return _limit(problem, rule)
        case Prerequisite():
            difference = _ones(problem, [rule.project]) - _ones(problem, [rule.needs])
            return Row(rule.key, difference, None, 0.0)
        case Exclusion():
            return Row(rule.key, _ones(problem, rule.projects), None, 1.0)
        case Kept():
            return Row(rule.key, _ones(problem, [rule.project]), 1.0)


def _limit(problem: Problem, rule: Limit) -> Row:
    covered = np.array([rule.covers(one) for one in problem.candidates], dtype=np.int64)
    if rule.measure is Measure.COUNT:
        return Row(rule.key, covered, rule.least, rule.most)
    whole = problem.budget if rule.measure is Measure.SHARE else 1
    costs = np.array([one.cost for one in problem.candidates], dtype=np.int64)
    least, most = (None if bound is None else bound * whole for bound in (rule.least, rule.most))
    return Row(rule.key, covered * costs, least, most, on_funds=True)


def _costs(problem: Problem, period: str) -> NDArray[np.int64]:
    return np.array([one.costs.get(period, 0) for one in problem.candidates], dtype=np.int64)


def _ones(problem: Problem, keys: Sequence[str]) -> NDArray[np.int64]:
    return np.array([one.key in keys for one in problem.candidates], dtype=np.int64)


class Chooser:
    """The columns of a problem, asked under some rows and with some aim.

    Args:
        problem: what may be chosen.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.count = len(problem.candidates)
        self._least = np.array([one.least_share for one in problem.candidates])
        self._partial = np.flatnonzero(self._least < 1)
        # The column where the share of each project stands.
        self._funds = np.arange(self.count)
        self._funds[self._partial] = self.count + np.arange(self._partial.size)

    @property
    def _columns(self) -> int:
        return self.count + self._partial.size

    def best(self, values: Floats, rows: Sequence[Row], besides: Sequence[Chosen] = ()) -> Answer | None:
        """The choice of most value under the rows, other than those already known; None when there is none.

        Raises:
            TerreauError: the solver could not tell in time.
        """
        refused = list(besides)
        while True:
            columns = self._ask(values, rows, refused)
            if columns is None:
                return None
            answer = self.exact(columns, rows)
            if answer is not None:
                return answer
            refused.append(columns[: self.count] > _HALF)

    def _ask(self, values: Floats, rows: Sequence[Row], refused: Sequence[Chosen]) -> Floats | None:
        aim = self.aim(values * (_AIM / (np.abs(values).max(initial=0.0) or 1.0)))
        matrix, lower, upper = self.matrix(rows, refused)
        result = run(aim, matrix, lower, upper, self._whole(), np.ones(self._columns))
        return None if result is None else result[: self._columns]

    def aim(self, values: Floats) -> Floats:
        """What each column costs, for the most value."""
        aim = np.zeros(self._columns)
        aim[self._funds] = -values
        return aim

    def with_shares(self, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
        """Bounds of the projects, with those of the shares."""
        size = self._partial.size
        return np.concatenate([lower, np.zeros(size)]), np.concatenate([upper, np.ones(size)])

    def matrix(self, rows: Sequence[Row], refused: Sequence[Chosen] = ()) -> tuple[Floats, Floats, Floats]:
        """The rows, scaled; then shares between their bounds; then the choices refused."""
        size = len(rows) + 2 * self._partial.size + len(refused)
        matrix = np.zeros((size, self._columns))
        lower, upper = np.full(size, -INFINITE), np.full(size, INFINITE)
        for at, row in enumerate(rows):
            where = self._funds if row.on_funds else np.arange(self.count)
            matrix[at, where] = row.coefficients / row.scale
            lower[at] = -INFINITE if row.lower is None else row.lower / row.scale
            upper[at] = INFINITE if row.upper is None else row.upper / row.scale
        at = len(rows)
        for project in self._partial:
            matrix[at, [project, self._funds[project]]] = -self._least[project], 1
            matrix[at + 1, [project, self._funds[project]]] = 1, -1
            lower[at : at + 2] = 0
            at += 2
        for chosen in refused:
            matrix[at, : self.count] = np.where(chosen, -1, 1)
            lower[at] = 1 - chosen.sum()
            at += 1
        return matrix, lower, upper

    def _whole(self) -> Chosen:
        whole: Chosen = np.arange(self._columns) < self.count
        return whole

    def exact(self, columns: Floats, rows: Sequence[Row]) -> Answer | None:
        """The answer in whole projects, when it keeps every row to the last unit."""
        chosen = columns[: self.count] > _HALF
        shares = np.where(chosen, 1.0, 0.0)
        for project in self._partial[chosen[self._partial]]:
            shares[project] = min(1.0, max(self._least[project], columns[self._funds[project]]))
        for row in rows:
            self._trim(row, chosen, shares)
        held = all(holds(row, chosen, shares, slack=self._partial.size) for row in rows)
        return Answer(chosen, shares) if held else None

    def _trim(self, row: Row, chosen: Chosen, shares: Floats) -> None:
        """Take from the projects funded in part what the solver left above a row."""
        if not row.on_funds or row.upper is None:
            return
        excess = total(row, chosen, shares) - row.upper
        for project in self._partial:
            cost = row.coefficients[project]
            if 0 < excess <= _LEFT * row.scale and chosen[project] and cost > 0:
                # One more unit: what is then rounded down is under the row.
                taken = min((excess + 1) / cost, shares[project] - self._least[project])
                shares[project] -= taken
                excess -= taken * cost


def amount(cost: int, share: float) -> int:
    """What is funded of a cost, rounded down to the unit: a sum of shares never goes over a budget."""
    return int(cost) if share >= 1 else int(cost * share + 1e-9)


def total(row: Row, chosen: Chosen, shares: Floats) -> int:
    """What the row adds up to, in whole units."""
    if not row.on_funds:
        return int(row.coefficients[chosen].sum())
    return sum(amount(row.coefficients[at], shares[at]) for at in np.flatnonzero(chosen))


def holds(row: Row, chosen: Chosen, shares: Floats, slack: int = 0) -> bool:
    """Whether a choice keeps a row; minima allow `slack` units lost in rounding down."""
    lower, upper = bounds_of(row)
    return lower - (slack if row.on_funds else 0) <= total(row, chosen, shares) <= upper


def bounds_of(row: Row) -> tuple[float, float]:
    """Its bounds, infinite where it has none; one that is not whole takes the rounding of a product."""
    lower = -math.inf if row.lower is None else row.lower
    upper = math.inf if row.upper is None else row.upper
    return lower - _rounding(lower), upper + _rounding(upper)


def _rounding(bound: float) -> float:
    return 0.0 if math.isinf(bound) or float(bound).is_integer() else 1e-9 * abs(bound)


def run(
    aim: Floats, matrix: Floats, lower: Floats, upper: Floats, whole: Chosen, highest: Floats
) -> Floats | None:
    """The columns, from 0 to `highest`, that make `aim` least; None when no columns fit.

    Raises:
        TerreauError: the time allowed is over.
    """
    rows = sparse.csr_array(matrix)
    program = Program(aim, np.zeros(aim.size), highest, rows, lower, upper, whole=whole, seconds=SECONDS)
    try:
        return None if program.solve() is None else program.columns
    except TimeoutError as error:
        raise TerreauError(
            f"Le meilleur choix n’a pas été trouvé en {SECONDS:.0f} secondes.",
            remedy="Retirez des projets ou des contraintes, puis recommencez.",
        ) from error


def values_of(problem: Problem) -> Floats:
    """What each project is worth."""
    return np.array([one.value for one in problem.candidates], dtype=np.float64)


def spent(problem: Problem, answer: Answer) -> Mapping[str, int]:
    """What a choice costs, by period."""
    return {
        period: sum(
            amount(one.costs.get(period, 0), share)
            for one, share, taken in zip(problem.candidates, answer.shares, answer.chosen, strict=True)
            if taken
        )
        for period in problem.budgets
    }
