"""What an import would change: each row told new, changed, unchanged, rejected or to be reviewed.

Set-based, in the scratch store, against what the source's records are now; nothing is written in the
database. Duplicates are looked for afterwards, among the new rows only (`duplicates`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from terreau.core.compact_json import dumps, loads
from terreau.directory.models import Record, Source
from terreau.registers.staging import KNOWN, REJECTED, WAITING

_CHUNK = 5000
_SCHEMA = """
DROP TABLE IF EXISTS known; DROP TABLE IF EXISTS seen; DROP TABLE IF EXISTS firsts; DROP TABLE IF EXISTS fate;
DROP TABLE IF EXISTS gone; DROP TABLE IF EXISTS skipped; DROP TABLE IF EXISTS question;
CREATE TABLE known (
    ref TEXT PRIMARY KEY, record INTEGER, organisation INTEGER, digest BLOB, gone INTEGER
) WITHOUT ROWID;
CREATE TABLE skipped (ref TEXT PRIMARY KEY, said TEXT) WITHOUT ROWID;
CREATE TABLE fate (
    number INTEGER PRIMARY KEY, outcome TEXT NOT NULL, ref TEXT, record INTEGER, organisation INTEGER,
    cluster INTEGER NOT NULL DEFAULT 0, method TEXT NOT NULL DEFAULT 'first', score REAL,
    explanation TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT ''
);
CREATE TABLE question (
    number INTEGER PRIMARY KEY, kind TEXT, text TEXT, key TEXT, candidates TEXT, rest TEXT
);
"""


class StaleReadingError(Exception):
    """A row taken for known is not: the list must be read again, without that short cut."""


def load_known(work: sqlite3.Connection, source: Source) -> int:
    """Copy what the source's records are into the scratch store, and make its tables afresh.

    Returns:
        How many records the source has.
    """
    work.executescript(_SCHEMA)
    found = (
        Record.objects.filter(source=source)
        .order_by()
        .values_list("source_ref", "pk", "organisation", "digest", "gone_at")
        .iterator(chunk_size=_CHUNK)
    )
    work.execute("BEGIN")
    work.executemany(
        "INSERT INTO known VALUES (?,?,?,?,?)",
        ((ref, key, place, _digest(digest), gone is not None) for ref, key, place, digest, gone in found),
    )
    work.execute("CREATE INDEX known_digest ON known (digest)")
    work.execute("COMMIT")
    return int(work.execute("SELECT count(*) FROM known").fetchone()[0])


def known_digests(source: Source) -> Iterator[bytes]:
    """The digests of the source's rows that have not gone, as they are in the database."""
    found = Record.objects.filter(source=source, gone_at=None).exclude(digest="").order_by()
    return (
        bytes.fromhex(digest) for digest in found.values_list("digest", flat=True).iterator(chunk_size=_CHUNK)
    )


def _digest(text: str) -> bytes:
    return bytes.fromhex(text) if text else b""


def load_skipped(work: sqlite3.Connection, skipped: Mapping[str, datetime]) -> None:
    """Rows that a person decided to leave aside, by reference."""
    work.executemany(
        "INSERT OR REPLACE INTO skipped VALUES (?,?)",
        [(ref, f"{at:%d/%m/%Y}") for ref, at in skipped.items()],
    )


def decide_fates(work: sqlite3.Connection) -> None:
    """Tell what becomes of each row, duplicates not yet looked for.

    Raises:
        StaleReadingError: when a row that was not read again, for its digest, is not in the source after all.
    """
    work.executescript(
        f"""
        CREATE TABLE seen AS
            SELECT r.number, CASE WHEN r.kind = {KNOWN} THEN coalesce(k.ref, '') ELSE r.ref END AS ref,
                   r.kind, r.digest
            FROM row r LEFT JOIN known k ON r.kind = {KNOWN} AND k.digest = r.digest;
        CREATE TABLE firsts AS
            SELECT ref, min(number) AS first FROM seen WHERE ref <> '' AND kind <> {REJECTED}
            GROUP BY ref HAVING count(*) > 1;
        CREATE UNIQUE INDEX firsts_ref ON firsts (ref);
        """  # noqa: S608
    )
    lost = work.execute("SELECT 1 FROM seen WHERE kind = ? AND ref = '' LIMIT 1", (KNOWN,)).fetchone()
    if lost:
        raise StaleReadingError
    work.execute(
        """
        INSERT INTO fate (number, outcome, ref, record, organisation, method, reason)
        SELECT s.number,
            CASE
                WHEN s.kind = :rejected THEN 'rejected'
                WHEN f.first <> s.number THEN 'rejected'
                WHEN k.digest = s.digest AND NOT k.gone THEN 'unchanged'
                WHEN x.said IS NOT NULL AND k.record IS NULL THEN 'rejected'
                WHEN s.kind = :waiting THEN 'review'
                WHEN k.record IS NULL THEN 'new'
                ELSE 'changed'
            END,
            s.ref, k.record, k.organisation, CASE WHEN k.record IS NULL THEN 'first' ELSE 'source_id' END,
            CASE
                WHEN s.kind = :rejected THEN coalesce(e.reason, '')
                WHEN f.first <> s.number THEN 'Même organisation que la ligne ' || f.first
                    || ' (même identifiant, ou même nom au même lieu) : une seule est reprise.'
                WHEN x.said IS NOT NULL AND k.record IS NULL
                    THEN 'Laissée de côté par décision du ' || x.said || '.'
                ELSE ''
            END
        FROM seen s
        LEFT JOIN known k ON s.ref <> '' AND k.ref = s.ref
        LEFT JOIN firsts f ON f.ref = s.ref AND s.kind <> :rejected
        LEFT JOIN skipped x ON x.ref = s.ref
        LEFT JOIN extra e ON s.kind = :rejected AND e.number = s.number
        """,
        {"rejected": REJECTED, "waiting": WAITING},
    )
    _put_questions(work)


