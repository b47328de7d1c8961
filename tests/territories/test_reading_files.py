"""Tables read from a town's file: several formats, bounded, refused with a reason."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import xlsxwriter

from terreau.core.errors import TerreauError
from terreau.territories import reading_files
from terreau.territories.reading_files import read_rows


def workbook(rows):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def test_a_feature_whose_properties_are_not_an_object_says_nothing():
    features = [{"type": "Feature", "properties": "abc", "geometry": None}]
    [row] = read_rows(json.dumps({"features": features}).encode(), "a.geojson")
    assert row.values == {}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"nom;type\nQuar\0tier Bleu;secteur\0\n"),
        ("a.json", b'[{"nom": "Quar\\u0000tier Bleu", "type": "sec\\u0000teur"}]'),
    ],
)
def test_characters_no_database_keeps_are_left_out(name, content):
    [row] = read_rows(content, name)
    assert row.values == {"nom": "Quartier Bleu", "type": "secteur"}


@pytest.mark.parametrize(
    "content",
    [
        b"nom;type\nQuartier Bleu;secteur\n",
        "nom;type\nQuartier Bleu;secteur\n".encode("utf-8-sig"),
        b"\n\nnom,type\n\nQuartier Bleu,secteur\n",
        "nom\ttype\nQuartier Bleu\tsecteur\n".encode("utf-16"),
        'nom|type\r\n"Quartier Bleu"|secteur\r\n'.encode("cp1252"),
    ],
)
def test_text_of_any_separator_and_encoding(content):
    [row] = read_rows(content, "quartiers.csv")
    assert row.values == {"nom": "Quartier Bleu", "type": "secteur"}


def test_accents_of_windows_are_read():
    [row] = read_rows("nom;type\nHôtel;secteur\n".encode("cp1252"), "a.csv")
    assert row.values["nom"] == "Hôtel"


def test_a_workbook_is_read_and_its_whole_numbers_stay_whole():
    rows = read_rows(workbook([["nom", "population"], ["Nord", 1200], ["Sud", 12.5]]), "quartiers.XLSX")
    assert [row.values for row in rows] == [
        {"nom": "Nord", "population": "1200"},
        {"nom": "Sud", "population": "12.5"},
    ]
    assert [row.number for row in rows] == [2, 3]


def test_geojson_gives_values_and_geometry():
    point = {"type": "Point", "coordinates": [-8.0, 12.6]}
    feature = {
        "type": "Feature",
        "properties": {"nom": "Nord", "population": 12, "autre": None},
        "geometry": point,
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    [row] = read_rows(content, "a.geojson")
    assert row.values == {"nom": "Nord", "population": "12"}
    assert row.geometry == point


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (b"  \n ", "a.csv"),
        (b"nom;type\n", "a.csv"),
        (b"nom;type\nA;b\n", "a.exe"),
        (b"nom;type\nA;b\n", "sans-format"),
        (b"pas un classeur", "a.xlsx"),
        (b"PK\x03\x04 faux", "a.xlsx"),
        (b"{", "a.json"),
        (b"[]", "a.json"),
        (b"[1, 2]", "a.json"),
        (b"[" * 100_000, "a.json"),
        (b'{"type": "Point"}', "a.geojson"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(content, name):
    with pytest.raises(TerreauError) as refused:
        read_rows(content, name)
    assert refused.value.message.endswith(".")


def test_too_large_a_file_is_refused(monkeypatch):
    monkeypatch.setattr(reading_files, "MAX_BYTES", 10)
    with pytest.raises(TerreauError, match="dépasse"):
        read_rows(b"nom;type\nA;secteur\n", "a.csv")


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.xlsx"])
def test_too_many_rows_are_refused(monkeypatch, name):
    monkeypatch.setattr(reading_files, "MAX_ROWS", 2)
    table = [["nom"], *[[f"n{i}"] for i in range(3)]]
    content = {
        "a.csv": "\n".join(row[0] for row in table).encode(),
        "a.json": json.dumps([{"nom": row[0]} for row in table[1:]]).encode(),
        "a.xlsx": workbook(table),
    }[name]
    with pytest.raises(TerreauError, match="lignes"):
        read_rows(content, name)


def test_a_small_archive_that_opens_into_a_huge_one_is_refused(monkeypatch):
    monkeypatch.setattr(reading_files, "MAX_INFLATED", 1_000_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    with pytest.raises(TerreauError, match="trop gros"):
        read_rows(out.getvalue(), "a.xlsx")


def test_two_cells_far_from_each_other_are_refused():
    """Their sheet asks for more memory than a machine has: read where the site is, it ended the site."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "nom")
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(TerreauError, match="trop gros"):
        read_rows(out.getvalue(), "a.xlsx")


def test_a_line_under_an_empty_one_keeps_its_number():
    rows = read_rows(workbook([[], ["nom", "note"], [], ["Nord", "a\nb"], ["Sud", ""]]), "a.xlsx")
    assert [(row.number, row.values["nom"]) for row in rows] == [(4, "Nord"), (5, "Sud")]
    assert rows[0].values["note"] == "a\nb"
