"""What members agree on about weights: an order of importance. Its extreme weights, and weights drawn in it.

An order is given as ranks, from the least to the most important. Between two ranks the weights grow or stay;
inside a rank nothing is agreed, so that one of its criteria may weigh more or less than another. Without an
order every weight is possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from terreau.core.errors import TerreauError
from terreau.decision.marks import Criterion, Floats

# Extreme weights double with each criterion of a rank that is not the last.
MOST_EXTREMES: Final = 256


@dataclass(frozen=True)
class Order:
    """The agreed order, as ranks of column numbers, least important first.

    Attributes:
        ranks: all criteria, each once; a single rank when nothing is agreed.
    """

    ranks: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, criteria: Sequence[Criterion], ranks: Sequence[Sequence[str]] | None = None) -> Order:
        """The order of these ranks of keys; none agreed without ranks.

        Raises:
            TerreauError: a criterion is unknown, left out or ranked twice.
        """
        places = {one.key: at for at, one in enumerate(criteria)}
        if not ranks:
            return cls((tuple(places.values()),))
        given = [key for rank in ranks for key in rank]
        wrong = next((key for key in given if key not in places), None)
        if wrong is not None:
            raise TerreauError(f"L’ordre des poids nomme « {wrong} », qui n’est pas un critère.")
        twice = next((key for key in given if given.count(key) > 1), None)
        if twice is not None:
            raise TerreauError(f"L’ordre des poids place deux fois « {twice} ».")
        left = [key for key in places if key not in given]
        if left:
            raise TerreauError(
                f"L’ordre des poids oublie « {left[0]} ».",
                remedy="Placez chaque critère ; ceux qu’on ne départage pas vont dans le même rang.",
            )
        return cls(tuple(tuple(places[key] for key in rank) for rank in ranks if rank))

    @property
    def size(self) -> int:
        """How many criteria it ranks."""
        return sum(len(rank) for rank in self.ranks)

    def extremes(self) -> Floats:
        """The corners of the set of weights in this order (corners × criteria).

        Each is equal weights on all the criteria above a rank and some of that rank: whatever holds at the
        corners holds between them.

        Raises:
            TerreauError: there are too many.
        """
        top = self.ranks[-1]
        found: list[tuple[int, ...]] = [(one,) for one in top]
        above = top
        for rank in reversed(self.ranks[:-1]):
            if len(rank) > 20 or len(found) + 2 ** len(rank) > MOST_EXTREMES:
                raise TerreauError(
                    "Trop peu est convenu sur les poids pour les parcourir tous.",
                    remedy="Départagez les critères d’un même rang, ou retirez-en.",
                )
            for count in range(1, len(rank) + 1):
                found += [(*some, *above) for some in combinations(rank, count)]
            above = (*rank, *above)
        corners = np.zeros((len(found), self.size))
        for at, members in enumerate(found):
            corners[at, list(members)] = 1 / len(members)
        return corners

    def draw(self, count: int, generator: np.random.Generator) -> Floats:
        """Weights drawn uniformly among those in this order (draws × criteria), none thrown away.

        Uniform on the simplex, sorted, dealt to the ranks and shuffled inside each: the simplex is cut into
        as many equal parts as there are orders, and the agreed order keeps whole parts.
        """
        weights = generator.standard_exponential((count, self.size))
        if len(self.ranks) > 1:
            weights.sort(axis=1)
        weights /= weights.sum(axis=1, keepdims=True)
        drawn = np.empty_like(weights)
        start = 0
        for rank in self.ranks:
            part = weights[:, start : start + len(rank)]
            if len(self.ranks) > 1 and len(rank) > 1:
                part = generator.permuted(part, axis=1)
            drawn[:, list(rank)] = part
            start += len(rank)
        return drawn
