"""How often one visitor may ask for something, counted for all the processes of the machine.

The counters live in a small file mapped in memory: no page that is only read waits for the database,
which an import may hold for minutes. Where an instance runs on several machines, each counts its own.

A sliding window: what was counted in the window before weighs in for the part of it that is still less
than a window old. A key whose cell is taken looks a few cells further, and in a full neighbourhood takes
the cell that counted least.

What was counted while the clock of the machine was ahead counts no more once it is set right: it would
refuse until that moment comes.
"""

from __future__ import annotations

import fcntl
import hashlib
import math
import mmap
import os
import struct
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

CELLS = 1 << 16
PROBES = 8
_CELL = struct.Struct("<QIII")  # fingerprint, window, count in it, count in the one before
_EMPTY = 0
# The clock itself is not exact to the millionth of a second.
_ROUNDING = 0.01
# Of two processes, the one that comes first may have read the clock last.
_MOMENT = 60


@dataclass(frozen=True)
class Limit:
    """So many times within so many seconds."""

    times: int
    seconds: int


class Counters:
    """The counters of one file, shared by threads and processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        size = CELLS * _CELL.size
        if os.fstat(self._fd).st_size > size:
            os.ftruncate(self._fd, size)
        try:
            # Its room is taken at once: the system kills a process that writes in memory what a full disk
            # cannot hold, and with it all the pages that are only read.
            os.posix_fallocate(self._fd, 0, size)
            self._map = mmap.mmap(self._fd, size)
        except OSError:
            # Counted by this process alone, until it starts again.
            self._map = mmap.mmap(-1, size)
        self._threads = threading.Lock()

    def take(self, key: str, limit: Limit, now: float, *, counting: bool = True) -> int:
        """Count one more, unless that would pass the limit.

        Args:
            key: what is counted, such as `search:203.0.113.4`; only its hash is kept.
            limit: how often it may be.
            now: seconds since the epoch.
            counting: False to ask only whether one more may be.

        Returns:
            0 when it may be; otherwise the seconds to wait, at least 1, and nothing is counted.
        """
        digest = hashlib.blake2b(f"{limit.times}/{limit.seconds} {key}".encode(), digest_size=16).digest()
        fingerprint = int.from_bytes(digest[:8], "little") or 1
        first = int.from_bytes(digest[8:], "little") % CELLS
        window = int(now // limit.seconds)
        with self._threads, _Exclusive(self._fd):
            place = self._place(first, fingerprint)
            found, then, count, before = _CELL.unpack_from(self._map, place)
            told_ahead = then * limit.seconds - now > _MOMENT
            if found != fingerprint or then < window - 1 or told_ahead:
                count = before = 0
            elif then == window - 1:
                count, before = 0, count
            passed = (now - window * limit.seconds) / limit.seconds
            weight = before * (1 - passed) + count
            if weight + 1 > limit.times + _ROUNDING:
                return _wait(limit, before, count, passed)
            if counting:
                _CELL.pack_into(self._map, place, fingerprint, window, count + 1, before)
        return 0

    def forget(self) -> None:
        """Begin afresh, for all processes."""
        with self._threads, _Exclusive(self._fd):
            self._map[:] = bytes(len(self._map))

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()
        os.close(self._fd)

    def _place(self, first: int, fingerprint: int) -> int:
        """Where the key is counted: its own cell, else a free one, else the least used of those tried."""
        places = [(first + step) % CELLS * _CELL.size for step in range(PROBES)]
        cells = [_CELL.unpack_from(self._map, place) for place in places]
        for place, cell in zip(places, cells, strict=True):
            if cell[0] == fingerprint:
                return place
        for place, cell in zip(places, cells, strict=True):
            if cell[0] == _EMPTY:
                return place
        return min(zip(places, cells, strict=True), key=lambda pair: pair[1][2] + pair[1][3])[0]


def _wait(limit: Limit, before: int, count: int, passed: float) -> int:
    """Seconds until one more is allowed: in this window when the one before fades, else in the next."""
    room = limit.times - 1
    if count <= room and before:
        share = 1 - (room - count) / before
        return max(1, math.ceil((share - passed) * limit.seconds))
    share = 1 - room / count if count else 0.0
    return max(1, math.ceil((1 - passed + share) * limit.seconds))


class _Exclusive:
    """One process at a time; the system takes the lock back from one that dies."""

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def __enter__(self) -> None:
        fcntl.lockf(self.fd, fcntl.LOCK_EX)

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        fcntl.lockf(self.fd, fcntl.LOCK_UN)
