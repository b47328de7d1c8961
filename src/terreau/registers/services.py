"""The door of the imports: a list received, its mapping confirmed, its differences applied, its questions."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.jobs.models import Job
from terreau.jobs.services import start
from terreau.registers.models import ImportRun
from terreau.registers.perms import can_lead_run
from terreau.registers.planning import Plan, confirm_mapping, plan, preview, suggestions
from terreau.registers.receiving import About, blocks_of, forget, read_otherwise, receive, source_of
from terreau.registers.reviewing import decide, decide_alike
from terreau.registers.running import abandon, apply_run, is_interrupted, read_and_compare

__all__ = [
    "About",
    "Plan",
    "abandon",
    "apply_run",
    "blocks_of",
    "confirm_mapping",
    "decide",
    "decide_alike",
    "forget",
    "is_interrupted",
    "plan",
    "preview",
    "read_and_compare",
    "read_otherwise",
    "receive",
    "source_of",
    "start_applying",
    "start_reading",
    "suggestions",
]


def start_reading(*, person: Any, run: ImportRun) -> Job:
    """Ask for the list to be read and compared, in the background."""
    return _start(person, run, "registers.read", _("Lecture de %(file)s"))


def start_applying(*, person: Any, run: ImportRun) -> Job:
    """Ask for the differences to be applied, in the background."""
    return _start(person, run, "registers.apply", _("Import de %(file)s"))


@transaction.atomic
def _start(person: Any, run: ImportRun, kind: str, title: str) -> Job:
    can_lead_run.require(person, run)
    job = start(
        kind=kind,
        title=title % {"file": run.file_name},
        arguments={"run": str(run.pk)},
        person=person,
        territory_code=run.territory.code,
        result_url=reverse("registers:run", args=[run.territory.code, run.pk]),
    )
    ImportRun.objects.filter(pk=run.pk).update(job=job)
    return job
