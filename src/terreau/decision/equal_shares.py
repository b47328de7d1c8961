"""Method of Equal Shares: a vote where the money is shared equally between those who vote.

Peters, Pierczyński and Skowron (2021), with cost utilities: a project is worth to those who approve it what
it costs. Each voter holds an equal part of the budget; a project is bought when those who approve it can pay
for it together, each by at most the same part of its cost. Money left over is spent in two stated steps: the
parts are raised by a hundredth of the budget for as long as what is bought stays within it, then the most
approved of the projects that still fit are added. All amounts are exact fractions.

Kept apart from the technical score: it says what those who vote want, not what a project is worth.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from terreau.core.errors import TerreauError

_STEPS: Final = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the vote buys.

    Attributes:
        bought: in the order they were bought with the equal parts.
        completed: added after, with what was left.
        raised: by how many hundredths of the budget the parts were raised.
        paid: by project bought with the parts, what each of its voters gave.
    """

    bought: tuple[str, ...]
    completed: tuple[str, ...]
    cost: int
    raised: int
    paid: Mapping[str, Mapping[str, Fraction]]

    @property
    def selected(self) -> tuple[str, ...]:
        """All of them."""
        return self.bought + self.completed


def share_out(costs: Mapping[str, int], approvals: Mapping[str, frozenset[str]], budget: int) -> Outcome:
    """The projects that the vote selects.

    Ties go to the project with most votes, then to the cheaper, then to the first by its name.

    Args:
        costs: of each project, in minor units.
        approvals: the projects each voter approves.
        budget: in minor units.

    Raises:
        TerreauError: nobody voted, a cost is not positive, a vote is for a project nobody knows.
    """
    _check(costs, approvals)
    voters = {key: [one for one, liked in approvals.items() if key in liked] for key in costs}
    kept, raised = _buy(costs, voters, tuple(approvals), Fraction(budget)), 0
    for step in range(1, _STEPS * len(costs) + 1):
        if not _more_fits(costs, voters, kept, budget):
            break
        more = _buy(costs, voters, tuple(approvals), Fraction(budget) + Fraction(budget * step, _STEPS))
        if sum(costs[key] for key in more) > budget:
            break
        kept, raised = more, step
    completed: list[str] = []
    left = budget - sum(costs[key] for key in kept)
    for key in sorted(costs, key=lambda one: (-len(voters[one]), costs[one], one)):
        if key not in kept and voters[key] and costs[key] <= left:
            completed.append(key)
            left -= costs[key]
    return Outcome(tuple(kept), tuple(completed), budget - left, raised, kept)


def _check(costs: Mapping[str, int], approvals: Mapping[str, frozenset[str]]) -> None:
    if not approvals:
        raise TerreauError("Personne n’a voté.")
    free = next((key for key, cost in costs.items() if cost <= 0), None)
    if free is not None:
        raise TerreauError(
            f"Le projet « {free} » n’a pas de coût.", remedy="Donnez un coût plus grand que zéro."
        )
    for voter, liked in approvals.items():
        unknown = sorted(liked - set(costs))
        if unknown:
            raise TerreauError(
                f"Le vote approuve « {unknown[0]} », qui n’est pas proposé.", where=f"Votant « {voter} »"
            )


def _more_fits(
    costs: Mapping[str, int],
    voters: Mapping[str, list[str]],
    bought: Mapping[str, Mapping[str, Fraction]],
    budget: int,
) -> bool:
    left = budget - sum(costs[key] for key in bought)
    return any(voters[key] and key not in bought and cost <= left for key, cost in costs.items())


def _buy(
    costs: Mapping[str, int], voters: Mapping[str, list[str]], everyone: tuple[str, ...], budget: Fraction
) -> dict[str, dict[str, Fraction]]:
    """What equal parts of a budget buy, and what each voter gives for it."""
    purse = {voter: budget / len(everyone) for voter in everyone}
    bought: dict[str, dict[str, Fraction]] = {}
    # What a project was last seen to ask of its voters: it only grows, as purses only shrink.
    offers = [(Fraction(0), -len(voters[key]), cost, key) for key, cost in costs.items() if voters[key]]
    heapq.heapify(offers)
    while offers:
        seen, votes, cost, key = heapq.heappop(offers)
        price = _price(cost, [purse[one] for one in voters[key]])
        if price is None:
            continue
        if price > seen:
            heapq.heappush(offers, (price, votes, cost, key))
            continue
        bought[key] = {one: min(purse[one], price * cost) for one in voters[key]}
        for voter, given in bought[key].items():
            purse[voter] -= given
    return bought


def _price(cost: int, purses: list[Fraction]) -> Fraction | None:
    """The least part of the cost that its voters must give at the most; None when they cannot pay it."""
    left = Fraction(cost)
    if sum(purses) < left:
        return None
    for rank, purse in enumerate(sorted(purses)):
        part = left / (len(purses) - rank)
        if purse >= part:
            return part / cost
        left -= purse
    return None