def _put_questions(work: sqlite3.Connection) -> None:
    """The first question of each waiting row is the one that is asked; the others follow it."""
    waiting = work.execute(
        "SELECT f.number, e.asks FROM fate f JOIN extra e ON e.number = f.number WHERE f.outcome = 'review'"
    )
    rows = []
    for number, asks in waiting:
        first, *rest = loads(asks)
        rows.append(
            (
                *(number, first["kind"], first["text"], first["key"]),
                *(dumps(first["candidates"]), dumps(rest)),
            )
        )
    work.executemany("INSERT INTO question VALUES (?,?,?,?,?,?)", rows)


def find_gone(work: sqlite3.Connection, *, partial: bool) -> int:
    """Records that the list no longer names; none when it is only a complement.

    Returns:
        How many.
    """
    work.execute("CREATE TABLE gone (record INTEGER, organisation INTEGER)")
    if not partial:
        work.execute(
            "INSERT INTO gone SELECT record, organisation FROM known "
            "WHERE NOT gone AND ref NOT IN (SELECT ref FROM seen WHERE ref <> '')"
        )
    return int(work.execute("SELECT count(*) FROM gone").fetchone()[0])


def counts(work: sqlite3.Connection) -> dict[str, int]:
    """How many rows of each fate."""
    found = dict(work.execute("SELECT outcome, count(*) FROM fate GROUP BY outcome"))
    names = ("new", "changed", "unchanged", "rejected", "review")
    return {name: int(found.get(name, 0)) for name in names}


def joined(work: sqlite3.Connection) -> int:
    """How many of the new rows join a sheet that the directory already has."""
    look = "SELECT count(*) FROM fate WHERE outcome = 'new' AND organisation IS NOT NULL"
    return int(work.execute(look).fetchone()[0])


def twins(work: sqlite3.Connection) -> int:
    """How many of the new rows share the new sheet of another row of the list."""
    look = (
        "SELECT count(*) FROM fate WHERE outcome = 'new' AND organisation IS NULL "
        "AND cluster <> 0 AND cluster <> number"
    )
    return int(work.execute(look).fetchone()[0])


def rejected(work: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Number and reason of each rejected row, in file order."""
    yield from work.execute("SELECT number, reason FROM fate WHERE outcome = 'rejected' ORDER BY number")


def rows_of(work: sqlite3.Connection, outcome: str, limit: int = -1) -> Iterator[tuple[Any, ...]]:
    """Number, reference, name, values (JSON), record of the rows of one fate, in file order."""
    yield from work.execute(
        "SELECT f.number, f.ref, r.name, r.vals, f.record FROM fate f JOIN row r ON r.number = f.number "
        "WHERE f.outcome = ? ORDER BY f.number LIMIT ?",
        (outcome, limit),
    )


def shared_sheets(work: sqlite3.Connection, limit: int) -> list[tuple[int, int | None, int]]:
    """New rows without a sheet of their own: number, the sheet they join, else the row whose they share."""
    look = (
        "SELECT number, organisation, cluster FROM fate WHERE outcome = 'new' "
        "AND (organisation IS NOT NULL OR (cluster <> 0 AND cluster <> number)) ORDER BY number LIMIT ?"
    )
    return work.execute(look, (limit,)).fetchall()


def values_now(records: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What these records say today."""
    return dict(Record.objects.filter(pk__in=list(records)).values_list("pk", "values"))
