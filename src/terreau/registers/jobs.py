"""The long work of the imports. Both jobs may be cut anywhere and run again."""

from __future__ import annotations

from terreau.jobs.handle import JobHandle
from terreau.jobs.registry import job_kind
from terreau.registers.models import ImportRun
from terreau.registers.running import apply_run, read_and_compare


def _run_of(job: JobHandle) -> ImportRun:
    runs = ImportRun.objects.select_related("source", "territory", "mapping", "same_as")
    return runs.get(pk=job.job.arguments["run"])


@job_kind("registers.read")
def read(job: JobHandle) -> None:
    """Read a list and compare it with the directory."""
    read_and_compare(person=job.job.person, run=_run_of(job), progress=job.progress)


@job_kind("registers.apply")
def apply(job: JobHandle) -> None:
    """Apply the differences of a list."""
    apply_run(person=job.job.person, run=_run_of(job), progress=job.progress)
