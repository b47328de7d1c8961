"""A table of figures with its hierarchies: cells, margins, and the equations that bind them.

Every margin of every hierarchy is an equation « parent = sum of its children », written once per
combination of the other dimensions. Several hierarchies over the same codes (communes by department and by
grouping, say) give linked tables: their equations are simply all there together, which is the only way to see
what one table gives away about another (`methods.md` B.4, rule vii).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from terreau.core.errors import TerreauError

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Tree = Mapping[str, Sequence[str]]

# A hierarchy with more levels than this is a mistake.
_LEVELS_AT_MOST: Final = 100
# Of a value that is wrong, what is told of it.
_SIGNS_AT_MOST: Final = 40
# Sums of rounded figures may differ in their last digits.
ROUNDING: Final = 1e-6


class TableError(TerreauError):
    """A table that cannot be read; the message says in French what is wrong, where, and what to do."""


@dataclass(frozen=True)
class Dimension:
    """One dimension: its codes, and the hierarchies over them.

    `leaves` are the codes that no hierarchy splits; `sums` (codes × leaves, 0 or 1) says which of them each
    code is made of; `equations` (equations × codes) holds +1 for a parent and -1 for each of its children.
    """

    name: str
    codes: tuple[str, ...]
    leaves: tuple[str, ...]
    sums: sparse.csr_array
    equations: sparse.csr_array

    @cached_property
    def rank(self) -> dict[str, int]:
        """Where each code stands."""
        return {code: rank for rank, code in enumerate(self.codes)}

    def contains(self, codes: Numbers, leaves: Numbers) -> NDArray[np.bool_]:
        """Whether each of these codes is made, among others, of the leaf at the same place.

        Both are told by their rank among the codes.
        """
        asked = codes * len(self.codes) + leaves
        found = np.searchsorted(self._pairs, asked)
        inside: NDArray[np.bool_] = self._pairs[np.minimum(found, self._pairs.size - 1)] == asked
        return inside

    @cached_property
    def _pairs(self) -> Numbers:
        """Each code with each leaf it is made of, as one number, in order."""
        leaves = np.array([self.rank[leaf] for leaf in self.leaves])
        codes = np.repeat(np.arange(len(self.codes)), np.diff(self.sums.indptr))
        return np.sort(codes * len(self.codes) + leaves[self.sums.indices])

    @classmethod
    def of(cls, name: str, trees: Sequence[Tree]) -> Dimension:
        """A dimension from its hierarchies.

        Args:
            name: what the dimension is called.
            trees: each from a parent code to its children.

        Raises:
            TableError: a code with two parents in one hierarchy, a code that contains itself, or a code made
                of different things in two hierarchies.
        """
        codes: dict[str, None] = {}
        parents: set[str] = set()
        for tree in trees:
            _check_tree(name, tree)
            for parent, children in tree.items():
                parents.add(parent)
                codes.update(dict.fromkeys((parent, *children)))
        leaves = tuple(code for code in codes if code not in parents)
        made_of: dict[str, frozenset[str]] = {leaf: frozenset((leaf,)) for leaf in leaves}
        for tree in trees:
            for parent in tree:
                _fill(name, parent, trees, made_of, ())
        for tree in trees:
            for parent, children in tree.items():
                if frozenset().union(*(made_of[child] for child in children)) != made_of[parent]:
                    raise TableError(
                        f"« {parent} » n’est pas fait des mêmes éléments dans deux hiérarchies.",
                        where=name,
                        remedy="Donnez-lui deux codes différents, ou complétez celle qui est en défaut.",
                    )
        return cls(name, tuple(codes), leaves, *_matrices(tuple(codes), leaves, made_of, trees))


@dataclass(frozen=True)
class Table:
    """Cells of all combinations of codes, row after row, the last dimension turning fastest.

    `units` is the number of contributors, `values` the value, `largest` the largest contribution; NaN where
    that is not known. A cell that nobody mentioned holds nothing: no unit, a value of zero. `known_sole` is
    who is alone in each cell (-1: nobody), when the source tells contributors apart; `told` are the cells
    that everyone knows already, which nothing can hide any more; `kept`, those to mask even though they
    hold nothing; `lowest` and `highest`, between what anyone can place each value before anything is
    published (0 and no end where they are not given), the value always between them (`placed`).
    """

    dimensions: tuple[Dimension, ...]
    units: Floats
    values: Floats
    largest: Floats
    known_sole: Numbers | None = None
    told: NDArray[np.bool_] | None = None
    kept: NDArray[np.bool_] | None = None
    lowest: Floats | None = None
    highest: Floats | None = None

    def placed(self, lowest: Floats, highest: Floats) -> Table:
        """The same table, of which everyone can place each inner cell between these values beforehand.

        A source that everyone reads may be wrong: it places the cell no closer than its value. Margins are
        placed by sums.
        """
        ends = (np.minimum(lowest, self.values), np.maximum(highest, self.values))
        low, high = (
            with_margins(self.dimensions, self.shape, np.where(self.is_empty, self.values, end))
            for end in ends
        )
        return replace(self, lowest=np.minimum(low, self.values), highest=np.maximum(high, self.values))

    @cached_property
    def fall(self) -> Floats:
        """How far each value could go down, for all that anyone knows beforehand."""
        return self.values if self.lowest is None else self.values - self.lowest

    @cached_property
    def rise(self) -> Floats:
        """How far each value could go up, for all that anyone knows beforehand."""
        return np.full(self.size, np.inf) if self.highest is None else self.highest - self.values

    @property
    def shape(self) -> tuple[int, ...]:
        """How many codes each dimension has."""
        return tuple(len(one.codes) for one in self.dimensions)

    @property
    def size(self) -> int:
        """How many cells, margins included."""
        return int(self.values.size)

    @cached_property
    def equations(self) -> sparse.csr_array:
        """All the equations (equations × cells): each row, applied to the values, gives zero.

        Cells that hold nothing are left out, and equations between them: in a whole country nearly all do.
        """
        return self._equations(sufficient=False)

    @cached_property
    def sufficient_equations(self) -> sparse.csr_array:
        """Some of them (equations × cells), that hold for the same values: programs of fewer rows are faster.

        The margin of a margin is summed one way: the other follows from that one and from the sums below, so
        that along a dimension equations are told only where no later one has a margin. Where an answer is one
        among others as good (`blocks`), all of them lead to those that mask less.
        """
        return self._equations(sufficient=True)

    def _equations(self, *, sufficient: bool) -> sparse.csr_array:
        data, rows, columns, first = [], [], [], 0
        for axis, one in enumerate(self.dimensions):
            later = range(axis + 1, len(self.dimensions)) if sufficient else ()
            where = inner_of(self.dimensions, self.shape, later)
            cells = np.flatnonzero(~self.is_empty & where)
            after = math.prod(self.shape[axis + 1 :])
            of_code = one.equations.tocsc()
            outer, rest = np.divmod(cells, after)
            before, rank = np.divmod(outer, self.shape[axis])
            count = np.diff(of_code.indptr)[rank]
            start = np.repeat(of_code.indptr[rank], count)
            entry = start + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
            others = np.repeat(before * after + rest, count)
            line = of_code.indices[entry].astype(np.int64) * (self.size // self.shape[axis]) + others
            told, at = np.unique(line, return_inverse=True)
            data.append(of_code.data[entry])
            rows.append(at + first)
            columns.append(np.repeat(cells, count))
            first += told.size
        entries = (np.concatenate(rows), np.concatenate(columns))
        return sparse.csr_array((np.concatenate(data), entries), shape=(first, self.size))

    @cached_property
    def is_empty(self) -> NDArray[np.bool_]:
        """Cells known to hold nothing: published as such, for there is nothing to hide (B.4, rule ii)."""
        found: NDArray[np.bool_] = (self.units == 0) | (np.isnan(self.units) & (self.values == 0))
        return found if self.kept is None else found & ~self.kept

    @cached_property
    def sole(self) -> Numbers:
        """Who is alone in each cell, as a number; -1 where nobody is.

        Without names, a margin with a single contributor tells that all it sums are of that one.
        """
        if self.known_sole is not None:
            return self.known_sole
        alone = self.units == 1
        parents = self.equations.maximum(0) @ alone.astype(np.float64)
        bound = self.equations[parents > 0][:, alone]
        bound = abs(sparse.csr_array(bound))
        _count, group = sparse.csgraph.connected_components(bound.T @ bound, directed=False)
        found = np.full(self.size, -1, dtype=np.int64)
        found[alone] = group
        return found

    @cached_property
    def known_to(self) -> dict[int, Numbers]:
        """The cells that each lone contributor knows."""
        cells = np.flatnonzero(self.sole >= 0)
        order = cells[np.argsort(self.sole[cells], kind="stable")]
        who, starts = np.unique(self.sole[order], return_index=True)
        return dict(zip(who.tolist(), np.split(order, starts[1:]), strict=True)) if who.size else {}

    def made_by(self, who: Numbers, cells: Numbers) -> Floats:
        """What each contributor makes of the cell at the same place, by the inner cells where it is alone."""
        known = [self._inner_known_to(one) for one in who.tolist()]
        pairs = np.repeat(np.arange(who.size), [own.size for own in known])
        own = np.concatenate([np.array([], dtype=np.int64), *known])
        places, parts = (np.unravel_index(some, self.shape) for some in (cells[pairs], own))
        within = np.ones(own.size, dtype=bool)
        for one, codes, under in zip(self.dimensions, places, parts, strict=True):
            within &= one.contains(codes, under)
        sums = np.bincount(pairs[within], weights=self.values[own[within]], minlength=who.size)
        return sums.astype(np.float64)

    def _inner_known_to(self, who: int) -> Numbers:
        own = self.known_to[who]
        return own[self.is_inner[own]]

    @cached_property
    def is_fixed(self) -> NDArray[np.bool_]:
        """Cells that cannot serve to hide others: they hold nothing, or are known."""
        room = self.fall + self.rise
        known: NDArray[np.bool_] = self.is_empty | (room <= ROUNDING * np.maximum(1.0, self.values))
        return known if self.told is None else known | self.told

    @cached_property
    def is_inner(self) -> NDArray[np.bool_]:
        """Cells that no equation splits."""
        return inner_of(self.dimensions, self.shape)

    @cached_property
    def is_total(self) -> NDArray[np.bool_]:
        """Cells that no equation makes part of another."""
        told = self.equations.tocoo()
        parts = told.coords[1][told.data < 0]
        found = ~self.is_empty
        found[parts] = False
        return found

    def number(self, codes: Mapping[str, Any]) -> int:
        """The cell with these codes, one for each dimension.

        Raises:
            TableError: a dimension is missing, or a code is not one of its codes.
        """
        known = [one.name for one in self.dimensions]
        for name in codes:
            # Left unread, a figure under another name would leave its rule unapplied.
            if name not in known:
                raise TableError(
                    f"«\u00a0{name}\u00a0» n’est ni une dimension, ni «\u00a0n\u00a0», «\u00a0value\u00a0», "
                    "«\u00a0max\u00a0», «\u00a0least\u00a0» ou «\u00a0most\u00a0».",
                    where=named(codes),
                    remedy=f"Dimensions du tableau\u00a0: {', '.join(known)}.",
                )
        place = []
        for one in self.dimensions:
            given = codes.get(one.name, "")
            code = given if isinstance(given, str) else in_json(given)
            if code not in one.rank:
                raise TableError(
                    f"« {code} » n’est pas un code de « {one.name} »."
                    if one.name in codes
                    else f"la dimension « {one.name} » n’est pas dite.",
                    where=named(codes),
                    remedy="Les codes d’une case sont ceux des hiérarchies, un par dimension.",
                )
            place.append(one.rank[code])
        return int(np.ravel_multi_index(place, self.shape))

    def codes(self, number: int) -> dict[str, str]:
        """The codes of a cell, by dimension."""
        place = np.unravel_index(number, self.shape)
        return {one.name: one.codes[rank] for one, rank in zip(self.dimensions, place, strict=True)}


def in_json(value: Any) -> str:
    """What was given, as it was written, but for the last of very many signs."""
    told = json.dumps(value, ensure_ascii=False, default=str)
    return told if len(told) <= _SIGNS_AT_MOST else f"{told[:_SIGNS_AT_MOST]}…"


def named(codes: Mapping[str, Any]) -> str:
    """Which cell this is, for a message."""
    return f"case {', '.join(f'{name} = {code}' for name, code in codes.items()) or 'sans code'}"


def _check_tree(name: str, tree: Tree) -> None:
    seen: dict[str, str] = {}
    for parent, children in tree.items():
        if not children:
            raise TableError(
                f"«\u00a0{parent}\u00a0» n’a aucun élément.",
                where=name,
                remedy="Dites ceux qui le composent, ou ôtez-le des parents\u00a0: il en sera un.",
            )
        for child in children:
            if seen.get(child) == parent:
                raise TableError(
                    f"«\u00a0{child}\u00a0» est deux fois sous «\u00a0{parent}\u00a0».",
                    where=name,
                    remedy="Gardez-le une fois.",
                )
            if child in seen:
                raise TableError(
                    f"« {child} » est à la fois sous « {seen[child]} » et sous « {parent} ».",
                    where=name,
                    remedy="Faites-en deux hiérarchies.",
                )
            seen[child] = parent


def _fill(
    name: str, code: str, trees: Sequence[Tree], made_of: dict[str, frozenset[str]], above: tuple[str, ...]
) -> frozenset[str]:
    if code in above:
        raise TableError(
            f"«\u00a0{code}\u00a0» se contient lui-même.",
            where=name,
            remedy="Un code n’est jamais au-dessous de lui-même\u00a0: ôtez le lien qui y ramène.",
        )
    if len(above) > _LEVELS_AT_MOST:
        raise TableError(
            f"plus de {_LEVELS_AT_MOST} niveaux, les uns dans les autres.",
            where=name,
            remedy="Une hiérarchie en a quelques-uns\u00a0: vérifiez qui contient qui.",
        )
    if code not in made_of:
        children = next(tree[code] for tree in trees if code in tree)
        parts = (_fill(name, child, trees, made_of, (*above, code)) for child in children)
        made_of[code] = frozenset().union(*parts)
    return made_of[code]


def _matrices(
    codes: tuple[str, ...],
    leaves: tuple[str, ...],
    made_of: Mapping[str, frozenset[str]],
    trees: Sequence[Tree],
) -> tuple[sparse.csr_array, sparse.csr_array]:
    rank = {code: at for at, code in enumerate(codes)}
    leaf = {code: at for at, code in enumerate(leaves)}
    sums = sparse.lil_array((len(codes), len(leaves)))
    for code in codes:
        for part in made_of[code]:
            sums[rank[code], leaf[part]] = 1
    # The same equation may stand in two hierarchies.
    distinct = {(parent, tuple(children)): None for tree in trees for parent, children in tree.items()}
    equations = sparse.lil_array((len(distinct), len(codes)))
    for row, (parent, children) in enumerate(distinct):
        equations[row, rank[parent]] = 1
        for child in children:
            equations[row, rank[child]] = -1
    return sparse.csr_array(sums), sparse.csr_array(equations)


def inner_of(
    dimensions: Sequence[Dimension], shape: tuple[int, ...], along: Iterable[int] | None = None
) -> NDArray[np.bool_]:
    """Which cells no equation splits; along some of the dimensions, when told which."""
    inner = np.ones(shape, dtype=bool)
    for axis in range(len(shape)) if along is None else along:
        leaf = np.isin(dimensions[axis].codes, dimensions[axis].leaves)
        inner &= np.expand_dims(leaf, tuple(other for other in range(len(shape)) if other != axis))
    return inner.ravel()


def with_margins(dimensions: Sequence[Dimension], shape: tuple[int, ...], figures: Floats) -> Floats:
    """The same figures with their margins, from those of the inner cells."""

    def along(array: Floats, axis: int) -> Floats:
        one = dimensions[axis]
        leaves = [one.rank[leaf] for leaf in one.leaves]
        moved = np.moveaxis(array, axis, 0)
        flat = moved[leaves].reshape(len(leaves), -1)
        return np.moveaxis((one.sums @ flat).reshape(moved.shape), 0, axis)

    return np.ascontiguousarray(reduce(along, range(len(shape)), figures.reshape(shape))).ravel()
