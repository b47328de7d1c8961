"""What follows from a plan kept as plain data: nothing private in its public part, what changed, sums."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.plans import edition_rules as rules
from terreau.plans.edition_words import duration

SECRET = "réservé"
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31)).map(date.isoformat) | st.none()
AMOUNTS = st.integers(0, 10**9)
PROJECTS = [
    None,
    {"id": "p", "title": "Projet", "public": True},
    {"id": "q", "title": SECRET, "public": False},
]
PIECES = [{"title": SECRET, "url": "", "public": False}, {"title": "Pièce", "url": "", "public": True}]


@st.composite
def actions(draw, key):
    shown = draw(st.booleans())
    mark = "" if shown else SECRET
    return {
        "id": f"a{key}", "reference": "", "title": f"Action {key} {mark}", "words": "", "elected_pilot": "",
        "technical_pilot": "", "co_leaders": [], "shares": [], "partners": [], "starts_on": None,
        "ends_on": draw(DAYS), "ended_on": None,
        "state": draw(st.sampled_from(["to_start", "under_way", "blocked", "done", "dropped"])),
        "cause": "", "steps": [], "waits_for": [f"a{draw(st.integers(0, 5))}"], "participation": "",
        "need": None, "recommendation": None, "lever": None,
        "project": draw(st.sampled_from(PROJECTS)),
        "money": [
            {"year": 2026, "nature": "running", "source": "Ville", "planned": draw(AMOUNTS),
             "secured": draw(AMOUNTS), "committed": 0, "paid": 0}
        ],
        "indicators": [], "result": "", "result_evidence": "", "practice": None,
        "evidence": PIECES,
        "changes": [{"on": "2026-01-01", "before": "", "after": "to_start", "cause": SECRET}],
        "public": shown,
    }  # fmt: skip


@st.composite
def contents(draw):
    count = draw(st.integers(0, 6))
    told = [draw(actions(key)) for key in range(count)]
    objectives = [
        {"id": number, "title": f"Objectif {number}", "words": "", "actions": told[number::2]}
        for number in (0, 1)
    ]
    axes = [
        {"id": one["id"], "title": f"Axe {one['id']}", "words": "", "objectives": [one]} for one in objectives
    ]
    return {"plan": {"currency": "EUR"}, "axes": axes}


@given(contents())
def test_nothing_that_is_not_public_is_in_the_public_part(content):
    shown = rules.public_part(content)
    assert SECRET not in json.dumps(shown, ensure_ascii=False)
    assert {one.action["id"] for one in rules.placed(shown)} == {
        one.action["id"] for one in rules.placed(content) if one.action["public"]
    }
    known = {one.action["id"] for one in rules.placed(shown)}
    assert all(set(one.action["waits_for"]) <= known for one in rules.placed(shown))
    assert rules.public_part(shown) == shown


@given(contents(), contents())
def test_every_action_of_either_day_is_told_once(before, after):
    found = list(rules.pairs(before, after))
    told = [one.now.action["id"] for one in found]
    every = {one.action["id"] for content in (before, after) for one in rules.placed(content)}
    assert sorted(told) == sorted(every)
    on = date(2026, 6, 1)
    assert {rules.outcome(one, on) for one in found} <= {
        "done", "late", "put_off", "dropped", "gone", "added", "changed", "same",
    }  # fmt: skip


@given(contents())
def test_a_plan_beside_itself_changed_nothing(content):
    assert all(not one.changed for one in rules.pairs(content, content))
    found = {rules.outcome(one, date(2024, 1, 1)) for one in rules.pairs(content, content)}
    assert found <= {"same", "late"}


@given(contents())
def test_sums_by_any_key_come_to_the_whole(content):
    told = rules.placed(content)
    whole = rules.sums_of(line for one in told for line in one.action["money"])
    for key in (lambda one, line: line["year"], lambda one, line: one.axis["id"]):
        by_key = rules.summed_by(told, key)
        assert sum(one.planned for one in by_key.values()) == whole.planned
        assert sum(one.secured for one in by_key.values()) == whole.secured


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "1 jour"), (12, "12 jours"), (59, "59 jours"), (152, "5 mois"), (400, "13 mois"), (800, "2 ans")],
)
def test_a_time_is_told_as_people_count(days, words):
    assert duration(days) == words


def test_what_waits_for_the_council():
    on = date(2026, 6, 1)
    action = {"state": "under_way", "starts_on": "2026-01-01", "ends_on": "2026-05-01", "money": []}
    assert rules.asked_of_council(action, on) == "new_day"
    assert rules.asked_of_council(action | {"state": "blocked"}, on) == "free"
    assert rules.asked_of_council(action | {"ends_on": "2026-07-01"}, on) == ""
    assert rules.asked_of_council(action | {"state": "to_start", "ends_on": "2026-07-01"}, on) == "begin"
    assert rules.asked_of_council(action | {"state": "done"}, on) == ""
    assert rules.days_late(action, on) == (on - date(2026, 5, 1)) // timedelta(days=1)
    line = {"year": 2027, "planned": 900, "secured": 400, "committed": 0, "paid": 0}
    assert rules.missing_soon(action | {"money": [line]}, on) == 500
    assert rules.missing_soon(action | {"money": [line | {"year": 2028}]}, on) == 0
    assert rules.missing_soon(action | {"money": [line], "state": "done"}, on) == 0
