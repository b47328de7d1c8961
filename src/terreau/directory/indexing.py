"""The search index follows the base: what changed is indexed, and a crash between the two is healed.

It follows the calendar too: a sheet is indexed again when something it sells or seeks has had its last day.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy
from django.utils import timezone

from terreau.core.compact_json import loads
from terreau.core.forking import Task, Tell, gather, processes_for
from terreau.directory import index_store as store
from terreau.directory import map_grid
from terreau.directory.catalogue import number_of
from terreau.directory.divided import leave_connections_of_parent
from terreau.directory.index_documents import Documents
from terreau.directory.models import ChangeCounter, Organisation

Progress = Callable[[int, int], None]
BATCH = 1000
HEAP_LARGE, WRITERS = 200_000_000, 1
_HEAP_SMALL, _LARGE = 15_000_000, 20_000


def _counter() -> tuple[str, int]:
    """The base's line of changes and its last one; a base where nothing ever changed has none."""
    return ChangeCounter.objects.filter(pk=1).values_list("lineage", "value").first() or ("", 0)


def is_behind() -> bool:
    """Whether the base holds changes that the index does not, or a day has passed since it looked."""
    state = store.read_state()
    if state is None or state.day < timezone.localdate().isoformat():
        return True
    return (state.lineage, state.position) != _counter()


def sync(*, wait: bool = False) -> int:
    """Bring the index up to the base. Cheap when nothing is to do.

    One process writes at a time. Another that finds it busy leaves at once, since the one at work looks
    again for new changes after it has let go; with `wait`, it stays until the index is up to date.

    Returns:
        The number of sheets indexed here.
    """
    done = 0
    while is_behind():
        with store.writing(wait=wait) as mine:
            if not mine:
                return done
            done += _catch_up()
    return done


def rebuild(progress: Progress = lambda _done, _total: None) -> int:
    """Build the index anew beside the one in use, which serves until the new one is whole.

    Returns:
        The number of sheets indexed.
    """
    with store.writing(wait=True):
        done = _build(progress)
    return done + sync(wait=True)


def _catch_up() -> int:
    state, today = store.read_state(), timezone.localdate()
    lineage, position = _counter()
    if state is None or state.lineage != lineage or state.position > position:
        return _build(lambda _done, _total: None)
    changed = Organisation.objects.filter(change__gt=state.position).order_by("pk")
    ids = array("q", changed.values_list("pk", flat=True).iterator(chunk_size=10_000))
    folder = store.root() / state.folder
    index = tantivy.Index.open(str(folder))
    if state.day < today.isoformat():
        ids = array("q", sorted({*ids, *_ended(index, today)}))
    if ids:
        _write(folder, index, ids, today, lambda _done, _total: None)
    store.write_state(store.State(state.folder, lineage, position, today.isoformat()))
    return len(ids)


def _ended(index: tantivy.Index, today: date) -> list[int]:
    """The sheets indexed with something whose last day was before today."""
    searcher, unsigned = index.searcher(), tantivy.FieldType.Unsigned
    query = tantivy.Query.range_query(index.schema, "ends", unsigned, 1, number_of(today) - 1)
    first: Any = searcher.search(query, limit=1)
    hits = searcher.search(query, limit=first.count, count=False).hits if first.count else []
    keys = searcher.fast_field_values("pk", [address for _score, address in hits])
    return [int(key) for key in keys if key is not None]


def _build(progress: Progress) -> int:
    # The counter first: what changes meanwhile is indexed again by the next catching up.
    lineage, position = _counter()
    today = timezone.localdate()
    folder = store.new_folder()
    ids = array(
        "q", Organisation.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=10_000)
    )
    _write(folder, tantivy.Index(store.make_schema(), path=str(folder)), ids, today, progress)
    store.write_state(store.State(folder.name, lineage, position, today.isoformat()))
    store.remove_others(folder.name)
    return len(ids)


def _write(folder: Path, index: tantivy.Index, ids: array[int], today: date, progress: Progress) -> None:
    large = len(ids) >= _LARGE
    writer = index.writer(HEAP_LARGE if large else _HEAP_SMALL, WRITERS)
    # What a writer killed amid its commit left would stand in the way of this one, under the same name.
    writer.garbage_collect_files()
    fresh = not any(folder.glob("*.store"))
    done, former = 0, index.searcher()
    # The tiles of the map from which a sheet goes, or to which it comes.
    touched: set[int] = set()

    def take(_process: int, made: list[tuple[str, str | None]]) -> None:
        nonlocal done
        for key, document in made:
            if not fresh:
                touched.update(_tiles(index.schema, former, key, document))
                writer.delete_documents_by_term("key", key)
            if document is not None:
                writer.add_json(document)
        done += len(made)
        progress(done, len(ids))

    # Documents are made by several processes and written by this one, whose connection they must not use.
    processes = processes_for(len(ids))
    gather([_making(ids, index, processes, today) for index in range(processes)], take)
    followed = map_grid.begin(folder) and not fresh
    writer.commit()
    if large:
        writer.wait_merging_threads()
    index.reload()
    map_grid.write(folder, index, today, touched if followed else None)


def _tiles(schema: tantivy.Schema, former: tantivy.Searcher, key: str, document: str | None) -> set[int]:
    """The tiles in which a sheet was counted, and will be."""
    found = former.search(tantivy.Query.term_query(schema, "key", key), limit=1, count=False).hits
    cells = former.fast_field_values(map_grid.CELL, [address for _score, address in found])
    now = loads(document).get(map_grid.CELL) if document else None
    return {map_grid.tile_of_cell(cell) for cell in (*cells, now) if cell is not None}


def _making(ids: array[int], index: int, processes: int, today: date) -> Task:
    def make(tell: Tell) -> None:
        if processes > 1:
            leave_connections_of_parent()
        documents = Documents(today)
        for rank, batch in enumerate(_batches(ids)):
            if rank % processes == index:
                tell(list(documents.of(batch)))

    return make


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield batch
