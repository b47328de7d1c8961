"""A base map that the operator supplies, as a PMTiles file: its tiles, read where they lie."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmtiles.tile import (
    Compression,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from terreau.core.errors import TerreauError

CONTENT_TYPES = {
    TileType.MVT: "application/vnd.mapbox-vector-tile",
    TileType.PNG: "image/png",
    TileType.JPEG: "image/jpeg",
    TileType.WEBP: "image/webp",
}
_HEADER = 127
# A leaf directory that points to another, and so on: the format needs three.
_DEPTH = 4


@dataclass(frozen=True)
class Tile:
    """A tile as it lies in the file, and how it is compressed (`gzip`, `br`) if it is."""

    body: bytes
    content_type: str
    encoding: str


@dataclass(frozen=True)
class SuppliedMap:
    """What is said of the file: its name changes with it, `layers` are those of vector tiles."""

    version: str
    vector: bool
    min_zoom: int
    max_zoom: int
    layers: tuple[str, ...]
    credit: str


_ENCODINGS = {Compression.NONE: "", Compression.GZIP: "gzip", Compression.BROTLI: "br"}


def describe(path: Path) -> SuppliedMap:
    """What the file holds.

    Raises:
        TerreauError: when there is no such file, or it is no PMTiles file that a browser can show.
    """
    archive = _archive(path)
    header = archive.header
    if header["tile_type"] not in CONTENT_TYPES or header["tile_compression"] not in _ENCODINGS:
        raise _refused(path, "ses tuiles sont d’une sorte que les navigateurs ne lisent pas")
    metadata = archive.metadata()
    layers = metadata.get("vector_layers") or []
    return SuppliedMap(
        version=archive.version,
        vector=header["tile_type"] == TileType.MVT,
        min_zoom=header["min_zoom"],
        max_zoom=header["max_zoom"],
        layers=tuple(str(layer.get("id", "")) for layer in layers if isinstance(layer, dict)),
        credit=str(metadata.get("attribution", "")),
    )


def tile(path: Path, zoom: int, x: int, y: int) -> Tile | None:
    """One tile; None when the file has none there."""
    archive = _archive(path)
    body = archive.tile(zxy_to_tileid(zoom, x, y))
    if body is None:
        return None
    header = archive.header
    return Tile(body, CONTENT_TYPES[header["tile_type"]], _ENCODINGS[header["tile_compression"]])


def _refused(path: Path, why: str) -> TerreauError:
    return TerreauError(
        f"Le fond de carte ne peut pas être lu\u00a0: {why}.",
        where=str(path),
        remedy="Indiquez dans TERREAU_PMTILES le chemin d’un fichier PMTiles (version 3), ou rien.",
    )


def _archive(path: Path) -> _Archive:
    try:
        known = path.stat()
    except OSError as error:
        raise _refused(path, "le fichier est introuvable") from error
    return _opened(path, known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=2)
def _opened(path: Path, modified: int, size: int) -> _Archive:
    return _Archive(path, f"{modified:x}-{size:x}")


class _Archive:
    def __init__(self, path: Path, version: str) -> None:
        self.path, self.version = path, version
        try:
            self.header: dict[str, Any] = {**deserialize_header(self.read(0, _HEADER))}
        except Exception as error:
            raise _refused(path, "ce n’est pas un fichier PMTiles") from error
        self.directory = lru_cache(maxsize=64)(self._directory)

    def read(self, offset: int, length: int) -> bytes:
        with self.path.open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def metadata(self) -> dict[str, Any]:
        raw = self.read(self.header["metadata_offset"], self.header["metadata_length"])
        if self.header["internal_compression"] == Compression.GZIP:
            raw = gzip.decompress(raw)
        try:
            found = json.loads(raw or b"{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def _directory(self, offset: int, length: int) -> list[Any]:
        found: list[Any] = deserialize_directory(self.read(offset, length))
        return found

    def tile(self, number: int) -> bytes | None:
        offset, length = self.header["root_offset"], self.header["root_length"]
        for _level in range(_DEPTH):
            entry = find_tile(self.directory(offset, length), number)
            if entry is None:
                return None
            if entry.run_length:
                return self.read(self.header["tile_data_offset"] + entry.offset, entry.length)
            offset, length = self.header["leaf_directory_offset"] + entry.offset, entry.length
        return None
