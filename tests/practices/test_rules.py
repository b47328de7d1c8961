"""Sizes, freshness, readers' voices, trees without cycles, money of countries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core import money
from terreau.practices import rules, world
from terreau.practices.rules import Confirmed, Voice


@pytest.mark.parametrize(
    ("people", "size"),
    [
        (None, ""),
        (9_999, "under_10"),
        (10_000, "under_50"),
        (199_999, "under_200"),
        (200_000, "under_1000"),
        (10**6, "above"),
    ],
)
def test_the_size_of_a_town(people, size):
    assert rules.size_of(people) == size


def test_a_confirmation_holds_for_a_year():
    said = date(2024, 2, 29)
    assert rules.confirmed(None, said) == Confirmed.NEVER
    assert rules.confirmed(said, date(2025, 2, 28)) == Confirmed.FRESH
    assert rules.confirmed(said, date(2025, 3, 1)) == Confirmed.OLD


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 6, date(2026, 7, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 5, 15), 18, date(2027, 11, 15)),
        (date(2026, 12, 1), 6, date(2027, 6, 1)),
    ],
)
def test_the_same_day_some_months_later(day, months, after):
    assert rules.months_after(day, months) == after


def test_two_peers_of_two_territories_publish_or_the_secretariat_alone():
    yes, other = Voice("1", approves=True), Voice("2", approves=True)
    assert not rules.is_checked([yes])
    assert not rules.is_checked([yes, Voice("1", approves=True)])
    assert rules.is_checked([yes, other])
    assert not rules.is_checked([yes, other, Voice("3", approves=False)])
    assert rules.is_checked([Voice("", approves=True, secretariat=True)])


def test_a_town_does_not_take_a_practice_from_itself():
    parents = {"B": None, "C": "B", "D": "C"}
    assert rules.makes_cycle("B", "D", parents)
    assert rules.makes_cycle("B", "B", parents)
    assert not rules.makes_cycle("D", "B", parents)
    assert not rules.makes_cycle("B", None, parents)


trees = st.integers(0, 12).flatmap(
    lambda count: st.tuples(
        *[st.one_of(st.none(), st.integers(0, max(0, number - 1))) for number in range(count)]
    )
)


@given(trees)
def test_a_tree_laid_flat_opens_as_many_lists_as_it_closes_and_holds_each_once(parents):
    tree = {number: (None if parent == number else parent) for number, parent in enumerate(parents)}
    rows = rules.flattened(tree)
    assert sorted(row.key for row in rows) == sorted(tree)
    assert sum(row.opens for row in rows) == sum(row.closes for row in rows)
    depth = {row.key: row.depth for row in rows}
    for key, parent in tree.items():
        assert depth[key] == (0 if parent is None else depth[parent] + 1)


def test_each_country_has_one_part_of_the_world_and_common_laws_their_members():
    assert world.region_of("SN") == "Afrique de l’Ouest"
    assert world.region_of("XX") == ""
    assert (world.law_of("ML"), world.law_of("CM"), world.law_of("BE"), world.law_of("MA")) == (
        "OHADA et UEMOA",
        "OHADA",
        "Union européenne",
        "MA",
    )
    assert world.shared_law_of("ML", "CM") == "OHADA"
    assert world.shared_law_of("ML", "SN") == "OHADA et UEMOA"
    assert world.shared_law_of("ML", "MA") == ""


def test_money_is_said_in_the_habit_of_the_country():
    assert money.currency_of("SN") == "XOF"
    # Dollars are tender in Haiti too; its money is the gourde.
    assert money.currency_of("HT") == "HTG"
    assert money.currency_of("BG") == "EUR"
    assert money.money_text(1_500_000, "XPF") == "1\u202f500\u202f000\u00a0FCFP"
    assert money.converted(1_000_000, "XPF", "EUR") == 838_000
    assert money.money_text(1_500_000, "XOF") == "1\u202f500\u202f000\u00a0F\u202fCFA"
    assert money.money_text(18_000_000, "EUR") == "180\u202f000\u00a0€"
    assert money.money_text(1250, "EUR") == "12,50\u00a0€"
    assert money.money_text(12, "") == "12"
    assert money.money_text(-96_000, "EUR") == "\u2212960\u00a0€"
    assert money.money_text(-960, "écus") == "\u2212960\u00a0écus"
    assert money.to_units(Decimal("12.5"), "TND") == 12_500


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 500,50", Decimal("1500.50")),
        ("1\u202f000", Decimal(1000)),
        ("-3", None),
        ("x", None),
        ("1e40", None),
        ("9" * 29, None),
    ],
)
def test_amounts_are_read_as_people_write_them(text, amount):
    assert money.read_amount(text) == amount


def test_only_a_parity_fixed_by_law_is_converted():
    assert money.converted(10_000, "EUR", "XOF") == 65_596
    assert money.converted(655_957, "XAF", "XOF") == 655_957
    assert money.converted(10_000, "EUR", "MAD") is None


@given(st.integers(0, 10**12), st.sampled_from(["EUR", "XOF", "TND", "MAD"]))
def test_an_amount_comes_back_whole(units, currency):
    assert money.to_units(money.from_units(units, currency), currency) == units
