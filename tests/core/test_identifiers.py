"""National identifiers: accepted by their key, and spoilt numbers told from false ones."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from terreau.core.identifiers import (
    SCHEMES,
    Identifier,
    damage,
    denotes_person,
    digits_lost,
    is_valid,
    luhn_valid,
    normalise,
    recognise,
    siren_of,
)

# As published by the city of Poitiers: SIRETs that went through a spreadsheet as quantities.
POITIERS = [
    "45032466000000.0",
    "40495778900000.0",
    "75273724700000.0",
    "44088714900000.0",
    "50079414400100.0",
    "30053625700300.0",  # its key holds by chance
    "53507938800000.0",  # likewise
    "52212050000000.0",
]


def with_key(body: str) -> str:
    return next(body + key for key in "0123456789" if luhn_valid(body + key))


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


sirens = digits(8).map(with_key).filter(lambda value: value.strip("0") and value != "356000000")


@st.composite
def sirets(draw):
    rank = draw(st.integers(1, 999))
    return with_key(f"{draw(sirens)}{rank:04}")


@pytest.mark.parametrize(
    ("scheme", "text", "value"),
    [
        ("siren", "732 829 320", "732829320"),
        ("siren", "732829320.0", "732829320"),
        ("siren", "7,32829320E8", "732829320"),
        ("siren", "FR 44 732829320", "732829320"),
        ("siret", "732 829 320 00074", "73282932000074"),
        ("siret", "732\u00a0829\u202f320\u00a000074", "73282932000074"),
        ("siret", "73282932000074.0", "73282932000074"),
        ("siret", "35600000000048", "35600000000048"),
        ("rna", "w751244387", "W751244387"),
        ("rna", "W9M1006623", "W9M1006623"),
        ("neq", "88 3185 4938", "8831854938"),
        ("bn_ca", "123456782 RR0001", "123456782"),
        ("bce", "BE 0428.759.497", "0428759497"),
        ("bce", "403019261", "0403019261"),
        ("bce", "BE(0)403019261", "0403019261"),
        ("rcs_lu", "F 1 234", "F1234"),
        ("ice", "00 21 36 09 30 00 040", "002136093000040"),
        ("ice", "001561191000066", "001561191000066"),
        ("uid_ch", "CHE-116.281.710 TVA", "CHE116281710"),
        ("ninea", "3067221 2G2", "3067221"),
    ],
)
def test_an_identifier_has_one_written_form(scheme, text, value):
    assert normalise(scheme, text) == value
    assert normalise(scheme, value) == value
    assert SCHEMES[scheme].label


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        ("siren", "732829321"),
        ("siren", "000000000"),
        ("siren", "FR 45 732829320"),
        ("siren", "73282932"),
        ("siret", "73282932000075"),
        ("siret", "35600000000049"),
        ("siret", "SIRET inconnu"),
        ("rna", "W12345678"),
        ("rna", "751244387"),
        ("neq", "4431854938"),
        ("bn_ca", "123456783"),
        ("bce", "0428759498"),
        ("bce", "2428759497"),
        ("rcs_lu", "BB12"),
        ("ice", "001561191000065"),
        ("uid_ch", "CHE-116.281.711"),
        ("ninea", "3067222"),
        ("passeport", "12"),
        ("siret", ""),
        ("siren", "٧٣٢٨٢٩٣٢٠"),
    ],
)
def test_what_is_not_one_is_refused_in_french(scheme, text):
    with pytest.raises(ValueError, match=r"n’est pas un|tableur"):
        normalise(scheme, text)
    assert not is_valid(scheme, text)


@given(sirens, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen_in_a_siren(siren, place, step):
    wrong = siren[:place] + str((int(siren[place]) + step) % 10) + siren[place + 1 :]
    assert is_valid("siren", siren)
    assert not is_valid("siren", wrong)


@given(sirens, st.integers(0, 7))
def test_two_neighbours_swapped_are_seen_in_a_siren_but_for_0_and_9(siren, place):
    one, two = siren[place], siren[place + 1]
    assume(one != two and {one, two} != {"0", "9"})
    assert not is_valid("siren", siren[:place] + two + one + siren[place + 2 :])


@given(sirets(), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen_in_a_siret(siret, place, step):
    assume(not siret.endswith("00"))
    wrong = siret[:place] + str((int(siret[place]) + step) % 10) + siret[place + 1 :]
    assert normalise("siret", siret) == siret
    assert not is_valid("siret", wrong)
    assert is_valid("siren", siren_of(siret))


@given(
    st.integers(200_000_0, 999_999_99).map(lambda number: f"{number:08}"),
    st.integers(0, 9),
    st.integers(1, 9),
)
def test_one_wrong_digit_is_always_seen_in_a_belgian_number(body, place, step):
    number = f"0{body[1:]}"
    number += f"{97 - int(number) % 97:02}"
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert is_valid("bce", number)
    assert not is_valid("bce", wrong)


@given(digits(12), st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen_in_a_moroccan_number(body, place, step):
    number = f"0{body}"
    number += f"{(97 - int(number) * 100 % 97) % 97:02}"
    assume(number.strip("0"))
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert is_valid("ice", number)
    assert not is_valid("ice", wrong)


@given(st.sampled_from(["11", "22", "33", "88"]), digits(8))
def test_a_quebec_number_is_known_by_its_form_alone(kind, body):
    assume(body.strip("0"))
    assert is_valid("neq", kind + body)
    assert not is_valid("neq", "44" + body)


def test_a_quebec_number_tells_a_sole_trader_from_an_organisation():
    assert denotes_person(Identifier("neq", "22" + with_key("1234567")))
    assert not denotes_person(Identifier("neq", "8831854938"))


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("732829320", None, [("siren", "732829320")]),
        ("SIRET : 732 829 320 00074", None, [("siret", "73282932000074")]),
        ("n° SIREN 732 829 320", "FR", [("siren", "732829320")]),
        ("RCS Paris B 732 829 320", None, [("siren", "732829320")]),
        ("RCS Luxembourg F 1234", None, [("rcs_lu", "F1234")]),
        ("732829320 ; W751244387", None, [("siren", "732829320"), ("rna", "W751244387")]),
        ("TVA BE 0403.019.261", None, [("bce", "0403019261")]),
        ("0403.019.261", "BE", [("bce", "0403019261")]),
        ("0403.019.261", "FR", []),
        ("B12345", None, []),
        ("B12345", "LU", [("rcs_lu", "B12345")]),
        ("123456782", "ca", [("bn_ca", "123456782")]),
        ("3067221", "SN", [("ninea", "3067221")]),
        ("3067221", None, []),
        ("05 49 41 23 45", None, []),
        ("12 rue de la Paix 75002", None, []),
        ("", None, []),
        ("732829320 " + "x" * 300, None, []),
    ],
)
def test_a_cell_is_read_for_what_it_surely_holds(text, country, expected):
    assert [(found.scheme, found.value) for found in recognise(text, country)] == expected


@pytest.mark.parametrize("text", POITIERS)
def test_a_rounded_siret_is_never_accepted_even_when_its_key_holds(text):
    assert recognise(text) == []
    assert recognise(text, "FR") == []
    with pytest.raises(ValueError, match="arrondi par un tableur"):
        normalise("siret", text)
    assert "arrondi" in damage(text).reason


def test_the_siren_of_a_rounded_siret_is_kept_when_it_is_whole():
    found = damage("40495778900000.0")
    assert (found.salvaged, found.certain) == (Identifier("siren", "404957789"), True)


def test_six_zeros_leave_a_doubt_that_the_rest_of_the_column_lifts():
    alone = damage(POITIERS[0])
    assert (alone.salvaged, alone.certain) == (Identifier("siren", "450324660"), False)
    assert "à vérifier" in alone.reason
    lost = digits_lost(POITIERS)
    assert lost == 2
    assert damage(POITIERS[0], digits_lost=lost).certain


def test_a_column_that_lost_too_much_saves_nothing():
    column = ["45032500000000", "40495800000000", "75273700000000", "44088700000000", "50079400000000"]
    assert digits_lost(column) == 8
    assert all(damage(text, digits_lost=8).salvaged is None for text in column)
    assert all(damage(text).salvaged is None for text in column)


@pytest.mark.parametrize("column", [[], ["40495778900000.0"] * 4, ["73282932000074", *POITIERS], ["?"] * 9])
def test_a_short_or_sound_column_proves_no_rounding(column):
    assert digits_lost(column) is None


@pytest.mark.parametrize(
    ("text", "siren", "certain"),
    [
        ("4,50325E+13", None, False),  # six digits left of fourteen
        ("4.5032466E13", None, False),  # eight left: the ninth is unknown
        ("4,04957789E+13", "404957789", True),
        ("4.04957789000E+13", "404957789", True),
    ],
)
def test_scientific_notation_tells_how_many_digits_are_left(text, siren, certain):
    found = damage(text)
    assert (found.salvaged.value if found.salvaged else None, found.certain) == (siren, certain)


def test_scientific_notation_that_lost_nothing_is_no_damage():
    assert damage("7.3282932000074E+13") is None
    assert normalise("siret", "7,3282932000074E13") == "73282932000074"


@pytest.mark.parametrize(
    ("scheme", "text", "value", "certain"),
    [
        ("siret", "6220119900031", "06220119900031", True),
        ("siret", "6220119900031.0", "06220119900031", True),
        ("siren", "62201199", "062201199", False),
        ("ice", "1561191000066", "001561191000066", True),
    ],
)
def test_a_lost_leading_zero_is_found_again_but_not_in_silence(scheme, text, value, certain):
    found = damage(text, scheme=scheme)
    assert (found.salvaged, found.certain) == (Identifier(scheme, value), certain)
    assert value in found.reason
    assert recognise(text, SCHEMES[scheme].country) == []


def test_a_siret_both_stripped_and_rounded_gives_its_siren_only():
    found = damage("6220119900000.0")
    assert found.salvaged == Identifier("siren", "062201199")


@pytest.mark.parametrize("text", ["73282932000075", "73282932000074", "néant", "", "12", "73282932100000x"])
def test_a_false_or_sound_number_is_not_called_damaged(text):
    assert damage(text) is None


@given(sirets().filter(lambda siret: not siret.startswith("00")))
def test_rounding_never_lets_a_siret_through_and_keeps_its_siren_when_it_is_whole(siret):
    for kept in range(9, 13):
        rounded = f"{round(int(siret), kept - 14)}".zfill(14)
        assume(rounded[:9] == siret[:9])
        assume(rounded != siret)
        text = f"{int(rounded)}.0"
        found = damage(text)
        assert recognise(text, "FR") == []
        assert found is not None
        if found.salvaged is not None:
            assert found.salvaged == Identifier("siren", siren_of(siret))


@given(st.text(max_size=60), st.sampled_from([None, "FR", "BE", "CA", "MA", "LU", "SN", "CH"]))
def test_no_text_breaks_the_reading(text, country):
    for found in recognise(text, country):
        assert normalise(found.scheme, found.value) == found.value
    for scheme in SCHEMES:
        damage(text, scheme=scheme)
