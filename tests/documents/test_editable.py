"""Documents that can be edited: read again as a word processor and a screen reader would."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terreau.documents import docx, odt
from terreau.documents.editable import Editable, Grid, Heading, Illustration, Items, Paragraph, column_widths

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02"
    "fe0def46b80000000049454e44ae426082"
)
DOCUMENT = Editable(
    "Essai & vérification",
    "Situation au 1er mars 2026",
    (
        Heading("Première partie"),
        Paragraph("Un texte <simple>.", lead="12"),
        Paragraph("Une adresse", url="https://example.org/?a=1&b=2"),
        Items(("Un", "Deux")),
        Heading("Détail", 2),
        Grid("Des nombres", ("Famille", "Nombre"), (("Associations", "12"),), frozenset({1})),
        Illustration(PIXEL, 640, 320, "Douze associations", "Les familles"),
        Heading("Seconde partie", new_page=True),
        Paragraph("Une note", small=True),
    ),
    foot="Essai",
)
WRITERS = {"docx": docx.to_docx, "odt": odt.to_odt}


def files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def parsed(data: bytes, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(files(data)[name])


def named(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def values(element: ElementTree.Element, tag: str, attribute: str) -> list[str]:
    return [
        value
        for one in element.iter()
        if named(one.tag) == tag
        for key, value in one.attrib.items()
        if named(key) == attribute
    ]


@pytest.mark.parametrize("kind", WRITERS)
def test_every_part_is_well_formed_and_the_same_document_gives_the_same_bytes(kind):
    made = WRITERS[kind](DOCUMENT)
    assert WRITERS[kind](DOCUMENT) == made
    for name, data in files(made).items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(data)


@pytest.mark.parametrize("kind", WRITERS)
def test_all_that_was_written_is_read_again(kind):
    made = WRITERS[kind](DOCUMENT)
    root = parsed(made, "word/document.xml" if kind == "docx" else "content.xml")
    told = "".join(root.itertext())
    for text in (
        "Essai & vérification", "Première partie", "12 Un texte <simple>.", "Une adresse", "Deux", "Famille",
        "Associations", "Les familles", "Une note",
    ):  # fmt: skip
        assert text in told


def test_docx_has_headings_a_header_row_words_for_pictures_and_its_language():
    made = docx.to_docx(DOCUMENT)
    root = parsed(made, "word/document.xml")
    assert [one for one in values(root, "pStyle", "val") if one.startswith("Heading")] == [
        "Heading1",
        "Heading2",
        "Heading1",
    ]
    assert len([one for one in root.iter() if named(one.tag) == "tblHeader"]) == 1
    assert "Douze associations" in values(root, "docPr", "descr")
    assert values(parsed(made, "word/styles.xml"), "lang", "val") == ["fr-FR"]
    assert "NUMPAGES" in " ".join(values(parsed(made, "word/footer1.xml"), "fldSimple", "instr"))


def test_docx_names_only_parts_that_it_has():
    made = docx.to_docx(DOCUMENT)
    relations = parsed(made, "word/_rels/document.xml.rels")
    inside = [one.get("Target") for one in relations if one.get("TargetMode") != "External"]
    assert {f"word/{target}" for target in inside} <= set(files(made))
    used = set(values(parsed(made, "word/document.xml"), "blip", "embed"))
    assert used <= {one.get("Id") for one in relations}


def test_odt_is_known_by_its_first_file_and_lists_all_the_others():
    made = odt.to_odt(DOCUMENT)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype").decode() == odt.MIME
    listed = set(values(parsed(made, "META-INF/manifest.xml"), "file-entry", "full-path"))
    assert listed == {"/", *files(made)} - {"mimetype", "META-INF/manifest.xml"}


def test_odt_has_headings_a_header_row_words_for_pictures_and_its_language():
    made = odt.to_odt(DOCUMENT)
    root = parsed(made, "content.xml")
    assert values(root, "h", "outline-level") == ["1", "2", "1"]
    assert len([one for one in root.iter() if named(one.tag) == "table-header-rows"]) == 1
    assert [one.text for one in root.iter() if named(one.tag) == "desc"] == ["Douze associations"]
    styles = parsed(made, "styles.xml")
    assert "fr" in values(styles, "text-properties", "language")
    assert [one for one in styles.iter() if named(one.tag) == "page-count"]


@settings(max_examples=30)
@given(st.text(max_size=30))
def test_no_text_breaks_a_document(text):
    document = Editable(text, text, (Heading(text), Grid(text, (text,), ((text,),))))
    for kind, name in (("docx", "word/document.xml"), ("odt", "content.xml")):
        parsed(WRITERS[kind](document), name)


@given(
    st.lists(st.lists(st.text(max_size=60), min_size=3, max_size=3), max_size=5),
    st.floats(min_value=1, max_value=1000),
)
def test_columns_share_the_whole_width(rows, whole):
    grid = Grid("", ("Constat", "Impact", "Preuve"), tuple(map(tuple, rows)), frozenset({1}))
    widths = column_widths(grid, whole)
    assert sum(widths) == pytest.approx(whole)
    assert min(widths) > 0


def test_texts_take_more_of_the_width_than_numbers():
    grid = Grid(
        "", ("Constat", "Impact"), (("Une ligne qui se lit sur toute la largeur", "4"),), frozenset({1})
    )
    wide, narrow = column_widths(grid, 16.6)
    assert wide > 4 * narrow
    assert narrow > 1


def test_a_title_in_bold_is_not_cut_in_its_middle():
    """« Nombre » in Liberation Sans Bold of 8.5 points is 1.13 cm long, and a cell has margins of 0.19 cm."""
    grid = Grid("Essai", ("Famille d’organisations", "Nombre"), (("Associations", "12"),), frozenset({1}))
    assert column_widths(grid, 16.6)[1] > 1.13 + 2 * 0.19
