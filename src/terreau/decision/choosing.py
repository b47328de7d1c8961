"""The best choice of projects under a budget, the next best, and what each rule costs.

Exact 0/1 program (methods D.3). The next best portfolios come by forbidding those already known; the price of
a rule is what the value would gain without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from terreau.decision.rules import Problem
from terreau.decision.solving import Answer, Chooser, rows_of, spent, values_of


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
    found: list[Answer] = []
    while len(found) <= alternatives:
        answer = chooser.best(values, rows, [one.chosen for one in found])
        if answer is None:
            break
        found.append(answer)
    portfolios = [_portfolio(problem, one) for one in found]
    return tuple(sorted(portfolios, key=lambda one: -one.value))


def prices(problem: Problem, best: Portfolio) -> tuple[Price, ...]:
    """What each rule of the problem costs; budgets, without which nothing would be chosen, are not priced.

    Raises:
        TerreauError: the solver could not tell in time.
    """
    chooser, rows, values = Chooser(problem), rows_of(problem), values_of(problem)
    found = []
    for rule in problem.rules:
        answer = chooser.best(values, [row for row in rows if row.key != rule.key])
        # The best is still there without the rule.
        assert answer is not None
        freed = _portfolio(problem, answer)
        found.append(Price(rule.key, max(0.0, freed.value - best.value), freed.projects))
    return tuple(found)


def _portfolio(problem: Problem, answer: Answer) -> Portfolio:
    keys = [one.key for one in problem.candidates]
    taken = np.flatnonzero(answer.chosen)
    return Portfolio(
        tuple(keys[at] for at in taken),
        float(values_of(problem)[taken] @ answer.shares[taken]),
        spent(problem, answer),
        {keys[at]: float(answer.shares[at]) for at in taken},
    )
