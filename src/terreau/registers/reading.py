"""Tables from files of any origin: CSV, XLSX, XLS, ODS, JSON, GeoJSON, told by their content.

    with open_table(path) as table:
        table.columns, table.describe()
        for number, values in table.rows(): ...

Rows stream; memory does not grow with the file. `records()` also tells which rows cannot be trusted and why.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from terreau.core.errors import TerreauError
from terreau.core.text import NARROW_NO_BREAK_SPACE, NO_BREAK_SPACE
from terreau.registers.reading_header import SAMPLE_ROWS, NumberedRow, Shape, find_shape
from terreau.registers.reading_json import JsonTable, open_json
from terreau.registers.reading_kinds import Kind, recognise
from terreau.registers.reading_limits import (
    Budget,
    Limits,
    column_letters,
    french_count,
    too_heavy,
    too_long_cell,
    too_many_columns,
    too_many_rows,
)
from terreau.registers.reading_sheets import convert
from terreau.registers.reading_text import (
    MIXED_UTF8,
    SEPARATOR_NAMES,
    Delimited,
    Survey,
    open_delimited,
    survey,
)

__all__ = ["Description", "Grid", "Limits", "Record", "Table", "open_table", "read_grid"]

_BATCH = 128
_COUNTED = 4_000_000
_PAGE_OF_TEXT = 8_000
_MANY_LINES = 100
_ENCODING_NAMES = {
    **{"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16"},
    **{"utf-16-be": "UTF-16", "utf-32": "UTF-32", "cp1252": "Windows-1252", "mac_roman": "Mac Roman"},
}


class Record(NamedTuple):
    """One row as read.

    Attributes:
        number: row as a spreadsheet shows it (header and blank rows counted), or rank of a JSON object.
        values: text of each column, trimmed; empty text for an empty cell.
        problem: why the row cannot be trusted, in French; nothing when it can.
    """

    number: int
    values: dict[str, str]
    problem: str


@dataclass(frozen=True)
class Description:
    """What was understood of the file, to be shown before it is imported.

    Attributes:
        format: « CSV », « XLSX », « XLS », « ODS », « JSON » or « GeoJSON ».
        encoding: Python's name; empty for spreadsheets.
        separator: the character itself; empty when there is none.
        sheet, sheets: the sheet read and the visible ones; empty when there is none.
        header_row: number of the header row, 0 when there is none.
        columns: how many.
        rows: rows of the table; for a large CSV, lines under the header, which line ends inside cells
            overstate.
        rows_exact: whether `rows` is exact.
        size: bytes of the file.
        warnings: what a person should look at, in French.
    """

    format: str
    encoding: str
    separator: str
    sheet: str
    sheets: tuple[str, ...]
    header_row: int
    columns: int
    rows: int
    rows_exact: bool
    size: int
    warnings: tuple[str, ...]

    def sentence(self) -> str:
        """One line of French for the screen and the command."""
        about = "" if self.rows_exact else "environ "
        parts = [self.format]
        if self.sheet:
            parts.append(f"feuille «{NO_BREAK_SPACE}{self.sheet}{NO_BREAK_SPACE}»")
        if self.encoding == MIXED_UTF8:
            parts.append("encodage UTF-8 mêlé de Windows-1252")
        elif self.encoding:
            parts.append(f"encodage {_ENCODING_NAMES.get(self.encoding, self.encoding)}")
        if self.separator:
            parts.append(f"séparateur {SEPARATOR_NAMES.get(self.separator, self.separator)}")
        if self.header_row > 1:
            parts.append(f"titres en ligne {self.header_row}")
        parts.append(f"{french_count(self.columns)} colonne{'s' if self.columns > 1 else ''}")
        parts.append(f"{about}{french_count(self.rows)} ligne{'s' if self.rows > 1 else ''}")
        return ", ".join(parts) + "."


class Table:
    """A file opened for reading. Use as a context manager, or call `close()`."""

    def __init__(
        self,
        columns: list[str],
        description: Description,
        records: Callable[[], Iterator[Record]],
        workspace: Path | None = None,
    ) -> None:
        self.columns = columns
        self._description = description
        self._records = records
        self._finalizer = weakref.finalize(self, shutil.rmtree, workspace, True) if workspace else None

    def describe(self) -> Description:
        """Format, encoding, separator, sheet, number of rows, warnings."""
        return self._description

    def records(self) -> Iterator[Record]:
        """Every row that is not blank, from the first; each call starts again.

        Raises:
            TerreauError: on a bound passed, with the row.
        """
        return self._records()

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Number and values of every row, also of those that `records()` says not to trust."""
        return ((number, values) for number, values, _ in self._records())

    def head(self, count: int = 10) -> list[Record]:
        """The first rows, for a person to check."""
        return list(islice(self._records(), count))

    def close(self) -> None:
        """Delete the working copy, if one was needed."""
        if self._finalizer is not None:
            self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_table(
    path: Path | str,
    *,
    limits: Limits | None = None,
    sheet: str = "",
    encoding: str = "",
    separator: str = "",
    header_row: int | None = None,
) -> Table:
    """Open a file of any supported format as a table.

    Args:
        path: the file; its extension is not looked at.
        limits: bounds; the defaults suit a file sent by a signed-in agent.
        sheet: the sheet to read, else the first that is a table.
        encoding: Python's name of the encoding, else guessed.
        separator: the character between cells, else guessed.
        header_row: row that holds the titles, 0 when the file has none, else found.

    Raises:
        TerreauError: in French, when the file is missing, of another kind, broken, encrypted or past a bound.
    """
    path = Path(path)
    limits = limits or Limits()
    budget = Budget(limits)
    if not path.is_file():
        raise TerreauError(
            "Le fichier est introuvable.", where=f"{path}.", remedy="Vérifiez son nom et son dossier."
        )
    size = path.stat().st_size
    if size > limits.size:
        raise too_heavy(size, limits)
    kind = recognise(path)
    if kind == "json":
        return _json_table(path, size, encoding, limits, budget)
    if kind == "text":
        source = open_delimited(path, limits, budget, encoding=encoding, separator=separator)
        return _text_table(source, size, header_row, limits, budget)
    return _sheet_table(path, kind, size, sheet, header_row, limits, budget)


