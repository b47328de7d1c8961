"""Bounds on what a file from a person may ask of the machine, and the refusals in French."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from terreau.core.errors import TerreauError
from terreau.core.text import NARROW_NO_BREAK_SPACE, NO_BREAK_SPACE

_UNITS = (("Go", 1_000_000_000), ("Mo", 1_000_000), ("ko", 1_000), ("octets", 1))


@dataclass(frozen=True)
class Limits:
    """How much one file may hold. Past any bound, reading stops with a message that names it.

    Attributes:
        size: bytes of the file as it was sent.
        rows: rows of the table, header not counted.
        columns: named columns.
        cell: characters of one cell.
        inflated: bytes once decompressed (XLSX, ODS), measured, not as declared by the archive.
        memory: bytes of memory the reader of spreadsheets may take, in a process of its own.
        item: bytes of one object of a JSON file.
        seconds: time spent reading; what the caller does between two rows does not count.
    """

    size: int = 1_000_000_000
    rows: int = 5_000_000
    columns: int = 500
    cell: int = 100_000
    inflated: int = 1_000_000_000
    memory: int = 2_000_000_000
    item: int = 32_000_000
    seconds: float = 900.0


class Budget:
    """Time spent by the reader itself, added up over its turns."""

    def __init__(self, limits: Limits) -> None:
        self._allowed = limits.seconds
        self._spent = 0.0

    @property
    def left(self) -> float:
        """Seconds still to be spent."""
        return max(0.0, self._allowed - self._spent)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Count the time of the block, then check the bound.

        Raises:
            TerreauError: when the whole time is spent.
        """
        start = time.monotonic()
        try:
            yield
        finally:
            self._spent += time.monotonic() - start
        if self._spent > self._allowed:
            raise too_slow(self._allowed)


def french_count(number: float) -> str:
    """1234567 → « 1 234 567 », with narrow no-break spaces."""
    return f"{number:,.0f}".replace(",", NARROW_NO_BREAK_SPACE)


def french_size(size: int) -> str:
    """A number of bytes in the unit a person reads: « 1,2 Mo »."""
    for unit, worth in _UNITS:
        if size >= worth:
            value = f"{size / worth:.1f}".removesuffix(".0").replace(".", ",")
            return f"{value}{NO_BREAK_SPACE}{unit}"
    return f"0{NO_BREAK_SPACE}octet"


def column_letters(position: int) -> str:
    """The letters a spreadsheet shows above the column at `position` (0 is A, 26 is AA)."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def too_slow(seconds: float) -> TerreauError:
    """Reading took longer than allowed."""
    return TerreauError(
        f"La lecture du fichier dépasse le temps permis ({french_count(seconds)} secondes).",
        remedy="Découpez le fichier en plusieurs parties, ou enregistrez-le en CSV, plus rapide à lire.",
    )


def too_heavy(size: int, limits: Limits) -> TerreauError:
    """The file weighs more than allowed."""
    return TerreauError(
        f"Le fichier pèse {french_size(size)}, plus que les {french_size(limits.size)} permis.",
        remedy="Gardez les seules colonnes utiles, ou découpez le fichier en plusieurs parties.",
    )


def too_many_rows(limits: Limits) -> TerreauError:
    """More rows than allowed."""
    return TerreauError(
        f"Le fichier compte plus de {french_count(limits.rows)} lignes, le plus qui soit permis.",
        where=f"Ligne {french_count(limits.rows + 1)} du tableau.",
        remedy="Découpez le fichier en plusieurs parties et importez-les l’une après l’autre.",
    )


def too_many_columns(count: int, limits: Limits) -> TerreauError:
    """More columns than allowed."""
    return TerreauError(
        f"Le tableau compte {french_count(count)} colonnes, plus que les "
        f"{french_count(limits.columns)} permises.",
        where="Ligne des titres de colonnes.",
        remedy="Vérifiez le séparateur du fichier, ou ne gardez que les colonnes utiles.",
    )


def too_long_cell(row: int, column: str, length: int, limits: Limits) -> TerreauError:
    """One cell holds more text than allowed."""
    where = (
        f"Ligne {french_count(row)}, colonne «{NO_BREAK_SPACE}{column}{NO_BREAK_SPACE}»." if column else ""
    )
    return TerreauError(
        f"Une cellule contient {french_count(length)} caractères, plus que les "
        f"{french_count(limits.cell)} permis.",
        where=where or f"Ligne {french_count(row)}.",
        remedy="Raccourcissez ce texte, ou cherchez un guillemet ouvert et jamais refermé.",
    )
