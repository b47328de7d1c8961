"""JSON, JSON Lines and GeoJSON, streamed object by object.

The table is the array of objects found nearest the root, the longest when there are several. Nested objects
give dotted names (`adresse.ville`), lists are joined with « ; », a GeoJSON feature gives its properties and
`geometry.longitude`, `geometry.latitude`; of a JSON-LD graph, the node that tells of the file is left out.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ijson

from terreau.core.errors import TerreauError
from terreau.core.text import NO_BREAK_SPACE
from terreau.registers.reading_geometry import representative_point
from terreau.registers.reading_limits import (
    Budget,
    Limits,
    french_count,
    french_size,
    too_long_cell,
    too_many_columns,
    too_many_rows,
)
from terreau.registers.reading_text import Survey

_BLOCK = 64 * 1024
_SEARCHED = 16_000_000
_DEEPEST = 20
_DEEPEST_FILE = 100
LONGITUDE = "geometry.longitude"
LATITUDE = "geometry.latitude"
FEATURE_ID = "feature.id"
_GRAPH = "@graph.item"


@dataclass(frozen=True)
class JsonTable:
    """Where the objects are in the file, and what their keys are.

    Attributes:
        prefix: ijson's address of the objects; empty for JSON Lines.
        geojson: whether they are GeoJSON features.
        columns: every key met, in the order first met.
        rows: number of objects.
    """

    path: Path
    encoding: str
    prefix: str
    geojson: bool
    columns: tuple[str, ...]
    rows: int

    def objects(self, limits: Limits, budget: Budget) -> Iterator[dict[str, str]]:
        """The flattened objects, one after the other."""
        return _flat_items(self.path, self.encoding, self.prefix, limits, budget)


def open_json(path: Path, encoding: str, limits: Limits, budget: Budget) -> JsonTable:
    """Find the array of objects of `path` and read it through once, for its columns and its bounds.

    Raises:
        TerreauError: broken or truncated JSON (with the place), no array of objects, or a bound passed.
    """
    prefix = _locate(path, encoding, limits, budget)
    columns: dict[str, None] = {}
    rows = 0
    geojson = False
    for item in _flat_items(path, encoding, prefix, limits, budget):
        rows += 1
        geojson = geojson or LONGITUDE in item
        if rows > limits.rows:
            raise too_many_rows(limits)
        new = item.keys() - columns.keys()
        if new:
            columns.update((key, None) for key in item if key in new)
            if len(columns) > limits.columns:
                raise too_many_columns(len(columns), limits)
        if sum(map(len, item.values())) > limits.cell:
            _check_cells(item, rows, limits)
    if not rows:
        raise _no_array()
    return JsonTable(path, encoding, prefix, geojson, tuple(columns), rows)


def _check_cells(item: Mapping[str, str], row: int, limits: Limits) -> None:
    for key, value in item.items():
        if len(value) > limits.cell:
            raise too_long_cell(row, key, len(value), limits)


def _no_array() -> TerreauError:
    return TerreauError(
        "Ce fichier JSON ne contient pas de liste d’objets.",
        remedy="Attendu : un tableau d’objets ([{…}, {…}]), un objet qui en contient un, "
        "un objet par ligne, ou un GeoJSON (FeatureCollection).",
    )


def _empty_array() -> TerreauError:
    return TerreauError(
        f"Ce fichier JSON ne contient pas de liste d’objets{NO_BREAK_SPACE}: celle qui s’y trouve est vide.",
        remedy="Vérifiez l’export du logiciel d’origine, puis renvoyez le fichier.",
    )


def _blocks(path: Path, encoding: str) -> Iterator[bytes]:
    """The file in UTF-8 without byte-order mark, whatever it is written in."""
    with path.open("rb") as file:
        if encoding in ("utf-8", "utf-8-sig"):
            first = file.read(_BLOCK).removeprefix(codecs.BOM_UTF8)
            while first:
                yield first
                first = file.read(_BLOCK)
            return
        decoder = Survey(encoding, 0).decoder()
        while block := file.read(_BLOCK):
            text = decoder.decode(block)
            if text:
                yield text.encode()


class _Nesting:
    """Refuses a file nested without end before it reaches the parser.

    ijson names each event by its whole path, so that 200 kB of « [ » would ask for 100 GB. Only brackets
    outside strings are counted, at the speed of bytes methods rather than event by event.
    """

    _ESCAPE = re.compile(rb"\\.", re.DOTALL)
    _STRING = re.compile(rb'"[^"]*"')
    _OTHER = bytes(set(range(256)) - set(b'[]{}"'))

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._backslash = b""

    def take(self, block: bytes) -> bytes:
        """Count the brackets of `block` and give it back.

        Raises:
            TerreauError: nested deeper than any list.
        """
        bare = self._backslash + block
        self._backslash = b""
        if b"\\" in bare:
            bare = self._ESCAPE.sub(b"", bare)
            if bare.endswith(b"\\"):
                bare, self._backslash = bare[:-1], b"\\"
        bare = bare.translate(None, self._OTHER)
        if self._in_string:
            bare = b'"' + bare
        bare = self._STRING.sub(b"", bare)
        quote = bare.find(b'"')
        self._in_string = quote >= 0
        for bracket in bare[:quote] if self._in_string else bare:
            self._depth += 1 if bracket in b"[{" else -1
            if self._depth > _DEEPEST_FILE:
                raise TerreauError(
                    f"Ce fichier JSON est imbriqué sur plus de {_DEEPEST_FILE} niveaux.",
                    remedy="Exportez la liste avec un objet simple par organisation.",
                )
        return block


def _broken(error: Exception, fed: int, rows: int) -> TerreauError:
    cut = "premature EOF" in str(error) or "Incomplete" in str(error)
    what = "s’arrête avant la fin" if cut else "n’est pas du JSON valable"
    where = f"Après l’objet n° {french_count(rows)}" if rows else "Avant le premier objet complet"
    return TerreauError(
        f"Ce fichier JSON {what}.",
        where=f"{where}, vers l’octet {french_count(fed)}.",
        remedy="Le téléchargement a sans doute été coupé : recommencez-le, puis renvoyez le fichier."
        if cut
        else "Exportez de nouveau la liste depuis le logiciel d’origine, ou enregistrez-la en CSV.",
    )


def _locate(path: Path, encoding: str, limits: Limits, budget: Budget) -> str:
    """The address of the objects, told from the start of the file."""
    events: Any = ijson.sendable_list()
    parser = ijson.parse_coro(events, multiple_values=True)
    finder = _Finder()
    fed = 0
    nesting = _Nesting()
    for block in _blocks(path, encoding):
        with budget.turn():
            fed += len(nesting.take(block))
            try:
                parser.send(block)
            except ijson.JSONError as error:
                finder.settled(events)
                if finder.found() is None:
                    raise _broken(error, fed, 0) from error
                break
            if finder.settled(events):
                break
            events.clear()
        if fed > _SEARCHED:
            break
    found = finder.found()
    if found is None:
        _finish(parser, fed)
        raise _empty_array() if finder.empty_array else _no_array()
    return found


def _finish(parser: Any, fed: int) -> None:
    try:
        parser.send(b"")
    except StopIteration:
        return
    except ijson.JSONError as error:
        raise _broken(error, fed, 0) from error


class _Finder:
    """Watches parsing events for arrays of objects and for a second value at the root."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.roots = 0
        self.root_array = False
        self.empty_array = False
        self._before = ""

    def settled(self, events: list[tuple[str, str, Any]]) -> bool:
        """Take in some events; true once no later event can change the answer."""
        for prefix, event, _ in events:
            self.empty_array |= self._before == "start_array" and event == "end_array"
            self._before = event
            if event != "start_map":
                self.root_array = self.root_array or (event == "start_array" and not prefix)
                continue
            if not prefix:
                self.roots += 1
            elif f".{prefix}".endswith(".item") and not self._within(prefix):
                self.counts[prefix] = self.counts.get(prefix, 0) + 1
        return self.roots > 1 or (self.root_array and "item" in self.counts)

    def _within(self, prefix: str) -> bool:
        return any(prefix.startswith(f"{known}.") for known in self.counts)

    def found(self) -> str | None:
        if self.roots > 1:
            return ""
        if not self.counts:
            return None
        return min(self.counts, key=lambda prefix: (prefix.count("."), -self.counts[prefix]))


def _flat_items(
    path: Path, encoding: str, prefix: str, limits: Limits, budget: Budget
) -> Iterator[dict[str, str]]:
    row = 0
    for item in _items(path, encoding, prefix, limits, budget):
        if prefix == _GRAPH and _tells_of_the_file(item):
            continue
        row += 1
        yield _flatten_item(item, row)


def _tells_of_the_file(item: object) -> bool:
    """Whether a node of a JSON-LD graph is the file itself, among those that it holds."""
    return isinstance(item, Mapping) and item.get("@type") == "Dataset"


def _items(path: Path, encoding: str, prefix: str, limits: Limits, budget: Budget) -> Iterator[Any]:
    """The objects at `prefix`, with memory bounded: a token or object that never ends is refused."""
    found: Any = ijson.sendable_list()
    parser = ijson.items_coro(found, prefix, multiple_values=not prefix, use_float=True)
    fed = since = count = 0
    nesting = _Nesting()
    for block in _blocks(path, encoding):
        with budget.turn():
            fed += len(nesting.take(block))
            since += len(block)
            try:
                parser.send(block)
            except StopIteration:
                pass
            except ijson.JSONError as error:
                raise _broken(error, fed, count + len(found)) from error
        if found:
            since = 0
            count += len(found)
            yield from found
            found.clear()
        elif since > limits.item:
            raise TerreauError(
                f"Un seul objet de ce fichier JSON dépasse {french_size(limits.item)}.",
                where=f"Après l’objet n° {french_count(count)}, vers l’octet {french_count(fed)}.",
                remedy="Vérifiez que le fichier est bien une liste, avec un objet par organisation.",
            )
    try:
        parser.send(b"")
    except StopIteration:
        pass
    except ijson.JSONError as error:
        raise _broken(error, fed, count) from error
    yield from found


def _flatten_item(item: object, row: int) -> dict[str, str]:
    flat: dict[str, str] = {}
    if not isinstance(item, Mapping):
        return flat
    if item.get("type") == "Feature" and "geometry" in item:
        _flatten(item.get("properties") or {}, "", flat, row, 0)
        if item.get("id") is not None:
            flat[FEATURE_ID] = _scalar(item["id"])
        point = representative_point(item["geometry"])
        flat[LONGITUDE], flat[LATITUDE] = (_degrees(point[0]), _degrees(point[1])) if point else ("", "")
        return flat
    _flatten(item, "", flat, row, 0)
    return flat


def _degrees(value: float) -> str:
    """Seven decimals, about a centimetre."""
    return repr(round(value, 7))


def _flatten(value: object, name: str, into: dict[str, str], row: int, depth: int) -> None:
    if depth > _DEEPEST:
        raise TerreauError(
            f"Cet objet JSON est imbriqué sur plus de {_DEEPEST} niveaux.",
            where=f"Objet n° {french_count(row)}, champ «{NO_BREAK_SPACE}{name[:80]}{NO_BREAK_SPACE}».",
            remedy="Exportez la liste avec un objet simple par organisation.",
        )
    if isinstance(value, Mapping):
        for key, inner in value.items():
            label = _storable(str(key)) or "sans nom"
            _flatten(inner, f"{name}.{label}" if name else label, into, row, depth + 1)
    elif isinstance(value, list):
        _flatten_list(value, name, into, row, depth)
    else:
        text = _scalar(value)
        into[name] = f"{into[name]};{text}" if into.get(name) and text else text or into.get(name, "")


def _flatten_list(values: list[object], name: str, into: dict[str, str], row: int, depth: int) -> None:
    into.setdefault(name, "")
    nested = False
    for value in values:
        nested = nested or isinstance(value, Mapping)
        _flatten(value, name, into, row, depth + 1)
    if nested and not into[name]:
        del into[name]


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return _storable(str(value))


def _storable(text: str) -> str:
    """Without null characters, which JSON can spell and no database keeps."""
    return text.replace("\0", "").strip()
