"""Scores, quadrants, ranks with their uncertainty, the shortlist of a committee."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from terreau.survey.results.priorities import (
    basic_rating,
    gap,
    naccho_rating,
    opportunity,
    overall_rating,
    quadrant,
    ranks,
    spreads,
)

_scale = st.floats(1, 5)


def test_the_scores_of_a_need():
    assert gap(5, 1) == 5  # all want it, none has it
    assert gap(5, 5) == 0
    assert gap(4, 2) == 3
    assert opportunity(4, 2) == 6
    assert opportunity(2, 4) == 2


def test_the_four_quadrants():
    assert [quadrant(i, s) for i, s in ((4, 2), (4, 4), (2, 2), (2, 4))] == ["act", "keep", "watch", "enough"]
    assert quadrant(3, 3) == "keep"


def test_the_worked_example_of_hanlon():
    # methods.md C.3: A = 8, B = 15, C = 6.
    assert basic_rating(8, 15, 6) == 46
    assert overall_rating(46, [True] * 5) == 46
    assert overall_rating(46, [True, True, False, True, True]) == 0


def test_the_variant_of_naccho_is_another_figure():
    assert naccho_rating(8, 7.5, 6) == 138
    with pytest.raises(ValueError, match="0 to 10"):
        naccho_rating(8, 15, 6)
    with pytest.raises(ValueError, match="0 to 20"):
        basic_rating(8, 21, 6)


def test_ties_share_their_rank():
    assert ranks([3.0, 1.0, 3.0, 2.0]) == [1, 4, 1, 3]


def _answers(*rows) -> np.ndarray:
    return np.array(rows, dtype=float)


def test_needs_that_all_rate_alike_tie_in_every_draw():
    importance = np.full((20, 3), 4.0)
    found = spreads(importance, np.full((20, 3), 2.0), np.ones(20), 1)
    assert [(one.best, one.worst, one.low, one.high) for one in found] == [(1, 1, 3, 3)] * 3


def test_a_need_far_ahead_is_first_in_every_draw_and_others_share_the_rest():
    rng = np.random.default_rng(3)
    importance = np.column_stack([np.full(40, 5.0), rng.integers(2, 5, 40), rng.integers(2, 5, 40)])
    satisfaction = np.column_stack([np.full(40, 1.0), rng.integers(2, 5, 40), rng.integers(2, 5, 40)])
    first, second, third = spreads(importance, satisfaction, np.ones(40), 7)
    assert (first.best, first.worst) == (1, 1)
    assert second.best == third.best == 2
    assert second.worst == third.worst == 3


def test_the_seed_gives_the_same_bounds_again():
    importance = _answers([5, 2], [4, 3], [3, np.nan], [5, 1])
    satisfaction = _answers([1, 4], [2, np.nan], [3, 2], [2, 5])
    assert spreads(importance, satisfaction, np.ones(4), 5) == spreads(
        importance, satisfaction, np.ones(4), 5
    )


def test_a_need_that_nobody_answered_has_no_bounds():
    found = spreads(_answers([5, np.nan], [4, np.nan]), _answers([1, 2], [2, 2]), np.ones(2), 5)
    assert found[1] is None
    assert (found[0].best, found[0].worst) == (1, 1)
    assert spreads(np.empty((0, 2)), np.empty((0, 2)), np.empty(0), 1) == [None, None]


@given(_scale, _scale)
def test_scores_keep_their_bounds_and_grow_with_importance(importance, satisfaction):
    assert 0 <= gap(importance, satisfaction) <= 5
    assert 1 <= opportunity(importance, satisfaction) <= 9
    assert gap(min(5, importance + 0.5), satisfaction) >= gap(importance, satisfaction)
    assert gap(importance, min(5, satisfaction + 0.5)) <= gap(importance, satisfaction)


@given(st.floats(0, 10), st.floats(0, 20), st.floats(0, 10), st.lists(st.booleans(), min_size=5, max_size=5))
def test_ratings_keep_their_bounds(size, seriousness, effectiveness, pearl):
    basic = basic_rating(size, seriousness, effectiveness)
    assert 0 <= basic <= 100
    assert overall_rating(basic, pearl) == (basic if all(pearl) else 0)


@given(st.lists(st.integers(0, 6).map(float), min_size=1))
def test_ranks_follow_scores(scores):
    found = ranks(scores)
    assert min(found) == 1
    assert all(
        (a < b) == (x > y)
        for a, x in zip(found, scores, strict=True)
        for b, y in zip(found, scores, strict=True)
    )


_answer = st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, float("nan")])


@settings(max_examples=30, deadline=None)
@given(arrays(float, (12, 4), elements=_answer), arrays(float, (12, 4), elements=_answer), st.integers(0, 99))
def test_bounds_are_ordered_whatever_was_answered(importance, satisfaction, seed):
    for one in spreads(importance, satisfaction, np.ones(12), seed, replicates=60):
        if one is not None:
            assert 0 <= one.low <= one.high <= 5
            assert 1 <= one.best <= one.worst <= 4
