"""What is written compactly is what the standard library would read and write."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.compact_json import dumps, loads

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(VALUES)
def test_what_is_written_is_read_by_the_standard_library(value):
    assert json.loads(dumps(value)) == value


@given(VALUES)
def test_what_is_written_is_read_again(value):
    written = dumps(value)
    if all(abs(number) < 2**63 for number in _numbers(value)):
        assert loads(written) == value


def _numbers(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for item in value for number in _numbers(item)]
    return [value] if isinstance(value, int) else []


def test_letters_stay_and_nothing_is_spaced():
    assert dumps({"é": [1, "œ"]}) == '{"é":[1,"œ"]}'


def test_what_is_not_json_is_refused():
    with pytest.raises(ValueError, match="unexpected"):
        loads("{")
    with pytest.raises(TypeError):
        dumps(object())
