"""An import carried through: read and compared, then applied; cut anywhere, begun again without harm.

Reading and comparing write nothing in the directory, only scratch files and what people are shown of them.
Applying is one transaction. A cut before it leaves an import that is read again; a cut inside it leaves the
directory as before; after it there is nothing left to do.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from heapq import merge
from operator import itemgetter
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from terreau.core.compact_json import loads
from terreau.core.errors import TerreauError
from terreau.core.forking import ahead, processes_for
from terreau.directory.ingest import BATCH, ChangedRecord, Ingest, NewRecord, batches
from terreau.directory.large_write import large_write
from terreau.directory.models import ChangeCounter, Organisation, Source
from terreau.journal.services import record
from terreau.registers import comparing, locking
from terreau.registers.duplicates import Settled, find_duplicates
from terreau.registers.enums import BUSY, Decision, Outcome, Question, RunState
from terreau.registers.models import ImportRun, Ruling, StagedRow
from terreau.registers.neighbours import neighbours
from terreau.registers.perms import can_lead_run
from terreau.registers.planning import context_of, restricted
from terreau.registers.reading import Limits, Table
from terreau.registers.receiving import reopen
from terreau.registers.reporting import report
from terreau.registers.row_reading import VERSION
from terreau.registers.spec import Spec, from_json
from terreau.registers.stage import KnownDigests, Work, stage
from terreau.registers.staging import SHEET_COLUMNS, Store, attached
from terreau.territories.gazetteer import gazetteer
from terreau.territories.rules import PlaceEvidence

Progress = Callable[[int, int | None, str], None]
_TRIES = 3


class _Outdated(Exception):  # noqa: N818 (a way to begin again, not an error)
    """The directory changed since the comparison."""


def quietly(_done: int, _total: int | None = None, _step: str = "") -> None:
    """Progress that nobody follows."""


# --- One import of a source at a time ---------------------------------------------------------


@contextmanager
def holding(source: Source) -> Iterator[None]:
    """Hold the source while an import of it is read or written.

    Raises:
        TerreauError: when another process is at it.
    """
    try:
        with locking.held(f"import-{source.pk}"):
            yield
    except locking.HeldError:
        raise _busy(source) from None


def _busy(source: Source) -> TerreauError:
    return TerreauError(
        _("Un autre import de cette source est en cours."),
        where=source.name,
        remedy=_("Attendez qu’il soit terminé, puis recommencez : rien n’est perdu."),
    )


def is_interrupted(run: ImportRun) -> bool:
    """Whether the import says it is under way while nobody is at it."""
    return run.state in BUSY and not locking.is_held(f"import-{run.source_id}")


def _enter(run: ImportRun, state: RunState) -> None:
    """Mark the import as under way; one left so by a process that died gives way: we hold the source."""
    with transaction.atomic():
        others = ImportRun.objects.filter(source=run.source).busy().exclude(pk=run.pk)
        others.update(state=RunState.FAILED, error=_("Cet import a été interrompu ; rien n’en a été écrit."))
        try:
            ImportRun.objects.filter(pk=run.pk).update(state=state, error="")
        except IntegrityError:
            raise _busy(run.source) from None
    run.state = state


def _leave(run: ImportRun, state: RunState, error: BaseException) -> None:
    """Back to where the import stood, or failed with its reason."""
    told = str(error) if isinstance(error, TerreauError) else ""
    ImportRun.objects.filter(pk=run.pk, state__in=[RunState.READING, RunState.APPLYING]).update(
        state=RunState.FAILED if told else state, error=told
    )


# --- Reading and comparing ------------------------------------------------------------------------


def read_and_compare(*, person: Any, run: ImportRun, progress: Progress = quietly) -> ImportRun:
    """Read the list by its confirmed mapping, and tell what it would change. Writes nothing in the directory.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the list cannot be read, or another import of the source is under way.
    """
    can_lead_run.require(person, run)
    if run.mapping is None or run.state in (RunState.APPLIED, RunState.ABANDONED, RunState.APPLYING):
        raise TerreauError(_("Cet import ne peut pas être lu."), where=run.file_name)
    with holding(run.source):
        before = RunState.MAPPED
        _enter(run, RunState.READING)
        try:
            _read_and_compare(run, progress)
        except BaseException as error:
            _leave(run, before, error)
            raise
    return run


def _read_and_compare(run: ImportRun, progress: Progress) -> None:
    with reopen(run, Limits()) as table:
        spec = restricted(from_json(run.mapping.spec if run.mapping else {}), table.columns)
        mark = _mark(run, spec)
        run.spec_digest = mark
        twin = _same_list_applied(run, mark)
        if twin is not None:
            _repeat(run, twin)
            return
        store = Store(run.folder / "lecture")
        total = int(run.described.get("rows") or 0)
        if not store.is_whole(mark):
            _stage(run, spec, table, store, mark, total, progress)
        _compare_again(run, store, table, progress)


def _mark(run: ImportRun, spec: Spec) -> str:
    """Names all that the reading of the list depends on, itself excepted."""
    sample_free = context_of(run, spec)
    answers = json.dumps(sorted((list(key), value) for key, value in sample_free.answers.items()))
    told = run.described
    part = f"{told.get('sheet', '')}\x1e{told.get('header_row', '')}"
    parts = (VERSION, spec.digest(), sample_free.placer.version, sample_free.country, answers, part)
    return hashlib.blake2b("\x1e".join(parts).encode(), digest_size=16).hexdigest()


def _same_list_applied(run: ImportRun, mark: str) -> ImportRun | None:
    """The last import of the source, when it was of this very file read in this very way."""
    last = ImportRun.objects.filter(source=run.source, state=RunState.APPLIED).order_by("-applied_at").first()
    if last is None or run.partial or last.partial:
        return None
    same = last.file_digest == run.file_digest and last.spec_digest == mark
    return (last.same_as or last) if same else None


def _repeat(run: ImportRun, twin: ImportRun) -> None:
    """The same list again changes nothing: it is not read."""
    waiting = twin.rows.to_review().count()
    told = twin.counts
    kept = sum(told.get(name, 0) for name in ("new", "changed", "unchanged", "review")) - waiting
    run.counts = {
        **{"read": told.get("read", 0), "new": 0, "changed": 0, "unchanged": kept, "gone": 0, "joined": 0},
        **{"rejected": told.get("rejected", 0), "review": waiting},
    }
    run.same_as, run.messages = twin, twin.messages
    _save_compared(run)


def _stage(
    run: ImportRun, spec: Spec, table: Table, store: Store, mark: str, total: int, progress: Progress
) -> None:
    sample = [values for _number, values, _problem in table.head(1000)]
    context = context_of(run, spec, sample)
    # Read in this process before it divides: the others must not go to the database.
    places = gazetteer()
    places.locate(PlaceEvidence(country="FR", longitude=2.35, latitude=48.85))

    def territory_id(code: str) -> int | None:
        found = places.by_code(code)
        return found.id if found else None

    known = comparing.known_digests(run.source) if not spec.group_by else iter(())
    work = Work(table, spec, context, territory_id, KnownDigests(known))
    stage(
        work,
        store,
        mark=mark,
        processes=processes_for(total),
        progress=lambda done: progress(done, max(total, done), _("Lecture des lignes")),
    )


def _compare_again(run: ImportRun, store: Store, table: Table, progress: Progress) -> None:
    change = _change_now()
    # What a comparison cut short left may be broken: it has no journal.
    (store.folder / "work.sqlite3").unlink(missing_ok=True)
    with store.open() as work:
        _compare(run, store, work, progress)
        gone = comparing.find_gone(work, partial=run.partial)
        read = int(work.execute("SELECT max(rows) FROM done").fetchone()[0])
        run.counts = {
            **{"read": read, **comparing.counts(work), "gone": gone},
            **{"joined": comparing.joined(work), "twins": comparing.twins(work)},
        }
        run.messages = store.messages(work)
        progress(0, None, _("Préparation de ce qui est à relire"))
        report(run, work, table)
    run.compared_change, run.same_as = change, None
    _save_compared(run)


def _compare(run: ImportRun, store: Store, work: sqlite3.Connection, progress: Progress) -> None:
    progress(0, None, _("Comparaison avec l’annuaire"))
    comparing.load_known(work, run.source)
    skipped = Ruling.objects.filter(source=run.source, decision=Decision.SKIP)
    comparing.load_skipped(work, dict(skipped.values_list("key", "decided_at")))
    comparing.decide_fates(work)
    if not comparing.counts(work)["new"]:
        return
    settled = Settled(_answers_on_pairs(run.source), _public_ids)
    with neighbours() as near:
        find_duplicates(store, work, near, settled, progress)


def _answers_on_pairs(source: Source) -> dict[tuple[str, str], str]:
    found = {}
    rulings = Ruling.objects.filter(source=source, question=Question.SAME).exclude(decision=Decision.SKIP)
    for key, decision in rulings.values_list("key", "decision"):
        ref, _bar, public_id = key.rpartition("|")
        found[ref, public_id] = decision
    return found


def _public_ids(organisations: Iterable[int]) -> dict[int, str]:
    return dict(Organisation.objects.filter(pk__in=list(organisations)).values_list("pk", "public_id"))


def _change_now() -> int:
    return ChangeCounter.objects.order_by("pk").values_list("value", flat=True).first() or 0


def _save_compared(run: ImportRun) -> None:
    run.state = RunState.COMPARED
    run.save(
        update_fields=[
            *("state", "counts", "messages", "same_as", "compared_change", "spec_digest"),
        ]
    )


# --- Applying ---------------------------------------------------------------------------------------


def apply_run(*, person: Any, run: ImportRun, progress: Progress = quietly) -> ImportRun:
    """Write in the directory what the comparison told, in one transaction.

    When the directory has changed since, the comparison is made again first, so that what is written is
    what is true now. An import already applied is left alone: asking twice does nothing twice.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when there is nothing compared to apply, or another import of the source is under way.
    """
    can_lead_run.require(person, run)
    if run.state == RunState.APPLIED:
        return run
    if run.state not in (RunState.COMPARED, RunState.APPLYING):
        raise TerreauError(
            _("Il n’y a pas encore de différences à appliquer."),
            where=run.file_name,
            remedy=_("Confirmez d’abord les colonnes, puis relisez les différences."),
        )
    with holding(run.source):
        _enter(run, RunState.APPLYING)
        try:
            _apply(person, run, progress)
        except BaseException as error:
            _leave(run, RunState.COMPARED, error)
            raise
    Store(run.folder / "lecture").clear()
    return run


def _apply(person: Any, run: ImportRun, progress: Progress) -> None:
    if run.same_as is not None and _same_list_applied(run, run.spec_digest) is not None:
        _apply_repeat(person, run)
        return
    store = Store(run.folder / "lecture")
    for attempt in range(_TRIES):
        if attempt or run.compared_change != _change_now() or not _is_compared(store, run):
            _bring_up_to_date(run, progress)
        try:
            _write(person, run, store, progress, insist=attempt == _TRIES - 1)
        except _Outdated:
            continue
        except sqlite3.DatabaseError:
            # The scratch files did not survive: a power cut, a full disk. The list itself is read again.
            store.unmark()
            continue
        return
    raise TerreauError(
        _("Cet import n’a pas pu être écrit."),
        where=run.file_name,
        remedy=_("Vérifiez qu’il reste de la place sur le disque, puis recommencez : rien n’a été écrit."),
    )


def _is_compared(store: Store, run: ImportRun) -> bool:
    return store.is_whole(run.spec_digest) and (store.folder / "work.sqlite3").exists()


def _bring_up_to_date(run: ImportRun, progress: Progress) -> None:
    _read_and_compare(run, progress)
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.APPLYING)
    run.state = RunState.APPLYING


def _write(person: Any, run: ImportRun, store: Store, progress: Progress, *, insist: bool) -> None:
    total = sum(run.counts[name] for name in ("new", "changed"))
    told = _Told(progress, total)
    dated = run.dated_on.isoformat() if run.dated_on else None
    with store.open() as work, large_write(total):
        ingest = Ingest(source=run.source, person=person)
        if ingest.change != run.compared_change + 1 and not insist:
            raise _Outdated
        ingest.part_with(work.execute("SELECT record, organisation FROM gone"))
        ingest.change_records(told(_changed(work, dated)))
        _see(ingest, run, work)
        ingest.add(told(_new(store, work, dated, run.counts["new"])))
        ingest.finish()
        _close_older_questions(run, work)
        _conclude(person, run, ingest.at)


def _see(ingest: Ingest, run: ImportRun, work: sqlite3.Connection) -> None:
    if run.partial:
        ingest.see(row[0] for row in work.execute("SELECT record FROM fate WHERE outcome = 'unchanged'"))
    elif run.counts["unchanged"]:
        ingest.see_all(run.dated_on)


def _apply_repeat(person: Any, run: ImportRun) -> None:
    with large_write(run.counts["unchanged"]):
        ingest = Ingest(source=run.source, person=person)
        ingest.see_all(run.dated_on)
        ingest.finish()
        _conclude(person, run, ingest.at)


def _conclude(person: Any, run: ImportRun, at: datetime) -> None:
    run.state, run.applied_at, run.error = RunState.APPLIED, at, ""
    run.save(update_fields=["state", "applied_at", "error"])
    source = run.source
    if run.dated_on and (source.dated_on is None or source.dated_on < run.dated_on):
        Source.objects.filter(pk=source.pk).update(dated_on=run.dated_on)
    record(
        verb="import.applied",
        subject=f"import:{run.pk}",
        actor=person,
        territory_code=run.territory.code,
        source=source.code,
        counts=run.counts,
    )


def _close_older_questions(run: ImportRun, work: sqlite3.Connection) -> None:
    """Questions of earlier imports of the source are asked anew by this one, or no longer stand."""
    older = StagedRow.objects.filter(run__source=run.source, outcome=Outcome.REVIEW, decision="").exclude(
        run=run
    )
    if not run.partial:
        older.delete()
        return
    for key, ref in list(older.values_list("pk", "source_ref")):
        if work.execute("SELECT 1 FROM seen WHERE ref = ? LIMIT 1", (ref,)).fetchone():
            StagedRow.objects.filter(pk=key).delete()


class _Told:
    """Counts what passes, and tells it."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def __call__(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            self.done += 1
            if self.done % 5000 == 0:
                self.progress(self.done, self.total, _("Écriture dans l’annuaire"))
            yield row


