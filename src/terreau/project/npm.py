"""Static files of npm packages, served from where the set-up installed them, never copied here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

# What is served of each package, and nothing else: whole, they weigh twenty megabytes.
FILES = {
    # Page and worker in one, as `scripts/map_library.py` makes it.
    "maplibre/maplibre.mjs": "maplibre.mjs",
}


class _Storage(FileSystemStorage):
    """The files under the names by which they are served."""

    def __init__(self, root: Path) -> None:
        super().__init__(location=str(root))

    def path(self, name: str) -> str:
        """Where the file of this name lies."""
        return super().path(FILES.get(name, name))


class NpmFinder(BaseFinder):
    """Finds the files of `FILES` in `node_modules`; without it, none."""

    def __init__(self, *_arguments: Any, **_named: Any) -> None:
        self.root: Path = settings.NODE_MODULES
        self.storage = _Storage(self.root)

    def check(self, **_options: Any) -> list[Any]:
        """Nothing to say: the platform works without."""
        return []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, _Storage]]:
        """The files that are installed."""
        for name, source in FILES.items():
            if (self.root / source).exists():
                yield name, self.storage

    def find(self, path: str, find_all: bool = False, **_named: Any) -> Any:
        """Where a file lies."""
        source = FILES.get(path)
        found = str(self.root / source) if source and (self.root / source).exists() else None
        if find_all:
            return [found] if found else []
        return found