class Grid(NamedTuple):
    """A small table as it stands, for whoever finds its titles in a way of their own.

    Attributes:
        rows: every row from the first, blank ones too; merged cells of a workbook each bear their value.
        sheet, sheets: the sheet read and the visible ones; empty for a CSV.
    """

    rows: list[list[str]]
    sheet: str
    sheets: tuple[str, ...]


def read_grid(path: Path, *, limits: Limits, sheet: str = "") -> Grid:
    """Every cell of a small CSV, XLSX, XLS or ODS.

    Raises:
        TerreauError: in French, when the file is of another kind, broken, encrypted or past a bound.
    """
    budget = Budget(limits)
    if (size := path.stat().st_size) > limits.size:
        raise too_heavy(size, limits)
    kind = recognise(path)
    if kind == "text":
        return Grid(_cells(open_delimited(path, limits, budget), limits, budget), "", ())
    if kind == "json":
        raise TerreauError(
            "Ce fichier n’est pas un tableau.", remedy="Envoyez un classeur (XLSX, ODS) ou un CSV."
        )
    with tempfile.TemporaryDirectory(prefix="terreau-") as folder:
        target = Path(folder) / "sheet.csv"
        converted = convert(path, kind, target, limits, budget, sheet=sheet, merged="all")
        source = Delimited(target, Survey("utf-8", converted.rows), ",", False)
        return Grid(_cells(source, limits, budget), converted.sheet, converted.sheets)


def _cells(source: Delimited, limits: Limits, budget: Budget) -> list[list[str]]:
    rows: list[list[str]] = []
    filled = 0
    for batch in _batches(source, limits, budget):
        for row in batch:
            cells = [cell.strip() for cell in row]
            filled += any(cells)
            if filled > limits.rows:
                raise too_many_rows(limits)
            if len(cells) > limits.columns:
                raise too_many_columns(len(cells), limits)
            rows.append(cells)
    return rows


def _json_table(path: Path, size: int, encoding: str, limits: Limits, budget: Budget) -> Table:
    surveyed = survey(path, limits, budget, encoding=encoding, lines=False)
    source = open_json(path, surveyed.encoding, limits, budget)
    description = Description(
        format="GeoJSON" if source.geojson else "JSON",
        encoding=surveyed.encoding,
        separator="",
        sheet="",
        sheets=(),
        header_row=0,
        columns=len(source.columns),
        rows=source.rows,
        rows_exact=True,
        size=size,
        warnings=(),
    )
    return Table(list(source.columns), description, lambda: _json_records(source, limits))


def _json_records(source: JsonTable, limits: Limits) -> Iterator[Record]:
    blank = dict.fromkeys(source.columns, "")
    for number, item in enumerate(source.objects(limits, Budget(limits)), start=1):
        if any(item.values()):
            yield Record(number, blank | item, "")


def _text_table(
    source: Delimited, size: int, header_row: int | None, limits: Limits, budget: Budget
) -> Table:
    shape = _shape(source, limits, budget, header_row)
    warnings = shape.warnings
    if source.survey.encoding == MIXED_UTF8:
        warnings += (
            "Le fichier mêle deux encodages (UTF-8 et Windows-1252)"
            f"{NARROW_NO_BREAK_SPACE}; chaque lettre a été lue dans le sien.",
        )
    counted = size <= _COUNTED
    if counted:
        rows = sum(1 for _ in _grid_records(source, shape, limits, budget, True))
    else:
        rows = source.survey.lines - shape.header_row
    description = Description(
        format="CSV",
        encoding=source.survey.encoding,
        separator=source.separator if len(shape.columns) > 1 else "",
        sheet="",
        sheets=(),
        header_row=shape.header_row,
        columns=len(shape.columns),
        rows=max(0, rows),
        rows_exact=counted,
        size=size,
        warnings=warnings,
    )
    return Table(
        list(shape.columns), description, lambda: _grid_records(source, shape, limits, Budget(limits), True)
    )


