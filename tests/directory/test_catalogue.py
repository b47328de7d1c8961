"""What an organisation sold until a day is no longer found the day after, though nobody changed anything."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core import stamp
from terreau.directory import search
from terreau.directory.catalogue import is_current, last_day, number_of
from terreau.directory.jobs import follow_the_base
from tests.directory import factories as make


@pytest.mark.parametrize(
    ("until", "day", "holds"),
    [
        ("2026-11-28", date(2026, 11, 28), True),
        ("2026-11-28", date(2026, 11, 29), False),
        ("2026-11", date(2026, 11, 30), True),
        ("2026-11", date(2026, 12, 1), False),
        ("2026", date(2026, 12, 31), True),
        ("2026", date(2027, 1, 1), False),
        ("", date(9999, 12, 31), True),
    ],
)
def test_an_entry_holds_to_the_end_of_its_last_day(until, day, holds):
    assert is_current({"until": until}, day) == holds


@given(st.dates(), st.dates(), st.sampled_from([4, 7, 10]))
def test_days_compare_as_their_numbers(one, other, length):
    until = one.isoformat()[:length]
    assert is_current({"until": until}, other) == (until >= other.isoformat()[:length])
    assert (last_day({"until": until}) >= number_of(other)) == is_current({"until": until}, other)


def found(words):
    return search.search(search.Query(text=words)).total


@pytest.mark.django_db
def test_an_entry_leaves_the_search_with_its_last_day(monkeypatch):
    today = [date(2026, 11, 28)]
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_arguments: today[0])
    entries = [
        {"kind": "sells", "what": "Citrouilles", "description": "", "until": "2026-11-28"},
        {"kind": "offers", "what": "Ateliers", "description": "", "until": "2026-12"},
        {"kind": "seeks", "what": "Bocaux", "description": ""},
    ]
    make.organisation("Essai", catalogue=entries)
    make.organisation("Autre essai")
    make.indexed()
    assert [found(what) for what in ("citrouilles", "ateliers", "bocaux")] == [1, 1, 1]
    assert not search.is_behind()
    touched = []
    monkeypatch.setattr(stamp, "touch", touched.append)
    today[0] = date(2026, 11, 29)
    assert search.is_behind()
    follow_the_base("essai")
    assert [found(what) for what in ("citrouilles", "ateliers", "bocaux")] == [0, 1, 1]
    assert touched, "pages kept in memory are made anew"
    assert not search.is_behind()
    # Days on which nothing ends cost nothing; those missed are made up for.
    today[0] = date(2026, 12, 15)
    assert search.sync() == 0
    today[0] = date(2027, 3, 1)
    assert search.sync() == 1
    assert [found(what) for what in ("citrouilles", "ateliers", "bocaux", "essai")] == [0, 0, 1, 2]
