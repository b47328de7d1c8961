"""Who in the directory may be the same as a new row: an index of the keys of `matching.blocking_keys`.

Kept in a file of the home, beside the search index and like it: it follows the directory by the number of
its changes, holds nothing that the database does not, and is built anew when it follows another line of
changes. Keys of sheets that have changed since are left in it: what they lead to is compared again anyway.
"""

from __future__ import annotations

import hashlib
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from terreau.core.forking import Task, Tell, gather, processes_for
from terreau.directory.divided import leave_connections_of_parent
from terreau.directory.enums import Status
from terreau.directory.ingest import batches
from terreau.directory.models import ChangeCounter, Organisation
from terreau.registers.matching import Candidate, NameIndex, Prepared, blocking_keys, prepare
from terreau.registers.matching_names import domain_of, tokenise
from terreau.territories.gazetteer import Gazetteer, gazetteer

# A key that so many share tells nothing.
CROWD = 200
_FORMAT = 2
# Two villages of a commune are one place to begin with, told apart by their names; two boroughs are two.
_PARTS = frozenset({"sector", "village"})
_CHUNK = 2000
_COUNTED_AT_ONCE = 50_000
# Pairs of sixteen bytes.
_SORTED_AT_ONCE = 4_000_000
_SITES_TOLD = 3
_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (
    id INTEGER PRIMARY KEY, format INTEGER, lineage TEXT, position INTEGER, total INTEGER
);
CREATE TABLE IF NOT EXISTS organisation (id INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS word (word TEXT PRIMARY KEY, count INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS site (domain TEXT, token TEXT, PRIMARY KEY (domain, token)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mark (
    hash INTEGER, organisation INTEGER, PRIMARY KEY (hash, organisation)
) WITHOUT ROWID;
"""
_READ = (
    *("pk", "name", "short_name", "country_code", "territory_id", "longitude", "latitude", "family"),
    *("legal_form", "shown_values"),
)


def hashed(key: str) -> int:
    """A key as the eight bytes by which it is looked up."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


def keyed(prepared: Prepared) -> list[tuple[int, str]]:
    """The keys under which a record is looked for, each with its kind (`i`, `t`, `w`, `p`, `g`)."""
    return [(hashed(key), key[0]) for key in blocking_keys(prepared)]


def hashes(prepared: Prepared) -> list[int]:
    """The same, without their kinds."""
    return [hashed(key) for key in blocking_keys(prepared)]


def candidate(name: str, country: str, territory: str, shown: Mapping[str, Any], **known: Any) -> Candidate:
    """What is compared of a sheet or of a row.

    Args:
        name: as written.
        country: ISO code.
        territory: public code; a whole country is no place to compare.
        shown: holds `postal_code`, `locality`, `landmark`, `website` and `identifiers`, where there are any.
        known: the other attributes of `matching.Candidate`.
    """
    return Candidate(
        name=name,
        country=country,
        commune_code=territory if "-" in territory else "",
        postal_code=str(shown.get("postal_code") or ""),
        locality=str(shown.get("locality") or ""),
        landmark=str(shown.get("landmark") or ""),
        identifiers={key: value for key, value in (shown.get("identifiers") or {}).items() if value},
        website=str(shown.get("website") or ""),
        **known,
    )


def _town_of(places: Gazetteer, code: str) -> tuple[str, str]:
    """The commune of a territory, and the name of the village or sector of it that the territory is."""
    place = places.by_code(code) if code else None
    part = place.name if place is not None and place.kind in _PARTS else ""
    while place is not None and place.kind in _PARTS and place.parent is not None:
        place = places.by_id(place.parent)
    return (place.code, part) if part and place is not None else (code, "")


def candidate_of_values(values: Mapping[str, Any], places: Gazetteer) -> Candidate:
    """What is compared of a row read, from the values of its record."""
    place = values.get("place") or {}
    town, part = _town_of(places, str(place.get("territory") or ""))
    return candidate(
        str(values.get("name") or ""),
        str(place.get("country") or ""),
        town,
        values,
        part=part,
        short_name=str(values.get("short_name") or ""),
        longitude=place.get("longitude"),
        latitude=place.get("latitude"),
        family=str(values.get("family") or ""),
        legal_form=str(values.get("legal_form") or ""),
    )


def _of_sheet(row: tuple[Any, ...], places: Gazetteer) -> Candidate:
    territory = places.by_id(row[4]) if row[4] else None
    town, part = _town_of(places, str(territory.code) if territory else "")
    return candidate(
        row[1],
        row[3],
        town,
        row[9],
        part=part,
        short_name=row[2],
        longitude=row[5],
        latitude=row[6],
        family=row[7],
        legal_form=row[8],
    )


def candidates_of(organisations: Iterable[int]) -> dict[int, Candidate]:
    """What is compared of these sheets; those that gave way to others, or were withdrawn, are left out."""
    found, places = {}, gazetteer()
    for some in batches(organisations, 500):
        sheets = Organisation.objects.filter(pk__in=some).exclude(status=Status.HIDDEN)
        found.update({row[0]: _of_sheet(row, places) for row in sheets.values_list(*_READ)})
    return found


def path() -> Path:
    """The file of this instance's index."""
    return Path(settings.HOME.root) / "rapprochement.sqlite3"


@contextmanager
def _connected() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path(), isolation_level=None, timeout=600)
    try:
        connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-64000;" + _SCHEMA
        )
        yield connection
    finally:
        connection.close()


class Neighbours:
    """The index, open for one comparison."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def names(self, names: Iterable[tuple[str, str]] = ()) -> NameIndex:
        """How common each word is in the directory, and in the names of the list that is compared."""
        added = NameIndex.build(names)
        words = dict(self._connection.execute("SELECT word, count FROM word WHERE count > 1"))
        for word, count in added.words.items():
            words[word] = words.get(word, 0) + count
        sites = dict(added.sites)
        for domain, count in self._connection.execute(
            "SELECT domain, count(*) FROM site GROUP BY domain HAVING count(*) > 1"
        ):
            sites[domain] = max(sites.get(domain, 0), count)
        total = self._connection.execute("SELECT total FROM state").fetchone()
        return NameIndex((total[0] if total else 0) + added.total, words, sites)

    def is_empty(self) -> bool:
        """Whether the directory has nobody to compare with."""
        return self._connection.execute("SELECT 1 FROM organisation LIMIT 1").fetchone() is None

    def sharing(self, keys: Iterable[int]) -> dict[int, list[int]]:
        """Organisations that bear each key; keys that too many bear are left out."""
        found = {}
        look = self._connection.execute
        for key in keys:
            rows = look("SELECT organisation FROM mark WHERE hash = ? LIMIT ?", (key, CROWD + 1)).fetchall()
            if rows and len(rows) <= CROWD:
                found[key] = [row[0] for row in rows]
        return found


@contextmanager
def neighbours() -> Iterator[Neighbours]:
    """The index, brought up to date with the directory."""
    with _connected() as connection:
        _follow(connection)
        yield Neighbours(connection)


def _follow(connection: sqlite3.Connection) -> None:
    """Add what changed in the directory since the index last saw it."""
    counter = ChangeCounter.objects.order_by("pk").first()
    lineage, value = (counter.lineage, counter.value) if counter else ("", 0)
    state = connection.execute("SELECT format, lineage, position FROM state").fetchone()
    if state is not None and state[:2] == (_FORMAT, lineage) and state[2] == value:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if state is None or state[:2] != (_FORMAT, lineage) or state[2] > value:
            for table in ("state", "organisation", "word", "site", "mark"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608
            connection.execute("INSERT INTO state VALUES (1, ?, ?, 0, 0)", (_FORMAT, lineage))
            position = -1
        else:
            position = state[2]
        _add_changed(connection, position)
        connection.execute("UPDATE state SET position = ?", (value,))
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _add_changed(connection: sqlite3.Connection, position: int) -> None:
    """Two passes: the words of the new names are counted first, since the rarest make the keys."""
    changed = Organisation.objects.filter(change__gt=position).exclude(status=Status.HIDDEN).order_by("pk")
    for batch in batches(
        changed.values_list("pk", "name", "shown_values").iterator(chunk_size=_CHUNK), _COUNTED_AT_ONCE
    ):
        known = {key for some in batches((row[0] for row in batch), 500) for key in _known(connection, some)}
        fresh = [row for row in batch if row[0] not in known]
        _count_words(connection, [(row[1], str(row[2].get("website") or "")) for row in fresh])
        connection.executemany("INSERT INTO organisation VALUES (?)", [(row[0],) for row in fresh])
        connection.execute("UPDATE state SET total = total + ?", (len(fresh),))
    keys = array("q", changed.values_list("pk", flat=True).iterator(chunk_size=10_000))
    marks = _Marks(connection)
    processes = processes_for(len(keys))
    index = Neighbours(connection).names()
    places = gazetteer()
    gather([_marking(keys, index, places, processes, share) for share in range(processes)], marks.hear)
    marks.flush()


def _marking(keys: array[int], index: NameIndex, places: Gazetteer, processes: int, share: int) -> Task:
    """One process's share of the sheets, told as pairs of eight bytes: hash of a key, sheet that bears it."""

    def mark(tell: Tell) -> None:
        if processes > 1:
            leave_connections_of_parent()
        for rank, some in enumerate(batches(keys, _CHUNK)):
            if rank % processes != share:
                continue
            pairs = array("q")
            bounds = Organisation.objects.filter(pk__gte=some[0], pk__lte=some[-1])
            wanted = frozenset(some)
            for row in bounds.order_by().values_list(*_READ):
                if row[0] in wanted:
                    for key in hashes(prepare(_of_sheet(row, places), index)):
                        pairs.extend((key, row[0]))
            tell(pairs.tobytes())

    return mark


class _Marks:
    """Pairs written in the order of their keys: taken as they come, each would fall on a page of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: list[np.ndarray[Any, np.dtype[np.int64]]] = []
        self._count = 0

    def hear(self, _process: int, told: bytes) -> None:
        pairs = np.frombuffer(told, dtype=np.int64).reshape(-1, 2)
        self._waiting.append(pairs)
        self._count += len(pairs)
        if self._count >= _SORTED_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        if not self._count:
            return
        pairs = np.concatenate(self._waiting)
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        for at in range(0, len(pairs), 100_000):
            some = pairs[at : at + 100_000].tolist()
            self._connection.executemany("INSERT OR IGNORE INTO mark VALUES (?, ?)", some)
        self._waiting, self._count = [], 0


def _known(connection: sqlite3.Connection, keys: list[int]) -> set[int]:
    marks = ",".join("?" * len(keys))
    found = connection.execute(f"SELECT id FROM organisation WHERE id IN ({marks})", keys)  # noqa: S608
    return {row[0] for row in found}


def _count_words(connection: sqlite3.Connection, names: list[tuple[str, str]]) -> None:
    words: dict[str, int] = {}
    sites = []
    for name, website in names:
        tokens = tokenise(name)
        for word in set(tokens):
            words[word] = words.get(word, 0) + 1
        domain = domain_of(website)
        if domain and tokens:
            sites.append((domain, tokens[0], domain, _SITES_TOLD))
    connection.executemany(
        "INSERT INTO word VALUES (?, ?) ON CONFLICT (word) DO UPDATE SET count = count + excluded.count",
        words.items(),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO site SELECT ?, ? WHERE (SELECT count(*) FROM site WHERE domain = ?) < ?", sites
    )
