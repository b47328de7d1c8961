"""What the marks of several assessors say together, and what follows for a project. Pure.

A mark goes from 0 to 4 (methods D.1). One that is missing may be any of them: it makes an interval, never a
zero. Each college counts as much as another, however many its members.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

LOWEST, HIGHEST = 0, 4
# From this gap on, a mark is worth a discussion.
WIDE_GAP: Final = 2
# Over 100: from which value a project is kept, and under which it is left.
KEEP_FROM, LEAVE_UNDER = 60, 40

Mark = int | None
Interval = tuple[float, float]
WHOLE_SCALE: Final[Interval] = (float(LOWEST), float(HIGHEST))


def agreed(marks: Mapping[str, Sequence[Mark]]) -> Interval:
    """The mark of one project on one criterion, all colleges alike.

    Args:
        marks: college → the mark of each member who sent theirs, None where they gave none.

    Returns:
        The mean of the means of the colleges, at the least and at the most; the whole scale where nobody
        could say anything.
    """
    colleges = [ones for ones in marks.values() if ones]
    if not colleges:
        return WHOLE_SCALE
    # In fractions: means of 4/3, 1 and 2/3 make 1, which is not under the floor of a veto.
    low, high = (
        sum(Fraction(sum(end if mark is None else mark for mark in ones)) / len(ones) for ones in colleges)
        / len(colleges)
        for end in (LOWEST, HIGHEST)
    )
    return float(low), float(high)


def gap(marks: Iterable[Mark]) -> int:
    """Between the highest mark given and the lowest."""
    given = [mark for mark in marks if mark is not None]
    return max(given) - min(given) if given else 0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Over 100: from which value a project is kept, and under which it is left."""

    keep_from: int = KEEP_FROM
    leave_under: int = LEAVE_UNDER


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for a project, and why; `outcome` is empty where missing marks would change it."""

    outcome: str
    reason: str


# Reasons, told in French by `wording`.
VETO, MAYBE_VETO, HIGH, BETWEEN, LOW, UNSURE = "veto", "maybe_veto", "high", "between", "low", "unsure"


def propose(value: Interval, vetoes: Sequence[tuple[Interval, float]], bars: Thresholds) -> Proposal:
    """What the marks propose for a project.

    Args:
        value: over 100, at the least and at the most.
        vetoes: mark and floor of each criterion that has one; below its floor, a project is to be reworked
            whatever the rest is worth.
        bars: the thresholds of the territory.
    """
    low, high = value
    if any(mark[1] < floor for mark, floor in vetoes):
        return Proposal("rework", VETO)
    if high < bars.leave_under:
        return Proposal("aside", LOW)
    if bars.leave_under <= low and high < bars.keep_from:
        return Proposal("rework", BETWEEN)
    if low < bars.keep_from:
        return Proposal("", UNSURE)
    if any(mark[0] < floor for mark, floor in vetoes):
        return Proposal("", MAYBE_VETO)
    return Proposal("selected", HIGH)
