"""The page of a territory's figures: sentences, figures, both perimeters, families, sectors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from terreau.observatory.labels import INDICATORS, perimeter_label, segment_label
from terreau.statistics import charts, reading, references, wording
from terreau.statistics.reading import FigureSet
from terreau.statistics.scene import Scene, frame
from terreau.statistics.showing import NOTHING, Shown, interval_of, method_url, show, text_of
from terreau.territories.enums import Kind
from terreau.territories.models import Territory
from terreau.territories.panels import inside

FIRST: Final = (
    "poids_emploi_total", "poids_emploi_prive", "emplois", "employeurs", "structures", "densite_etab",
    "taux_creation", "survie3", "emplois_exacts", "masse_salariale", "salaire_par_emploi",
)  # fmt: skip
BESIDE: Final = (
    "etablissements", "structures", "employeurs", "emplois", "poids_emploi_total", "poids_emploi_prive",
    "etablissements_indetermines",
)  # fmt: skip
_SHOWN: Final = 40
COLUMNS: Final = ("etablissements", "employeurs", "emplois", "part_emplois", "ql")
# Where headcounts are not public and the exact jobs are protected: what rests on the former is all masked.
EXACT_FIRST: Final = (
    "emplois_exacts", "masse_salariale", "chiffre_affaires", "salaire_par_emploi", "etablissements",
    "structures", "taux_creation", "survie3",
)  # fmt: skip
EXACT_COLUMNS: Final = (
    "etablissements", "emplois_exacts", "part_emplois_exacts", "ql_emplois_exacts", "masse_salariale",
    "salaire_par_emploi",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A value under its heading, with its bounds."""

    column: str
    text: str
    interval: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of figures by what they are of."""

    key: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    method: str = ""
    pictures: dict[str, str] = field(default_factory=dict)
    heights: dict[str, int] = field(default_factory=dict)


def context_of(scene: Scene) -> dict[str, Any]:
    """Everything the page shows."""
    context = frame(scene, "territory") | {
        "references": references.of(scene),
        "inside": _inside(scene.territory),
    }
    found = scene.found
    if found is None or scene.vintage is None:
        return context
    return context | {
        "sentences": wording.sentences(found, scene.vintage, scene.perimeter),
        "first": _first(found, scene.perimeter),
        "both": _both(found, scene.vintage.manifest["perimeters"]),
        "grids": [
            _grid(scene, found, "familles", _("Famille"), _("Par famille")),
            _grid(scene, found, "secteurs", _("Secteur"), _("Par secteur d’activité")),
        ],
        "map": scene.address("map"),
        "files": {form: scene.address("data", form) for form in ("csv", "json")},
    }


def _first(found: FigureSet, perimeter: str) -> list[Shown]:
    get = wording.getter(found, perimeter)
    names = EXACT_FIRST if _has_only_exact_jobs(get) else FIRST
    return [show(one) for name in names if (one := get(name)) is not None]


def _has_only_exact_jobs(get: wording.Get) -> bool:
    jobs = get("emplois")
    return jobs is not None and jobs.masked and get("emplois_exacts") is not None


def _both(found: FigureSet, perimeters: list[str]) -> Grid | None:
    """The perimeters side by side; nothing where the country has only one."""
    if len(perimeters) < 2:
        return None
    getters = {key: wording.getter(found, key) for key in perimeters}
    heads = {key: perimeter_label(key) for key in perimeters}
    rows = [
        Row(INDICATORS[name].label, tuple(_cells(heads[key], get(name)) for key, get in getters.items()))
        for name in BESIDE
        if any(get(name) for get in getters.values())
    ]
    return Grid("perimetres", _("Chiffre"), tuple(heads.values()), tuple(rows))


def _cells(column: str, figure: reading.Figure | None) -> Cell:
    if figure is None:
        return Cell(column, NOTHING)
    return Cell(column, text_of(figure, figure.unit), interval_of(figure, figure.unit))


def _grid(scene: Scene, found: FigureSet, key: str, head: str, caption: str) -> Grid:
    """One line for each family or section, the one with most jobs first."""
    assert scene.vintage is not None
    get = wording.getter(found, scene.perimeter)
    kind = charts.KINDS[key]
    exact = _has_only_exact_jobs(get)
    here = [
        one.segment
        for one in found.figures
        if (one.perimeter, one.id) == (scene.perimeter, "emplois") and one.segment.startswith(f"{kind}:")
    ]
    segments = _by(get, "emplois_exacts" if exact else "emplois", here)
    asked = EXACT_COLUMNS if exact else COLUMNS
    names = [name for name in asked if any(get(name, segment) for segment in segments)]
    columns = [INDICATORS[name].label for name in names]
    rows = tuple(
        Row(
            segment_label(segment, scene.vintage.manifest["sections"]),
            tuple(_cells(column, get(name, segment)) for column, name in zip(columns, names, strict=True)),
        )
        for segment in segments
    )
    drawn = wording.shares(found, scene.perimeter, kind)
    if not drawn:
        return Grid(key, head, tuple(columns), rows, caption, method_url("#structure"))
    pictures = {width: scene.address("chart", key, width) for width in charts.WIDTHS}
    labels = [segment_label(segment, scene.vintage.manifest["sections"]) for segment, _share in drawn]
    heights = charts.structure_heights(labels, compared=found.place.code != scene.vintage.manifest["root"])
    return Grid(key, head, tuple(columns), rows, caption, method_url("#structure"), pictures, heights)


def _by(get: wording.Get, name: str, segments: Iterable[str]) -> list[str]:
    """The largest first; what is masked comes last, in an order that says nothing of it."""
    values = {segment: one.value if (one := get(name, segment)) else None for segment in segments}
    return sorted(values, key=lambda segment: (-(values[segment] or 0), segment))


def _inside(territory: Territory) -> dict[str, Any]:
    """The largest territories directly inside; the page of the map has them all."""
    rows = inside(territory).exclude(kind__in=(Kind.SECTOR, Kind.VILLAGE)).only("code", "name", "kind")
    found = list(rows[: _SHOWN + 1])
    return {"shown": found[:_SHOWN], "has_more": len(found) > _SHOWN}
