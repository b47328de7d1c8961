"""Putting a restored state in place of the present one, whole or not at all.

What is restored is prepared in a folder of the home. A small file then says that it is ready: that
is the instant at which the restoration is decided. Moving the pieces comes after, and whoever finds
the small file, after a crash, finishes the moves. Before it, the home is as it was.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from terreau.core.files import write_atomically
from terreau.core.home import Home

_PIECES = ("files", "secret.key")
_DATABASE = "terreau.sqlite3"


@dataclass(frozen=True)
class Swap:
    """The restored state that waits in a home, and the mark that decides it."""

    home: Home

    @property
    def folder(self) -> Path:
        """Where the restored state is prepared."""
        return self.home.root / "restauration"

    @property
    def _mark(self) -> Path:
        return self.home.root / "restauration.json"

    def begin(self) -> Path:
        """An empty folder to prepare the state in."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return self.folder

    def decide(self, *, kept_in: str, token: str = "") -> None:
        """From here on the restored state is the one of this home.

        Args:
            kept_in: name of the folder of the home where the former state goes; empty to drop it.
            token: what a database elsewhere will hold once its own part is done; empty when the
                database is one of the pieces.
        """
        write_atomically(self._mark, json.dumps({"kept_in": kept_in, "token": token}).encode())

    def is_decided(self) -> bool:
        """Whether a restoration waits to be finished."""
        return self._mark.exists()

    def token(self) -> str:
        """What the database must hold for the restoration to hold."""
        return str(json.loads(self._mark.read_text())["token"]) if self.is_decided() else ""

    def give_up(self) -> None:
        """Leave the home as it was."""
        self._mark.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def finish(self) -> None:
        """Move the pieces; done again after a crash, it goes on where it was."""
        kept_in = str(json.loads(self._mark.read_text())["kept_in"])
        former = self.home.root / kept_in if kept_in else self.folder / "former"
        former.mkdir(exist_ok=True)
        if (self.folder / _DATABASE).exists():
            # The journal of the former database must not be taken for that of the new one.
            for name in (f"{_DATABASE}-wal", f"{_DATABASE}-shm"):
                self._set_aside(name, former)
        for name in (*_PIECES, _DATABASE):
            if (self.folder / name).exists():
                self._set_aside(name, former)
                (self.folder / name).rename(self.home.root / name)
        shutil.rmtree(self.home.index, ignore_errors=True)
        self.home.ensure()
        self._mark.unlink()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _set_aside(self, name: str, former: Path) -> None:
        present = self.home.root / name
        if present.exists() and not (former / name).exists():
            present.rename(former / name)
