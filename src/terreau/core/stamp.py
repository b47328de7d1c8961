"""The stamp by which all processes learn that public content changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Told = TypeVar("Told")
_kept: dict[str, tuple[int, object]] = {}


def touch(path: Path) -> None:
    """Give the file a modification time that is new, even within the clock's own step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    now = time.time_ns()
    before = path.stat().st_mtime_ns
    os.utime(path, ns=(now, max(now, before + 1)))


def read(path: Path) -> int:
    """What the stamp says now; nothing was ever stamped where there is none."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def kept(path: Path, key: str, ask: Callable[[], Told]) -> Told:
    """What `ask` answers, asked once for each state of the public content and not once a page."""
    mark = read(path)
    if key not in _kept or _kept[key][0] != mark:
        _kept[key] = (mark, ask())
    return _kept[key][1]  # type: ignore[return-value]
