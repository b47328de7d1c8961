"""Files written whole or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path


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
