"""One import of a source at a time: a lock that the system takes back when its holder dies.

On SQLite, a lock on a file of the home, never removed since its name is used again. On PostgreSQL, where
imports may run on several machines, an advisory lock of the database, on a connection of its own.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


class HeldError(Exception):
    """Another process holds the lock."""


@contextmanager
def held(name: str) -> Iterator[None]:
    """Hold the lock of this name for the time of the block.

    Raises:
        HeldError: at once, when another holds it.
    """
    with _file(name) if connection.vendor == "sqlite" else _advisory(name):
        yield


def is_held(name: str) -> bool:
    """Whether a living process holds the lock of this name."""
    try:
        with held(name):
            return False
    except HeldError:
        return True


@contextmanager
def _file(name: str) -> Iterator[None]:
    with (Path(settings.HOME.locks) / f"{name}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HeldError(name) from None
        yield


@contextmanager
def _advisory(name: str) -> Iterator[None]:
    digest = hashlib.blake2b(f"terreau {name}".encode(), digest_size=8).digest()
    key = int.from_bytes(digest, "big", signed=True)
    beside = connection.copy()
    try:
        with beside.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            if not cursor.fetchone()[0]:
                raise HeldError(name)
        try:
            yield
        finally:
            # Given back by words: the server may take a moment to see that a connection was closed.
            with beside.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
    finally:
        beside.close()
