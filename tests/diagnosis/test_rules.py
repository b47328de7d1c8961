"""The methods, against published values and for any input."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.diagnosis import rules
from terreau.diagnosis.rules import Figure, concentration, density, difference, share
from terreau.directory.freshness import Freshness, freshness

counts = st.integers(min_value=0, max_value=10**7)


def test_concentration_gives_the_published_values():
    found = concentration([2000, 320, 137, 108])
    assert round(found.index, 4) == 0.6282
    assert round(found.normalised, 4) == 0.5042
    thirds = concentration([50, 30, 20])
    assert round(thirds.index, 4) == 0.38
    assert round(thirds.normalised, 4) == 0.07


@given(st.lists(counts, min_size=2, max_size=8).filter(lambda found: sum(found) > 0))
def test_concentration_stays_between_even_and_alone(found):
    result = concentration(found)
    assert 1 / len(found) - 1e-9 <= result.index <= 1 + 1e-9
    assert -1e-9 <= result.normalised <= 1 + 1e-9
    assert result.equivalent == pytest.approx(1 / result.index)


def test_concentration_of_equal_classes_is_nothing_and_of_one_class_is_all():
    assert concentration([7, 7, 7]).normalised == pytest.approx(0)
    assert concentration([7, 0, 0]).normalised == pytest.approx(1)


@pytest.mark.parametrize("nothing", [[], [5], [0, 0]])
def test_concentration_needs_something_to_compare(nothing):
    assert concentration(nothing) is None


def test_density_is_for_a_thousand_inhabitants():
    assert density(324, 89_916, coverage_known=True).value == pytest.approx(3.6033, abs=1e-4)


@given(counts, st.one_of(st.none(), counts))
def test_no_density_without_coverage(count, population):
    refused = density(count, population, coverage_known=False)
    assert refused.refused
    assert "couverture inconnue" in refused.reason


@pytest.mark.parametrize("population", [None, 0])
def test_no_density_without_population(population):
    assert density(3, population, coverage_known=True).reason == "population inconnue"


def test_a_density_of_negative_numbers_is_a_mistake():
    with pytest.raises(ValueError, match="never negative"):
        density(-1, 10, coverage_known=True)


@given(counts, counts)
def test_a_share_is_a_percentage_of_enough(one, other):
    part, whole = sorted((one, other))
    found = share(part, whole)
    if whole < rules.MINIMUM_FOR_SHARE:
        assert found.refused
        assert found.reason
    else:
        assert 0 <= found.value <= 100
        assert found.value == pytest.approx(100 * part / whole)


def test_a_share_larger_than_its_whole_is_a_mistake():
    with pytest.raises(ValueError, match="not a part"):
        share(11, 10)


def test_withheld_leaves_nothing_to_make_the_value_again():
    figure = Figure("densite", "densité", 2.5, "pour 1 000", numerator=5, denominator=2000)
    hidden = rules.withheld(figure, "couverture inconnue")
    assert (hidden.value, hidden.numerator, hidden.denominator) == (None, None, None)
    assert hidden.masked
    assert hidden.mask_reason == "couverture inconnue"


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(min_value=-800, max_value=800))
def test_fresh_means_within_the_year_before_the_day(as_of, days):
    # To the day: what was confirmed on this day a year ago has had its twelve months.
    confirmed = as_of - timedelta(days=days)
    fresh = freshness(confirmed, as_of) is Freshness.FRESH
    assert rules.is_fresh(confirmed, as_of) == (days >= 0 and fresh)


def test_what_nobody_confirmed_is_not_fresh():
    assert not rules.is_fresh(None, date(2026, 1, 1))


def figure(value, key="organisations", **more):
    about = {"unit": "organisations", "counted": "en activité", "perimeter": "Ville-Essai (commune)", **more}
    return Figure(key, "organisations", value, **about)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_difference_is_after_minus_before(before, after):
    change = difference(figure(before), figure(after))
    assert change.change == after - before
    assert (change.rate is None) == (before < rules.MINIMUM_FOR_SHARE)


def test_a_rate_is_over_the_first_value():
    assert difference(figure(200), figure(250)).rate == 25.0


def test_percentages_differ_in_points_without_rate():
    change = difference(figure(40.5, unit="%", decimals=1), figure(50.0, unit="%", decimals=1))
    assert change.change == 9.5
    assert change.rate is None


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        (figure(3), None, rules.ONLY_BEFORE),
        (None, figure(3), rules.ONLY_AFTER),
        (figure(3), figure(4, counted="toutes"), rules.NOT_SAME),
        (figure(3), figure(4, perimeter="Autre-Essai (commune)"), rules.NOT_SAME),
        (figure(3), rules.withheld(figure(4), "population inconnue"), "population inconnue"),
    ],
)
def test_nothing_is_subtracted_from_what_is_not_the_same(before, after, note):
    change = difference(before, after)
    assert change.change is None
    assert change.note == note


def test_two_figures_are_not_compared():
    with pytest.raises(ValueError, match="not the same"):
        difference(figure(1), figure(2, key="autre"))
    with pytest.raises(ValueError, match="nothing"):
        difference(None, None)


def test_a_claim_without_evidence_or_made_later_makes_no_coverage():
    day = date(2026, 6, 1)
    claims = [
        rules.CoverageClaim("a", "A", "tout", "", day),
        rules.CoverageClaim("b", "B", "tout", "registre obligatoire", day + timedelta(days=1)),
        rules.CoverageClaim("c", "C", "tout", "registre obligatoire", day),
    ]
    assert [claim.source_code for claim in rules.known_coverage(claims, day)] == ["c"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sur 12 dont la famille est connue", "sur 3\u202f447 dont la famille est connue"),
        ("par précision du lieu, sur 12", "par précision du lieu, sur 14"),
    ],
)
def test_the_number_counted_over_is_no_change_of_what_is_counted(before, after):
    change = difference(figure(40.0, unit="%", counted=before), figure(50.0, unit="%", counted=after))
    assert (change.change, change.note) == (10, "")
