"""Weights that give the respondents the make-up of the directory, and what they cost.

Raking, Deming and Stephan (1940): each margin in turn is brought to its known total until all hold.
Categories too small are put together first, extreme weights are trimmed and the rest raked again; the
effective size is Kish's (1965). No category without respondent is ever filled: it is put with another, or its
margin is left aside (`methods.md` C.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

LEAST_RESPONDENTS: Final = 5
# Bounds of a weight, over the mean weight.
TRIM: Final = (0.3, 3.0)
# Below this many answers, weights would add more noise than they take bias away.
WEIGHTED_FROM: Final = 30
_ROUNDS: Final = 1000
_PRECISION: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Margin:
    """A way of dividing the actors: the category of each respondent, how many actors each category has."""

    name: str
    of: Sequence[str]
    population: Mapping[str, int]
    # Whether the order of `population` is that of a size: only neighbours are then put together.
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Categories counted together in a margin."""

    categories: tuple[str, ...]
    population: int
    respondents: int


@dataclass(frozen=True, slots=True)
class Weighting:
    """The weight of each respondent (mean 1), and how it was come by."""

    weights: Floats
    margins: tuple[str, ...]
    # Of each margin used, its groups.
    groups: Mapping[str, tuple[Group, ...]]
    weighted: bool
    converged: bool
    trimmed: int

    @property
    def effective(self) -> float:
        """How many answers of equal weight these are worth."""
        return effective_size(self.weights)

    @property
    def design_effect(self) -> float:
        """By how much unequal weights widen the variance."""
        return design_effect(self.weights)


def effective_size(weights: Floats) -> float:
    """Kish: (Σw)²/Σw². 0 without weights."""
    squares = float(np.square(weights).sum())
    return float(weights.sum()) ** 2 / squares if squares else 0.0


def design_effect(weights: Floats) -> float:
    """Kish: n Σw²/(Σw)², 1 when all weights are equal."""
    effective = effective_size(weights)
    return len(weights) / effective if effective else 1.0


def rake(start: Floats, codes: Sequence[Codes], totals: Sequence[Floats]) -> tuple[Floats, bool]:
    """Weights whose sums by category are the totals, as near the start as can be; whether all hold.

    Args:
        start: positive weights.
        codes: for each margin, the category of each respondent, from 0.
        totals: for each margin, the total of each category; each has respondents, and the margins one sum.
    """
    weights = start.astype(np.float64)
    for _round in range(_ROUNDS):
        worst = 0.0
        for code, total in zip(codes, totals, strict=True):
            sums = np.bincount(code, weights, len(total))
            ratios = np.divide(total, sums, out=np.ones(len(total)), where=sums > 0)
            worst = max(worst, float(np.abs(ratios - 1).max(initial=0.0)))
            weights *= ratios[code]
        if worst < _PRECISION:
            return weights, True
    return weights, False


def collapse(margin: Margin, least: int = LEAST_RESPONDENTS) -> tuple[Group, ...]:
    """The categories put together until each group has actors in the directory and enough respondents.

    The smallest group goes first: with its smaller neighbour when the margin is ordered, else with the next
    smallest. Fewer than two groups mean that the margin says nothing.
    """
    known = dict.fromkeys([*margin.population, *margin.of])
    counts = {name: 0 for name in known}
    for name in margin.of:
        counts[name] += 1
    groups = [Group((name,), margin.population.get(name, 0), counts[name]) for name in known]
    groups = [one for one in groups if one.population or one.respondents]
    while len(groups) > 1:
        short = [one for one in groups if one.respondents < least or not one.population]
        if not short:
            break
        first = min(short, key=lambda one: (one.respondents, one.population))
        at = groups.index(first)
        if margin.ordered:
            others = [groups[i] for i in (at - 1, at + 1) if 0 <= i < len(groups)]
        else:
            others = [one for one in groups if one is not first]
        other = min(others, key=lambda one: (one.respondents, one.population))
        low, high = sorted((at, groups.index(other)))
        groups[low : high + 1] = [
            *groups[low + 1 : high],
            _together(groups[low], groups[high]),
        ]
    return tuple(groups)


def _together(one: Group, other: Group) -> Group:
    return Group(
        (*one.categories, *other.categories),
        one.population + other.population,
        one.respondents + other.respondents,
    )


def weigh(count: int, margins: Sequence[Margin], trim: tuple[float, float] = TRIM) -> Weighting:
    """The weights of `count` respondents for these margins: equal below `WEIGHTED_FROM`, and it is said.

    Weights outside `trim` (over their mean) are brought to its bounds and all are raked again, until margins
    and bounds hold together; where they cannot, the bounds win.
    """
    equal = np.ones(count)
    kept: dict[str, tuple[Group, ...]] = {}
    codes, shares = [], []
    if count >= WEIGHTED_FROM:
        for margin in margins:
            groups = collapse(margin)
            total = sum(one.population for one in groups)
            if len(groups) < 2 or any(not one.population for one in groups):
                continue
            kept[margin.name] = groups
            rank = {name: at for at, one in enumerate(groups) for name in one.categories}
            codes.append(np.fromiter((rank[name] for name in margin.of), np.intp, count))
            shares.append(np.array([one.population * count / total for one in groups]))
    if not kept:
        return Weighting(equal, (), {}, weighted=False, converged=True, trimmed=0)
    weights, held = rake(equal, codes, shares)
    weights, trimmed, held = _trimmed(weights, codes, shares, trim, held)
    return Weighting(weights, tuple(kept), kept, weighted=True, converged=held, trimmed=trimmed)


def _trimmed(
    weights: Floats, codes: Sequence[Codes], totals: Sequence[Floats], trim: tuple[float, float], held: bool
) -> tuple[Floats, int, bool]:
    """The weights brought between the bounds and raked again, until none is outside."""
    low, high = trim
    touched = np.zeros(len(weights), dtype=bool)
    for _round in range(_ROUNDS // 10):
        outside = (weights < low - _PRECISION) | (weights > high + _PRECISION)
        if not outside.any():
            return weights, int(touched.sum()), held
        touched |= outside
        weights, held = rake(np.clip(weights, low, high), codes, totals)
    # The margins cannot be held within the bounds: the bounds win, and it is said.
    for _round in range(_ROUNDS):
        weights = np.clip(weights / weights.mean(), low, high)
    return weights / weights.mean(), int(touched.sum()), False
