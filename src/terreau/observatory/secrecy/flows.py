"""Secondary suppression on tables too large for an exact program, with a proof anyone can check by hand.

Each move of the proof is the cheapest flow through the equations that shifts one cell far enough, cells
already masked being free (Kelly, Golden and Assad, « Cell suppression: disclosure protection for sensitive
tabular data », Networks 22, 1992); it then serves every cell it shifts far enough. A cell that somebody could
see through all its moves is given another, which does without what that one knows.

A country is too long for one program: `cutting` cuts its territory into parts that share their margins alone.
A move of a part leaves all that stands above it still, and is carried on into the parts that it touches
below, so that it is a move of the whole table. What a part can do alone, the processors share out.
"""

from __future__ import annotations

import math
import multiprocessing
import os
from collections import OrderedDict
from collections.abc import Iterable, Set
from fractions import Fraction
from typing import Final

import numpy as np

from terreau.core.forking import die_with_parent
from terreau.observatory.secrecy.attack import Mask
from terreau.observatory.secrecy.blocks import FREE, Block, cut
from terreau.observatory.secrecy.proof import Move, Proof, insiders_of
from terreau.observatory.secrecy.table import Floats, Numbers, Table, TableError, named
from terreau.observatory.secrecy.widths import wanted_from, wanted_widths

# Flows of such equations are whole, or fractions of small denominators.
_DENOMINATOR: Final = 360
_COMMON: Final = 1_000_000
_CLOSE: Final = 1e-5
_ROUNDING: Final = 1e-9
_ATTEMPTS: Final = 4
_SEED: Final = 2016
# What a move pays to shift what one of those it must do without knows: as much as masking a middling cell.
_SHUNNED: Final = 0.8
# A margin masked hides what its parts may still show: it is the cheaper way, and parts are what is asked for.
_OF_MARGINS: Final = 0.3
# Programs kept warm; parts from which they are worth sharing out.
_WARM: Final = 150
_MANY: Final = 8


def mask(
    table: Table, primary: Mask, weights: Floats, protection: float, *, again: Mask | None = None
) -> tuple[Mask, Proof]:
    """The masked cells, the primary ones among them, and the proof that each is protected.

    Not the least cost, but near it: `suppression.cheapest` gives the least where the table is small.

    Args:
        table: the genuine table.
        primary: cells that must be masked.
        weights: what masking each cell costs, zero or more.
        protection: share of each masked cell's value that its interval must exceed in width.
        again: cells that stay masked, and need not be kept from those who are alone.

    Raises:
        TableError: some cell cannot be shifted by its protection, whatever else is masked.
    """
    search = _Search(table, primary, weights, protection, again)
    search.run()
    return search.masked, search.proof


class _Reach:
    """How far up and down a cell goes by its moves: for anyone, and for who could rule some of them out."""

    def __init__(self) -> None:
        self._anyone = (0.0, 0.0)
        self._of: dict[int, tuple[float, float]] = {}

    def of(self, who: int = -1) -> tuple[float, float]:
        """By the moves that someone cannot rule out (-1: by all of them)."""
        return self._of.get(who, self._anyone)

    def width(self, who: int = -1) -> float:
        """How far apart the ends are that someone cannot tell from each other."""
        return sum(self.of(who))

    @property
    def insiders(self) -> Set[int]:
        """Who could rule out one of the moves."""
        return self._of.keys()

    def grows(self, shift: float, who: int) -> bool:
        """Whether a move that someone cannot rule out takes the cell further for them.

        By more than rounding: one that brings no more would be found again, where others must be looked for.
        """
        up, down = self.of(who)
        return max(up, shift) + max(down, -shift) > (up + down) * (1 + _ROUNDING)

    def add(self, shift: float, insiders: frozenset[int]) -> None:
        """Count one move more, that these could rule out."""
        for one in insiders:
            self._of.setdefault(one, self._anyone)
        up, down = self._anyone
        self._anyone = max(up, shift), max(down, -shift)
        for one, (up, down) in self._of.items():
            if (shift > up or -shift > down) and one not in insiders:
                self._of[one] = max(up, shift), max(down, -shift)


