from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.numbers import french_number, french_quantity, whole_number


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, None, "0"),
        (100, None, "100"),
        (1137702, None, "1\u202f137\u202f702"),
        (10.2, None, "10,2"),
        (9.865206, None, "9,87"),
        (9.865206, 1, "9,9"),
        (12, 1, "12,0"),
        (-3.5, None, "−3,5"),
        (-0.001, 1, "0,0"),
        (None, None, "non disponible"),
        (math.nan, 1, "non disponible"),
    ],
)
def test_numbers(value: float | None, decimals: int | None, text: str) -> None:
    assert french_number(value, decimals) == text


def test_unit_follows_a_no_break_space_and_only_a_value() -> None:
    assert french_quantity(10.2, "%") == "10,2\u00a0%"
    assert french_quantity(3, "") == "3"
    assert french_quantity(None, "%") == "non disponible"


@given(st.integers(-(10**12), 10**12))
def test_an_integer_can_be_read_back(value: int) -> None:
    assert int(french_number(value).replace("\u202f", "").replace("−", "-")) == value


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("0", 0), ("", 7), ("-1", 7), ("1e3", 7), ("²", 7), ("٣", 7), ("1" * 5000, 7)],
)
def test_what_a_form_carries_is_a_whole_number_or_the_default(text: str, number: int) -> None:
    assert whole_number(text, 7) == number


@given(st.text())
def test_whatever_is_received_is_a_number_in_reach(text: str) -> None:
    assert 0 <= whole_number(text) < 10**9
