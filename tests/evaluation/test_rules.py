"""What marks say together, and what follows; no base."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.errors import TerreauError
from terreau.evaluation import criteria
from terreau.evaluation.rules import WHOLE_SCALE, Thresholds, agreed, gap, propose

marks = st.one_of(st.none(), st.integers(0, 4))
BARS = Thresholds()


def test_each_college_counts_as_much_as_another():
    # Three actors at 1, one elected member at 3: 2, not 1.5.
    assert agreed({"actors": [1, 1, 1], "elected": [3]}) == (2, 2)


def test_a_mean_of_one_is_not_under_one():
    mark = agreed({"elected": [0, 3, 1], "staff": [1, 1], "actors": [1, 0, 1]})
    assert mark == (1, 1)
    assert propose((80, 80), [(mark, 1)], Thresholds()).outcome == "selected"


def test_a_missing_mark_is_the_whole_scale():
    # docs/methodes/evaluation.md: 3 and « je ne sais pas » go from 1.5 to 3.5.
    assert agreed({"actors": [3, None]}) == (1.5, 3.5)
    assert agreed({}) == WHOLE_SCALE
    assert agreed({"actors": []}) == WHOLE_SCALE


@given(st.dictionaries(st.sampled_from(["elected", "staff", "actors"]), st.lists(marks, max_size=5)))
def test_what_all_say_is_within_what_each_says(given_marks):
    low, high = agreed(given_marks)
    said = [mark for ones in given_marks.values() for mark in ones]
    least = min((0 if mark is None else mark for mark in said), default=0)
    most = max((4 if mark is None else mark for mark in said), default=4)
    assert least - 1e-9 <= low <= high <= most + 1e-9
    if said and None not in said:
        assert low == high


def test_the_gap_is_between_marks_that_were_given():
    assert gap([1, None, 3, 2]) == 2
    assert gap([None]) == 0


@pytest.mark.parametrize(
    ("value", "risk", "outcome", "reason"),
    [
        ((60, 60), (2, 2), "selected", "high"),
        ((59.9, 59.9), (2, 2), "rework", "between"),
        ((40, 40), (2, 2), "rework", "between"),
        ((39.9, 39.9), (2, 2), "aside", "low"),
        # The veto, whatever the rest is worth; at 1, there is none.
        ((95, 95), (0.9, 0.9), "rework", "veto"),
        ((20, 20), (0, 0), "rework", "veto"),
        ((95, 95), (1, 1), "selected", "high"),
        # What is missing would change the answer, or not.
        ((55, 65), (2, 2), "", "unsure"),
        ((35, 45), (2, 2), "", "unsure"),
        ((61, 80), (0, 4), "", "maybe_veto"),
        ((61, 80), (1, 4), "selected", "high"),
        ((45, 55), (2, 2), "rework", "between"),
        ((10, 35), (2, 3), "aside", "low"),
    ],
)
def test_what_is_proposed_and_why(value, risk, outcome, reason):
    found = propose(value, [(risk, 1.0)], BARS)
    assert (found.outcome, found.reason) == (outcome, reason)


def test_own_criteria_need_a_name_and_three_anchors():
    full = {"label": "Climat", "anchors": ["rien", "un peu", "beaucoup"]}
    empty = {"label": " ", "anchors": ["", "", ""]}
    assert [one["label"] for one in criteria.clean([full, empty])] == ["Climat"]
    for wrong in ({**full, "label": ""}, {**full, "anchors": ["rien", "", "beaucoup"]}):
        with pytest.raises(TerreauError, match="0, à 2 et à 4"):
            criteria.clean([wrong])
    with pytest.raises(TerreauError, match="même nom"):
        criteria.clean([full, {**full, "label": "CLIMAT"}])
    with pytest.raises(TerreauError, match="dix critères"):
        criteria.clean([{**full, "label": f"Critère {at}"} for at in range(6)])
    assert [one.floor for one in criteria.read(criteria.clean([full]))] == [None, None, None, 1.0, None, None]
