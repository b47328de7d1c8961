"""Averages of the judges of a grid, and what may be told of them: no base, no request, no clock.

A judge's mark is never told. An average is told from `LEAST_JUDGES` marks on; the one of all judges is held
back too where, with those of the colleges, it would give away the marks of one or two people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

LEAST_JUDGES: Final = 3
LOWEST, HIGHEST = 0, 10
# From this gap on, two colleges do not see the same thing: it is worth a discussion.
WIDE_GAP: Final = 2.0

# A mark from 0 to 10; None is « sans réponse ».
Mark = int | None


@dataclass(frozen=True, slots=True)
class Score:
    """What may be told of one statement.

    `colleges` holds the averages that may be told; `count` is how many gave a mark, `value` is None where
    nobody did or where it may not be told.
    """

    value: float | None
    count: int
    colleges: Mapping[str, float]

    @property
    def gap(self) -> float | None:
        """Between the college that sees it best and the one that sees it worst; None with fewer than two."""
        if len(self.colleges) < 2:
            return None
        # What is left beyond is the rounding of the machine: 13/3 is two points above 7/3.
        return round(max(self.colleges.values()) - min(self.colleges.values()), 9)


def average(marks: Iterable[float | None]) -> float | None:
    """The mean of the marks given; those who did not answer are left out, and nobody's answer is no score."""
    given = [mark for mark in marks if mark is not None]
    return sum(given) / len(given) if given else None


def score(marks: Mapping[str, Sequence[Mark]]) -> Score:
    """What may be told of one statement.

    Args:
        marks: college → the mark of each of its judges.
    """
    given = {college: [one for one in ones if one is not None] for college, ones in marks.items()}
    told = {college: sum(ones) / len(ones) for college, ones in given.items() if len(ones) >= LEAST_JUDGES}
    count = sum(len(ones) for ones in given.values())
    hidden = count - sum(len(given[college]) for college in told)
    whole = average(mark for ones in given.values() for mark in ones)
    may_be_told = count >= LEAST_JUDGES and (hidden == 0 or hidden >= LEAST_JUDGES)
    return Score(whole if may_be_told else None, count, told)


def wide_gaps(scores: Mapping[str, Score], *, least: float = WIDE_GAP) -> list[str]:
    """The statements on which colleges differ most, the widest gap first."""
    gaps = {key: one.gap for key, one in scores.items() if one.gap is not None and one.gap >= least}
    return sorted(gaps, key=lambda key: (-(gaps[key] or 0.0), key))


def criticality(probability: int, severity: int) -> int:
    """From 1 to 25: how likely a barrier is met, times how much it holds back."""
    return probability * severity
