"""What is worked out of a project: money secured, break-even, a bad year, where it may go."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from terreau.portfolio import rules
from terreau.portfolio.enums import FundingState, ProjectState

AMOUNT = st.integers(0, 10**12)


def test_the_worked_example_of_a_year():
    """100 000 of income, 30 000 of fixed costs, 40 % of variable ones."""
    year = rules.balance(100_000, 30_000, 40)
    assert (year.result, year.break_even, year.stressed, year.holds) == (30_000, 50_000, 18_000, True)


def test_what_costs_more_than_it_brings_never_breaks_even():
    year = rules.balance(100_000, 1, 100)
    assert year.break_even is None
    assert not year.holds


@given(AMOUNT, AMOUNT, st.integers(0, 99))
def test_at_the_break_even_nothing_is_lost_and_just_under_something_is(income, fixed, percent):
    year = rules.balance(income, fixed, percent)
    left = 1 - Fraction(percent, 100)
    assert year.break_even * left >= fixed
    if year.break_even:
        assert (year.break_even - 1) * left < fixed
    assert year.stressed <= year.result


@given(
    st.lists(AMOUNT, max_size=5),
    st.lists(st.tuples(st.sampled_from(FundingState.values), AMOUNT | st.none()), max_size=8),
)
def test_money_adds_up(budget, fundings):
    money = rules.money_of(budget, fundings)
    known = [amount for _state, amount in fundings if amount is not None]
    assert money.asked + money.obtained + money.paid + money.refused == sum(known)
    assert money.foreign == (len(known) < len(fundings))
    assert money.missing >= 0
    if money.budget:
        assert 0 <= money.share_secured <= 1
        assert money.share_secured == 1 or money.share_secured * money.budget == money.secured
    else:
        assert money.share_secured is None


def test_every_state_has_its_ways_and_no_other():
    assert set(rules.TRANSITIONS) == set(ProjectState.values)
    assert {after for ways in rules.TRANSITIONS.values() for after in ways} <= set(ProjectState.values)
    assert not any(rules.may_go(state, state) for state in ProjectState.values)
