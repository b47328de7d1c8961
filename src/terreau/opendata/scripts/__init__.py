"""The script that a line in another site loads: not a static file, whose name changes with its content."""

from __future__ import annotations

from pathlib import Path
from typing import Final

EMBED: Final = Path(__file__).with_name("integrer.js")
