from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terreau.documents import glyphs
from terreau.documents.glyphs import is_replaced, safe_data, safe_svg, safe_text
from terreau.documents.pdf import render

PAGE = '#import "/maison.typ": *\n#show: house.with(title: "Essai")\n#paragraphs(data.text)'


@pytest.mark.parametrize(
    "name",
    [
        "Société d’économie mixte « Le Cœur » — 1\u202f234,5\u00a0%",
        "Αθήνα",
        "Ηράκλειο",
        "София",
        "Българска хранителна банка",
        "جمعية الأمل",
        "Liptovská Teplička",
        "Ɓamanan ɛ ɔ ŋ",
        "e\u0301cole",
    ],
)
def test_what_the_fonts_have_is_kept(name: str) -> None:
    assert safe_text(name) == name


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("អង្គរ", "['ngkr]"),
        ("Les amis 😀", "Les amis [grinning]"),
        ("Poitiers😀", "Poitiers[grinning]"),
        ("ⵜⵉⴼⵉⵏⴰⵖ", "[tifinagh]"),
        ("東京 Tokyo", "[DongJing] Tokyo"),
        ("Αθήνα 🌱 София", "Αθήνα [seedling] София"),
        ("\U000f0000", "[?]"),
    ],
)
def test_what_no_font_has_is_transliterated_visibly(name: str, written: str) -> None:
    assert safe_text(name) == written


def test_control_characters_and_marks_that_reorder_text_are_dropped() -> None:
    assert safe_text("a\x00b\x07c\u202egnp.exe\ud800\r\nd") == "abcgnp.exe\nd"


def test_every_character_taken_for_sure_is_drawn() -> None:
    words = [chr(code) for code in range(0x20, 0x2600) if not glyphs._UNSURE_RUN.match(chr(code))]
    assert len(words) > 500
    assert glyphs._missing_clusters([word for word in words if word.strip()]) == set()


def test_data_is_made_safe_at_any_depth_and_the_rest_kept() -> None:
    data = {"a": ["ok", {"b": "😀", "ភ": 1.5}], "c": None, "d": True, "e": ("x",)}
    safe = safe_data(data)
    assert safe == {"a": ["ok", {"b": "[grinning]", "ភ": 1.5}], "c": None, "d": True, "e": ["x"]}
    assert is_replaced(data, safe)
    assert not is_replaced({"a": "b\x00"}, safe_data({"a": "b\x00"})), (
        "a dropped control is no transliteration"
    )


def test_pictures_are_made_safe_in_their_texts_only() -> None:
    picture = '<svg><text x="1">A &amp; 😀 &lt;b&gt;</text><path d="M0 0"/></svg>'
    assert safe_svg(picture) == picture.replace("😀", "[grinning]")


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=60))
def test_any_text_can_be_printed(text: str) -> None:
    assert render(PAGE, {"text": text}).startswith(b"%PDF")
