"""Reliability in words, from a pedigree of five criteria."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.diagnosis.reliability import SourceShare, age_score, in_words, pedigree, share_score

DAY = date(2026, 11, 22)
shares = st.floats(0, 1)
sources = st.lists(
    st.builds(
        SourceShare,
        st.sampled_from(["register", "actor", "agent", "list", "rumour"]),
        st.integers(0, 10**6),
        st.one_of(st.none(), st.dates(date(1950, 1, 1), date(2030, 1, 1))),
    ),
    max_size=6,
)


@given(sources, st.booleans(), shares, shares)
def test_every_count_has_a_grade_and_words(found, known, placed, defined):
    scores = pedigree(found, as_of=DAY, coverage_known=known, placed_share=placed, defined_share=defined)
    assert scores.grade in "ABCDE"
    words = in_words(scores, found, coverage_known=known)
    assert ("couverture connue" if known else "couverture inconnue") in words
    if not known:
        assert scores.grade >= "C"


@given(sources, st.booleans(), shares, shares)
def test_a_known_coverage_never_makes_it_worse(found, known, placed, defined):
    about = {"as_of": DAY, "placed_share": placed, "defined_share": defined}
    unknown = pedigree(found, coverage_known=False, **about)
    assert pedigree(found, coverage_known=True, **about).grade <= unknown.grade


def test_a_recent_complete_register_is_the_best():
    found = [SourceShare("register", 100, DAY - timedelta(days=30))]
    scores = pedigree(found, as_of=DAY, coverage_known=True, placed_share=1, defined_share=1)
    assert (
        in_words(scores, found, coverage_known=True)
        == "très bonne\u00a0: registre officiel, 2026, couverture connue"
    )


def test_a_nine_year_old_list_is_fair_at_best():
    found = [SourceShare("list", 324, date(2017, 12, 31))]
    scores = pedigree(found, as_of=DAY, coverage_known=False, placed_share=1, defined_share=1)
    assert in_words(scores, found, coverage_known=False) == "moyenne\u00a0: liste, 2017, couverture inconnue"


def test_an_old_list_of_unknown_families_is_very_poor():
    found = [SourceShare("list", 10, None)]
    scores = pedigree(found, as_of=DAY, coverage_known=False, placed_share=0.1, defined_share=0)
    assert (
        in_words(scores, found, coverage_known=False)
        == "très faible\u00a0: liste, sans date, couverture inconnue"
    )


def test_the_heavier_source_weighs_more():
    recent, old = DAY - timedelta(days=10), date(2000, 1, 1)
    mostly_new = [SourceShare("register", 99, recent), SourceShare("list", 1, old)]
    mostly_old = [SourceShare("register", 1, recent), SourceShare("list", 99, old)]
    about = {"as_of": DAY, "coverage_known": True, "placed_share": 1, "defined_share": 1}
    assert pedigree(mostly_new, **about).freshness < pedigree(mostly_old, **about).freshness
    assert "2000 à 2026" in in_words(pedigree(mostly_old, **about), mostly_old, coverage_known=True)


@pytest.mark.parametrize(
    ("days", "score"), [(0, 1), (365, 1), (367, 2), (3 * 366, 3), (6 * 366, 4), (4000, 5)]
)
def test_age_is_scored_by_steps(days, score):
    assert age_score(DAY - timedelta(days=days), DAY) == score


def test_shares_are_scored_from_their_lower_bound():
    bounds = (0.95, 0.8, 0.6, 0.3)
    assert [share_score(one, bounds) for one in (1, 0.95, 0.94, 0.6, 0.3, 0.29)] == [1, 1, 2, 3, 4, 5]
