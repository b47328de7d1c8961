"""Bar charts as SVG, drawn on the server: no script is needed to see them.

Two shapes of each: *wide* (640 units, labels to the left of the bars) and *narrow* (328 units, labels
above the bars), so that text keeps its size on a telephone instead of shrinking with the picture.
The value is written at the end of each bar; there is no axis to read it from.
"""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from terreau.core.errors import TerreauError
from terreau.core.numbers import french_quantity
from terreau.documents import svg
from terreau.documents.palette import INK, NARROW, SOIL, WIDE, shades

FONT_SIZE = 16
_BAR = 24
_LINE = 19
_LEGEND_STEP = 24
_CHARACTER = 0.66  # mean width of a character over its height, in the widest of the usual system faces
_LABEL_CHARACTERS = 26
_MAX_SERIES = 3


@dataclass(frozen=True)
class Bar:
    """One category. `value` None is a value one does not have: no bar, and it is said.

    `text` replaces the written value; a masked value is `Bar(label, None, "masqué")`, since a bar would
    let it be measured.
    """

    label: str
    value: float | None
    text: str = ""


@dataclass(frozen=True)
class Group:
    """One category with a value for each series, in the order of the series."""

    label: str
    values: Sequence[float | None]


def bar_chart(
    bars: Sequence[Bar],
    *,
    title: str,
    description: str = "",
    unit: str = "",
    decimals: int | None = 0,
    narrow: bool = False,
    fill: str = SOIL,
) -> str:
    """Horizontal bars, one a category, in the order given.

    Args:
        bars: categories with values of zero or more.
        title: names the picture for a screen reader; not drawn.
        description: read after the title; by default, the values themselves.
        unit: written after each value (« % », « emplois »).
        decimals: digits after the comma, None for as many as needed up to two.
        narrow: for a screen of 360 pixels.
        fill: colour of the bars.

    Raises:
        TerreauError: when there is nothing to draw, or a value is negative.
    """
    rows = [_Row(b.label, b.value, b.text or french_quantity(b.value, unit, decimals), 0) for b in bars]
    spoken = description or _spoken((row.label, row.text) for row in rows)
    return _draw(rows, [fill], [], title=title, description=spoken, narrow=narrow)


def comparison_chart(
    groups: Sequence[Group],
    series: Sequence[str],
    *,
    title: str,
    description: str = "",
    unit: str = "",
    decimals: int | None = 1,
    narrow: bool = False,
) -> str:
    """Bars side by side: each category, for two or three series (a territory and its references).

    Series differ by lightness, the first the darkest. Arguments and errors as for `bar_chart`.
    """
    if not 1 <= len(series) <= _MAX_SERIES:
        raise TerreauError(f"Une comparaison porte sur 1 à {_MAX_SERIES} séries, pas {len(series)}.")
    rows = [
        _Row(group.label, value, french_quantity(value, unit, decimals), index)
        for group in groups
        for index, value in enumerate(group.values[: len(series)])
    ]
    spoken = description or _spoken((f"{row.label}, {series[row.series]}", row.text) for row in rows)
    fills = [SOIL] if len(series) == 1 else list(reversed(shades(len(series))))
    return _draw(rows, fills, list(series), title=title, description=spoken, narrow=narrow)


def height_of(labels: Sequence[str], *, series: int = 1, narrow: bool = False) -> int:
    """How tall the chart of these categories is, without drawing it: a page keeps its place.

    Args:
        labels: the categories, at least one.
        series: how many bars each has.
        narrow: for a screen of 360 pixels.
    """
    rows = [_Row(label, None, "", index) for label in labels for index in range(series)]
    layout = _Layout(rows, series, svg.Texts(), narrow=narrow)
    return math.ceil(layout.height + layout.legend_height + 4)


@dataclass(frozen=True)
class _Row:
    label: str
    value: float | None
    text: str
    series: int


def _spoken(pairs: Iterable[tuple[str, str]]) -> str:
    return "\u202f; ".join(f"{label}\u00a0: {text}" for label, text in pairs) + "."


def _draw(
    rows: list[_Row], fills: list[str], series: list[str], *, title: str, description: str, narrow: bool
) -> str:
    _check(rows)
    # Imported late: it is large, and most processes never draw.
    import vl_convert

    texts = svg.Texts()
    layout = _Layout(rows, len(fills), texts, narrow=narrow)
    chart = _chart(layout, fills, [texts.mark(name) for name in series])
    drawn = vl_convert.vegalite_to_svg(chart, format_locale="fr-FR", allowed_base_urls=[])
    return svg.from_vega(drawn, texts, title=title, description=description)


def _check(rows: list[_Row]) -> None:
    if not rows:
        raise TerreauError("Il n’y a rien à dessiner.", remedy="Donnez au moins une catégorie.")
    for row in rows:
        if row.value is not None and (row.value < 0 or math.isinf(row.value)):
            raise TerreauError(f"La valeur de «\u00a0{row.label}\u00a0» ne peut être dessinée en barre.")


