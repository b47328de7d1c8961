"""What people are shown of a comparison: rejected rows to mend, questions to answer, samples of the rest."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from terreau.core.compact_json import dumps, loads
from terreau.core.spreadsheets import neutral
from terreau.directory.models import Organisation
from terreau.registers import comparing
from terreau.registers.enums import Outcome
from terreau.registers.models import ImportRun, StagedRow
from terreau.registers.reading import Table
from terreau.registers.receiving import REASON_COLUMN

SAMPLES = 50
SHOWN_REJECTS = 200
_WRITTEN_AT_ONCE = 500


def neutralise(cell: str) -> str:
    """A cell that no spreadsheet will take for a formula; plain numbers stay as they are."""
    bare = cell[1:].replace(",", ".", 1).replace(".", "", 1)
    return cell if cell[:1] in ("+", "-") and bare.isdigit() else str(neutral(cell))


def report(run: ImportRun, work: sqlite3.Connection, table: Table) -> None:
    """Write the rejected rows, the questions and the samples of a comparison, in place of earlier ones.

    The list is read once more, beside what was found of it, when some of its rows must be shown as they came.
    """
    StagedRow.objects.filter(run=run).delete()
    run.rejects.unlink(missing_ok=True)
    rejected, asked = _count(work, "rejected"), _count(work, "review")
    if rejected or asked:
        told = work.execute(
            "SELECT number, outcome, reason FROM fate WHERE outcome IN ('rejected', 'review') ORDER BY number"
        )
        _report_rows(run, work, table, told)
    _sample(run, work)


def _count(work: sqlite3.Connection, outcome: str) -> int:
    return int(work.execute("SELECT count(*) FROM fate WHERE outcome = ?", (outcome,)).fetchone()[0])


def _report_rows(run: ImportRun, work: sqlite3.Connection, table: Table, told: Iterator[Any]) -> None:
    columns = [column for column in table.columns if column != REASON_COLUMN]
    draft, numbers = run.rejects.with_suffix(".tmp"), run.rejects.with_suffix(".json")
    shown = 0
    with (
        draft.open("w", encoding="utf-8-sig", newline="") as file,
        numbers.open("w", encoding="utf-8") as reasons,
    ):
        writer = csv.writer(file, delimiter=";")
        writer.writerow([*map(neutralise, columns), REASON_COLUMN])
        waiting: list[StagedRow] = []
        for number, outcome, reason, raw in _beside(told, table):
            if outcome == "rejected":
                writer.writerow([*(neutralise(raw[column]) for column in columns), reason])
                reasons.write(f"{dumps({'row': number, 'reason': reason})}\n")
                shown += 1
                if shown <= SHOWN_REJECTS:
                    waiting.append(_rejected(run, work, number, reason, raw))
            else:
                waiting.append(_asked(run, work, number, raw))
            if len(waiting) >= _WRITTEN_AT_ONCE:
                StagedRow.objects.bulk_create(waiting)
                waiting = []
        StagedRow.objects.bulk_create(waiting)
    _promote(draft, run.rejects, keep=shown > 0)


def _promote(draft: Path, path: Path, *, keep: bool) -> None:
    if keep:
        draft.replace(path)
    else:
        draft.unlink()


def _beside(told: Iterator[Any], table: Table) -> Iterator[tuple[int, str, str, dict[str, str]]]:
    """Each row told of, with what the list says in it; both go by the number of the row."""
    wanted = next(told, None)
    for record in table.records():
        if wanted is None:
            return
        if record[0] == wanted[0]:
            yield wanted[0], wanted[1], wanted[2], record[1]
            wanted = next(told, None)


def _rejected(
    run: ImportRun, work: sqlite3.Connection, number: int, reason: str, raw: Mapping[str, str]
) -> StagedRow:
    ref, name, _values, _digest, _stated = _row(work, number)
    return StagedRow(
        run=run,
        number=number,
        outcome=Outcome.REJECTED,
        source_ref=ref,
        name=name[:300],
        raw=_filled(raw),
        reasons=[reason],
    )


def _asked(run: ImportRun, work: sqlite3.Connection, number: int, raw: Mapping[str, str]) -> StagedRow:
    ref, name, values, digest, stated = _row(work, number)
    kind, text, key, candidates, rest = work.execute(
        "SELECT kind, text, key, candidates, rest FROM question WHERE number = ?", (number,)
    ).fetchone()
    choices = loads(candidates)
    if kind == "same":
        choices = [_known_row(work, choice) for choice in choices]
    return StagedRow(
        run=run,
        number=number,
        outcome=Outcome.REVIEW,
        source_ref=ref,
        name=name[:300],
        raw=_filled(raw),
        values=loads(values),
        reasons=[text] if text else [],
        question=kind,
        question_key=key,
        candidates=choices,
        asks=loads(rest),
        digest=digest.hex(),
        stated_on=parse_date(stated) if len(stated) == 10 else None,
    )


def _known_row(work: sqlite3.Connection, choice: dict[str, Any]) -> dict[str, Any]:
    """A row of the same list is named by its reference, which lasts; its number does not."""
    if choice["kind"] != "row":
        return choice
    return {**choice, "ref": _row(work, choice["key"])[0]}


def _row(work: sqlite3.Connection, number: int) -> tuple[str, str, str, bytes, str]:
    ref, name, values, digest, stated = work.execute(
        "SELECT f.ref, r.name, r.vals, r.digest, r.stated FROM fate f JOIN row r ON r.number = f.number "
        "WHERE f.number = ?",
        (number,),
    ).fetchone()
    return (ref or "")[:200], name or "", values or "{}", digest, stated or ""


def _filled(raw: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in raw.items() if value}


def _sample(run: ImportRun, work: sqlite3.Connection) -> None:
    shared = _shared(work)
    rows = [
        StagedRow(
            run=run,
            number=number,
            outcome=outcome,
            reasons=[shared[number]] if number in shared else [],
            source_ref=(ref or "")[:200],
            name=(name or "")[:300],
            values=loads(values or "{}"),
        )
        for outcome in (Outcome.NEW, Outcome.CHANGED)
        for number, ref, name, values, _record in comparing.rows_of(work, outcome, SAMPLES)
    ]
    before = _before(work)
    for row in rows:
        if row.outcome == Outcome.CHANGED:
            row.before = before.get(row.number, {})
    rows += _gone(run, work)
    StagedRow.objects.bulk_create(rows)


def _shared(work: sqlite3.Connection) -> dict[int, str]:
    """What is said of the new rows that join a sheet, or another row."""
    rows = comparing.shared_sheets(work, SAMPLES)
    keys = [organisation for _number, organisation, _other in rows if organisation is not None]
    names = dict(Organisation.objects.filter(pk__in=keys).values_list("pk", "name"))
    return {
        number: _("Rejoint la fiche «\u00a0%(name)s\u00a0».") % {"name": names.get(organisation, "")}
        if organisation is not None
        else _("Même fiche que la ligne %(number)s.") % {"number": other}
        for number, organisation, other in rows
    }


def _before(work: sqlite3.Connection) -> dict[int, dict[str, Any]]:
    changed = {row[0]: row[4] for row in comparing.rows_of(work, Outcome.CHANGED, SAMPLES)}
    now = comparing.values_now(changed.values())
    return {number: now.get(record, {}) for number, record in changed.items()}


def _gone(run: ImportRun, work: sqlite3.Connection) -> list[StagedRow]:
    with closing(work.execute("SELECT record FROM gone LIMIT ?", (SAMPLES,))) as found:
        records = [row[0] for row in found]
    now = comparing.values_now(records)
    return [
        StagedRow(
            run=run,
            number=index,
            outcome=Outcome.GONE,
            name=str(now.get(record, {}).get("name", ""))[:300],
            values=now.get(record, {}),
        )
        for index, record in enumerate(records, 1)
    ]


def rejects_told(run: ImportRun) -> list[dict[str, Any]]:
    """Number and reason of every rejected row, in file order."""
    path = rejects_file(run)
    if path is None:
        return []
    with path.with_suffix(".json").open(encoding="utf-8") as file:
        return [loads(line) for line in file]


def rejects_file(run: ImportRun) -> Path | None:
    """The rejected rows of an import, or of the one it repeats; None when there are none."""
    for path in (run.rejects, run.same_as.rejects if run.same_as else None):
        if path is not None and path.exists():
            return path
    return None
