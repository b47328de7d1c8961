"""How old a confirmation may be: pure rules on days.

Counted from the day a person last confirmed the sheet. A sheet that was only ever imported has no such day
and never ages: it says « jamais confirmée », with its source's date.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum

AGED_AFTER_MONTHS = 12
LEAVES_MAP_AFTER_MONTHS = 24


class Freshness(Enum):
    """Where a sheet stands since a person last confirmed it."""

    NEVER = "never"
    FRESH = "fresh"
    AGED = "aged"
    OFF_MAP = "off_map"


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the month's last day when there is no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def fresh_from(today: date) -> date:
    """The first day of confirmation that is still fresh."""
    return months_before(today, AGED_AFTER_MONTHS) + timedelta(days=1)


def on_map_from(today: date) -> date:
    """The first day of confirmation that keeps a sheet on the map."""
    return months_before(today, LEAVES_MAP_AFTER_MONTHS) + timedelta(days=1)


def freshness(confirmed_on: date | None, today: date) -> Freshness:
    """Fresh up to 12 months and one day short, aged from 12, off the map from 24."""
    if confirmed_on is None:
        return Freshness.NEVER
    if confirmed_on <= months_before(today, LEAVES_MAP_AFTER_MONTHS):
        return Freshness.OFF_MAP
    if confirmed_on <= months_before(today, AGED_AFTER_MONTHS):
        return Freshness.AGED
    return Freshness.FRESH
