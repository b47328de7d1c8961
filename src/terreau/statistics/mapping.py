"""The territories inside another: their table, to be sorted, and their still map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from terreau.core.text import fold
from terreau.documents.maps import Area, Look, area_map
from terreau.observatory.labels import INDICATORS, perimeter_label
from terreau.statistics import charts, reading
from terreau.statistics.outlines import mainland, outlines_inside
from terreau.statistics.page import Cell
from terreau.statistics.reading import Part, Vintage
from terreau.statistics.scene import Scene, frame
from terreau.statistics.showing import NOTHING, interval_of, method_url, text_of, written
from terreau.territories.enums import Kind
from terreau.territories.models import Territory
from terreau.territories.panels import PLURALS

# Ratios alone: a number would make a large territory look full because it is large.
MAPPED: Final = ("poids_emploi_total", "poids_emploi_prive", "densite_etab", "densite_structures")
_COUNTS: Final = ("structures", "employeurs", "emplois")
_SMALLEST_FIRST: Final = ("commune", "department", "region", "grouping", "borough")
_PER_PAGE: Final = 50
_BY: Final = {
    "commune": gettext_lazy("par commune"),
    "borough": gettext_lazy("par arrondissement"),
    "grouping": gettext_lazy("par groupement de communes"),
    "department": gettext_lazy("par département ou province"),
    "region": gettext_lazy("par région"),
    "sector": gettext_lazy("par secteur"),
    "village": gettext_lazy("par village"),
}


@dataclass(frozen=True)
class Choice:
    """What of the parts is shown: their kind, an indicator, an order."""

    kind: str
    indicator: str
    order: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One territory of the table."""

    code: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """A heading that sorts: what it asks for, and the order in force (« ascending », « descending »)."""

    label: str
    order: str
    sorted: str


def choice_of(scene: Scene, query: QueryDict) -> Choice | None:
    """What the address asks for; None where nothing lies inside."""
    kinds = reading.kinds_inside(scene.vintage, scene.territory.code) if scene.vintage else {}
    if not kinds or scene.vintage is None:
        return None
    kind = query.get("niveau") or next((one for one in _SMALLEST_FIRST if one in kinds), next(iter(kinds)))
    known = indicators(scene.vintage, scene.perimeter)
    indicator = query.get("indicateur") or known[0]
    order = query.get("tri") or f"-{indicator}"
    name = order.removeprefix("-")
    if kind not in kinds or indicator not in known or name not in ("nom", "habitants", *_COUNTS, indicator):
        raise Http404
    return Choice(kind, indicator, name, order.startswith("-"))


def indicators(vintage: Vintage, perimeter: str) -> list[str]:
    """The ratios that the vintage gives."""
    country = reading.figures(vintage, str(vintage.manifest["root"]))
    given = {one.id for one in country.figures if one.perimeter == perimeter} if country else set()
    return [name for name in MAPPED if name in given]


def context_of(scene: Scene, query: QueryDict) -> dict[str, Any]:
    """Everything the page shows."""
    context = frame(scene, "map")
    choice = choice_of(scene, query)
    if scene.vintage is None or choice is None:
        return context | {"choice": None}
    parts = reading.inside(scene.vintage, scene.territory.code, choice.kind, scene.perimeter)
    page = Paginator(_sorted(parts, choice), _PER_PAGE).get_page(query.get("page"))
    kept = {"niveau": choice.kind, "indicateur": choice.indicator}
    without = sum(1 for part in parts if part.values[choice.indicator].value is None)
    told = INDICATORS[choice.indicator]
    return context | {
        "choice": choice,
        "title": title_of(choice),
        "kinds": _kinds(scene, choice),
        "indicators": [
            {"key": one, "label": INDICATORS[one].label, "current": one == choice.indicator}
            for one in indicators(scene.vintage, scene.perimeter)
        ],
        "heads": _heads(choice),
        "page": page,
        "lines": [_line(part, choice) for part in page],
        "without": without,
        "pictures": {width: scene.address("map_picture", width, **kept) for width in charts.WIDTHS}
        if without < len(parts)
        else {},
        "method": method_url(f"#{told.anchor}"),
        "note": told.note,
    }


