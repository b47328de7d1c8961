"""How far a weight may move before what is selected changes: exact bounds, not a grid.

One weight at a time goes from 0 to 1 while the others keep their proportions (methods D.3). Each value is
then a straight line of that weight, and what is selected changes only where two lines cross.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from terreau.decision.marks import Floats, Table, shares

# A gain smaller than this is the rounding of the machine.
_NOTHING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Range:
    """Within which the weight of a criterion may move, in share, and what it is today."""

    criterion: str
    weight: float
    low: float
    high: float


def ranges(table: Table, weights: Mapping[str, float] | None, selected: Collection[str]) -> tuple[Range, ...]:
    """The range of each weight in which the projects selected stay those of most value.

    Marks are taken at the middle of their interval. Where the selection is not the top set today, low and
    high are both today's weight.

    Raises:
        TerreauError: the weights do not fit the criteria, or a criterion has no scale.
    """
    share, scores = shares(table.criteria, weights), _middle(table)
    inside = np.array([one in selected for one in table.projects], dtype=bool)
    found = []
    for at, criterion in enumerate(table.criteria):
        start, slope = _lines(scores, share, at)
        # Of each selected project over each other: where the line of their difference is above zero.
        base = (start[inside][:, None] - start[~inside][None, :]).ravel()
        steep = (slope[inside][:, None] - slope[~inside][None, :]).ravel()
        low, high = _above_zero(base, steep, float(share[at]))
        found.append(Range(criterion.key, float(share[at]), low, high))
    return tuple(found)


def _middle(table: Table) -> Floats:
    low, high = table.scores()
    middle: Floats = (low + high) / 2
    return middle


def _lines(scores: Floats, share: Floats, at: int) -> tuple[Floats, Floats]:
    """The value of each project as `start + weight × slope`, for the weight of one criterion."""
    others = share.copy()
    others[at] = 0.0
    if others.sum() <= 0:
        # All the weight was on this one: the others share equally what it leaves.
        others = np.ones_like(share)
        others[at] = 0.0
    rest = scores @ (others / max(others.sum(), _NOTHING))
    return rest, scores[:, at] - rest


def _above_zero(base: Floats, steep: Floats, today: float) -> tuple[float, float]:
    """The weights around today's for which no line `base + weight × steep` goes under zero."""
    if (base + today * steep < -_NOTHING).any():
        return today, today
    flat = np.abs(steep) <= 1e-12
    crossing = np.divide(-base, steep, out=np.zeros_like(base), where=~flat)
    low = crossing[~flat & (steep > 0)].max(initial=0.0)
    high = crossing[~flat & (steep < 0)].min(initial=1.0)
    return float(min(max(low, 0.0), today)), float(max(min(high, 1.0), today))
