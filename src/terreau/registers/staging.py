"""Where the rows of a list wait between their reading and their writing: scratch files beside the list.

Measured on 2 cores, the database is no place for this (ADR 0006): a million rows written there twice, once to
wait and once for good, hold its lock and double its size. The rows wait in SQLite files of their own, without
journal, one for each process that reads; a cut leaves them without their end mark, and they are made anew.
Nothing in them is precious: the list itself is kept.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from terreau.core.compact_json import dumps, loads
from terreau.registers.row_reading import Reading

BATCH = 5000
READ, REJECTED, WAITING, KNOWN = 0, 1, 2, 3
_REMARK_EXAMPLES = 3
_SCHEMA = """
CREATE TABLE row (
    number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, ref TEXT NOT NULL, digest BLOB, stated TEXT,
    vals TEXT, name TEXT
);
CREATE TABLE sheet (
    number INTEGER PRIMARY KEY, name TEXT, name_folded TEXT, short_name TEXT, description TEXT,
    country_code TEXT, legal_form TEXT, family TEXT, nature TEXT, sectors TEXT, issues TEXT, filieres TEXT,
    territory INTEGER, precision TEXT, longitude REAL, latitude REAL, shown TEXT, status TEXT
);
CREATE TABLE extra (number INTEGER PRIMARY KEY, raw TEXT, reason TEXT, asks TEXT);
CREATE TABLE piece (
    number INTEGER PRIMARY KEY, ref TEXT, digest BLOB, stated TEXT, vals TEXT, raw TEXT, asks TEXT
);
CREATE TABLE remark (place TEXT, problem TEXT, count INTEGER, examples TEXT);
CREATE TABLE done (rows INTEGER, pieces INTEGER);
"""
SHEET_COLUMNS = (
    *("name", "name_folded", "short_name", "description", "country_code", "legal_form", "family", "nature"),
    *("sectors", "issues", "filieres", "territory", "precision", "longitude", "latitude", "shown", "status"),
)


_INSERT_SHEET = f"INSERT INTO sheet VALUES ({','.join('?' * (1 + len(SHEET_COLUMNS)))})"  # noqa: S608


class Part:
    """The scratch file of one reading process: rows are added by the batch."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.executescript(
            "PRAGMA page_size=8192; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; "
            "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-32000;"
        )
        self.connection.executescript(_SCHEMA)
        self._rows: list[tuple[Any, ...]] = []
        self._sheets: list[tuple[Any, ...]] = []
        self._extras: list[tuple[Any, ...]] = []
        self._pieces: list[tuple[Any, ...]] = []
        self._remarks: Counter[tuple[str, str]] = Counter()
        self._examples: dict[tuple[str, str], list[str]] = {}
        self.read = 0

    def add_known(self, number: int, digest: bytes) -> None:
        """A row whose digest the source already has: it was not read again."""
        self._rows.append((number, KNOWN, "", digest, "", None, None))

    def add(
        self, reading: Reading, digest: bytes, raw: Mapping[str, str], sheet: tuple[Any, ...] | None
    ) -> None:
        """A row that was read, with the sheet it would make on its own."""
        kind = REJECTED if reading.reason else WAITING if reading.asks else READ
        values = reading.values
        name = str(values.get("name", ""))
        self._rows.append((reading.number, kind, reading.ref, digest, reading.stated_on, dumps(values), name))
        if kind != READ:
            self._extras.append((reading.number, dumps(dict(raw)), reading.reason, asks_to_json(reading)))
        if sheet is not None:
            self._sheets.append((reading.number, *sheet))
        self._count_remarks(reading)

    def add_piece(self, reading: Reading, digest: bytes, raw: Mapping[str, str]) -> None:
        """A row that speaks of an organisation together with others; `grouping` puts them together."""
        if reading.reason or not reading.ref:
            self.add(reading, digest, raw, None)
            return
        asks = asks_to_json(reading)
        self._pieces.append(
            (
                *(reading.number, reading.ref, digest, reading.stated_on, dumps(reading.values)),
                *(dumps(dict(raw)) if asks else "", asks),
            )
        )
        self._count_remarks(reading)

    def _count_remarks(self, reading: Reading) -> None:
        for column, problem, raw in reading.remarks:
            key = (column, problem)
            self._remarks[key] += 1
            examples = self._examples.setdefault(key, [])
            if len(examples) < _REMARK_EXAMPLES and raw not in examples:
                examples.append(raw)

    def flush(self) -> None:
        """Write the batch."""
        run = self.connection.executemany
        self.connection.execute("BEGIN")
        run("INSERT INTO row VALUES (?,?,?,?,?,?,?)", self._rows)
        run(_INSERT_SHEET, self._sheets)
        run("INSERT INTO extra VALUES (?,?,?,?)", self._extras)
        run("INSERT INTO piece VALUES (?,?,?,?,?,?,?)", self._pieces)
        self.connection.execute("COMMIT")
        for batch in (self._rows, self._sheets, self._extras, self._pieces):
            batch.clear()

    def finish(self, read: int) -> None:
        """Write what is left and the end mark."""
        self.flush()
        self.connection.executemany(
            "INSERT INTO remark VALUES (?,?,?,?)",
            [(*key, count, dumps(self._examples[key])) for key, count in self._remarks.items()],
        )
        pieces = self.connection.execute("SELECT count(*) FROM piece").fetchone()[0]
        self.connection.execute("INSERT INTO done VALUES (?,?)", (read, pieces))
        self.connection.close()


