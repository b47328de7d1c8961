"""Lists of rows that grow without script: a filled row is always shown, one that is sent always read."""

from __future__ import annotations

import pytest

from terreau.accounts.fields import EMPTY_ROWS, MOST_ROWS, count_rows


@pytest.mark.parametrize(
    ("filled", "shown"),
    [(0, EMPTY_ROWS), (5, 5 + EMPTY_ROWS), (MOST_ROWS, MOST_ROWS), (MOST_ROWS + 4, MOST_ROWS + 4)],
)
def test_every_filled_row_is_shown_and_empty_ones_while_there_are_few(filled, shown):
    assert count_rows(None, "budget", range(filled)) == shown


def test_every_row_that_is_sent_is_read():
    sent = {f"budget-{at}-year": "2027" for at in range(MOST_ROWS + 4)}
    assert count_rows(sent, "budget", ()) == MOST_ROWS + 4


def test_a_forged_number_of_rows_stays_within_two_figures():
    assert count_rows({"budget-99-year": "1", "budget-100000-year": "1"}, "budget", ()) == 100
