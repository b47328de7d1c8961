"""The formulas of a territory's figures (`docs/methodes`, catalogue B.1 and quality B.3). Pure functions.

Each takes numbers and gives a number, or None where the formula has no value: never zero in its place.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeVar

Key = TypeVar("Key", bound=Hashable)
# Two-sided 95 %.
_Z: Final = 1.959963984540054
# An interval around nothing seen: « rule of three », the upper bound of 95 % for zero observed.
_NONE_SEEN: Final = 3.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A value between two bounds; `high` is None when nothing bounds it."""

    value: float
    low: float
    high: float | None


@dataclass(frozen=True, slots=True)
class ShiftShare:
    """What a change is made of; the three terms add up to it exactly (they are fractions)."""

    national: Fraction
    structural: Fraction
    local: Fraction

    @property
    def change(self) -> Fraction:
        """Jobs at the end less jobs at the start."""
        return self.national + self.structural + self.local


class NotComparable(ValueError):  # noqa: N818  (a refusal, not a fault)
    """Two figures that must not be compared; the message says in French why."""


def ratio(numerator: float, denominator: float, per: float = 1.0) -> float | None:
    """A share or a density: `per` · numerator / denominator (`poids_emploi_total`, `densite_etab`)."""
    return per * numerator / denominator if denominator else None


def share_interval(part: Interval, rest: Interval) -> Interval | None:
    """Bounds of part / (part + rest) when both are only known as intervals (headcount bands).

    The share is the lowest when the part is at its lowest and the rest at its highest, and the reverse.
    """
    whole = part.value + rest.value
    if not whole:
        return None
    low = 0.0 if rest.high is None else ratio(part.low, part.low + rest.high) or 0.0
    high = 1.0 if part.high is None else ratio(part.high, part.high + rest.low)
    return Interval(part.value / whole, low, high if high is not None else 1.0)


def location_quotient(
    part: float, whole: float, reference_part: float, reference_whole: float, *, seen: int, of: int
) -> Interval | None:
    """`ql` = (E_k,t / E_t) / (E_k,r / E_r), 1 being parity, with a 95 % interval (delta method on its log).

    Jobs come by establishments, which open and close whole: the variance is that of a share of `seen`
    establishments among `of`, 1/seen - 1/of; the reference, much larger, is taken as known.
    """
    if not whole or not reference_part or not reference_whole:
        return None
    reference = reference_part / reference_whole
    value = part / whole / reference
    if not seen or not part:
        return Interval(value, 0.0, min(1.0, _NONE_SEEN / of) / reference if of else None)
    spread = _Z * math.sqrt(max(0.0, 1 / seen - 1 / of))
    return Interval(value, value * math.exp(-spread), value * math.exp(spread))


def shares(values: Mapping[Key, float]) -> dict[Key, float]:
    """Each value over their sum; empty when the sum is nothing."""
    total = math.fsum(values.values())
    return {key: value / total for key, value in values.items()} if total else {}


def krugman(values: Mapping[Key, float], reference: Mapping[Key, float]) -> float | None:
    """`krugman` = Σ |s_k,t - s_k,r|, from 0 (the same structure) to 2 (nothing in common)."""
    ours, theirs = shares(values), shares(reference)
    if not ours or not theirs:
        return None
    return min(2.0, math.fsum(abs(ours.get(key, 0.0) - theirs.get(key, 0.0)) for key in {*ours, *theirs}))


def hhi(values: Iterable[float]) -> float | None:
    """`hhi` = Σ s², from 1/n (all alike) to 1 (one has it all); 1/hhi is the equivalent number."""
    known = list(values)
    total = math.fsum(known)
    return math.fsum((value / total) ** 2 for value in known) if total else None


def normalised_hhi(index: float | None, parts: int) -> float | None:
    """(H - 1/n) / (1 - 1/n), from 0 to 1 whatever the number of parts; none for a single part."""
    if index is None or parts < 2:
        return None
    return max(0.0, (index - 1 / parts) / (1 - 1 / parts))


def growth(before: float, after: float, perimeter_before: str, perimeter_after: str) -> float | None:
    """`croissance` = E₁/E₀ - 1, refused when the perimeter, or the version of its rules, is not the same."""
    if perimeter_before != perimeter_after:
        raise NotComparable(
            "le périmètre ou la version de ses règles diffère entre les deux dates"
            f" ({perimeter_before}, {perimeter_after})"
        )
    return after / before - 1 if before else None


def yearly_growth(before: float, after: float, years: float) -> float | None:
    """`tcam` = (E₁/E₀)^(1/years) - 1."""
    return (after / before) ** (1 / years) - 1 if before > 0 and years > 0 else None


def shift_share(
    before: Mapping[Key, float],
    after: Mapping[Key, float],
    reference_before: Mapping[Key, float],
    reference_after: Mapping[Key, float],
) -> ShiftShare | None:
    """ΔE = E₀·g_r + Σ E₀ₖ(g_r,k - g_r) + Σ E₀ₖ(g_t,k - g_r,k), in exact fractions.

    A sector the reference did not have takes the growth of the whole; one that the territory did not have
    is local in all its jobs (E₀ₖ·g_t,k is what was gained, whatever it is gained from).
    """
    total_before = sum(map(Fraction, reference_before.values()), Fraction(0))
    total_after = sum(map(Fraction, reference_after.values()), Fraction(0))
    if not total_before:
        return None
    whole = total_after / total_before - 1
    national = structural = local = Fraction(0)
    for key in {*before, *after}:
        start, end = Fraction(before.get(key, 0)), Fraction(after.get(key, 0))
        there = Fraction(reference_before.get(key, 0))
        sector = Fraction(reference_after.get(key, 0)) / there - 1 if there else whole
        national += start * whole
        structural += start * (sector - whole)
        local += end - start - start * sector
    return ShiftShare(national, structural, local)


# Pedigree of administrative data: factor of each criterion for scores 1 to 5 (ecoinvent, Frischknecht 2005,
# as quoted in methods B.3; a dash there takes the next factor). An ordinal grade, not an interval.
_FACTORS: Final[Mapping[str, tuple[float, ...]]] = {
    "source": (1.0, 1.05, 1.1, 1.2, 1.5),
    "completeness": (1.0, 1.02, 1.05, 1.1, 1.2),
    "freshness": (1.0, 1.03, 1.1, 1.2, 1.5),
    "territory": (1.0, 1.01, 1.02, 1.1, 1.1),
    "definition": (1.0, 1.2, 1.2, 1.5, 2.0),
}
_BASIC: Final = 1.05
_GRADES: Final = ((1.10, "A"), (1.25, "B"), (1.45, "C"), (1.80, "D"))
GRADE_WORDS: Final = {
    "A": "très bonne",
    "B": "bonne",
    "C": "moyenne",
    "D": "faible",
    "E": "très faible",
}


def uncertainty(factors: Iterable[float]) -> float:
    """GSD² = exp(√Σ ln²U), the basic factor included."""
    return math.exp(math.sqrt(math.fsum(math.log(factor) ** 2 for factor in (*factors, _BASIC))))


def grade(scores: Mapping[str, int]) -> str:
    """A letter from A to E out of the five scores from 1 (best) to 5."""
    spread = uncertainty(_FACTORS[criterion][score - 1] for criterion, score in scores.items())
    return next((letter for bound, letter in _GRADES if spread <= bound), "E")


def score(value: float, bounds: Sequence[float]) -> int:
    """1 to 5: how many of four growing bounds the value passes, plus one."""
    return 1 + sum(value > bound for bound in bounds)
