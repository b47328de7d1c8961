"""How a long dimension is cut into parts that share their margins alone.

The codes of the dimension (the territory) are grouped from the leaves up: a few communes and the groupings
they make, then a few such groups, up to the country. Each part holds its codes, and one more for each set of
greater codes that contain part of it: its *borders*, which stand for it in the part above. Hierarchies may
cross (a grouping over two departments has a border in each).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from terreau.observatory.secrecy.table import Dimension

# Cells of a part: beyond, its programs take more than a few milliseconds.
ROOMY: Final = 400


@dataclass
class Item:
    """A code, or what stands for a part: `leaves` lie under it, `cells` of its cells hold something."""

    name: str
    leaves: frozenset[int]
    cells: int
    part: int = -1


@dataclass
class Draft:
    """A part before its program is written: each code with the items that make it."""

    items: list[Item]
    sums: dict[str, list[str]] = field(default_factory=dict)
    borders: list[str] = field(default_factory=list)

    def leaning(self) -> dict[str, list[str]]:
        """The borders that each code makes part of, those that hold most of it first."""
        border_of = {one: name for name in self.borders for one in self.sums[name]}
        found = {one: [name] for one, name in border_of.items()}
        for name, of in self.sums.items():
            if name not in self.borders:
                tops = [border_of[one] for one in of if one in border_of]
                found[name] = sorted(set(tops), key=lambda top: (-tops.count(top), top))
        return found


def drafts(dimension: Dimension, held: NDArray[np.int64]) -> Iterator[Draft]:
    """Group items, then the groups, until one part holds what is left."""
    rank = dimension.rank
    items = [
        Item(leaf, frozenset((number,)), int(held[rank[leaf]]))
        for number, leaf in enumerate(dimension.leaves)
    ]
    leaves = set(dimension.leaves)
    left = {
        code: frozenset(
            dimension.sums.indices[dimension.sums.indptr[at] : dimension.sums.indptr[at + 1]].tolist()
        )
        for code, at in rank.items()
        if code not in leaves
    }
    names = (f"\x00{number}" for number in itertools.count())
    part = 0
    while sum(item.cells for item in items) > ROOMY:
        chunks, absorbed = _chunks(items, left)
        if len(chunks) == len(items):
            break
        items = []
        for chunk in chunks:
            inside = {
                code: of
                for code, of in absorbed.items()
                if of <= frozenset().union(*(i.leaves for i in chunk))
            }
            if len(chunk) == 1 and not inside:
                items += chunk
                continue
            draft = Draft(chunk, {code: _made_of(of, chunk) for code, of in inside.items()})
            outer = {code: of for code, of in left.items() if code not in absorbed}
            for _signature, group in _by_signature(chunk, outer):
                name = next(names)
                draft.sums[name] = [one.name for one in group]
                draft.borders.append(name)
                held_here = max(one.cells for one in group)
                items.append(Item(name, frozenset().union(*(one.leaves for one in group)), held_here, part))
            yield draft
            part += 1
        left = {code: of for code, of in left.items() if code not in absorbed}
    yield Draft(items, {code: _made_of(of, items) for code, of in left.items()})


def _made_of(leaves: frozenset[int], items: Iterable[Item]) -> list[str]:
    return [item.name for item in items if item.leaves <= leaves]


def _by_signature(
    items: Iterable[Item], codes: dict[str, frozenset[int]]
) -> list[tuple[tuple[str, ...], list[Item]]]:
    """Items by the codes that contain them."""
    found: dict[tuple[str, ...], list[Item]] = {}
    for item in items:
        found.setdefault(tuple(code for code, of in codes.items() if item.leaves <= of), []).append(item)
    return list(found.items())


def _chunks(
    items: list[Item], left: dict[str, frozenset[int]]
) -> tuple[list[list[Item]], dict[str, frozenset[int]]]:
    """Items in groups of a good size, and the codes that lie whole inside one."""
    by_leaf = {leaf: at for at, item in enumerate(items) for leaf in item.leaves}
    small: dict[str, set[int]] = {}
    for code, of in left.items():
        inside = {by_leaf[leaf] for leaf in of}
        if sum(items[at].cells for at in inside) <= ROOMY:
            small[code] = inside
    while True:
        atoms = _atoms(len(items), small.values())
        heavy = {
            at
            for atom in atoms
            if len(atom) > 1 and sum(items[one].cells for one in atom) > 2 * ROOMY
            for at in atom
        }
        if not heavy:
            break
        # Held together by crossing codes: the widest of them go up.
        widest = max(
            (code for code in small if small[code] & heavy), key=lambda code: (len(small[code]), code)
        )
        del small[widest]
    outer = {code: of for code, of in left.items() if code not in small}
    signatures = {}
    for signature, group in _by_signature(items, outer):
        for item in group:
            signatures[item.name] = signature
    atoms.sort(key=lambda atom: (sorted({signatures[items[at].name] for at in atom}), min(atom)))
    chunks: list[list[Item]] = []
    last: list[tuple[str, ...]] = []
    for atom in atoms:
        kind = sorted({signatures[items[at].name] for at in atom})
        told = [items[at] for at in sorted(atom)]
        weight = sum(item.cells for item in told)
        if chunks and kind == last and sum(item.cells for item in chunks[-1]) + weight <= ROOMY:
            chunks[-1] += told
        else:
            chunks.append(told)
        last = kind
    return chunks, {code: left[code] for code in small}


def _atoms(count: int, links: Iterable[set[int]]) -> list[set[int]]:
    """Items in groups that no link leaves."""
    first, others = [], []
    for link in links:
        one, *rest = sorted(link)
        first += [one] * len(rest)
        others += rest
    graph = sparse.coo_array((np.ones(len(first)), (first, others)), shape=(count, count))
    _number, group = sparse.csgraph.connected_components(graph, directed=False)
    found: dict[int, set[int]] = {}
    for at, one in enumerate(group.tolist()):
        found.setdefault(one, set()).add(at)
    return list(found.values())
