"""The plain way of protecting a hierarchical table, to compare with: hypercubes, from the margins down.

Each cell to protect takes the cheapest product of small vectors, one a dimension (« a little from this
commune to that one », « from this family to another, or to their total »), and masks its corners (Repsilber;
Giessing; in Hundepool et al., *Statistical Disclosure Control*, 2012, chapter 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terreau.observatory.secrecy.attack import Mask
from terreau.observatory.secrecy.suppression import wanted_widths
from terreau.observatory.secrecy.table import Dimension, Floats, Table, TableError

Ranks = NDArray[np.int64]

# Partners tried in one dimension: near ones first, then all, then each code against everything above it.
_NEAR: Final = 40
_PARTS: Final = 12
_CHUNK: Final = 2_000_000


@dataclass(frozen=True)
class Move:
    """`cells` go by `amount` times their `signs` (+1 or -1), all at once."""

    cells: Ranks
    signs: NDArray[np.int8]
    amount: float


def mask(table: Table, primary: Mask, weights: Floats, protection: float) -> Mask:
    """The masked cells, the primary ones among them."""
    return _Search(table, primary, weights, protection).run()


class _Search:
    def __init__(self, table: Table, primary: Mask, weights: Floats, protection: float) -> None:
        self.table, self.weights = table, weights
        self.masked = primary.copy()
        self.wanted = wanted_widths(table, protection)
        self.empty = table.is_empty
        self.safe: set[int] = set()
        self.dimensions = [_Vectors(one) for one in table.dimensions]
        self.strides = [int(np.prod(table.shape[axis + 1 :])) for axis in range(len(table.shape))]

    def run(self) -> Mask:
        depth = self._depths()
        waiting = list(np.flatnonzero(self.masked))
        while waiting:
            # Margins first: what they need masked below serves below too. Then the hardest to move.
            waiting.sort(key=lambda cell: (-depth[cell], -self.wanted[cell], cell))
            added: list[int] = []
            for cell in waiting:
                if int(cell) not in self.safe:
                    added += self._protect(int(cell))
            waiting = [cell for cell in added if cell not in self.safe]
        return self.masked

    def _depths(self) -> NDArray[np.int64]:
        """How many inner cells each cell sums: more, the higher it stands."""
        depth = np.ones(1, dtype=np.int64)
        for one in self.table.dimensions:
            depth = np.multiply.outer(depth, np.diff(one.sums.indptr)).ravel()
        return depth

    def _protect(self, cell: int) -> list[int]:
        """Find the cheapest move for a cell, mask what it shifts, and give what is newly masked."""
        place = [int(one) for one in np.unravel_index(cell, self.table.shape)]
        for reach in (0, 1, 2):
            best = self._best(cell, place, reach)
            if best is not None:
                return self._keep(best)
        raise TableError(
            "cette case ne peut pas être protégée par échange avec d’autres.",
            where=f"case {self.table.codes(cell)}",
            remedy="Regroupez des codes, ou demandez une protection moindre.",
        )

    def _best(self, cell: int, place: list[int], reach: int) -> Move | None:
        best: tuple[float, Move] | None = None
        for cells, signs in self._candidates(place, reach):
            blank = cells < 0
            values = np.where(blank, np.inf, self.table.values[cells])
            usable = ~(self.empty[cells] & ~blank).any(axis=1)
            if not usable.any():
                continue
            cells, signs, values, blank = (one[usable] for one in (cells, signs, values, blank))
            fresh = ~self.masked[cells] & ~blank
            cost = (self.weights[cells] * fresh).sum(axis=1)
            asked = np.where(blank, 0.0, self.wanted[cells])
            # Either way round: what goes down cannot go below zero.
            for turn in (1, -1):
                room = np.where(signs * turn < 0, values, np.inf).min(axis=1)
                short = (asked > room[:, None]).sum(axis=1)
                # A cell that this move masks without protecting will need another: it counts double.
                price = np.where(
                    room >= self.wanted[cell], cost + (short * cost) / 8 + 1e-9 * fresh.sum(axis=1), np.inf
                )
                at = int(price.argmin())
                if np.isfinite(price[at]) and (best is None or price[at] < best[0]):
                    kept = ~blank[at]
                    amount = min(float(asked[at].max()), float(room[at]))
                    best = (float(price[at]), Move(cells[at][kept], (signs[at] * turn)[kept], amount))
        return best[1] if best else None

    def _candidates(self, place: list[int], reach: int) -> Iterator[tuple[Ranks, NDArray[np.int8]]]:
        """Moves that shift the cell at `place`, as rows of cells (-1 where there is none) and of signs."""
        axes = []
        for axis, (one, code) in enumerate(zip(self.dimensions, place, strict=True)):
            start = sum(at * self.strides[other] for other, at in enumerate(place) if other != axis)
            line = start + np.arange(self.table.shape[axis]) * self.strides[axis]
            price = np.where(self.empty[line], np.inf, self.weights[line] * ~self.masked[line])
            axes.append(one.moving(code, price, reach))
        if any(codes.shape[0] == 0 for codes, _signs in axes):
            return
        (first_codes, first_signs), *others = axes
        tail_codes = np.zeros((1, 1), dtype=np.int64)
        tail_signs = np.ones((1, 1), dtype=np.int8)
        for (codes, signs), stride in zip(others, self.strides[1:], strict=True):
            tail_codes, tail_signs = _crossed(tail_codes, tail_signs, codes, signs, stride)
        step = max(1, _CHUNK // max(1, tail_codes.size * first_codes.shape[1]))
        for start in range(0, first_codes.shape[0], step):
            codes, signs = first_codes[start : start + step], first_signs[start : start + step]
            one = np.zeros((1, 1), dtype=np.int64), np.ones((1, 1), dtype=np.int8)
            head = _crossed(*one, codes, signs, self.strides[0])
            yield _crossed(*head, tail_codes, tail_signs, 1)

    def _keep(self, move: Move) -> list[int]:
        fresh = [int(cell) for cell in move.cells if not self.masked[cell]]
        self.masked[move.cells] = True
        self.safe |= {int(cell) for cell in move.cells if move.amount >= self.wanted[cell]}
        return fresh


def _crossed(
    codes: Ranks, signs: NDArray[np.int8], others: Ranks, other_signs: NDArray[np.int8], stride: int
) -> tuple[Ranks, NDArray[np.int8]]:
    """Each vector with each other one: cells of all their pairs of codes, with the product of the signs."""
    cells = np.where(
        (codes[:, None, :, None] < 0) | (others[None, :, None, :] < 0),
        -1,
        codes[:, None, :, None] + others[None, :, None, :] * stride,
    )
    both = signs[:, None, :, None] * other_signs[None, :, None, :]
    count = codes.shape[0] * others.shape[0]
    return cells.reshape(count, -1), both.reshape(count, -1)


class _Vectors:
    """The vectors of one dimension: codes with signs, such that all its equations hold."""

    def __init__(self, dimension: Dimension) -> None:
        self.dimension = dimension
        columns = dimension.sums.tocsc()
        # What contains each leaf, itself included.
        self.above = [
            columns.indices[columns.indptr[leaf] : columns.indptr[leaf + 1]].astype(np.int64)
            for leaf in range(len(dimension.leaves))
        ]
        self.parts = [
            dimension.sums.indices[dimension.sums.indptr[code] : dimension.sums.indptr[code + 1]]
            for code in range(len(dimension.codes))
        ]
        self.own = np.array([dimension.rank[leaf] for leaf in dimension.leaves], dtype=np.int64)

    @cached_property
    def pieces(self) -> list[NDArray[np.int64]]:
        """For each leaf, those that nothing tells apart: exactly the same codes contain them."""
        alike: dict[tuple[int, ...], list[int]] = {}
        signatures = []
        for leaf, above in enumerate(self.above):
            key = tuple(int(code) for code in above if code != self.own[leaf])
            signatures.append(key)
            alike.setdefault(key, []).append(leaf)
        arrays = {key: np.array(leaves, dtype=np.int64) for key, leaves in alike.items()}
        return [arrays[key] for key in signatures]

    def moving(self, code: int, price: Floats, reach: int) -> tuple[Ranks, NDArray[np.int8]]:
        """Vectors that shift `code`, as rows of codes (-1 where there is none) and of signs.

        Args:
            code: the code to shift.
            price: what masking costs along this dimension, infinite where a cell is empty.
            reach: 0 for near partners, 1 for any, 2 for whole columns up to the total.
        """
        parts = self._cheapest(np.asarray(self.parts[code]), price, _PARTS)
        rows: list[tuple[Ranks, NDArray[np.int8]]] = []
        within = set(self.parts[code].tolist())
        small = len(self.dimension.leaves) <= _NEAR
        for part in parts:
            if small or reach == 0:
                others = np.arange(len(self.above)) if small else self.pieces[part]
            else:
                others = np.arange(len(self.above))
            outside = np.array([one for one in others.tolist() if one not in within], dtype=np.int64)
            for other in self._cheapest(outside, price, _NEAR, like=part):
                rows.append(self._pair(int(part), int(other)))
            if small or reach == 2:
                rows.append((self.above[part], np.ones(self.above[part].size, dtype=np.int8)))
        return _padded(rows)

    def _cheapest(self, leaves: NDArray[np.int64], price: Floats, count: int, like: int = -1) -> list[int]:
        usable = [int(one) for one in leaves if np.isfinite(price[self.own[one]])]
        if len(usable) <= count:
            return usable
        if like < 0:
            return sorted(usable, key=lambda one: (price[self.own[one]], one))[:count]
        known = set(self.above[like].tolist())
        return sorted(
            usable,
            key=lambda one: (
                len(known.symmetric_difference(self.above[one].tolist())),
                price[self.own[one]],
                one,
            ),
        )[:count]

    def _pair(self, part: int, other: int) -> tuple[Ranks, NDArray[np.int8]]:
        up = np.setdiff1d(self.above[part], self.above[other], assume_unique=True)
        down = np.setdiff1d(self.above[other], self.above[part], assume_unique=True)
        signs = np.ones(up.size + down.size, dtype=np.int8)
        signs[up.size :] = -1
        return np.concatenate((up, down)), signs


def _padded(rows: list[tuple[Ranks, NDArray[np.int8]]]) -> tuple[Ranks, NDArray[np.int8]]:
    width = max((codes.size for codes, _signs in rows), default=0)
    all_codes = np.full((len(rows), width), -1, dtype=np.int64)
    all_signs = np.zeros((len(rows), width), dtype=np.int8)
    for rank, (codes, signs) in enumerate(rows):
        all_codes[rank, : codes.size] = codes
        all_signs[rank, : signs.size] = signs
    return all_codes, all_signs
