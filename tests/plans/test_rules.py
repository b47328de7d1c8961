"""Lateness, circles, bars, sums: what follows from dates, states and amounts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.plans import rules

TODAY = date(2026, 6, 15)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("state", "starts_on", "ends_on", "told"),
    [
        ("to_start", None, None, "promised"),
        ("to_start", TOMORROW, None, "promised"),
        ("to_start", TODAY, None, "promised"),
        ("to_start", YESTERDAY, TOMORROW, "late"),
        ("to_start", None, YESTERDAY, "late"),
        ("under_way", YESTERDAY, TOMORROW, "under_way"),
        ("under_way", YESTERDAY, TODAY, "under_way"),
        ("under_way", None, YESTERDAY, "late"),
        ("blocked", None, TOMORROW, "late"),
        ("done", None, YESTERDAY, "done"),
        ("dropped", YESTERDAY, YESTERDAY, "dropped"),
    ],
)
def test_an_action_is_told_as_its_state_and_its_dates_say(state, starts_on, ends_on, told):
    assert rules.standing(state, starts_on, ends_on, TODAY) == told


def test_a_circle_is_named_from_one_end_to_the_other():
    waits = {"b": ["c"], "c": ["a"], "d": ["a"]}
    assert rules.circle("a", ["b"], waits) == ("a", "b", "c")
    assert rules.circle("a", ["a"], {}) == ("a",)
    assert rules.circle("a", ["d"], {"d": ["b"], "b": []}) == ()
    # What is told of the start is what it waited for before: it does not count.
    assert rules.circle("a", ["b"], {"a": ["b"], "b": []}) == ()


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=15), st.integers(0, 6))
def test_edges_added_one_by_one_never_close_a_circle(pairs, last):
    waits: dict[int, list[int]] = {}
    for one, other in pairs:
        if not rules.circle(one, [*waits.get(one, []), other], waits):
            waits.setdefault(one, []).append(other)
    # Taking away what waits for nothing again and again leaves nothing.
    left = dict(waits)
    while free := [key for key, others in left.items() if not any(other in left for other in others)]:
        for key in free:
            del left[key]
    assert left == {}


@given(DAYS, DAYS, DAYS, DAYS)
def test_a_bar_lies_on_its_line(one, other, first, second):
    start, end = sorted((one, other))
    begin, last = sorted((first, second))
    bar = rules.bar(start, end, begin, last)
    if end < begin or start > last:
        assert bar is None
    else:
        assert bar is not None
        assert 0 <= bar.start <= 1000
        assert bar.length >= 4


def test_a_bar_without_an_end_is_a_mark_on_its_start():
    bar = rules.bar(date(2026, 7, 2), None, date(2026, 1, 1), date(2026, 12, 31))
    assert bar == rules.Bar(498, 4)
    assert rules.bar(None, None, date(2026, 1, 1), date(2026, 12, 31)) is None


@given(st.lists(st.tuples(st.sampled_from(rules.KINDS), st.integers(-(10**9), 10**9)), max_size=20))
def test_sums_are_those_of_their_entries(entries):
    sums = rules.Sums()
    for kind, amount in entries:
        sums = sums.with_entry(kind, amount)
    for kind in rules.KINDS:
        assert getattr(sums, kind) == sum(amount for one, amount in entries if one == kind)


def test_what_does_not_add_up_is_named():
    assert rules.Sums(100, 80, 50, 20).oddities == ()
    assert rules.Sums(100, 80, 50, 60).oddities == ("paid",)
    assert rules.Sums(10, 80, 90, 20).oddities == ("committed", "secured")
    assert rules.Sums(100, 80, 0, 0).missing == 20
    assert rules.Sums(200, 50, 0, 0).share_secured == 25
    assert rules.Sums(10, 80, 0, 0).share_secured == 100
    assert rules.Sums().share_secured is None


@pytest.mark.parametrize(
    ("baseline", "target", "value", "sense", "told"),
    [
        (10, 30, 20, "up", 50),
        (None, 40, 10, "up", 25),
        (30, 10, 25, "down", 25),
        (None, 10, 25, "down", None),
        (10, 30, 5, "up", 0),
        (10, 30, 31, "up", 100),
        (10, 10, 9, "up", None),
        (10, None, 9, "up", None),
        (10, 30, None, "up", None),
    ],
)
def test_the_way_to_a_target_is_told_in_percent(baseline, target, value, sense, told):
    as_number = [None if one is None else Decimal(one) for one in (baseline, target, value)]
    assert rules.progress(*as_number, sense) == told
