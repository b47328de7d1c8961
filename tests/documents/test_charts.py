from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import brotli
import pytest

from terreau.core.errors import TerreauError
from terreau.documents.charts import Bar, Group, bar_chart, comparison_chart, height_of
from tests.documents.pictures import SVG, by_tag, parse, texts

FAMILIES = [
    Bar("Associations", 1324),
    Bar("Coopératives", 23),
    Bar("Mutuelles", 0),
    Bar("Fondations", None, "masqué"),
    Bar("Entreprises sociales", 4.6),
    Bar("Hors familles", None),
]


def bar_widths(root: ET.Element) -> list[float]:
    found = [re.match(r"M[-\d.]+,[-\d.]+h([\d.]+)v", path.attrib["d"]) for path in by_tag(root, "path")]
    return [float(match.group(1)) for match in found if match]


@pytest.mark.parametrize("narrow", [False, True])
def test_each_bar_has_its_label_and_its_value_written(narrow: bool) -> None:
    root = parse(bar_chart(FAMILIES, title="Organisations par famille", narrow=narrow))
    written = texts(root)
    for text in ("Associations", "1\u202f324", "23", "0", "masqué", "5", "non disponible"):
        assert text in written
    assert root.attrib["width"] == ("328" if narrow else "640")
    assert root[0].text == "Organisations par famille"
    assert "Associations\u00a0: 1\u202f324" in (root[1].text or "")


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("series", [1, 2])
def test_the_height_of_a_chart_is_known_before_it_is_drawn(narrow: bool, series: int) -> None:
    labels = [*(bar.label for bar in FAMILIES), "Agriculture, pêche, forêt et alimentation de proximité"]
    groups = [Group(label, (1.0, 2.0)[:series]) for label in labels]
    drawn = parse(comparison_chart(groups, ("ici", "là")[:series], title="t", narrow=narrow))
    assert height_of(labels, series=series, narrow=narrow) == pytest.approx(
        float(drawn.attrib["height"]), abs=1
    )


def test_lengths_are_in_proportion_and_a_missing_value_has_no_bar() -> None:
    widths = bar_widths(parse(bar_chart(FAMILIES, title="t", decimals=None)))
    assert len(widths) == 4, "a masked or missing value must not be measurable"
    first, second, third, fourth = widths
    assert third == 0
    assert second / first == pytest.approx(23 / 1324, abs=0.01)
    assert fourth / first == pytest.approx(4.6 / 1324, abs=0.01)


def test_nothing_leaves_the_drawing() -> None:
    long = [Bar("Agriculture, pêche, forêt et alimentation de proximité en circuit court", 12_345_678)]
    for narrow in (False, True):
        root = parse(bar_chart(long, title="t", unit="organisations", narrow=narrow))
        width = float(root.attrib["width"])
        left = re.search(r"translate\(([\d.]+)", by_tag(root, "g")[0].attrib.get("transform", "translate(0"))
        offset = float(left.group(1)) if left else 0.0
        end = offset + max(bar_widths(root)) + 6 + len("12 345 678 organisations") * 16 * 0.5
        assert end <= width
        lines = ["".join(node.itertext()) for node in by_tag(root, "tspan")]
        assert len(lines) > 1, "a long label is cut into lines"
        assert " ".join(lines) == long[0].label


def test_a_bar_chart_is_light() -> None:
    assert len(brotli.compress(bar_chart(FAMILIES, title="Organisations par famille").encode())) < 1200


def test_series_differ_by_lightness_and_are_named() -> None:
    groups = [Group("Associations", [88.15, 92, 90.2]), Group("Coopératives", [8.3, None, math.nan])]
    series = ["Poitiers", "Vienne", "France, chiffres publiés"]
    root = parse(comparison_chart(groups, series, title="Comparaison", unit="%"))
    written = texts(root)
    assert [text for text in written if text in series] == series
    assert written.count("non disponible") == 2
    assert "88,2\u00a0%" in written or "88,1\u00a0%" in written
    fills = dict.fromkeys(p.attrib["fill"] for p in by_tag(root, "path") if p.attrib["d"].startswith("M0,"))
    lightness = [sum(int(fill[i : i + 2], 16) for i in (1, 3, 5)) for fill in fills]
    assert len(fills) == 3
    assert lightness == sorted(lightness)
    assert min(b - a for a, b in pairwise(lightness)) > 100


def test_text_is_text_whatever_it_holds() -> None:
    hostile = 'x"; alert(1) </text><script>&amp;\x07 ភ្នំពេញ 😀'
    for picture in (
        bar_chart([Bar(hostile, 1)], title=hostile, description=hostile, narrow=True),
        comparison_chart([Group(hostile, [1, 2])], [hostile, "b"], title=hostile),
    ):
        root = parse(picture)
        assert root[0].text == hostile.replace("\x07", "")
        assert not list(root.iter(f"{SVG}script"))


@pytest.mark.parametrize("value", [-1, math.inf])
def test_what_no_bar_can_show_is_refused(value: float) -> None:
    with pytest.raises(TerreauError, match="Coopératives"):
        bar_chart([Bar("Coopératives", value)], title="t")


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(TerreauError, match="rien à dessiner"):
        bar_chart([], title="t")
    with pytest.raises(TerreauError, match="1 à 3 séries"):
        comparison_chart([Group("a", [1, 2, 3, 4])], list("abcd"), title="t")


def test_all_zero_and_all_missing_still_draw() -> None:
    assert "0" in texts(parse(bar_chart([Bar("a", 0), Bar("b", 0)], title="t")))
    assert texts(parse(bar_chart([Bar("a", None)], title="t"))) == ["non disponible", "a"]
