"""How old a confirmation may be: the days themselves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.directory.freshness import Freshness, freshness, months_before

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31))


@pytest.mark.parametrize(
    ("confirmed", "today", "expected"),
    [
        (None, date(2026, 3, 1), Freshness.NEVER),
        (date(2026, 3, 1), date(2026, 3, 1), Freshness.FRESH),
        (date(2025, 3, 2), date(2026, 3, 1), Freshness.FRESH),
        (date(2025, 3, 1), date(2026, 3, 1), Freshness.AGED),
        (date(2024, 3, 2), date(2026, 3, 1), Freshness.AGED),
        (date(2024, 3, 1), date(2026, 3, 1), Freshness.OFF_MAP),
        (date(2024, 2, 29), date(2025, 2, 28), Freshness.FRESH),
        (date(2024, 2, 29), date(2025, 3, 1), Freshness.AGED),
        (date(1999, 1, 1), date(2026, 3, 1), Freshness.OFF_MAP),
    ],
)
def test_the_days_on_which_a_sheet_ages(confirmed, today, expected):
    assert freshness(confirmed, today) is expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 7, 31), 13, date(2025, 6, 30)),
    ],
)
def test_months_before_keeps_the_day_or_the_last_of_the_month(day, months, expected):
    assert months_before(day, months) == expected


@given(days, st.integers(0, 240))
def test_months_before_lands_in_the_right_month(day, months):
    found = months_before(day, months)
    assert (day.year - found.year) * 12 + day.month - found.month == months
    assert found.day <= day.day


@given(days, days, st.integers(0, 240))
def test_months_before_keeps_the_order_of_days(one, other, months):
    first, second = sorted((one, other))
    assert months_before(first, months) <= months_before(second, months)


_ORDER = [Freshness.FRESH, Freshness.AGED, Freshness.OFF_MAP]


@given(days, days, st.integers(0, 3000))
def test_a_sheet_only_ever_gets_older(confirmed, today, later):
    now, then = freshness(confirmed, today), freshness(confirmed, today + timedelta(days=later))
    assert _ORDER.index(now) <= _ORDER.index(then)


@given(days)
def test_what_was_never_confirmed_never_ages(today):
    assert freshness(None, today) is Freshness.NEVER
