"""What may be told of the answers, and to whom.

A figure rests on ten answers to be public, on five to be shown at the meeting of those who answered
(`methods.md` B.4, rule iv). What is too small is put together with the next smallest, never left to be found
by difference; counts of a table are masked by the observatory's own rule and its further cells, against the
same attacker. What was published is known: a figure that moved by the answers of a few is not told again.
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
GROUP: Final = "group"
CELL: Final = "cell"
NEIGHBOUR: Final = "neighbour"
RECENT: Final = "recent"


@dataclass(frozen=True, slots=True)
class Former:
    """A figure as it was last published: on how many answers, in which of the survey's editions."""

    answers: int
    edition: int


@dataclass(frozen=True)
class Door:
    """Through which every figure of a view goes; `former` is what was already published."""

    least: int
    former: Mapping[str, Former] = field(default_factory=dict)

    @property
    def masks_cells(self) -> bool:
        """Whether small counts are masked: they are for all but those who read the answers."""
        return self.least > WORK

    def reason(self, key: str, base: Mask, added: Mask) -> str:
        """Why a figure that rests on these respondents is not told; `SHOWN` when it is.

        Args:
            key: what names the figure from one edition to the next.
            base: of the respondents, those who gave an answer to it.
            added: of the same respondents (rows), those who are not in each edition (columns).
        """
        count = int(base.sum())
        if count < self.least:
            return FEW
        if key not in self.former:
            return SHOWN
        before = self.former[key]
        new = int((base & added[:, before.edition]).sum())
        same = not new and count == before.answers
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
    """Groups put together, the smallest first, until each has enough; one alone when there are too few.

    A group that counts nobody is put together like the others: left out, it would be found by difference.
    """
    groups = [((name,), count) for name, count in counts.items()]
    small = [one for one in groups if one[1] < least]
    large = sorted((one for one in groups if one[1] >= least), key=lambda one: (-one[1], one[0]))
    while small and sum(count for _names, count in small) < least and large:
        small.append(large.pop())
    merged = tuple(name for names, _count in small for name in names)
    return [names for names, _count in large] + ([merged] if merged else [])


def masked_cells(counts: NDArray[np.intp], least: int = LEAST_IN_CELL) -> NDArray[np.str_]:
    """Of a table of counts, why each cell is not told: `CELL`, `NEIGHBOUR` or `SHOWN`.

    The last row of the answer is that of the totals of the columns; those of the rows are told. Cells hold
    people, none of whom weighs more than another: only the number rule of the observatory applies, with its
    further cells at the least cost. Those who answered read the table too, and know their own answer.
    """
    whole = np.vstack([counts, counts.sum(axis=0)])
    reasons = np.full(whole.shape, SHOWN, dtype="U9")
    primary = (whole > 0) & (whole < least)
    if not primary.any():
        return reasons
    masked = _masked(counts, least)
    # Where nothing else can hide the small cells, none of the table is told.
    reasons[(whole > 0) if masked is None else masked] = NEIGHBOUR
    if (_all_ones(whole, reasons != SHOWN)).any():
        reasons[:] = NEIGHBOUR
    if len(counts) == 1:
        # The one row and its totals are the same cells.
        reasons[:] = np.where((reasons != SHOWN).any(axis=0), NEIGHBOUR, SHOWN)
    reasons[primary] = CELL
    return reasons


def _masked(counts: NDArray[np.intp], least: int) -> Mask | None:
    """The cells and totals of columns to be masked; None when totals of rows could not be told then.

    Empty cells are told: everybody knows that a masked one is not empty. Where all that a line hides are
    ones, they are as many as their sum says, and a further cell is hidden with them.
    """
    more = np.zeros(counts.shape, dtype=bool)
    while True:
        masked = _suppressed(counts, least, more)
        if masked is None:
            return None
        ones = _all_ones(np.vstack([counts, counts.sum(axis=0)]), masked)[:-1] & ~masked[:-1] & (counts > 0)
        if not ones.any():
            return masked
        at = np.unravel_index(np.where(ones, counts, counts.max() + 1).argmin(), counts.shape)
        more[at] = True


def _all_ones(whole: NDArray[np.intp], masked: Mask) -> Mask:
    """The cells of the lines, whose total is told, of which all that is masked are ones."""
    hides = masked & (whole > 0)
    rows = hides.any(axis=1) & (np.where(hides, whole, 0).sum(axis=1) == hides.sum(axis=1))
    inner = hides[:-1]
    columns = inner.any(axis=0) & ~masked[-1]
    columns &= np.where(inner, whole[:-1], 0).sum(axis=0) == inner.sum(axis=0)
    found: Mask = rows[:, None] | columns[None, :]
    return found


def _suppressed(counts: NDArray[np.intp], least: int, more: Mask) -> Mask | None:
    """The cells that the observatory's program masks, `more` counted among the small ones."""
    from terreau.observatory.secrecy import primary, protecting
    from terreau.observatory.secrecy.table import TableError

    table, rule = protecting.read(_document(counts, least))
    codes = [table.codes(number) for number in range(table.size)]
    of_row = np.array([not one["column"] for one in codes])
    first = primary.few(table, rule) & ~of_row
    for at, code in enumerate(codes):
        if code["row"] not in ("", _NO_ROW) and code["column"]:
            first[at] |= more[int(code["row"]), int(code["column"])]
    # Nothing is worth the total of a row, which everybody is told.
    weights = table.values + of_row * 1e6
    try:
        masked, found, proof = protecting.suppress(table, first, weights, 0.0)
    except TableError:
        return None
    shown = protecting.published_bounds(table, masked, found)
    told = protecting.audit(table, first, masked, 0.0, found, shown, proof)
    if masked[of_row].any() or not told["passed"]:
        return None
    whole = np.zeros((len(counts) + 1, counts.shape[1]), dtype=bool)
    for code, hide in zip(codes, masked, strict=True):
        if hide and code["row"] != _NO_ROW:
            whole[int(code["row"] or len(counts)), int(code["column"])] = True
    return whole


# A dimension of one code has no total apart from it: a table of one row is given another, that is empty.
_NO_ROW: Final = "none"


def _document(counts: NDArray[np.intp], least: int) -> dict[str, object]:
    rows, columns = counts.shape
    names = [str(row) for row in range(rows)] + [_NO_ROW] * (rows == 1)
    return {
        "dimensions": {
            "row": [{"": names}],
            "column": [{"": [str(column) for column in range(columns)]}],
        },
        "cells": [
            {"row": str(row), "column": str(column), "n": int(count), "value": int(count)}
            for (row, column), count in np.ndenumerate(counts)
        ],
        "rule": {"min_units": least, "max_share": 1.0},
        # Those who answered read the table too, and know their own answer.
        "insiders": True,
    }
