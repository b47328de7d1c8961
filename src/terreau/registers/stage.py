"""The reading of a whole list into its scratch files, by several processes when it is long.

Each process reads the whole file, which costs little, and keeps one batch in as many as there are processes,
which is where the time goes; nothing is passed between them but how far they have come.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from terreau.core.compact_json import dumps
from terreau.core.forking import Task, Tell, share
from terreau.directory.rules import Chosen, RecordView, columns, is_given
from terreau.registers.grouping import group
from terreau.registers.row_reading import Context, RowReader
from terreau.registers.spec import Spec
from terreau.registers.staging import BATCH, Part, Store

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

Progress = Callable[[int], None]


class Rows(Protocol):
    """What is asked of `reading.Table`."""

    def records(self) -> Iterator[tuple[int, dict[str, str], str]]:
        """Number, values and problem of each row."""
        ...


class KnownDigests:
    """The digests a source already has, by their first eight bytes: eight bytes of memory each."""

    def __init__(self, digests: Iterator[bytes]) -> None:
        self._marks = array("Q", (int.from_bytes(digest[:8], "big") for digest in digests))
        self._marks = array("Q", sorted(self._marks))

    def __contains__(self, digest: bytes) -> bool:
        mark = int.from_bytes(digest[:8], "big")
        at = bisect_left(self._marks, mark)
        return at < len(self._marks) and self._marks[at] == mark

    def __len__(self) -> int:
        return len(self._marks)


@dataclass(frozen=True)
class Work:
    """What is read, and how.

    Attributes:
        territory_ids: public code → key in the database, for the sheet each row would make.
        known: digests already there; rows that bear one are not read again.
    """

    rows: Rows
    spec: Spec
    context: Context
    territory_id: Callable[[str], int | None]
    known: KnownDigests


def sheet_of(
    values: Mapping[str, Any], ref: str, territory_id: Callable[[str], int | None]
) -> tuple[Any, ...]:
    """The columns of the organisation that a record alone makes, in the order of `staging.SHEET_COLUMNS`."""
    # What `rules.choose` makes of one record of a list, without weighing it against nobody (held by a test).
    view = RecordView(0, "", "", "list", values, None, _LONG_AGO, _LONG_AGO, source_ref=ref)
    said = {key: value for key, value in values.items() if is_given(value)}
    found = columns(Chosen(said, dict.fromkeys(said, view), {}, {}, (view,)))
    code = found["territory_code"]
    return (
        *(found["name"], found["name_folded"], found["short_name"], found["description"]),
        *(found["country_code"], found["legal_form"], found["family"], found["nature"]),
        *(dumps(found[key]) if found[key] else "[]" for key in ("sectors", "issues", "filieres")),
        (territory_id(code) or territory_id(code.partition("-")[0])) if code else None,
        *(found["precision"], found["longitude"], found["latitude"]),
        *(dumps(found["shown_values"]), found["status"]),
    )


def stage(
    work: Work, store: Store, *, mark: str, processes: int = 1, progress: Progress = lambda _n: None
) -> int:
    """Read a list into its scratch files; those of an earlier, broken reading are deleted first.

    Args:
        work: what is read.
        store: where to.
        mark: names the mapping and the data by which the rows are read (`Store.is_whole`).
        processes: how many may read; grouped lists are always read by one.
        progress: told how many rows have been read, now and then; what it raises stops the reading.

    Returns:
        How many rows the list has.
    """
    store.folder.mkdir(parents=True, exist_ok=True)
    store.unmark()
    store.clear()
    if work.spec.group_by:
        read = _stage_grouped(work, store, progress)
    elif processes > 1:
        read = _stage_parallel(work, store, processes, progress)
    else:
        read = _read_share(work, Part(store.part_path(0)), 0, 1, progress)
    store.mark_whole(mark)
    return read


def _read_share(work: Work, part: Part, index: int, processes: int, progress: Progress) -> int:
    """Read one batch in `processes`, from the batch `index` on. The loop is the hot path of the imports."""
    reader = RowReader(work.spec, work.context)
    digest_of, read, known = reader.digest, reader.read, work.known
    skipping = len(known) > 0
    count = 0
    for number, values, problem in work.rows.records():
        count += 1
        if processes > 1 and ((count - 1) // BATCH) % processes != index:
            continue
        digest = digest_of(values)
        if skipping and not problem and digest in known:
            part.add_known(number, digest)
        else:
            reading = read(number, values, problem)
            sheet = None if reading.reason else sheet_of(reading.values, reading.ref, work.territory_id)
            part.add(reading, digest, values, sheet)
        if count % BATCH == 0:
            part.flush()
            progress(count)
    part.finish(count)
    return count


def _stage_grouped(work: Work, store: Store, progress: Progress) -> int:
    """Read a list whose organisations stand on several rows: rows first, then their groups."""
    pieces = store.folder / "pieces.sqlite3"
    reader = RowReader(work.spec, work.context)
    gathered = Part(pieces)
    target = Part(store.part_path(0))
    count = 0
    for number, values, problem in work.rows.records():
        count += 1
        reading = reader.read(number, values, problem)
        gathered.add_piece(reading, reader.digest(values), values)
        if count % BATCH == 0:
            gathered.flush()
            progress(count)
    gathered.finish(count)
    _carry_over(pieces, target)
    group(pieces, target, lambda values, ref: sheet_of(values, ref, work.territory_id))
    target.finish(count)
    pieces.unlink()
    return count


def _carry_over(pieces: Any, target: Part) -> None:
    """Rejected rows and remarks are no part of a group: they go as they are."""
    target.connection.execute("ATTACH DATABASE :path AS pieces", {"path": str(pieces)})
    for table in ("row", "extra", "remark"):
        target.connection.execute(f"INSERT INTO {table} SELECT * FROM pieces.{table}")  # noqa: S608
    target.connection.execute("DETACH pieces")


# --- Several processes ------------------------------------------------------------------------


def _stage_parallel(work: Work, store: Store, processes: int, progress: Progress) -> int:
    def reading(index: int) -> Task:
        def read(tell: Tell) -> int:
            return _read_share(work, Part(store.part_path(index)), index, processes, tell)

        return read

    # The slowest tells how far the list has come.
    counts = share([reading(index) for index in range(processes)], lambda come: progress(min(come)))
    return int(max(counts))
