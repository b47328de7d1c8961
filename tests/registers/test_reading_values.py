"""Numbers, dates and texts as lists hold them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.registers.reading_values import clean_text, decimal_mark, parse_date, parse_number, read_date


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("40 000,00", "40000"),
        ("40\u202f000,00 €", "40000"),
        ("1 234,5", "1234.5"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1,234", "1.234"),
        ("1.234", "1.234"),
        ("1'234.50 CHF", "1234.5"),
        ("1 500 F CFA", "1500"),
        ("(120)", "-120"),
        ("\u22123", "-3"),
        ("2.1860194600000e13", "21860194600000"),
        ("10000.0", "10000"),
    ],
)
def test_numbers_in_the_habits_of_each(text, value):
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "néant", "12 %", "1,23,4", "1.23.4", "12 av", "5k", "1e5000", "--3", "1 2-3"]
)
def test_what_is_not_surely_a_number_is_not_read(text):
    assert parse_number(text) is None


def test_a_column_tells_how_it_writes_decimals():
    assert decimal_mark(["1,234", "12,5"]) == ","
    assert decimal_mark(["1,234", "12.5"]) == "."
    assert decimal_mark(["1,234", ""]) is None
    assert decimal_mark(["1.5", "2,5"]) is None
    assert parse_number("1,234", decimal=".") == 1234
    assert parse_number("1.234", decimal=",") == 1234
    assert parse_number("12.5", decimal=",") is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_french_and_english_writings_of_a_number_are_read_alike(number):
    english = f"{number:,.2f}"
    french = english.replace(",", "\u202f").replace(".", ",")
    german = english.replace(",", "#").replace(".", ",").replace("#", ".")
    assert parse_number(english, decimal=".") == number
    assert parse_number(french) == number
    assert parse_number(german, decimal=",") == number


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("2017-12-21", date(2017, 12, 21), "day"),
        ("2017-12-21T10:30:00", date(2017, 12, 21), "day"),
        ("21/12/2017", date(2017, 12, 21), "day"),
        ("3.4.17", date(2017, 4, 3), "day"),
        ("03/04/1962", date(1962, 4, 3), "day"),
        ("12/25/2017", date(2017, 12, 25), "day"),
        ("20170403", date(2017, 4, 3), "day"),
        ("43101", date(2018, 1, 1), "day"),
        ("1er janvier 2020", date(2020, 1, 1), "day"),
        ("14 Août 2019", date(2019, 8, 14), "day"),
        ("mars 2019", date(2019, 3, 1), "month"),
        ("06/2015", date(2015, 6, 1), "month"),
        ("1998", date(1998, 1, 1), "year"),
        ("1998.0", date(1998, 1, 1), "year"),
    ],
)
def test_dates_and_how_finely_they_are_told(text, value, precision):
    found = read_date(text)
    assert found is not None
    assert (found.value, found.precision) == (value, precision)


@pytest.mark.parametrize(
    "text", ["", "31/02/2017", "86000", "invalid_date", "2017-13-45", "0000-00-00", "3 lunes 2017"]
)
def test_what_is_not_surely_a_date_is_not_read(text):
    assert parse_date(text) is None


@given(st.dates(min_value=date(1955, 1, 1), max_value=date(2060, 1, 1)))
def test_every_day_is_read_in_every_writing(day):
    serial = str((day - date(1899, 12, 30)) // timedelta(days=1))
    for text in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%d-%m-%Y}", serial):
        assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Park Slop<br>Food Coop", "Park Slop Food Coop"),
        (r"L\'épicerie d\'à côté", "L'épicerie d'à côté"),
        ("Caf&eacute; &amp; co", "Café & co"),
        ("<p>Un  lieu</p>\n<p>ouvert</p>", "Un lieu ouvert"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_text_from_web_pages_is_made_plain(text, plain):
    assert clean_text(text) == plain
