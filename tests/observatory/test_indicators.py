"""The formulas: worked examples of the methods, then what must hold of any numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.observatory import indicators as ind
from terreau.observatory.indicators import Interval

FAMILIES = {"association": 2000, "cooperative": 320, "mutuelle": 137, "fondation": 108}
amounts = st.floats(0, 1e7).map(lambda value: round(value * 2) / 2)
some = st.dictionaries(st.sampled_from("ABCDEFG"), amounts, max_size=7)


def test_concentration_of_families_in_france():
    index = ind.hhi(FAMILIES.values())
    assert index == pytest.approx(0.6282, abs=5e-5)
    assert ind.normalised_hhi(index, 4) == pytest.approx(0.5042, abs=5e-5)


def test_concentration_of_three():
    assert ind.hhi([0.5, 0.3, 0.2]) == pytest.approx(0.38)
    assert ind.normalised_hhi(0.38, 3) == pytest.approx(0.07)


def test_a_share_gives_back_its_denominator():
    assert ind.ratio(92_500, 10.8, 100) == pytest.approx(856_481, abs=0.5)


def test_pedigree_of_the_methods():
    assert ind.uncertainty([1.05, 1.05, 1.03, 1, 1.2]) == pytest.approx(1.2252, abs=5e-5)


def test_growth_is_refused_between_two_perimeters():
    assert ind.growth(100, 110, "legal 1", "legal 1") == pytest.approx(0.1)
    with pytest.raises(ind.NotComparable, match="périmètre"):
        ind.growth(100, 110, "legal 1", "legal 2")
    assert ind.growth(0, 3, "legal", "legal") is None


def test_yearly_growth():
    assert ind.yearly_growth(100, 121, 2) == pytest.approx(0.1)
    assert ind.yearly_growth(0, 121, 2) is None


def test_quotient_at_parity_and_its_interval():
    found = ind.location_quotient(10, 100, 1000, 10_000, seen=10, of=100)
    assert found.value == pytest.approx(1)
    assert found.low == pytest.approx(math.exp(-1.959964 * math.sqrt(0.09)))
    assert found.high == pytest.approx(1 / found.low)


def test_quotient_of_nothing_seen_is_bounded_above():
    found = ind.location_quotient(0, 100, 1000, 10_000, seen=0, of=60)
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(0.5)


@pytest.mark.parametrize("arguments", [(1, 0, 1, 1), (1, 1, 0, 1), (1, 1, 1, 0)])
def test_quotient_without_a_value(arguments):
    assert ind.location_quotient(*arguments, seen=1, of=1) is None


def test_shift_share_of_a_new_sector_and_of_one_the_reference_lacks():
    found = ind.shift_share({"A": 10, "Z": 4}, {"A": 12, "B": 3}, {"A": 100}, {"A": 110, "B": 5})
    assert found.change == 1
    assert found.national == Fraction(14) * Fraction(15, 100)


def test_share_of_intervals():
    found = ind.share_interval(Interval(15, 10, 19), Interval(85, 50, None))
    assert found == Interval(0.15, 0.0, 19 / 69)
    assert ind.share_interval(Interval(0, 0, 0), Interval(0, 0, 0)) is None


@given(some, some, some, some)
def test_the_three_terms_always_add_up_exactly(before, after, reference_before, reference_after):
    found = ind.shift_share(before, after, reference_before, reference_after)
    if found is not None:
        change = sum(map(Fraction, after.values())) - sum(map(Fraction, before.values()))
        assert found.national + found.structural + found.local == change


@given(some, some)
def test_krugman_is_between_nothing_and_two_and_symmetrical(ours, theirs):
    found = ind.krugman(ours, theirs)
    if found is not None:
        assert 0 <= found <= 2
        assert found == pytest.approx(ind.krugman(theirs, ours))
        assert ind.krugman(ours, ours) == 0


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=20))
def test_concentration_is_between_its_bounds(values):
    index = ind.hhi(values)
    assert 1 / len(values) - 1e-9 <= index <= 1 + 1e-9
    normal = ind.normalised_hhi(index, len(values))
    assert normal is None or 0 <= normal <= 1 + 1e-9


@given(*(st.integers(0, 10_000) for _ in range(4)))
def test_a_share_is_within_its_interval(low, width, rest_low, rest_width):
    part = Interval(low + width / 2, low, low + width)
    rest = Interval(rest_low + rest_width / 2, rest_low, rest_low + rest_width)
    found = ind.share_interval(part, rest)
    if found is not None:
        assert 0 <= found.low <= found.value + 1e-12
        assert found.value <= found.high + 1e-12 <= 1 + 1e-9


@given(st.integers(1, 500), st.integers(0, 500), st.floats(0.01, 0.9))
def test_a_quotient_is_within_its_interval(seen, others, reference):
    found = ind.location_quotient(seen, seen + others, reference, 1, seen=seen, of=seen + others)
    assert found.low <= found.value <= found.high
    assert found.value == pytest.approx(seen / (seen + others) / reference)


@given(st.lists(st.integers(1, 5), min_size=5, max_size=5), st.integers(0, 4))
def test_a_worse_score_never_gives_a_better_grade(scores, which):
    names = ("source", "completeness", "freshness", "territory", "definition")
    before = ind.grade(dict(zip(names, scores, strict=True)))
    scores[which] = min(5, scores[which] + 1)
    assert ind.grade(dict(zip(names, scores, strict=True))) >= before


def test_scores():
    bounds = (1, 2, 3, 4)
    assert [ind.score(value, bounds) for value in (0, 1, 1.5, 4, 5)] == [1, 1, 2, 4, 5]
