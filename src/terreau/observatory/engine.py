"""DuckDB as the observatory uses it: views, files that become views, answers as rows, memory bounded."""

# ruff: noqa: S608  (names of our own tables, and values written by `literal`)
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray

from terreau.core.errors import TerreauError
from terreau.observatory.reading import literal

_SIZE = re.compile(r"\d+(\.\d+)? ?[MGT]i?B")
# How long a query runs without a word, in seconds.
_PATIENCE = 2.0


class Group(NamedTuple):
    """A column in a group of rows of a Parquet file: its type, its extremes when told, how many rows."""

    kind: str
    least: str | None
    most: str | None
    rows: int


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
        if threads is not None and threads < 1:
            raise TerreauError(
                "Il faut au moins un processeur.",
                where=f"{threads}",
                remedy="Sans «\u00a0--threads\u00a0», tous servent.",
            )
        self.kept = kept
        self.work = work
        # Told how far a long query is, in percent; less than nothing when DuckDB does not know.
        self.tell = tell
        self._footers: dict[Path, dict[str, list[Group]]] = {}
        self._worker = ThreadPoolExecutor(max_workers=1)
        self.connection = duckdb.connect()
        self.on_this_machine(f"SET memory_limit = {literal(memory)}")
        self.on_this_machine(f"SET temp_directory = {literal(work / 'spill')}")
        self.on_this_machine("SET preserve_insertion_order = false")
        # Each query asks the same files for the same footers.
        self.on_this_machine("SET parquet_metadata_cache = true")
        # What Python gives is of the type its column says, not of that of its first values.
        self.on_this_machine("SET pandas_analyze_sample = 0")
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

    def footer(self, path: Path, column: str) -> list[Group]:
        """What a Parquet file tells at its foot of a column, in each group of rows; each is read once."""
        if path not in self._footers:
            by_column: dict[str, list[Group]] = defaultdict(list)
            for name, *told in self.on_this_machine(
                "SELECT path_in_schema, type, stats_min_value, stats_max_value, row_group_num_rows "
                f"FROM parquet_metadata({literal(path)})"
            ):
                by_column[name].append(Group(*told))
            self._footers[path] = by_column
        return self._footers[path].get(column, [])

    def view(self, name: str, sql: str) -> None:
        """Give a name to a query."""
        self.run(f"CREATE OR REPLACE VIEW {name} AS {sql}")

    def add(self, name: str, sql: str) -> None:
        """Put the answer of a query beside what a table holds already."""
        self.run(f"INSERT INTO {name} BY NAME {sql}")

    def hold(self, name: str, sql: str) -> None:
        """Give a name to the answer of a query, held in memory, and on the disk when memory lacks."""
        self.run(f"CREATE OR REPLACE TABLE {name} AS {sql}")

    def stage(self, name: str, sql: str) -> None:
        """Hold what texts say, read by DuckDB whatever makes the layers: a date, a number, in one way."""
        self.hold(name, sql)

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
        """A small table made of Python values: texts and numbers, as their columns say (None is null)."""
        values = list(zip(*rows, strict=True)) or [()] * len(columns)
        self.columns(name, [(*column, given) for column, given in zip(columns, values, strict=True)])

    def columns(self, name: str, columns: Sequence[tuple[str, str, Sequence[object]]]) -> None:
        """The same, from the values of each column: its name, its type, what is in it."""
        told = {column: _array(values, kind) for column, kind, values in columns}
        typed = ", ".join(f"CAST({column} AS {kind}) AS {column}" for column, kind, _values in columns)
        self.connection.register("given", told)
        try:
            self.on_this_machine(f"CREATE OR REPLACE TABLE {name} AS SELECT {typed} FROM given")
        finally:
            self.connection.unregister("given")

    def mapping(self, name: str, path: str, columns: Sequence[tuple[str, str]]) -> None:
        """A mapping table, as shipped; an empty cell is null."""
        schema = ", ".join(f"{literal(column)}: {literal(kind)}" for column, kind in columns)
        self.on_this_machine(
            f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_csv({literal(path)}, auto_detect = false, "
            f"header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', columns = {{{schema}}})"
        )


def _array(values: Sequence[object], kind: str) -> NDArray[Any]:
    """What DuckDB reads without a text in between: whole numbers when none is missing, else what is there."""
    if kind.endswith("INT") or kind == "INTEGER":
        with suppress(TypeError):
            return np.array(values, dtype=np.int64)
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found