_SHEET_SQL = ", ".join(f"s.{name}" for name in SHEET_COLUMNS)


def _identifiers(values: str) -> list[tuple[str, str]]:
    if '"identifiers":' not in values:
        return []
    return list(loads(values)["identifiers"].items())


def _stated(text: str, dated_on: str | None) -> str | None:
    """The day a row was said: its own, else that of the list."""
    return text if len(text) == 10 else dated_on


def _new(store: Store, work: sqlite3.Connection, dated_on: str | None, count: int) -> Iterator[NewRecord]:
    """The new rows, in the order of the list; when they are many, another process reads them for this one."""
    if processes_for(count) == 1:
        yield from (NewRecord(*told) for told in _told_new(work, dated_on))
        return

    def read() -> Iterator[list[tuple[Any, ...]]]:
        with store.open() as own:
            yield from batches(_told_new(own, dated_on), BATCH)

    for batch in ahead(read):
        yield from (NewRecord(*told) for told in batch)


def _told_new(work: sqlite3.Connection, dated_on: str | None) -> Iterator[tuple[Any, ...]]:
    """What makes each `NewRecord`, in the order of its attributes."""
    parts = [
        work.execute(
            f"SELECT f.number, f.ref, r.digest, r.stated, r.vals, f.organisation, f.cluster, f.method, "  # noqa: S608
            f"f.score, f.explanation, {_SHEET_SQL} "
            # CROSS: as they lie; left to itself, SQLite begins by `fate` and sorts the whole list.
            f"FROM {part}.row r CROSS JOIN {part}.sheet s ON s.number = r.number "
            "CROSS JOIN fate f ON f.number = r.number WHERE f.outcome = 'new' ORDER BY r.number"
        )
        for part in attached(work)
    ]
    # Part by part, which SQLite reads as they lie, and put in the order of the list here: through the view of
    # all parts it would sort the whole list first.
    found = merge(*parts, key=itemgetter(0))
    for _number, ref, digest, stated, values, organisation, cluster, method, score, why, *sheet in found:
        yield (
            *(ref, digest.hex(), _stated(stated, dated_on), values, sheet, _identifiers(values)),
            *(organisation, cluster, method, score, loads(why) if why else ()),
        )


