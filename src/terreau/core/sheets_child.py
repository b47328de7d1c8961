"""Turn one sheet of a spreadsheet into CSV, in a process of its own.

The Rust reader holds a sheet as one dense block and aborts the whole process when memory lacks: two cells
in opposite corners of a 10 kB file ask for 550 GB. Run apart, with memory and time bounded by the kernel,
it can only kill itself. Run as a script; imports nothing of the platform.

Usage: sheets_child.py SOURCE TARGET OPTIONS, where OPTIONS is a JSON object with `sheet`, `cell`,
`rows`, `memory`, `seconds`, `written` and `merged`. Prints one JSON object: the sheets and the one taken, or
`error`.
"""

from __future__ import annotations

import csv
import datetime
import json
import re
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.parsers import expat

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
)

_EXACT = 1e15
_COUNTED = re.compile(r"-?[0-9.]+(e[+-]?[0-9]+)?")
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_SPANNED = re.compile(rb"number-(?:rows|columns)-spanned=[\"'](?!1[\"'])")
_YEAR, _YEAR_OR_POSTAL_CODE = re.compile(r"(19|20)[0-9][0-9]"), re.compile(r"(19|20)[0-9][0-9]|[0-9]{5}")


class _RefusedError(Exception):
    """A bound was passed; `args[0]` is what the parent is told."""


def main() -> int:
    """Convert, print the outcome, and return the exit status."""
    source, target, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    _bound(options["memory"], options["seconds"])
    try:
        outcome = _convert(source, target, options)
    except _RefusedError as refused:
        outcome = refused.args[0]
    except PasswordError:
        outcome = {"error": "password"}
    except WorksheetNotFound:
        outcome = {"error": "sheet"}
    except MemoryError:
        outcome = {"error": "memory"}
    except (CalamineError, OSError, ValueError) as error:
        wide = "limit exceeded" in str(error).lower()
        outcome = {"error": "memory" if wide else "broken", "detail": str(error)[:300]}
    sys.stdout.write(json.dumps(outcome))
    return 0 if "error" not in outcome else 1


def _bound(memory: int, seconds: float) -> None:
    try:
        import resource  # POSIX only; elsewhere the bounds on size and time still hold
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    cpu = int(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _convert(source: str, target: str, options: dict[str, Any]) -> dict[str, Any]:
    with CalamineWorkbook.from_path(source) as workbook:
        shown = [
            entry.name
            for entry in workbook.sheets_metadata
            if entry.typ == SheetTypeEnum.WorkSheet and entry.visible == SheetVisibleEnum.Visible
        ]
        names = shown or list(workbook.sheet_names)
        if options["sheet"] and options["sheet"] not in workbook.sheet_names:
            return {"error": "sheet", "sheets": names}
        sheet = _choose(workbook, names, options["sheet"])
        if sheet is None:
            return {"error": "empty", "sheets": names}
        with Path(target).open("w", encoding="utf-8", newline="") as file:
            ranges = sheet.merged_cell_ranges
            if ranges is None:
                ranges = _merged_in_ods(source, sheet.name)
            written = _write(sheet, ranges, file, options)
        return {"sheets": names, "sheet": sheet.name, "rows": written}


def _choose(workbook: CalamineWorkbook, names: list[str], wanted: str) -> CalamineSheet | None:
    """The wanted sheet, else the first with rows and columns, else with rows.

    Workbooks often begin by a notice: a page of text in one column.
    """
    if wanted:
        return workbook.get_sheet_by_name(wanted)
    spare, likeness = None, 0
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.height >= 2 and sheet.width >= 2:
            return sheet
        found = min(sheet.height, 2)
        if found > likeness:
            spare, likeness = sheet, found
    return spare


def _write(sheet: CalamineSheet, ranges: Iterable[Any], file: Any, options: dict[str, Any]) -> int:
    limit, most, room = options["cell"], options["rows"], options["written"]
    left = [""] * (sheet.start[1] if sheet.start else 0)
    merged = _Merged(ranges, len(left), down=options["merged"] == "down")
    writer = csv.writer(file, lineterminator="\n")
    number = filled = written = 0
    for row in sheet.iter_rows():
        number += 1
        cells = [value if type(value) is str else _text(value) for value in row]
        merged.repeat(number - 1, cells)
        size = sum(map(len, cells))
        if not size:
            file.write("\n")
            continue
        if size > limit:
            _check_cells(cells, number, len(left), limit)
        filled += 1
        written += size
        if filled > most + 1:
            raise _RefusedError({"error": "rows"})
        if written > room:
            raise _RefusedError({"error": "inflated"})
        writer.writerow(left + cells)
    return filled


def _merged_in_ods(source: str, name: str) -> list[Any]:
    """The merged cells of a sheet of an OpenDocument file, which the Rust reader does not tell."""
    try:
        with zipfile.ZipFile(source) as archive:
            with archive.open("content.xml") as content:
                if not any(_SPANNED.search(part) for part in _overlapping(content)):
                    return []
            spans = _Spans(name)
            with archive.open("content.xml") as content:
                spans.read(content)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, expat.ExpatError):
        return []
    return spans.found


