"""The pictures of a result, from what is kept of it: values, steady selection, projects two by two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from terreau.documents.charts import Bar, Group, bar_chart, comparison_chart
from terreau.documents.svg import with_note
from terreau.evaluation.presentation import interval_words, percent_words

WIDTHS: Final = {"large": False, "etroit": True}
KEYS: Final = ("valeurs", "selection", "flux")
_MOST_BARS: Final = 30


def drawable(result: Mapping[str, Any]) -> tuple[str, ...]:
    """The pictures that a result has all the numbers of; one kept some time ago has fewer."""
    found = result["comparison"]
    if not found:
        return KEYS[:1]
    return KEYS if all("leaving" in one for one in found["projects"].values()) else KEYS[:2]


def draw(result: Mapping[str, Any], key: str, width: str, *, simulated: bool) -> str:
    """One picture; the same numbers are in the tables beside it.

    Args:
        result: what is kept.
        key: one of `drawable`.
        width: one of `WIDTHS`.
        simulated: whether the projects were invented; the picture says so.
    """
    chart = dict(zip(KEYS, (_values, _selection, _flows), strict=True))[key](result, width)
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
    shares = [(titles[key], found[key]["among"]) for key in titles if key in found]
    bars = [Bar(title, 100 * share, percent_words(share)) for title, share in shares[:_MOST_BARS]]
    title = _("Part des pondérations où chaque projet est sélectionné")
    return bar_chart(bars, title=title, narrow=WIDTHS[width])


def _flows(result: Mapping[str, Any], width: str) -> str:
    """Two bars a project: how much it is preferred to the others, and they to it."""
    titles = {one["id"]: one["title"] for one in result["projects"]}
    found = result["comparison"]["projects"]
    kept = sorted((key for key in titles if key in found), key=lambda key: found[key]["flow_rank"])
    groups = [
        Group(titles[key], [100 * found[key][side] for side in ("leaving", "entering")])
        for key in kept[:_MOST_BARS]
    ]
    series = (_("l’emporte sur les autres"), _("les autres l’emportent"))
    title = _("Projets comparés deux à deux, sur 100")
    return comparison_chart(groups, series, title=title, decimals=0, narrow=WIDTHS[width])
