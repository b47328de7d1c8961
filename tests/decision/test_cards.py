"""The card game, member by member and together."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.errors import TerreauError
from terreau.decision.cards import Hand, merge, order, weigh

# methods.md D.5, MCDA-3: the structure of Figueira and Roy 2002.
PUBLISHED = Hand(
    (("a", "b", "c"), ("d",), ("e", "f", "g", "h"), ("i",), ("j", "k"), ("l",)),
    (0, 1, 0, 0, 0),
    Fraction("6.5"),
)


def test_mcda_3():
    weights = weigh(PUBLISHED)
    firsts = [round(weights[key], 4) for key in "adeijl"]
    assert firsts == [2.3669, 4.5444, 8.8757, 11.0533, 13.2071, 15.3846]
    assert sum(weights.values()) == pytest.approx(100)


def test_one_rank_or_a_ratio_of_one_weighs_all_the_same():
    assert weigh(Hand((("a", "b"),))) == {"a": 50, "b": 50}
    assert weigh(Hand((("a",), ("b",)), (3,), Fraction(1))) == {"a": 50, "b": 50}


def test_a_half_of_a_hundredth_goes_up():
    # u = 1.5/4: the ranks are 1, 1.375, 1.75, 2.125 and 2.5, kept as 1, 1.38, 1.75, 2.13 and 2.5.
    weights = weigh(Hand(tuple((key,) for key in "abcde"), (), Fraction("2.5")))
    assert [round(weights[key] / weights["a"], 4) for key in "abcde"] == [1, 1.38, 1.75, 2.13, 2.5]


@pytest.mark.parametrize(
    ("hand", "criteria", "said"),
    [
        (Hand(()), None, "Aucune carte"),
        (Hand((("a",), ("a",))), None, "posée deux fois"),
        (Hand((("a",), ())), None, "aucune carte"),
        (Hand((("a",), ("b",)), (1, 2), Fraction(2)), None, "Donnez-en 1"),
        (Hand((("a",), ("b",)), (-1,), Fraction(2)), None, "se comptent"),
        (Hand((("a",), ("b",)), (0,), Fraction(1, 2)), None, "va de 1"),
        (Hand((("a",),)), "abc", "ne sont pas posées : « b », « c »"),
        (Hand((("a",), ("z",))), "a", "« z »"),
    ],
)
def test_cards_that_do_not_hold_are_refused(hand, criteria, said):
    with pytest.raises(TerreauError) as refused:
        weigh(hand, criteria)
    assert said in str(refused.value).replace("\u00a0", " ")


def test_members_are_merged_by_median_within_then_across_colleges():
    merged = merge(
        [
            ("elected", {"a": 10, "b": 90}),
            ("elected", {"a": 20, "b": 80}),
            ("elected", {"a": 90, "b": 10}),
            ("actors", {"a": 50, "b": 50}),
        ]
    )
    assert merged.colleges["elected"] == {"a": 20, "b": 80}
    # One college of three and one of one count alike.
    assert merged.weights == {"a": 35, "b": 65}
    assert merged.members == {"elected": 3, "actors": 1}
    spread = merged.spreads["a"]
    assert (spread.least, spread.median, spread.greatest) == (10, 35, 90)


def test_members_who_did_not_weigh_the_same_things_are_not_merged():
    with pytest.raises(TerreauError):
        merge([("x", {"a": 100}), ("x", {"b": 100})])
    with pytest.raises(TerreauError):
        merge([])


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.tuples(
            st.permutations("abcdef"[:n]), st.lists(st.integers(0, 5), min_size=n - 1, max_size=n - 1)
        )
    ),
    st.fractions(1, 20, max_denominator=10),
)
def test_weights_grow_with_the_ranks_and_the_last_is_so_many_times_the_first(cards, times):
    keys, blanks = cards
    weights = weigh(Hand(tuple((key,) for key in keys), tuple(blanks), times))
    ordered = [weights[key] for key in keys]
    assert ordered == sorted(ordered)
    if len(keys) > 1:
        assert ordered[-1] / ordered[0] == pytest.approx(float(times), abs=0.0051)
    assert order(weights)[0][0] in {key for key in keys if weights[key] == pytest.approx(ordered[0])}
