"""A small table from a town's file, bounded in size, rows and cells: CSV, XLSX, XLS, ODS, GeoJSON.."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from terreau.core.errors import TerreauError
from terreau.core.sheets import converted

MAX_BYTES = 20 * 1024 * 1024
MAX_INFLATED = 200 * 1024 * 1024
MAX_ROWS = 10_000
MAX_COLUMNS = 100
MAX_CELL = 1_000_000
MAX_MEMORY = 1024 * 1024 * 1024
MAX_SECONDS = 30.0
ACCEPTED = (".csv", ".txt", ".xlsx", ".xls", ".ods", ".json", ".geojson")
_SEPARATORS = (";", "\t", ",", "|")
_MORE = "Divisez le fichier, ou gardez les seules lignes et colonnes utiles."


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a person counts it, its values by column title, its geometry when it has one."""

    number: int
    values: dict[str, str]
    geometry: dict[str, Any] | None = None


def read_rows(content: bytes, name: str) -> list[Row]:
    """The rows of a file, told by its name and content.

    Args:
        content: the whole file.
        name: its name, whose ending says its format.

    Raises:
        TerreauError: it is empty, too large, of another format or damaged.
    """
    ending = PurePath(name).suffix.lower()
    if ending not in ACCEPTED:
        raise TerreauError(
            f"Le fichier «\u00a0{name}\u00a0» n’est pas d’un format lu ici.",
            remedy=f"Formats lus\u00a0: {', '.join(part.removeprefix('.').upper() for part in ACCEPTED)}.",
        )
    if len(content) > MAX_BYTES:
        raise TerreauError(f"Le fichier dépasse {MAX_BYTES // 1024 // 1024}\u00a0Mo.", remedy=_MORE)
    if not content.strip():
        raise TerreauError("Le fichier est vide.", remedy="Choisissez un fichier qui a des lignes.")
    if ending in (".json", ".geojson"):
        return _from_json(content)
    table = _from_sheet(content) if ending in (".xlsx", ".xls", ".ods") else _from_text(content)
    return _titled(table)


def _titled(table: Iterable[list[str]]) -> list[Row]:
    """Rows under the first row that has anything, which gives the titles."""
    titles: list[str] | None = None
    rows: list[Row] = []
    for number, cells in enumerate(table, start=1):
        if len(cells) > MAX_COLUMNS:
            cells = cells[:MAX_COLUMNS]
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        if titles is None:
            titles = cells
            continue
        if any(len(cell) > MAX_CELL for cell in cells):
            raise _too_long(number)
        _check_count(len(rows))
        rows.append(Row(number, {title: cell for title, cell in zip(titles, cells, strict=False) if title}))
    if not rows:
        raise _no_rows()
    return rows


def _no_rows() -> TerreauError:
    return TerreauError(
        "Le fichier n’a aucune ligne sous ses titres.",
        remedy="La première ligne donne les titres des colonnes, les suivantes les subdivisions.",
    )


def _too_long(row: int) -> TerreauError:
    return TerreauError(f"Une cellule dépasse {MAX_CELL} caractères.", where=f"Ligne {row}.", remedy=_MORE)


def _check_count(count: int) -> None:
    if count >= MAX_ROWS:
        raise TerreauError(f"Le fichier dépasse {MAX_ROWS} lignes.", remedy=_MORE)


def _from_text(content: bytes) -> Iterable[list[str]]:
    text = _decoded(content)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    csv.field_size_limit(MAX_CELL + 1)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=separator)
    except csv.Error as error:
        raise TerreauError(
            "Le fichier CSV est mal formé.", remedy="Enregistrez-le de nouveau en CSV, encodé en UTF-8."
        ) from error


def _decoded(content: bytes) -> str:
    """The text, without the null characters that no database keeps."""
    return _as_written(content).replace("\0", "").replace("\\u0000", "")


def _as_written(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _from_sheet(content: bytes) -> Iterable[list[str]]:
    """The first sheet that is a table, read apart: two cells far from each other would take all memory."""
    _check_inflated(content)
    options = {
        **{"sheet": "", "merged": "down", "cell": MAX_CELL, "rows": MAX_ROWS},
        **{"memory": MAX_MEMORY, "seconds": MAX_SECONDS, "written": MAX_INFLATED},
    }
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "classeur"), Path(folder, "feuille.csv")
        source.write_bytes(content)
        try:
            _status, outcome = converted(source, target, options, seconds=MAX_SECONDS)
        except subprocess.TimeoutExpired:
            outcome = {"error": "memory"}
        _check_outcome(outcome)
        table = target.read_text("utf-8")
    csv.field_size_limit(MAX_CELL + 1)
    return list(csv.reader(io.StringIO(table, newline="")))


def _check_outcome(outcome: dict[str, Any]) -> None:
    error = outcome.get("error", "" if outcome else "memory")
    if error == "rows":
        _check_count(MAX_ROWS)
    if error == "cell":
        raise _too_long(outcome["row"])
    if error in ("memory", "inflated"):
        raise TerreauError(
            "Le classeur, une fois ouvert, est trop gros.",
            remedy="Une cellule se trouve peut-être très loin des autres\u00a0: copiez la liste seule dans "
            "un nouveau classeur, ou enregistrez-la en CSV.",
        )
    if error == "empty":
        raise _no_rows()
    if error:
        raise TerreauError(
            "Le classeur ne peut pas être lu.", remedy="Ouvrez-le et enregistrez-le de nouveau, ou en CSV."
        )


def _check_inflated(content: bytes) -> None:
    """A small archive that opens into a huge one is refused before it is opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return  # an older format, or a file that its reader will refuse
    if size > MAX_INFLATED:
        raise TerreauError("Le classeur, une fois ouvert, est trop gros.", remedy=_MORE)


def _as_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _from_json(content: bytes) -> list[Row]:
    try:
        data = json.loads(_decoded(content))
    except (ValueError, RecursionError) as error:
        raise TerreauError(
            "Le fichier JSON est mal formé.", remedy="Vérifiez qu’il est entier et en UTF-8."
        ) from error
    items = data.get("features") if isinstance(data, dict) else data
    if not isinstance(items, list) or not items:
        raise TerreauError(
            "Le fichier JSON n’a pas de liste de subdivisions.",
            remedy="Donnez un GeoJSON (FeatureCollection) ou une liste d’objets.",
        )
    _check_count(len(items) - 1)
    return [_from_object(number, item) for number, item in enumerate(items, start=1)]


def _from_object(number: int, item: object) -> Row:
    if not isinstance(item, dict):
        raise TerreauError("Un élément n’est pas un objet.", where=f"Élément {number}.")
    properties = item.get("properties") if "properties" in item else item
    geometry = item.get("geometry") if "properties" in item else None
    values = {
        str(key): _as_text(value)
        for key, value in (properties if isinstance(properties, dict) else {}).items()
        if value is not None and not isinstance(value, dict | list)
    }
    return Row(number, values, geometry if isinstance(geometry, dict) else None)
