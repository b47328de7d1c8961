"""The same figures on screen, in the document, in the table and in the data."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest
from django.utils import timezone
from pypdf import PdfReader

from terreau.diagnosis import exports, pages, presentation, services
from terreau.diagnosis.content import Content, Part, Subject
from terreau.diagnosis.exports import COLUMNS, Issue
from terreau.diagnosis.printing import to_pdf
from terreau.diagnosis.rules import Figure
from tests.directory.factories import organisation

TODAY = timezone.localdate()
ISSUE = Issue(number=3, published_on="2026-11-22", digest="d" * 64, introduction="Un mot.")


def squeezed(text):
    """Text without the spaces that a layout may change, nor the hyphens of line ends."""
    return re.sub(r"[\s\u00a0\u202f\u00ad\u2010-]+", "", text)


@pytest.fixture
def found(world):
    return services.assemble(world.department, TODAY)


def test_the_table_and_the_data_are_the_figures_of_the_content(found):
    table = list(csv.DictReader(io.StringIO(exports.to_csv(found.content, ISSUE))))
    data = json.loads(exports.to_json(found.content, ISSUE))
    figures = list(found.content.figures())
    assert tuple(table[0]) == COLUMNS
    assert (
        [row["id"] for row in table] == [row["id"] for row in data["figures"]] == [one.id for one in figures]
    )
    for row, item, figure in zip(table, data["figures"], figures, strict=True):
        assert item["value"] == figure.value
        assert row["value"] == ("" if figure.value is None else str(figure.value))
        for name in (
            "unit",
            "counted",
            "date",
            "perimeter",
            "source",
            "reliability",
            "method",
            "mask_reason",
        ):
            assert row[name] == item[name] == getattr(figure, name)
        assert item["edition"] == 3
        assert row["territory"] == found.content.subject.code


def test_the_wide_table_of_sources_is_read_on_a_telephone_heading_by_heading(found):
    page = pages.file_page(found.content, found.pictures, ISSUE)
    table = re.search(
        r'<table class="stack"[^>]*aria-labelledby="t-sources".*?</table>', page, flags=re.S
    ).group()
    for heading in ("Ici", "En tout", "Placées", "Confirmées", "Plus ancienne date", "Qui parle"):
        assert f'data-of="{heading}"' in table
    assert 'aria-labelledby="t-sources"' in table


def test_the_data_tell_the_dates_of_the_sources_and_who_speaks(found):
    data = json.loads(exports.to_json(found.content, ISSUE))
    (table,) = next(part for part in data["sections"] if part["key"] == "sources")["tables"]
    assert table["lines"][0]["date"] == "30 juin 2024"
    assert table["lines"][0]["qui"] == "une liste"


def test_every_exported_figure_has_a_unit(found):
    published = Figure("publie.xx", "emplois", 3, "", counted="ESS", date="2022")
    part = Part("references", "R", listed=(published,))
    (row,) = exports.rows(replace(found.content, sections=(part,)), ISSUE)
    assert row["unit"] == "emplois"
    assert all(row["unit"] for row in exports.rows(found.content, ISSUE))


def test_the_page_shows_every_figure(found):
    page = pages.file_page(found.content, found.pictures, ISSUE)
    told = squeezed(
        re.sub(r"<[^>]+>", " ", re.sub(r"<style.*?</style>", "", page, flags=re.S)).replace("&#x27;", "'")
    )
    for figure in found.content.figures():
        shown = presentation.figure(figure)
        assert squeezed(shown.value) in told, figure.id
        assert squeezed(figure.label.split(",")[0]) in told, figure.id


def test_the_document_shows_every_figure(found):
    pdf = PdfReader(io.BytesIO(to_pdf(found.content, found.pictures, ISSUE, draft=False)))
    told = squeezed(" ".join(page.extract_text() for page in pdf.pages))
    for figure in found.content.figures():
        shown = presentation.figure(figure)
        if figure.unit != "habitants" and not figure.id.startswith("publie"):
            assert squeezed(shown.value) in told, figure.id
    for part in found.content.sections:
        assert squeezed(part.title) in told
        for text in part.texts:
            assert squeezed(text) in told
    assert squeezed("Un mot.") in told


def test_the_document_is_tagged_titled_and_in_french(found):
    pdf = PdfReader(io.BytesIO(to_pdf(found.content, found.pictures, ISSUE, draft=False)))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert "Province-Essai" in pdf.metadata.title
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_a_table_says_what_it_counts_and_over_what(found):
    shown = {table.key: table for part in presentation.parts(found.content) for table in part.tables}
    told = squeezed(shown["familles"].about)
    assert squeezed("Champ : organisations connues en activité, par famille, sur 15 dont") in told
    assert squeezed("Fiabilité : comptes exacts.") in squeezed(shown["sources"].about)


def test_the_document_leads_to_the_method_and_writes_out_the_addresses(world):
    text = "https://example.org/chiffres"
    content = services.assemble(world.department, TODAY).content
    part = content.part("references")
    published = Figure(
        "publie.xx", "emplois", 3, "", counted="total", date="2022", perimeter=content.subject.name,
        source="exemple.org", reliability="chiffre publié", method="publies", url=text,
    )  # fmt: skip
    sections = tuple(
        replace(one, listed=(*one.listed, published)) if one.key == part.key else one
        for one in content.sections
    )
    found = services.assemble(world.department, TODAY)
    pdf = PdfReader(
        io.BytesIO(to_pdf(replace(content, sections=sections), found.pictures, ISSUE, draft=False))
    )
    assert squeezed(text) in squeezed(" ".join(page.extract_text() for page in pdf.pages))
    links = [
        link.get_object()
        for page in pdf.pages
        for link in page.get("/Annots", [])
        if link.get_object()["/Subtype"] == "/Link"
    ]
    assert any(link.get("/A", {}).get("/URI") == text for link in links)
    # One for each figure and table at least, inside the document.
    assert sum("/Dest" in link or link.get("/A", {}).get("/S") == "/GoTo" for link in links) >= 5


def test_the_page_leads_from_every_figure_to_its_method(found):
    page = pages.file_page(found.content, found.pictures, ISSUE)
    links = re.findall(r'href="#m-([a-z-]+)"', page)
    figures = sum(len(part.figures) + len(part.listed) for part in found.content.sections)
    tables = sum(len(part.tables) for part in found.content.sections)
    assert len(links) == figures + tables
    assert all(f'id="m-{key}"' in page for key in links)


def test_a_draft_says_so_on_its_pages(found):
    pdf = PdfReader(io.BytesIO(to_pdf(found.content, found.pictures, Issue(), draft=True)))
    assert all("Brouillon" in page.extract_text() for page in pdf.pages)


def test_the_file_stands_alone(found):
    page = pages.file_page(found.content, found.pictures, Issue())
    assert "data:image/svg+xml;base64," in page
    assert "<style>" in page
    assert not re.search(r"""(?:src|href|srcset)=["'](?!data:|#|https?://)""", page)
    assert "<script" not in page
    assert "n’est pas une édition publiée" in page


