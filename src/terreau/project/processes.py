"""Processes that live and die together: a parent, its children, nothing left behind."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from terreau.core.errors import TerreauError

_PR_SET_PDEATHSIG = 1
WATCHED = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


def die_with(parent: int) -> None:
    """Ask the system to kill this process when its parent dies, however that happens.

    Args:
        parent: identifier of the parent; when it is already dead, this process ends at once.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


@contextlib.contextmanager
def only_one(path: Path, *, content: str, refusal: str, remedy: str) -> Iterator[None]:
    """Hold a lock that the system takes back when this process dies.

    Raises:
        TerreauError: when another process holds it; `refusal` is followed by what that one wrote.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise TerreauError(refusal, where=file.read().strip(), remedy=remedy) from None
        file.truncate(0)
        file.write(content)
        file.flush()
        yield
        file.truncate(0)


@dataclass
class Child:
    """A process of ours that must always run; started again when it dies, not too fast."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started_at: float = 0.0
    start_again_at: float = field(default=0.0)

    # One that lived this long did not die of its start.
    SECONDS_OF_GOOD_HEALTH = 60.0
    LONGEST_WAIT = 30.0

    def start(self) -> None:
        """Start it, in a session of its own so that Ctrl-C reaches the parent alone."""
        self.process = subprocess.Popen(self.command, start_new_session=True)
        self.started_at = time.monotonic()

    def is_running(self) -> bool:
        """Whether it runs now."""
        return self.process is not None and self.process.poll() is None

    def look_after(self) -> float | None:
        """Note its death, or start it again when the time has come.

        Returns:
            Seconds until it must be looked after again; None while it runs.
        """
        if self.is_running():
            return None
        now = time.monotonic()
        if self.process is not None:
            healthy = now - self.started_at > self.SECONDS_OF_GOOD_HEALTH
            self.deaths = 1 if healthy else self.deaths + 1
            sys.stderr.write(f"terreau : « {self.name} » s’est arrêté ; il est relancé.\n")
            self.process = None
            self.start_again_at = now + min(2.0 ** (self.deaths - 1) - 1, self.LONGEST_WAIT)
        if now >= self.start_again_at:
            self.start()
            return None
        return self.start_again_at - now

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self.is_running() and self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)


class Family:
    """Children looked after until a signal ends them all in good order."""

    def __init__(self, children: Sequence[Child], *, patience: float) -> None:
        self.children = children
        self.patience = patience

    def run(self) -> None:
        """Start the children and look after them until SIGTERM or SIGINT; then stop them.

        They have `patience` seconds to finish; then a second SIGTERM, and soon after SIGKILL.
        A second signal from outside kills at once.
        """
        with _Signals() as signals:
            try:
                for child in self.children:
                    child.start()
                while not signals.end_comes_within(self._next_look()):
                    pass
            finally:
                self._stop(signals)

    def _next_look(self) -> float:
        waits = [wait for child in self.children if (wait := child.look_after()) is not None]
        return min(waits, default=3600.0)

    def _stop(self, signals: _Signals) -> None:
        for number, patience in (
            (signal.SIGTERM, self.patience),
            (signal.SIGTERM, 3.0),
            (signal.SIGKILL, 10.0),
        ):
            for child in self.children:
                child.send(number)
            if self._all_gone_within(patience, signals):
                return

    def _all_gone_within(self, seconds: float, signals: _Signals) -> bool:
        until = time.monotonic() + seconds
        while any(child.is_running() for child in self.children):
            left = until - time.monotonic()
            if left <= 0:
                return False
            if signals.end_comes_within(left):
                for child in self.children:
                    child.send(signal.SIGKILL)
        return True


class _Signals:
    """Signals read from a pipe: whichever thread receives one, none is lost and none interrupts."""

    def __enter__(self) -> _Signals:
        self._read, self._write = os.pipe()
        for end in (self._read, self._write):
            os.set_blocking(end, False)
        self._before = {number: signal.signal(number, lambda *_given: None) for number in WATCHED}
        self._wakeup_before = signal.set_wakeup_fd(self._write)
        return self

    def __exit__(self, *_error: object) -> None:
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._read)
        os.close(self._write)

    def end_comes_within(self, seconds: float) -> bool:
        """Wait for a signal; whether one that asks to end was among them."""
        ready, _writable, _failed = select.select([self._read], [], [], max(seconds, 0.01))
        received = os.read(self._read, 4096) if ready else b""
        return any(number != signal.SIGCHLD for number in received)
