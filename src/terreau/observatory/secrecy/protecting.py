"""Protect a table of one's own, from a JSON document to another (`terreau observatory protect`)."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from terreau.core.numbers import french_number
from terreau.observatory.secrecy import primary as rules
from terreau.observatory.secrecy.attack import Intervals, Mask, as_told, bounds, intervals, seen_through
from terreau.observatory.secrecy.building import Cell, build
from terreau.observatory.secrecy.flows import mask
from terreau.observatory.secrecy.neighbourhoods import Neighbourhoods
from terreau.observatory.secrecy.proof import Proof
from terreau.observatory.secrecy.suppression import UnsettledError, cheapest, too_narrow
from terreau.observatory.secrecy.table import Dimension, Floats, Table, TableError, in_json, named
from terreau.observatory.secrecy.widths import wanted_widths

# Cells that hold something, up to which masking is exact; masked cells, up to which each is audited.
EXACT_CELLS: Final = 300
AUDITED_CELLS: Final = 3_000
SAMPLE: Final = 20
_KEYS: Final = frozenset(("dimensions", "cells", "rule", "primary", "weights", "protection", "insiders"))
# What is known of a cell; the last two by everyone, before anything is published.
_FIGURES: Final = ("n", "value", "max", "least", "most")
_TOLD: Final = ("status", "low", "high")
_MOST: Final = 1_000_000
_REMEDIES: Final = {
    "min_units": "L’Insee demande 3 unités.",
    "max_share": "C’est une part\u00a0: 85\u00a0% s’écrit 0.85.",
    "protection": "C’est une part de la valeur de la case\u00a0: 10\u00a0% s’écrit 0.1.",
}


def protect(document: Any) -> dict[str, Any]:
    """Mask what must be masked, and prove that it cannot be found again.

    Args:
        document: as `docs/secret-statistique.md` describes it: `dimensions`, `cells`, and at will `rule`,
            `primary`, `weights`, `protection` and `insiders`; an inner cell may say between what everyone
            could already place it, `least` and `most`.

    Returns:
        `cells`, margins included, each with its codes and its `status`; where it is published `n` and
        `value`, where it is masked the attacker's `low` and `high` (None when unbounded); `cost`, the weight
        of the secondary cells; `audit`, what the attacker was asked and what he found. No cell tells a
        masked figure, nor a largest contribution, which is one firm's own; the cost may, that of a single
        secondary cell being its value.

    Raises:
        TableError: the document is not a table that can be protected.
    """
    table, rule = read(document)
    protection = _number(document, "protection", 0.0, at_most=_MOST)
    statuses = _primary_statuses(table, rule, document.get("primary"))
    # Whoever names an empty cell does not want it known that it is empty.
    table = _placed(replace(table, kept=statuses == rules.GIVEN), document["cells"])
    # What everyone knows to the last digit, no mask can hide.
    statuses[table.is_fixed & ~table.is_empty] = rules.PUBLISHED
    first: Mask = statuses != rules.PUBLISHED
    weights = _weights(table, document.get("weights", "value"))
    masked, found, proof = suppress(table, first, weights, protection)
    statuses[masked & ~first] = rules.SECONDARY
    shown = published_bounds(table, masked, found)
    return {
        "cells": [_told(table, number, str(statuses[number]), shown) for number in range(table.size)],
        "cost": float(weights[masked & ~first].sum()),
        "audit": audit(table, first, masked, protection, found, shown, proof),
    }


def suppress(
    table: Table, first: Mask, weights: Floats, protection: float, *, again: Mask | None = None
) -> tuple[Mask, Intervals, Proof | None]:
    """The masked cells, what the attacker can say of them, and the proof where it is not his own programs.

    Up to `EXACT_CELLS` cells, at the least cost if that is found in time; else near it. Up to `AUDITED_CELLS`
    masked cells, two programs each; beyond, what sums alone say, the moves of the proof, and programs for a
    sample of cells.

    Args:
        table: the genuine table.
        first: the primary cells.
        weights: what masking each cell costs.
        protection: share of each masked cell's value that its interval must exceed in width.
        again: cells that stay masked though nobody's secret, because they were.

    Raises:
        TableError: some cell cannot be protected.
    """
    if int((~table.is_empty).sum()) <= EXACT_CELLS:
        with contextlib.suppress(UnsettledError):
            return *cheapest(table, first, weights, protection, again=again), None
    masked, proof = mask(table, first, weights, protection, again=again)
    return masked, _attacked(table, masked), proof


def published_bounds(table: Table, masked: Mask, found: Intervals) -> Intervals:
    """The bounds that are published of masked cells: what is published alone decides of every digit.

    Not what was known beforehand: where that is wrong, bounds narrowed by it would tell so.

    Args:
        table: the genuine table.
        masked: the cells that are not published.
        found: what the attacker can say of each cell.
    """
    if table.lowest is not None or table.highest is not None:
        table = replace(table, lowest=None, highest=None)
        found = _attacked(table, masked)
    return as_told(table, masked, found)


def _attacked(table: Table, masked: Mask) -> Intervals:
    return (intervals if int(masked.sum()) <= AUDITED_CELLS else bounds)(table, masked)


def read(document: Any) -> tuple[Table, rules.Rule]:
    """The table of a document, and its primary rule.

    Raises:
        TableError: see the message.
    """
    if not isinstance(document, dict):
        raise TableError("le document doit être un objet JSON, avec « dimensions » et « cells ».")
    if unknown := sorted(set(document) - _KEYS):
        raise TableError(
            f"clé inconnue\u00a0: « {unknown[0]} ».",
            remedy=f"Clés admises\u00a0: {', '.join(sorted(_KEYS))}.",
        )
    dimensions = _dimensions(document.get("dimensions"))
    cells = document.get("cells")
    if not isinstance(cells, list) or not cells:
        raise TableError("« cells » doit être une liste d’au moins une case.")
    asked = {} if document.get("rule") is None else document["rule"]
    if not isinstance(asked, dict):
        raise TableError("« rule » doit être un objet, avec « min_units » et « max_share ».")
    if unknown := sorted(set(asked) - {"min_units", "max_share"}):
        raise TableError(
            f"clé inconnue\u00a0: «\u00a0{unknown[0]}\u00a0».",
            where="«\u00a0rule\u00a0»",
            remedy="Clés admises\u00a0: max_share, min_units.",
        )
    rule = rules.Rule(
        int(_number(asked, "min_units", 3, at_most=_MOST, whole=True)),
        _number(asked, "max_share", 0.85, at_most=1.0),
    )
    table = build(dimensions, [_cell(one) for one in cells])
    insiders = document.get("insiders", False)
    if not isinstance(insiders, bool):
        raise TableError("« insiders » doit être « true » ou « false ».")
    if not insiders:
        table = replace(table, known_sole=np.full(table.size, -1, dtype=np.int64))
    return table, rule


def audit(
    table: Table,
    primary: Mask,
    masked: Mask,
    protection: float,
    found: Intervals,
    shown: Intervals,
    proof: Proof | None = None,
) -> dict[str, Any]:
    """The attacker's report on what is published.

    Args:
        table: the genuine table.
        primary: the primary cells.
        masked: the cells that are not published.
        protection: share of each masked cell's value that its interval must exceed in width.
        found: what the attacker can say of each cell.
        shown: the bounds that are published.
        proof: the moves, where programs were not asked of every cell.

    Returns:
        `passed`; `masked`, how many; `optimal`, whether nothing could be masked at less cost; `programs`, how
        many linear programs were asked, at the least; `moves`, how many moves prove the protection of all
        masked cells (None when programs were asked for each); `flaws`, what is wrong with the moves; `exact`
        and `too_narrow`, the cells at fault; `insiders`, how many contributors are alone in a masked cell and
        know it; `seen_through`, the primary cells that one of them places too narrowly; `narrowest`, the
        narrowest interval as a share of its upper bound (None when there is none, or when all are unbounded);
        `masked_value`, the share of the value of inner cells that is masked (None where a total is masked:
        it would tell it).
    """
    programs, flaws, seen = 2 * int(masked.sum()), [], []
    if proof is None:
        seen = seen_through(table, primary, masked, wanted_widths(table, protection))
    else:
        flaws = proof.flaws(table, primary, masked, protection)
        if int(masked.sum()) > AUDITED_CELLS:
            sample, found = _sample(masked), proof.intervals(table)
            programs = 2 * sample.size
            around, wanted = Neighbourhoods(table, masked), wanted_widths(table, protection)
            flaws += [
                f"cell {cell} is placed too narrowly"
                for cell in sample.tolist()
                if around.width(cell, wanted[cell], proof.moved_with(cell)) < wanted[cell]
            ]
    narrow = too_narrow(table, masked, protection, found)
    exact = too_narrow(table, masked, 0.0, found)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Of the bounds, which are published: as a share of the value, it would tell that one.
        shares = (shown.width / shown.high)[masked & (table.values > 0)]
    shares = shares[np.isfinite(shares)]
    return {
        "passed": not (narrow.any() or flaws or seen),
        "masked": int(masked.sum()),
        "optimal": proof is None,
        "programs": programs,
        "moves": len(proof.moves) if proof is not None else None,
        "flaws": flaws,
        "protection": protection,
        "exact": [table.codes(int(one)) for one in np.flatnonzero(exact)],
        "too_narrow": [table.codes(int(one)) for one in np.flatnonzero(narrow)],
        "insiders": len(set(table.sole[masked].tolist()) - {-1}),
        "seen_through": [table.codes(cell) for cell in sorted({cell for cell, _one in seen})],
        "narrowest": float(shares.min()) if shares.size else None,
        "masked_value": None if (masked & table.is_total).any() else share_masked(table, masked),
    }


def _sample(masked: Mask) -> NDArray[np.intp]:
    """Some masked cells, always the same for the same mask."""
    cells = np.flatnonzero(masked)
    return np.sort(np.random.default_rng(cells.size).choice(cells, SAMPLE, replace=False))


def share_masked(table: Table, masked: Mask) -> float:
    """The share of the inner cells' value that is not published, from 0 to 1: what secrecy costs."""
    inner = table.is_inner
    total = float(table.values[inner].sum())
    return float(table.values[inner & masked].sum()) / total if total else 0.0