def _sheet_table(
    path: Path, kind: Kind, size: int, sheet: str, header_row: int | None, limits: Limits, budget: Budget
) -> Table:
    workspace = Path(tempfile.mkdtemp(prefix="terreau-"))
    try:
        target = workspace / "sheet.csv"
        converted = convert(path, kind, target, limits, budget, sheet=sheet)
        source = Delimited(target, Survey("utf-8", converted.rows), ",", False)
        shape = _shape(source, limits, budget, header_row)
    except BaseException:
        shutil.rmtree(workspace, ignore_errors=True)
        raise
    description = Description(
        format=kind.upper(),
        encoding="",
        separator="",
        sheet=converted.sheet,
        sheets=converted.sheets,
        header_row=shape.header_row,
        columns=len(shape.columns),
        rows=max(0, converted.rows - shape.above),
        rows_exact=True,
        size=size,
        warnings=shape.warnings,
    )

    def records() -> Iterator[Record]:
        return _grid_records(source, shape, limits, Budget(limits), False)

    return Table(list(shape.columns), description, records, workspace)


def _shape(source: Delimited, limits: Limits, budget: Budget, header_row: int | None) -> Shape:
    sample: list[NumberedRow] = []
    rows = _batches(source, limits, budget)
    number = 0
    for batch in rows:
        for row in batch:
            number += 1
            if any(cell and not cell.isspace() for cell in row):
                sample.append((number, row))
        if len(sample) >= SAMPLE_ROWS:
            break
    return find_shape(sample, limits, header_row=header_row)


def _batches(source: Delimited, limits: Limits, budget: Budget) -> Iterator[list[list[str]]]:
    """Raw rows by the batch: only the reader's own time is counted, not what is done with the rows."""
    raw = source.raw(limits)
    while True:
        with budget.turn():
            batch = list(islice(raw, _BATCH))
        if not batch:
            return
        yield batch


def _grid_records(
    source: Delimited, shape: Shape, limits: Limits, budget: Budget, ragged: bool
) -> Iterator[Record]:
    """Named values of each row under the header. The loop is the import's hot path: it stays flat."""
    columns, positions, width = shape.columns, shape.positions, shape.width
    plain, header = shape.plain, shape.header_row
    first_title = shape.titles[0] if shape.titles else None
    number = taken = 0
    for batch in _batches(source, limits, budget):
        for row in batch:
            number += 1
            if number <= header:
                continue
            cells = list(map(str.strip, row))
            whole = "".join(cells)
            length = len(whole)
            if not length:
                continue
            taken += 1
            if taken > limits.rows:
                raise too_many_rows(limits)
            problem = ""
            if length > _PAGE_OF_TEXT or "\n" in whole or "\r" in whole:
                problem = _check_long(cells, number, shape, limits) or (
                    _check_lines(cells, source.separator, width) if ragged else ""
                )
            if not plain or len(cells) != width or cells[0] == first_title:
                problem = problem or shape.problem(cells, ragged=ragged)
            if len(cells) < width:
                cells += [""] * (width - len(cells))
            if plain:
                yield Record(number, dict(zip(columns, cells, strict=False)), problem)
            else:
                values = {name: cells[place] for name, place in zip(columns, positions, strict=True)}
                yield Record(number, values, problem)


def _check_lines(cells: list[str], separator: str, width: int) -> str:
    """Doubt a cell one line of which is a whole row: a quote opened there swallowed those that followed."""
    if width < 3:
        return ""
    for cell in cells:
        for line in cell.splitlines()[1:]:
            parts = line.split(separator)
            # In prose a space follows the comma; in a table none does.
            if len(parts) == width and all(part == part.strip() for part in parts):
                return (
                    f"Une valeur contient d’autres lignes de la liste{NO_BREAK_SPACE}: "
                    "un guillemet s’y ouvre sans doute sans se refermer."
                )
    return ""


def _check_long(cells: list[str], number: int, shape: Shape, limits: Limits) -> str:
    """Refuse a cell past the bound; doubt one that holds a hundred lines."""
    names = dict(zip(shape.positions, shape.columns, strict=True))
    for place, cell in enumerate(cells):
        if len(cell) > limits.cell:
            raise too_long_cell(number, names.get(place) or column_letters(place), len(cell), limits)
    if sum(cell.count("\n") for cell in cells) > _MANY_LINES:
        return (
            "Une valeur s’étend sur plus de cent lignes : un guillemet s’y ouvre sans doute sans se refermer."
        )
    return ""