class _Layout:
    """Where everything goes, in units of the drawing."""

    def __init__(self, rows: list[_Row], series: int, texts: svg.Texts, *, narrow: bool) -> None:
        self._texts = texts
        self.width = NARROW if narrow else WIDE
        self.narrow = narrow
        labels = list(dict.fromkeys(row.label for row in rows))
        characters = int((NARROW - 4) / (FONT_SIZE * _CHARACTER)) if narrow else _LABEL_CHARACTERS
        self.lines = {label: textwrap.wrap(label, characters) or [""] for label in labels}
        self.label_width = 0.0
        if not narrow:
            longest = max(len(line) for lines in self.lines.values() for line in lines)
            self.label_width = round(longest * FONT_SIZE * _CHARACTER) + 10
        self.bars_width = self.width - self.label_width
        self.rows, self.height = self._placed(rows, labels, series)
        self.top = max(self._domain_for(row) for row in rows) or 1.0
        self.legend_height = series * _LEGEND_STEP + 10 if series > 1 else 0

    def _domain_for(self, row: _Row) -> float:
        """The largest value the width must stand for, so that this row's own text stays inside."""
        text_width = len(row.text) * FONT_SIZE * _CHARACTER + 10
        return _value(row) * self.bars_width / max(40.0, self.bars_width - text_width)

    def _placed(self, rows: list[_Row], labels: list[str], series: int) -> tuple[list[dict[str, Any]], float]:
        placed: list[dict[str, Any]] = []
        y = 0.0
        bar = _BAR if series == 1 else _BAR - 2
        for label in labels:
            lines = self.lines[label]
            group = [row for row in rows if row.label == label]
            text_height = len(lines) * _LINE
            if self.narrow:
                label_y, first = y, y + text_height + 2
                bottom = first + len(group) * bar
            else:
                room = max(text_height, len(group) * bar)
                label_y = y + (room - text_height) / 2
                first = y + (room - len(group) * bar) / 2
                bottom = y + room
            for index, row in enumerate(group):
                placed.append(
                    {
                        "v": _value(row),
                        "known": _is_known(row),
                        "t": self._texts.mark(row.text),
                        "s": row.series,
                        "y": first + index * bar,
                        "y2": first + index * bar + bar - 2,
                        "m": first + index * bar + bar / 2 - 1,
                        "l": "\n".join(map(self._texts.mark, lines)) if index == 0 else "",
                        "ly": label_y,
                    }
                )
            y = bottom + (14 if series == 1 else 20)
        return placed, y - 6


def _is_known(row: _Row) -> bool:
    return row.value is not None and not math.isnan(row.value)


def _value(row: _Row) -> float:
    return float(row.value or 0.0) if _is_known(row) else 0.0


def _chart(layout: _Layout, fills: list[str], series: list[str]) -> dict[str, Any]:
    """The drawing, as Vega-Lite is told it (https://vega.github.io/vega-lite/docs/spec.html)."""
    text = {"fontSize": FONT_SIZE, "color": INK, "aria": False}
    x = _field("v", axis=None, scale={"domain": [0, layout.top], "nice": False})
    y_scale = {"domain": [0, layout.height], "range": [0, layout.height]}
    fill = {
        "field": "s",
        "type": "ordinal",
        "scale": {"domain": list(range(len(fills))), "range": fills},
        "legend": _legend(series, layout) if series else None,
    }
    bars = {
        "mark": {"type": "rect", "stroke": SOIL if series else None, "aria": False},
        "transform": [{"filter": "datum.known"}],
        "encoding": {
            "x": x,
            "x2": {"datum": 0},
            "y": _field("y", axis=None, scale=y_scale),
            "y2": {"field": "y2"},
            "fill": fill,
        },
    }
    values = {
        "mark": {"type": "text", "align": "left", "dx": 6, "dy": 1, "baseline": "middle", **text},
        "encoding": {"x": x, "y": _field("m", scale=y_scale), "text": {"field": "t", "type": "nominal"}},
    }
    labels = {
        "mark": {
            "type": "text",
            "align": "left" if layout.narrow else "right",
            "baseline": "top",
            "dx": 0 if layout.narrow else -8,
            "lineBreak": "\n",
            "lineHeight": _LINE,
            **text,
        },
        "transform": [{"filter": "datum.l !== ''"}],
        "encoding": {
            "x": {"value": 0},
            "y": _field("ly", scale=y_scale),
            "text": {"field": "l", "type": "nominal"},
        },
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": layout.rows},
        "layer": [bars, values, labels],
        "width": layout.bars_width,
        "height": layout.height,
        "padding": {"left": layout.label_width, "right": 0, "top": layout.legend_height + 2, "bottom": 2},
        "autosize": {"type": "none"},
        "config": {"view": {"stroke": None}},
    }


def _field(name: str, **told: Any) -> dict[str, Any]:
    return {"field": name, "type": "quantitative", **told}


def _legend(series: list[str], layout: _Layout) -> dict[str, Any]:
    return {
        "orient": "none",
        "direction": "vertical",
        "title": None,
        "labelExpr": f"{json.dumps(series)}[datum.value]",
        "labelFontSize": FONT_SIZE,
        "labelColor": INK,
        "labelLimit": 0,
        "rowPadding": _LEGEND_STEP - FONT_SIZE,
        "symbolType": "square",
        "symbolSize": 180,
        "symbolStrokeWidth": 1,
        "symbolStrokeColor": SOIL,
        "legendX": -layout.label_width,
        "legendY": -layout.legend_height,
    }
