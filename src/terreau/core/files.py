"""Files written whole or not at all."""

from __future__ import annotations

import os
import re
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

_DRAFT: Final = re.compile(r"\..+\.\d+-\d+\.tmp")
# Longer than any writing takes, whoever writes it.
_SECONDS_LEFT_ALONE: Final = 86_400


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` so that a reader, or a crash, never sees half of it.

    Raises:
        OSError: when the disk refuses; nothing is left of what it took.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two threads may write the same file at the same time: each its own draft.
    draft = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_native_id()}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        # A full disk must not fill further at each attempt.
        draft.unlink(missing_ok=True)
        raise


def sweep_drafts(folder: Path) -> int:
    """Throw away what writers that were killed left half written, in a folder and all those under it.

    Returns:
        How many files were removed; those of the last day may still be in use, and stay.
    """
    removed, before = 0, time.time() - _SECONDS_LEFT_ALONE
    for here, _folders, names in os.walk(folder):
        for name in filter(_DRAFT.fullmatch, names):
            path = Path(here, name)
            with suppress(OSError):
                if path.stat().st_mtime < before:
                    path.unlink()
                    removed += 1
    return removed
