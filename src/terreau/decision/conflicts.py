"""When nothing fits: which rules conflict, and the least that would have to give.

The rules that conflict are an irreducible set: take any one of them away and the others fit together. The
least relaxation gives each rule a slack and makes their sum least, each in share of its own bound, so that a
budget in francs and a number of projects weigh alike; it is the least to a ten-thousandth of a bound.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from terreau.core.programs import INFINITE, Program
from terreau.decision.marks import Floats
from terreau.decision.rules import Problem
from terreau.decision.solving import Chooser, Row, rows_of

# To fill a budget to the last franc can take for ever, and nobody asks it of a relaxation: the least is
# sought to a ten-thousandth of a bound, and what was found by then is told.
_NEAR: Final = 1e-4
_SECONDS: Final = 10.0
# A slack smaller than this, over the largest coefficient of its row, is none.
_SEEN: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Relaxation:
    """By how much a rule would have to give: the bound it has, the bound that would do.

    Bounds are in projects, or in minor units of money. For a veto, a prerequisite, an exclusion or a project
    kept, they only say that it would not hold.
    """

    rule: str
    bound: float
    enough: float


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why nothing fits."""

    rules: tuple[str, ...]
    relaxations: tuple[Relaxation, ...]


def explain(problem: Problem) -> Conflict | None:
    """Why nothing fits; None when something does.

    Raises:
        TerreauError: the solver could not tell in time.
    """
    chooser, rows = Chooser(problem), rows_of(problem)
    if _fits(chooser, rows):
        return None
    return Conflict(tuple(row.key for row in _irreducible(chooser, rows)), _relaxations(chooser, rows))


def _fits(chooser: Chooser, rows: list[Row]) -> bool:
    return chooser.best(np.zeros(chooser.count), rows) is not None


def _irreducible(chooser: Chooser, rows: list[Row]) -> list[Row]:
    """Rows that do not fit together, none of which could be left out (deletion filter).

    Groups are tried before single rows: most of the rows have nothing to do with the conflict.
    """
    kept, size = list(rows), max(1, len(rows) // 2)
    while True:
        at = 0
        while at < len(kept):
            without = kept[:at] + kept[at + size :]
            if _fits(chooser, without):
                at += size
            else:
                kept = without
        if size == 1:
            return kept
        size //= 2


def _relaxations(chooser: Chooser, rows: list[Row]) -> tuple[Relaxation, ...]:
    matrix, lower, upper = chooser.matrix(rows)
    columns, count = matrix.shape[1], len(rows)
    units = np.array([_unit(row) for row in rows])
    # One slack above and one below each rule, in share of its bound.
    slack = np.zeros((matrix.shape[0], 2 * count))
    slack[np.arange(count), np.arange(count)] = units
    slack[np.arange(count), count + np.arange(count)] = -units
    highest = np.concatenate([np.ones(columns), np.full(2 * count, INFINITE)])
    program = Program(
        np.concatenate([np.zeros(columns), np.ones(2 * count)]),
        np.zeros(highest.size),
        highest,
        sparse.csr_array(np.hstack([matrix, slack])),
        lower,
        upper,
        whole=np.arange(highest.size) < chooser.count,
        seconds=_SECONDS,
        gap=_NEAR,
    )
    answer = _few(program, highest, columns)
    under, over = answer[columns : columns + count], answer[columns + count :]
    found = []
    for row, unit, short, long in zip(rows, units, under, over, strict=True):
        # Sums are whole numbers; what is left beside is the rounding of the solver.
        step, seen = unit * row.scale, _SEEN * row.scale
        if row.lower is not None and short * step > seen:
            found.append(Relaxation(row.key, row.lower, float(round(row.lower - short * step))))
        if row.upper is not None and long * step > seen:
            found.append(Relaxation(row.key, row.upper, float(round(row.upper + long * step))))
    return tuple(found)


def _few(program: Program, highest: Floats, columns: int) -> Floats:
    """The least slacks; those that are only there because less was not sought are done without."""
    # With every slack allowed something always fits; what was found in time is enough, if not the least.
    with contextlib.suppress(TimeoutError):
        program.solve()
    answer = program.columns
    slack = (answer > 0) & (answer < 2 * _NEAR) & (np.arange(answer.size) >= columns)
    program.set_all_bounds(np.zeros(highest.size), np.where(slack, 0.0, highest))
    with contextlib.suppress(TimeoutError):
        if slack.any() and program.solve() is not None:
            fewer = program.columns
            return fewer if fewer[columns:].sum() <= answer[columns:].sum() + 10 * _NEAR else answer
    return answer


def _unit(row: Row) -> float:
    """What one slack is worth in the scaled row: its bound, or its largest coefficient where that is zero."""
    bound = max(abs(row.lower or 0.0), abs(row.upper or 0.0))
    return (bound or row.scale) / row.scale
