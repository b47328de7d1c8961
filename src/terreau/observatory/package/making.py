"""The archive of a vintage's data package: made once beside the vintages, served as it is."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import duckdb

from terreau.core.errors import TerreauError, disk_reason
from terreau.observatory.package.describing import description, name_of, read_me
from terreau.observatory.package.filling import fill
from terreau.observatory.package.tables import tables_of
from terreau.observatory.reading import unreadable
from terreau.observatory.store import MANIFEST, Vintage, alone, open_vintage

_FOLDER: Final = "packages"
# Raised when the same vintage would give another package.
_EDITION: Final = b"2"


def package_of(root: Path, vintage: Vintage) -> Path | None:
    """The archive of a vintage, if it was made of this very one."""
    path = _path(root, vintage)
    return path if path.is_file() else None


def make(root: Path, name: str, say: Callable[[str], None] = lambda line: None) -> Path:
    """Make the archive of a vintage; the former one is served until this one is whole.

    Args:
        root: where vintages are.
        name: the month.
        say: told each step, in French.

    Raises:
        TerreauError: no such vintage, no room on the disk, or the vintage was replaced meanwhile.
    """
    vintage = open_vintage(root, name)
    path = _path(root, vintage)
    try:
        path.parent.mkdir(exist_ok=True)
        with (
            alone(path.parent, "Un jeu de données est déjà en préparation dans ce dossier."),
            _draft(path.parent) as draft,
        ):
            fill(vintage, draft, say)
            say("Archive")
            archive = _archived(vintage, draft)
            if open_vintage(root, name).folder != vintage.folder:
                raise TerreauError("Ce millésime a été reconstruit pendant ce temps.", where=name)
            archive.replace(path)
    except OSError as error:
        raise TerreauError(
            f"Le jeu de données ne peut pas être écrit\u00a0: {disk_reason(error)}.", where=str(path.parent)
        ) from error
    except duckdb.Error as error:
        raise unreadable(name, error) from error
    for former in path.parent.glob(f"{name_of(vintage)}-*.zip"):
        if former != path:
            former.unlink(missing_ok=True)
    return path


@contextlib.contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """Where it is prepared; what a killed one left is thrown away first."""
    draft = folder / ".draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _path(root: Path, vintage: Vintage) -> Path:
    """Named after the content of the manifest: a vintage built anew does not serve the package of another."""
    mark = hashlib.blake2b(_EDITION + (vintage.folder / MANIFEST).read_bytes(), digest_size=6).hexdigest()
    return root / _FOLDER / f"{name_of(vintage)}-{mark}.zip"


def _archived(vintage: Vintage, folder: Path) -> Path:
    """One file with all of it; the same vintage always gives the same bytes."""
    path = folder / "package.zip"
    described = json.dumps(description(vintage, folder), ensure_ascii=False, indent=1) + "\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry(vintage, "datapackage.json"), described)
        archive.writestr(_entry(vintage, "LISEZMOI.md"), read_me(vintage))
        for form in ("csv", "parquet"):
            for table in tables_of(vintage):
                _add(archive, _entry(vintage, f"{form}/{table.name}.{form}"), folder / f"{table.name}.{form}")
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return path


def _entry(vintage: Vintage, name: str) -> zipfile.ZipInfo:
    year, month, day = map(int, vintage.manifest["on"].split("-"))
    entry = zipfile.ZipInfo(name, (year, month, day, 0, 0, 0))
    # Parquet is compressed already.
    entry.compress_type = zipfile.ZIP_STORED if name.endswith(".parquet") else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _add(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> None:
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
        while block := source.read(1 << 20):
            target.write(block)
