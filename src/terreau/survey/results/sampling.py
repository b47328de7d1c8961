"""How many must answer, and what is known from those who did: sizes, margins, intervals.

Sources: finite-population size and margin, Cochran, « Sampling Techniques », 3rd ed. (1977), 4.4; interval
of a proportion, Wilson (1927), as recommended by Newcombe (1998); effective size, Kish (1965). Worked
examples are those of `methods.md` C.2 and B.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

# Of the normal law, for 95 %.
Z95: Final = 1.959963984540054
# Below this many actors, all are asked, with reminders: a sample would hardly be smaller (methods C.2).
CENSUS_BELOW: Final = 150


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and its bounds."""

    value: float
    low: float
    high: float


def sample_size(population: int, margin: float = 0.05, z: float = Z95, share: float = 0.5) -> int:
    """How many answers give a proportion to within `margin`: n₀/(1 + (n₀ − 1)/N), n₀ = z²p(1 − p)/e².

    Rounded up, so that the margin is kept; never more than the population.

    Raises:
        ValueError: for a margin or a share outside 0 to 1.
    """
    if not 0 < margin < 1 or not 0 < share < 1:
        raise ValueError("margin and share lie between 0 and 1")
    if population <= 0:
        return 0
    unlimited = z * z * share * (1 - share) / (margin * margin)
    return min(population, math.ceil(unlimited / (1 + (unlimited - 1) / population) - 1e-9))


def is_census_advised(population: int) -> bool:
    """Whether all should be asked rather than some."""
    return population < CENSUS_BELOW


def margin_of_error(answers: float, population: int, z: float = Z95, share: float = 0.5) -> float | None:
    """Half the width of the interval of a proportion; 0 when all have answered, None without answer.

    `answers` may be an effective size, which is no whole number.
    """
    if answers <= 0:
        return None
    if population <= 1 or answers >= population:
        return 0.0
    left = (population - answers) / (population - 1)
    return z * math.sqrt(share * (1 - share) / answers * left)


def informative_size(effective: float, answers: int, population: int) -> float:
    """The size that a sample of a finite population is worth in one without limit: n(N − 1)/(N − n).

    Infinite when all have answered: nothing is left to chance.
    """
    if population <= answers:
        return math.inf if population and answers else effective
    return effective * (population - 1) / (population - answers)


def wilson(share: float, size: float, z: float = Z95) -> Interval:
    """The interval of a proportion seen on `size` answers, which may be an effective size or infinite.

    Raises:
        ValueError: when the size is not positive or the share is no proportion.
    """
    if size <= 0 or not -1e-12 <= share <= 1 + 1e-12:
        raise ValueError("a proportion from 0 to 1, of a positive size")
    share = min(1.0, max(0.0, share))
    if math.isinf(size):
        return Interval(share, share, share)
    spread = z * z / size
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / size + spread / (4 * size))
    # The bounds of 0 and 1 are 0 and 1: only the last bits of a sum may say otherwise.
    low = 0.0 if share == 0 else max(0.0, centre - half)
    high = 1.0 if share == 1 else min(1.0, centre + half)
    return Interval(share, min(low, share), max(high, share))
