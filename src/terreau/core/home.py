"""Where an instance keeps its state: one folder, `TERREAU_HOME`.

Database, search index, files, secret key and back-ups of one instance live under it, so that
several instances stand side by side and one folder is all there is to move.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from terreau.core.errors import TerreauError, disk_reason

_OWNER_ALONE: Final = 0o700


@dataclass(frozen=True)
class Home:
    """The folder of one instance and the places inside it."""

    root: Path

    @property
    def database(self) -> Path:
        """The SQLite database, where no other is named."""
        return self.root / "terreau.sqlite3"

    @property
    def index(self) -> Path:
        """The search index, which can always be made again."""
        return self.root / "index"

    @property
    def files(self) -> Path:
        """What people brought: lists, pictures, documents."""
        return self.root / "files"

    @property
    def static(self) -> Path:
        """Style sheets and pictures of the platform, made ready to serve."""
        return self.root / "static"

    @property
    def locks(self) -> Path:
        """What processes hold so as not to do the same thing twice."""
        return self.root / "locks"

    @property
    def content_stamp(self) -> Path:
        """A file whose modification time changes whenever public content does."""
        return self.root / "content-stamp"

    @property
    def exercise_mark(self) -> Path:
        """A file that only the home of an exercise has."""
        return self.root / "exercise"

    def ensure(self) -> Home:
        """Make the folders that do not exist yet; keep what is there.

        The home is made for its owner alone: answers, addresses and lists lie in it. One that is there
        stays open to those to whom its owner opened it.

        Raises:
            TerreauError: when the system refuses one of them.
        """
        for folder in (self.root, self.index, self.files, self.locks, self.static):
            try:
                folder.mkdir(_OWNER_ALONE, parents=True, exist_ok=True)
            except OSError as error:
                raise TerreauError(
                    f"Ce dossier ne peut pas tenir l’instance\u00a0: {disk_reason(error)}.",
                    where=f"TERREAU_HOME, {folder}",
                    remedy="Donnez par TERREAU_HOME un dossier où vous avez le droit d’écrire.",
                ) from error
        return self

    def secret_key(self) -> str:
        """The instance's own secret, drawn once and readable by its owner only."""
        path = self.root / "secret.key"
        try:
            if not path.exists() or not path.stat().st_size:
                _draw_secret(path)
            return path.read_text().strip()
        except OSError as error:
            raise TerreauError(
                "Le secret de l’instance ne peut être ni lu ni écrit.",
                where=f"TERREAU_HOME, {path}",
                remedy="Lancez terreau sous le compte qui tient ce dossier, ou rendez-lui ses fichiers.",
            ) from error


def _draw_secret(path: Path) -> None:
    """Draw a secret that takes its name once it is whole: no process reads half of one, none keeps two.

    An empty file, left where the disk was full, is no secret.
    """
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.fsync(file.fileno())
        if path.exists() and not path.stat().st_size:
            path.unlink()
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        except OSError:
            # Some disks know no second name.
            Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)


def find_home() -> Home:
    """The home named by `TERREAU_HOME`, else `var/` beside the checkout or in the current folder."""
    named = os.environ.get("TERREAU_HOME")
    if named:
        return Home(Path(named).expanduser().resolve())
    checkout = Path(__file__).resolve().parents[3]
    base = checkout if (checkout / "pyproject.toml").exists() else Path.cwd()
    return Home(base / "var")
