"""The steps of the wizard that start long work: asked twice, or by two agents at once, they start it once."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from terreau.jobs.models import Job
from terreau.registers.enums import RunState
from terreau.registers.models import ImportRun
from terreau.registers.services import abandon, confirm_mapping, start_applying, start_reading
from terreau.registers.spec import Spec


def is_under_way(run: ImportRun) -> bool:
    """Whether a job works for this import, or waits to."""
    return run.job is not None and not run.job.is_over


@transaction.atomic
def begin_reading(*, person: Any, run: ImportRun, spec: Spec) -> Job:
    """Confirm the mapping and ask for the list to be read; a job already asked for by these words is kept.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the mapping lacks something, or the import is past that point.
    """
    held = _hold(run)
    before = held.mapping_id
    confirmed = confirm_mapping(person=person, run=held, spec=spec)
    if is_under_way(held) and held.job is not None and confirmed.mapping_id == before:
        return held.job
    return start_reading(person=person, run=confirmed)


@transaction.atomic
def begin_again(*, person: Any, run: ImportRun) -> Job:
    """Ask anew for what was cut short: the writing when it had begun, else the reading."""
    held = _hold(run)
    if is_under_way(held) and held.job is not None:
        return held.job
    begin = start_applying if held.state == RunState.APPLYING else start_reading
    return begin(person=person, run=held)


@transaction.atomic
def begin_applying(*, person: Any, run: ImportRun) -> Job | None:
    """Ask for the differences to be applied; None when they were already."""
    held = _hold(run)
    if held.state == RunState.APPLIED:
        return None
    if is_under_way(held) and held.job is not None:
        return held.job
    return start_applying(person=person, run=held)


def drop_twin(*, person: Any, run: ImportRun) -> ImportRun:
    """The import to go on with, when the same file has just been sent twice: the first is kept."""
    twin = (
        ImportRun.objects.filter(
            source=run.source,
            file_digest=run.file_digest,
            partial=run.partial,
            dated_on=run.dated_on,
            state=RunState.RECEIVED,
        )
        .exclude(pk=run.pk)
        .order_by("created_at")
        .first()
    )
    if twin is None:
        return run
    abandon(person=person, run=run)
    return twin


def _hold(run: ImportRun) -> ImportRun:
    """The import, locked until the transaction ends."""
    found = ImportRun.objects.select_for_update(of=("self",))
    return found.select_related("source", "territory", "job", "mapping").get(pk=run.pk)