def _dimensions(asked: Any) -> list[Dimension]:
    if not isinstance(asked, dict) or not asked:
        raise TableError("« dimensions » doit être un objet\u00a0: un nom, puis la liste de ses hiérarchies.")
    found = []
    for name, trees in asked.items():
        if name in (*_FIGURES, *_TOLD):
            raise TableError(
                f"une dimension ne peut pas s’appeler «\u00a0{name}\u00a0»\u00a0: le mot est déjà pris.",
                remedy="Donnez-lui un autre nom.",
            )
        if not isinstance(trees, list) or not all(_is_tree(tree) for tree in trees) or not any(trees):
            raise TableError(
                "il faut au moins une hiérarchie, chacune {code\u00a0: [codes qui le composent]}.",
                where=f"dimension « {name} »",
            )
        found.append(Dimension.of(str(name), trees))
    return found


def _is_tree(tree: Any) -> bool:
    return isinstance(tree, dict) and all(
        isinstance(children, list) and all(isinstance(child, str) for child in children)
        for children in tree.values()
    )


def _cell(one: Any) -> Cell:
    if not isinstance(one, dict):
        raise TableError(f"une case doit être un objet JSON, pas {in_json(one)}.", where="« cells »")
    units, value, largest, *_known = (_figure(one, name) for name in _FIGURES)
    return Cell(_codes(one), units, value, largest)


