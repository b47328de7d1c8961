"""Amounts and numbers as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django import forms

from terreau.accounts.fields import AmountField, NumberField


@pytest.mark.parametrize(
    ("typed", "currency", "read"),
    [
        ("1 500,50", "EUR", Decimal("1500.5")),
        ("12,50", "EUR", Decimal("12.5")),
        ("1\u202f500\u202f000", "XOF", 1_500_000),
        ("1 500,00", "XOF", 1500),
        ("1,255", "TND", Decimal("1.255")),
        ("", "EUR", None),
    ],
)
def test_an_amount_is_read_to_the_smallest_unit_of_its_currency(typed, currency, read):
    assert AmountField(currency=currency).clean(typed) == read


@pytest.mark.parametrize(
    ("typed", "currency", "said"),
    [
        ("12,500", "EUR", "2 chiffres après la virgule"),
        ("1 500,50", "XOF", "pas de centimes"),
        ("12,000", "XOF", "pas de centimes"),
        ("1,2555", "TND", "3 chiffres après la virgule"),
        ("beaucoup", "EUR", "pas un montant"),
        ("-5", "EUR", "pas un montant"),
    ],
)
def test_an_amount_is_never_rounded_without_a_word(typed, currency, said):
    """« 12,500 » may be twelve thousand and a half: nobody would see it kept as 12,50."""
    with pytest.raises(forms.ValidationError, match=said):
        AmountField(currency=currency).clean(typed)


@pytest.mark.parametrize("typed", ["1250,5", "1 250,5", "1\u202f250,5", "1\u00a0250.5"])
def test_a_number_is_read_with_its_spaces(typed):
    assert NumberField().clean(typed) == Decimal("1250.5")
