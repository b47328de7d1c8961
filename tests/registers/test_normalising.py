"""Values of lists brought to one shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.registers import normalising as norm
from terreau.registers.reporting import neutralise

anything = st.text(max_size=60)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("  Les   Essais ", "Les Essais"),
        ("Park Slop<br>Food Coop", "Park Slop Food Coop"),
        ("L\\'épicerie", "L'épicerie"),
        ("Caf&eacute; fictif", "Café fictif"),
        ("[ND]", ""),
        ("None", ""),
        ("-", ""),
        ("Ne rien indiquer", ""),
        ("'=formule", "=formule"),
        ("'t Hof", "'t Hof"),
    ],
)
def test_texts(written, read):
    assert norm.text(written) == read


def test_broken_addresses_become_one_line():
    assert (
        norm.address("Chapelle<br>13 rue Neuve<br> 29600 Morlaix") == "Chapelle, 13 rue Neuve, 29600 Morlaix"
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("www.exemple.test/page", "https://www.exemple.test/page"),
        ("http://exemple.test", "http://exemple.test"),
        ("update6", None),
        ("nom@exemple.test", None),
        ("http://a b.test", None),
        ("javascript:alert(1)", None),
        ("", ""),
    ],
)
def test_sites(written, read):
    assert norm.website(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2017-04-10", "2017-04-10"),
        ("10/04/2017", "2017-04-10"),
        ("1999", "1999"),
        ("04/2017", "2017-04"),
        ("1505836684470", "2017-09-19"),
        ("1900-01-01", ""),
        ("31/02/2017", None),
        ("hier", None),
        ("", ""),
    ],
)
def test_days(written, read):
    assert norm.day(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12", {"value": 12, "on": None}),
        ("2 000 membres", {"value": 2000, "on": None}),
        ("environ 30", {"value": 30, "on": None}),
        ("10 à 19", {"low": 10, "high": 19, "on": None}),
        ("50 et plus", {"low": 50, "high": None, "on": None}),
        ("beaucoup", None),
        ("", {}),
    ],
)
def test_counts(written, read):
    assert norm.count(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("NN", {}),
        ("01", {"low": 1, "high": 2, "on": None}),
        ("1.0", {"low": 1, "high": 2, "on": None}),
        ("53", {"low": 10000, "high": None, "on": None}),
        ("77", None),
    ],
)
def test_headcount_bands(written, read):
    assert norm.band(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("True", "yes"),
        ("oui", "yes"),
        ("A", "yes"),
        ("1.0", "yes"),
        ("F", "no"),
        ("non", "no"),
        ("bof", None),
    ],
)
def test_yes_and_no(written, read):
    assert norm.yes_or_no(written) == read


def test_coordinates_in_one_cell_and_with_decimal_commas():
    assert norm.pair("46.58, 0.34") == (0.34, 46.58)
    assert norm.pair("(0.34 46.58)", "lonlat") == (0.34, 46.58)
    assert norm.pair("146.58, 0.34") is None
    assert norm.degrees("46,5803", 90) == 46.5803
    assert norm.degrees("46.5803", 90) == 46.5803
    assert norm.degrees("nord", 90) is None


def test_codes_get_back_the_zeros_that_spreadsheets_take():
    assert norm.postal_code("1000", "FR") == "01000"
    assert norm.postal_code("1000", "BG") == "1000"
    assert norm.postal_code("86000.0", "FR") == "86000"
    assert norm.commune_code("1004") == "01004"
    assert norm.department_code("6") == "06"


def test_several_values_in_one_cell():
    assert norm.several("culture; sport |sport;;") == ["culture", "sport"]
    assert norm.several("culture, sport", ",") == ["culture", "sport"]


@pytest.mark.parametrize("name", ["M. Dupont Jean", "Mme Essai", "MONSIEUR ESSAI"])
def test_names_of_persons(name):
    assert norm.names_a_person(name)


@pytest.mark.parametrize(
    "name", ["M@RINET", "M.A.PL@NETE", "Madeleine et Compagnie", "Mme2", "Monsieur-Madame"]
)
def test_names_that_only_look_like_persons(name):
    assert not norm.names_a_person(name)


@pytest.mark.parametrize("form", ["1000", "1000.0", "Entrepreneur individuel", "auto-entrepreneuse", "EI"])
def test_forms_of_sole_traders(form):
    assert norm.is_sole_trader(form)


@pytest.mark.parametrize("form", ["9220", "5710.0", "Association", "EIRLANDE"])
def test_forms_that_are_not(form):
    assert not norm.is_sole_trader(form)


@given(anything)
def test_nothing_a_cell_holds_makes_a_reader_fail(cell):
    for read in (norm.text, norm.address, norm.website, norm.day, norm.yes_or_no, norm.count, norm.band):
        read(cell)
    norm.several(cell)
    norm.pair(cell)
    norm.degrees(cell, 90)
    norm.postal_code(cell, "FR")
    norm.commune_code(cell)
    norm.names_a_person(cell)
    norm.is_sole_trader(cell)


@given(anything)
def test_reading_a_text_that_was_read_changes_nothing(cell):
    once = norm.text(cell)
    assert norm.text(once) == once or "&" in cell or "<" in cell or "\\" in cell or cell.startswith("'")


@given(anything)
def test_a_neutralised_cell_is_no_formula_and_reads_as_before(cell):
    kept = neutralise(cell)
    assert kept[:1] not in ("=", "@")
    assert kept in (cell, f"'{cell}")
    if kept[:1] in ("+", "-"):
        assert norm.count(kept[1:]) is not None or kept[1:].replace(",", ".").replace(".", "", 1).isdigit()
    if kept != cell and cell[:1] in "=+-@":
        assert norm.text(kept) == norm.text(cell)
