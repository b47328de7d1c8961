from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from terreau.documents.charts import Bar, bar_chart
from terreau.documents.maps import Area, Place, area_map, place_map
from terreau.documents.pdf import TRANSLITERATION_NOTE, DocumentError, render, render_pages

DEMONSTRATION = Path(__file__).parent / "data" / "demonstration.typ"
ROWS = 120


def demonstration() -> dict[str, Any]:
    """Fictional figures that call every function of the house template."""
    return {
        "title": "Diagnostic d’essai de l’économie sociale et solidaire",
        "territory": "Ville d’Essai",
        "subtitle": "Un document pour éprouver la mise en page",
        "date": "12 mars 2026",
        "edition": "1re édition",
        "draft": True,
        "notes": ["Données d’exercice\u00a0: aucune ne décrit un lieu réel."],
        "text": "Premier alinéa, où « œuvre » s’écrit bien.\n\n*pas de gras*, #pas-de-code, $x$.",
        "figures": [
            {
                "value": "324",
                "unit": "organisations connues",
                "counted": "annuaire, toutes familles",
                "date": "31 décembre 2017",
                "source": "liste d’essai",
                "reliability": "moyenne",
            },
            {"value": "1\u202f234,5", "unit": "pour 1\u202f000 habitants"},
            {"value": "masqué", "unit": "masse salariale", "note": "moins de trois unités"},
        ],
        "warning": "La liste est ancienne.",
        "alt": "Barres horizontales\u00a0: associations 324, coopératives 23.",
        "families": [
            ["Associations", "324", "93 %"],
            ["Coopératives", "23", "7 %"],
            ["Total", "347", "100 %"],
        ],
        "names": [
            [f"Organisation d’essai {number}", "Essai", "Association", "2017"] for number in range(ROWS)
        ],
    }


def pictures() -> dict[str, bytes]:
    """A chart and a map, as the site draws them."""
    square = {"type": "Polygon", "coordinates": [[[0, 46], [0.1, 46], [0.1, 46.1], [0, 46.1], [0, 46]]]}
    return {
        "familles.svg": bar_chart(
            [Bar("Associations", 324), Bar("Coopératives", 23)], title="Familles"
        ).encode(),
        "carte.svg": area_map(
            [Area("1", "Essai", square, 347)], title="Carte", legend="Organisations"
        ).encode(),
    }


@pytest.fixture(scope="module")
def reader() -> PdfReader:
    return PdfReader(io.BytesIO(render(DEMONSTRATION, demonstration(), images=pictures())))