def _changed(work: sqlite3.Connection, dated_on: str | None) -> Iterator[ChangedRecord]:
    found = work.execute(
        f"SELECT f.record, f.organisation, r.digest, r.stated, r.vals, {_SHEET_SQL} "  # noqa: S608
        "FROM fate f JOIN row r ON r.number = f.number LEFT JOIN sheet s ON s.number = f.number "
        "WHERE f.outcome = 'changed' ORDER BY f.number"
    )
    for key, organisation, digest, stated, values, *sheet in found:
        yield ChangedRecord(
            record=key,
            organisation=organisation,
            digest=digest.hex(),
            stated_on=_stated(stated, dated_on),
            values=values,
            sheet=sheet,
            identifiers=_identifiers(values),
        )


def abandon(*, person: Any, run: ImportRun) -> None:
    """Give up an import that was not applied; the file stays, nothing was written."""
    can_lead_run.require(person, run)
    with transaction.atomic():
        held = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if held.state in (RunState.APPLIED, RunState.ABANDONED):
            raise TerreauError(_("Cet import est déjà terminé."), where=held.file_name)
        if held.state in (RunState.READING, RunState.APPLYING) and not is_interrupted(held):
            raise TerreauError(
                _("Cet import est en cours."), where=held.file_name, remedy=_("Arrêtez d’abord le travail.")
            )
        held.state = RunState.ABANDONED
        held.save(update_fields=["state"])
        StagedRow.objects.filter(run=held).delete()
        record(
            verb="import.abandoned",
            subject=f"import:{held.pk}",
            actor=person,
            territory_code=held.territory.code,
        )
    run.state = RunState.ABANDONED
    Store(run.folder / "lecture").clear()
