"""A transaction that writes much, and what SQLite must be told for it. PostgreSQL needs none of it."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Kilobytes. Entries of an index fall anywhere in it, and reading them again costs.
_USUAL_CACHE, _LARGE_CACHE = 20_000, 200_000
_USUAL_CHECKPOINT = 1000
# Below so many rows, a process of its own costs more than it gains.
_APART_FROM = 100_000
_CARRY_OVER = """
import sqlite3, sys
sqlite3.connect(sys.argv[1], timeout=60).execute("PRAGMA wal_checkpoint(PASSIVE)")
"""


@contextmanager
def large_write(rows: int) -> Iterator[None]:
    """One transaction that will write about so many rows.

    SQLite's log of such a transaction is as long as what it wrote, and is carried over into the database when
    it commits: ten seconds for a million rows, during which nothing else is done. Another process does that,
    while this one goes on to the search index. Were it to die, the next commit would carry the log over.
    """
    if connection.vendor != "sqlite":
        with transaction.atomic():
            yield
        return
    apart: list[subprocess.Popen[bytes]] = []

    def carry_over() -> None:
        path = str(connection.settings_dict["NAME"])
        apart.append(subprocess.Popen([sys.executable, "-S", "-c", _CARRY_OVER, path]))

    # What an import makes is freed as it goes: looking for cycles in it, again and again, finds none.
    collecting = gc.isenabled()
    gc.disable()
    _set(cache_size=-_LARGE_CACHE, wal_autocheckpoint=0 if rows >= _APART_FROM else _USUAL_CHECKPOINT)
    try:
        with transaction.atomic():
            if rows >= _APART_FROM:
                transaction.on_commit(carry_over, robust=True)
            yield
    finally:
        if collecting:
            gc.enable()
        _set(cache_size=-_USUAL_CACHE, wal_autocheckpoint=_USUAL_CHECKPOINT)
        for process in apart:
            process.wait()


def _set(**pragmas: int) -> None:
    with connection.cursor() as cursor:
        for name, value in pragmas.items():
            cursor.execute(f"PRAGMA {name} = {value:d}")
