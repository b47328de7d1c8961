"""The few choices that come next after a known one, in a single search tree.

Asked one after the other of a solver, each forbidding those before, they take longer and longer. Here one
tree of linear programs gives them all: a branch is left when its program is not above what is already held,
and a project is settled as soon as its reduced cost says that moving it would lose more than there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import sparse

from terreau.core.programs import Program
from terreau.decision.marks import Floats
from terreau.decision.solving import Answer, Chooser, Row

# Programs solved before the tree is given up: a few seconds.
MOST_NODES: Final = 30_000
_TIED: Final = 1e-9
_WHOLE: Final = 1e-6
_HALF: Final = 0.5


def best_above(
    chooser: Chooser,
    values: Floats,
    rows: Sequence[Row],
    count: int,
    floor: float,
    most_nodes: int = MOST_NODES,
) -> list[tuple[float, Answer]] | None:
    """The best choices worth more than a floor, the best first; None when the tree is too large.

    Args:
        chooser: the projects.
        values: what each is worth.
        rows: the rules.
        count: how many at the most.
        floor: what they must be worth more than.
        most_nodes: how many programs may be solved.
    """
    unit = float(np.abs(values).max(initial=0.0)) or 1.0
    program = _relaxed(chooser, values / unit, rows)
    size = chooser.count
    found: list[tuple[float, Answer]] = []
    waiting = [(np.zeros(size), np.ones(size))]
    for _node in range(most_nodes):
        if not waiting:
            return found
        lower, upper = waiting.pop()
        program.set_all_bounds(*chooser.with_shares(lower, upper))
        cost = program.solve()
        spare = -np.inf if cost is None else -cost * unit - floor
        if spare <= _TIED * unit:
            continue
        columns = program.columns
        chosen = columns[:size]
        settled = np.abs(program.reduced_costs[:size]) * unit > spare + _WHOLE * unit
        lower = np.where(settled & (chosen > _HALF), 1.0, lower)
        upper = np.where(settled & (chosen < _HALF), 0.0, upper)
        unsure = np.where(lower < upper, np.minimum(chosen, 1 - chosen), -1.0)
        if unsure.max(initial=-1.0) < _WHOLE:
            floor = _keep(chooser.exact(columns, rows), values, found, count, floor)
        if (lower < upper).any():
            waiting += _branches(lower, upper, chosen, unsure)
    return found if not waiting else None


def _relaxed(chooser: Chooser, values: Floats, rows: Sequence[Row]) -> Program:
    """The program where a project may be chosen by half."""
    matrix, row_lower, row_upper = chooser.matrix(rows)
    aim = chooser.aim(values)
    return Program(
        aim,
        np.zeros(aim.size),
        np.ones(aim.size),
        sparse.csr_array(matrix),
        row_lower,
        row_upper,
        same_aim=True,
    )


def _keep(
    answer: Answer | None, values: Floats, found: list[tuple[float, Answer]], count: int, floor: float
) -> float:
    """Keep an answer that is not yet held, and say what the next must be worth more than."""
    if answer is None or any((answer.chosen == other.chosen).all() for _value, other in found):
        return floor
    value = float(values @ answer.shares)
    if value <= floor:
        return floor
    found.append((value, answer))
    found.sort(key=lambda one: -one[0])
    del found[count:]
    return found[-1][0] if len(found) == count else floor


def _branches(
    lower: Floats, upper: Floats, chosen: Floats, unsure: Floats
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """The two halves of a branch, the likelier last: it is gone through first."""
    at = int(np.argmax(unsure))
    without, with_it = upper.copy(), lower.copy()
    without[at], with_it[at] = 0.0, 1.0
    halves = (lower, without), (with_it, upper)
    return halves if chosen[at] > _HALF else (halves[1], halves[0])
