from __future__ import annotations

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from terreau.core.countries import (
    country_from_text,
    country_name,
    country_of_record,
    guess_country,
    is_country,
    iso2_codes,
)

RIGA, BRATISLAVA, ABERDEEN = (24.1052, 56.9496), (17.1077, 48.1486), (-2.0837, 57.1509)


def test_names_in_french_and_english_for_every_code() -> None:
    assert {"FR", "CD", "XK", "EH", "IM"} <= iso2_codes()
    for iso2 in iso2_codes():
        assert country_name(iso2, "fr") != iso2
        assert country_name(iso2, "en") != iso2
    assert country_name("KH") == "Cambodge"
    assert country_name("KH", "en") == "Cambodia"
    assert country_name("KH", "ar") == "كمبوديا"
    assert country_name("QQ") == "QQ"
    assert not is_country("EU")
    assert not is_country("fr")


@pytest.mark.parametrize("iso2", sorted(iso2_codes() - {"GP", "GF", "MQ", "RE", "YT"}))
def test_a_country_is_found_by_its_french_and_english_names_and_its_code(iso2: str) -> None:
    assert country_from_text(country_name(iso2, "fr").upper()) == iso2
    assert country_from_text(country_name(iso2, "en")) == iso2
    assert country_from_text(iso2.lower()) == iso2


@pytest.mark.parametrize(
    ("written", "iso2"),
    [
        ("Österreich", "AT"),
        ("ÖSterreich", "AT"),
        ("England", "GB"),
        ("england", "GB"),
        ("SCOTLAND", "GB"),
        ("uk", "GB"),
        ("Isle of Man", "IM"),
        ("Ελλάδα", "GR"),
        ("EL", "GR"),
        ("Slovenija", "SI"),
        ("România", "RO"),
        ("Latvija", "LV"),
        ("Portogallo", "PT"),
        ("Czech Republic", "CZ"),
        ("COTE D'IVOIRE", "CI"),
        ("Côte d’Ivoire", "CI"),
        ("  République   démocratique du Congo ", "CD"),
        ("RDC", "CD"),
        ("Cap-Vert", "CV"),
        ("المغرب", "MA"),
        ("កម្ពុជា", "KH"),
        ("MLI", "ML"),
        ("Guadeloupe", "FR"),
        ("Nouvelle-Calédonie", "NC"),
        ("Niger", "NE"),
        ("Nigeria", "NG"),
    ],
)
def test_spellings_met_in_lists(written: str, iso2: str) -> None:
    assert country_from_text(written) == iso2


@pytest.mark.parametrize("written", ["", None, "  ", "ABERDEEN", "XX", "Congo", "Corée", "Europe", "?!"])
def test_what_is_unclear_gives_no_country(written: str | None) -> None:
    assert country_from_text(written) is None


@pytest.mark.parametrize(
    ("written", "iso2"), [("Frace", "FR"), ("Cypres", "CY"), ("Italu", "IT"), ("Sengal", "SN")]
)
def test_a_slip_is_suggested_but_never_taken_for_certain(written: str, iso2: str) -> None:
    guess = guess_country(written)
    assert guess is not None
    assert (guess.iso2, guess.exact) == (iso2, False)
    assert country_from_text(written) is None
    reading = country_of_record(written, None, None)
    assert (reading.iso2, reading.certainty) == (iso2, "fuzzy")
    assert "à confirmer" in reading.explanation


def test_a_slip_between_two_countries_is_not_suggested() -> None:
    guess = guess_country("Nigera")  # the Latvian name of Niger, and nearer to Nigeria
    assert guess is not None
    assert set(guess.candidates) == {"NE", "NG"}
    assert country_from_text("Nigera") is None
    assert country_from_text("Griekenland") == "GR", "a real name is not mistaken for a slip"


@pytest.mark.parametrize("language", ["de", "it", "el", "pt"])
def test_shipped_names_still_agree_with_the_cldr(language: str) -> None:
    names = Locale(language).territories
    for iso2 in ("FR", "GR", "SI", "MA", "DE", "CI"):
        assert country_from_text(names[iso2]) == iso2


def test_a_code_contradicted_by_the_position_is_not_trusted() -> None:
    reading = country_of_record("SR", *RIGA)
    assert reading.iso2 is None
    assert reading.certainty == "conflict"
    assert "Suriname" in reading.explanation
    assert "Lettonie" in reading.explanation


def test_a_local_abbreviation_holds_where_the_position_confirms_it() -> None:
    iso2, certainty, explanation = country_of_record("SR", *BRATISLAVA)
    assert (iso2, certainty) == ("SK", "exact")
    assert "abréviation" in explanation
    assert country_of_record("SR", -55.17, 5.85)[:2] == ("SR", "exact")
    assert country_of_record("SR", None, None)[:2] == ("SR", "fuzzy")


def test_swapped_coordinates_are_told() -> None:
    reading = country_of_record("Latvija", RIGA[1], RIGA[0])
    assert reading.certainty == "conflict"
    assert reading.explanation.endswith("semblent échangées.")


@pytest.mark.parametrize(
    ("written", "position", "expected"),
    [
        ("Österreich", (16.37, 48.21), ("AT", "exact")),
        ("Frace", (2.35, 48.85), ("FR", "exact")),  # two weak evidences that agree
        ("Deutschland", (7.7455, 48.5839), ("DE", "exact")),  # Strasbourg: 3 km from the border
        ("Deutschland", (2.35, 48.85), (None, "conflict")),
        ("Congo", (15.2832, -4.2661), ("CG", "exact")),
        ("Congo", None, (None, "unknown")),
        ("France", (166.44, -22.27), ("FR", "exact")),
        ("Maroc", (-13.2, 27.15), ("MA", "exact")),
        ("ABERDEEN", ABERDEEN, ("GB", "position")),
        (None, (2.35, 48.85), ("FR", "position")),
        ("", (7.7455, 48.5839), ("FR", "fuzzy")),
        ("Mali", (0, 0), ("ML", "exact")),
        ("zzz", None, (None, "unknown")),
        (None, None, (None, "unknown")),
    ],
)
def test_text_and_position_check_each_other(
    written: str | None, position: tuple[float, float] | None, expected: tuple[str | None, str]
) -> None:
    longitude, latitude = position or (None, None)
    reading = country_of_record(written, longitude, latitude)
    assert (reading.iso2, reading.certainty) == expected
    assert reading.explanation.endswith(".")


@settings(deadline=None)  # the first call reads the outlines
@given(st.text(max_size=40), st.floats(-180, 180), st.floats(-90, 90))
def test_a_country_is_given_only_with_evidence(text: str, lon: float, lat: float) -> None:
    reading = country_of_record(text, lon, lat)
    assert (reading.iso2 is None) == (reading.certainty in ("conflict", "unknown"))
    assert reading.explanation
