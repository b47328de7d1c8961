"""A file of a register, whatever its form: Parquet, CSV, gzip or zip; its columns are asked for by name.

What is read is always a Parquet file: one given as such is read where it is; a CSV is first reduced to the
columns asked for. Rows that cannot be read (too short, badly quoted, of another encoding) are kept apart with
their reason.
"""

# ruff: noqa: S608  (names of our own tables, and values written by `literal`)
from __future__ import annotations

import csv
import difflib
import gzip
import re
import shutil
import uuid
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from terreau.core.errors import TerreauError, disk_reason

_PARQUET = b"PAR1"
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_SEPARATORS = ",;\t|"
# A count of bad rows beyond which a file is not the one announced: nothing would be left to read.
_TOO_MANY = 0.5
# Written once and read twice: what only makes files smaller would cost more than it saves.
_QUICK = "COMPRESSION lz4, WRITE_BLOOM_FILTER false, DICTIONARY_SIZE_LIMIT 1000"
_FILE_NAMED = re.compile(r'file "([^"]+)"')
_ROW_TROUBLES = {
    "MISSING COLUMNS": "ligne trop courte",
    "TOO MANY COLUMNS": "ligne trop longue",
    "UNQUOTED VALUE": "guillemets mal fermés",
    "LINE SIZE OVER MAXIMUM": "ligne trop longue",
    "INVALID ENCODING": "caractères qui ne sont pas de l’UTF-8",
    "INVALID STATE": "guillemets mal placés",
}


@dataclass(frozen=True)
class Column:
    """A column of a source: its name in the file, whether it must be there, whether anyone may see it."""

    name: str
    required: bool = True
    public: bool = True


@dataclass(frozen=True)
class Opened:
    """A file ready to be read: the Parquet that holds it, the columns found, the rows that did not read."""

    given: Path
    parquet: Path
    types: dict[str, str]
    rejects: tuple[tuple[int, str], ...] = ()

    def rows(self, connection: duckdb.DuckDBPyConnection) -> int:
        """How many rows it holds, from its footer."""
        sql = f"SELECT sum(num_rows) FROM parquet_file_metadata({literal(self.parquet)})"
        return int(connection.execute(sql).fetchall()[0][0] or 0)


def literal(value: object) -> str:
    """A value as SQL text."""
    text = str(value).replace("'", "''")
    return f"'{text}'"


def identifier(name: str) -> str:
    """A column's name as SQL, whatever it holds."""
    text = name.replace('"', '""')
    return f'"{text}"'


def open_file(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    columns: Iterable[Column],
    workplace: Path,
    left: Iterable[str] = (),
) -> Opened:
    """Find the columns asked for in a file.

    Args:
        connection: where it will be read.
        path: the file.
        columns: what is wanted of it.
        workplace: a folder for what must be unpacked or reduced, thrown away after.
        left: names the file is known to have and that are not read: none of them is a column renamed.

    Raises:
        TerreauError: no such file, not readable, or a column is missing; the message names it.
    """
    if not path.is_file():
        raise TerreauError("Ce fichier n’existe pas.", where=str(path))
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise TerreauError("Ce fichier est vide.", where=path.name)
    if start == _PARQUET:
        return _parquet(connection, path, columns, left)
    if start == _ZIP:
        return open_file(connection, _unzipped(path, workplace), columns, workplace, left)
    return _csv(connection, path, tuple(columns), workplace, left, packed=start[:2] == _GZIP)