def _kinds(scene: Scene, choice: Choice) -> list[dict[str, Any]]:
    assert scene.vintage is not None
    return [
        {"key": kind, "label": PLURALS[Kind(kind)], "count": count, "current": kind == choice.kind}
        for kind, count in reading.kinds_inside(scene.vintage, scene.territory.code).items()
    ]


def title_of(choice: Choice) -> str:
    """« poids dans l’emploi salarié, par commune »."""
    return f"{INDICATORS[choice.indicator].label}, {_BY.get(choice.kind, '')}"


def _heads(choice: Choice) -> list[Head]:
    labels = {"nom": _("Territoire"), "habitants": _("Habitants"), choice.indicator: _("Valeur")}
    labels |= {name: INDICATORS[name].label for name in _COUNTS}
    heads = []
    for name, label in labels.items():
        now = choice.order == name
        # A name is sought from the top of the alphabet, a number from the largest.
        first = name if name == "nom" else f"-{name}"
        other = name if first != name else f"-{name}"
        turned = other if now and choice.descending == first.startswith("-") else first
        heads.append(Head(label, turned, ("descending" if choice.descending else "ascending") if now else ""))
    return heads


def _sorted(parts: Sequence[Part], choice: Choice) -> list[Part]:
    """In the order asked for; what has no value stays last."""
    if choice.order == "nom":
        return sorted(parts, key=lambda one: fold(one.place.name), reverse=choice.descending)
    numbers = {part.place.code: _number(part, choice.order) for part in parts}
    known = [part for part in parts if numbers[part.place.code] is not None]
    rest = [part for part in parts if numbers[part.place.code] is None]
    return sorted(known, key=lambda one: numbers[one.place.code] or 0, reverse=choice.descending) + rest


def _number(part: Part, name: str) -> float | None:
    return part.place.population if name == "habitants" else part.values[name].value


def _line(part: Part, choice: Choice) -> Line:
    people = written(part.place.population, "emplois") if part.place.population else NOTHING
    shown = {choice.indicator: _("Valeur")} | {name: INDICATORS[name].label for name in _COUNTS}
    cells = [Cell(_("Habitants"), people)]
    for name, label in shown.items():
        one, unit = part.values[name], INDICATORS[name].unit
        cells.append(Cell(label, text_of(one, unit), interval_of(one, unit)))
    return Line(part.place.code, part.place.name, tuple(cells))


@lru_cache(maxsize=48)
def picture(
    vintage: Vintage, territory: Territory, perimeter: str, choice: Choice, narrow: bool
) -> str | None:
    """The map of one indicator; None where no outline is known."""
    parts = reading.inside(vintage, territory.code, choice.kind, perimeter)
    outlines, credit = outlines_inside(territory, choice.kind)
    shown = mainland(
        {part.place.code: outlines[part.place.code] for part in parts if part.place.code in outlines}
    )
    if not shown or all(part.values[choice.indicator].value is None for part in parts):
        return None
    told = INDICATORS[choice.indicator]
    times = 100 if told.unit == "part" else 1
    areas = [
        Area(
            part.place.code, part.place.name, outlines[part.place.code], _times(part, choice.indicator, times)
        )
        for part in parts
        if part.place.code in shown
    ]
    legend = f"{told.label[:1].upper()}{told.label[1:]}{', en %' if told.unit == 'part' else ''}"
    notes = [
        str(vintage.manifest["notice"]).capitalize(),
        f"{perimeter_label(perimeter).capitalize()}, {vintage.name}",
        _left_out(len(parts) - len(areas)),
        _("Contours\u00a0: %(credit)s") % {"credit": credit},
    ]
    look = Look(
        narrow=narrow, decimals=1 if told.unit == "part" else 2, credit=". ".join(one for one in notes if one)
    )
    return area_map(areas, title=f"{territory.name}\u00a0: {title_of(choice)}", legend=legend, look=look)


def _times(part: Part, name: str, times: int) -> float | None:
    value = part.values[name].value
    return None if value is None else times * value


def _left_out(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(n)s territoire n’est pas sur la carte (outre-mer, ou contour inconnu)",
        "%(n)s territoires ne sont pas sur la carte (outre-mer, ou contour inconnu)",
        count,
    ) % {"n": count}
