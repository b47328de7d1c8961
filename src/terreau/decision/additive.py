"""Additive value: the headline. What each project is worth from 0 to 1, in the open.

V = Σ weight × mark, each mark brought to 0–1 on its scale (multi-criteria analysis manual of the British
government, DCLG 2009; methods D.3). An interval of marks gives an interval of value and of rank. A veto does
not change a value: it says, beside it, that the project is to be taken up again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from terreau.decision.marks import Floats, Table, shares

# Values nearer than this are the same: what is left is the rounding of the machine.
TIED: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Value:
    """What a project is worth.

    Attributes:
        value: the middle of the interval; the value itself when no mark is one.
        rank: 1 for the best; projects of one value share the better rank.
        ranks: the best and the worst rank that the intervals leave possible.
        vetoes: criteria where even the best possible mark is under the veto.
        doubts: criteria where the veto depends on what is not known.
    """

    project: str
    value: float
    low: float
    high: float
    rank: int
    ranks: tuple[int, int]
    vetoes: tuple[str, ...]
    doubts: tuple[str, ...]


def evaluate(table: Table, weights: Mapping[str, float] | None = None) -> tuple[Value, ...]:
    """The value of each project, in the order of the table; equal weights where none is given.

    Raises:
        TerreauError: the weights do not fit the criteria, or a criterion has no scale.
    """
    share = shares(table.criteria, weights)
    least, greatest = table.scores()
    low, high = least @ share, greatest @ share
    middle = (low + high) / 2
    rank = ranks(middle)
    best = 1 + (low[None, :] > high[:, None] + TIED).sum(axis=1)
    # One is never above itself, however wide its own interval.
    above = high[None, :] > low[:, None] + TIED
    np.fill_diagonal(above, False)
    worst = 1 + above.sum(axis=1)
    results = []
    for at, project in enumerate(table.projects):
        sure, unsure = _vetoes(table, at)
        results.append(
            Value(
                project,
                float(middle[at]),
                float(low[at]),
                float(high[at]),
                int(rank[at]),
                (int(best[at]), int(worst[at])),
                sure,
                unsure,
            )
        )
    return tuple(results)


def ranks(values: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The rank of each value, 1 for the greatest; equal values share the better rank."""
    order = np.sort(values)[::-1]
    counted: np.ndarray[tuple[int], np.dtype[np.intp]] = 1 + np.searchsorted(-order, -(values + TIED), "left")
    return counted


def _vetoes(table: Table, at: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The criteria that veto a project, and those that may."""
    sure, unsure = [], []
    for column, criterion in enumerate(table.criteria):
        if criterion.veto_below is None:
            continue
        low, high = table.low[at, column], table.high[at, column]
        if criterion.smaller_is_better:
            low, high = -high, -low
        bound = -criterion.veto_below if criterion.smaller_is_better else criterion.veto_below
        if high < bound:
            sure.append(criterion.key)
        elif low < bound:
            unsure.append(criterion.key)
    return tuple(sure), tuple(unsure)
