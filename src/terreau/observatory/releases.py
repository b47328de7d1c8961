"""What has been published of confidential measures, month after month: what anyone is taken to know.

One file a month, beside the vintages, whatever becomes of them: a vintage built anew does not take back what
the former one told. It holds what was published, and which cells were masked; never what was masked.
"""

# ruff: noqa: S608  (values written by `literal`)
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from terreau.core.errors import TerreauError
from terreau.core.files import write_atomically
from terreau.observatory.reading import literal

# The code of a total, over families or sections.
ALL: Final = "*"
FOLDER: Final = ".published"
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Former:
    """What was published of a measure: territory, family and section of each cell.

    `told` are the values published of this month, and `masked` the cells of it that were not;
    `told_before` and `masked_before`, those of the last month published before it.
    """

    told: dict[Key, float] = field(default_factory=dict)
    masked: frozenset[Key] = frozenset()
    told_before: dict[Key, float] = field(default_factory=dict)
    masked_before: frozenset[Key] = frozenset()


class _Row(NamedTuple):
    """A cell of a former release: no value where it was masked."""

    key: Key
    shape: str
    value: float | None


def former(root: Path, vintage: str, measure: str, shape: str) -> Former:
    """What was published of a measure up to a month.

    Args:
        root: where vintages are.
        vintage: the month.
        measure: its name.
        shape: how its tables are cut; two ways for one month would tell each other's secrets.

    Raises:
        TerreauError: this month was published cut in another way.
    """
    rows = _rows(_path(root, vintage), measure)
    for row in rows:
        if row.shape != shape:
            raise TerreauError(
                "Ce mois a déjà été publié avec un autre découpage (périmètre, nomenclature ou "
                "territoires)\u00a0: les deux ensemble découvriraient ce que chacun masque.",
                where=vintage,
                remedy="Gardez le découpage déjà publié.",
            )
    earlier = sorted(path for path in (root / FOLDER).glob("*.parquet") if path.stem < vintage)
    return Former(*_parted(rows), *_parted(_rows(earlier[-1], measure) if earlier else ()))


def _parted(rows: Iterable[_Row]) -> tuple[dict[Key, float], frozenset[Key]]:
    """What was published, and what was masked."""
    told = {row.key: row.value for row in rows if row.value is not None}
    return told, frozenset(row.key for row in rows if row.value is None)


def record(root: Path, vintage: str, shape: str, released: Path) -> None:
    """Add a protected table to what has been published of a month; whole or not at all.

    Done before the table is served: what stops in between leaves more said to be known than is, never less.
    """
    path = _path(root, vintage)
    draft = released.with_name(f".{released.name}.published")
    parts = [
        f"""SELECT measure, territory, family, section, status = 'published' AS told, value,
            {literal(shape)} AS shape FROM read_parquet({literal(released)})"""
    ]
    if path.is_file():
        parts.append(f"SELECT * FROM read_parquet({literal(path)})")
    connection = duckdb.connect()
    try:
        connection.execute(
            f"COPY (SELECT DISTINCT * FROM ({' UNION ALL BY NAME '.join(parts)}) ORDER BY ALL) "
            f"TO {literal(draft)} (FORMAT parquet, COMPRESSION zstd)"
        )
    finally:
        connection.close()
    write_atomically(path, draft.read_bytes())
    draft.unlink()


def _path(root: Path, vintage: str) -> Path:
    return root / FOLDER / f"{vintage}.parquet"


def _rows(path: Path, measure: str) -> list[_Row]:
    if not path.is_file():
        return []
    connection = duckdb.connect()
    try:
        found = connection.execute(
            "SELECT territory, family, section, shape, CASE WHEN told THEN value END "
            f"FROM read_parquet({literal(path)}) "
            f"WHERE measure = {literal(measure)}"
        ).fetchall()
    finally:
        connection.close()
    return [_Row((row[0], row[1], row[2]), *row[3:]) for row in found]
