"""What follows from days in the governance of a plan: the days of its reviews, what was missed. Pure."""

from __future__ import annotations

from datetime import date
from typing import Final

from terreau.practices.rules import months_after

MEETS_EVERY: Final = 3
# The months that may be chosen: how long an action may say nothing before it is thought to sleep.
SLEEPS_AFTER: Final = (2, 3, 4, 6, 9, 12, 18, 24)
SLEEPS_BY_DEFAULT: Final = 6
MOST_REVIEWS: Final = 120


def review_state(due_on: date, held_on: date | None, missed: bool, today: date) -> str:
    """How a review is told: held, missed, past without anyone saying what came of it, or to come."""
    if held_on is not None:
        return "held"
    if missed:
        return "missed"
    return "silent" if due_on < today else "planned"


def review_days(first: date, last: date, every: int) -> list[date]:
    """The days of reviews, every so many months from the first, up to the last.

    A first day of the end of a month stays at the end of each: from January 31, February 28, March 31.
    """
    days: list[date] = []
    for number in range(MOST_REVIEWS):
        day = months_after(first, number * every)
        if day > last:
            break
        days.append(day)
    return days
