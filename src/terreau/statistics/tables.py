"""The territories inside another by family or by sector, in one table to be sorted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.observatory.labels import INDICATORS, segment_label
from terreau.statistics import charts, reading
from terreau.statistics.page import Cell
from terreau.statistics.reading import Structure, Value
from terreau.statistics.scene import Scene, frame
from terreau.statistics.showing import NOTHING, method_url, text_of
from terreau.territories.enums import Kind
from terreau.territories.panels import PLURALS

MEASURES: Final = ("etablissements", "employeurs", "emplois", "part_emplois")
BY: Final = {"familles": gettext_lazy("Par famille"), "secteurs": gettext_lazy("Par secteur")}
# Beyond, their figures by sector would keep a reader waiting: a smaller territory is asked for first.
_MOST: Final = 400
_PER_PAGE: Final = 60
_NAME: Final = "nom"


@dataclass(frozen=True)
class Choice:
    """What is in the table: which territories, by what, measured how, in what order."""

    kind: str
    by: str
    measure: str
    order: str


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its short name, its whole one, and what its heading asks for."""

    segment: str
    short: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A territory of the table."""

    code: str
    name: str
    cells: tuple[Cell, ...]


def kinds_of(scene: Scene) -> dict[str, int]:
    """The kinds of territories inside that make a table, and how many of each."""
    if scene.vintage is None:
        return {}
    found = reading.kinds_inside(scene.vintage, scene.territory.code)
    return {kind: count for kind, count in found.items() if count <= _MOST}


def context_of(scene: Scene, query: QueryDict) -> dict[str, Any]:
    """Everything the page shows."""
    context = frame(scene, "tables")
    kinds = kinds_of(scene)
    if scene.vintage is None or not kinds:
        return context | {"choice": None}
    choice = _choice(kinds, query)
    parts = reading.structures(scene.vintage, scene.territory.code, choice.kind, scene.perimeter)
    segments = _segments(parts, choice)
    if choice.order not in (_NAME, *segments):
        raise Http404
    heads = [_head(scene, choice, segment) for segment in segments]
    page = Paginator(_sorted(parts, choice), _PER_PAGE).get_page(query.get("page"))
    told = INDICATORS[choice.measure]
    return context | {
        "choice": choice,
        "kinds": [
            {"key": kind, "label": PLURALS[Kind(kind)], "count": count, "current": kind == choice.kind}
            for kind, count in kinds.items()
        ],
        "dimensions": [
            {"key": key, "label": label, "current": key == choice.by} for key, label in BY.items()
        ],
        "measures": [
            {"key": key, "label": INDICATORS[key].label, "current": key == choice.measure} for key in MEASURES
        ],
        "heads": heads,
        "by_name": choice.order == _NAME,
        "page": page,
        "lines": [_line(part, choice, heads) for part in page],
        "title": _title(choice),
        "note": told.note,
        "method": method_url("#structure"),
        "downloads": scene.address("downloads"),
    }


def _choice(kinds: dict[str, int], query: QueryDict) -> Choice:
    by = query.get("par", next(iter(BY)))
    choice = Choice(
        kind=query.get("niveau") or next(iter(kinds)),
        by=by,
        measure=query.get("mesure", MEASURES[0]),
        order=query.get("tri", _NAME),
    )
    if choice.kind not in kinds or choice.by not in BY or choice.measure not in MEASURES:
        raise Http404
    return choice


def _segments(parts: tuple[Structure, ...], choice: Choice) -> list[str]:
    """The families that some territory has, the most numerous first; the sections in their order."""
    kind = f"{charts.KINDS[choice.by]}:"
    totals: dict[str, float] = {}
    for part in parts:
        for (name, segment), value in part.values.items():
            if name == "etablissements" and segment.startswith(kind):
                totals[segment] = totals.get(segment, 0.0) + (value.value or 0)
    if choice.by == "secteurs":
        return sorted(totals)
    return sorted(totals, key=lambda segment: (-totals[segment], segment))


def _head(scene: Scene, choice: Choice, segment: str) -> Head:
    assert scene.vintage is not None
    label = segment_label(segment, scene.vintage.manifest["sections"])
    letter = segment.partition(":")[2]
    short = letter if choice.by == "secteurs" and letter else label
    return Head(segment, short, label, segment == choice.order)


def _sorted(parts: tuple[Structure, ...], choice: Choice) -> list[Structure]:
    """By name, or from the highest of a column; what has no value there stays last."""
    if choice.order == _NAME:
        return list(parts)
    key = (choice.measure, choice.order)
    none = Value(None, None, None, False)
    return sorted(parts, key=lambda part: -(part.values.get(key, none).value or -1.0))


def _line(part: Structure, choice: Choice, heads: list[Head]) -> Line:
    unit = INDICATORS[choice.measure].unit
    cells = []
    for head in heads:
        value = part.values.get((choice.measure, head.segment))
        cells.append(Cell(head.label, _text(value, unit)))
    return Line(part.place.code, part.place.name, tuple(cells))


def _text(value: Value | None, unit: str) -> str:
    """A family that a territory has not is none of it, unless what is measured is a share of nothing."""
    if value is None:
        return NOTHING if unit == "part" else "0"
    return text_of(value, unit)


def _title(choice: Choice) -> str:
    return _("%(measure)s, %(by)s") % {
        "measure": INDICATORS[choice.measure].label.capitalize(),
        "by": str(BY[choice.by]).lower(),
    }
