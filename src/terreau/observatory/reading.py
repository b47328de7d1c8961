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
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import Final

import duckdb

from terreau.core.errors import TerreauError, disk_reason
from terreau.core.numbers import french_number

_PARQUET = b"PAR1"
_GZIP = b"\x1f\x8b"
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
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
# Of these, DuckDB leaves the rest of what it was reading, thousands of rows and more, and tells one.
_LEAVES_THE_REST: Final = ("UNQUOTED VALUE", "LINE SIZE OVER MAXIMUM", "INVALID STATE")
# The last row of a file that was cut ends so.
_CUT: Final = ("MISSING COLUMNS", "UNQUOTED VALUE")
# Types of Parquet that are read as they are; the others are read as the text of a code.
_AS_THEY_ARE: Final = ("VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP")
_NUMBERS: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")
_NESTED: Final = ("[", "STRUCT", "MAP", "UNION")


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
    if path.is_dir():
        raise TerreauError("C’est un dossier\u00a0: il faut un fichier.", where=str(path))
    if not path.is_file():
        raise TerreauError("Ce fichier n’existe pas.", where=str(path))
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise TerreauError("Ce fichier est vide.", where=path.name)
    if start == _PARQUET:
        return _parquet(connection, path, columns, left)
    if start in _ZIPS:
        opened = open_file(connection, _unzipped(path, workplace), columns, workplace, left)
        return replace(opened, given=path)
    packed = start[:2] == _GZIP
    if packed and _first_bytes(path) == _PARQUET:
        opened = open_file(connection, _gunzipped(path, workplace), columns, workplace, left)
        return replace(opened, given=path)
    return _csv(connection, path, tuple(columns), workplace, left, packed=packed)


def only_table(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """The one table of an archive; what a Mac puts beside it is none.

    Args:
        archive: the archive, open.
        name: that of its file.

    Raises:
        TerreauError: it holds none, or several, or it asks for a password.
    """
    # A workbook is an archive too.
    if any(one.startswith("xl/") for one in archive.namelist()):
        raise TerreauError("C’est un classeur.", where=name, remedy="Enregistrez sa feuille en CSV (UTF-8).")
    found = archive.infolist()
    tables = [item for item in found if not item.is_dir() and not item.filename.startswith("__MACOSX/")]
    if not tables:
        raise TerreauError("L’archive est vide.", where=name)
    if len(tables) > 1:
        raise TerreauError(f"L’archive contient {len(tables)} fichiers, il en faut un seul.", where=name)
    if tables[0].flag_bits & 1:
        raise TerreauError(
            "L’archive demande un mot de passe.", where=name, remedy="Décompressez-la d’abord."
        )
    return tables[0]


def _unzipped(path: Path, workplace: Path) -> Path:
    """The one table of an archive, unpacked."""
    target = _place_for(path, workplace)
    try:
        with zipfile.ZipFile(path) as archive:
            table = only_table(archive, path.name)
            with archive.open(table) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
    except (zipfile.BadZipFile, zlib.error) as error:
        raise TerreauError("L’archive est tronquée ou abîmée.", where=path.name) from error
    except NotImplementedError as error:
        raise TerreauError(
            "L’archive est compressée d’une manière qui ne se lit pas ici.",
            where=path.name,
            remedy="Décompressez-la d’abord.",
        ) from error
    return target


def _first_bytes(path: Path) -> bytes:
    """How what is packed begins."""
    try:
        with gzip.open(path, "rb") as file:
            return file.read(4)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged_gzip(path) from error


def _place_for(path: Path, workplace: Path) -> Path:
    """Where a file is unpacked: under the name by which messages speak of it, apart from its namesakes."""
    folder = workplace / uuid.uuid4().hex[:8]
    folder.mkdir()
    return folder / path.name


def _gunzipped(path: Path, workplace: Path) -> Path:
    target = _place_for(path, workplace)
    with target.open("wb") as out, gzip.open(path, "rb") as source:
        try:
            shutil.copyfileobj(source, out, 1 << 20)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise _damaged_gzip(path) from error
    return target


def _damaged_gzip(path: Path) -> TerreauError:
    return TerreauError("Le fichier compressé est tronqué ou abîmé.", where=path.name)


def _parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, columns: Iterable[Column], left: Iterable[str]
) -> Opened:
    try:
        found = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(path)})").fetchall()
    except duckdb.Error as error:
        raise unreadable(path.name, error) from error
    types = {str(name): str(kind) for name, kind, *_ in found}
    columns = tuple(columns)
    check_columns(path.name, types, columns, left)
    for column in columns:
        kind = types.get(column.name, "")
        if any(sign in kind for sign in _NESTED):
            raise TerreauError(
                f"La colonne «\u00a0{column.name}\u00a0» contient des listes ou des objets\u00a0: il y faut "
                "un texte, un nombre ou une date.",
                where=path.name,
            )
    return Opened(path, path, types)


