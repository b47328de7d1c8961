"""Where vintages live: one finished, read-only folder each, several side by side.

A vintage is built in a folder no reader looks at, then takes its name in one rename: a reader finds the whole
of the former or the whole of the new. Whatever stops a build, what was served is still served.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

from terreau.core.errors import TerreauError, disk_reason

_NAME: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_STORE: Final = ".store"
_DRAFT: Final = "draft-"
MANIFEST: Final = "manifest.json"
# Read by everything that shows or writes a figure of a simulated register.
SIMULATED: Final = "données simulées"


@dataclass(frozen=True)
class Vintage:
    """A vintage that can be read."""

    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What it was made of and by what."""
        try:
            found: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
            # Without its month and its tables, nothing of the vintage can be read.
            _ = found["vintage"], found["tables"].items()
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise TerreauError(
                "Ce millésime n’est pas entier.", where=str(self.folder), remedy="Construisez-le de nouveau."
            ) from error
        return found

    @property
    def name(self) -> str:
        """Its month."""
        return str(self.manifest["vintage"])

    def path(self, table: str) -> Path:
        """The Parquet file of one of its tables."""
        return self.folder / f"{table}.parquet"


def check_name(name: str) -> str:
    """Refuse what is not a month."""
    if not _NAME.fullmatch(name):
        raise TerreauError("Un millésime s’écrit AAAA-MM, par exemple 2026-11.", where=name)
    return name


def of_country(home: Path, country: str) -> Path:
    """Where an instance keeps the vintages of a country: two countries have the same months."""
    return home / "observatory" / country.lower()


def countries(home: Path) -> list[str]:
    """The countries an instance has vintages of; a build that was refused leaves a folder without any."""
    root = home / "observatory"
    if not root.is_dir():
        return []
    return sorted(item.name.upper() for item in root.iterdir() if item.name.isalpha() and vintages(item))


def vintages(root: Path) -> list[str]:
    """The months that can be read, the oldest first."""
    if not root.is_dir():
        return []
    return sorted(
        item.name for item in root.iterdir() if _NAME.fullmatch(item.name) and (item / MANIFEST).is_file()
    )


def latest(root: Path) -> Vintage | None:
    """The newest vintage, if there is one."""
    names = vintages(root)
    return open_vintage(root, names[-1]) if names else None


def open_vintage(root: Path, name: str) -> Vintage:
    """One vintage, held as it is now even if it is replaced while it is read."""
    check_name(name)
    folder = root / name
    if not (folder / MANIFEST).is_file():
        known = ", ".join(vintages(root))
        if not known:
            raise TerreauError("Il n’y a aucun millésime ici.", where=str(root))
        raise TerreauError(f"Ce millésime n’existe pas (il y a\u00a0: {known}).", where=name)
    return _opened(folder.resolve())


@lru_cache(maxsize=16)
def _opened(folder: Path) -> Vintage:
    """A finished vintage never changes: what was read of it is kept."""
    return Vintage(folder)


@contextlib.contextmanager
def drafting(root: Path, name: str) -> Iterator[Path]:
    """A folder to build in, promoted under the vintage's name if all goes well, thrown away otherwise."""
    check_name(name)
    try:
        store = root / _STORE
        store.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TerreauError(f"Impossible d’y écrire\u00a0: {disk_reason(error)}.", where=str(root)) from error
    with alone(store, "Un millésime est déjà en construction dans ce dossier."):
        for left in store.glob(f"{_DRAFT}*"):
            shutil.rmtree(left, ignore_errors=True)
        draft = store / f"{_DRAFT}{uuid.uuid4().hex}"
        draft.mkdir()
        try:
            yield draft
            _promote(root, draft, name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


@contextlib.contextmanager
def alone(folder: Path, refusal: str) -> Iterator[None]:
    """One at a time in a folder; a killed one leaves no lock behind."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise TerreauError(refusal, where=str(folder.parent)) from error
        yield


def _promote(root: Path, draft: Path, name: str) -> None:
    for item in (*draft.iterdir(), draft):
        _to_disk(item)
    finished = root / _STORE / f"{name}-{uuid.uuid4().hex[:8]}"
    draft.rename(finished)
    link = root / _STORE / f"link-{uuid.uuid4().hex[:8]}"
    link.symlink_to(Path(_STORE) / finished.name)
    link.replace(root / name)
    _to_disk(root)
    for former in (root / _STORE).glob(f"{name}-*"):
        if former != finished:
            shutil.rmtree(former, ignore_errors=True)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
