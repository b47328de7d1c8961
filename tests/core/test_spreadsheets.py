"""Texts of outsiders in a CSV: read by programs as they are, never run by a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.spreadsheets import csv_text, neutral, plain

BEGINS = ("=", "+", "-", "@")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("\t=1+1", "'\t'=1+1"),
        ("vélos;=1+1;prêt", "vélos;'=1+1;prêt"),
        ("vélos\n@SUM(A1)", "vélos\n'@SUM(A1)"),
        ("vélos\r\n+1", "vélos\r\n'+1"),
        ("vélos ; prêt, = échange", "vélos ; prêt, = échange"),
        ("porte-à-porte", "porte-à-porte"),
    ],
)
def test_a_text_begins_no_formula_wherever_it_would_be_cut(text, written):
    assert neutral(text) == written


def test_what_is_no_text_stays_what_it_is():
    assert [neutral(-1.5), neutral(None), neutral(True)] == [-1.5, None, True]


@given(st.text(alphabet="=+-@;\t\r\n'\",a1 ", max_size=12))
def test_no_cell_of_a_file_that_is_cut_at_semicolons_begins_a_formula(text):
    """As a spreadsheet set in French reads it: quotes inside a cell part nothing."""
    written = csv_text(["id", "text"], [{"id": "k1", "text": text}])
    cells = [cell for line in io.StringIO(written, newline="") for cell in line.strip("\r\n").split(";")]
    assert not [cell for cell in cells if cell.lstrip("\t").startswith(BEGINS)]
    (row,) = csv.DictReader(io.StringIO(written, newline=""))
    assert row["text"] == neutral(text)


@given(st.text(alphabet="=+-@;\t\r\n,a1 ", max_size=12).filter(lambda text: text[:1] not in "\t\r\n"))
def test_what_was_written_is_read_again_as_it_was(text):
    assert plain(neutral(text)) == text
