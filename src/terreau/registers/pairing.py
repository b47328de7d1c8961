"""Which rows of a list are worth comparing: those that share a key that few share.

Keys are written by the processes that make them, and joined by DuckDB, in bounded memory: a million rows have
eight million keys.
"""

from __future__ import annotations

import atexit
import gc
import sqlite3
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import duckdb

from terreau.core.compact_json import loads
from terreau.core.forking import Task, Tell, processes_for, share
from terreau.registers.matching import NameIndex, own_number, prepare
from terreau.registers.neighbours import candidate_of_values, hashed, keyed
from terreau.registers.staging import Store
from terreau.territories.gazetteer import gazetteer

_CHUNK = 5000
_MEMORY = "256MB"
# A key, its kind (`neighbours.keyed`), the row that bears it, and the number of its own of that row, if any.
_KEY_COLUMNS = {
    **{"hash": "BIGINT", "kind": "VARCHAR", "number": "INTEGER"},
    **{"scheme": "VARCHAR", "own": "BIGINT"},
}
# Objects set aside from the collector are never freed, of which DuckDB complains on leaving, in English.
atexit.register(gc.unfreeze)


class Pairing:
    """The keys of the new rows of one comparison, and the pairs they make."""

    def __init__(self, store: Store, total: int) -> None:
        self._folder = store.folder
        self._store = store
        self._processes = processes_for(total)
        self._places = gazetteer()  # read before the processes part: they have no database

    def write_keys(self, index: NameIndex, tell: Callable[[int], None]) -> None:
        """Write the keys of all new rows, each process a share."""
        for path in self._folder.glob("keys-*.csv"):
            path.unlink()

        def task(share_index: int) -> Task:
            def run(told: Tell) -> int:
                return self._write_share(index, share_index, told)

            return run

        share([task(number) for number in range(self._processes)], lambda come: tell(sum(come)))

    def _write_share(self, index: NameIndex, share_index: int, tell: Tell) -> int:
        done = 0
        path = self._folder / f"keys-{share_index}.csv"
        with self._store.open() as work, path.open("w", encoding="ascii") as file:
            for number, values in _new_rows(work, self._processes, share_index):
                prepared = prepare(candidate_of_values(loads(values), self._places), index)
                scheme, own = own_number(prepared)
                end = f"{number},{scheme},{hashed(own) if own else 0}\n"
                file.write("".join([f"{key},{kind},{end}" for key, kind in keyed(prepared)]))
                done += 1
                if done % _CHUNK == 0:
                    tell(done)
        return done

    def _connected(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        connection.execute("SET threads = 2")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"SET temp_directory = '{_literal(self._folder / 'duckdb')}'")
        keys = _literal(self._folder / "keys-*.csv")
        kinds = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in _KEY_COLUMNS.items()) + "}"
        connection.execute(
            f"CREATE VIEW mark AS SELECT * FROM read_csv('{keys}', header = false, columns = {kinds})"  # noqa: S608
        )
        return connection

    def by_key(self) -> Iterator[tuple[int, list[int]]]:
        """Each key with the rows that bear it, in the order of the keys."""
        with self._connected() as connection:
            found = connection.execute("SELECT hash, number FROM mark ORDER BY hash, number")

            def rows() -> Iterator[tuple[int, int]]:
                while batch := found.fetchmany(_CHUNK):
                    yield from batch

            for key, bearers in groupby(rows(), key=lambda row: row[0]):
                yield key, [row[1] for row in bearers]

    def write_pairs(self, crowd: int) -> Path:
        """Write the pairs of rows that share a key borne by `crowd` rows at most: first, second, by what.

        The third column tells whether they share more than a word of their names (`1`), or only that (`0`).
        Rows that different numbers of their own tell apart are no pair, unless they share another number.
        """
        path = self._folder / "pairs.csv"
        with self._connected() as connection:
            connection.execute(
                f"""
                COPY (
                    WITH few AS (
                        SELECT hash FROM mark GROUP BY hash HAVING count(*) BETWEEN 2 AND {crowd:d}
                    ), kept AS (SELECT mark.* FROM mark JOIN few USING (hash))
                    SELECT a.number, b.number, max(CASE WHEN a.kind = 't' THEN 0 ELSE 1 END)
                    FROM kept a JOIN kept b ON a.hash = b.hash AND a.number < b.number
                    WHERE a.kind = 'i' OR a.own = 0 OR b.own = 0 OR a.scheme IS DISTINCT FROM b.scheme
                        OR a.own = b.own
                    GROUP BY 1, 2 ORDER BY 1, 2
                ) TO '{_literal(path)}' (HEADER false)
                """  # noqa: S608
            )
        return path


def _literal(path: Path) -> str:
    return str(path).replace("'", "''")


def _new_rows(work: sqlite3.Connection, processes: int, share_index: int) -> Iterator[tuple[int, str]]:
    yield from work.execute(
        "SELECT f.number, r.vals FROM fate f JOIN row r ON r.number = f.number "
        "WHERE f.outcome = 'new' AND f.number / 1000 % ? = ? ORDER BY f.number",
        (processes, share_index),
    )
