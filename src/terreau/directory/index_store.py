"""The folders of the search index: which is current, what it has seen, who may write.

`index/state.json` names the current folder, the line of changes it follows and the last change it
holds. It is replaced by an atomic rename, after the index's own commit: a process killed in between
finds the former state and does the same work again, which changes nothing. A rebuild fills a folder
of its own, so that readers see the former one until the new one is whole.
"""

from __future__ import annotations

import fcntl
import json
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import tantivy
from django.conf import settings

from terreau.core.files import write_atomically

# To be raised when the schema or the way documents are made changes: indexes are then built anew.
FORMAT = 8
_STATE = "state.json"
_LOCK = "directory-index.lock"

# `text` holds all the words of a sheet, its name included: one list answers for a word.
WORDS = ("name", "text")
# `tile`: the map tiles that hold a position, by `tile_code`, at some zooms.
CODES = ("family", "sector", "issue", "filiere", "source", "place", "tile")
COLUMNS = (
    *("family", "sectors", "issues", "filieres", "sources", "country", "region", "department", "commune"),
    *("status", "precision", "confirmed"),
)


# Levels of the grid (`core.mercator`) in which the map counts, and zooms of the tiles one may ask for.
CELL_LEVELS = (8, 11, 14, 17)
TILE_ZOOMS = (3, 6, 9, 12, 15)

# What a column holds for an organisation that has no such code: counting a column with gaps is ten times
# slower than counting a full one.
NO_CODE = "-"


def make_schema() -> tantivy.Schema:
    """What is kept of an organisation.

    Codes asked for are indexed one by one (`sector`); codes counted are kept as one column per
    organisation, several joined (`sectors`: `sante|education`), since counting a column with several
    values took 48 ms on a million organisations and one with a single value takes 1.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("number", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("whole", tokenizer_name="raw", index_option="basic")
    for name in WORDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in dict.fromkeys((*CODES, *COLUMNS)):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=name in COLUMNS)
    for name in ("longitude", "latitude"):
        builder.add_float_field(name, fast=True)
    for name in (*(f"cell{level}" for level in CELL_LEVELS), "order", "pk", "recent", "ends"):
        builder.add_unsigned_field(name, fast=True)
    # Bytes, since a text would be indexed as well as stored, at more than the cost of all the rest.
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


@dataclass(frozen=True)
class State:
    """Which folder is current, and what it has seen: the changes of the base, and those of the calendar."""

    folder: str
    lineage: str
    position: int
    day: str
    format: int = FORMAT


def root() -> Path:
    """Where the index of this instance lives."""
    folder: Path = settings.HOME.index
    return folder


def read_state() -> State | None:
    """The current state; None when there is no index, or one of another format or damaged."""
    try:
        state = State(**json.loads((root() / _STATE).read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    sound = state.format == FORMAT and (root() / state.folder / "meta.json").exists()
    return state if sound else None


def write_state(state: State) -> None:
    """Make this the state that readers and the next writer see."""
    write_atomically(root() / _STATE, json.dumps(asdict(state)).encode())


@contextmanager
def writing(*, wait: bool) -> Iterator[bool]:
    """Hold the right to write, one process at a time; gives False when another has it and one won't wait."""
    settings.HOME.locks.mkdir(parents=True, exist_ok=True)
    with (settings.HOME.locks / _LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def new_folder() -> Path:
    """A fresh folder for a rebuild; what earlier ones left unfinished is removed."""
    state = read_state()
    root().mkdir(parents=True, exist_ok=True)
    for path in root().iterdir():
        if path.is_dir() and (state is None or path.name != state.folder):
            shutil.rmtree(path, ignore_errors=True)
    folder = root() / secrets.token_hex(6)
    folder.mkdir()
    return folder


def remove_others(kept: str) -> None:
    """Remove the folders that are no longer current; readers that hold one keep it until they let go."""
    for path in root().iterdir():
        if path.is_dir() and path.name != kept:
            shutil.rmtree(path, ignore_errors=True)


class _Reader:
    """The index as this process last opened it, kept until the state file changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: tuple[str, int, int] | None = None
        self._folder: Path | None = None
        self._index: tantivy.Index | None = None

    def open(self) -> tuple[tantivy.Index, tuple[str, int, int]] | None:
        """The index and a mark that changes with its content; None when there is no index yet."""
        path = root() / _STATE
        try:
            status = path.stat()
        except FileNotFoundError:
            return None
        mark = (str(path), status.st_mtime_ns, status.st_ino)
        with self._lock:
            if mark != self._seen and not self._reopen(mark):
                return None
            assert self._index is not None
            return self._index, mark

    def _reopen(self, mark: tuple[str, int, int]) -> bool:
        state = read_state()
        if state is None:
            return False
        folder = root() / state.folder
        if folder != self._folder:
            self._index = tantivy.Index.open(str(folder))
            self._index.config_reader("manual")
            self._folder = folder
        assert self._index is not None
        self._index.reload()
        self._seen = mark
        return True


reader = _Reader()
