"""Where an instance keeps its state: one folder, `TERREAU_HOME`.

Database, search index, files, secret key and back-ups of one instance live under it, so that
several instances stand side by side and one folder is all there is to move.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from terreau.core.errors import TerreauError, disk_reason


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

        Raises:
            TerreauError: when the system refuses one of them.
        """
        for folder in (self.root, self.index, self.files, self.locks, self.static):
            try:
                folder.mkdir(parents=True, exist_ok=True)
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
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            key = secrets.token_urlsafe(50)
            file.write(key)
        return key


def find_home() -> Home:
    """The home named by `TERREAU_HOME`, else `var/` beside the checkout or in the current folder."""
    named = os.environ.get("TERREAU_HOME")
    if named:
        return Home(Path(named).expanduser().resolve())
    checkout = Path(__file__).resolve().parents[3]
    base = checkout if (checkout / "pyproject.toml").exists() else Path.cwd()
    return Home(base / "var")
