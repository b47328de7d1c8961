"""Figures, shares and days as a French reader writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from terreau.portal.templatetags.terreau import day, figure, percent


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (999, "999"),
        (1_234_567, "1\u202f234\u202f567"),
        (-1_500, "-1\u202f500"),
        (12.5, "12,50"),
        (12.567, "12,57"),
        (1_000.0, "1\u202f000"),
        (None, "—"),
        ("", "—"),
    ],
)
def test_a_number_has_narrow_spaces_and_a_comma(value, shown):
    assert figure(value) == shown


def test_a_share_is_told_in_percent():
    assert percent(0.256) == "26\u00a0%"
    assert percent(0.1239, 1) == "12,4\u00a0%"
    assert percent(None) == "—"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 11, 22), "22 novembre 2026"),
        (date(2026, 1, 1), "1er janvier 2026"),
        ("2017-12-11", "11 décembre 2017"),
        ("2017-12", "décembre 2017"),
        ("2017", "2017"),
        ("1999-04-01", "1er avril 1999"),
        ("jadis, dit-on", "jadis, dit-on"),
        # What happened at half past midnight in Paris happened on that day there.
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), "1er juillet 2026"),
        (None, "date inconnue"),
    ],
)
def test_a_day_is_told_with_what_is_known_of_it(value, shown):
    assert day(value) == shown
