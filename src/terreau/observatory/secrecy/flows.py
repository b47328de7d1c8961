"""Secondary suppression on tables too large for an exact program, with a proof anyone can check by hand.

A *move* shifts some masked cells so that every equation still holds and no value is negative: the table
before and the table after agree with all that is published. A masked cell that a move shifts by its
protection is therefore safe, whatever the attacker computes. Each move is the cheapest flow through the
equations that shifts one cell far enough, cells already masked being free (Kelly, Golden and Assad, « Cell
suppression: disclosure protection for sensitive tabular data », Networks 22, 1992); it then serves every cell
it shifts far enough.

A country is too long for one program: `cutting` cuts its territory into parts that share their margins alone.
A move of a part leaves all that stands above it still, and is carried on into the parts that it touches
below, so that it is a move of the whole table.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from terreau.observatory.secrecy.attack import Intervals, Mask
from terreau.observatory.secrecy.blocks import FREE, Block, cut
from terreau.observatory.secrecy.suppression import wanted_widths
from terreau.observatory.secrecy.table import Floats, Table, TableError

Numbers = NDArray[np.int64]

# Flows of such equations are whole, or fractions of small denominators.
_DENOMINATOR: Final = 360
_COMMON: Final = 1_000_000
_CLOSE: Final = 1e-5
_ATTEMPTS: Final = 4
_SEED: Final = 2016


@dataclass(frozen=True)
class Move:
    """Each of `cells` goes by the whole number of `steps` at its place, times `unit`."""

    cells: Numbers
    steps: Numbers
    unit: float


@dataclass
class Proof:
    """Moves, and for each masked cell the one that shifts it by its protection."""

    moves: list[Move] = field(default_factory=list)
    of: dict[int, int] = field(default_factory=dict)

    def intervals(self, table: Table) -> Intervals:
        """What the moves alone show that the attacker cannot exclude, for each cell."""
        low, high = table.values.copy(), table.values.copy()
        for move in self.moves:
            reached = np.maximum(table.values[move.cells] + move.unit * move.steps, 0.0)
            np.minimum.at(low, move.cells, reached)
            np.maximum.at(high, move.cells, reached)
        return Intervals(low, high)

    def flaws(self, table: Table, masked: Mask, protection: float) -> list[str]:
        """What is wrong with the proof, by sums and comparisons alone; nothing when it holds.

        Every equation must hold after each move (in whole numbers, so exactly), no value be negative, no
        published cell move, and each masked cell be moved by its protection at least.
        """
        found = []
        for rank, move in enumerate(self.moves):
            if (table.values[move.cells] + move.unit * move.steps < 0).any():
                found.append(f"move {rank} makes a value negative")
            if not masked[move.cells].all():
                found.append(f"move {rank} shifts a published cell")
        starts = np.concatenate(([0], np.cumsum([move.cells.size for move in self.moves]))).astype(np.int64)
        if self.moves:
            cells = np.concatenate([move.cells for move in self.moves])
            steps = np.concatenate([move.steps for move in self.moves])
            shifts = sparse.csr_array((steps, cells, starts), shape=(len(self.moves), table.size))
            broken = sparse.coo_array(table.equations.astype(np.int64) @ shifts.T)
            found += [
                f"move {rank} breaks an equation"
                for rank in np.unique(broken.coords[1][broken.data != 0]).tolist()
            ]
        wanted = wanted_widths(table, protection)
        for cell in np.flatnonzero(masked).tolist():
            rank = self.of.get(cell, -1)
            if rank < 0 or _shift(self.moves[rank], cell) < wanted[cell]:
                found.append(f"cell {cell} is not protected")
        return found


def _shift(move: Move, cell: int) -> float:
    at = np.flatnonzero(move.cells == cell)
    return abs(float(move.steps[at[0]])) * move.unit if at.size else 0.0


def mask(table: Table, primary: Mask, weights: Floats, protection: float) -> tuple[Mask, Proof]:
    """The masked cells, the primary ones among them, and the proof that each is protected.

    Not the least cost, but near it: `suppression.cheapest` gives the least where the table is small.

    Args:
        table: the genuine table.
        primary: cells that must be masked.
        weights: what masking each cell costs, zero or more.
        protection: share of each masked cell's value that its interval must exceed in width.

    Raises:
        TableError: some cell cannot be shifted by its protection, whatever else is masked.
    """
    search = _Search(table, primary, weights, protection)
    search.run()
    return search.masked, search.proof


class _Search:
    def __init__(self, table: Table, primary: Mask, weights: Floats, protection: float) -> None:
        self.table, self.weights = table, weights
        self.masked = primary.copy()
        self.wanted = wanted_widths(table, protection)
        self.proof = Proof()
        self.step = _step(table)
        self.columns = table.equations.astype(np.int64).tocsc()
        self.blocks = cut(table, int(np.argmax(table.shape)), self.step)
        self.home = {cell: part for part, block in enumerate(self.blocks) for cell in block.at}
        self.chance = np.random.default_rng(_SEED)
        self.whole: Block | None = None
        self.joined: dict[tuple[int, ...], Block] = {}
        for block in self.blocks:
            # What stands for a part costs what its cheapest cell costs.
            costs = np.full(block.size, np.inf)
            for cell, at in block.at.items():
                costs[at] = FREE if self.masked[cell] else FREE + float(weights[cell])
            for at, part, below in block.items:
                costs[at] = min(costs[at], self._cheapest_under(part, below))
            block.costs = np.where(np.isfinite(costs), costs, FREE)
            block.price_all()

    def _cheapest_under(self, part: int, border: int) -> float:
        block = self.blocks[part]
        under = [block.costs[at] for at, top in block.up.items() if top == border]
        return float(min(under, default=FREE))

    def run(self) -> None:
        """Protect every masked cell, those that stand highest first."""
        waiting = self._waiting()
        while waiting:
            for cell in waiting:
                if cell not in self.proof.of:
                    self._protect(cell)
            waiting = self._waiting()

    def _waiting(self) -> list[int]:
        found = [cell for cell in np.flatnonzero(self.masked).tolist() if cell not in self.proof.of]
        return sorted(found, key=lambda cell: (-self.home[cell], -self.wanted[cell], cell))

    def _protect(self, cell: int) -> None:
        amount = float(np.ceil(self.wanted[cell] / self.step))
        for block in self._ever_larger(cell):
            move = self._exact_way(block, block.at[cell], amount)
            if move is not None:
                self._keep(move)
                return
        raise TableError(
            "cette case ne peut pas être protégée, même en masquant tout le reste.",
            where=f"case {self.table.codes(cell)}",
            remedy="Regroupez des codes, ou demandez une protection moindre.",
        )

    def _ever_larger(self, cell: int) -> Iterator[Block]:
        """The part of a cell; that and the one above together; and so on up; at last the whole table."""
        part = self.home[cell]
        at = self.blocks[part].at[cell]
        chain: tuple[int, ...] = (part,)
        while True:
            yield self._chained(chain)
            border = self.blocks[part].up.get(at, -1)
            if border not in self.blocks[part].above:
                break
            part, at = self.blocks[part].above[border]
            chain = (*chain, part)
        if len(self.blocks) > 1:
            if self.whole is None:
                self.whole, _ranks = Block.of(self.table, np.arange(self.table.size), self.step)
            for one, rank in self.whole.at.items():
                self.whole.costs[rank] = FREE if self.masked[one] else FREE + float(self.weights[one])
            self.whole.price_all()
            yield self.whole

    def _exact_way(self, block: Block, at: int, amount: float) -> Move | None:
        """The cheapest move that can be written in whole numbers; other prices lead to other moves."""
        for attempt in range(_ATTEMPTS):
            if attempt:
                block.price_all(self.chance.uniform(0.5, 2.0, block.size))
            shifts = self._cheapest_way(block, at, amount)
            move = self._exact(shifts) if shifts else None
            if move is not None or shifts is None:
                break
        if attempt:
            block.price_all()
        return move

    def _chained(self, chain: tuple[int, ...]) -> Block:
        """A part with those above it, in one block priced as of now."""
        if len(chain) == 1:
            return self.blocks[chain[0]]
        if chain not in self.joined:
            below = self._chained(chain[:-1])
            self.joined[chain] = Block.joined(below, self.blocks[chain[-1]], chain[-2], chain[-1])
        block = self.joined[chain]
        block.costs = np.concatenate([self.blocks[part].costs[cells] for part, cells in block.sources])
        block.price_all()
        return block

    def _cheapest_way(self, block: Block, at: int, amount: float) -> dict[int, float] | None:
        """The cheaper of shifting a cell up or down, carried on into all the parts below."""
        found = []
        for shift in (amount, -amount):
            if -shift <= block.room[at]:
                way = self._down(block, {at: shift})
                if way is not None:
                    found.append(way)
                    if all(self.masked[one] for one in way[1]):
                        break  # nothing new to mask: no use looking the other way
        return min(found, key=lambda way: way[0])[1] if found else None

    def _down(self, top: Block, held: dict[int, float]) -> tuple[float, dict[int, float]] | None:
        cost = 0.0
        shifts: dict[int, float] = {}
        asked: dict[int, dict[int, float]] = {}
        waiting: list[tuple[Block, dict[int, float]]] = [(top, held)]
        while waiting:
            block, here = waiting.pop()
            found = block.shifts_with(here)
            if found is None:
                return None
            cost += found[0]
            moved = np.flatnonzero(found[1])
            shifts |= {
                int(block.numbers[at]): float(found[1][at]) for at in moved.tolist() if block.numbers[at] >= 0
            }
            for at, below, border in block.items:
                if found[1][at]:
                    asked.setdefault(below, {})[border] = float(found[1][at])
            # A part comes after all that stand above it, which may each move one of its borders.
            if asked and not waiting:
                part = max(asked)
                waiting.append((self.blocks[part], asked.pop(part)))
        return cost, shifts

    def _exact(self, shifts: dict[int, float]) -> Move | None:
        """The same shifts in whole numbers of a fraction of a step, when the equations hold with them."""
        cells = np.array(sorted(shifts), dtype=np.int64)
        amounts = np.array([shifts[int(cell)] for cell in cells])
        parts = {Fraction(amount).limit_denominator(_DENOMINATOR).denominator for amount in amounts.tolist()}
        denominator = math.lcm(*parts)
        if denominator > _COMMON:
            return None
        steps = np.rint(amounts * denominator).astype(np.int64)
        kept = steps != 0
        if np.abs(amounts - steps / denominator).max() > _CLOSE or (self.columns[:, cells] @ steps).any():
            return None
        return Move(cells[kept], steps[kept], self.step / denominator)

    def _keep(self, move: Move) -> None:
        cells, steps, unit = move.cells, move.steps, move.unit
        # As far as it takes to serve all that it shifts, and no value goes below zero.
        needed = float((self.wanted[cells] / (np.abs(steps) * unit)).max())
        down = steps < 0
        if (self.table.values[cells] + unit * steps < 0).any():
            unit *= 1 - 1e-12  # the last bit of a product
        possible = float((self.table.values[cells][down] / (-steps[down] * unit)).min(initial=np.inf))
        if needed > 1.0:
            unit *= max(1.0, min(needed * (1 + 1e-12), possible * (1 - 1e-12)))
        rank = len(self.proof.moves)
        self.proof.moves.append(Move(cells, steps, unit))
        for cell, step in zip(cells.tolist(), steps.tolist(), strict=True):
            if abs(step) * unit >= self.wanted[cell]:
                self.proof.of.setdefault(cell, rank)
            if not self.masked[cell]:
                self.masked[cell] = True
                self._make_free(cell)

    def _make_free(self, cell: int) -> None:
        """A masked cell costs nothing more, nor does what stands for it above."""
        part = self.home[cell]
        at: int | None = self.blocks[part].at[cell]
        while at is not None and self.blocks[part].costs[at] > FREE:
            self.blocks[part].costs[at] = FREE
            self.blocks[part].price(at, FREE)
            border = self.blocks[part].up.get(at, -1)
            if border < 0:
                return
            part, at = self.blocks[part].above[border]


def _step(table: Table) -> float:
    """What moves are counted in: one when all values are whole, else a thousandth of the smallest."""
    positive = table.values[table.values > 0]
    if not positive.size or (positive == np.rint(positive)).all():
        return 1.0
    return float(positive.min()) / 1000
