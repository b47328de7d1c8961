"""Net flows, against worked examples and another implementation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymcdm.methods import PROMETHEE_II

from terreau.decision.marks import Criterion, Preference, Shape, Table
from terreau.decision.promethee import evaluate, prefer

USUAL = Preference(Shape.USUAL)


def table(rows, preferences, turned=None):
    keys = [f"C{rank}" for rank in range(len(rows[0]))]
    criteria = [
        Criterion(key, None, bool(turned and turned[at]), preferences[at]) for at, key in enumerate(keys)
    ]
    return Table.of(criteria, {str(at): dict(zip(keys, row, strict=True)) for at, row in enumerate(rows)})


def test_mcda_2():
    # methods.md D.5, MCDA-2: Zhao 2013, the test of pymcdm.
    told = evaluate(table([[4, 3, 2], [3, 2, 4], [5, 1, 3]], [USUAL] * 3), {"C0": 0.5, "C1": 0.3, "C2": 0.2})
    assert [one.net for one in told] == pytest.approx([0.1, -0.3, 0.2])
    assert [one.rank for one in told] == [2, 3, 1]


@pytest.mark.parametrize(
    ("preference", "expected"),
    [
        (Preference(Shape.USUAL), [0, 0, 1, 1, 1]),
        (Preference(Shape.QUASI, indifference=1), [0, 0, 0, 0, 1]),
        (Preference(Shape.V, strict=4), [0, 0, 0.125, 0.25, 1]),
        (Preference(Shape.LEVEL, indifference=0.5, strict=2), [0, 0, 0, 0.5, 1]),
        (Preference(Shape.LINEAR, indifference=0.5, strict=2), [0, 0, 0, 1 / 3, 1]),
        (Preference(Shape.LINEAR, indifference=1, strict=1), [0, 0, 0, 0, 1]),
        (
            Preference(Shape.GAUSS, spread=1),
            [0, 0, 1 - math.exp(-1 / 8), 1 - math.exp(-1 / 2), 1 - math.exp(-8)],
        ),
    ],
)
def test_the_six_functions_of_preference(preference, expected):
    # Brans and Vincke 1985: nothing up to no difference, then each its own way.
    assert prefer(np.array([-3.0, 0, 0.5, 1, 4]), preference) == pytest.approx(expected)


# Ours and theirs, where both have the function; theirs knows no interval.
NAMES = {
    Shape.USUAL: "usual",
    Shape.QUASI: "ushape",
    Shape.V: "vshape",
    Shape.LEVEL: "level",
    Shape.LINEAR: "vshape_2",
}


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(list(NAMES)),
    st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=2, max_size=7),
    st.lists(st.integers(1, 9), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_the_same_flows_as_pymcdm(shape, rows, weights, turned):
    marks, share = np.array(rows) / 10, np.array(weights) / sum(weights)
    ours = evaluate(
        table(marks.tolist(), [Preference(shape, 0.55, 2.05)] * 4, turned),
        {f"C{at}": weight for at, weight in enumerate(weights)},
    )
    theirs = PROMETHEE_II(NAMES[shape], p=[2.05] * 4, q=[0.55] * 4)(
        marks, share, np.where(turned, -1, 1), validation=False
    )
    assert [one.net for one in ours] == pytest.approx(list(theirs), abs=1e-9)
    assert sum(one.net for one in ours) == pytest.approx(0, abs=1e-9)


def test_the_house_thresholds_follow_the_scale():
    assert Criterion("a").preferred() == Preference(Shape.LINEAR, 0.5, 2.0)
    assert Criterion("a", (0, 20)).preferred() == Preference(Shape.LINEAR, 2.5, 10.0)


def test_an_interval_gives_an_interval():
    told = evaluate(Table.of([Criterion("a")], {"P": {"a": None}, "Q": {"a": 2}}))
    assert (told[0].low, told[0].net, told[0].high) == (-1, 0, 1)


def test_a_lone_project_has_no_flow():
    (told,) = evaluate(Table.of([Criterion("a")], {"P": {"a": 3}}))
    assert (told.net, told.rank) == (0, 1)
