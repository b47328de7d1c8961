"""When a question is due, and what a code on paper looks like."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from terreau.freshness.rules import ALPHABET, CODE_LENGTH, draw_code, is_due, read_code, written_code

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31))


@given(days, days)
def test_nobody_is_asked_twice_within_eleven_months_and_a_half(asked, today):
    if is_due(None, asked, today):
        assert (today - asked).days >= 365 or today < asked


@given(days, st.integers(0, 330))
def test_who_confirmed_lately_is_not_asked(today, ago):
    assert not is_due(today - timedelta(days=ago), None, today)


@given(days)
def test_who_never_confirmed_is_asked_once(today):
    assert is_due(None, None, today)
    assert not is_due(None, today, today)


@given(st.integers())
def test_a_code_is_read_however_it_is_typed(seed):
    code = draw_code(random.Random(seed).choice)
    assert len(code) == CODE_LENGTH
    for typed in (code, written_code(code), written_code(code).lower(), f"  {' '.join(code)} "):
        assert read_code(typed) == code


@given(st.text(max_size=80))
def test_what_is_no_code_is_read_as_none(text):
    found = read_code(text)
    assert found == "" or (len(found) == CODE_LENGTH and set(found) <= set(ALPHABET))


def test_no_two_signs_are_mistaken_for_one_another():
    assert len(set(ALPHABET)) == len(ALPHABET)
    for pair in ("O0", "1I", "1L", "5S", "2Z", "8B", "UV"):
        assert sum(sign in ALPHABET for sign in pair) < 2, pair
