"""Where the results of a question are: counted by cells of a grid, and one by one when they are few.

Without filter the counts come from the grid kept beside the index (`map_grid`); with filters they are
counted in the index, whose columns hold the cell of each sheet at a few sizes. In either case a cell is
shown at the mean position of what stands there, so that circles hold still when a filter changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone
from tantivy import Occur
from tantivy import Query as Clause

from terreau.core import mercator
from terreau.core.threads import at_once
from terreau.directory import index_store as store
from terreau.directory import map_grid, search
from terreau.directory.index_documents import tile_code
from terreau.directory.models import marked
from terreau.directory.search import Opened, Query

# Cells on a side of a tile, as a power of two: eight, each as wide as a circle and its margin.
_CELLS_IN_TILE = 3
# Up to so many in a tile, each is shown by itself.
MOST_SINGLES = 100
# The last zoom of which there are tiles: browsers enlarge them beyond. There, more are told apart.
DEEPEST = store.TILE_ZOOMS[-1]
_MOST_SINGLES_DEEPEST = 1000
# Up to so many, the mean position of each cell is that of the results themselves, which costs more.
_EXACT_UP_TO = 50_000
_WORLD = store.CELL_LEVELS[0]
_MOST_KEPT = 256
_MOST_BUCKETS = 60_000
# On the still map: so many cells across, at least.
_STILL_CELLS = 25


@dataclass(frozen=True)
class Spot:
    """A number of organisations at a place: the mean of their positions, in degrees.

    `same`: they are all at the same place. `id` and `name` are those of a single one, when told apart.
    """

    longitude: float
    latitude: float
    count: int
    same: bool = False
    id: str = ""
    name: str = ""


@dataclass(frozen=True)
class Spots:
    """Where the results are, how many have a place on the map, and how many there are in all.

    `aged` are those that have a place, but whose last confirmation is too old for the map.
    """

    spots: list[Spot]
    placed: int
    total: int
    aged: int = 0


Counts = dict[int, int]
_kept: dict[Any, Any] = {}


def _remembered(key: Any, make: Any) -> Any:
    if key not in _kept:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = make()
    return _kept[key]


def forget() -> None:
    """Answer the next questions from the index, not from memory; to measure it."""
    _kept.clear()


class _Counted:
    """One question asked of the map on one day."""

    def __init__(self, index: Opened, query: Query, day: date) -> None:
        self.index, self.day = index, day
        self.query = replace(query, page=1, size=1, sort="", near=None, facets=())
        self.until = map_grid.cutoff(day)
        self.key = (index.mark, self.query, day)
        self.plain = self.query == Query(size=1)

    def clause(self) -> Clause:
        """All that answers, off the map or not."""
        if not self.query.text:
            # No words to understand: nothing need be counted to know what answers.
            return self.index.filtered(self.query, None)
        answered = _remembered(("clause", *self.key), lambda: self.index.answered(self.query))
        clause: Clause = answered.clause
        return clause

    def tiles(self, zoom: int, tile: int) -> Clause:
        """What stands in a tile; the index names the tiles of some zooms only."""
        known = next(one for one in store.TILE_ZOOMS if one >= zoom)
        deeper = 2 * (known - zoom)
        codes = [tile_code(known, (tile << deeper) + rank) for rank in range(1 << deeper)]
        return self.index.terms("tile", codes)

    def counts(self, level: int, inside: Clause | None = None) -> Counts:
        """How many by cell of a level of the index, those off the map left out."""
        clause = self.clause()
        asked = {"cells": {"terms": {"field": f"cell{level}", "size": _MOST_BUCKETS}}}
        wanted = [(Occur.Must, clause), *([(Occur.Must, inside)] if inside else [])]
        aged = [*wanted, (Occur.Must, map_grid.off_map(self.index.schema, self.until))]
        every, off = at_once(
            lambda: self.index.searcher.aggregate(Clause.boolean_query(wanted), asked),
            lambda: self.index.searcher.aggregate(Clause.boolean_query(aged), asked),
        )
        counts = {int(one["key"]): int(one["doc_count"]) for one in every["cells"]["buckets"]}
        for one in off["cells"]["buckets"]:
            counts[int(one["key"])] = counts.get(int(one["key"]), 0) - int(one["doc_count"])
        return {cell: count for cell, count in counts.items() if count > 0}

    def world(self) -> Counts:
        """The counts of the whole world by large cells: one answer for all the tiles of the first zooms."""
        found: Counts = _remembered(("world", *self.key), lambda: self.counts(_WORLD))
        return found

    def on_map(self, inside: Clause | None = None) -> Clause:
        """What the map shows of the results."""
        wanted = [(Occur.Must, self.clause()), *([(Occur.Must, inside)] if inside else [])]
        return Clause.boolean_query(
            [*wanted, (Occur.MustNot, map_grid.off_map(self.index.schema, self.until))]
        )

    def placed_exactly(self, level: int, finer: int, inside: Clause | None = None) -> list[Spot]:
        """The cells with the mean position of the results themselves; for few results."""
        asked = {
            "cells": {
                "terms": {"field": f"cell{finer}", "size": _MOST_BUCKETS},
                "aggs": map_grid.positions(),
            }
        }
        found = self.index.searcher.aggregate(self.on_map(inside), asked)["cells"]["buckets"]
        parts: dict[int, list[tuple[int, float, float, bool]]] = {}
        for bucket in found:
            cell = int(bucket["key"]) >> 2 * (finer - level)
            parts.setdefault(cell, []).append((bucket["doc_count"], *map_grid.spot_of(bucket)))
        return [_together(one) for one in parts.values()]

    def singles(self, inside: Clause, most: int) -> list[Spot]:
        """Each by itself, those of one place together."""
        addresses = self.index.best(self.on_map(inside), most)
        searcher = self.index.searcher
        positions = zip(
            searcher.fast_field_values("longitude", addresses),
            searcher.fast_field_values("latitude", addresses),
            strict=True,
        )
        found: dict[tuple[float, float], list[Any]] = {}
        for address, (x, y) in zip(addresses, positions, strict=True):
            found.setdefault((round(x or 0.0, 4), round(y or 0.0, 4)), []).append(address)
        spots = []
        for (x, y), members in found.items():
            hit = self.index.stored(members[0]) if len(members) == 1 else {}
            name = marked(hit.get("n", ""), bool(hit.get("m")))
            spots.append(Spot(x, y, len(members), True, hit.get("id", ""), name))
        return spots


def _together(parts: list[tuple[int, float, float, bool]]) -> Spot:
    count = sum(part[0] for part in parts)
    x, y = (sum(part[0] * part[axis] for part in parts) / count for axis in (1, 2))
    return Spot(x, y, count, len(parts) == 1 and parts[0][3])


def _folded(counts: Counts, level: int, wanted: int) -> Counts:
    found: Counts = {}
    for cell, count in counts.items():
        above = cell >> 2 * (level - wanted)
        found[above] = found.get(above, 0) + count
    return found


# --- The grid kept beside the index -----------------------------------------------------------------


def _grid(index: Opened, day: date) -> map_grid.Grid | None:
    """The grid of the index, as of this day; None when it has none that holds today."""

    def load() -> map_grid.Grid | None:
        state = store.read_state()
        read = map_grid.read(store.root() / state.folder) if state else None
        if read is None:
            return None
        grid, made_on = read
        # Those that have left the map since are few, if any: with some, the index counts.
        left = map_grid.off_map(index.schema, map_grid.cutoff(day), map_grid.cutoff(made_on) + 1)
        moved = made_on > day or (made_on < day and index.count(left) > 0)
        return None if moved else grid

    return _remembered(("grid", index.mark, day), load)


def _means(grid: map_grid.Grid, zoom: int, tile: int, level: int) -> dict[int, tuple[float, float, bool]]:
    rows = map_grid.inside(grid, zoom, tile, level)
    return {
        int(cell): (float(row["x"]), float(row["y"]), bool(row["same"]))
        for cell, row in zip(map_grid.cells(rows), rows, strict=True)
    }


def _at_means(counts: Counts, means: dict[int, tuple[float, float, bool]], level: int) -> list[Spot]:
    spots = []
    for cell, count in counts.items():
        if cell in means:
            spots.append(Spot(means[cell][0], means[cell][1], count, means[cell][2]))
        else:
            spots.append(Spot(*mercator.position(*mercator.centre(level, cell)), count))
    return spots


def _at_centres(counts: Counts, finer: int, level: int) -> list[Spot]:
    """The cells of a level, each at the mean of the centres of those inside it; for a crowd."""
    parts: dict[int, list[tuple[int, float, float, bool]]] = {}
    for cell, count in counts.items():
        longitude, latitude = mercator.position(*mercator.centre(finer, cell))
        parts.setdefault(cell >> 2 * (finer - level), []).append((count, longitude, latitude, False))
    return [_together(one) for one in parts.values()]


# --- One tile -----------------------------------------------------------------------------------------


def in_tile(query: Query, zoom: int, x: int, y: int) -> list[Spot]:
    """What a tile of the map shows of the results."""
    index = search.opened()
    if index is None:
        return []
    counted = _Counted(index, query, timezone.localdate())
    tile = mercator.number_of(x, y)
    grid = _grid(index, counted.day)
    if counted.plain and grid is not None and zoom + _CELLS_IN_TILE <= map_grid.FINEST:
        rows = map_grid.inside(grid, zoom, tile, zoom + _CELLS_IN_TILE)
        if int(rows["count"].sum()) > MOST_SINGLES:
            return [
                Spot(float(row["x"]), float(row["y"]), int(row["count"]), bool(row["same"])) for row in rows
            ]
        return counted.singles(counted.tiles(zoom, tile), MOST_SINGLES) if len(rows) else []
    return _counted_tile(counted, grid, zoom, tile)


def _counted_tile(counted: _Counted, grid: map_grid.Grid | None, zoom: int, tile: int) -> list[Spot]:
    level = min(zoom + _CELLS_IN_TILE, store.CELL_LEVELS[-1])
    finer = next(one for one in store.CELL_LEVELS if one >= level)
    inside = counted.tiles(zoom, tile)
    if finer == _WORLD:
        deeper = 2 * (_WORLD - zoom)
        counts = {cell: count for cell, count in counted.world().items() if cell >> deeper == tile}
    else:
        counts = counted.counts(finer, inside)
    total = sum(counts.values())
    if not total:
        return []
    if total <= (_MOST_SINGLES_DEEPEST if zoom == DEEPEST else MOST_SINGLES):
        return counted.singles(inside, total)
    if total <= _EXACT_UP_TO:
        return counted.placed_exactly(level, finer, inside)
    if grid is None or level > map_grid.FINEST:
        return _at_centres(counts, finer, level)
    return _at_means(_folded(counts, finer, level), _means(grid, zoom, tile, level), level)


# --- The still map ------------------------------------------------------------------------------------


def spots(query: Query) -> Spots:
    """Where all the results are, for a still map: by cells that fit their extent."""
    index = search.opened()
    if index is None:
        return Spots([], 0, 0)
    counted = _Counted(index, query, timezone.localdate())
    key = ("spots", *counted.key)
    found: Spots = _remembered(key, lambda: _spots(counted))
    return found


def _spots(counted: _Counted) -> Spots:
    clause = counted.clause()
    total = counted.index.count(clause)
    world = counted.world()
    placed = sum(world.values())
    unaged = Clause.boolean_query(
        [(Occur.Must, clause), (Occur.Must, map_grid.off_map(counted.index.schema, counted.until))]
    )
    aged = counted.index.count(Clause.boolean_query([(Occur.Must, unaged), *_somewhere(counted.index)]))
    if not placed:
        return Spots([], 0, total, aged)
    level = _still_level(counted, world)
    grid = _grid(counted.index, counted.day)
    if placed <= _EXACT_UP_TO or grid is None or level > map_grid.FINEST:
        return Spots(counted.placed_exactly(level, level), placed, total, aged)
    counts = world if level == _WORLD else counted.counts(level)
    return Spots(_at_means(counts, _means(grid, 0, 0, level), level), placed, total, aged)


def _somewhere(index: Opened) -> list[tuple[Any, Clause]]:
    return index.zone((-180.0, -90.0, 180.0, 90.0))


def _still_level(counted: _Counted, world: Counts) -> int:
    """The level whose cells are small beside the extent of the results, and not too many."""
    cells, level = list(world), _WORLD
    for finer in store.CELL_LEVELS[1:-1]:
        places = [mercator.column_and_row(cell) for cell in cells]
        width, height = (
            max(one[axis] for one in places) - min(one[axis] for one in places) for axis in (0, 1)
        )
        if max(width, height) >= _STILL_CELLS:
            break
        level = finer
        cells = list(counted.counts(finer))
    return level
