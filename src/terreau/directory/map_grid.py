"""How many organisations stand in each cell of the map, at each size of cells: counted once, then read.

The grid stands beside the index, in its folder, and follows it: made whole when the index is, then, for what
changed, only in the tiles touched. It holds what the map shows without any filter: not those that have
ceased, nor those whose last confirmation is older than the map bears (`freshness`) on the day it was made.

One row per cell that holds something, sorted by level, then along the curve of `core.mercator`: the cells of
a tile follow one another, and are found by bisection. Processes share it, since it is read where it lies.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from terreau.directory import freshness
from terreau.directory.enums import Status
from terreau.directory.index_documents import tile_code

FINEST = 14
CELL = f"cell{FINEST}"
# Tiles by which the grid is made and mended: with cells of level 14, at most 1,024 in each.
_ZOOM = 9
_SHIFT = 32
_MOST_BUCKETS = 60_000
# As near as this, in degrees, is the same place.
_SAME = 2e-4
ROW = np.dtype([("key", "i8"), ("count", "i8"), ("x", "f8"), ("y", "f8"), ("same", "?")])
_UNDER_WAY = "map-grid.under-way"
Grid = Any


def cutoff(day: date) -> int:
    """The ordinal of the last day of confirmation with which a sheet is off the map."""
    return freshness.months_before(day, freshness.LEAVES_MAP_AFTER_MONTHS).toordinal()


def off_map(schema: tantivy.Schema, until: int, since: int = 1) -> Clause:
    """Those last confirmed between these days; those never confirmed are not among them."""
    unsigned = tantivy.FieldType.Unsigned
    return Clause.const_score_query(Clause.range_query(schema, "recent", unsigned, since, until), 0.0)


def _shown(schema: tantivy.Schema, tile: str, until: int) -> Clause:
    return Clause.boolean_query(
        [
            (Occur.Must, Clause.const_score_query(Clause.term_query(schema, "tile", tile), 0.0)),
            (Occur.MustNot, Clause.term_query(schema, "status", Status.CEASED.value)),
            (Occur.MustNot, off_map(schema, until)),
        ]
    )


def positions() -> dict[str, Any]:
    """What is asked of a cell besides its number: the mean position, and whether all are in one place."""
    return {
        f"{end}_{axis}": {end: {"field": name}}
        for axis, name in (("x", "longitude"), ("y", "latitude"))
        for end in ("avg", "min", "max")
    }


def spot_of(bucket: dict[str, Any]) -> tuple[float, float, bool]:
    """The mean longitude and latitude of a bucket, and whether all are in one place."""
    ends = {name: bucket[name]["value"] for name in positions()}
    same = max(ends["max_x"] - ends["min_x"], ends["max_y"] - ends["min_y"]) <= _SAME
    return ends["avg_x"], ends["avg_y"], same


def tiles_of(schema: tantivy.Schema, searcher: tantivy.Searcher) -> set[int]:
    """The tiles of the whole index, at the zoom by which it is counted."""
    prefix = tile_code(_ZOOM, 0)[:-1]
    return {int(term[len(prefix) :], 16) for term, _count in searcher.terms_with_prefix("tile", prefix)}


def tile_of_cell(cell: Any) -> Any:
    """The tile of the grid that holds a cell of its finest level."""
    return cell >> 2 * (FINEST - _ZOOM)


def _count_tile(schema: Any, searcher: Any, tile: int, until: int) -> list[tuple[Any, ...]]:
    asked = {"cells": {"terms": {"field": CELL, "size": _MOST_BUCKETS}, "aggs": positions()}}
    found = searcher.aggregate(_shown(schema, tile_code(_ZOOM, tile), until), asked)["cells"]["buckets"]
    first = FINEST << _SHIFT
    return [(first | int(bucket["key"]), bucket["doc_count"], *spot_of(bucket)) for bucket in found]


def count(index: tantivy.Index, day: date, tiles: Iterable[int] | None = None) -> Grid:
    """The cells of the finest level, of these tiles or of all, as the index now stands."""
    schema, searcher = index.schema, index.searcher()
    until = cutoff(day)
    wanted = tiles_of(schema, searcher) if tiles is None else tiles
    rows = [row for tile in wanted for row in _count_tile(schema, searcher, tile, until)]
    return np.sort(np.array(rows, dtype=ROW), order="key")


def folded(finest: Grid) -> Grid:
    """All the levels, from the finest."""
    levels, below = [finest], finest
    for level in range(FINEST - 1, -1, -1):
        keys = level << _SHIFT | ((below["key"] & ((1 << _SHIFT) - 1)) >> 2)
        unique, starts, members = np.unique(keys, return_index=True, return_counts=True)
        made = np.zeros(len(unique), dtype=ROW)
        made["key"] = unique
        if len(unique):
            made["count"] = np.add.reduceat(below["count"], starts)
            for axis in "xy":
                made[axis] = np.add.reduceat(below[axis] * below["count"], starts) / made["count"]
            made["same"] = (members == 1) & below["same"][starts]
        levels.append(made)
        below = made
    return np.concatenate(levels[::-1])


def level_of(grid: Grid, level: int) -> Grid:
    """The rows of one level."""
    return _between(grid, level << _SHIFT, (level + 1) << _SHIFT)


def inside(grid: Grid, zoom: int, tile: int, level: int) -> Grid:
    """The cells of a level inside a tile."""
    deeper = 2 * (level - zoom)
    first = level << _SHIFT | tile << deeper
    return _between(grid, first, first + (1 << deeper))


def cells(rows: Grid) -> Any:
    """The numbers of the cells of these rows."""
    return rows["key"] & ((1 << _SHIFT) - 1)


def _between(grid: Grid, first: int, after: int) -> Grid:
    low, high = np.searchsorted(grid["key"], (first, after))
    return grid[low:high]


# --- Kept beside the index --------------------------------------------------------------------------


def _path(folder: Path) -> Path:
    return folder / "map-grid.npy"


def begin(folder: Path) -> bool:
    """Say that the index is about to be committed; gives whether the grid held what was there before.

    Killed between the commit and the grid, nobody would know which tiles changed: the next counts all.
    """
    mark = folder / _UNDER_WAY
    if mark.exists():
        return False
    mark.touch()
    return True


def write(folder: Path, index: tantivy.Index, day: date, touched: set[int] | None = None) -> None:
    """Keep the grid of an index that was just committed; only these tiles changed when they are given."""
    former = read(folder) if touched is not None else None
    if former is not None and former[1] == day:
        finest = level_of(former[0], FINEST)
        kept = finest[~np.isin(tile_of_cell(cells(finest)), list(touched or ()))]
        finest = np.sort(np.concatenate([kept, count(index, day, touched)]), order="key")
    else:
        finest = count(index, day)
    # The day the grid was made stands in its first row, under a key that no cell has.
    first = np.zeros(1, dtype=ROW)
    first["key"], first["count"] = -1, day.toordinal()
    draft = _path(folder).with_suffix(f".{os.getpid()}.npy")
    np.save(draft, np.concatenate([first, folded(finest)]))
    draft.replace(_path(folder))
    (folder / _UNDER_WAY).unlink(missing_ok=True)


def read(folder: Path) -> tuple[Grid, date] | None:
    """The grid kept beside an index and the day it was made; None when there is none."""
    try:
        grid = np.load(_path(folder), mmap_mode="r")
    except (FileNotFoundError, ValueError, EOFError):
        return None
    if not len(grid) or grid.dtype != ROW or grid["key"][0] != -1:
        return None
    return grid, date.fromordinal(int(grid["count"][0]))
