"""Tables as one XLSX file, a sheet each; a text is never run as a formula, nor made a link."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What the format itself holds.
_LONGEST_NAME, _LONGEST_TEXT = 31, 32_767
_WIDEST, _NARROWEST = 60, 8


@dataclass(frozen=True)
class Sheet:
    """A table: its name, what its columns are called, its rows; a number stays a number, None is empty."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """The file that holds these tables, in their order."""
    content = io.BytesIO()
    options = {
        **{"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        **{"strings_to_numbers": False, "nan_inf_to_errors": True},
    }
    with xlsxwriter.Workbook(content, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:_LONGEST_NAME])
            page.freeze_panes(1, 0)
            widths = [len(name) for name in sheet.columns]
            for column, name in enumerate(sheet.columns):
                page.write_string(0, column, name, bold)
            for line, row in enumerate(sheet.rows, 1):
                for column, value in enumerate(row):
                    widths[column] = max(widths[column], _write(page, line, column, value, day))
            for column, width in enumerate(widths):
                page.set_column(column, column, min(max(width + 1, _NARROWEST), _WIDEST))
    return content.getvalue()


def _write(page: Any, line: int, column: int, value: Any, day: Any) -> int:
    """Write a cell; how wide it is."""
    if value is None or value == "":
        return 0
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        page.write_number(line, column, value)
    elif isinstance(value, date):
        page.write_datetime(line, column, value, day)
    else:
        page.write_string(line, column, str(value)[:_LONGEST_TEXT])
    return len(str(value).partition("\n")[0])
