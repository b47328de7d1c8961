from __future__ import annotations

import math
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.documents.classes import Method, class_of, classify

values_lists = st.lists(st.integers(0, 500).map(float), min_size=1, max_size=60)
methods = st.sampled_from(["jenks", "quantile"])


def test_natural_breaks_of_three_clear_groups() -> None:
    found = classify([1, 2, 3, 100, 101, 1000, 1001, 1002], classes=3)
    assert [(one.low, one.high, one.count) for one in found] == [(1, 3, 3), (100, 101, 2), (1000, 1002, 3)]


def test_quantiles_share_out_the_values() -> None:
    assert [one.count for one in classify(range(1, 101), classes=4, method="quantile")] == [25, 25, 25, 25]


def test_fewer_values_than_classes_and_missing_ones() -> None:
    assert [(one.low, one.high) for one in classify([7, 7, math.nan], classes=5)] == [(7, 7)]
    assert classify([math.nan]) == []


@given(values_lists, st.integers(1, 5), methods)
def test_every_value_falls_in_one_class_and_classes_do_not_overlap(
    values: list[float], wanted: int, method: Method
) -> None:
    found = classify(values, classes=wanted, method=method)
    assert 1 <= len(found) <= wanted
    assert sum(one.count for one in found) == len(values)
    assert all(a.high < b.low for a, b in pairwise(found))
    for value in values:
        one = found[class_of(value, found)]
        assert one.low <= value <= one.high


def brute_force(values: list[float], wanted: int) -> float:
    """Least sum of squared deviations over every way to cut the sorted distinct values."""
    distinct = sorted(set(values))
    wanted = min(wanted, len(distinct))

    def spread(part: list[float]) -> float:
        members = [value for value in values if value in part]
        mean = sum(members) / len(members)
        return sum((value - mean) ** 2 for value in members)

    cuts = combinations(range(1, len(distinct)), wanted - 1)
    return min(
        sum(spread(distinct[a:b]) for a, b in zip((0, *cut), (*cut, len(distinct)), strict=True))
        for cut in cuts
    )


@given(st.lists(st.integers(0, 40).map(float), min_size=2, max_size=9), st.integers(2, 4))
def test_natural_breaks_are_the_best_there_are(values: list[float], wanted: int) -> None:
    found = classify(values, classes=wanted)
    total = 0.0
    for one in found:
        members = [value for value in values if one.low <= value <= one.high]
        mean = sum(members) / len(members)
        total += sum((value - mean) ** 2 for value in members)
    assert total == pytest.approx(brute_force(values, wanted), abs=1e-6)


def test_many_zeros_are_one_class_and_leave_the_others_to_the_rest() -> None:
    found = classify([0.0] * 600 + [float(value) for value in range(1, 401)], classes=5, method="quantile")
    assert [(one.low, one.high, one.count) for one in found] == [
        (0, 0, 600),
        (1, 100, 100),
        (101, 200, 100),
        (201, 300, 100),
        (301, 400, 100),
    ]
