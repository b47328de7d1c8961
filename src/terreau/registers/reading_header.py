"""Where the table begins in a grid of cells, and what its columns are called.

Real lists carry a title, a date and a blank line above the header, columns without a name, the same name
twice, and lines cut in two by a stray line end. All is found on a sample of the first rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from terreau.core.errors import TerreauError
from terreau.core.text import NO_BREAK_SPACE, squeeze
from terreau.registers.reading_limits import Limits, column_letters, french_count, too_many_columns

SAMPLE_ROWS = 1000
_SEARCHED = 40
_DATA = re.compile(r"[\d\s.,:/+€%-]*\d[\d\s.,:/+€%-]*|[^@\s]+@[^@\s]+\.\w+|https?://\S+")
_SHORT_NUMBER = re.compile(r"(?:19|20)\d\d")
# Longer, a first cell is a sentence: the pattern above would look many times at the same characters.
_LONGEST_VALUE = 200

NumberedRow = tuple[int, list[str]]


@dataclass(frozen=True)
class Shape:
    """How raw rows become named values.

    Attributes:
        columns: names, unique, in file order.
        positions: index of each column in the raw row.
        header_row: row of the header as a spreadsheet numbers it, 0 when the file has none.
        width: cells of a row with nothing cut off.
        firm: a delimited row with fewer cells than this was cut by a stray line end.
        above: rows with something in them down to the header, itself counted.
        titles: the header row as written, to know it again lower down.
        warnings: what a person should look at, in French.
    """

    columns: tuple[str, ...]
    positions: tuple[int, ...]
    header_row: int
    width: int
    firm: int
    above: int = 0
    titles: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether columns follow the raw row one for one."""
        return self.positions == tuple(range(self.width))

    def problem(self, row: Sequence[str], *, ragged: bool) -> str:
        """Why this raw row cannot be trusted, in French, or nothing.

        Args:
            row: stripped cells.
            ragged: whether the file can hold rows of unequal length (delimited text).
        """
        if self.titles and tuple(row[: self.width]) == self.titles:
            return "La ligne répète les titres de colonnes."
        beyond = [place for place in range(len(row)) if row[place] and place not in self.positions]
        if beyond:
            letters = column_letters(beyond[0])
            return (
                f"La ligne a une valeur en colonne {letters}, qui n’a pas de titre{NO_BREAK_SPACE}: "
                "un séparateur se trouve sans doute dans une valeur."
            )
        if ragged and len(row) < self.firm:
            columns = "colonnes" if len(row) > 1 else "colonne"
            return (
                f"La ligne s’arrête après {french_count(len(row))} {columns} sur {french_count(self.width)}"
                f"{NO_BREAK_SPACE}: un retour à la ligne se trouve sans doute dans une valeur."
            )
        return ""


def find_shape(sample: Sequence[NumberedRow], limits: Limits, *, header_row: int | None = None) -> Shape:
    """Find the header among the first rows and name the columns.

    Args:
        sample: the first rows of the grid with their numbers (from 1), blank ones left out.
        limits: bounds; only the number of columns is looked at.
        header_row: the row number a person chose; 0 for a file without a header.

    Raises:
        TerreauError: no row at all, or more columns than allowed.
    """
    if not sample:
        raise TerreauError(
            "Le fichier ne contient aucune ligne remplie.",
            remedy="Vérifiez la feuille choisie et l’enregistrement de la liste, puis renvoyez le fichier.",
        )
    place = _header_place(sample) if header_row is None else _chosen_place(sample, header_row)
    body = [row for _, row in sample[place + 1 :]] if place >= 0 else [row for _, row in sample]
    titles = [squeeze(cell) for cell in sample[place][1]] if place >= 0 else []
    width = max(len(titles), _used_width(body))
    positions = _kept_places(titles, body, width)
    # Counted before they are named: each name is looked for among all the others.
    if len(positions) > limits.columns:
        raise too_many_columns(len(positions), limits)
    names = _name_columns(titles, positions)
    return Shape(
        columns=tuple(names),
        positions=tuple(positions),
        header_row=sample[place][0] if place >= 0 else 0,
        width=width,
        firm=_firm_width(body, width),
        above=place + 1,
        titles=tuple(titles) + ("",) * (width - len(titles)) if titles else (),
        warnings=tuple(_warnings(titles, names, body, place >= 0)),
    )


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell and not cell.isspace())


