"""How many organisations there are, from two lists that know some of them each (methods B.2). Pure functions.

Two lists drawn up apart, in the same territory: what they share tells how much both miss.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

# Two-sided 95 %.
_Z: Final = 1.959963984540054
# Fewer organisations than this in common, and the estimate is biased (Robson and Regier, 1964).
ENOUGH_IN_COMMON: Final = 7


@dataclass(frozen=True, slots=True)
class TwoLists:
    """What two lists know: how many organisations the one, the other, and both."""

    first: int
    second: int
    both: int

    def __post_init__(self) -> None:
        if not 0 <= self.both <= min(self.first, self.second):
            raise ValueError(f"{self.both} cannot be common to lists of {self.first} and {self.second}")

    @property
    def together(self) -> int:
        """The organisations that one list or the other knows."""
        return self.first + self.second - self.both


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many there are in all: the estimate, its variance, the bounds of its interval at 95 %."""

    value: float
    variance: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    """The part of them that is known, with the bounds that come from those of the estimate."""

    value: float
    low: float
    high: float


def chapman(lists: TwoLists) -> Estimate | None:
    """N̂ = (n₁+1)(n₂+1)/(m+1) - 1 and its variance (n₁+1)(n₂+1)(n₁-m)(n₂-m)/((m+1)²(m+2)).

    The interval is that of what is still unknown, taken on its logarithm (Chao, 1987): it never falls below
    what the two lists already know. None where they share nothing: there is then no upper bound.
    """
    first, second, both = lists.first, lists.second, lists.both
    if not both:
        return None
    value = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    # (n₁-m)(n₂-m)/(m+1) is what value - together comes to, without what a subtraction would lose.
    unknown = (first - both) * (second - both) / (both + 1)
    if not unknown:
        return Estimate(value, variance, value, value)
    spread = math.exp(_Z * math.sqrt(math.log1p(variance / unknown**2)))
    return Estimate(value, variance, lists.together + unknown / spread, lists.together + unknown * spread)


def known_share(known: int, estimate: Estimate) -> Share | None:
    """`couverture` = known / estimated.

    None where more are known than were estimated: the two lists do not speak of what is counted.
    """
    if known > estimate.value or not estimate.value:
        return None
    return Share(known / estimate.value, known / estimate.high, min(1.0, known / estimate.low))