def test_formulas_are_neutralised(world):
    from tests.directory.factories import source

    evil = source(world.town, code="evil")
    evil.name = "=cmd|'/c calc'!A1"
    evil.save()
    organisation("Essai", world.town, said_by=evil)
    text = exports.to_csv(services.assemble(world.town, TODAY).content, Issue())
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any(cell.startswith("'=cmd") for cell in cells)
    assert not any(cell.startswith(("=", "@")) for cell in cells)


def test_negative_numbers_stay_numbers():
    figure = Figure("a", "a", -3, "points", counted="c")
    found = Content(Subject("xx", "X", "commune", "XX"), "2026-01-01", (Part("p", "P", figures=(figure,)),))
    row = next(csv.DictReader(io.StringIO(exports.to_csv(found, Issue()))))
    assert row["value"] == "-3"


def test_markup_in_a_name_stays_text(world):
    from tests.directory.factories import source

    odd = source(world.town, code="odd")
    odd.name = "<b>#set page(fill: red) $x$ *gras*</b>"
    odd.save()
    organisation("Essai", world.town, said_by=odd)
    got = services.assemble(world.town, TODAY)
    assert "<b>#set" not in pages.file_page(got.content, got.pictures, Issue())
    pdf = PdfReader(io.BytesIO(to_pdf(got.content, got.pictures, Issue(), draft=False)))
    assert squeezed("#set page(fill: red)") in squeezed(" ".join(page.extract_text() for page in pdf.pages))


def test_names_in_other_scripts_do_not_stop_the_document(world):
    organisation("សហគមន៍ 😀", world.other)
    world.other.name = "ភ្នំពេញ"
    world.other.save()
    got = services.assemble(world.grouping, TODAY)
    assert to_pdf(got.content, got.pictures, Issue(), draft=False).startswith(b"%PDF-")


def test_a_difference_in_points_agrees_with_its_number():
    assert presentation.change(0.3, "%", 1) == "+0,3\u00a0point"
    assert presentation.change(-1.9, "%", 1).endswith("point")
    assert presentation.change(2.0, "%", 1).endswith("points")
    assert presentation.change(2, "organisations", 0) == "+2"
