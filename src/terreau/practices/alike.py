"""Towns that look alike: Gower's distance on mixed variables (methods E). Pure.

For each variable two towns differ by something between 0 and 1: a number by its gap over the range of all
the towns, a choice by being another, shares by what would have to change hands. The distance is the mean of
those differences, weighed. What one of the two does not know is left out for that pair, and said.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

# Numbers, a choice, or the shares of several things, which add up to one.
Value = float | str | bool | Mapping[str, float]
Town = Mapping[str, Value]

NEAREST: Final = 10
LEAST_FOR_MEDIAN: Final = 3
LEAST_FOR_SPREAD: Final = 5
# Below this, two towns are not compared: too little is known of both.
LEAST_SHARED: Final = 2
HEAVIEST: Final = 3


@dataclass(frozen=True)
class Nearness:
    """How far a town is, and by which variables it could be told."""

    key: int
    distance: float
    shared: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def closeness(self) -> float:
        """One for the same town, nothing for the farthest."""
        return 1 - self.distance


@dataclass(frozen=True)
class Spread:
    """What the nearest towns show of one figure; None where too few let it be seen."""

    towns: int
    median: float | None = None
    low: float | None = None
    high: float | None = None


def ranges_of(towns: Sequence[Town]) -> dict[str, float]:
    """For each variable that is a number, the gap between the smallest and the largest."""
    seen: dict[str, list[float]] = {}
    for town in towns:
        for name, value in town.items():
            if _is_number(value):
                seen.setdefault(name, []).append(float(value))  # type: ignore[arg-type]
    return {name: max(values) - min(values) for name, values in seen.items()}


def difference(one: Value, other: Value, spread: float) -> float:
    """By how much two values of the same variable differ, between 0 and 1."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return min(1.0, sum(abs(one.get(key, 0.0) - other.get(key, 0.0)) for key in {*one, *other}) / 2)
    if _is_number(one) and _is_number(other):
        return min(1.0, abs(float(one) - float(other)) / spread) if spread > 0 else 0.0  # type: ignore[arg-type]
    return 0.0 if one == other else 1.0


def gower(
    one: Town, other: Town, ranges: Mapping[str, float], weights: Mapping[str, float] | None = None
) -> tuple[float | None, tuple[str, ...]]:
    """The distance between two towns, and the variables that both know.

    Args:
        one: what is known of a town; a variable that is not known is not there.
        other: what is known of the other.
        ranges: of the numbers, as `ranges_of` gives them.
        weights: by variable, 1 where none is said; 0 leaves a variable out.

    Returns:
        None for the distance when nothing weighs in both.
    """
    shared = tuple(name for name in one if name in other and (weights or {}).get(name, 1) > 0)
    total = sum((weights or {}).get(name, 1) for name in shared)
    if not total:
        return None, ()
    apart = sum(
        (weights or {}).get(name, 1) * difference(one[name], other[name], ranges.get(name, 0.0))
        for name in shared
    )
    return apart / total, shared


def nearest(
    mine: Town,
    others: Mapping[int, Town],
    weights: Mapping[str, float] | None = None,
    *,
    most: int = NEAREST,
) -> list[Nearness]:
    """The towns nearest to mine, the closest first, told apart by their key where equally far.

    Those of which too little is known together with mine are left out.
    """
    ranges = ranges_of([mine, *others.values()])
    wanted = [name for name, weight in (weights or dict.fromkeys(mine, 1)).items() if weight > 0]
    found = []
    for key, other in others.items():
        distance, shared = gower(mine, other, ranges, weights)
        if distance is not None and len(shared) >= min(LEAST_SHARED, len(wanted)):
            missing = tuple(name for name in wanted if name not in shared)
            found.append(Nearness(key, distance, shared, missing))
    return sorted(found, key=lambda one: (one.distance, -len(one.shared), one.key))[:most]


def spread_of(values: Sequence[float]) -> Spread:
    """The median from three towns on, the middle half from five on: below, one town could be read off."""
    if len(values) < LEAST_FOR_MEDIAN:
        return Spread(len(values))
    median = float(statistics.median(values))
    if len(values) < LEAST_FOR_SPREAD:
        return Spread(len(values), median)
    low, _middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(len(values), median, float(low), float(high))


def log_population(people: int | None) -> float | None:
    """Towns are compared by how many times larger one is, not by how many people more."""
    return math.log10(people) if people else None


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
