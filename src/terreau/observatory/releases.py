"""What has been published of confidential measures, month after month: what anyone is taken to know.

One file a month, beside the vintages, whatever becomes of them: a vintage built anew does not take back what
the former one told. It holds what was published, and which cells were masked; never what was masked.
"""

# ruff: noqa: S608  (values written by `literal`)
from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

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

    `told` are the values published of this month, and `masked` the cells of it that were; `month_before`,
    those masked in the last month before it.
    """

    told: dict[Key, float] = field(default_factory=dict)
    masked: frozenset[Key] = frozenset()
    month_before: frozenset[Key] = frozenset()


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
    told: dict[Key, float] = {}
    masked: set[Key] = set()
    for key, known, was, value in _rows(_path(root, vintage), measure):
        if was != shape:
            raise TerreauError(
                "Ce mois a déjà été publié avec un autre découpage (périmètre, nomenclature ou "
                "territoires)\u00a0: les deux ensemble découvriraient ce que chacun masque.",
                where=vintage,
                remedy="Gardez le découpage déjà publié.",
            )
        if known:
            told[key] = value
        else:
            masked.add(key)
    earlier = sorted(path for path in (root / FOLDER).glob("*.parquet") if path.stem < vintage)
    before = {key for key, known, _was, _value in _rows(earlier[-1], measure) if not known} if earlier else ()
    return Former(told, frozenset(masked), frozenset(before))


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


def _rows(path: Path, measure: str) -> list[tuple[Key, bool, str, float]]:
    if not path.is_file():
        return []
    connection = duckdb.connect()
    try:
        found = connection.execute(
            f"SELECT territory, family, section, told, shape, value FROM read_parquet({literal(path)}) "
            f"WHERE measure = {literal(measure)}"
        ).fetchall()
    finally:
        connection.close()
    return [((row[0], row[1], row[2]), row[3], row[4], row[5]) for row in found]