def _codes(one: Mapping[str, Any]) -> dict[str, Any]:
    """The codes of a cell, without its figures."""
    return {name: code for name, code in one.items() if name not in _FIGURES}


def _placed(table: Table, cells: list[dict[str, Any]]) -> Table:
    """The table, each cell placed between what everyone knows of it, when the document says so."""
    lowest, highest = np.zeros(table.size), np.full(table.size, np.inf)
    known = False
    for one in cells:
        least, most = (_figure(one, name) for name in ("least", "most"))
        if least is None and most is None:
            continue
        known = True
        number = table.number(codes := _codes(one))
        low, high = 0.0 if least is None else least, math.inf if most is None else most
        if not 0 <= low <= high:
            high_told = f" et «\u00a0most\u00a0» {high:g}" if most is not None else ""
            raise TableError(
                f"«\u00a0least\u00a0» vaut {low:g}{high_told}\u00a0: il faut deux nombres "
                "positifs ou nuls, le premier au plus égal au second.",
                where=named(codes),
                remedy="Corrigez-les ; ôtez celui des deux que personne ne connaît.",
            )
        if not table.is_inner[number]:
            raise TableError(
                "« least » et « most » sont donnés d’une marge.",
                where=named(codes),
                remedy="Donnez-les des cases qu’elle réunit : on en fait la somme.",
            )
        lowest[number], highest[number] = low, high
    return table.placed(lowest, highest) if known else table


