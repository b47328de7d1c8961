"""What may be told of the answers, and to whom.

A figure rests on ten answers to be public, on five to be shown at the meeting of those who answered
(`methods.md` B.4, rule iv). What is too small is put together with the next smallest, never left to be found
by difference; counts of a table are masked by the observatory's own rule and its further cells, against the
same attacker. What was published once is known: a figure that moved by the answers of a few is not told again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

PUBLIC: Final = 10
MEETING: Final = 5
# To the agent, who reads the answers themselves.
WORK: Final = 1
# Answers to one choice, below which they are not counted aloud (the observatory's rule).
LEAST_IN_CELL: Final = 3

SHOWN: Final = ""
FEW: Final = "few"
CELL: Final = "cell"
NEIGHBOUR: Final = "neighbour"
RECENT: Final = "recent"


@dataclass(frozen=True)
class Door:
    """Through which every figure of a view goes.

    `former` is how many answers each figure rested on in the last edition of the survey, and `added` says of
    each respondent whether they are in it; a survey without edition has neither.
    """

    least: int
    former: Mapping[str, int] = field(default_factory=dict)
    added: Mask | None = None

    @property
    def masks_cells(self) -> bool:
        """Whether small counts are masked: they are for all but those who read the answers."""
        return self.least > WORK

    def reason(self, key: str, base: Mask) -> str:
        """Why a figure that rests on these respondents is not told; `SHOWN` when it is."""
        count = int(base.sum())
        if count < self.least:
            return FEW
        if self.added is None or key not in self.former:
            return SHOWN
        new = int((base & self.added).sum())
        same = not new and count == self.former[key]
        return SHOWN if same or new >= self.least else RECENT


def hidden(counts: Sequence[int], least: int) -> Mask:
    """Of groups that part a known whole, those whose figures are not told.

    The small ones, and as many of the next as it takes for the answers hidden together to be enough: what
    can be found by difference is then the figure of a group that might have been told.
    """
    sizes = np.asarray(counts)
    hide: Mask = (sizes > 0) & (sizes < least)
    for at in np.argsort(sizes, kind="stable"):
        if not hide.any() or int(sizes[hide].sum()) >= least:
            break
        if sizes[at] and not hide[at]:
            hide[at] = True
    return hide


def together(counts: Mapping[str, int], least: int) -> list[tuple[str, ...]]:
    """Groups put together, the smallest first, until each has enough; one alone when there are too few."""
    groups = [((name,), count) for name, count in counts.items() if count]
    small = [one for one in groups if one[1] < least]
    large = sorted((one for one in groups if one[1] >= least), key=lambda one: (-one[1], one[0]))
    while small and sum(count for _names, count in small) < least and large:
        small.append(large.pop())
    merged = tuple(name for names, _count in small for name in names)
    return [names for names, _count in large] + ([merged] if merged else [])


def masked_cells(counts: NDArray[np.intp], least: int = LEAST_IN_CELL) -> NDArray[np.str_]:
    """Of a table of counts whose margins are told, why each cell is not: `CELL`, `NEIGHBOUR` or `SHOWN`.

    A table of one row is a distribution. Cells hold people, none of whom weighs more than another: only the
    number rule of the observatory applies, with its further cells at the least cost.
    """
    from terreau.observatory.secrecy.protecting import protect
    from terreau.observatory.secrecy.table import TableError

    reasons = np.full(counts.shape, SHOWN, dtype="U9")
    primary = (counts > 0) & (counts < least)
    if not primary.any():
        return reasons
    try:
        found = protect(_document(counts, least))["cells"]
    except TableError:
        # Nothing else can hide these cells: none of the table is told.
        reasons[counts > 0] = NEIGHBOUR
        reasons[primary] = CELL
        return reasons
    for cell in found:
        if cell["status"] == "published" or "" in (cell["row"], cell["column"]):
            continue
        at = int(cell["row"][1:]), int(cell["column"][1:])
        reasons[at] = CELL if primary[at] else NEIGHBOUR
    return reasons


def _document(counts: NDArray[np.intp], least: int) -> dict[str, object]:
    rows, columns = counts.shape
    return {
        "dimensions": {
            "row": [{"": [f"r{row}" for row in range(rows)]}],
            "column": [{"": [f"c{column}" for column in range(columns)]}],
        },
        "cells": [
            {"row": f"r{row}", "column": f"c{column}", "n": int(count), "value": int(count), "max": 0}
            for (row, column), count in np.ndenumerate(counts)
        ],
        "rule": {"min_units": least, "max_share": 1.0},
        # Those who answered read the table too.
        "insiders": True,
        "weights": "n",
    }
