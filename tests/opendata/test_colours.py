"""The colours of a frame: whatever is asked, all can be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.opendata.colours import LEAST, contrast, mix, parse, pole, readable, style_sheet, theme

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#123456", "#123456", 1.0),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_the_contrast_is_that_of_wcag(one, other, told):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(told, abs=0.01)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("#2E6B3E", "#2e6b3e"),
        (" 2e6b3e ", "#2e6b3e"),
        ("#abc", "#aabbcc"),
        ("", ""),
        ("rouge", ""),
        ("#12345", ""),
        ("#fff;}body{display:none", ""),
        ("url(//mal.test)", ""),
        ("#12345g", ""),
        ("#１２３４５６", ""),
    ],
)
def test_a_colour_is_six_digits_or_none(written, read):
    assert parse(written) == read


@given(COLOURS, COLOURS, COLOURS)
def test_every_text_of_every_theme_can_be_read(paper, ink, accent):
    found = theme(paper, ink, accent)
    assert found.paper == paper
    assert min(contrast(text, ground) for text, ground in found.pairs()) >= LEAST
    kept = {"ink": (ink, found.ink), "accent": (accent, found.accent)}
    assert {name for name, (given, shown) in kept.items() if given != shown} == set(found.mended)


@given(COLOURS)
def test_black_or_white_is_read_on_anything(ground):
    assert contrast(pole(ground), ground) >= LEAST


@given(COLOURS, COLOURS)
def test_a_colour_that_is_read_is_not_touched(colour, ground):
    found = readable(colour, (ground,))
    assert (found == colour) == (contrast(colour, ground) >= LEAST)


@given(COLOURS, COLOURS)
def test_between_two_colours(one, other):
    assert (mix(one, other, 0), mix(one, other, 1)) == (one, other)


def test_the_house_has_a_theme_of_its_own_that_needs_no_mending():
    assert theme().mended == ()


@given(COLOURS, COLOURS, COLOURS)
def test_the_style_sheet_holds_colours_and_nothing_else_that_changes(paper, ink, accent):
    shape = re.sub(r"#[0-9a-f]{6}", "#", style_sheet(theme(paper, ink, accent)))
    assert shape == re.sub(r"#[0-9a-f]{6}", "#", style_sheet(theme()))
