"""The charts of a territory's figures: drawn when first asked for, then kept while the process lives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext as _

from terreau.documents.charts import Bar, Group, bar_chart, comparison_chart, height_of
from terreau.documents.svg import with_note
from terreau.observatory.labels import segment_label
from terreau.statistics import reading, wording
from terreau.statistics.reading import Vintage

KINDS: Final = {"familles": "famille", "secteurs": "section"}
WIDTHS: Final = {"large": False, "etroit": True}
_MOST_BARS: Final = 12


@lru_cache(maxsize=128)
def structure(vintage: Vintage, code: str, perimeter: str, key: str, narrow: bool) -> str | None:
    """The shares of the field's jobs, here and in the country; None where there is nothing to draw."""
    found = reading.figures(vintage, code)
    kind = KINDS[key]
    ours = dict(wording.shares(found, perimeter, kind)) if found else {}
    if found is None or not ours:
        return None
    sections = vintage.manifest["sections"]
    title = _("%(name)s\u00a0: emplois du champ, par %(what)s") % {
        "name": found.place.name,
        "what": _("famille") if kind == "famille" else _("secteur"),
    }
    labels = {segment: segment_label(segment, sections) for segment in list(ours)[:_MOST_BARS]}
    root, notice = vintage.manifest["root"], found.notice.capitalize()
    country = reading.figures(vintage, root) if code != root else None
    if country is None:
        bars = [Bar(label, 100 * ours[segment]) for segment, label in labels.items()]
        return with_note(bar_chart(bars, title=title, unit="%", decimals=1, narrow=narrow), notice)
    there = dict(wording.shares(country, perimeter, kind))
    groups = [
        Group(label, (100 * ours[segment], 100 * there.get(segment, 0.0)))
        for segment, label in labels.items()
    ]
    chart = comparison_chart(
        groups, (found.place.name, country.place.name), title=title, unit="%", narrow=narrow
    )
    return with_note(chart, notice)


def structure_heights(labels: Sequence[str], *, compared: bool) -> dict[str, int]:
    """How tall the chart of these shares is, in each width."""
    series = 2 if compared else 1
    return {
        width: height_of(labels[:_MOST_BARS], series=series, narrow=narrow)
        for width, narrow in WIDTHS.items()
    }


@lru_cache(maxsize=128)
def bars(
    labels: tuple[str, ...], values: tuple[float, ...], title: str, unit: str, notice: str, narrow: bool
) -> str:
    """One bar for each label."""
    drawn = [Bar(label, value) for label, value in zip(labels, values, strict=True)]
    chart = bar_chart(drawn, title=title, unit=unit, decimals=1 if unit == "%" else 0, narrow=narrow)
    return with_note(chart, notice.capitalize())
