"""Several rows of a list put together into one record: the grants of one association."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from terreau.core.compact_json import loads
from terreau.core.text import fold
from terreau.registers.row_reading import Reading
from terreau.registers.row_shapes import Ask
from terreau.registers.staging import BATCH, Part

_LISTS = ("sectors", "issues", "filieres", "offers", "seeks", "umbrellas", "notes")
MAX_ACTIONS = 200


def unite(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """The values of one record from those of its rows: lists are joined, of the rest the first given is kept.

    Actions said twice in the same words at the same date count once.
    """
    united: dict[str, Any] = {}
    actions: dict[tuple[str, str], dict[str, Any]] = {}
    for piece in pieces:
        for key, value in piece.items():
            if key == "actions":
                for action in value:
                    actions.setdefault((fold(action["what"]), action["since"]), action)
            elif key in _LISTS:
                known = united.setdefault(key, [])
                known.extend(item for item in value if item not in known)
            elif key in ("identifiers", "qualities"):
                united[key] = {**value, **united.get(key, {})}
            elif key == "place":
                united.setdefault(key, value)
            else:
                united.setdefault(key, value)
    if actions:
        ordered = sorted(actions.values(), key=lambda action: action["since"], reverse=True)
        united["actions"] = ordered[:MAX_ACTIONS]
    return united


def group(pieces: Path, target: Part, sheet_of: Callable[[Mapping[str, Any], str], tuple[Any, ...]]) -> int:
    """Put together the rows that wait in `pieces`, into records of `target`.

    Returns:
        How many records were made.
    """
    source = sqlite3.connect(f"file:{pieces}?mode=ro", uri=True)
    made = 0
    try:
        for ref, rows in _by_reference(source):
            _add_group(ref, rows, target, sheet_of)
            made += 1
            if made % BATCH == 0:
                target.flush()
    finally:
        source.close()
    return made


def _by_reference(source: sqlite3.Connection) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    found = source.execute(
        "SELECT ref, number, digest, stated, vals, raw, asks FROM piece ORDER BY ref, number"
    )
    for ref, rows in groupby(found, key=lambda row: row[0]):
        yield ref, list(rows)


def _add_group(
    ref: str,
    rows: list[tuple[Any, ...]],
    target: Part,
    sheet_of: Callable[[Mapping[str, Any], str], tuple[Any, ...]],
) -> None:
    values = unite([loads(row[4]) for row in rows])
    # The order of the rows in the file says nothing: a list sorted otherwise is the same list.
    digest = hashlib.blake2b(b"".join(sorted(row[2] for row in rows)), digest_size=16).digest()
    asks: dict[str, Ask] = {}
    raw: dict[str, str] = {}
    for row in rows:
        if row[6]:
            raw = raw or loads(row[5])
            for said in loads(row[6]):
                asks.setdefault(said["key"], Ask(said["kind"], said["text"], said["key"], said["candidates"]))
    stated = max(row[3] for row in rows)
    reading = Reading(rows[0][1], ref, values, "", list(asks.values()), [], stated)
    target.add(reading, digest, raw, sheet_of(values, ref))
