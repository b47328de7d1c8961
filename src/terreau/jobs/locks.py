"""How one knows that a worker lives: it holds a lock that the system takes back when it dies.

On SQLite, a lock on a file of the home. On PostgreSQL, where workers may run on several machines,
an advisory lock of the database held by a connection of its own. Neither needs a clock, and neither
takes a worker that is merely slow for a dead one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import socket
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError, connection


class WorkerLock(Protocol):
    """Held by a worker from its first breath to its last."""

    def is_held(self) -> bool:
        """Whether the lock is still ours (a connection may have been cut)."""
        ...

    def release(self) -> None:
        """Give it back, at an orderly end."""
        ...


def new_worker_id() -> str:
    """An identifier that no other worker has or had."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(6)}"


def hold(worker_id: str) -> WorkerLock:
    """Take the lock of this worker."""
    return _FileLock(worker_id) if connection.vendor == "sqlite" else _AdvisoryLock(worker_id)


def is_alive(worker_id: str) -> bool:
    """Whether the worker with this identifier holds its lock."""
    return _file_is_held(_path(worker_id)) if connection.vendor == "sqlite" else _key_is_held(worker_id)


def sweep() -> None:
    """Remove the lock files of workers that died."""
    for path in _folder().glob("worker-*.lock"):
        _file_is_held(path)


def any_alive() -> bool:
    """Whether a worker works on this home (on PostgreSQL, those of other machines are not seen)."""
    return any(_file_is_held(path) for path in _folder().glob("worker-*.lock"))


def _folder() -> Path:
    return Path(settings.HOME.locks)


def _path(worker_id: str) -> Path:
    return _folder() / f"worker-{worker_id}.lock"


class _FileLock:
    def __init__(self, worker_id: str) -> None:
        self.path = _path(worker_id)
        self.file = self.path.open("w")
        fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def is_held(self) -> bool:
        return True

    def release(self) -> None:
        self.path.unlink(missing_ok=True)
        self.file.close()


def _file_is_held(path: Path) -> bool:
    """Whether a living process holds the file; the file of a dead one is removed."""
    try:
        with path.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Nobody can take it between these lines: an identifier is never used twice.
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _key(worker_id: str) -> int:
    digest = hashlib.blake2b(f"terreau worker {worker_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


class _AdvisoryLock:
    def __init__(self, worker_id: str) -> None:
        # The file too: a restoration on this machine looks for it.
        self.file = _FileLock(worker_id)
        self.beside = connection.copy()
        with self.beside.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_key(worker_id)])

    def is_held(self) -> bool:
        try:
            with self.beside.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            return False
        return True

    def release(self) -> None:
        self.beside.close()
        self.file.release()


def _key_is_held(worker_id: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_key(worker_id)])
        taken = bool(cursor.fetchone()[0])
        if taken:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_key(worker_id)])
    return not taken
