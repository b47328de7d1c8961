"""DuckDB as the observatory uses it: views, files that become views, answers as rows, memory bounded."""

# ruff: noqa: S608  (names of our own tables, and values written by `literal`)
from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import duckdb

from terreau.core.errors import TerreauError
from terreau.observatory.reading import literal

_NULL = "\\N"
_SIZE = re.compile(r"\d+(\.\d+)? ?[MGT]i?B")
# How long a query runs without a word, in seconds.
_PATIENCE = 2.0


class Engine:
    """One connection, and the two folders it writes to."""

    # Whether a large query is divided by the engine itself, or had better be given in portions.
    divides_itself = False

    def __init__(
        self,
        kept: Path,
        work: Path,
        memory: str = "2GB",
        threads: int | None = None,
        tell: Callable[[float], None] = lambda percent: None,
    ) -> None:
        if not _SIZE.fullmatch(memory):
            raise TerreauError(
                "La mémoire s’écrit comme 2GB ou 700MB.",
                where=memory,
                remedy="Il en faut quelques centaines de MB.",
            )
        self.kept = kept
        self.work = work
        # Told how far a long query is, in percent; less than nothing when DuckDB does not know.
        self.tell = tell
        self._worker = ThreadPoolExecutor(max_workers=1)
        self.connection = duckdb.connect()
        self.on_this_machine(f"SET memory_limit = {literal(memory)}")
        self.on_this_machine(f"SET temp_directory = {literal(work / 'spill')}")
        self.on_this_machine("SET preserve_insertion_order = false")
        self.on_this_machine("SET enable_progress_bar = true")
        self.on_this_machine("SET enable_progress_bar_print = false")
        if threads:
            self.on_this_machine(f"SET threads = {int(threads)}")

    def close(self) -> None:
        """Let the connection go."""
        self._worker.shutdown()
        self.connection.close()

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Do it and give what it answers; an interruption stops the query at once."""
        return self.on_this_machine(sql)

    def on_this_machine(self, sql: str) -> list[tuple[Any, ...]]:
        """The same, by DuckDB, whatever makes the layers: what files tell of themselves, what is written.

        The query runs in a thread of its own: DuckDB does not hear the keyboard while it works.
        """
        asked = self._worker.submit(lambda: self.connection.execute(sql).fetchall())
        try:
            while not wait([asked], timeout=_PATIENCE).done:
                self.tell(self.connection.query_progress())
            found: list[tuple[Any, ...]] = asked.result()
        except KeyboardInterrupt:
            # More than once: said before the query has begun, it is not heard.
            while not asked.done():
                self.connection.interrupt()
                wait([asked], timeout=0.1)
            raise
        return found

    def one(self, sql: str) -> Any:
        """The single value of an answer."""
        return self.run(sql)[0][0]

    def view(self, name: str, sql: str) -> None:
        """Give a name to a query."""
        self.run(f"CREATE OR REPLACE VIEW {name} AS {sql}")

    def add(self, name: str, sql: str) -> None:
        """Put the answer of a query beside what a table holds already."""
        self.run(f"INSERT INTO {name} BY NAME {sql}")

    def hold(self, name: str, sql: str) -> None:
        """Give a name to the answer of a query, held in memory, and on the disk when memory lacks."""
        self.run(f"CREATE OR REPLACE TABLE {name} AS {sql}")

    def keep(self, name: str, sql: str, *, row_group: int = 122_880) -> None:
        """Write a query to a file of the vintage, which from then on is what bears its name."""
        self.write(name, sql, row_group)

    def write(self, name: str, sql: str, row_group: int) -> None:
        """Write a file of the vintage."""
        path = self.kept / f"{name}.parquet"
        self.on_this_machine(
            f"COPY ({sql}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {row_group})"
        )

    def table(self, name: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[object]]) -> None:
        """A small table made of Python values (None is null)."""
        path = self.work / f"{name}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow([column for column, _kind in columns])
            writer.writerows([_NULL if value is None else value for value in row] for row in rows)
        self._read_csv(name, path, columns, nullstr=_NULL)

    def mapping(self, name: str, path: str, columns: Sequence[tuple[str, str]]) -> None:
        """A mapping table, as shipped; an empty cell is null."""
        self._read_csv(name, Path(path), columns, nullstr="")

    def _read_csv(self, name: str, path: Path, columns: Sequence[tuple[str, str]], *, nullstr: str) -> None:
        schema = ", ".join(f"{literal(column)}: {literal(kind)}" for column, kind in columns)
        self.on_this_machine(
            f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_csv({literal(path)}, auto_detect = false, "
            f"header = true, delim = ',', quote = '\"', escape = '\"', nullstr = {literal(nullstr)}, "
            f"columns = {{{schema}}})"
        )