def as_code(name: str, kind: str, digits: int | None = None) -> str:
    """A column as the text of a code, whatever type a Parquet file gave it; dates and signs stay as they are.

    Args:
        name: its name, as SQL.
        kind: its type.
        digits: how many the code has, when a number has lost those it began with.
    """
    if kind.startswith(_AS_THEY_ARE):
        return name
    if digits is not None and kind.removeprefix("U").startswith(_NUMBERS):
        return f"lpad(CAST(TRY_CAST({name} AS BIGINT) AS VARCHAR), {digits}, '0')"
    return f"CAST({name} AS VARCHAR)"


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
    read = int(count[0][0])
    _refuse_lost_rows(path, read, [(int(line), kind) for line, kind in bad], packed=packed)
    rejects = tuple((int(line), _ROW_TROUBLES.get(kind, "ligne illisible")) for line, kind in bad)
    if rejects and len(rejects) >= _TOO_MANY * (read + len(rejects)):
        raise TerreauError(
            f"{len(rejects)} lignes sur {read + len(rejects)} ne se lisent pas\u00a0; "
            f"la première, ligne {rejects[0][0]}\u00a0: {rejects[0][1]}.",
            where=path.name,
            remedy="Le fichier doit être en UTF-8, chaque ligne avec autant de colonnes que l’en-tête.",
        )
    return Opened(path, target, dict.fromkeys(wanted, "VARCHAR"), rejects)


def _refuse_lost_rows(path: Path, read: int, bad: list[tuple[int, str]], *, packed: bool) -> None:
    """Refuse a file of which a row hides those below it, or that ends in the middle of a row.

    The file is read anew to know, which only such a row makes worth its time.
    """
    worst = next((line for line, kind in bad if kind in _LEAVES_THE_REST), None)
    if worst is None and not (bad and bad[-1][1] in _CUT):
        return
    written, whole = 0, True
    with _opened(path, packed=packed) as file:
        for line in file:
            written += bool(line.strip())
            whole = line.endswith((b"\n", b"\r"))
    lost = written - 1 - read - len(bad)
    if not whole and bad[-1][1] in _CUT and lost <= 0:
        raise TerreauError(
            f"Le fichier est coupé\u00a0: sa dernière ligne, la ligne {bad[-1][0]}, n’est pas entière.",
            where=path.name,
            remedy="Téléchargez-le de nouveau.",
        )
    if worst is not None and lost > 0:
        raise TerreauError(
            f"Un guillemet ouvert à la ligne {worst} n’est pas fermé\u00a0: des lignes qui suivent ne se "
            f"lisent pas ({french_number(lost)}).",
            where=path.name,
            remedy="Corrigez cette ligne, ou téléchargez le fichier de nouveau.",
        )


def _opened(path: Path, *, packed: bool) -> gzip.GzipFile | BufferedReader:
    return gzip.open(path, "rb") if packed else path.open("rb")


def _not_utf8(path: Path) -> TerreauError:
    return TerreauError(
        "La première ligne n’est pas en UTF-8.",
        where=path.name,
        remedy="Enregistrez le fichier de nouveau en CSV (UTF-8).",
    )


def _header(path: Path, *, packed: bool) -> tuple[list[str], str]:
    """The names of the first line, and what separates them."""
    try:
        with _opened(path, packed=packed) as file:
            first = file.readline(1 << 20)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged_gzip(path) from error
    if first.startswith(_UTF_16):
        raise _not_utf8(path)
    if b"\r" in first.rstrip(b"\r\n"):
        raise TerreauError(
            "Les fins de ligne de ce fichier sont celles d’anciens ordinateurs (retour chariot seul).",
            where=path.name,
            remedy="Enregistrez-le de nouveau en CSV (UTF-8).",
        )
    try:
        line = first.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError as error:
        raise _not_utf8(path) from error
    separator = max(_SEPARATORS, key=line.count)
    header = [name.strip() for name in next(csv.reader([line], delimiter=separator), [])]
    doubled = next((name for name in header if header.count(name) > 1), None)
    if doubled == "":
        raise TerreauError(
            "La première ligne n’est pas celle des titres\u00a0: plusieurs colonnes n’y en ont pas.",
            where=path.name,
            remedy="Ôtez ce qui est au-dessus des titres, et les colonnes vides.",
        )
    if doubled is not None:
        raise TerreauError(
            f"La colonne «\u00a0{doubled}\u00a0» est deux fois dans l’en-tête.",
            where=path.name,
            remedy="Gardez-en une, ou donnez-lui un autre nom.",
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
