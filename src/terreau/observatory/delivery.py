"""A monthly delivery of the register as a folder: which file is which, of what month, genuine or simulated.

Only the head of each file is looked at; whether they can be read whole is found in building the vintage.
"""

# ruff: noqa: S608  (names of our own columns, and values written by `literal`)
from __future__ import annotations

import csv
import gzip
import io
import itertools
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Final

import duckdb

from terreau.core.errors import TerreauError
from terreau.observatory.reading import literal, only_table, unreadable
from terreau.observatory.sirene import SIMULATED_COLUMN

UNITS, ESTABLISHMENTS = "StockUniteLegale", "StockEtablissement"
# How the names of the other two files begin, whoever published them.
_ESS_LISTS: Final = ("liste-ess", "liste_ess", "ess_list", "entreprises-ess")
_RNA: Final = ("rna",)
_TREATED: Final = ("dateDernierTraitementUniteLegale", "dateDernierTraitementEtablissement")
_FORMATS: Final = (".parquet", ".csv", ".gz", ".zip")
_LINES: Final = 20_000
# A file told at the start of a month was last worked on at the end of the month before.
_TOLD_WITHIN: Final = timedelta(days=20)


@dataclass(frozen=True)
class Delivery:
    """The files of one month."""

    units: Path
    establishments: Path
    ess_list: Path | None
    rna: Path | None

    @property
    def files(self) -> tuple[Path, ...]:
        """Those there are."""
        given = (self.units, self.establishments, self.ess_list, self.rna)
        return tuple(path for path in given if path is not None)


def delivery_in(folder: Path) -> Delivery:
    """The files of the register that a folder holds.

    Raises:
        TerreauError: there is no such folder, a file is missing, or two could be the same one.
    """
    if not folder.is_dir():
        raise TerreauError(
            "Ce dossier n’existe pas.",
            where=str(folder),
            remedy="Donnez celui où sont les fichiers de Sirene.",
        )
    names = sorted(path for path in folder.iterdir() if path.is_file())
    units, establishments = _one(names, (UNITS,)), _one(names, (ESTABLISHMENTS,))
    if units is None or establishments is None:
        missing = [
            f"{name}_utf8" for name, path in ((UNITS, units), (ESTABLISHMENTS, establishments)) if not path
        ]
        raise TerreauError(
            f"Il manque dans ce dossier\u00a0: {', '.join(missing)} (parquet, csv, gz ou zip).",
            where=str(folder),
            remedy="Ces fichiers publics sont sur data.gouv.fr\u00a0: base Sirene des entreprises.",
        )
    return Delivery(units, establishments, _one(names, _ESS_LISTS), _one(names, _RNA))


def _one(paths: list[Path], beginnings: tuple[str, ...]) -> Path | None:
    """The file whose name begins so; nothing when there is none."""
    wanted = tuple(beginning.lower() for beginning in beginnings)
    found = [
        path for path in paths if path.name.lower().startswith(wanted) and path.suffix.lower() in _FORMATS
    ]
    if len(found) > 1:
        told = ", ".join(path.name for path in found)
        raise TerreauError(
            f"Plusieurs fichiers de ce dossier peuvent être le même\u00a0: {told}.",
            where=str(found[0].parent),
            remedy="N’en laissez qu’un.",
        )
    return found[0] if found else None


def is_simulated(path: Path) -> bool:
    """Whether a file comes from a generator."""
    return SIMULATED_COLUMN in _head(path)[0]


def vintage_of(delivery: Delivery) -> str:
    """The month of a delivery, from the last day its rows were worked on.

    Raises:
        TerreauError: no day can be read.
    """
    days = [day for path in (delivery.units, delivery.establishments) if (day := _last_day(path))]
    if not days:
        raise TerreauError(
            "Le mois de ces fichiers ne s’y lit pas.",
            where=delivery.units.name,
            remedy="Donnez-le\u00a0: --vintage AAAA-MM.",
        )
    return f"{max(days) + _TOLD_WITHIN:%Y-%m}"


def _last_day(path: Path) -> date | None:
    columns, rows = _head(path)
    name = next((name for name in _TREATED if name in columns), None)
    if name is None:
        return None
    place = columns.index(name)
    found = [row[place][:10] for row in rows if len(row) > place]
    try:
        return max((date.fromisoformat(text) for text in found if text), default=None)
    except ValueError:
        return None


def _head(path: Path) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, and what the first rows hold."""
    if path.suffix.lower() == ".parquet":
        return _parquet_head(path)
    try:
        with _text(path) as file:
            first = file.readline()
            separator = max(",;\t|", key=first.count)
            lines = itertools.chain([first], itertools.islice(file, _LINES))
            columns, *rows = list(csv.reader(lines, delimiter=separator)) or [[]]
    except (
        *(OSError, EOFError, NotImplementedError, UnicodeDecodeError),
        *(zipfile.BadZipFile, zlib.error, csv.Error),
    ) as error:
        raise TerreauError(
            "Ce fichier est tronqué, abîmé, ou n’est pas en UTF-8.",
            where=path.name,
            remedy="Téléchargez-le de nouveau.",
        ) from error
    return columns, rows


def _parquet_head(path: Path) -> tuple[list[str], list[list[str]]]:
    """The last day of the whole file, which most footers tell."""
    connection = duckdb.connect()
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(path)})").fetchall()
        columns = [str(row[0]) for row in described]
        name = next((name for name in _TREATED if name in columns), None)
        if name is None:
            return columns, []
        last = connection.execute(
            f"SELECT max(stats_max_value) FROM parquet_metadata({literal(path)}) "
            f"WHERE path_in_schema = {literal(name)}"
        ).fetchall()[0][0]
        if last is None:
            sql = f"SELECT max(CAST({name} AS VARCHAR)) FROM read_parquet({literal(path)})"
            last = connection.execute(sql).fetchall()[0][0]
    except duckdb.Error as error:
        raise unreadable(path.name, error) from error
    finally:
        connection.close()
    row = [""] * len(columns)
    row[columns.index(name)] = str(last or "")
    return columns, [row]


@contextmanager
def _text(path: Path) -> Iterator[IO[str]]:
    """The lines of a CSV, packed or not."""
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive, archive.open(only_table(archive, path.name)) as inside:
            yield io.TextIOWrapper(inside, encoding="utf-8-sig", newline="")
    elif path.suffix.lower() == ".gz":
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
            yield file
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
