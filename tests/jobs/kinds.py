"""Kinds of job used by the tests, in the tests' process and in workers started by them."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from django.db import OperationalError, transaction

from terreau.core.errors import TerreauError
from terreau.jobs.handle import JobHandle
from terreau.jobs.registry import job_kind
from terreau.journal.models import Event


@job_kind("tests.count")
def count(handle: JobHandle) -> None:
    until = handle.job.arguments["until"]
    for number in range(1, until + 1):
        handle.progress(number, until, "compte")
    handle.conclude(f"{until} comptés", result_url="/fini/")


@job_kind("tests.refused")
def refused(handle: JobHandle) -> None:
    raise TerreauError("La ligne 3 n’a pas de nom.", where="liste.csv", remedy="Complétez-la.")


@job_kind("tests.broken")
def broken(handle: JobHandle) -> None:
    raise KeyError("un détail interne")


@job_kind("tests.database_gone")
def database_gone(handle: JobHandle) -> None:
    raise OperationalError("database is locked")


@job_kind("tests.write_then_step")
def write_then_step(handle: JobHandle) -> None:
    """Holds a write transaction while it tells its progress."""
    with transaction.atomic():
        Event.objects.create(verb="test.written", subject="test:1")
        handle.progress(1, 2, "dans la transaction")
        handle.progress(2, 2, "encore dans la transaction")


@job_kind("tests.meet")
def meet(handle: JobHandle) -> None:
    """Opens a transaction, says that it is there, then waits to be answered.

    The first attempt says « 1 » and waits for ever if nobody answers: it is the one that is killed.
    """
    arguments = handle.job.arguments
    with transaction.atomic():
        Event.objects.create(verb="test.met", subject=f"job:{handle.job.pk}")
        handle.progress(1, 3, "au rendez-vous")
        if handle.job.attempts == 1:
            Path(arguments["say"]).write_text("là")
            Path(arguments["hear"]).read_text()
        handle.progress(2, 3, "repart")


@job_kind("tests.signalled_twice")
def signalled_twice(handle: JobHandle) -> None:
    """The first time, its worker is asked to stop, and asked again before the job is done."""
    seen = Path(handle.job.arguments["seen"])
    if not seen.exists():
        seen.touch()
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
        raise AssertionError("the worker went on after a second signal")
