"""Spreadsheets (XLSX, XLS, ODS), checked for bombs, then converted to CSV by a bounded process."""

from __future__ import annotations

import signal
import subprocess
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from terreau.core.errors import TerreauError
from terreau.core.sheets import converted
from terreau.core.text import NO_BREAK_SPACE
from terreau.registers.reading_kinds import Kind, broken, encrypted
from terreau.registers.reading_limits import (
    Budget,
    Limits,
    column_letters,
    french_count,
    french_size,
    too_long_cell,
    too_many_rows,
    too_slow,
)

_BLOCK = 1 << 20
_MANY_MEMBERS = 10_000
Merged = Literal["down", "all"]


@dataclass(frozen=True)
class Converted:
    """A sheet turned into UTF-8 CSV, blank rows kept so that row numbers are those of the sheet.

    Attributes:
        sheet: name of the sheet taken.
        sheets: names of the visible sheets, for a person to choose another.
        rows: rows of the sheet with something in them.
    """

    sheet: str
    sheets: tuple[str, ...]
    rows: int


def convert(
    path: Path,
    kind: Kind,
    target: Path,
    limits: Limits,
    budget: Budget,
    *,
    sheet: str,
    merged: Merged = "down",
) -> Converted:
    """Write the chosen sheet (or the first that is a table) of `path` to `target` as CSV.

    Args:
        path: the spreadsheet.
        kind: what it is.
        target: the file to write.
        limits: bounds of the reading.
        budget: the time that is left.
        sheet: its name, empty for the first that is a table.
        merged: where the value of merged cells stands: in each of them, or down their one column (a town
            merged over its rows), titles across the sheet staying where they are.

    Raises:
        TerreauError: broken, encrypted, empty, or past a bound; the message says which.
    """
    if kind in ("xlsx", "ods"):
        _check_archive(path, limits, budget)
    options = {
        "sheet": sheet,
        "merged": merged,
        "cell": limits.cell,
        "rows": limits.rows,
        "memory": limits.memory,
        "seconds": max(1.0, budget.left),
        "written": 2 * limits.inflated,
    }
    try:
        with budget.turn():
            status, outcome = converted(path, target, options, seconds=max(1.0, budget.left))
    except subprocess.TimeoutExpired as error:
        raise too_slow(limits.seconds) from error
    if not outcome:
        raise _sudden_end(status, limits)
    if "error" in outcome:
        raise _refusal(outcome, limits, sheet)
    return Converted(sheet=outcome["sheet"], sheets=tuple(outcome["sheets"]), rows=outcome["rows"])


def _sudden_end(status: int, limits: Limits) -> TerreauError:
    """Why the process died without a word: no memory (abort, kill), no time, or a file it cannot bear."""
    if status in (-signal.SIGABRT, -getattr(signal, "SIGKILL", 9)):
        return _too_wide(limits)
    if status == -getattr(signal, "SIGXCPU", 24):
        return too_slow(limits.seconds)
    return broken("classeur")


def _refusal(outcome: dict[str, Any], limits: Limits, sheet: str) -> TerreauError:
    error = outcome["error"]
    if error == "password":
        return encrypted()
    if error == "rows":
        return too_many_rows(limits)
    if error == "inflated":
        return _too_inflated(limits)
    if error == "memory":
        return _too_wide(limits)
    if error == "cell":
        return too_long_cell(outcome["row"], column_letters(outcome["column"]), outcome["length"], limits)
    if error == "sheet":
        names = ", ".join(outcome.get("sheets", ()))
        return TerreauError(
            f"La feuille «{NO_BREAK_SPACE}{sheet}{NO_BREAK_SPACE}» n’existe pas dans ce classeur.",
            remedy=f"Choisissez parmi{NO_BREAK_SPACE}: {names}." if names else "",
        )
    if error == "empty":
        return TerreauError(
            "Ce classeur n’a aucune feuille remplie.",
            remedy="Vérifiez que la liste est bien dans une feuille visible, puis renvoyez le fichier.",
        )
    return broken("classeur")


def _too_inflated(limits: Limits) -> TerreauError:
    return TerreauError(
        f"Une fois décompressé, le classeur dépasse {french_size(limits.inflated)}, le plus qui soit permis.",
        remedy="Gardez la seule feuille utile, ou enregistrez-la en CSV.",
    )


def _too_wide(limits: Limits) -> TerreauError:
    return TerreauError(
        f"Le tableau est trop étendu{NO_BREAK_SPACE}: l’ouvrir demanderait plus de "
        f"{french_size(limits.memory)} de mémoire.",
        remedy="Une cellule se trouve sans doute très loin des autres. Copiez la liste seule dans un nouveau "
        "classeur, ou enregistrez-la en CSV.",
    )


def _check_archive(path: Path, limits: Limits, budget: Budget) -> None:
    """Refuse a bomb: first by what the archive declares, then by inflating it all for real.

    What is declared can lie, so that every member is inflated block by block and thrown away; a stretch
    without any tag longer than a cell may be is one giant cell.
    """
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > _MANY_MEMBERS:
                raise _too_inflated(limits)
            if sum(member.file_size for member in members) > limits.inflated:
                raise _too_inflated(limits)
            for member in members:
                total += _inflate(archive, member, limits, budget, total)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise broken("classeur") from error


def _inflate(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits, budget: Budget, before: int
) -> int:
    size = run = 0
    longest = max(1_000_000, 6 * limits.cell)
    markup = member.filename.endswith(".xml")
    with archive.open(member) as stream:
        while True:
            with budget.turn():
                block = stream.read(_BLOCK)
            if not block:
                return size
            size += len(block)
            if before + size > limits.inflated:
                raise _too_inflated(limits)
            if not markup:
                continue
            first = block.find(b"<")
            run += len(block) if first < 0 else first
            if run > longest:
                raise TerreauError(
                    f"Une cellule du classeur dépasse {french_count(limits.cell)} caractères.",
                    where=f"Partie «{NO_BREAK_SPACE}{member.filename}{NO_BREAK_SPACE}» du classeur.",
                    remedy="Raccourcissez ce texte, puis renvoyez le fichier.",
                )
            run = run if first < 0 else len(block) - block.rfind(b"<") - 1
