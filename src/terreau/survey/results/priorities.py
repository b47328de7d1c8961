"""Which needs come first: scores, quadrants, ranks with their uncertainty, and the shortlist of a committee.

Gap score: mean importance × (5 − mean satisfaction)/4. Opportunity score, Ulwick (2005): I + max(I − S, 0).
Basic Priority Rating, Hanlon and Pickett (1984), as taught in public health: BPR = (A + B) × C/3, and
OPR = BPR × D, D the product of the five PEARL answers. The variant of NACCHO, (A + 2B) × C, is another
method and always named so. Rank intervals: bootstrap of the respondents, Efron (1979). Worked examples are
those of `methods.md` C.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOWEST, HIGHEST = 1.0, 5.0
# The middle of the scale parts what matters from what matters less, what is had from what is wanting.
MIDDLE: Final = 3.0
REPLICATES: Final = 1000
LEVEL: Final = 0.90
# Numbers drawn at once: bounds memory, whatever the number of answers.
_AT_ONCE: Final = 4_000_000
# Scores closer than this are one score: their needs tie.
_SAME: Final = 1e-9


def gap(importance: float, satisfaction: float) -> float:
    """The gap score, from 0 to 5: what matters much and is little had."""
    return importance * (HIGHEST - satisfaction) / (HIGHEST - LOWEST)


def opportunity(importance: float, satisfaction: float) -> float:
    """Ulwick's score, from 1 to 9."""
    return importance + max(importance - satisfaction, 0.0)


def quadrant(importance: float, satisfaction: float) -> str:
    """Where a need stands: to `act` on, to `keep`, to `watch`, or had `enough` of; the middle matters."""
    if importance >= MIDDLE:
        return "act" if satisfaction < MIDDLE else "keep"
    return "watch" if satisfaction < MIDDLE else "enough"


def ranks(scores: Sequence[float]) -> list[int]:
    """The rank of each, 1 for the highest; equal scores share theirs, and the next is left free."""
    return [1 + sum(other > one + _SAME for other in scores) for one in scores]


@dataclass(frozen=True, slots=True)
class Spread:
    """What drawing the respondents anew does to a need: bounds of its score, and of its rank."""

    low: float
    high: float
    best: int
    worst: int


def spreads(
    importance: Floats,
    satisfaction: Floats,
    weights: Floats,
    seed: int,
    *,
    replicates: int = REPLICATES,
    level: float = LEVEL,
) -> list[Spread | None]:
    """Of each need, what the bootstrap says; None for one that nobody answered.

    Respondents are drawn with replacement, as many as answered, with all their answers: what one says of a
    need goes with what they say of the others. A draw without any answer to a need gives it no score.

    Args:
        importance: answers, one row a respondent, one column a need; NaN where there is none.
        satisfaction: the same.
        weights: of each respondent.
        seed: kept with the results, which are thus found again to the last digit.
        replicates: how many draws.
        level: share of the draws between the bounds.
    """
    count, needs = importance.shape
    if not count:
        return [None] * needs
    scores = _draws(importance, satisfaction, weights, seed, replicates)
    drawn_ranks = _ranks_of_rows(scores)
    tails = 50 * (1 - level)
    found: list[Spread | None] = []
    for need in range(needs):
        known = ~np.isnan(scores[:, need])
        if not known.any():
            found.append(None)
            continue
        low, high = np.percentile(scores[known, need], [tails, 100 - tails])
        best = np.percentile(drawn_ranks[known, need], tails, method="lower")
        worst = np.percentile(drawn_ranks[known, need], 100 - tails, method="higher")
        found.append(Spread(float(low), float(high), int(best), int(worst)))
    return found


def _draws(importance: Floats, satisfaction: Floats, weights: Floats, seed: int, replicates: int) -> Floats:
    """The score of each need in each draw."""
    count, needs = importance.shape
    # Sums of the two scales, then of who answered each: four products of one matrix.
    columns = [np.nan_to_num(importance), np.nan_to_num(satisfaction)]
    columns += [~np.isnan(importance), ~np.isnan(satisfaction)]
    matrix = (np.hstack(columns) * weights[:, None]).astype(np.float32)
    draw = np.random.default_rng(seed)
    each = max(1, min(replicates, _AT_ONCE // count))
    parts = []
    for first in range(0, replicates, each):
        rows = min(each, replicates - first)
        times = np.empty((rows, count), dtype=np.float32)
        for row in range(rows):
            times[row] = np.bincount(draw.integers(0, count, count), minlength=count)
        parts.append(times @ matrix)
    sums = np.vstack(parts).astype(np.float64).reshape(replicates, 4, needs)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums[:, :2] / sums[:, 2:]
    scores: Floats = means[:, 0] * (HIGHEST - means[:, 1]) / (HIGHEST - LOWEST)
    return scores


def _ranks_of_rows(scores: Floats) -> NDArray[np.intp]:
    """In each row, one more than how many are higher; what has no score is below all."""
    filled = np.nan_to_num(scores, nan=-np.inf)
    # Single precision tells scores apart to about a millionth.
    higher = filled[:, :, None] < filled[:, None, :] - 1e-5
    ranked: NDArray[np.intp] = 1 + higher.sum(axis=2)
    return ranked


# --- The shortlist of a committee --------------------------------------------------------------------


HANLON: Final = "hanlon"
NACCHO: Final = "naccho"
# Propriety, economics, acceptability, resources, legality.
PEARL: Final = ("propriety", "economics", "acceptability", "resources", "legality")
# A and C, in both.
RATING_LIMIT: Final = 10.0
# B is rated from 0 to 20 by Hanlon; NACCHO rates it from 0 to 10, then doubles it.
SERIOUSNESS_LIMITS: Final = {HANLON: 20.0, NACCHO: 10.0}


def basic_rating(size: float, seriousness: float, effectiveness: float) -> float:
    """Hanlon's basic priority rating: (A + B) × C/3, from 0 to 100.

    Raises:
        ValueError: for a rating outside 0–10 (A, C) or 0–20 (B).
    """
    _check_ratings(HANLON, size, seriousness, effectiveness)
    return (size + seriousness) * effectiveness / 3


def naccho_rating(size: float, seriousness: float, effectiveness: float) -> float:
    """The variant of NACCHO: (A + 2B) × C, from 0 to 300. Never to be set beside Hanlon's figures.

    Raises:
        ValueError: for a rating outside 0–10.
    """
    _check_ratings(NACCHO, size, seriousness, effectiveness)
    return (size + 2 * seriousness) * effectiveness


RATINGS: Final = {HANLON: basic_rating, NACCHO: naccho_rating}


def overall_rating(basic: float, pearl: Sequence[bool]) -> float:
    """OPR = BPR × D: zero as soon as one of the five PEARL answers is no."""
    return basic if all(pearl) else 0.0


def _check_ratings(variant: str, size: float, seriousness: float, effectiveness: float) -> None:
    limits = (RATING_LIMIT, SERIOUSNESS_LIMITS[variant], RATING_LIMIT)
    for value, limit in zip((size, seriousness, effectiveness), limits, strict=True):
        if not 0 <= value <= limit:
            raise ValueError(f"a rating from 0 to {limit:g}, not {value!r}")
