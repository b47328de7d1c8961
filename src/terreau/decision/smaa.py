"""SMAA: in how many of the possible weightings and marks each project comes first, second, and so on.

Lahdelma, Hokkanen and Salminen (1998), Lahdelma and Salminen (2001): weights are drawn uniformly among those
agreed, marks uniformly in their intervals. The seed and the error of the draw are part of the answer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terreau.core.threads import at_once
from terreau.decision.marks import Floats, Table
from terreau.decision.orders import Order

Singles = NDArray[np.float32]

DRAWS: Final = 10_000
# Draws done together: with more, memory is asked of the system anew each time, four times slower in all.
_BATCH: Final = 250
# Values are drawn in single precision: nearer than this, they are the same.
_TIED: Final = 1e-6
# Drawn side by side, each from its own seed: the answer does not depend on the machine.
_STREAMS: Final = 2


@dataclass(frozen=True)
class Robustness:
    """What the draws say.

    Attributes:
        acceptability: how often each project has each rank (projects × ranks).
        central: the mean of the weights that put a project first; NaN when none does (projects × criteria).
    """

    projects: tuple[str, ...]
    criteria: tuple[str, ...]
    draws: int
    seed: int
    acceptability: Floats = field(repr=False)
    central: Floats = field(repr=False)

    @property
    def error(self) -> float:
        """At most how far a frequency is from the truth, by one standard deviation."""
        return error_of(self.draws)

    def among(self, count: int) -> Floats:
        """How often each project is one of the first so many."""
        total: Floats = self.acceptability[:, :count].sum(axis=1)
        return total


def error_of(draws: int) -> float:
    """The largest standard deviation of a frequency over so many draws: 0.5/√N."""
    return 0.5 / math.sqrt(draws)


def analyse(table: Table, order: Order | None = None, *, draws: int = DRAWS, seed: int = 1) -> Robustness:
    """Draw weights and marks, and count the ranks.

    Args:
        table: the marks.
        order: what is agreed on weights; nothing by default.
        draws: how many.
        seed: keep it: the same seed gives the same answer.

    Raises:
        TerreauError: a criterion has no scale.
    """
    order = order or Order.of(table.criteria)
    field_ = _Field.of(table, order)
    sizes = [draws // _STREAMS + (at < draws % _STREAMS) for at in range(_STREAMS)]
    seeds = np.random.SeedSequence(seed).spawn(_STREAMS)
    counted = at_once(*(partial(_count, field_, size, one) for size, one in zip(sizes, seeds, strict=True)))
    ranks, sums = (sum(parts) for parts in zip(*counted, strict=True))
    firsts = ranks[:, :1]
    with np.errstate(invalid="ignore"):
        central = sums / firsts
    return Robustness(
        table.projects,
        tuple(one.key for one in table.criteria),
        draws,
        seed,
        ranks / draws,
        central,
    )


def pairwise(table: Table, order: Order | None = None, *, draws: int = DRAWS, seed: int = 1) -> Floats:
    """How often each project is worth more than each other (projects × projects); a tie counts half.

    Raises:
        TerreauError: a criterion has no scale.
    """
    order = order or Order.of(table.criteria)
    drawing = _Field.of(table, order)
    above = np.zeros((len(table.projects),) * 2)
    generator = _generator(np.random.SeedSequence(seed))
    for size in _batches(draws):
        values = drawing.values(order.draw(size, generator), generator)
        for at, ours in enumerate(values):
            gap = ours - values
            above[at] += (gap > _TIED).sum(axis=1) + (np.abs(gap) <= _TIED).sum(axis=1) / 2
    np.fill_diagonal(above, 0.0)
    return above / draws


@dataclass(frozen=True)
class _Field:
    """What is drawn from: the marks, and which projects can never be told apart."""

    order: Order
    low: Floats
    width: Floats
    # For each criterion, the projects whose mark is an interval.
    uncertain: tuple[NDArray[np.intp], ...]
    # The first of the projects that any weights tie, for each project.
    twin_of: NDArray[np.intp]

    @classmethod
    def of(cls, table: Table, order: Order) -> _Field:
        low, high = table.scores()
        width = high - low
        return cls(
            order,
            low,
            width,
            tuple(np.flatnonzero(column) for column in width.T),
            _twins(low, width),
        )

    def values(self, weights: Floats, generator: np.random.Generator) -> Singles:
        """The value of each project for each draw (projects × draws)."""
        values = (self.low @ weights.T).astype(np.float32)
        for at, projects in enumerate(self.uncertain):
            if projects.size:
                luck = generator.random((projects.size, len(weights)), dtype=np.float32)
                luck *= weights[:, at].astype(np.float32)
                luck *= self.width[projects, at, None].astype(np.float32)
                values[projects] += luck
        return values


def _twins(low: Floats, width: Floats) -> NDArray[np.intp]:
    first: dict[bytes, int] = {}
    keys = np.round(low, 12) + 0.0
    return np.array(
        [at if width[at].any() else first.setdefault(keys[at].tobytes(), at) for at in range(len(low))],
        dtype=np.intp,
    )


def _generator(seed: np.random.SeedSequence) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def _batches(draws: int) -> list[int]:
    return [min(_BATCH, draws - start) for start in range(0, draws, _BATCH)]


def _count(drawing: _Field, draws: int, seed: np.random.SeedSequence) -> tuple[Floats, Floats]:
    """How often each project had each rank, and the sum of the weights that put it first."""
    generator = _generator(seed)
    unique, twin_at, size = np.unique(drawing.twin_of, return_inverse=True, return_counts=True)
    places, several = len(unique), bool((size > 1).any())
    ranks = np.zeros((places, len(drawing.low)), dtype=np.float64)
    sums = np.zeros((places, drawing.order.size))
    for batch in _batches(draws):
        weights = drawing.order.draw(batch, generator)
        values = drawing.values(weights, generator)[unique]
        best_first = np.argsort(np.negative(values.T, order="C"), axis=1)
        if several:
            # Projects that are tied share the better rank.
            sizes = size[best_first]
            rank = np.cumsum(sizes, axis=1) - sizes
        else:
            rank = np.broadcast_to(np.arange(places), best_first.shape)
        cells = best_first * ranks.shape[1] + rank
        ranks += np.bincount(cells.ravel(), minlength=ranks.size).reshape(ranks.shape)
        np.add.at(sums, best_first[:, 0], weights)
    return ranks[twin_at], sums[twin_at]
