"""Small problems of choice drawn at random, and all their portfolios gone through one by one."""

from __future__ import annotations

from itertools import combinations

from hypothesis import strategies as st

from terreau.decision.rules import Candidate, Exclusion, Kept, Limit, Measure, Prerequisite, Problem

LEVERS = ("achats", "lieux")


@st.composite
def problems(draw, most=7):
    count = draw(st.integers(1, most))
    candidates = tuple(
        Candidate(
            f"P{at}",
            draw(st.integers(0, 40)) / 40,
            {"2027": draw(st.integers(0, 30)), "2028": draw(st.integers(0, 30))},
            {"lever": frozenset(draw(st.sets(st.sampled_from(LEVERS), max_size=2)))},
            vetoed=draw(st.integers(0, 9)) == 0,
        )
        for at in range(count)
    )
    keys = [one.key for one in candidates]
    rules = []
    for at in range(draw(st.integers(0, 3))):
        kind, key = draw(st.integers(0, 4)), f"rule {at}"
        if kind < 3:
            measure = list(Measure)[kind]
            least, most_ = {0: (1, 3), 1: (10, 60), 2: (0.25, 0.75)}[kind]
            bounds = draw(st.sampled_from([(least, None), (None, most_), (least, most_)]))
            rules.append(Limit(key, "lever", frozenset({draw(st.sampled_from(LEVERS))}), measure, *bounds))
        elif count > 1:
            one, other = draw(st.permutations(keys))[:2]
            # A prerequisite stands before what needs it: no circle.
            one, other = sorted((one, other))
            rules.append(Prerequisite(key, other, one) if kind == 3 else Exclusion(key, (one, other)))
        else:
            rules.append(Kept(key, keys[0]))
    return Problem(
        candidates, {"2027": draw(st.integers(0, 80)), "2028": draw(st.integers(0, 80))}, tuple(rules)
    )


def keeps(problem, keys, without=()):
    """Whether a set of projects keeps all the rules, read one by one."""
    chosen = [one for one in problem.candidates if one.key in keys]
    held = ["veto" in without or not any(one.vetoed for one in chosen)]
    for period, budget in problem.budgets.items():
        spent = sum(one.costs[period] for one in chosen)
        held.append(f"budget {period}" in without or spent <= budget)
    for rule in problem.rules:
        held.append(rule.key in without or _keeps(problem, rule, chosen))
    return all(held)


def _keeps(problem, rule, chosen):
    keys = {one.key for one in chosen}
    match rule:
        case Prerequisite():
            return rule.project not in keys or rule.needs in keys
        case Exclusion():
            return len(keys & set(rule.projects)) <= 1
        case Kept():
            return rule.project in keys
    covered = [one for one in chosen if rule.names & one.labels["lever"]]
    told = len(covered) if rule.measure is Measure.COUNT else sum(one.cost for one in covered)
    whole = problem.budget if rule.measure is Measure.SHARE else 1
    least, most = rule.least, rule.most
    return (least is None or told >= least * whole) and (most is None or told <= most * whole)


def all_portfolios(problem, without=()):
    """Every set of projects that keeps the rules."""
    keys = [one.key for one in problem.candidates]
    return [
        some
        for size in range(len(keys) + 1)
        for some in combinations(keys, size)
        if keeps(problem, some, without)
    ]


def worth(problem, keys):
    """The value of a set."""
    return sum(one.value for one in problem.candidates if one.key in keys)
