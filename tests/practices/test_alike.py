"""Gower's distance: the worked example of the method, and what always holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.practices.alike import (
    LEAST_FOR_MEDIAN,
    LEAST_FOR_SPREAD,
    difference,
    gower,
    log_population,
    nearest,
    ranges_of,
    spread_of,
)

# methods E: (country, population, kind, coast), the populations over a range of 260,000.
FIRST = {"country": "FR", "population": 120_000, "kind": "urbain", "coast": True}
SECOND = {"country": "SN", "population": 300_000, "kind": "urbain", "coast": False}
THIRD = {"country": "ML", "population": 40_000, "kind": "rural", "coast": False}

values = st.fixed_dictionaries(
    {},
    optional={
        "population": st.floats(0, 8),
        "framework": st.floats(0, 10),
        "kind": st.sampled_from(["urban", "rural"]),
        "coast": st.booleans(),
        "sectors": st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9), min_size=1).map(
            lambda counts: {key: count / sum(counts.values()) for key, count in counts.items()}
        ),
    },
)
weighing = st.dictionaries(
    st.sampled_from(["population", "framework", "kind", "coast", "sectors"]), st.integers(0, 3)
)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [(FIRST, SECOND, 0.6731), (FIRST, THIRD, 0.8269), (SECOND, THIRD, 0.7500)],
)
def test_the_worked_example_of_the_method(one, other, distance):
    ranges = ranges_of([FIRST, SECOND, THIRD])
    assert ranges == {"population": 260_000}
    found, shared = gower(one, other, ranges)
    assert found == pytest.approx(distance, abs=0.00005)
    assert shared == ("country", "population", "kind", "coast")


def test_what_one_town_does_not_know_is_dropped_for_that_pair_alone():
    unknown = {key: value for key, value in SECOND.items() if key != "population"}
    ranges = ranges_of([FIRST, unknown, THIRD])
    found, shared = gower(FIRST, unknown, ranges)
    assert (found, shared) == (pytest.approx(2 / 3), ("country", "kind", "coast"))
    assert gower(FIRST, THIRD, ranges)[1] == ("country", "population", "kind", "coast")


def test_shares_differ_by_what_would_change_hands():
    assert difference({"a": 0.5, "b": 0.5}, {"a": 0.5, "c": 0.5}, 0) == pytest.approx(0.5)
    assert difference({"a": 1.0}, {"b": 1.0}, 0) == 1


def test_a_weight_of_nothing_leaves_a_variable_out_and_a_heavier_one_counts_more():
    ranges = ranges_of([FIRST, SECOND, THIRD])
    assert gower(FIRST, SECOND, ranges, {"country": 0, "coast": 0})[1] == ("population", "kind")
    assert gower(FIRST, SECOND, ranges, {"kind": 3})[0] < gower(FIRST, SECOND, ranges)[0]
    assert gower(FIRST, SECOND, ranges, dict.fromkeys(FIRST, 0)) == (None, ())


@given(one=values, other=values, third=values, weights=weighing)
def test_a_distance_is_between_nothing_and_one_alike_both_ways_and_nothing_to_itself(
    one, other, third, weights
):
    ranges = ranges_of([one, other, third])
    found, shared = gower(one, other, ranges, weights)
    back, same = gower(other, one, ranges, weights)
    assert set(shared) == set(same) <= set(one) & set(other)
    if found is None:
        assert back is None
    else:
        assert 0 <= found <= 1 + 1e-9
        assert back == pytest.approx(found)
    itself, _shared = gower(one, one, ranges, weights)
    assert itself is None or itself == pytest.approx(0)


@given(mine=values, others=st.lists(values, max_size=15), weights=weighing)
def test_the_nearest_come_in_order_ten_at_most_each_with_what_was_shared(mine, others, weights):
    asked = dict.fromkeys(mine, 1) | weights
    found = nearest(mine, dict(enumerate(others)), asked)
    assert len(found) <= 10
    assert [one.distance for one in found] == sorted(one.distance for one in found)
    wanted = {name for name, weight in asked.items() if weight > 0}
    for one in found:
        assert set(one.shared) | set(one.missing) >= wanted
        assert not set(one.shared) & set(one.missing)


def test_too_little_known_together_is_not_compared():
    assert nearest({"kind": "urban", "coast": True}, {1: {"kind": "urban"}}) == []
    assert len(nearest({"kind": "urban"}, {1: {"kind": "urban"}}, {"kind": 1})) == 1


@given(st.lists(st.floats(0, 1000), max_size=12))
def test_no_figure_of_one_town_can_be_read_off(figures):
    found = spread_of(figures)
    assert found.towns == len(figures)
    assert (found.median is not None) == (len(figures) >= LEAST_FOR_MEDIAN)
    assert (found.low is not None) == (found.high is not None) == (len(figures) >= LEAST_FOR_SPREAD)
    if found.low is not None:
        assert min(figures) <= found.low <= found.median <= found.high <= max(figures)


def test_the_spread_of_five_figures():
    found = spread_of([10, 20, 30, 40, 50])
    assert (found.low, found.median, found.high) == (20, 30, 40)


def test_populations_are_compared_by_how_many_times_larger():
    assert log_population(100_000) - log_population(10_000) == pytest.approx(1)
    assert log_population(None) is None
