"""How far a weight may move: exact bounds, checked on both sides of each."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from terreau.decision.additive import evaluate
from terreau.decision.marks import Criterion, Table
from terreau.decision.sensitivity import ranges

UNIT = (0.0, 1.0)


def table(rows):
    keys = "abcdef"[: len(rows[0])]
    return Table.of(
        [Criterion(key, UNIT) for key in keys],
        {str(at): dict(zip(keys, row, strict=True)) for at, row in enumerate(rows)},
    )


def moved(weights, key, to):
    """The weights with one brought to a share, the others keeping their proportions."""
    others = sum(weight for name, weight in weights.items() if name != key)
    return {name: to if name == key else weight * (1 - to) / others for name, weight in weights.items()}


def test_the_crossing_of_mcda_6():
    first, second = ranges(table([[0.6, 0.5], [0.2, 0.8]]), None, {"0"})
    assert (first.low, first.high) == (pytest.approx(3 / 7), 1)
    assert (second.low, second.high) == (0, pytest.approx(4 / 7))


def test_a_selection_that_is_not_the_top_has_no_range():
    (only, _other) = ranges(table([[0.6, 0.5], [0.2, 0.8]]), {"a": 1, "b": 9}, {"0"})
    assert (only.low, only.high) == (0.1, 0.1)


def test_all_the_weight_on_one_criterion():
    first, _second, _third = ranges(table([[1, 0, 0], [0, 1, 1]]), {"a": 1, "b": 0, "c": 0}, {"0"})
    assert (first.low, first.high) == (pytest.approx(0.5), 1)


cells = st.integers(0, 20).map(lambda mark: mark / 20)
rows = st.lists(st.lists(cells, min_size=3, max_size=3), min_size=3, max_size=6)


@given(rows, st.lists(st.integers(1, 9), min_size=3, max_size=3))
def test_the_top_set_is_the_same_within_and_not_beyond(rows, numbers):
    judged, weights = table(rows), {key: one / sum(numbers) for key, one in zip("abc", numbers, strict=True)}
    values = sorted((one.value for one in evaluate(judged, weights)), reverse=True)
    assume(values[1] - values[2] > 1e-6)
    selected = {one.project for one in evaluate(judged, weights) if one.value >= values[1] - 1e-9}

    def margin(key, to):
        told = {one.project: one.value for one in evaluate(judged, moved(weights, key, to))}
        return min(told[one] for one in selected) - max(told[one] for one in told if one not in selected)

    for one in ranges(judged, weights, selected):
        assert 0 <= one.low <= one.weight <= one.high <= 1
        assert margin(one.criterion, one.low) >= -1e-6
        assert margin(one.criterion, one.high) >= -1e-6
        for beyond, out in ((one.low - 1e-3, one.low <= 1e-3), (one.high + 1e-3, one.high >= 1 - 1e-3)):
            assert out or margin(one.criterion, beyond) < 0
