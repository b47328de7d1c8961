"""Processes started by tests, watched without sleeping and never left behind."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 90.0  # seconds after which something is broken rather than slow


def children_of(pid: int) -> list[int]:
    """The children of a process, and theirs."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            mine = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in mine:
            found += [child, *children_of(child)]
    return found


def wait_until_dead(pids: list[int]) -> bool:
    """Whether all of these ended, within our patience; nobody else's process is touched."""
    until = time.monotonic() + PATIENCE
    for pid in pids:
        try:
            watched = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        poll = select.poll()
        poll.register(watched, select.POLLIN)
        ended = poll.poll(max(0.0, until - time.monotonic()) * 1000)
        os.close(watched)
        if not ended:
            return False
    return True


def wait_until(condition) -> bool:
    """Whether a condition on other processes comes true within our patience."""
    until = time.monotonic() + PATIENCE
    pause = select.poll()
    while time.monotonic() < until:
        if condition():
            return True
        pause.poll(20)  # gives the processor to those we wait for
    return False


def start(*arguments: str, home: Path | None = None, **environment: str) -> subprocess.Popen:
    """A process of Python on a home of its own, on SQLite."""
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    given = {"TERREAU_HOME": str(home)} if home else {}
    return subprocess.Popen(
        [sys.executable, *arguments],
        env={**inherited, "TERREAU_DEBUG": "1", **given, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def line_with(stream, text: str) -> str:
    """Read lines until one holds the text; empty when the stream ends before."""
    for line in stream:
        if text in line:
            return line
    return ""