def _overlapping(content: Any) -> Iterable[bytes]:
    """A stream in parts, each beginning with the end of the one before: nothing is cut in two."""
    last = b""
    while part := content.read(1 << 20):
        yield last + part
        last = part[-100:]


class _Spans:
    """Reads in `content.xml` which cells of one sheet span others, counting as the file repeats them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tables = 0
        self._here = False
        self._row = self._repeated = self._column = 0
        self.found: list[Any] = []

    def read(self, content: Any) -> None:
        """Read the whole stream."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.ParseFile(content)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if not tag.startswith(_TABLE):
            return
        kind = tag[len(_TABLE) :]
        if kind == "table":
            self._tables += 1
            if self._tables == 1:
                self._here = attributes.get(f"{_TABLE}name") == self._name
                self._row = 0
        elif self._here and self._tables == 1:
            if kind == "table-row":
                self._column = 0
                self._repeated = _number(attributes, "number-rows-repeated")
            elif kind in ("table-cell", "covered-table-cell"):
                self._cell(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        down, across = (_number(attributes, f"number-{which}-spanned") for which in ("rows", "columns"))
        if down > 1 or across > 1:
            last = (self._row + down - 1, self._column + across - 1)
            self.found.append(((self._row, self._column), last))
        self._column += _number(attributes, "number-columns-repeated")

    def _end(self, tag: str) -> None:
        if tag == f"{_TABLE}table":
            self._tables -= 1
        elif tag == f"{_TABLE}table-row" and self._here and self._tables == 1:
            self._row += self._repeated


def _number(attributes: dict[str, str], name: str) -> int:
    told = attributes.get(f"{_TABLE}{name}", "1")
    return int(told) if told.isdecimal() else 1


class _Merged:
    """Merged cells, the value of which only stands in the first: repeated in the others, row after row."""

    def __init__(self, ranges: Iterable[Any], offset: int, *, down: bool) -> None:
        self._offset = offset
        self._repeated = _YEAR_OR_POSTAL_CODE if down else _YEAR
        kept = (area for area in ranges if area[0][1] == area[1][1]) if down else ranges
        self._waiting = sorted(kept, reverse=True)
        self._open: list[tuple[Any, str]] = []

    def repeat(self, row: int, cells: list[str]) -> None:
        """Fill a row, counted from 0; rows come in their order."""
        self._open = [one for one in self._open if one[0][1][0] >= row]
        while self._waiting and self._waiting[-1][0][0] <= row:
            area = self._waiting.pop()
            place = area[0][1] - self._offset
            if area[0][0] == row and 0 <= place < len(cells):
                self._open.append((area, cells[place]))
        for ((top, left), (_bottom, right)), value in self._open:
            # An amount over several rows is theirs together: repeated, it would count several times.
            if row > top and _COUNTED.fullmatch(value) and not self._repeated.fullmatch(value):
                continue
            for place in range(max(0, left - self._offset), min(len(cells), right - self._offset + 1)):
                cells[place] = value


def _check_cells(cells: list[str], number: int, offset: int, limit: int) -> None:
    for place, cell in enumerate(cells):
        if len(cell) > limit:
            raise _RefusedError(
                {"error": "cell", "row": number, "column": offset + place, "length": len(cell)}
            )


def _text(value: object) -> str:
    """The value as a person would type it in a CSV: 44109 rather than 44109.0, dates in ISO."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