class _Search:
    def __init__(
        self, table: Table, primary: Mask, weights: Floats, protection: float, again: Mask | None = None
    ) -> None:
        self.table, self.weights = table, _told_apart(table, weights)
        self.primary, self.masked = primary, primary.copy() if again is None else primary | again
        self.wanted = wanted_widths(table, protection)
        self.proof = Proof()
        # Of each cell: how far its moves take it; once they protect it, who could rule out too many of them.
        self.reach: dict[int, _Reach] = {}
        self.exposed: dict[int, frozenset[int]] = {}
        # How far each of these must move to be kept from someone, once it has been asked.
        self.widths: dict[tuple[int, int], float] = {}
        self.step = _step(table)
        self.columns = table.equations.astype(np.int64).tocsc()
        self.blocks = cut(table, int(np.argmax(table.shape)), self.step)
        self.home = {cell: part for part, block in enumerate(self.blocks) for cell in block.at}
        self.chance = np.random.default_rng(_SEED)
        # The parts below each, itself among them.
        self.below: list[set[int]] = []
        self.warm: OrderedDict[tuple[int, ...], Block] = OrderedDict()
        for block in self.blocks:
            # What stands for a part costs what its cheapest cell costs.
            costs = np.full(block.size, np.inf)
            for cell, at in block.at.items():
                costs[at] = FREE if self.masked[cell] else FREE + float(self.weights[cell])
            for at, part, below in block.items:
                costs[at] = min(costs[at], self._cheapest_under(part, below))
            block.costs = np.where(np.isfinite(costs), costs, FREE)

    def _cheapest_under(self, part: int, border: int) -> float:
        block = self.blocks[part]
        under = [block.costs[at] for at, top in block.up.items() if top == border]
        return float(min(under, default=FREE))

    def run(self) -> None:
        """Protect every masked cell: what parts can do alone, then with those below, then what is left."""
        for roots in self._roots():
            self._share_out(roots)
        while waiting := self._waiting(self.home):
            for cell in waiting:
                while not self._is_safe(cell):
                    self._protect(cell)

    def _roots(self) -> list[list[int]]:
        """The parts floor by floor, from the lowest up; no two of a floor have a part below in common.

        What two of them stand on is left to the part above both.
        """
        tops = [{top for top, _at in block.above.values()} for block in self.blocks]
        floors: dict[int, list[int]] = {}
        floor: list[int] = []
        under: list[set[int]] = []
        for part, block in enumerate(self.blocks[:-1]):
            own = {below for _at, below, _border in block.items}
            under.append(own.union(*(under[one] for one in own)))
            floor.append(1 + max((floor[one] for one in own), default=0))
            floors.setdefault(floor[part], []).append(part)
            self.below.append({part})
            for one in sorted(under[part], reverse=True):
                if tops[one] <= self.below[part]:
                    self.below[part].add(one)
        self.below.append(set(range(len(self.blocks))))
        return [parts for _floor, parts in sorted(floors.items())]

    def _share_out(self, roots: list[int]) -> None:
        """What parts do with those below them: the same moves, however many processes find them."""
        if len(self.blocks) < _MANY or len(roots) < 2:
            return
        # What the other processes start from: too long to be told to them.
        global _shared
        _shared = self
        try:
            many = len(os.sched_getaffinity(0))
            with multiprocessing.get_context("fork").Pool(many, die_with_parent) as pool:
                for moves in pool.imap(_moves_of, roots):
                    for move in moves:
                        self._keep(move)
        finally:
            _shared = None

    def moves_within(self, root: int) -> list[Move]:
        """The moves that a part finds with those below it alone, all that others stand on held still."""
        self.chance = np.random.default_rng((_SEED, root))
        found = len(self.proof.moves)
        lost: set[int] = set()
        own = self.below[root]
        for part in own:
            block = self.blocks[part]
            block.shared = {at for at, below, _border in block.items if below not in own}
        cells = [cell for part in sorted(own) for cell in self.blocks[part].at]
        while waiting := self._waiting(cell for cell in cells if cell not in lost):
            for cell in waiting:
                while not self._is_safe(cell) and cell not in lost:
                    if not self._protected_by(cell, own):
                        lost.add(cell)
        for block in (*self.warm.values(), *(self.blocks[part] for part in own)):
            block.forget()
            block.shared = set()
        self.warm.clear()
        return self.proof.moves[found:]

    def _waiting(self, among: Iterable[int]) -> list[int]:
        found = [cell for cell in among if self.masked[cell] and not self._is_safe(cell)]
        return sorted(found, key=lambda cell: (-self.home[cell], -self.wanted[cell], cell))

    def _is_safe(self, cell: int) -> bool:
        return cell in self.exposed and not self.exposed[cell]

    def _protect(self, cell: int) -> None:
        if not self._protected_by(cell, self.below[-1]):
            raise TableError(
                "cette case ne peut pas être protégée, même en masquant tout le reste.",
                where=named(self.table.codes(cell)),
                remedy="Regroupez des codes, ou demandez une protection moindre.",
            )

    def _protected_by(self, cell: int, allowed: set[int]) -> bool:
        """One move more for a cell, by its part alone, or with those it takes among these."""
        parts: tuple[int, ...] = (self.home[cell],)
        while True:
            move, missing = self._move_for(cell, parts)
            if move is not None and cell in self._keep(move):
                return True
            # What a part below cannot follow alone, or else what stands above.
            missing = missing - set(parts) or self._above(parts, cell) & allowed
            if not missing:
                return False
            parts = tuple(sorted({*parts, *missing}))

    def _move_for(self, cell: int, parts: tuple[int, ...]) -> tuple[Move | None, set[int]]:
        """A move that none of those who could rule out a cell's others can; or the parts it lacks."""
        block = self._block_of(parts)
        ways, still, shunned = self._asked(cell)
        return self._exact_way(block, block.at[cell], ways, still, shunned)

    def _above(self, parts: tuple[int, ...], cell: int) -> set[int]:
        """The nearest part above a cell that is not among these; or any above any of them."""
        part = self.home[cell]
        at = self.blocks[part].at[cell]
        while part in parts:
            border = self.blocks[part].up.get(at, -1)
            if border not in self.blocks[part].above:
                tops = {top for one in parts for top, _at in self.blocks[one].above.values()} - set(parts)
                return {min(tops)} if tops else set()
            part, at = self.blocks[part].above[border]
        return {part}

    def _block_of(self, parts: tuple[int, ...]) -> Block:
        """Some parts in one block, priced as of now."""
        alone = len(parts) == 1
        if parts not in self.warm:
            one = {part: self.blocks[part] for part in parts}
            self.warm[parts] = one[parts[0]] if alone else Block.together(one)
            while len(self.warm) > _WARM:
                self.warm.popitem(last=False)[1].forget()
        self.warm.move_to_end(parts)
        block = self.warm[parts]
        if not alone:
            for part, cells, there in block.sources:
                block.costs[there] = self.blocks[part].costs[cells]
            block.price_all()
        return block

    def _asked(self, cell: int) -> tuple[tuple[float, float], list[int], list[int]]:
        """How far up or down a cell must go now, the cells that must be still then, and better not moved."""
        exposed = self.exposed.get(cell, frozenset())
        if not exposed:
            return self._ways(cell, float(self.wanted[cell]), -1), [], []
        first = min(exposed, key=lambda one: (self.table.known_to[one].size, one))
        known = [self.table.known_to[one] for one in exposed if one != first]
        shunned = np.concatenate(known).tolist() if known else []
        ways = self._ways(cell, self._wanted_from(cell, [first])[0], first)
        return ways, self.table.known_to[first].tolist(), shunned

    def _ways(self, cell: int, wanted: float, who: int) -> tuple[float, float]:
        """How many steps up, or down, a cell must go for one who already leaves it some moves."""
        up, down = self.reach.get(cell, _Reach()).of(who)
        missing = wanted - up - down
        return float(np.ceil((up + missing) / self.step)), float(np.ceil((down + missing) / self.step))

    def _wanted_from(self, cell: int, who: Iterable[int]) -> list[float]:
        """How far a cell must move to be kept from each of these, asked once."""
        asked = list(who)
        new = [one for one in asked if (cell, one) not in self.widths]
        if new:
            widths = wanted_from(self.table, self.wanted, [cell], new).tolist()
            self.widths.update(zip([(cell, one) for one in new], widths, strict=True))
        return [self.widths[cell, one] for one in asked]

    def _exact_way(
        self, block: Block, at: int, ways: tuple[float, float], still: list[int], shunned: list[int]
    ) -> tuple[Move | None, set[int]]:
        """The cheapest move that can be written in whole numbers; or the parts below that cannot follow.

        Other prices lead to other moves.
        """
        here = [block.at[one] for one in shunned if one in block.at]
        dear = np.ones(block.size)
        dear[here] = _SHUNNED / block.costs[here]
        move: Move | None = None
        missing: set[int] = set()
        for attempt in range(_ATTEMPTS):
            if attempt or here:
                block.price_all(dear * (self.chance.uniform(0.5, 2.0, block.size) if attempt else 1.0))
            shifts, missing = self._cheapest_way(block, at, ways, still)
            move = self._exact(shifts) if shifts else None
            if move is not None or shifts is None:
                break
        if attempt or here:
            block.price_all()
        return move, missing

    def _cheapest_way(
        self, block: Block, at: int, ways: tuple[float, float], still: list[int]
    ) -> tuple[dict[int, float] | None, set[int]]:
        """The cheaper of shifting a cell up or down, carried on into all the parts below."""
        found, missing = [], set()
        for shift in (ways[0], -ways[1]):
            if -block.fall[at] <= shift <= block.rise[at]:
                cost, shifts, stuck = self._down(block, {at: shift}, still)
                if shifts is None:
                    missing |= stuck
                    continue
                found.append((cost, shifts))
                if all(self.masked[one] for one in shifts):
                    break  # nothing new to mask: no use looking the other way
        return (min(found, key=lambda way: way[0])[1] if found else None), missing

    def _down(
        self, top: Block, held: dict[int, float], still: list[int]
    ) -> tuple[float, dict[int, float] | None, set[int]]:
        cost = 0.0
        shifts: dict[int, float] = {}
        asked: dict[int, dict[int, float]] = {}
        part, block, here = -1, top, held
        while True:
            fixed = {block.at[one]: 0.0 for one in still if one in block.at}
            found = block.shifts_with(fixed | here)
            if found is None:
                return cost, None, {part} - {-1}
            cost += found[0]
            moved = np.flatnonzero(found[1])
            shifts |= {
                int(block.numbers[at]): float(found[1][at]) for at in moved.tolist() if block.numbers[at] >= 0
            }
            for at, below, border in block.items:
                if found[1][at]:
                    asked.setdefault(below, {})[border] = float(found[1][at])
            if not asked:
                return cost, shifts, set()
            # A part comes after all that stand above it, which may each move one of its borders.
            part = max(asked)
            block, here = self.blocks[part], asked.pop(part)

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

    def _keep(self, move: Move) -> set[int]:
        """Take a move, and the same the other way, for all the cells that they serve: these."""
        cells, insiders = move.cells, insiders_of(self.table, move.cells)
        all_served: set[int] = set()
        for steps in (move.steps, -move.steps):
            unit = self._as_far_as_needed(cells, steps, move.unit)
            served = [
                cell
                for cell, step in zip(cells.tolist(), steps.tolist(), strict=True)
                if self._serves(cell, step * unit, insiders)
            ]
            for cell in served:
                self.proof.of.setdefault(cell, []).append(len(self.proof.moves))
            if served:
                self.proof.moves.append(Move(cells, steps, unit))
                all_served.update(served)
        for cell in cells.tolist():
            if not self.masked[cell]:
                self.masked[cell] = True
                self._make_free(cell)
        return all_served

    def _as_far_as_needed(self, cells: Numbers, steps: Numbers, unit: float) -> float:
        """How long a step is, to serve all that it shifts; no value leaves where anyone can place it."""
        lengths = np.abs(steps) * unit
        room = np.where(steps < 0, self.table.fall[cells], self.table.rise[cells])
        possible = float((room / lengths).min())
        needed = max(1.0, float((self.wanted[cells] / lengths).max()))
        # Less by more than the last bit of a product.
        return unit * min(needed * (1 + 1e-12), possible * (1 - 1e-12))

    def _serves(self, cell: int, shift: float, insiders: frozenset[int]) -> bool:
        """Whether a cell needs this, that it is then taken to have."""
        if self._is_safe(cell) or not shift:
            return False
        reach, exposed = self.reach.setdefault(cell, _Reach()), self.exposed.get(cell)
        asking = frozenset((-1,)) if exposed is None else exposed
        if not any(one not in insiders and reach.grows(shift, one) for one in asking):
            return False
        # What one learns of a secondary cell is no secret.
        reach.add(shift, insiders if self.primary[cell] else frozenset())
        if reach.width() >= self.wanted[cell]:
            # Those who come later are left what was enough before them.
            others = reach.insiders - {int(self.table.sole[cell])} if exposed is None else exposed
            self.exposed[cell] = self._seen_by(others, cell, reach)
        return True

    def _seen_by(self, others: Iterable[int], cell: int, reach: _Reach) -> frozenset[int]:
        """Those of these to whom its moves leave a cell too narrowly placed."""
        # The width asked for is never nothing, nor more than for anyone: it is seldom to be worked out.
        short = {one: width for one in others if (width := reach.width(one)) < self.wanted[cell]}
        some = [one for one, width in short.items() if width]
        wide = {
            one for one, width in zip(some, self._wanted_from(cell, some), strict=True) if short[one] >= width
        }
        return frozenset(short.keys() - wide)

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


_shared: _Search | None = None


def _moves_of(part: int) -> list[Move]:
    assert _shared is not None
    return _shared.moves_within(part)


def _told_apart(table: Table, weights: Floats) -> Floats:
    """What masking costs, beside what a middling inner cell does, margins at a discount."""
    inner = table.is_inner & ~table.is_empty
    middling = float(weights[inner].mean()) if inner.any() else 0.0
    return np.where(table.is_inner, weights, _OF_MARGINS * weights) / (middling or 1.0)


def _step(table: Table) -> float:
    """What moves are counted in: one when all values are whole, else a thousandth of the smallest."""
    positive = table.values[table.values > 0]
    if not positive.size or (positive == np.rint(positive)).all():
        return 1.0
    return float(positive.min()) / 1000