def _figure(one: Mapping[str, Any], name: str) -> float | None:
    figure = one.get(name)
    if figure is None:
        return None
    if isinstance(figure, bool) or not isinstance(figure, int | float):
        raise TableError(
            f"«\u00a0{name}\u00a0» vaut {in_json(figure)}\u00a0: il faut un nombre.",
            where=named(_codes(one)),
            remedy="Un nombre s’écrit sans guillemets, avec un point pour les décimales.",
        )
    return _as_float(figure)


def _as_float(figure: float) -> float:
    """A whole number may have more digits than a floating-point one can."""
    try:
        return float(figure)
    except OverflowError:
        return math.inf if figure > 0 else -math.inf


def _number(
    asked: Mapping[str, Any], name: str, default: float, *, at_most: float, whole: bool = False
) -> float:
    figure = asked.get(name, default)
    if (
        isinstance(figure, bool)
        or not isinstance(figure, int | float)
        or not 0 <= figure <= at_most
        or (whole and figure != int(figure))
    ):
        kind = "un nombre entier" if whole else "un nombre"
        raise TableError(
            f"«\u00a0{name}\u00a0» vaut {_brief(figure)}\u00a0: il faut {kind} positif ou nul, "
            f"{french_number(at_most)} au plus.",
            remedy=_REMEDIES[name],
        )
    return float(figure)


def _brief(figure: Any) -> str:
    """As it was given, but for the last of very many digits."""
    return f"{_as_float(figure):g}" if type(figure) is int else in_json(figure)


def _primary_statuses(table: Table, rule: rules.Rule, by_hand: Any) -> np.ndarray[Any, np.dtype[np.str_]]:
    by_hand = [] if by_hand is None else by_hand
    if not isinstance(by_hand, list) or not all(isinstance(one, dict) for one in by_hand):
        raise TableError("« primary » doit être une liste de cases, chacune avec ses codes.")
    statuses = np.full(table.size, rules.PUBLISHED, dtype="U9")
    for codes in by_hand:
        statuses[table.number(_codes(codes))] = rules.GIVEN
    statuses[rules.dominant(table, rule)] = rules.DOMINANT
    statuses[rules.few(table, rule)] = rules.FEW
    return statuses


def _weights(table: Table, asked: Any) -> Floats:
    if asked == "value":
        return table.values
    if asked == "one":
        return np.ones(table.size)
    if asked == "n":
        if np.isnan(table.units).any():
            raise TableError(
                "les poids « n » demandent le nombre d’unités de chaque case.",
                remedy="Donnez « n » partout, ou choisissez les poids « value » ou « one ».",
            )
        return table.units
    raise TableError(
        f"poids inconnus\u00a0: {in_json(asked)}.", remedy="À choisir parmi « value », « n » et « one »."
    )


def _told(table: Table, number: int, status: str, found: Intervals) -> dict[str, Any]:
    told: dict[str, Any] = {**table.codes(number), "status": status}
    if status == rules.PUBLISHED:
        told |= {"n": _plain(float(table.units[number])), "value": _plain(float(table.values[number]))}
    else:
        told |= {"low": _plain(float(found.low[number])), "high": _plain(float(found.high[number]))}
    return told


def _plain(figure: float) -> float | int | None:
    if not math.isfinite(figure):
        return None
    rounded = round(figure, 6)
    return int(rounded) if rounded == int(rounded) else rounded
