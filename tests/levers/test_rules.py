"""The rule that ranks levers: a sum of visible points, and how far a purchase may go."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.diagnosis.recommending import rule_book
from terreau.directory.nomenclatures import issues, sectors
from terreau.framework import grid
from terreau.framework.enums import BarrierCategory, TextKind, Theme
from terreau.framework.library import shipped
from terreau.levers.catalogue import catalogue, lever_choices, lever_name
from terreau.levers.rules import (
    LAW_POINTS,
    RUNGS,
    Estimate,
    Fact,
    LawFact,
    ProjectSubject,
    Subject,
    Suppliers,
    Thresholds,
    by_stance,
    points_of,
    rank,
    rung_of,
)
from terreau.survey.enums import Need

FAMILIES = {
    *("purchasing", "creation", "animation", "public_private", "services", "regulation", "concertation"),
    *("finance", "premises", "training", "cooperation"),
}
LEVERS = tuple(catalogue())


def first(subject, thresholds=None):
    return rank(LEVERS, subject, thresholds or Thresholds())[0]


def score(subject, code, thresholds=None):
    found = {one.lever.code: one for one in rank(LEVERS, subject, thresholds or Thresholds())}
    return found[code].score


def suppliers(count, *, capable=0, untold=None):
    return Suppliers("entretien", "Entretien", count, capable, count - capable if untold is None else untold)


def need(code, weight=20):
    return Fact(f"besoin.{code}", code, weight, code)


# --- The catalogue -------------------------------------------------------------------------------------


def test_every_word_of_the_catalogue_is_one_of_the_house():
    assert {one.code for one in catalogue().families} == FAMILIES
    codes = [one.code for one in LEVERS]
    assert len(codes) == len(set(codes))
    texts = {one["key"] for one in shipped()}
    known = {
        "needs": set(Need.values),
        "barriers": set(BarrierCategory.values),
        "statements": {one.key for one in grid.current().statements},
        "recommendations": {one.id for one in rule_book().rules},
        "sectors": {one.code for one in sectors()},
        "issues": {one.code for one in issues()},
    }
    for lever in LEVERS:
        assert lever.family in FAMILIES
        for name, allowed in known.items():
            assert set(getattr(lever, name)) <= allowed, (lever.code, name)
        assert lever.rung in {"", *RUNGS}
        assert lever.actors in {"", "some", "few"}
        assert lever.what.endswith(".")
        assert lever.first.endswith(".")
        assert not lever.cost or lever.cost_source
        if lever.law:
            assert lever.law.theme in Theme.values
            assert {one.text for one in lever.law.texts} <= texts
            assert {one.says for one in lever.law.texts} <= {"allows", "requires", "refuses"}
    assert {one.rung for one in LEVERS if one.rung} == set(RUNGS)
    assert set(catalogue().bought) <= known["sectors"]
    assert TextKind.LAW  # the library is the one of the framework


def test_every_need_and_every_kind_of_barrier_has_a_lever():
    assert {code for one in LEVERS for code in one.needs} == set(Need.values)
    assert {code for one in LEVERS for code in one.barriers} == set(BarrierCategory.values)


def test_levers_are_offered_by_family_and_named():
    offered = [code for _family, levers in lever_choices() for code, _label in levers]
    assert offered == [one.code for one in LEVERS]
    assert lever_name("purchasing.reserve") == "Marché réservé"
    assert lever_name("rien") == ""


# --- Thresholds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "rung"),
    [
        (suppliers(0), "emerge"),
        (suppliers(1), "clause"),
        (suppliers(2), "clause"),
        (suppliers(3), "lot"),
        (suppliers(6), "reserve"),
        (suppliers(6, capable=2, untold=0), "reserve"),
        # Six of them, and all known to be small.
        (suppliers(6, capable=1, untold=0), "lot"),
    ],
)
def test_many_reserve_some_a_lot_few_a_clause_none_help_them_exist(found, rung):
    assert rung_of(found, Thresholds()) == rung


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 5))
def test_more_suppliers_or_larger_ones_never_bring_a_purchase_lower(count, capable, untold, more):
    one = Suppliers("x", "x", count, min(capable, count), untold)
    for better in (replace(one, count=count + more), replace(one, capable=one.capable + more)):
        assert RUNGS.index(rung_of(better, Thresholds())) >= RUNGS.index(rung_of(one, Thresholds()))


@pytest.mark.parametrize(
    ("count", "lever"),
    [
        (0, "purchasing.sourcing"),
        (1, "purchasing.clause"),
        (4, "purchasing.reserved_lot"),
        (9, "purchasing.reserve"),
    ],
)
def test_two_towns_that_differ_only_in_the_number_of_suppliers_have_different_first_levers(count, lever):
    law = {
        one: LawFact("verified", "essai", "Loi d’essai")
        for one in ("purchasing.clause", "purchasing.reserved_lot", "purchasing.reserve")
    }
    found = first(Subject(needs=(need("purchasing"),), suppliers=(suppliers(count),), law=law))
    assert found.lever.code == lever
    kinds = {term.kind: term for term in found.terms}
    assert kinds["rung"].suppliers.count == count


# --- Points --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("weight", "points"), [(1, 1), (5, 1), (6, 2), (15, 3), (25, 5)])
def test_a_finding_gives_from_one_to_five_points(weight, points):
    assert points_of(weight) == points


def test_a_barrier_that_the_state_alone_can_lift_lowers_a_lever_and_raises_advocacy():
    barrier = Fact("frein.x", "financial", 20, "Un frein d’essai")
    near, far = Subject(reachable=(barrier,)), Subject(beyond=(barrier,))
    assert score(near, "finance.local_fund") == 4
    assert score(far, "finance.local_fund") == -4
    assert score(far, "cooperation.advocacy") == 4
    assert score(near, "cooperation.advocacy") == 0


def test_a_statement_counts_by_who_decides_it():
    fact = Fact("cadre.markets-town", "markets-town", 15, "La commune achète.")
    assert score(Subject(strengths=(fact,)), "purchasing.small_files") == 3
    assert score(Subject(weak=(fact,)), "purchasing.small_files") == 3
    assert score(Subject(blocked=(fact,)), "purchasing.small_files") == -3


def test_only_the_two_heaviest_needs_count():
    lever = "finance.local_fund"
    one = Subject(needs=(need("cofinancing", 25), need("equipment", 5)))
    assert score(one, lever) == 6
    many = Subject(needs=tuple(need(code, 25) for code in Need.values))
    assert (
        max(
            sum(term.points for term in one.terms if term.kind == "need")
            for one in rank(LEVERS, many, Thresholds())
        )
        == 10
    )


def test_a_project_is_read_by_its_own_need_sector_issue_and_recommendation():
    project = ProjectSubject(
        "p", "Essai", "/", need="premises", sectors=("culture",), issues=("culture",),
        recommendation="besoin-locaux",
    )  # fmt: skip
    subject = Subject(needs=(need("cofinancing", 25),), project=project)
    kinds = {
        one.lever.code: {term.kind: term.points for term in one.terms}
        for one in rank(LEVERS, subject, Thresholds())
    }
    assert kinds["premises.lend"] == {"own_need": 3, "recommended": 4}
    assert kinds["services.culture"] == {"own_need": 3, "sector": 3, "issue": 3}
    assert "need" not in kinds["finance.calls"]


def test_a_lever_of_some_sectors_looks_at_the_actors_of_those_alone():
    many = Suppliers("culture", "Culture", 9)
    assert score(Subject(actors=(many,)), "services.culture") == 2
    assert score(Subject(actors=(many,)), "services.health") == 0
    assert score(Subject(actors=(many,)), "animation.poles") == 2
    assert score(Subject(actors=(Suppliers("sante", "Santé", 1), many)), "services.health") == -2


def test_what_nobody_estimated_does_not_count():
    assert score(Subject(), "finance.calls") == 0
    told = Subject(estimates={"finance.calls": Estimate(cost=1, months=6)})
    assert score(told, "finance.calls") == 3
    dear = Subject(estimates={"finance.calls": Estimate(cost=3, months=60)})
    assert score(dear, "finance.calls") == -3


facts = st.lists(
    st.builds(
        lambda code, weight, number: Fact(f"{code}.{number}", code, weight, code),
        st.sampled_from([*Need.values, *BarrierCategory.values, "markets-town", "markets-reserved"]),
        st.integers(1, 25),
        st.integers(0, 3),
    ),
    max_size=6,
).map(tuple)
subjects = st.builds(
    Subject,
    needs=facts,
    reachable=facts,
    beyond=facts,
    strengths=facts,
    weak=facts,
    blocked=facts,
    law=st.dictionaries(
        st.sampled_from([one.code for one in LEVERS]), st.builds(LawFact, st.sampled_from(sorted(LAW_POINTS)))
    ),
    suppliers=st.lists(st.builds(suppliers, st.integers(0, 12)), max_size=2).map(tuple),
    actors=st.lists(st.builds(suppliers, st.integers(0, 12)), max_size=2).map(tuple),
)


@given(subjects)
def test_a_score_is_the_sum_of_its_terms_and_every_lever_is_ranked_once(subject):
    found = rank(LEVERS, subject, Thresholds())
    assert {one.lever.code for one in found} == {one.code for one in LEVERS}
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.score == sum(term.points for term in one.terms) for one in found)


@given(subjects, st.sampled_from(Need.values), st.integers(1, 25))
def test_one_more_need_never_lowers_a_lever(subject, code, weight):
    more = replace(subject, needs=(*subject.needs, Fact("besoin.de.plus", code, weight, code)))
    before = {one.lever.code: one.score for one in rank(LEVERS, subject, Thresholds())}
    assert all(one.score >= before[one.lever.code] for one in rank(LEVERS, more, Thresholds()))


@given(subjects, st.sampled_from(BarrierCategory.values), st.integers(1, 25))
def test_one_more_barrier_of_the_state_raises_nothing_but_advocacy(subject, code, weight):
    more = replace(subject, beyond=(*subject.beyond, Fact("frein.de.plus", code, weight, code)))
    before = {one.lever.code: one.score for one in rank(LEVERS, subject, Thresholds())}
    for one in rank(LEVERS, more, Thresholds()):
        if one.lever.advocacy:
            assert one.score >= before[one.lever.code]
        else:
            assert one.score <= before[one.lever.code]


@given(subjects)
def test_the_order_in_which_things_were_read_changes_nothing(subject):
    turned = replace(
        subject,
        **{
            name: tuple(reversed(getattr(subject, name)))
            for name in ("needs", "reachable", "beyond", "strengths", "weak", "blocked")
        },
    )
    assert [(one.lever.code, one.score) for one in rank(LEVERS, turned, Thresholds())] == [
        (one.lever.code, one.score) for one in rank(LEVERS, subject, Thresholds())
    ]


def test_what_the_town_chose_stands_first_and_what_it_set_aside_last_with_the_points_of_the_rule():
    ranked = rank(LEVERS, Subject(needs=(need("premises"),)), Thresholds())
    best, worst = ranked[0].lever.code, ranked[-1].lever.code
    found = by_stance(ranked, {best: "aside", worst: "chosen"})
    assert (found[0].lever.code, found[-1].lever.code) == (worst, best)
    assert found[-1].score == ranked[0].score
