"""How far two groups, or two surveys, differ, and within what bounds.

Difference of two means: Welch (1947), with effective sizes in place of counts. Difference of two values that
come each with an interval: MOVER, Zou and Donner (2008).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terreau.survey.results.raking import effective_size
from terreau.survey.results.sampling import Interval

Floats = NDArray[np.float64]
CONFIDENCE: Final = 0.95
# Answers in whole points cannot be known better than this (Sheppard): five that agree are no certainty.
_LEAST_VARIANCE: Final = 1 / 12


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean, what it rests on, and how widely the answers lie around it."""

    value: float
    answers: int
    effective: float
    variance: float


def mean_of(values: Floats, weights: Floats) -> Mean | None:
    """The weighted mean of the answers that are there (NaN is none); None without answer."""
    known = ~np.isnan(values)
    count = int(known.sum())
    if not count:
        return None
    value, weight = values[known], weights[known]
    mean = float(np.average(value, weights=weight))
    effective = effective_size(weight)
    spread = float(np.average(np.square(value - mean), weights=weight))
    # The unbiased variance, where there is more than one answer.
    variance = spread * effective / (effective - 1) if effective > 1 else 0.0
    return Mean(mean, count, effective, max(variance, _LEAST_VARIANCE))


def difference(one: Mean, other: Mean, confidence: float = CONFIDENCE) -> Interval:
    """The first less the second, between the bounds of Welch."""
    from scipy.special import stdtrit

    first, second = one.variance / one.effective, other.variance / other.effective
    freedom = (first + second) ** 2 / (
        first**2 / max(one.effective - 1, 1.0) + second**2 / max(other.effective - 1, 1.0)
    )
    half = float(stdtrit(freedom, (1 + confidence) / 2)) * math.sqrt(first + second)
    value = one.value - other.value
    return Interval(value, value - half, value + half)


def change(before: Interval, after: Interval) -> Interval:
    """The second less the first, from the interval of each."""
    value = after.value - before.value
    low = value - math.hypot(after.value - after.low, before.high - before.value)
    high = value + math.hypot(after.high - after.value, before.value - before.low)
    return Interval(value, low, high)


def is_clear(interval: Interval) -> bool:
    """Whether chance alone would hardly make it: zero is outside the bounds."""
    return interval.low > 0 or interval.high < 0