def attached(connection: sqlite3.Connection) -> list[str]:
    """The parts that a connection of `Store.open` has at hand, each a schema of its own."""
    names = [row[1] for row in connection.execute("PRAGMA database_list")]
    return [name for name in names if name not in ("main", "temp")]


def asks_to_json(reading: Reading) -> str:
    """The questions of a row, as they wait."""
    if not reading.asks:
        return ""
    return dumps(
        [{"kind": a.kind, "text": a.text, "key": a.key, "candidates": a.candidates} for a in reading.asks]
    )


class Store:
    """The scratch files of one import, seen as one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def part_path(self, index: int) -> Path:
        """The file of one reading process."""
        return self.folder / f"part-{index}.sqlite3"

    def parts(self) -> list[Path]:
        """The files there are."""
        return sorted(self.folder.glob("part-*.sqlite3"))

    def clear(self) -> None:
        """Delete what was staged; the list itself is not touched."""
        for pattern in ("*.sqlite3*", "*.csv"):
            for path in self.folder.glob(pattern):
                path.unlink(missing_ok=True)
        shutil.rmtree(self.folder / "duckdb", ignore_errors=True)

    def is_whole(self, mark: str) -> bool:
        """Whether all parts were read to their end, by the mapping that `mark` names."""
        try:
            told = (self.folder / "staged").read_text("utf-8")
        except FileNotFoundError:
            return False
        return told == mark and bool(self.parts())

    def mark_whole(self, mark: str) -> None:
        """Say that the reading is complete."""
        draft = self.folder / "staged.tmp"
        draft.write_text(mark, "utf-8")
        draft.replace(self.folder / "staged")

    def unmark(self) -> None:
        """Say that the reading is to be done."""
        (self.folder / "staged").unlink(missing_ok=True)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """One connection over all parts: views `row`, `sheet`, `extra`, and room for `work` tables."""
        connection = sqlite3.connect(self.folder / "work.sqlite3", isolation_level=None)
        try:
            connection.executescript(
                "PRAGMA page_size=8192; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; "
                "PRAGMA cache_size=-64000; PRAGMA temp_store=FILE;"
            )
            names = []
            for index, path in enumerate(self.parts()):
                connection.execute(f"ATTACH DATABASE :path AS p{index}", {"path": str(path)})
                names.append(f"p{index}")
            for table in ("row", "sheet", "extra", "remark", "done", "piece"):
                union = " UNION ALL ".join(f"SELECT * FROM {name}.{table}" for name in names)  # noqa: S608
                connection.execute(f"CREATE TEMP VIEW {table} AS {union}")
            yield connection
        finally:
            connection.close()

    def messages(self, connection: sqlite3.Connection) -> list[str]:
        """What could not be used, in French, the most frequent first."""
        found = connection.execute(
            "SELECT place, problem, sum(count), group_concat(examples, char(10)) FROM remark "
            "GROUP BY place, problem ORDER BY 3 DESC, 1, 2 LIMIT 100"
        ).fetchall()
        told = []
        for column, problem, count, examples in found:
            values = [value for line in examples.split("\n") for value in loads(line)]
            shown = ", ".join(_quoted(value) for value in dict.fromkeys(values[:_REMARK_EXAMPLES]))
            told.append(f"{column}\u00a0: {count}\u00a0× {problem} ({shown}).")
        return told


def _quoted(value: str) -> str:
    """A value as it was written; a sentence about one stands by itself."""
    return value.rstrip(".") if value.startswith("«") else f"«\u00a0{value}\u00a0»"
