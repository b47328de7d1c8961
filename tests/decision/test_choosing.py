"""The best choice under a budget, the next best, prices and conflicts, against going through everything."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terreau.core.errors import TerreauError
from terreau.decision import choosing
from terreau.decision.choosing import choose, prices
from terreau.decision.conflicts import explain
from terreau.decision.rules import Candidate, Exclusion, Kept, Limit, Measure, Prerequisite, Problem
from terreau.decision.searching import best_above
from terreau.decision.solving import Chooser, rows_of, values_of
from tests.decision.drawn import all_portfolios, problems, worth

# methods.md D.5, PORT-1: Burkardt's P01.
COSTS = (23, 31, 29, 44, 53, 38, 63, 85, 89, 82)
VALUES = (92, 57, 49, 68, 60, 43, 67, 84, 87, 72)
PORT_1 = Problem(
    tuple(
        Candidate(str(at), value, {"": cost})
        for at, (cost, value) in enumerate(zip(COSTS, VALUES, strict=True), start=1)
    ),
    {"": 165},
)


def test_port_1():
    best, second = choose(PORT_1, 1)
    assert (best.projects, best.value, best.cost) == (("1", "2", "3", "4", "6"), 309, 165)
    assert (second.projects, second.value) == (("1", "2", "4", "7"), 284)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_best_and_the_next_are_those_of_going_through_all(problem):
    everything = sorted((round(worth(problem, one), 9) for one in all_portfolios(problem)), reverse=True)
    told = choose(problem, 4)
    assert [round(one.value, 9) for one in told] == everything[:5]
    assert len({one.projects for one in told}) == len(told)
    for one in told:
        assert all(one.costs[period] <= budget for period, budget in problem.budgets.items())


@settings(max_examples=30, deadline=None)
@given(problems())
def test_a_tree_too_large_changes_nothing(problem):
    def values():
        return [round(one.value, 9) for one in choose(problem, 3)]

    told = values()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choosing, "best_above", lambda *_asked: None)
        assert values() == told
        if told:
            prices(problem, choose(problem)[0])


def test_the_tree_is_given_up_in_time():
    chooser, rows, values = Chooser(PORT_1), rows_of(PORT_1), values_of(PORT_1)
    assert best_above(chooser, values, rows, 5, 0, most_nodes=2) is None
    assert [value for value, _answer in best_above(chooser, values, rows, 2, 0)] == [309, 284]


@settings(max_examples=30, deadline=None)
@given(problems())
def test_the_price_of_a_rule_is_what_is_gained_without_it(problem):
    told = choose(problem)
    if not told:
        return
    for price in prices(problem, told[0]):
        best = max(worth(problem, one) for one in all_portfolios(problem, {price.rule}))
        assert price.gain == pytest.approx(best - told[0].value, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(2, 5))
def test_what_conflicts_is_irreducible_and_what_gives_is_enough(problem, asked):
    rules = (*problem.rules, Limit("asked", "lever", frozenset({"achats"}), least=asked))
    tight = Problem(problem.candidates, problem.budgets, rules)
    conflict = explain(tight)
    if all_portfolios(tight):
        assert conflict is None
        return
    named = {rule.key for rule in rules} | {"budget 2027", "budget 2028"}
    named |= {f"veto {one.key}" for one in problem.candidates if one.vetoed}
    vetoes = {key for key in conflict.rules if key.startswith("veto ")}
    besides = named - set(conflict.rules)
    assert _fits(tight, besides, vetoes) is False
    for key in conflict.rules:
        assert _fits(tight, besides | {key}, vetoes - {key})
    assert _fits(tight, {one.rule for one in conflict.relaxations}, {key for key in named if "veto" in key})


def _fits(problem, without, vetoes):
    """Whether something fits without some rules; a veto holds only if it is among those given."""
    left = {key.removeprefix("veto ") for key in vetoes if key not in without}
    candidates = tuple(
        Candidate(one.key, one.value, one.costs, one.labels, vetoed=one.key in left)
        for one in problem.candidates
    )
    return bool(all_portfolios(Problem(candidates, problem.budgets, problem.rules), without))


def test_the_least_relaxation_is_told_with_its_bounds():
    rules = (Limit("trois", "", frozenset(), least=3), Kept("promis", "9"))
    conflict = explain(Problem(PORT_1.candidates, {"": 120}, rules))
    assert set(conflict.rules) == {"budget", "trois", "promis"}
    assert [(one.rule, one.bound, one.enough) for one in conflict.relaxations] == [("budget", 120, 141)]


def test_a_relaxation_of_a_few_francs_is_not_told_beside_a_large_one():
    luck = random.Random(3)
    candidates = tuple(Candidate(str(at), 1, {"": luck.randint(1, 90_000)}) for at in range(40))
    rules = (
        Limit("plafond", "", frozenset(), Measure.COST, most=600_000),
        Limit("plancher", "", frozenset(), Measure.COST, least=1_300_000),
    )
    conflict = explain(Problem(candidates, {"": 2_000_000}, rules))
    assert set(conflict.rules) == {"plafond", "plancher"}
    (only,) = conflict.relaxations
    assert (only.rule, only.bound) == ("plancher", 1_300_000)
    assert 599_000 < only.enough <= 600_000


def test_a_project_funded_in_part():
    problem = Problem(
        (
            Candidate("whole", 1.0, {"2027": 70}),
            Candidate("part", 1.0, {"2027": 60}, least_share=0.25),
            Candidate("more", 0.5, {"2027": 60}, least_share=0.75),
        ),
        {"2027": 100},
    )
    (best,) = choose(problem)
    assert best.shares == {"whole": 1, "part": pytest.approx(0.5)}
    assert (best.value, best.cost) == (pytest.approx(1.5), 100)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 10**12), st.integers(1, 9), st.floats(0.1, 1)), min_size=1, max_size=6),
    st.integers(1, 3 * 10**12),
)
def test_a_budget_is_never_passed_by_one_unit(drawn, budget):
    """Large amounts are beyond the precision of the solver: what it answers is checked in whole units."""
    candidates = tuple(
        Candidate(str(at), value, {"": cost}, least_share=share if at % 2 else 1.0)
        for at, (cost, value, share) in enumerate(drawn)
    )
    (best,) = choose(Problem(candidates, {"": budget}))
    assert best.cost <= budget
    for key, share in best.shares.items():
        assert candidates[int(key)].least_share - 1e-9 <= share <= 1


def test_amounts_that_differ_by_one_unit_are_told_apart():
    large = 10**12
    problem = Problem(
        (Candidate("a", 5, {"": large + 1}), Candidate("b", 5, {"": large}), Candidate("c", 1, {"": 1})),
        {"": 2 * large},
    )
    (best,) = choose(problem)
    assert best.cost <= 2 * large
    assert best.value == 6


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            (Prerequisite("x", "1", "2"), Prerequisite("y", "2", "3"), Prerequisite("z", "3", "1")),
            "1 → 2 → 3 → 1",
        ),
        ((Prerequisite("x", "1", "1"),), "1 → 1"),
        ((Kept("x", "99"),), "« 99 »"),
        ((Exclusion("x", ("1", "2")), Kept("x", "1")), "« x »"),
        ((Limit("x", "", frozenset(), least=3, most=2),), "plus grand"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused(rules, said):
    with pytest.raises(TerreauError) as refused:
        Problem(PORT_1.candidates, PORT_1.budgets, rules)
    assert said in str(refused.value).replace("\u00a0", " ")


def test_a_prerequisite_shared_by_two_is_no_circle():
    rules = (
        Prerequisite("x", "1", "2"),
        Prerequisite("y", "1", "3"),
        Prerequisite("z", "2", "4"),
        Prerequisite("w", "3", "4"),
    )
    Problem(PORT_1.candidates, PORT_1.budgets, rules)


def test_a_cost_in_a_year_without_budget_is_refused():
    with pytest.raises(TerreauError, match="2031"):
        Problem((Candidate("P", 1, {"2031": 5}),), {"2027": 10})


def test_a_share_of_the_budget_is_of_the_whole_budget():
    # methods.md D.3: Σ of the zone's costs ≥ α B, all years together.
    zone = {"zone": frozenset({"sud"})}
    candidates = (Candidate("a", 1, {"2027": 50}), Candidate("b", 0.1, {"2028": 30}, zone))
    limit = Limit("équité", "zone", frozenset({"sud"}), Measure.SHARE, least=0.3)
    (best,) = choose(Problem(candidates, {"2027": 50, "2028": 50}, (limit,)))
    assert best.projects == ("a", "b")
    assert explain(Problem(candidates, {"2027": 51, "2028": 50}, (limit,))).rules == ("équité",)
