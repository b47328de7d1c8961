from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.numbers import french_number, french_quantity


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