def _unzipped(path: Path, workplace: Path) -> Path:
    """The one table of an archive, unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            tables = [item for item in archive.infolist() if not item.is_dir()]
            if len(tables) != 1:
                raise TerreauError(
                    f"L’archive contient {len(tables)} fichiers, il en faut un seul.", where=path.name
                )
            target = workplace / f"{path.stem}.unzipped"
            with archive.open(tables[0]) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
    except zipfile.BadZipFile as error:
        raise TerreauError("L’archive est tronquée ou abîmée.", where=path.name) from error
    return target


def _parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, columns: Iterable[Column], left: Iterable[str]
) -> Opened:
    try:
        found = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(path)})").fetchall()
    except duckdb.Error as error:
        raise unreadable(path.name, error) from error
    types = {str(name): str(kind) for name, kind, *_ in found}
    check_columns(path.name, types, columns, left)
    return Opened(path, path, types)


def check_columns(
    file: str, found: Iterable[str], wanted: Iterable[Column], left: Iterable[str] = ()
) -> None:
    """Refuse a file that lacks a required column; the message names each, and what looks like it."""
    names = list(found)
    missing = [column.name for column in wanted if column.required and column.name not in names]
    if not missing:
        return
    known = {*(column.name for column in wanted), *left}
    others = [name for name in names if name not in known]
    hints = []
    for name in missing:
        near = [f"«\u00a0{other}\u00a0»" for other in difflib.get_close_matches(name, others, 3, 0.75)]
        hints.append(f"«\u00a0{name}\u00a0»" + (f" (renommée {' ou '.join(near)}\u00a0?)" if near else ""))
    what = "Il manque la colonne" if len(missing) == 1 else "Il manque les colonnes"
    raise TerreauError(
        f"{what} {', '.join(hints)}.",
        where=file,
        remedy="Les colonnes sont cherchées par leur nom\u00a0; leur ordre n’importe pas.",
    )


def _csv(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    columns: tuple[Column, ...],
    workplace: Path,
    left: Iterable[str],
    *,
    packed: bool,
) -> Opened:
    header, separator = _header(path, packed=packed)
    check_columns(path.name, header, columns, left)
    wanted = [column.name for column in columns if column.name in header]
    # The same file may be read twice, for other columns.
    target = workplace / f"{path.name}.{uuid.uuid4().hex[:8]}.parquet"
    schema = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header)
    chosen = ", ".join(identifier(name) for name in wanted)
    connection.execute("DROP TABLE IF EXISTS bad_rows; DROP TABLE IF EXISTS bad_scans")
    try:
        count = connection.execute(
            f"""COPY (
                SELECT {chosen} FROM read_csv({literal(path)}, auto_detect = false, header = true,
                    delim = {literal(separator)}, quote = '"', escape = '"', columns = {{{schema}}},
                    compression = {literal("gzip" if packed else "none")}, max_line_size = 1000000,
                    store_rejects = true, rejects_table = 'bad_rows', rejects_scan = 'bad_scans')
            ) TO {literal(target)} (FORMAT parquet, {_QUICK})"""
        ).fetchall()
    except duckdb.Error as error:
        raise unreadable(path.name, error) from error
    bad = connection.execute(
        "SELECT line, any_value(CAST(error_type AS VARCHAR)) FROM bad_rows GROUP BY line ORDER BY line"
    ).fetchall()
    rejects = tuple((int(line), _ROW_TROUBLES.get(kind, "ligne illisible")) for line, kind in bad)
    read = int(count[0][0])
    if rejects and len(rejects) >= _TOO_MANY * (read + len(rejects)):
        raise TerreauError(
            f"{len(rejects)} lignes sur {read + len(rejects)} ne se lisent pas\u00a0; "
            f"la première, ligne {rejects[0][0]}\u00a0: {rejects[0][1]}.",
            where=path.name,
            remedy="Le fichier doit être en UTF-8, chaque ligne avec autant de colonnes que l’en-tête.",
        )
    return Opened(path, target, dict.fromkeys(wanted, "VARCHAR"), rejects)


def _header(path: Path, *, packed: bool) -> tuple[list[str], str]:
    """The names of the first line, and what separates them."""
    try:
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            first = file.readline(1 << 20)
    except (OSError, EOFError) as error:
        raise TerreauError("Le fichier compressé est tronqué ou abîmé.", where=path.name) from error
    try:
        line = first.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError as error:
        raise TerreauError("La première ligne n’est pas en UTF-8.", where=path.name) from error
    separator = max(_SEPARATORS, key=line.count)
    header = [name.strip() for name in next(csv.reader([line], delimiter=separator), [])]
    doubled = next((name for name in header if header.count(name) > 1), None)
    if doubled is not None:
        raise TerreauError(
            f"La colonne «\u00a0{doubled}\u00a0» est deux fois dans l’en-tête.", where=path.name
        )
    return header, separator


# What DuckDB says of a Parquet file that is cut, or has a hole: it seldom names the form.
_DAMAGED: Final = (
    *("magic bytes", "parquet", "footer", "thrift", "corrupt", "snappy", "zstd"),
    *("bytes outside file", "out of buffer", "know what type", "tprotocol"),
)


def unreadable(name: str, error: Exception) -> TerreauError:
    """What DuckDB could not do with a file, in French.

    Args:
        name: the file read, or those that were, where only DuckDB could tell which.
        error: what it says; the file that it names is the one.
    """
    text = str(error)
    told = _FILE_NAMED.search(text)
    name = Path(told[1]).name if told else name
    if "No space left" in text or "max_temp_directory_size" in text or "could not write" in text.lower():
        return TerreauError(
            "Il n’y a plus de place sur le disque.",
            remedy="Le dernier millésime construit n’a pas changé. Faites de la place et recommencez.",
        )
    if "Out of Memory" in text or "could not allocate" in text:
        return TerreauError(
            "La mémoire permise ne suffit pas.", remedy="Donnez-en plus avec «\u00a0--memory\u00a0»."
        )
    lowered = text.lower()
    if any(sign in lowered for sign in _DAMAGED):
        which = "L’un de ces fichiers Parquet" if ", " in name else "Le fichier Parquet"
        return TerreauError(f"{which} est tronqué ou abîmé.", where=name, remedy="Téléchargez-le de nouveau.")
    if "invalid unicode" in lowered:
        return TerreauError(
            "Le fichier a des caractères qui ne sont pas de l’UTF-8, ou il est abîmé.",
            where=name,
            remedy="Téléchargez-le de nouveau, ou enregistrez-le en UTF-8.",
        )
    if any(sign in lowered for sign in ("gzip", "miniz", "inflate")):
        return TerreauError("Le fichier compressé est tronqué ou abîmé.", where=name)
    if isinstance(error, OSError):
        return TerreauError(f"Impossible d’écrire\u00a0: {disk_reason(error)}.", where=name)
    first = text.strip().splitlines()[0] if text.strip() else "erreur inconnue"
    return TerreauError(f"Le fichier ne se lit pas ({first}).", where=name)
