"""How many there are from two lists: the worked example of the methods, then what holds of any two lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.observatory.coverage import TwoLists, chapman, known_share


@st.composite
def two_lists(draw: st.DrawFn) -> TwoLists:
    both = draw(st.integers(1, 2_000))
    return TwoLists(both + draw(st.integers(0, 20_000)), both + draw(st.integers(0, 20_000)), both)


def test_the_worked_example():
    """B.2: n₁ = 10, n₂ = 15, m = 5 → 28,33; the variance of the formula, 11·16·5·10/(6²·7)."""
    found = chapman(TwoLists(10, 15, 5))
    assert found.value == pytest.approx(28.33, abs=0.005)
    assert found.variance == pytest.approx(8800 / 252)
    # Interval on the logarithm of the 8,33 that neither list knows: 20 + 8,33/3,494 and 20 + 8,33·3,494.
    assert (found.low, found.high) == (pytest.approx(22.385, abs=0.005), pytest.approx(49.12, abs=0.02))


def test_two_lists_that_are_one_know_everything():
    found = chapman(TwoLists(12, 12, 12))
    assert (found.value, found.variance, found.low, found.high) == (12, 0, 12, 12)


def test_lists_that_share_nothing_tell_nothing():
    assert chapman(TwoLists(10, 15, 0)) is None


def test_what_is_common_is_in_both():
    with pytest.raises(ValueError, match="cannot be common"):
        TwoLists(3, 10, 4)
    with pytest.raises(ValueError, match="cannot be common"):
        TwoLists(3, 10, -1)


def test_what_is_known_over_what_there_is():
    share = known_share(20, chapman(TwoLists(10, 15, 5)))
    assert share.value == pytest.approx(20 / 28.333, abs=1e-4)
    assert share.low < share.value < share.high <= 1


def test_knowing_more_than_was_estimated_is_no_coverage():
    assert known_share(29, chapman(TwoLists(10, 15, 5))) is None


@given(two_lists())
def test_the_interval_holds_the_estimate_and_never_less_than_is_known(lists):
    found = chapman(lists)
    assert lists.together - 1e-6 <= found.low <= found.value + 1e-6
    assert found.value <= found.high + 1e-6
    assert found.variance >= 0


@given(two_lists())
def test_the_order_of_the_lists_is_of_no_account(lists):
    assert chapman(lists) == chapman(TwoLists(lists.second, lists.first, lists.both))


@given(two_lists())
def test_the_more_they_share_the_fewer_there_are(lists):
    if lists.both < min(lists.first, lists.second):
        more = TwoLists(lists.first, lists.second, lists.both + 1)
        assert chapman(more).value < chapman(lists).value


@given(two_lists())
def test_a_coverage_is_a_share_with_its_bounds_in_order(lists):
    share = known_share(lists.together, chapman(lists))
    if share is not None:
        assert 0 <= share.low <= share.value + 1e-9
        assert share.value <= share.high + 1e-9
        assert share.high <= 1
