"""What is written for spreadsheets, which run as a formula any text that begins like one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

# A double click opens a file in the separators of its reader's country. Where those are semicolons, as in
# France, commas and quotes part nothing: a semicolon, a tab or a new line inside a text begins a cell.
_FORMULA: Final = re.compile(r"\A(?=[=+\-@\t\r\n])|(?<=[;\t\r\n])(?=[=+\-@])")
_NEUTRAL: Final = re.compile(r"(?:\A|(?<=[;\t\r\n]))'(?=[=+\-@])")


def neutral(value: Any) -> Any:
    """The value, with an apostrophe wherever a spreadsheet would begin a formula; only texts hold any.

    Source: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection
    """
    return _FORMULA.sub("'", value) if isinstance(value, str) else value


def plain(text: str) -> str:
    """The text as it was before `neutral` wrote it."""
    return _NEUTRAL.sub("", text)


def csv_text(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV: comma, decimal point; several values in a cell are parted, yes and no are 1 and 0."""
    out, names = io.StringIO(), list(columns)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in names])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(int(value))
    return neutral(" | ".join(map(str, value)) if isinstance(value, list) else value)
