"""A day that people say has been."""

from __future__ import annotations

from datetime import date

import pytest

from terreau.core.errors import TerreauError
from terreau.journal.days import day_past

TODAY = date(2026, 3, 31)


@pytest.fixture(autouse=True)
def _on_that_day(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)


@pytest.mark.parametrize("day", [TODAY, date(2026, 4, 1), date(2012, 2, 29), date(1900, 1, 1)])
def test_a_day_that_is_here_or_behind_us_is_kept(day):
    """Tomorrow too: where the sun rises earlier, it has come."""
    assert day_past(day, where="date") == day


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 4, 2), "pas encore venu"),
        (date(9999, 12, 31), "pas encore venu"),
        (date(26, 3, 1), "quatre chiffres"),
    ],
)
def test_a_day_to_come_or_a_year_of_two_figures_is_told(day, said):
    with pytest.raises(TerreauError) as refused:
        day_past(day, where="date")
    assert said in f"{refused.value.message} {refused.value.remedy}"
