"""A spreadsheet (XLSX, XLS, ODS) turned into CSV by a process of its own, bounded in memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_CHILD = Path(__file__).with_name("sheets_child.py")


def converted(
    source: Path, target: Path, options: dict[str, Any], *, seconds: float
) -> tuple[int, dict[str, Any]]:
    """Write a sheet of a spreadsheet to a file, in CSV.

    Args:
        source: the spreadsheet.
        target: the file to write.
        options: as `sheets_child.py` says.
        seconds: after which the process is killed.

    Returns:
        Its exit status, and what it said; nothing when it died before saying it.

    Raises:
        subprocess.TimeoutExpired: when it took longer.
    """
    command = [sys.executable, str(_CHILD), str(source), str(target), json.dumps(options)]
    done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    try:
        outcome = json.loads(done.stdout)
    except ValueError:
        outcome = None
    return done.returncode, outcome if isinstance(outcome, dict) else {}
