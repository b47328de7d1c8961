"""What is written for spreadsheets, which run as a formula any text that begins like one."""

from __future__ import annotations

from typing import Any, Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(value: Any) -> Any:
    """The value, preceded by an apostrophe when a spreadsheet would run it as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def neutral_cell(value: Any) -> Any:
    """The same for files of figures, where yes and no are 1 and 0."""
    return str(int(value)) if isinstance(value, bool) else neutral(value)
