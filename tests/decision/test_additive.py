"""Marks, their intervals, and the additive value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.errors import TerreauError
from terreau.decision.additive import evaluate
from terreau.decision.marks import Criterion, Table

FACTORS = [Criterion(f"C{rank}", veto_below=1 if rank == 4 else None) for rank in range(1, 6)]
UNIT = (0.0, 1.0)


def test_a_value_worked_by_hand():
    # methods.md D.3: V = Σ w s/4. (3·4 + 2·2 + 2·1 + 2·3 + 1·0)/10/4 = 24/40.
    marks = {"P": dict(zip(["C1", "C2", "C3", "C4", "C5"], [4, 2, 1, 3, 0], strict=True))}
    weights = {"C1": 3, "C2": 2, "C3": 2, "C4": 2, "C5": 1}
    (value,) = evaluate(Table.of(FACTORS, marks), weights)
    assert value.value == pytest.approx(0.6)
    assert (value.low, value.high) == (value.value, value.value)


def test_what_is_smaller_is_better_counts_the_other_way():
    # Opricovic and Tzeng's climb (methods.md D.2), brought to 0–1: risk .75 and altitude .5 for the second.
    criteria = [Criterion("risk", (1, 5), smaller_is_better=True), Criterion("altitude", (3000, 4500))]
    marks = {
        name: {"risk": r, "altitude": a} for name, r, a in (("A1", 1, 3000), ("A2", 2, 3750), ("A3", 5, 4500))
    }
    values = evaluate(Table.of(criteria, marks))
    assert [one.value for one in values] == [0.5, 0.625, 0.5]
    assert [one.rank for one in values] == [2, 1, 2]


def test_a_missing_mark_is_the_whole_scale_never_zero():
    value, other = evaluate(
        Table.of([Criterion("a"), Criterion("b")], {"P": {"a": 4}, "Q": {"a": 3, "b": 2}})
    )
    assert (value.low, value.value, value.high) == (0.5, 0.75, 1.0)
    assert value.ranks == (1, 2)
    assert other.ranks == (1, 2)


def test_a_veto_is_sure_or_in_doubt():
    marks = {"sure": {"C4": 0.5}, "doubt": {"C4": None}, "edge": {"C4": 1}, "wide": {"C4": (0, 3)}}
    found = {one.project: (one.vetoes, one.doubts) for one in evaluate(Table.of(FACTORS, marks))}
    assert found == {
        "sure": (("C4",), ()),
        "doubt": ((), ("C4",)),
        "edge": ((), ()),
        "wide": ((), ("C4",)),
    }


def test_a_veto_on_what_should_be_small():
    delay = Criterion("delay", (0, 60), smaller_is_better=True, veto_below=36)
    values = evaluate(Table.of([delay], {"late": {"delay": 48}, "soon": {"delay": 12}}))
    assert [one.vetoes for one in values] == [("delay",), ()]


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ({"P": {"a": 5}}, "5 est hors de l’échelle"),
        ({"P": {"a": -1}}, "hors de l’échelle"),
        ({"P": {"a": float("nan")}}, "pas un nombre"),
        ({"P": {"a": (3, 1)}}, "à l’envers"),
        ({"P": {"z": 1}}, "« z » n’est pas dans la liste"),
    ],
)
def test_a_wrong_mark_is_refused_with_its_place(marks, said):
    with pytest.raises(TerreauError) as refused:
        Table.of([Criterion("a")], marks)
    assert said in str(refused.value).replace("\u00a0", " ")
    assert "« P »" in str(refused.value).replace("\u00a0", " ")


@pytest.mark.parametrize("weights", [{"a": 1}, {"a": -1, "b": 2}, {"a": 0, "b": 0}, {"a": 1, "b": 1, "c": 1}])
def test_weights_that_do_not_fit_are_refused(weights):
    with pytest.raises(TerreauError):
        evaluate(Table.of([Criterion("a"), Criterion("b")], {"P": {"a": 1, "b": 1}}), weights)


marks_of_unit = st.one_of(
    st.none(),
    st.floats(0, 1),
    st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda two: tuple(sorted(two))),
)


@given(st.lists(st.lists(marks_of_unit, min_size=3, max_size=3), min_size=1, max_size=6), st.randoms())
def test_any_mark_in_its_interval_gives_a_value_and_a_rank_that_were_told(rows, luck):
    criteria = [Criterion(key, UNIT) for key in "abc"]
    told = evaluate(
        Table.of(criteria, {str(at): dict(zip("abc", row, strict=True)) for at, row in enumerate(rows)})
    )
    drawn = []
    for row in rows:
        ends = [(0, 1) if mark is None else mark if isinstance(mark, tuple) else (mark, mark) for mark in row]
        drawn.append(sum(luck.uniform(*two) for two in ends) / 3)
    for one, value in zip(told, drawn, strict=True):
        assert one.low - 1e-9 <= value <= one.high + 1e-9
        assert one.ranks[0] <= 1 + sum(other > value + 1e-9 for other in drawn) + 0
        assert 1 + sum(other > value + 1e-9 for other in drawn) <= one.ranks[1]
        assert one.ranks[0] <= one.rank <= one.ranks[1]
