"""Where to cut a register that is in the order of its units, so that each portion is joined in little memory.

The files of Sirene are, which the extremes of each group of rows of a Parquet file tell. A file that is in no
order is read whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from terreau.observatory.engine import Engine
from terreau.observatory.reading import literal

# What is joined at once: large enough to keep the processors busy, small enough to stay close to them.
_ROWS: Final = 2_000_000
# Portions share some groups of rows, each read anew: beyond this, cutting costs more than it gives.
_READ_AGAIN: Final = 1.3


def cuts(engine: Engine, paths: Iterable[Path], column: str) -> list[str]:
    """The values that part the last file in portions; none when one of the files is in no order.

    Args:
        engine: where the files are read.
        paths: Parquet files with the same column; the portions are of as many rows of the last.
        column: what the files are in the order of.
    """
    groups: list[tuple[str, str, int]] = []
    every = [_groups(engine, path, column) for path in paths]
    groups = every[-1]
    found: list[str] = []
    rows = 0
    for low, _high, count in sorted(groups):
        if rows >= _ROWS:
            found.append(low)
            rows = 0
        rows += count
    if any(not ordered or _read(ordered, found) > _READ_AGAIN for ordered in every):
        return []
    return found


def _groups(engine: Engine, path: Path, column: str) -> list[tuple[str, str, int]]:
    """The extremes and the number of rows of each group of rows; nothing when one does not tell them."""
    found = [group for group in engine.footer(path, column) if group.kind == "BYTE_ARRAY"]
    if any(group.least is None or group.most is None for group in found):
        return []
    return [(str(group.least), str(group.most), group.rows) for group in found]


def _read(groups: list[tuple[str, str, int]], cut: list[str]) -> float:
    """How many times a row is read, on average: a portion reads each group that may hold some of it."""
    times = sum(count * (1 + sum(low < value <= high for value in cut)) for low, high, count in groups)
    return times / max(1, sum(count for _low, _high, count in groups))


def between(column: str, low: str | None, high: str | None) -> str:
    """The rows of a portion, as a condition; what has no value is of the last."""
    conditions = []
    if low is not None:
        conditions.append(f"{column} >= {literal(low)}")
    if high is not None:
        conditions.append(f"{column} < {literal(high)}")
        return " AND ".join(conditions)
    return f"({' AND '.join([*conditions, 'TRUE'])}) OR {column} IS NULL"
