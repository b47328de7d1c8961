"""PROMETHEE II: projects compared two by two, beside the additive value.

Brans and Vincke (1985): on each criterion a difference becomes a preference between 0 and 1; a project's net
flow is how much it is preferred to the others, less how much they are to it (methods D.3). A small lead on
many criteria does not make up for a large lag on one, as it does in a sum: where the two disagree, say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from terreau.decision.additive import ranks
from terreau.decision.marks import Floats, Preference, Shape, Table, shares


@dataclass(frozen=True, slots=True)
class Flow:
    """How a project compares with the others.

    Attributes:
        net: from -1 to 1, what it is ranked by; leaving less entering.
        low: the net flow when its marks are the least they can be and those of the others the greatest.
    """

    project: str
    leaving: float
    entering: float
    net: float
    low: float
    high: float
    rank: int


def evaluate(table: Table, weights: Mapping[str, float] | None = None) -> tuple[Flow, ...]:
    """The flows of each project, in the order of the table, by the middle of its marks.

    Raises:
        TerreauError: the weights do not fit the criteria.
    """
    share = shares(table.criteria, weights)
    preferences = [one.preferred() for one in table.criteria]
    low, high = table.gains()
    middle = low / 2 + high / 2
    others = max(1, len(table.projects) - 1)
    between = _preferred(middle, middle, share, preferences)
    leaving, entering = between.sum(axis=1) / others, between.sum(axis=0) / others
    worst = _preferred(low, high, share, preferences).sum(axis=1)
    worst -= _preferred(high, low, share, preferences).sum(axis=0)
    best = _preferred(high, low, share, preferences).sum(axis=1)
    best -= _preferred(low, high, share, preferences).sum(axis=0)
    net = leaving - entering
    rank = ranks(net)
    return tuple(
        Flow(
            project,
            float(leaving[at]),
            float(entering[at]),
            float(net[at]),
            float(worst[at] / others),
            float(best[at] / others),
            int(rank[at]),
        )
        for at, project in enumerate(table.projects)
    )


def _preferred(ours: Floats, theirs: Floats, share: Floats, preferences: list[Preference]) -> Floats:
    """How much each project with our marks is preferred to each other with theirs (projects × projects)."""
    total = np.zeros((len(ours), len(ours)))
    for at, preference in enumerate(preferences):
        total += share[at] * prefer(ours[:, None, at] - theirs[None, :, at], preference)
    # Nothing is compared with itself.
    np.fill_diagonal(total, 0.0)
    return total


def prefer(gap: Floats, by: Preference) -> Floats:
    """The preference, from 0 to 1, for differences of marks."""
    match by.shape:
        case Shape.USUAL:
            return np.where(gap > 0, 1.0, 0.0)
        case Shape.QUASI:
            return np.where(gap > by.indifference, 1.0, 0.0)
        case Shape.V:
            return np.clip(gap / by.strict, 0, 1)
        case Shape.LEVEL:
            return np.where(gap > by.strict, 1.0, np.where(gap > by.indifference, 0.5, 0.0))
        case Shape.LINEAR if by.strict > by.indifference:
            return np.clip((gap - by.indifference) / (by.strict - by.indifference), 0, 1)
        case Shape.LINEAR:
            return np.where(gap > by.indifference, 1.0, 0.0)
        case Shape.GAUSS:
            return np.where(gap > 0, -np.expm1(-np.square(gap / by.spread) / 2), 0.0)
