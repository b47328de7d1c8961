"""What changed from one vintage to another: values in the same communes, growth, and what it is made of."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from terreau.core.numbers import french_quantity
from terreau.directory.labels import day_text
from terreau.observatory.labels import INDICATORS
from terreau.statistics import charts, reading, wording
from terreau.statistics.page import Cell
from terreau.statistics.reading import Change, Figure
from terreau.statistics.scene import Scene, frame
from terreau.statistics.showing import NOTHING, Shown, reason, show_all, text_of, written

MEASURES: Final = ("etablissements", "employeurs", "emplois")


@dataclass(frozen=True, slots=True)
class Moment:
    """One vintage: its values in the communes of the vintage that is read, or why they are not given."""

    vintage: str
    cells: tuple[Cell, ...]
    refusal: str
    values: dict[str, float]


def context_of(scene: Scene, query: QueryDict) -> dict[str, Any]:
    """Everything the page shows."""
    context = frame(scene, "evolution")
    if scene.vintage is None or scene.found is None:
        return context
    moments = moments_of(scene)
    comparable = [one.vintage for one in moments[:-1] if not one.refusal]
    since = query.get("depuis") or next(iter(comparable), "")
    if since and since not in [one.vintage for one in moments[:-1]]:
        raise Http404
    change = _change(scene, since) if since else None
    return context | {
        "moments": moments,
        "columns": [INDICATORS[name].label for name in MEASURES],
        "since": since,
        "earlier": [{"name": name, "current": name == since} for name in comparable],
        "refusal": change.refusal if change else "",
        "sentences": sentences(change) if change else [],
        "figures": _shown(change.figures) if change else [],
        "pictures": {width: scene.address("chart", "evolution", width) for width in charts.WIDTHS}
        if comparable and any(one.values.get("emplois") for one in moments)
        else {},
    }


def _change(scene: Scene, since: str) -> Change | None:
    before = next(one for one in scene.vintages if one.name == since)
    assert scene.vintage is not None
    return reading.change(before, scene.vintage, scene.territory.code, scene.perimeter)


def moments_of(scene: Scene) -> list[Moment]:
    """The earlier vintages, the oldest first, then the one that is read."""
    assert scene.vintage is not None
    assert scene.found is not None
    moments = []
    for one in reversed(scene.vintages):
        if one.name < scene.vintage.name:
            moments.append(_earlier(one.name, _change(scene, one.name)))
    get = wording.getter(scene.found, scene.perimeter)
    figures = {name: get(name) for name in MEASURES}
    cells = tuple(
        Cell(INDICATORS[name].label, text_of(one, one.unit) if one else NOTHING)
        for name, one in figures.items()
    )
    values = {name: one.value for name, one in figures.items() if one and one.value is not None}
    return [*moments, Moment(scene.vintage.name, cells, "", values)]


def _earlier(name: str, change: Change | None) -> Moment:
    if change is None or change.refusal:
        return Moment(name, (), change.refusal if change else _("territoire inconnu"), {})
    grown = {measure: change.get("croissance", measure) for measure in MEASURES}
    cells = tuple(
        Cell(INDICATORS[measure].label, _then(one, INDICATORS[measure].unit))
        for measure, one in grown.items()
    )
    values = {
        measure: one.denominator for measure, one in grown.items() if one and one.denominator is not None
    }
    return Moment(name, cells, "", values)


def _then(one: Figure | None, unit: str) -> str:
    """The value at the first vintage is what its growth is a part of."""
    if one is not None and one.masked:
        return _("masqué\u00a0: %(why)s") % {"why": reason(one)}
    if one is None or one.denominator is None:
        return NOTHING
    return written(one.denominator, unit)


def sentences(change: Change) -> list[str]:
    """The growth in words, and the three terms of that of the jobs."""
    told = []
    for measure in MEASURES:
        one = change.get("croissance", measure)
        if one is not None and one.value is not None and one.numerator is not None:
            told.append(
                _("%(what)s\u00a0: %(change)s (%(rate)s).")
                % {
                    "what": INDICATORS[measure].label.capitalize(),
                    "change": signed(math.floor(one.numerator + 0.5)),
                    "rate": signed(100 * one.value, "%", 1),
                }
            )
    return told


def signed(value: float, unit: str = "", decimals: int = 0) -> str:
    """« +12 », « −3,4 % »."""
    return f"{'+' if value > 0 else ''}{french_quantity(value, unit, decimals)}"


def _shown(figures: Iterable[Figure]) -> list[Shown]:
    return show_all(one for one in figures if one.id != "croissance")


def picture(scene: Scene, *, narrow: bool) -> str | None:
    """The jobs, a bar for each vintage that may be compared."""
    if scene.vintage is None or scene.found is None:
        return None
    moments = [one for one in moments_of(scene) if "emplois" in one.values]
    if len(moments) < 2:
        return None
    return charts.bars(
        tuple(day_text(one.vintage) for one in moments),
        tuple(math.floor(one.values["emplois"] + 0.5) for one in moments),
        _("Emplois du champ par millésime"),
        "",
        scene.notice,
        narrow,
    )
