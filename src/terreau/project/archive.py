"""The file of a back-up: a ZIP of named members, closed by a manifest that holds their digests.

Anyone can open it without Terreau: tables are lines of JSON, files are files. It is written beside
its final name and takes it only once it is whole, on the disk, and read back.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from terreau.core.errors import TerreauError

FORMAT = 1
MANIFEST = "manifest.json"
_CHUNK = 1024 * 1024


@dataclass
class Manifest:
    """What a back-up holds, and what made it."""

    version: str
    made_at: str
    database: str
    # Every migration that the database had received: `app.name`.
    migrations: list[str]
    # Table → its columns, in the order of the values of each line.
    tables: dict[str, list[str]] = field(default_factory=dict)
    # Member → SHA-256 of its content.
    digests: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT
    # Whether all of it is invented; see `terreau.project.exercise`.
    exercise: bool = False


class Writer:
    """A back-up being written, member by member."""

    def __init__(self, file: zipfile.ZipFile, manifest: Manifest) -> None:
        self._file = file
        self.manifest = manifest

    @contextlib.contextmanager
    def member(self, name: str) -> Iterator[_Hashed]:
        """A new member, of any size, open for writing."""
        with self._file.open(zipfile.ZipInfo(name, _EPOCH), "w", force_zip64=True) as inside:
            hashed = _Hashed(inside)
            yield hashed
        self.manifest.digests[name] = hashed.digest.hexdigest()


# The same content gives the same member whenever it is written.
_EPOCH = (1980, 1, 1, 0, 0, 0)


class _Hashed:
    """A stream whose content is digested as it is written."""

    def __init__(self, inside: IO[bytes]) -> None:
        self._inside = inside
        self.digest = hashlib.sha256()

    def write(self, content: bytes) -> None:
        """Write bytes."""
        self.digest.update(content)
        self._inside.write(content)


@contextlib.contextmanager
def writing(path: Path, manifest: Manifest) -> Iterator[Writer]:
    """Write a back-up that appears under its name whole, verified and on the disk, or not at all.

    Raises:
        TerreauError: when another back-up is being written there, or the disk refuses.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # It holds the secret key and addresses of people: its owner alone reads it.
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as draft:
            _lock(draft, path)
            draft.truncate(0)
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
                file.compression = zipfile.ZIP_DEFLATED
                yield Writer(file, manifest)
                file.writestr(zipfile.ZipInfo(MANIFEST, _EPOCH), json.dumps(asdict(manifest), indent=1))
            draft.flush()
            os.fsync(draft.fileno())
            check(part)
            part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise _explained(error, path) from error


def _lock(draft: IO[bytes], path: Path) -> None:
    try:
        fcntl.flock(draft, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise TerreauError(
            "Une autre sauvegarde est en train de s’écrire à cet endroit.",
            where=str(path),
            remedy="Attendez qu’elle finisse, ou donnez un autre nom.",
        ) from None


def _explained(error: OSError, path: Path) -> TerreauError:
    reasons = {
        errno.ENOSPC: ("Il n’y a plus de place sur le disque.", "Libérez de la place, puis recommencez."),
        errno.EACCES: ("Ce dossier n’est pas accessible en écriture.", "Donnez un autre dossier."),
        errno.EROFS: ("Ce disque est en lecture seule.", "Donnez un autre dossier."),
        errno.EISDIR: ("C’est un dossier, pas un fichier.", "Donnez le nom d’un fichier."),
    }
    message, remedy = reasons.get(
        error.errno or 0, (f"Le disque a refusé l’écriture ({error.strerror}).", "Vérifiez le disque.")
    )
    return TerreauError(message, where=str(path), remedy=remedy)


def check(path: Path) -> Manifest:
    """Read a back-up from end to end and compare each member with its digest.

    Raises:
        TerreauError: when it is no back-up, is damaged, or was made by a newer format.
    """
    try:
        with zipfile.ZipFile(path) as file:
            given: dict[str, Any] = json.loads(file.read(MANIFEST))
            if given.get("format") != FORMAT:
                raise TerreauError(
                    "Cette sauvegarde est d’un format que cette version ne connaît pas.",
                    where=str(path),
                    remedy=f"Installez la version {given.get('version', 'qui l’a faite')} de Terreau.",
                )
            manifest = Manifest(**given)
            if set(file.namelist()) - {MANIFEST} != set(manifest.digests):
                raise _damaged(path, "il manque des éléments")
            for name, expected in manifest.digests.items():
                if _digest(file, name) != expected:
                    raise _damaged(path, f"«\u00a0{name}\u00a0» a changé")
    except FileNotFoundError:
        raise TerreauError("Ce fichier n’existe pas.", where=str(path)) from None
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        EOFError,
        NotImplementedError,
        OSError,
    ) as error:
        raise _damaged(path, "il est illisible ou coupé") from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise _damaged(path, "son contenu est illisible") from error
        raise
    return manifest


def _digest(file: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with file.open(name) as inside:
        while chunk := inside.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _damaged(path: Path, why: str) -> TerreauError:
    return TerreauError(
        f"Ce fichier n’est pas une sauvegarde de Terreau, ou il est abîmé\u00a0: {why}.",
        where=str(path),
        remedy="Rien n’a été changé. Prenez une autre sauvegarde.",
    )
