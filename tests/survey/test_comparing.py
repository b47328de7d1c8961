"""Differences between groups and between surveys."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from terreau.survey.results.comparing import change, difference, is_clear, mean_of
from terreau.survey.results.sampling import Interval


def test_the_bounds_are_those_of_welch():
    one, other = np.array([5.0, 4, 5, 3, 4, 5]), np.array([2.0, 1, 3, 2, 2, 4, 1, 2])
    found = difference(mean_of(one, np.ones(6)), mean_of(other, np.ones(8)))
    expected = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    np.testing.assert_allclose([found.low, found.high], [expected.low, expected.high])
    assert is_clear(found)


def test_answers_that_all_agree_are_no_certainty():
    found = difference(mean_of(np.full(5, 4.0), np.ones(5)), mean_of(np.full(5, 4.0), np.ones(5)))
    assert found.value == 0
    assert found.low < -0.2
    assert not is_clear(found)


def test_no_answer_no_mean():
    assert mean_of(np.array([np.nan, np.nan]), np.ones(2)) is None
    assert mean_of(np.array([np.nan, 4.0]), np.ones(2)).answers == 1


def test_a_change_has_the_width_of_both():
    found = change(Interval(2, 1.7, 2.3), Interval(3, 2.6, 3.4))
    assert round(found.value, 6) == 1
    assert round(found.low, 6) == 0.5
    assert round(found.high, 6) == 1.5


_scale = st.lists(st.integers(1, 5).map(float), min_size=2, max_size=30)


@given(_scale, _scale)
def test_a_difference_turned_round_changes_its_sign(first, second):
    one, other = (
        mean_of(np.array(first), np.ones(len(first))),
        mean_of(np.array(second), np.ones(len(second))),
    )
    there, back = difference(one, other), difference(other, one)
    np.testing.assert_allclose([there.value, there.low, there.high], [-back.value, -back.high, -back.low])
    assert there.low < there.value < there.high
