"""Cells as long as the reading of a file lets through, made to be slow to read or to break what reads them.

Nothing here looks at the clock: read in more than linear time, any of these would take minutes or hours.
"""

from __future__ import annotations

import pytest

from terreau.core.errors import TerreauError
from terreau.directory.values import LONGEST_TEXT
from terreau.registers import normalising as norm
from terreau.registers.placing import Placer
from terreau.registers.placing_rules import clean_locality
from terreau.registers.reading_header import find_shape
from terreau.registers.reading_limits import Limits
from terreau.registers.reading_values import clean_text
from terreau.registers.row_reading import Context, RowReader
from terreau.registers.spec import ColumnSpec, Spec
from terreau.registers.targets import BY_KEY
from tests.registers.test_stage import OnePlace

LONG = 100_000
CELLS = {
    "a word after a number": "1" + "a" * LONG + "!",
    "spaces after a number": "1" + " " * LONG + "x",
    "spaces before a tag": "a" + " " * LONG + "<b",
    "tags never closed": "<br" * (LONG // 3),
    "initials": "a." * (LONG // 2) + "ab",
    "commas": "a" + "," * LONG + "x",
    "many values": ";".join(map(str, range(LONG // 6))),
    "an endless entity": "&#" + "1" * LONG,
    "an endless number": "1" * LONG,
    "an endless number at least": "1" * LONG + "+",
    "an endless band": "1" * 5000 + " à " + "2" * 5000,
    "exponents for a time": "²" * 10,
    "exponents for a day": "²" * 5,
    "letters that fold into many": "\ufdfa" * 300,
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
@pytest.mark.parametrize("target", sorted(set(BY_KEY) - {"name"}))
def test_any_column_reads_them(target, cell):
    columns = [ColumnSpec("nom", "name"), ColumnSpec("valeur", target)]
    reader = RowReader(
        Spec(tuple(columns)), Context(Placer(OnePlace(), "1"), country="FR", today="2026-11-30")
    )
    reading = reader.read(1, {"nom": "Les Jardins", "valeur": cell})
    assert reading.values["name"] == "Les Jardins"
    # No longer than the same value typed by a person: the sheet can be edited afterwards.
    for field in ("locality", "address"):
        assert len(reading.values.get(field, "")) <= LONGEST_TEXT
    assert all(len(text) <= LONGEST_TEXT for text in reading.values.get("offers", ()))
    assert all(len(note) < 300 for note in reading.values.get("notes", ()))


def test_a_name_and_a_title_read_them():
    for cell in CELLS.values():
        assert len(norm.text(cell)) <= len(cell) * 18
        assert clean_locality(clean_text(cell)[:300])
        assert find_shape([(1, ["nom", cell]), (2, ["a", "b"])], Limits())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12 bénévoles à l’année", {"value": 12, "on": None}),
        ("12personnes", {"value": 12, "on": None}),
        ("12 a b c d", {"value": 12, "on": None}),
        ("12 a b c d e", None),
        ("20 à 30 personnes", {"low": 20, "high": 30, "on": None}),
        ("50+ salariés", {"low": 50, "high": None, "on": None}),
        ("9999999999 et plus", None),
    ],
)
def test_numbers_of_people_are_read_as_before(written, read):
    assert norm.count(written) == read


@pytest.mark.parametrize("written", ["48.5, 2.3", "( 48.5 ; 2.3 )", "  48,5\t;  2,3", "[48.5   2.3]"])
def test_coordinates_are_read_as_before(written):
    assert norm.pair(written) == (2.3, 48.5)


def test_a_million_columns_of_one_name_are_counted_before_they_are_named():
    with pytest.raises(TerreauError, match="colonnes, plus que les"):
        find_shape([(1, ["commune"] * 1_000_000), (2, ["a"])], Limits())
