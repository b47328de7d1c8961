"""The parts of a long table, each with the program that gives its cheapest moves.

A part sees what stands above it through its borders alone (`cutting`): held still, nothing above notices its
moves; shifted, they carry on into it the moves of the part above.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from terreau.core.programs import Program
from terreau.observatory.secrecy.cutting import Draft, drafts
from terreau.observatory.secrecy.table import Dimension, Floats, Table

Numbers = NDArray[np.int64]

# Costs are told beside that of a middling cell. Masked cells cost a little too: shorter moves.
FREE: Final = 0.01
_TINY: Final = 1e-7


class Block:
    """Part of a table, and the program that gives its cheapest moves, in steps.

    Cells are told by their rank among those that hold something. `numbers` tells which cell of the whole
    table each is, -1 for those of the part alone; `fall` and `rise`, by how many steps each may go down and
    up; `borders` and `items` are the ranks of its borders' cells, and of the cells that stand for parts
    below, each with its part and its rank there.
    """

    def __init__(self, fall: Floats, rise: Floats, equations: sparse.csr_array, numbers: Numbers) -> None:
        self.fall, self.rise, self.equations, self.numbers = fall, rise, equations, numbers
        self.size = fall.size
        self.at = {int(number): at for at, number in enumerate(numbers) if number >= 0}
        self.costs = np.full(fall.size, FREE)
        self.borders: dict[tuple[str, int], int] = {}
        self.items: list[tuple[int, int, int]] = []
        # Those of these that stand for parts which another part may be moving at the same time.
        self.shared: set[int] = set()
        # Which parts were put together here: their cells, and where these stand.
        self.sources: list[tuple[int, Numbers, Numbers]] = []
        # From a border's cell to the part above and its rank there; from another cell to its border's.
        self.above: dict[int, tuple[int, int]] = {}
        self.up: dict[int, int] = {}
        self._program: Program | None = None

    @property
    def program(self) -> Program:
        """Written when it is first asked for."""
        if self._program is None:
            nothing = np.zeros(self.equations.shape[0])
            up, down = self.rise.copy(), self.fall.copy()
            held = list(self.still)
            up[held] = down[held] = 0.0
            # Each cell goes up in one column and down in another.
            self._program = Program(
                np.concatenate((self.costs, self.costs)),
                np.zeros(2 * self.size),
                np.concatenate((up, down)),
                sparse.csr_array(sparse.hstack([self.equations, -self.equations], format="csr")),
                nothing,
                nothing,
                same_aim=True,
            )
        return self._program

    @property
    def still(self) -> set[int]:
        """The cells that do not move unless they are told to."""
        return self.shared.union(self.borders.values())

    def forget(self) -> None:
        """Let the program go, to be written anew if it is asked for."""
        self._program = None

    @classmethod
    def of(cls, table: Table, numbers: Numbers, step: float) -> tuple[Block, dict[int, int]]:
        """The block of a table, and the rank in it of each cell that holds something."""
        live = np.flatnonzero(~table.is_fixed)
        equations = sparse.csr_array(table.equations[:, live])
        equations = sparse.csr_array(equations[np.diff(equations.indptr) > 0])
        fall, rise = (np.floor(one[live] / step + 1e-9) for one in (table.fall, table.rise))
        block = cls(fall, rise, equations, numbers[live])
        return block, {int(cell): at for at, cell in enumerate(live)}

    @classmethod
    def together(cls, parts: Mapping[int, Block]) -> Block:
        """Some parts in one block: what stands for one of them in another is its own border."""
        places: dict[int, Numbers] = {}
        size = 0
        # A part comes after all those below it.
        for part, one in sorted(parts.items()):
            here = np.full(one.size, -1, dtype=np.int64)
            for at, below, border in one.items:
                if below in places:
                    here[at] = places[below][border]
            fresh = here < 0
            here[fresh] = size + np.arange(int(fresh.sum()))
            size += int(fresh.sum())
            places[part] = here
        fall, rise, numbers = np.zeros(size), np.zeros(size), np.full(size, -1, dtype=np.int64)
        equations = []
        for part, one in parts.items():
            fall[places[part]], rise[places[part]], numbers[places[part]] = one.fall, one.rise, one.numbers
            inner = one.equations.tocoo()
            where = (inner.coords[0], places[part][inner.coords[1]])
            equations.append(sparse.coo_array((inner.data, where), shape=(inner.shape[0], size)))
        block = cls(fall, rise, sparse.csr_array(sparse.vstack(equations, format="csr")), numbers)
        block.sources = [(part, np.arange(one.size), places[part]) for part, one in parts.items()]
        block.items = [
            (int(places[part][at]), below, border)
            for part, one in parts.items()
            for at, below, border in one.items
            if below not in parts
        ]
        block.shared = {int(places[part][at]) for part, one in parts.items() for at in one.shared}
        block.borders = {
            (f"\x00{part} {name}", other): int(places[part][at])
            for part, one in parts.items()
            for (name, other), at in one.borders.items()
            if one.above[at][0] not in parts
        }
        return block

    def price(self, at: int, cost: float) -> None:
        """What shifting a cell by one step costs."""
        if self._program is not None:
            self._program.set_cost(at, cost)
            self._program.set_cost(self.size + at, cost)

    def price_all(self, times: Floats | float = 1.0) -> None:
        """Tell the program what all cells cost, each so many times what it does."""
        if self._program is not None or np.any(times != 1.0):
            costs = self.costs * times
            self.program.set_costs(np.concatenate((costs, costs)))

    def shifts_with(self, held: dict[int, float]) -> tuple[float, Floats] | None:
        """The cost and the cheapest shifts, some cells shifting by so much; None when there are none."""
        still = self.still
        for at, shift in held.items():
            self.hold(at, shift)
        found = self.shifts()
        for at in held:
            if at in still:
                self.hold(at)
            else:
                self.release(at)
        return found

    def hold(self, at: int, shift: float = 0.0) -> None:
        """Make a cell shift by so many steps and no other number."""
        up, down = max(shift, 0.0), max(-shift, 0.0)
        self.program.set_bounds(at, up, up)
        self.program.set_bounds(self.size + at, down, down)

    def release(self, at: int) -> None:
        """Let a cell go freely again."""
        self.program.set_bounds(at, 0.0, float(self.rise[at]))
        self.program.set_bounds(self.size + at, 0.0, float(self.fall[at]))

    def shifts(self) -> tuple[float, Floats] | None:
        """The cost and the cheapest shifts, in steps; None when there are none."""
        # Another cell moves now: undoing the last move would be longer than starting from none.
        cost = self.program.solve(afresh=True)
        if cost is None:
            return None
        columns = self.program.columns
        found: Floats = columns[: self.size] - columns[self.size :]
        found[np.abs(found) < _TINY] = 0.0
        return cost, found


def cut(table: Table, axis: int, step: float) -> list[Block]:
    """The parts of a table, from the smallest up; the last has no border.

    Args:
        table: the genuine table.
        axis: the dimension along which to cut.
        step: what moves are counted in.
    """
    maker = _Maker(table, axis, step)
    return maker.blocks(list(drafts(table.dimensions[axis], maker.held())))


class _Maker:
    """Writes the parts of one table."""

    def __init__(self, table: Table, axis: int, step: float) -> None:
        self.table, self.axis, self.step = table, axis, step
        self.others = tuple(one for at, one in enumerate(table.dimensions) if at != axis)

        def lines(array: NDArray[Any]) -> NDArray[Any]:
            moved = np.moveaxis(array.reshape(table.shape), axis, 0)
            return moved.reshape(table.shape[axis], -1)

        self.units = lines(np.where(table.is_fixed, 0.0, 1.0))
        self.fall, self.rise = (lines(np.where(table.is_fixed, 0.0, one)) for one in (table.fall, table.rise))
        self.numbers = lines(np.arange(table.size))

    def held(self) -> Numbers:
        """How many cells of each code hold something."""
        held: Numbers = self.units.sum(axis=1).astype(np.int64)
        return held

    def blocks(self, parts: list[Draft]) -> list[Block]:
        """A block for each draft, bound to those below it."""
        width = self.units.shape[1]
        known = self.table.dimensions[self.axis].rank
        # Of each code: how far its cells go down and up, and which of them hold something.
        lines: dict[str, Floats] = {
            code: np.array((self.fall[at], self.rise[at], self.units[at])) for code, at in known.items()
        }
        made: list[Block] = []
        for draft in parts:
            for name, of in draft.sums.items():
                if name not in lines:
                    under = np.array([lines[one] for one in of])
                    lines[name] = np.array((*under[:, :2].sum(axis=0), under[:, 2].max(axis=0)))
            names = [item.name for item in draft.items]
            trees = [{name: of} for name, of in draft.sums.items()] or [{names[0]: names}]
            dimension = Dimension.of("", trees)
            codes = dimension.codes
            still = np.full(width, -1)
            numbers = np.concatenate([self.numbers[known[one]] if one in known else still for one in codes])
            fall, rise, units = np.concatenate([lines[one] for one in codes], axis=1)
            part = Table(
                (dimension, *self.others), units, fall, np.full(fall.size, np.nan), highest=fall + rise
            )
            block, ranks = Block.of(part, numbers.astype(np.int64), self.step)
            self._bind(block, ranks, dimension, draft, made)
            made.append(block)
        return made

    def _bind(
        self, block: Block, ranks: dict[int, int], dimension: Dimension, draft: Draft, made: list[Block]
    ) -> None:
        """Tell a block its borders, and bind it to the parts below that its items stand for."""
        here = len(made)

        def cells(name: str) -> Iterator[tuple[int, int]]:
            """The cells of a code that hold something: their place along the other dimensions, and rank."""
            start = dimension.rank[name] * self.units.shape[1]
            for other in range(self.units.shape[1]):
                if start + other in ranks:
                    yield other, ranks[start + other]

        for name in draft.borders:
            block.borders |= {(name, other): at for other, at in cells(name)}
        for name, tops in draft.leaning().items():
            for other, at in cells(name):
                found = (block.borders.get((top, other), -1) for top in tops)
                block.up[at] = next((border for border in found if border >= 0), -1)
        for item, (other, at) in (
            (one, cell) for one in draft.items if one.part >= 0 for cell in cells(one.name)
        ):
            below = made[item.part].borders[item.name, other]
            block.items.append((at, item.part, below))
            made[item.part].above[below] = (here, at)
