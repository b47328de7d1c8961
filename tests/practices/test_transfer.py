"""Would it work in my town: what the ten answers say together, and what can never be said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.practices import transfer
from terreau.practices.enums import Criterion, Finding
from terreau.practices.transfer import Answer, conclude

_ORDER = [Finding.NO, Finding.ADAPT, Finding.TRANSFERABLE]
marks = st.one_of(st.none(), st.integers(0, 4))
answered = st.dictionaries(
    st.sampled_from(list(Criterion)), st.builds(Answer, marks, st.sampled_from(["", "  ", "délibération"]))
)


def all_at(mark: int, **others: int) -> dict[Criterion, Answer]:
    """Every question answered alike, but for some."""
    return {one: Answer(others.get(one.value, mark), "preuve") for one in Criterion}


def test_ten_good_answers_make_it_transferable():
    found = conclude(all_at(3))
    assert found.finding == Finding.TRANSFERABLE
    assert (found.adapt, found.missing, found.blocking) == ((), (), ())
    assert found.comparable == tuple(Criterion)


@pytest.mark.parametrize("door", ["law", "competence", "cost"])
def test_one_shut_door_is_enough_to_say_no(door):
    found = conclude(all_at(4, **{door: 0}))
    assert found.finding == Finding.NO
    assert found.blocking == (Criterion(door),)


def test_what_is_half_open_names_what_to_adapt():
    found = conclude(all_at(4, partners=1, time=2))
    assert found.finding == Finding.ADAPT
    assert found.adapt == (Criterion.PARTNERS, Criterion.TIME)


def test_too_many_weak_answers_say_no():
    weak = dict.fromkeys(["results", "problem", "skills", "partners", "culture"], 1)
    found = conclude(all_at(4, **weak))
    assert found.finding == Finding.NO
    assert len(found.blocking) == transfer.TOO_MANY_WEAK


def test_a_mark_without_evidence_does_not_count():
    answers = all_at(4) | {Criterion.LAW: Answer(4, " ")}
    found = conclude(answers)
    assert (found.finding, found.missing) == (Finding.UNKNOWN, (Criterion.LAW,))


def test_nothing_answered_says_nothing():
    found = conclude({})
    assert (found.finding, found.missing) == (Finding.UNKNOWN, tuple(Criterion))


@given(answered)
def test_each_question_is_in_one_place_and_nothing_is_transferable_while_one_is_open(answers):
    found = conclude(answers)
    places = [*found.comparable, *found.adapt, *found.blocking, *found.missing]
    assert sorted(places) == sorted(Criterion)
    if found.finding == Finding.TRANSFERABLE:
        assert not found.missing
        assert not found.adapt
    if found.finding == Finding.ADAPT:
        assert found.adapt
    assert (found.finding == Finding.NO) == bool(found.blocking)


@given(st.lists(st.integers(0, 4), min_size=10, max_size=10), st.sampled_from(list(Criterion)))
def test_a_better_answer_never_makes_it_worse(given_marks, raised):
    answers = {one: Answer(mark, "preuve") for one, mark in zip(Criterion, given_marks, strict=True)}
    better = answers | {raised: Answer(min(4, answers[raised].mark + 1), "preuve")}
    assert _ORDER.index(conclude(better).finding) >= _ORDER.index(conclude(answers).finding)


@pytest.mark.parametrize(
    ("yearly", "budget", "mark"),
    [(50, 10_000, 4), (100, 10_000, 3), (300, 10_000, 2), (1000, 10_000, 1), (1001, 10_000, 0), (1, 0, None)],
)
def test_the_cost_is_marked_by_its_share_of_the_budget(yearly, budget, mark):
    assert transfer.mark_of_cost(yearly, budget) == mark


@pytest.mark.parametrize(("months", "mark"), [(12, 4), (13, 3), (36, 2), (60, 1), (61, 0)])
def test_the_time_is_marked_by_the_months_it_took(months, mark):
    assert transfer.mark_of_months(months) == mark


@pytest.mark.parametrize(
    ("mine", "theirs", "mark"), [(100, 200, 4), (100, 500, 3), (2000, 100, 2), (1, 21, 1), (1, 1, 4)]
)
def test_the_size_is_marked_by_how_many_times_larger(mine, theirs, mark):
    assert transfer.mark_of_size(mine, theirs) == mark


@pytest.mark.parametrize(("count", "mark"), [(0, 0), (1, 1), (2, 2), (5, 3), (10, 4)])
def test_the_partners_are_marked_by_those_that_are_there(count, mark):
    assert transfer.mark_of_partners(count) == mark


@pytest.mark.parametrize(
    ("told", "proven", "confirmed", "taken_up", "mark"),
    [(0, 0, True, 3, None), (1, 0, False, 0, 1), (2, 1, False, 0, 2), (2, 1, True, 0, 3), (2, 1, True, 1, 4)],
)
def test_results_are_marked_by_their_proof_the_towns_word_and_those_that_took_it_up(
    told, proven, confirmed, taken_up, mark
):
    assert transfer.mark_of_results(told=told, proven=proven, confirmed=confirmed, taken_up=taken_up) == mark


@pytest.mark.parametrize(("rank", "mark"), [(1, 4), (3, 4), (4, 3), (5, 3), (8, 2), (9, 1), (15, 1)])
def test_the_problem_is_marked_by_the_rank_of_the_need_in_the_towns_own_survey(rank, mark):
    assert transfer.mark_of_need(rank) == mark
