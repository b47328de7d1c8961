"""Core index, against all portfolios compared two by two."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terreau.core.errors import TerreauError
from terreau.decision import core_index
from terreau.decision.core_index import Worth, core
from terreau.decision.marks import Criterion, Table
from terreau.decision.orders import Order
from terreau.decision.rules import Candidate, Problem
from tests.decision.drawn import all_portfolios, problems
from tests.decision.test_choosing import PORT_1, VALUES


def exact(values):
    column = np.array(values, dtype=float)[:, None]
    return Worth(column, column)


def test_one_value_a_project_leaves_the_best_portfolio():
    told = core(PORT_1, exact(VALUES))
    assert [key for key, index in told.index.items() if index == 1] == ["1", "2", "3", "4", "6"]
    assert set(told.index.values()) == {0, 1}


def test_an_example_worked_by_hand():
    # Two of the three fit. C is worth least whatever the weights; A and B beat each other by turns:
    # {A, B} dominates {A, C} and {B, C}.
    criteria = [Criterion("x", (0, 10)), Criterion("y", (0, 10))]
    marks = {"A": {"x": 9, "y": 2}, "B": {"x": 2, "y": 9}, "C": {"x": 1, "y": 1}}
    problem = Problem(tuple(Candidate(key, 0, {"": 1}) for key in marks), {"": 2})
    worth = Worth.of(Table.of(criteria, marks), Order.of(criteria))
    assert core(problem, worth).index == {"A": 1, "B": 1, "C": 0}
    # Only one fits: A or B, there is to debate.
    alone = core(Problem(problem.candidates, {"": 1}), worth)
    assert alone.index == {"A": Fraction(1, 2), "B": Fraction(1, 2), "C": 0}
    # It is agreed that x counts at least as much as y: A it is.
    agreed = Worth.of(Table.of(criteria, marks), Order.of(criteria, ["y", "x"]))
    assert core(Problem(problem.candidates, {"": 1}), agreed).index == {"A": 1, "B": 0, "C": 0}


def plainly(problem, worth):
    """All portfolios, each met with each other: dominated when never worth more, and once worth less."""
    places = {one.key: at for at, one in enumerate(problem.candidates)}
    portfolios = [tuple(places[key] for key in one) for one in all_portfolios(problem)]

    def dominates(one, other):
        only, lacking = [at for at in one if at not in other], [at for at in other if at not in one]
        least = worth.low[only].sum(axis=0) - worth.high[lacking].sum(axis=0)
        most = worth.high[only].sum(axis=0) - worth.low[lacking].sum(axis=0)
        return (least >= -1e-9).all() and (most > 1e-9).any()

    return {frozenset(one) for one in portfolios if not any(dominates(other, one) for other in portfolios)}


@settings(max_examples=25, deadline=None)
@given(problems(6), st.integers(1, 3), st.booleans(), st.randoms(use_true_random=False))
def test_the_same_portfolios_as_comparing_all(problem, corners, uncertain, luck):
    count = len(problem.candidates)
    low = np.array([[luck.randint(0, 12) / 4 for _corner in range(corners)] for _one in range(count)])
    width = np.array([[luck.randint(0, 4) / 4 for _corner in range(corners)] for _one in range(count)])
    worth = Worth(low, low + width * uncertain)
    told = core(problem, worth)
    expected = plainly(problem, worth)
    keys = [one.key for one in problem.candidates]
    assert {frozenset(keys.index(key) for key in one) for one in told.portfolios} == expected
    for at, key in enumerate(keys):
        held = sum(at in one for one in expected)
        assert told.index[key] == (Fraction(held, len(expected)) if expected else 0)


def test_what_cannot_be_gone_through_is_refused_clearly(monkeypatch):
    many = Problem(tuple(Candidate(str(at), 1, {"": 1}) for at in range(61)), {"": 9})
    with pytest.raises(TerreauError, match="60"):
        core(many, exact([1] * 61))
    part = Problem((Candidate("P", 1, {"": 1}, least_share=0.5),), {"": 9})
    with pytest.raises(TerreauError, match="en partie"):
        core(part, exact([1]))
    monkeypatch.setattr(core_index, "MOST_HELD", 4)
    with pytest.raises(TerreauError, match="ordre des poids"):
        core(PORT_1, Worth(np.zeros((10, 1)), np.ones((10, 1))))
