"""Averages, secrecy of marks, agreement: the worked examples of the method, then any marks at all."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.framework import agreement, grid, rules
from terreau.framework.enums import Level, Lever

marks = st.one_of(st.none(), st.integers(0, 10))
# Fleiss 1971 by way of Wikipedia: ten subjects, five classes, fourteen raters.
WIKIPEDIA = [
    *([0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1]),
    *([7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]),
]


# --- Averages -----------------------------------------------------------------------------------------


def test_no_answer_is_left_out_and_never_a_zero():
    assert rules.average([8, None, 4]) == 6.0
    assert rules.average([None, None]) is None
    assert rules.average([0, None]) == 0.0


def test_a_college_of_two_is_not_told_and_cannot_be_worked_out():
    told = rules.score({"elected": [8, 8, 8], "staff": [5, 5, 5], "actors": [1, 2]})
    assert told.colleges == {"elected": 8, "staff": 5}
    assert told.value is None  # eight marks of which six are known would give the two others away
    hidden_together = rules.score({"elected": [8, 8, 8], "staff": [5, 5], "actors": [1]})
    assert hidden_together.value == pytest.approx(35 / 6)
    assert rules.score({"elected": [8], "staff": [5], "actors": [1]}).value == pytest.approx(14 / 3)
    assert rules.score({"elected": [8, 4], "staff": [], "actors": []}).value is None


@given(st.dictionaries(st.sampled_from(["elected", "staff", "actors"]), st.lists(marks, max_size=8)))
def test_what_is_told_never_leaves_fewer_than_three_marks_to_be_worked_out(given_marks):
    told = rules.score(given_marks)
    counts = {college: sum(one is not None for one in ones) for college, ones in given_marks.items()}
    assert all(counts[college] >= rules.LEAST_JUDGES for college in told.colleges)
    if told.value is not None:
        left = told.count - sum(counts[college] for college in told.colleges)
        assert left == 0 or left >= rules.LEAST_JUDGES
        assert 0 <= told.value <= 10
    assert all(0 <= value <= 10 for value in told.colleges.values())


def test_the_widest_gaps_come_first():
    scores = {
        "near": rules.score({"elected": [5] * 3, "actors": [4] * 3}),
        "wide": rules.score({"elected": [9] * 3, "actors": [2] * 3}),
        "wider": rules.score({"elected": [9] * 3, "actors": [1] * 3}),
        "one college": rules.score({"elected": [9] * 3}),
    }
    assert rules.wide_gaps(scores) == ["wider", "wide"]


def test_a_gap_of_two_points_is_one_whatever_the_thirds():
    scores = {"a": rules.score({"elected": [4, 4, 5], "staff": [2, 2, 3]})}
    assert rules.wide_gaps(scores) == ["a"]


# --- Agreement ----------------------------------------------------------------------------------------


def test_kendall_of_the_method():
    assert agreement.kendall_w([[1, 2, 3, 4], [2, 1, 3, 4], [1, 3, 2, 4]]) == pytest.approx(0.7778, abs=5e-5)


def test_kendall_shares_the_ranks_of_ties():
    assert agreement.ranks([5, 1, 5, 3]) == [3.5, 1, 3.5, 2]
    # Worked by hand: ranks 1.5 1.5 3 and 1 2 3, S = 6.5, ties 6, W = 12 × 6.5 ÷ (4 × 24 − 2 × 6).
    assert agreement.kendall_w([[1, 1, 2], [1, 2, 3]]) == pytest.approx(78 / 84)
    assert agreement.kendall_w([[4, 4], [7, 7]]) is None
    assert agreement.kendall_w([[1, 2, 3]]) is None
    with pytest.raises(ValueError, match="different numbers"):
        agreement.kendall_w([[1, 2], [1]])


def test_fleiss_of_the_method():
    assert agreement.fleiss_kappa(WIKIPEDIA) == pytest.approx(0.210, abs=5e-4)


def test_fleiss_has_nothing_to_say_of_one_class_or_of_single_marks():
    assert agreement.fleiss_kappa([[3, 0], [4, 0]]) is None
    assert agreement.fleiss_kappa([[1, 0], [0, 1]]) is None
    assert agreement.fleiss_kappa([]) is None
    assert agreement.fleiss_kappa([[3, 0], [0, 3]]) == 1.0


@given(st.integers(2, 5), st.integers(2, 7), st.data())
def test_kendall_lies_between_nothing_and_everything(judges, statements, data):
    rows = data.draw(
        st.lists(
            st.lists(st.integers(0, 10), min_size=statements, max_size=statements),
            min_size=judges,
            max_size=judges,
        )
    )
    found = agreement.kendall_w(rows)
    assert found is None or -1e-9 <= found <= 1 + 1e-9
    # Whoever moves every mark by the same steps ranks the same.
    again = agreement.kendall_w([[2 * mark + 1 for mark in row] for row in rows])
    assert found == again


@given(st.lists(st.integers(0, 10), min_size=2, max_size=8, unique=True), st.integers(2, 6))
def test_judges_who_say_the_same_agree_wholly(row, judges):
    assert agreement.kendall_w([row] * judges) == pytest.approx(1)


@given(st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), max_size=8))
def test_fleiss_does_not_depend_on_the_names_of_classes(rows):
    found = agreement.fleiss_kappa(rows)
    assert found is None or found <= 1 + 1e-9
    for order in permutations(range(3)):
        moved = agreement.fleiss_kappa([[row[place] for place in order] for row in rows])
        assert moved is found is None or moved == pytest.approx(found)


def test_only_what_all_marked_is_ranked():
    judges = [{"a": 1, "b": None, "c": 9}, {"a": 2, "b": 4, "c": 8}, {"a": 0, "b": 4, "c": 7}]
    assert agreement.marked_by_all(judges) == [[1, 9], [2, 8], [0, 7]]
    assert agreement.class_counts(judges) == [[3, 0, 0], [0, 2, 0], [0, 0, 3]]
    assert [agreement.class_of(mark) for mark in (0, 3, 4, 6, 7, 10)] == [
        *("low", "low", "middling", "middling", "high", "high")
    ]


# --- The grid -----------------------------------------------------------------------------------------


def test_the_grid_is_nine_areas_of_four_statements_that_say_who_decides_and_what_to_do():
    used = grid.current()
    assert [len(area.statements) for area in used.areas] == [4] * 9
    keys = [one.key for one in used.statements]
    assert len(set(keys)) == len(keys)
    for one in used.statements:
        assert one.level in Level.values
        assert one.lever in Lever.values
        assert one.help
        assert one.needs
