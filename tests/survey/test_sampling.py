"""How many must answer, and within what bounds."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.survey.results.sampling import (
    informative_size,
    is_census_advised,
    margin_of_error,
    sample_size,
    wilson,
)


@pytest.mark.parametrize(("population", "needed"), [(80, 67), (200, 132), (500, 218)])
def test_the_sizes_published_for_five_points(population, needed):
    # methods.md C.2; rounded up, so that the margin is kept.
    assert sample_size(population) == needed
    assert margin_of_error(needed, population) <= 0.05


def test_below_one_hundred_and_fifty_all_are_asked():
    assert is_census_advised(149)
    assert not is_census_advised(150)


def test_the_published_wilson_intervals():
    # Newcombe (1998), table I, method 3: 81 of 263, and 0 of 10 (methods.md B.3).
    found = wilson(81 / 263, 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    assert wilson(0, 10).low == 0
    assert round(wilson(0, 10).high, 4) == 0.2775


def test_what_cannot_be_a_proportion_is_refused():
    with pytest.raises(ValueError, match="proportion"):
        wilson(0.5, 0)
    with pytest.raises(ValueError, match="proportion"):
        wilson(1.2, 10)
    with pytest.raises(ValueError, match="margin"):
        sample_size(100, margin=0)


def test_when_all_have_answered_nothing_is_left_to_chance():
    assert margin_of_error(80, 80) == 0
    assert informative_size(70.0, 80, 80) == math.inf
    assert wilson(0.3, math.inf).low == 0.3
    assert margin_of_error(0, 80) is None
    assert sample_size(0) == 0


@given(st.integers(1, 100_000), st.floats(0.01, 0.3))
def test_the_size_keeps_its_margin_and_is_the_least_to_do_so(population, margin):
    needed = sample_size(population, margin)
    assert 1 <= needed <= population
    assert margin_of_error(needed, population) <= margin + 1e-9
    if needed > 1:
        assert margin_of_error(needed - 1, population) > margin - 1e-9


@given(st.floats(0, 1), st.floats(1, 1e6))
def test_the_interval_holds_the_share_and_mirrors_itself(share, size):
    found, mirror = wilson(share, size), wilson(1 - share, size)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert math.isclose(found.low, 1 - mirror.high, abs_tol=1e-9)


@given(st.integers(1, 1000), st.integers(1, 1000))
def test_a_larger_part_of_the_actors_says_more(answers, more):
    population = answers + more
    worth = informative_size(answers, answers, population)
    assert worth >= answers
    assert margin_of_error(answers, population) <= margin_of_error(answers, population + 10) + 1e-12