def elements(node: Any) -> Iterator[Any]:
    """Every element of the structure tree of a tagged PDF."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from elements(child)
    elif isinstance(node, dict):
        yield node
        if "/K" in node:
            yield from elements(node["/K"])


def test_the_document_is_tagged_titled_and_in_french(reader: PdfReader) -> None:
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 — pypdf's own boolean
    assert root["/Lang"] == "fr"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert reader.metadata is not None
    assert reader.metadata.title == "Diagnostic d’essai de l’économie sociale et solidaire – Ville d’Essai"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_structure_says_what_each_thing_is(reader: PdfReader) -> None:
    found: dict[str, list[Any]] = {}
    for element in elements(reader.trailer["/Root"]["/StructTreeRoot"]):
        found.setdefault(str(element.get("/S")), []).append(element)
    assert len(found["/Title"]) == 1
    assert len(found["/Table"]) == len(found["/THead"]) == 2, "a table without a header row is not accessible"
    assert len(found["/TH"]) == 7
    assert len(found["/TD"]) == 3 * 3 + 4 * ROWS
    assert [figure["/Alt"] for figure in found["/Figure"]] == [
        demonstration()["alt"],
        "Carte des communes d’essai.",
    ]
    assert len(found["/Caption"]) == 4
    assert {"/H1", "/H2", "/TOC"} <= set(found)


def test_text_can_be_read_out_and_injected_markup_stays_text(reader: PdfReader) -> None:
    text = "\n".join(page.extract_text() for page in reader.pages)
    for sentence in (
        "Premier alinéa, où « œuvre » s’écrit bien.",
        "*pas de gras*, #pas-de-code, $x$",
        "Fiabilité\u00a0: moyenne",
        "Attention. Chiffres partiels",
        "masqué (moins de trois unités)",
        "Coopératives",
        "Brouillon, à ne pas diffuser",
    ):
        assert sentence in text.replace(" \n", " ")


def test_each_page_is_numbered_and_headed_and_long_tables_repeat_their_header(reader: PdfReader) -> None:
    total = len(reader.pages)
    assert total > 5
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert f"page {number} sur {total}" in text
        assert ("Ville d’Essai · Diagnostic d’essai" in text) == (number > 1)
        if "Organisation d’essai" in text and number > 4:
            assert "Nom Commune Famille Année" in text


HOUSE = """#import "/maison.typ": *
#show: house.with(title: data.title, territory: "", subtitle: "", date: "", notes: ())
"""


def test_a_word_without_end_stays_between_the_margins() -> None:
    table = '#data-table(columns: ("a", "b"), rows: ((data.word, "x"),), caption: "c", widths: (1fr, 1fr))'
    data = {"title": "Essai", "word": "groupementdesproductricesdekarite" * 5 + "@exemple.test"}
    last = render_pages(f"{HOUSE}#par(data.word)\n{table}", data, ppi=40)[-1]
    page = Image.open(io.BytesIO(last)).convert("L")
    beyond = page.crop((page.width - round(page.width * 20 / 210), 0, page.width, page.height))
    assert beyond.getextrema() == (255, 255)


def test_a_short_table_is_not_cut_by_the_end_of_a_page() -> None:
    table = '#data-table(columns: ("a", "b"), rows: data.rows, caption: "c")'
    for count, cut in ((6, False), (60, True)):
        data = {"title": "Essai", "rows": [[f"premier{number}", "x"] for number in range(count)]}
        content = render(f"{HOUSE}#v(185mm)\n{table}", data)
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
        assert (sum("premier" in page for page in pages) > 1) == cut


def test_pages_are_a4_and_readable_in_black_and_white() -> None:
    pages = render_pages(DEMONSTRATION, demonstration(), images=pictures(), ppi=72)
    first = Image.open(io.BytesIO(pages[0]))
    assert first.size == (596, 842) or first.size == (595, 842)
    grey = Image.open(io.BytesIO(pages[2])).convert("L")
    darkest, lightest = grey.getextrema()
    assert darkest < 80
    assert lightest == 255
    light = sum(count for level, count in enumerate(grey.histogram()) if level > 220)
    assert light / (grey.width * grey.height) > 0.7, "calm: mostly white"


def test_the_same_input_gives_the_same_bytes() -> None:
    day = datetime(2026, 3, 12, tzinfo=UTC)
    first, second = (render(DEMONSTRATION, demonstration(), images=pictures(), created=day) for _ in range(2))
    assert first == second


def test_names_no_font_has_do_not_stop_the_document_and_are_explained() -> None:
    data = demonstration()
    data["names"] = [["អង្គរ 😀 Αθήνα София جمعية", "ភ្នំពេញ", "Association", "2017"]]
    images = pictures()
    images["carte.svg"] = place_map([Place(104.9, 11.5, 2, "ភ្នំពេញ")], title="Carte").encode()
    reader = PdfReader(io.BytesIO(render(DEMONSTRATION, data, images=images)))
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert "['ngkr] [grinning] Αθήνα София" in text
    assert text.count("[phnampenh]") == 2, "in the table and on the map"
    assert TRANSLITERATION_NOTE.split("\u00a0")[0] in text.replace("\n", " ")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('#picture("/images/familles.svg", caption: "c")', "alt is required"),
        ('#data-table(columns: ("a",), rows: (("1", "2"),), caption: "c")', "a row has 2 cells"),
        ('#data-table(columns: ("a",), rows: ())', "caption is required"),
        ('#image("/images/familles.svg")', "missing alt text"),
        ("= Un\n=== Trois", "heading"),
        ('#callout("danger")[x]', "unknown kind"),
        ("#nothing", "unknown variable"),
    ],
)
def test_what_would_not_be_accessible_is_refused(body: str, reason: str) -> None:
    source = f'#import "/maison.typ": *\n#show: house.with(title: "Essai")\n{body}'
    with pytest.raises(DocumentError, match=reason) as refused:
        render(source, {}, images=pictures())
    assert "mis en page" in refused.value.message


def test_a_document_without_a_title_is_refused() -> None:
    with pytest.raises(DocumentError, match="title"):
        render("Bonjour", {})
