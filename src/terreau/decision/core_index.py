"""Core index: of all the portfolios that could be the best, how many hold each project.

Robust portfolio modelling, Liesiö, Mild and Salo (EJOR 181, 2007; 190, 2008): a portfolio is dominated when
another that fits is worth at least as much for every weighting agreed and every mark possible, and more for
some. A project that all the others hold is funded whatever happens (index 1), one that none holds is set
aside (index 0), and the rest is what there is to debate.

All portfolios are gone through, one project after the other; those that can no longer fit, or that even the
best of what is left could not bring above a portfolio already known, are left on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terreau.core.errors import TerreauError
from terreau.decision.marks import Floats, Table
from terreau.decision.orders import Order
from terreau.decision.rules import Problem
from terreau.decision.solving import Chooser, Row, bounds_of, rows_of

# Said before anything is tried; how many can really be gone through depends on what is agreed.
MOST_PROJECTS: Final = 60
# Portfolios held together in memory, a few hundred megabytes of them.
MOST_HELD: Final = 500_000
# Beyond, saying which remain would take minutes, and the index would say that little is agreed.
MOST_REMAINING: Final = 20_000
_TIED: Final = 1e-9
_BLOCK: Final = 512
_MIXES: Final = 20


@dataclass(frozen=True)
class Core:
    """How firmly each project stands.

    Attributes:
        index: from 0 to 1, by project.
        portfolios: those that nothing dominates.
    """

    index: Mapping[str, Fraction]
    portfolios: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Worth:
    """What each project is worth at each corner of the weights agreed (projects × corners)."""

    low: Floats = field(repr=False)
    high: Floats = field(repr=False)

    @classmethod
    def of(cls, table: Table, order: Order) -> Worth:
        """From marks and the order agreed; the projects are those of the table.

        Raises:
            TerreauError: too little is agreed, or a criterion has no scale.
        """
        low, high = table.scores()
        corners = order.extremes().T
        return cls(low @ corners, high @ corners)


def core(problem: Problem, worth: Worth) -> Core:
    """The core index of each candidate; the values of the problem are not looked at.

    Args:
        problem: candidates in the order of `worth`, budgets and rules.
        worth: what the candidates are worth.

    Raises:
        TerreauError: a project may be funded in part, or there are too many portfolios to go through.
    """
    _check(problem)
    keys = [one.key for one in problem.candidates]
    rows = rows_of(problem)
    known = _known(problem, rows, worth)
    if not known.size:
        return Core(dict.fromkeys(keys, Fraction(0)), ())
    # The projects that weigh most first: what cannot fit is seen sooner.
    order = np.argsort(-_weight(rows, len(keys)), kind="stable")
    search = _Search(_sorted(rows, order), Worth(worth.low[order], worth.high[order]), known[:, order])
    held = search.run()
    members = held[_undominated(held.astype(np.float64), search.worth)]
    back = np.argsort(order)
    members = members[:, back]
    counted = members.sum(axis=0)
    return Core(
        {key: Fraction(int(count), len(members)) for key, count in zip(keys, counted, strict=True)},
        tuple(tuple(keys[at] for at in np.flatnonzero(one)) for one in members),
    )


def _check(problem: Problem) -> None:
    partial = next((one.key for one in problem.candidates if one.partial), None)
    if partial is not None:
        raise TerreauError(
            f"L’indice de cœur veut des projets financés en entier ; « {partial} » peut l’être en partie.",
            remedy="Retirez sa part minimale.",
        )
    if len(problem.candidates) > MOST_PROJECTS:
        raise TerreauError(
            f"L’indice de cœur se calcule jusqu’à {MOST_PROJECTS} projets ; il y en a "
            f"{len(problem.candidates)}.",
            remedy="Gardez les projets qui se discutent.",
        )


def _too_many() -> TerreauError:
    return TerreauError(
        "Trop de portefeuilles pourraient être les meilleurs pour les parcourir tous.",
        remedy="Convenez d’un ordre des poids plus précis, resserrez les notes, ou écartez des projets.",
    )


def _known(problem: Problem, rows: list[Row], worth: Worth) -> NDArray[np.bool_]:
    """Some portfolios that fit and are hard to beat: the best for some weightings agreed."""
    chooser, middle = Chooser(problem), (worth.low + worth.high) / 2
    corners = middle.shape[1]
    mixes = np.random.default_rng(1).dirichlet(np.ones(corners), _MIXES if corners > 1 else 0)
    found: dict[bytes, NDArray[np.bool_]] = {}
    for mix in (*np.eye(corners), *mixes):
        answer = chooser.best(middle @ mix, rows)
        if answer is None:
            break
        found[answer.chosen.tobytes()] = answer.chosen
    return np.array(list(found.values()), dtype=bool).reshape(len(found), len(problem.candidates))


def _weight(rows: list[Row], count: int) -> Floats:
    """How much of the rows each project takes."""
    shares = [np.abs(row.coefficients) / (abs(row.upper or row.lower or 0) or row.scale) for row in rows]
    total: Floats = np.sum(shares, axis=0) if shares else np.zeros(count)
    return total


def _sorted(rows: list[Row], order: NDArray[np.intp]) -> list[Row]:
    return [Row(row.key, row.coefficients[order], row.lower, row.upper, row.on_funds) for row in rows]


class _Search:
    """Portfolios over the first projects, one more project at a time."""

    def __init__(self, rows: list[Row], worth: Worth, known: NDArray[np.bool_]) -> None:
        self.worth = worth
        self.known = known.astype(np.float64)
        self.matrix = np.array([row.coefficients for row in rows], dtype=np.int64)
        self.matrix = self.matrix.reshape(len(rows), len(worth.low))
        bounds = [bounds_of(row) for row in rows]
        self.lower = np.array([low for low, _high in bounds])
        self.upper = np.array([high for _low, high in bounds])
        self.gap = worth.high - worth.low
        self.known_low = self.known @ worth.low

    def run(self) -> NDArray[np.bool_]:
        """All the portfolios that fit and that no known one dominates (portfolios × projects)."""
        count = len(self.worth.low)
        members = np.zeros((1, count), dtype=bool)
        used = np.zeros((1, len(self.matrix)), dtype=np.int64)
        value = np.zeros((1, self.worth.high.shape[1]))
        for at in range(count):
            with_it = members.copy()
            with_it[:, at] = True
            members = np.concatenate([members, with_it])
            used = np.concatenate([used, used + self.matrix[:, at]])
            value = np.concatenate([value, value + self.worth.high[at]])
            for sieve in (self._fits, self._may_win):
                kept = sieve(at + 1, members, used, value)
                members, used, value = members[kept], used[kept], value[kept]
            if len(members) > MOST_HELD:
                raise _too_many()
        return members

    def _fits(
        self, at: int, _members: NDArray[np.bool_], used: NDArray[np.int64], _value: Floats
    ) -> NDArray[np.bool_]:
        """Whether the projects still to come can bring each row between its bounds."""
        rest = self.matrix[:, at:]
        least, most = np.minimum(rest, 0).sum(axis=1), np.maximum(rest, 0).sum(axis=1)
        fits: NDArray[np.bool_] = ((used + least <= self.upper) & (used + most >= self.lower)).all(axis=1)
        return fits

    def _may_win(
        self, at: int, members: NDArray[np.bool_], used: NDArray[np.int64], value: Floats
    ) -> NDArray[np.bool_]:
        """Whether no known portfolio is above all that may come of each."""
        best = value + self._still_to_come(at, used)
        open_ = np.ones(len(best), dtype=bool)
        for known, low in zip(self.known, self.known_low, strict=True):
            left = np.flatnonzero(open_)
            ours: Floats = np.broadcast_to(low, (left.size, low.size))
            if self.gap.any():
                # The marks of the projects that both hold are the same, whatever they are.
                ours = ours + members[left][:, :at] @ (known[:at, None] * self.gap[:at])
            margin = ours - best[left]
            open_[left] = ~((margin >= 0).all(axis=1) & (margin > _TIED).any(axis=1))
        return open_

    def _still_to_come(self, at: int, used: NDArray[np.int64]) -> Floats:
        """The most that the projects to come can add at each corner: each row alone (Dantzig's bound)."""
        rest = self.worth.high[at:]
        most = np.broadcast_to(np.maximum(rest, 0).sum(axis=0), (len(used), rest.shape[1])).copy()
        for row in range(len(self.matrix)):
            costs = self.matrix[row, at:]
            if not np.isfinite(self.upper[row]) or (costs < 0).any() or not costs.any():
                continue
            room = self.upper[row] - used[:, row]
            free, dear = np.flatnonzero(costs == 0), np.flatnonzero(costs > 0)
            for corner in range(rest.shape[1]):
                worth = np.maximum(rest[:, corner], 0)
                first = dear[np.argsort(-worth[dear] / costs[dear], kind="stable")]
                steps = np.concatenate([[0], np.cumsum(costs[first])])
                gains = np.concatenate([[0.0], np.cumsum(worth[first])])
                bound = worth[free].sum() + np.interp(room, steps, gains)
                most[:, corner] = np.minimum(most[:, corner], bound)
        return most


def _undominated(members: Floats, worth: Worth) -> NDArray[np.intp]:
    """Which portfolios nothing dominates: the strongest first, each only meets those already kept."""
    low, high = members @ worth.low, members @ worth.high
    gap = worth.high - worth.low
    order = np.argsort(-(low + high).sum(axis=1), kind="stable")
    kept = np.empty(0, dtype=np.intp)
    for start in range(0, len(order), _BLOCK):
        block = order[start : start + _BLOCK]
        for first in range(0, len(kept), _BLOCK):
            block = block[~_below(block, kept[first : first + _BLOCK], members, low, high, gap)]
        block = block[~_below(block, block, members, low, high, gap)]
        kept = np.concatenate([kept, block])
        if len(kept) > MOST_REMAINING:
            raise _too_many()
    return kept


def _below(
    these: NDArray[np.intp], others: NDArray[np.intp], members: Floats, low: Floats, high: Floats, gap: Floats
) -> NDArray[np.bool_]:
    """Which of these portfolios one of the others dominates."""
    never_less = np.ones((len(these), len(others)), dtype=bool)
    once_more = np.zeros_like(never_less)
    for corner in range(low.shape[1]):
        least = low[others, corner][None, :] - high[these, corner][:, None]
        most = high[others, corner][None, :] - low[these, corner][:, None]
        if gap.any():
            both = (members[these] * gap[:, corner]) @ members[others].T
            least, most = least + both, most - both
        never_less &= least >= -_TIED
        once_more |= most > _TIED
    below: NDArray[np.bool_] = np.any(never_less & once_more, axis=1)
    return below
