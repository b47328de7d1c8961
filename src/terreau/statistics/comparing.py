"""A territory beside those that contain it, and beside others that a reader chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from terreau.core.numbers import french_number, french_quantity
from terreau.observatory.labels import INDICATORS
from terreau.statistics import charts, reading, wording
from terreau.statistics.page import Cell, Grid, Row
from terreau.statistics.reading import Figure, FigureSet
from terreau.statistics.scene import Scene, frame
from terreau.statistics.showing import NOTHING, interval_of, text_of
from terreau.territories.services import find

MOST_CHOSEN: Final = 4
_COUNTS: Final = ("structures", "employeurs", "emplois")
_RATIOS: Final = (
    "poids_emploi_total", "poids_emploi_prive", "densite_etab", "densite_structures", "taux_creation",
    "survie3", "top5",
)  # fmt: skip
_OFFERED: Final = 8


@dataclass(frozen=True)
class Side:
    """One territory of the comparison."""

    name: str
    found: FigureSet
    contains: bool
    without: str  # the address of the page without it, where it was chosen


def sides_of(scene: Scene, query: QueryDict) -> list[Side]:
    """The territory itself, those that contain it, the smallest first, then those chosen."""
    assert scene.vintage is not None
    chosen = chosen_in(query)
    sides: list[Side] = []
    for code in (scene.territory.code, *(one.code for one in reversed(scene.containers)), *chosen):
        found = reading.figures(scene.vintage, code)
        if found is None or any(side.found is found for side in sides):
            continue
        without = _address(scene, [one for one in chosen if one != code]) if code in chosen else ""
        sides.append(Side(found.place.name, found, bool(sides) and code not in chosen, without))
    return sides


def chosen_in(query: QueryDict) -> list[str]:
    """The codes chosen, no more than may stand side by side."""
    return list(dict.fromkeys(code.lower() for code in query.getlist("avec")))[:MOST_CHOSEN]


def _address(scene: Scene, codes: list[str]) -> str:
    address = scene.address("comparison")
    more = urlencode({"avec": codes}, doseq=True)
    return f"{address}{'&' if '?' in address else '?'}{more}" if codes else address


def context_of(scene: Scene, query: QueryDict) -> dict[str, Any]:
    """Everything the page shows."""
    context = frame(scene, "comparison")
    if scene.vintage is None or scene.found is None:
        return context
    chosen, typed = chosen_in(query), query.get("ajouter", "").strip()[:200]
    sides = sides_of(scene, query)
    offered = _offered(scene, chosen, typed) if typed else []
    return context | {
        "kept": [("avec", code) for code in chosen],
        "sides": sides,
        "typed": typed,
        "offered": offered,
        "is_full": len(chosen) >= MOST_CHOSEN,
        "most": MOST_CHOSEN,
        "grid": _grid(scene, sides),
        "pictures": {width: scene.address("chart", "comparaison", width) for width in charts.WIDTHS},
        "hidden": scene.parameters(),
        "more": f"{'&' if scene.query() else '?'}{more}"
        if (more := urlencode({"avec": chosen}, doseq=True))
        else "",
    }


def _offered(scene: Scene, chosen: list[str], typed: str) -> list[dict[str, Any]]:
    """The territories that a text may mean and that the vintage knows, each with the way to add it."""
    assert scene.vintage is not None
    known = [
        one
        for one in find(typed, limit=2 * _OFFERED, country=scene.territory.country_code)
        if reading.place(scene.vintage, one.code) and one.code not in (scene.territory.code, *chosen)
    ]
    return [{"territory": one, "url": _address(scene, [*chosen, one.code])} for one in known[:_OFFERED]]


def _grid(scene: Scene, sides: list[Side]) -> Grid:
    getters = [wording.getter(side.found, scene.perimeter) for side in sides]
    rows = []
    for name in (*_RATIOS, *_COUNTS):
        figures = [get(name) for get in getters]
        if figures[0] is not None:
            cells = [_cell(name, side, one, figures[0]) for side, one in zip(sides, figures, strict=True)]
            rows.append(Row(INDICATORS[name].label, tuple(cells)))
    return Grid("comparaison", _("Chiffre"), tuple(side.name for side in sides), tuple(rows))


def _cell(name: str, side: Side, figure: Figure | None, ours: Figure) -> Cell:
    """The value there, and what ours is beside it; for ours, its bounds."""
    if figure is None:
        return Cell(side.name, NOTHING)
    text = text_of(figure, figure.unit)
    if figure is ours:
        return Cell(side.name, text, interval_of(figure, figure.unit))
    return Cell(side.name, text, _beside(ours, figure, part=name in _COUNTS and side.contains))


def _beside(ours: Figure, theirs: Figure, *, part: bool) -> str:
    if ours.value is None or not theirs.value:
        return ""
    ratio = ours.value / theirs.value
    if part:
        return _("ici\u00a0: %(share)s du total") % {"share": french_quantity(100 * ratio, "%", 1)}
    return _("ici\u00a0: %(times)s fois") % {"times": french_number(ratio, 2)}


def picture(scene: Scene, query: QueryDict, *, narrow: bool) -> str | None:
    """The first ratio that all have, a bar for each territory."""
    if scene.vintage is None or scene.found is None:
        return None
    sides = sides_of(scene, query)
    for name in _RATIOS:
        figures = [wording.getter(side.found, scene.perimeter)(name) for side in sides]
        values = [one.value for one in figures if one is not None and one.value is not None]
        if len(values) == len(sides):
            told = INDICATORS[name]
            times, unit = (100, "%") if told.unit == "part" else (1, "")
            return charts.bars(
                tuple(side.name for side in sides),
                tuple(times * value for value in values),
                told.label,
                unit,
                scene.notice,
                narrow,
            )
    return None
