"""The best choice of projects under a budget, the next best, and what each rule costs.

Exact 0/1 program (methods D.3). The next best portfolios come from one search tree, or, where it would be
too large, by forbidding those already known. The price of a rule is what the value would gain without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from terreau.decision.marks import Floats
from terreau.decision.rules import Problem
from terreau.decision.searching import best_above
from terreau.decision.solving import Answer, Chooser, Row, rows_of, spent, values_of

# How far under the best its followers are first looked for, in share of its value.
_FIRST_DEPTH: Final = 2e-3


@dataclass(frozen=True)
class Portfolio:
    """Projects chosen together.

    Attributes:
        projects: their keys, in the order of the problem.
        costs: by period.
        shares: the share of its cost that each is given; 1 for most.
    """

    projects: tuple[str, ...]
    value: float
    costs: Mapping[str, int]
    shares: Mapping[str, float]

    @property
    def cost(self) -> int:
        """All periods together."""
        return sum(self.costs.values())


@dataclass(frozen=True, slots=True)
class Price:
    """What a rule costs: the value gained without it, and what would then be chosen."""

    rule: str
    gain: float
    projects: tuple[str, ...]


def choose(problem: Problem, alternatives: int = 0) -> tuple[Portfolio, ...]:
    """The best portfolio, then the next best; none when nothing fits (see `conflicts.explain`).

    Args:
        problem: candidates, budgets and rules.
        alternatives: how many others are wanted after the best.

    Raises:
        TerreauError: the solver could not tell in time.
    """
    chooser, rows, values = Chooser(problem), rows_of(problem), values_of(problem)
    best = chooser.best(values, rows)
    if best is None:
        return ()
    found = _in_one_tree(chooser, values, rows, best, alternatives + 1) if alternatives else [best]
    if found is None:
        found = _one_by_one(chooser, values, rows, best, alternatives + 1)
    portfolios = [_portfolio(problem, one) for one in found]
    return tuple(sorted(portfolios, key=lambda one: -one.value))


def _in_one_tree(
    chooser: Chooser, values: Floats, rows: Sequence[Row], best: Answer, count: int
) -> list[Answer] | None:
    """The best choices, looked for farther and farther under the best; None when the tree is too large."""
    top, least = float(values @ best.shares), float(np.minimum(values, 0).sum())
    depth = _FIRST_DEPTH * max(1e-3, top - least)
    while True:
        floor = top - depth
        found = best_above(chooser, values, rows, count, floor)
        if found is None or len(found) == count or floor < least:
            return None if found is None else [answer for _value, answer in found]
        depth *= 1.5


def _one_by_one(
    chooser: Chooser, values: Floats, rows: Sequence[Row], best: Answer, count: int
) -> list[Answer]:
    """The best choices, each forbidding those before it."""
    found = [best]
    while len(found) < count:
        answer = chooser.best(values, rows, [one.chosen for one in found])
        if answer is None:
            break
        found.append(answer)
    return found


def prices(problem: Problem, best: Portfolio) -> tuple[Price, ...]:
    """What each rule of the problem costs; budgets, without which nothing would be chosen, are not priced.

    Raises:
        TerreauError: the solver could not tell in time.
    """
    chooser, rows, values = Chooser(problem), rows_of(problem), values_of(problem)
    found = []
    for rule in problem.rules:
        freed = _without(chooser, values, [row for row in rows if row.key != rule.key], best.value)
        if freed is None:
            found.append(Price(rule.key, 0.0, best.projects))
        else:
            better = _portfolio(problem, freed)
            found.append(Price(rule.key, better.value - best.value, better.projects))
    return tuple(found)


def _without(chooser: Chooser, values: Floats, rows: Sequence[Row], value: float) -> Answer | None:
    """The best choice under the rows left, when it is worth more than what is had."""
    above = best_above(chooser, values, rows, 1, value)
    if above is not None:
        return above[0][1] if above else None
    answer = chooser.best(values, rows)
    return answer if answer is not None and float(values @ answer.shares) > value else None


def _portfolio(problem: Problem, answer: Answer) -> Portfolio:
    keys = [one.key for one in problem.candidates]
    taken = np.flatnonzero(answer.chosen)
    return Portfolio(
        tuple(keys[at] for at in taken),
        float(values_of(problem)[taken] @ answer.shares[taken]),
        spent(problem, answer),
        {keys[at]: float(answer.shares[at]) for at in taken},
    )
