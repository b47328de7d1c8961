"""The pictures of a result, from what is kept of it: value of each project, steadiness of the selection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from terreau.documents.charts import Bar, bar_chart
from terreau.documents.svg import with_note
from terreau.evaluation.presentation import interval_words

WIDTHS: Final = {"large": False, "etroit": True}
KEYS: Final = ("valeurs", "selection")
_MOST_BARS: Final = 30


def draw(result: Mapping[str, Any], key: str, width: str, *, simulated: bool) -> str:
    """One picture; the same numbers are in the tables beside it.

    Args:
        result: what is kept.
        key: one of `KEYS`; the second where projects are compared only.
        width: one of `WIDTHS`.
        simulated: whether the projects were invented; the picture says so.
    """
    chart = _values(result, width) if key == KEYS[0] else _selection(result, width)
    return with_note(chart, _("Données simulées")) if simulated else chart


def _values(result: Mapping[str, Any], width: str) -> str:
    bars = [
        Bar(one["title"], sum(one["value"]) / 2, interval_words(one["value"]))
        for one in result["projects"][:_MOST_BARS]
    ]
    return bar_chart(bars, title=_("Valeur de chaque projet, sur 100"), narrow=WIDTHS[width])


def _selection(result: Mapping[str, Any], width: str) -> str:
    titles = {one["id"]: one["title"] for one in result["projects"]}
    found = result["comparison"]["projects"]
    bars = [Bar(titles[key], 100 * found[key]["among"]) for key in titles if key in found][:_MOST_BARS]
    title = _("Part des pondérations où chaque projet est sélectionné")
    return bar_chart(bars, title=title, unit="%", narrow=WIDTHS[width])
