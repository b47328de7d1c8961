"""`terreau portfolio evaluate`: projects marked on criteria, and what a method says of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from terreau.core.errors import TerreauError
from terreau.decision import additive, promethee, smaa
from terreau.decision.files.reading import (
    MOST_CRITERIA,
    MOST_PROJECTS,
    as_interval,
    as_list,
    as_name,
    as_number,
    as_object,
    as_ranks,
    as_whole,
    distinct,
)
from terreau.decision.marks import SCALE, Criterion, Mark, Marks, Preference, Shape, Table, shares
from terreau.decision.orders import Order

# Values drawn in all: beyond, an answer would take minutes.
MOST_DRAWN: Final = 400_000_000
MOST_DRAWS: Final = 1_000_000
_SEEDS: Final = 2**32 - 1
_DOCUMENT: Final = ("criteria", "scale", "projects", "weights_order", "draws", "seed")
CRITERION: Final = ("id", "weight", "sense", "scale", "preference", "veto")
_PREFERENCE: Final = ("type", "q", "p", "s")
# What each shape cannot do without.
_NEEDED: Final = {
    Shape.USUAL: (),
    Shape.QUASI: ("q",),
    Shape.V: ("p",),
    Shape.LEVEL: ("q", "p"),
    Shape.LINEAR: ("q", "p"),
    Shape.GAUSS: ("s",),
}

Told = dict[str, Any]


def evaluate(document: Any, method: str) -> Told:
    """What a method says of the projects of a document.

    Args:
        document: as `docs/methodes-par-fichier.md` describes it.
        method: one of `METHODS`.

    Returns:
        `results`, one for each project in the order of the document, and what they rest on.

    Raises:
        TerreauError: the document does not hold.
    """
    given = as_object(document, "Le document", _DOCUMENT)
    criteria, weights = read_criteria(given.get("criteria"), given.get("scale"))
    rows = [
        as_object(one, f"« projects » n° {at}", ("id", "marks"))
        for at, one in enumerate(as_list(given.get("projects"), "« projects »", MOST_PROJECTS), start=1)
    ]
    marks = read_marks(rows)
    if method == "promethee":
        said = [given.get("scale") or item.get("scale") for item in given["criteria"]]
        criteria = tuple(
            one if scale else _freed(one, marks) for one, scale in zip(criteria, said, strict=True)
        )
    return METHODS[method](given, Table.of(criteria, marks), weights)


def _freed(criterion: Criterion, marks: Marks) -> Criterion:
    """The criterion without a scale, when its marks are not on the house's.

    PROMETHEE looks at differences: it needs a scale only where a mark is missing.
    """
    try:
        Table.of([criterion], {key: {criterion.key: row.get(criterion.key)} for key, row in marks.items()})
    except TerreauError:
        return replace(criterion, scale=None)
    return criterion


def read_criteria(value: Any, scale: Any = None) -> tuple[tuple[Criterion, ...], dict[str, float] | None]:
    """The criteria of a document and their weights; no weights when none is given.

    Args:
        value: the list.
        scale: that of the criteria which give none, when it is not the house's.
    """
    common = SCALE if scale is None else _scale(scale, "« scale »")
    items = as_list(value, "« criteria »", MOST_CRITERIA)
    criteria, weights = [], {}
    for at, item in enumerate(items, start=1):
        one = as_object(item, f"« criteria » n° {at}", CRITERION)
        key = as_name(one.get("id"), f"« criteria » n° {at}, « id »")
        where = f"Critère « {key} »"
        criteria.append(_criterion(key, one, where, common))
        if one.get("weight") is not None:
            weights[key] = as_number(one["weight"], f"{where}, « weight »", least=0)
    distinct([one.key for one in criteria], "« criteria »")
    if weights:
        shares(criteria, weights)
    return tuple(criteria), weights or None


def _criterion(key: str, given: Told, where: str, common: tuple[float, float]) -> Criterion:
    sense = given.get("sense", "max")
    if sense not in ("max", "min"):
        raise TerreauError("Le sens est « max » ou « min ».", where=f"{where}, « sense »")
    scale = common if given.get("scale") is None else _scale(given["scale"], f"{where}, « scale »")
    veto = given.get("veto")
    return Criterion(
        key,
        scale,
        sense == "min",
        _preference(given["preference"], f"{where}, « preference »") if given.get("preference") else None,
        None if veto is None else as_number(veto, f"{where}, « veto »"),
    )


def _scale(value: Any, where: str) -> tuple[float, float]:
    found = as_interval(value, where)
    if not isinstance(found, tuple) or found[0] == found[1]:
        raise TerreauError(
            "L’échelle est faite de deux nombres différents, le plus petit d’abord.", where=where
        )
    return found


def _preference(value: Any, where: str) -> Preference:
    given = as_object(value, where, _PREFERENCE)
    if given.get("type") not in list(Shape):
        raise TerreauError(f"Le type est l’un de : {', '.join(Shape)}.", where=f"{where}, « type »")
    shape = Shape(given["type"])
    missing = next((key for key in _NEEDED[shape] if given.get(key) is None), None)
    if missing is not None:
        raise TerreauError(f"Le type « {shape} » demande « {missing} ».", where=where)
    q, p, s = (as_number(given.get(key) or 0, f"{where}, « {key} »", least=0) for key in ("q", "p", "s"))
    if "p" in _NEEDED[shape] and (p < q or p == 0):
        raise TerreauError("« p » est plus grand que zéro, et au moins égal à « q ».", where=where)
    if shape is Shape.GAUSS and s == 0:
        raise TerreauError("« s » est plus grand que zéro.", where=where)
    return Preference(shape, q, p, s)


def read_marks(rows: Sequence[Told]) -> dict[str, dict[str, Mark]]:
    """The marks of the projects, each with an `id` and `marks`."""
    marks: dict[str, dict[str, Mark]] = {}
    names = [as_name(row.get("id"), f"« projects » n° {at}, « id »") for at, row in enumerate(rows, start=1)]
    distinct(names, "« projects »")
    for name, row in zip(names, rows, strict=True):
        where = f"Projet « {name} », « marks »"
        marks[name] = {
            key: None if mark is None else as_interval(mark, f"Projet « {name} », critère « {key} »")
            for key, mark in as_object(row.get("marks"), where).items()
        }
    return marks


def read_order(criteria: tuple[Criterion, ...], value: Any) -> Order:
    """The order of weights agreed; none when it is not given."""
    return Order.of(criteria, None if value is None else as_ranks(value, "« weights_order »"))


def _additive(_given: Told, table: Table, weights: dict[str, float] | None) -> Told:
    results = [
        {
            "id": one.project,
            "score": one.value,
            "low": one.low,
            "high": one.high,
            "rank": one.rank,
            "ranks": list(one.ranks),
            "vetoes": list(one.vetoes),
            "possible_vetoes": list(one.doubts),
        }
        for one in additive.evaluate(table, weights)
    ]
    return {"method": "additive", "weights": _told_weights(table, weights), "results": results}


def _promethee(_given: Told, table: Table, weights: dict[str, float] | None) -> Told:
    results = [
        {
            "id": one.project,
            "score": one.net,
            "low": one.low,
            "high": one.high,
            "rank": one.rank,
            "leaving": one.leaving,
            "entering": one.entering,
        }
        for one in promethee.evaluate(table, weights)
    ]
    return {"method": "promethee", "weights": _told_weights(table, weights), "results": results}


def _smaa(given: Told, table: Table, _weights: dict[str, float] | None) -> Told:
    draws = as_whole(given.get("draws", smaa.DRAWS), "« draws »", 1, MOST_DRAWS)
    seed = as_whole(given.get("seed", 1), "« seed »", 0, _SEEDS)
    if draws * len(table.projects) > MOST_DRAWN:
        raise TerreauError(
            "C’est trop de tirages pour autant de projets.",
            where="« draws »",
            remedy=f"Demandez-en {MOST_DRAWN // len(table.projects)} au plus.",
        )
    found = smaa.analyse(
        table, read_order(table.criteria, given.get("weights_order")), draws=draws, seed=seed
    )
    results = [
        {
            "id": project,
            "acceptability": [float(one) for one in ranks],
            # No weighting puts it first: it has no central weights.
            "central_weights": None
            if ranks[0] == 0
            else {key: float(one) for key, one in zip(found.criteria, central, strict=True)},
        }
        for project, ranks, central in zip(found.projects, found.acceptability, found.central, strict=True)
    ]
    return {"method": "smaa", "results": results, "error": found.error, "draws": draws, "seed": seed}


def _told_weights(table: Table, weights: dict[str, float] | None) -> dict[str, float]:
    share = shares(table.criteria, weights)
    return {one.key: float(weight) for one, weight in zip(table.criteria, share, strict=True)}


METHODS: Final[dict[str, Callable[[Told, Table, dict[str, float] | None], Told]]] = {
    "additive": _additive,
    "promethee": _promethee,
    "smaa": _smaa,
}


def as_rows(told: Told) -> list[Told]:
    """The results as the rows of a spreadsheet, one a project."""
    rows = []
    for one in told["results"]:
        row: Told = {}
        for key, value in one.items():
            if key == "acceptability":
                row |= {f"rank_{rank}": share for rank, share in enumerate(value, start=1)}
            elif key == "ranks":
                row |= {"best_rank": value[0], "worst_rank": value[1]}
            elif key != "central_weights":
                row[key] = value
        rows.append(row | {key: told[key] for key in ("error", "draws", "seed") if key in told})
    if told["method"] == "smaa":
        keys: Told = next((one["central_weights"] for one in told["results"] if one["central_weights"]), {})
        for row, one in zip(rows, told["results"], strict=True):
            row |= {f"central_{key}": (one["central_weights"] or {}).get(key, "") for key in keys}
    return rows
