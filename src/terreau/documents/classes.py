"""Classes of values for a map shaded by value."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Method = Literal["jenks", "quantile"]

# The exact optimisation grows with the square of the distinct values; beyond, quantiles do.
_JENKS_LIMIT = 400


@dataclass(frozen=True)
class ValueClass:
    """Lowest and highest value really met in the class, and how many values fall in it."""

    low: float
    high: float
    count: int


def classify(values: Iterable[float], *, classes: int = 5, method: Method = "jenks") -> list[ValueClass]:
    """Group values into at most `classes` classes, from low to high; equal values stay together.

    `jenks` minimises the spread inside classes (Fisher 1958, exact, by dynamic programming);
    `quantile` puts about as many values in each. NaN values are left out.
    """
    ordered = sorted(value for value in values if not math.isnan(value))
    distinct = sorted(set(ordered))
    if not distinct:
        return []
    wanted = min(classes, len(distinct))
    if method == "jenks" and len(distinct) <= _JENKS_LIMIT:
        starts = _jenks_starts(distinct, [ordered.count(value) for value in distinct], wanted)
    else:
        starts = _quantile_starts(ordered, distinct, wanted)
    ends = [*starts[1:], len(distinct)]
    return [
        ValueClass(
            distinct[start],
            distinct[end - 1],
            sum(distinct[start] <= v <= distinct[end - 1] for v in ordered),
        )
        for start, end in zip(starts, ends, strict=True)
    ]


def class_of(value: float, classes: list[ValueClass]) -> int:
    """Index of the class a value falls in: the first whose high is not below it."""
    return min(bisect_left([one.high for one in classes], value), len(classes) - 1)


def _quantile_starts(ordered: list[float], distinct: list[float], wanted: int) -> list[int]:
    # A lowest value met that often (zero, as a rule) would fall on several cuts: it is a class of its own.
    lowest = ordered.count(distinct[0])
    if lowest * wanted > len(ordered) > lowest:
        return [0, *(1 + start for start in _quantile_starts(ordered[lowest:], distinct[1:], wanted - 1))]
    cuts = {ordered[len(ordered) * index // wanted] for index in range(1, wanted)}
    return sorted({0} | {bisect_left(distinct, cut) for cut in cuts})


def _jenks_starts(distinct: list[float], weights: list[int], wanted: int) -> list[int]:
    """Index, in the distinct values, of the first value of each class."""
    size = len(distinct)
    total_w, total_x, total_xx = [0.0], [0.0], [0.0]
    for value, weight in zip(distinct, weights, strict=True):
        total_w.append(total_w[-1] + weight)
        total_x.append(total_x[-1] + weight * value)
        total_xx.append(total_xx[-1] + weight * value * value)

    def spread(start: int, end: int) -> float:
        weight = total_w[end] - total_w[start]
        mean_part = (total_x[end] - total_x[start]) ** 2 / weight
        return total_xx[end] - total_xx[start] - mean_part

    cost = [0.0] + [spread(0, end) for end in range(1, size + 1)]
    froms: list[list[int]] = []
    for number in range(2, wanted + 1):
        new, best = [math.inf] * (size + 1), [0] * (size + 1)
        for end in range(number, size + 1):
            new[end], best[end] = min((cost[s] + spread(s, end), s) for s in range(number - 1, end))
        cost = new
        froms.append(best)
    starts, end = [], size
    for best in reversed(froms):
        end = best[end]
        starts.append(end)
    return [0, *reversed(starts)]