def _chosen_place(sample: Sequence[NumberedRow], header_row: int) -> int:
    if header_row == 0:
        return -1
    for place, (number, _) in enumerate(sample):
        if number == header_row:
            return place
    raise TerreauError(
        f"La ligne {french_count(header_row)} est vide{NO_BREAK_SPACE}: elle ne peut pas porter les titres.",
        remedy="Indiquez le numéro de la ligne où se trouvent les titres de colonnes.",
    )


def _header_place(sample: Sequence[NumberedRow]) -> int:
    """The first row that is filled as widely as the rows that follow, or half as much at least."""
    widths = sorted(_filled(row) for _, row in sample)
    usual = widths[len(widths) * 3 // 4]
    for place, (_, row) in enumerate(sample[:_SEARCHED]):
        filled = _filled(row)
        enough = filled >= usual if usual <= 2 else filled > usual / 2
        if enough:
            return place + _is_upper_title(row, sample[place + 1 : place + 2])
    return 0


def _is_upper_title(row: Sequence[str], following: Sequence[NumberedRow]) -> bool:
    """Whether the titles go on below: one merged over both rows is there again, and more are filled."""
    below = following[0][1] if following else []
    again = any(cell and cell == title for cell, title in zip(below, row, strict=False))
    return again and _filled(below) > _filled(row)


def _looks_like_data(cell: str) -> bool:
    """A number, date, e-mail or address: a value, not a title (a lone year may be a title)."""
    text = cell.strip()
    return len(text) <= _LONGEST_VALUE and bool(_DATA.fullmatch(text)) and not _SHORT_NUMBER.fullmatch(text)


def _kept_places(titles: Sequence[str], body: Sequence[Sequence[str]], width: int) -> list[int]:
    """The columns of the table; one with neither title nor value in the sample is left out."""
    used = [False] * max([width, *(len(row) for row in body)], default=width)
    for row in body:
        for place, cell in enumerate(row):
            if cell and not cell.isspace():
                used[place] = True
    return [place for place in range(width) if used[place] or _title(titles, place)]


def _title(titles: Sequence[str], place: int) -> str:
    return titles[place].lstrip("\ufeff") if place < len(titles) else ""


def _name_columns(titles: Sequence[str], positions: Sequence[int]) -> list[str]:
    """Their names, made unique."""
    names: list[str] = []
    for place in positions:
        name = _title(titles, place) or f"Colonne {column_letters(place)}"
        names.append(_other_name(name, {*names, *titles[place + 1 :]}) if name in names else name)
    return names


def _other_name(name: str, taken: set[str]) -> str:
    """« name (2) », or the first number that no other column bears."""
    return next(told for number in count(2) if (told := f"{name} ({number})") not in taken)


def _used_width(body: Sequence[Sequence[str]]) -> int:
    """Cells up to the last one that half of the rows fill: a column may have values and no title."""
    filled: dict[int, int] = {}
    for row in body:
        for place, cell in enumerate(row):
            if cell and not cell.isspace():
                filled[place] = filled.get(place, 0) + 1
    return max((place + 1 for place, count in filled.items() if 2 * count >= len(body)), default=0)


def _firm_width(body: Sequence[Sequence[str]], width: int) -> int:
    """Up to which column a row is always filled.

    Spreadsheets may drop the separators of empty last cells, so that a short row is sound as long as what
    it lacks is often empty elsewhere.
    """
    full = [row for row in body if len(row) >= width]
    if not full:
        return 0
    needed = 0.98 * len(full)
    for place in range(width - 1, -1, -1):
        if sum(1 for row in full if row[place].strip()) >= needed:
            return place + 1
    return 0


def _warnings(
    titles: Sequence[str], names: Sequence[str], body: Sequence[Sequence[str]], headed: bool
) -> list[str]:
    found = []
    data = sum(1 for title in titles if _looks_like_data(title))
    if headed and titles and data * 3 >= _filled(titles) > 0:
        found.append(
            "La ligne lue comme titres ressemble à des données : le fichier est peut-être sans titres."
        )
    unnamed = [name for name in names if name.startswith("Colonne ") and name not in titles]
    if headed and unnamed:
        found.append(f"Colonnes sans titre : {', '.join(unnamed)}.")
    if not body:
        found.append("Le tableau n’a pas de ligne sous ses titres.")
    return found
