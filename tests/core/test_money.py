"""Amounts as they are typed, and read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.money import amount_typed, read_amount, to_units


@pytest.mark.parametrize(
    ("units", "currency", "typed"),
    [
        (None, "EUR", ""),
        (0, "EUR", "0"),
        (150_000_000, "EUR", "1\u202f500\u202f000"),
        (12_345, "EUR", "123,45"),
        (1_500_000, "XOF", "1\u202f500\u202f000"),
        (1_500, "écus", "1\u202f500"),
    ],
)
def test_an_amount_is_typed_with_cents_only_where_there_are_some(units, currency, typed):
    assert amount_typed(units, currency) == typed


@given(st.integers(0, 10**14), st.sampled_from(["EUR", "XOF", "TND", "écus"]))
def test_what_a_form_shows_is_read_as_it_was(units, currency):
    assert to_units(read_amount(amount_typed(units, currency)), currency) == units
