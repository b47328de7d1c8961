"""Method of Equal Shares, worked by hand, and its promise to groups that agree."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terreau.core.errors import TerreauError
from terreau.decision.equal_shares import share_out


def test_an_example_worked_by_hand():
    # Three voters hold 100 each. b is paid by two, 75 each, half its cost; a then by one of them and the
    # third, who gives what remains: 25 and 75.
    told = share_out(
        {"a": 100, "b": 150, "c": 120},
        {"1": frozenset("b"), "2": frozenset("ab"), "3": frozenset("a")},
        300,
    )
    # a is bought first: of the two who want it each gives 50, of b each 75; both are half the cost, both have
    # two votes, a is cheaper. b then takes all that voter 2 has left, 50, and 100 from voter 1.
    assert told.bought == ("a", "b")
    assert told.paid["a"] == {"2": 50, "3": 50}
    assert told.paid["b"] == {"1": 100, "2": 50}
    assert (told.cost, told.raised, told.completed) == (250, 0, ())


def test_a_minority_that_agrees_has_its_part():
    """Six of ten want ten projects, four want four others: a plain majority would leave them nothing."""
    costs = {f"x{at}": 10 for at in range(10)} | {f"y{at}": 10 for at in range(4)}
    many, few = frozenset(f"x{at}" for at in range(10)), frozenset(f"y{at}" for at in range(4))
    votes = {str(at): many if at < 6 else few for at in range(10)}
    told = share_out(costs, votes, 100)
    assert len(few & set(told.selected)) == 4
    assert len(many & set(told.selected)) == 6


def test_parts_are_raised_then_what_is_left_is_spent_by_votes():
    # Each holds 50: none can pay 60 alone. Raised by a fifth, each could: both cost 120, above the budget.
    told = share_out({"a": 60, "b": 60}, {"1": frozenset("a"), "2": frozenset("b")}, 100)
    assert told.bought == ()
    assert told.completed == ("a",)
    assert told.cost == 60
    # Only one is wanted: it is bought once the parts reach it.
    raised = share_out({"a": 60, "b": 60}, {"1": frozenset("a"), "2": frozenset()}, 100)
    assert (raised.bought, raised.raised) == (("a",), 20)


def test_what_nobody_wants_is_not_bought():
    told = share_out({"a": 10, "b": 10}, {"1": frozenset("a")}, 100)
    assert told.selected == ("a",)


@pytest.mark.parametrize(
    ("costs", "votes"),
    [({"a": 1}, {}), ({"a": 0}, {"1": frozenset("a")}), ({"a": 1}, {"1": frozenset("z")})],
)
def test_a_vote_that_does_not_hold_is_refused(costs, votes):
    with pytest.raises(TerreauError):
        share_out(costs, votes, 10)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=5),
    st.lists(st.sets(st.integers(0, 4)), min_size=1, max_size=6),
    st.integers(0, 100),
)
def test_nobody_gives_more_than_their_part_and_the_budget_holds(prices, votes, budget):
    costs = {str(at): price for at, price in enumerate(prices)}
    approvals = {
        f"v{at}": frozenset(str(one) for one in liked if one < len(prices)) for at, liked in enumerate(votes)
    }
    told = share_out(costs, approvals, budget)
    assert told.cost == sum(costs[key] for key in told.selected) <= budget
    part = Fraction(budget, len(votes)) * (1 + Fraction(told.raised, 100))
    for key, given_by in told.paid.items():
        assert sum(given_by.values()) == costs[key]
        assert all(key in approvals[voter] for voter in given_by)
    for voter in approvals:
        assert sum(paid.get(voter, 0) for paid in told.paid.values()) <= part
    # What remains and is wanted does not fit.
    for key, cost in costs.items():
        if key not in told.selected and any(key in liked for liked in approvals.values()):
            assert cost > budget - told.cost
