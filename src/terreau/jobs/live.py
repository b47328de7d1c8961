"""How far a running job has come, told while the job may hold a long transaction of its own.

On SQLite one writer at a time holds the whole database: a job that told its progress through a
second connection, in the middle of its own transaction, would wait for itself until it timed out.
There the progress, and the wish that a job stop, go through small files under `locks/jobs`; process
and web server share the disk since they share the database file. On PostgreSQL, where workers may
run on other machines, both go through the job's row, on a connection beside that of the job.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import connection
from django.utils import timezone

from terreau.jobs.enums import JobState
from terreau.jobs.models import Job


class Channel(Protocol):
    """Where a running job tells its progress and hears that it must stop."""

    def tell(self, done: int, total: int | None, step: str) -> bool:
        """Publish the progress; True when someone asked the job to stop."""
        ...

    def close(self) -> None:
        """Let go of what the channel holds."""
        ...


def open_channel(job: Job) -> Channel:
    """The channel that suits the database in use."""
    return _Files(job) if connection.vendor == "sqlite" else _Row(job)


def ask_to_stop(job: Job) -> None:
    """Leave word for the worker that runs the job, without waiting for its transaction."""
    if connection.vendor == "sqlite":
        path = _stop_file(job)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    else:
        Job.objects.filter(pk=job.pk).update(stop_asked_at=timezone.now())


def forget(job: Job) -> None:
    """Remove what was said of a job that no worker runs."""
    if connection.vendor == "sqlite":
        _Files(job).close()


def refresh(job: Job) -> Job:
    """The job with the progress that its worker last told, in memory only."""
    if job.state != JobState.RUNNING or connection.vendor != "sqlite":
        return job
    if _stop_file(job).exists():
        job.stop_asked_at = timezone.now()
    try:
        told: dict[str, Any] = json.loads(_progress_file(job).read_text("utf-8"))
    except (OSError, ValueError):
        return job
    job.done, job.total, job.step = told["done"], told["total"], told["step"]
    job.heartbeat_at = datetime.fromisoformat(told["at"])
    return job


def _folder() -> Path:
    return Path(settings.HOME.locks) / "jobs"


def _progress_file(job: Job) -> Path:
    return _folder() / f"{job.pk}.json"


def _stop_file(job: Job) -> Path:
    return _folder() / f"{job.pk}.stop"


class _Files:
    """Progress in a file written whole; the wish to stop is a file that exists."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def tell(self, done: int, total: int | None, step: str) -> bool:
        told = {"done": done, "total": total, "step": step, "at": datetime.now(UTC).isoformat()}
        path = _progress_file(self.job)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whole for whoever reads it; not forced to the disk, where it need not survive a crash.
        draft = path.with_suffix(".tmp")
        draft.write_text(json.dumps(told), "utf-8")
        draft.replace(path)
        return _stop_file(self.job).exists()

    def close(self) -> None:
        _progress_file(self.job).unlink(missing_ok=True)
        _stop_file(self.job).unlink(missing_ok=True)


class _Row:
    """Progress in the job's row, through a connection that is not in the job's transaction."""

    _SQL = (
        "UPDATE jobs_job SET done = %s, total = %s, step = %s, heartbeat_at = %s "
        "WHERE id = %s RETURNING stop_asked_at IS NOT NULL"
    )

    def __init__(self, job: Job) -> None:
        self.job = job
        self.beside = connection.copy()

    def tell(self, done: int, total: int | None, step: str) -> bool:
        with self.beside.cursor() as cursor:
            cursor.execute(self._SQL, [done, total, step[:200], timezone.now(), self.job.pk])
            row = cursor.fetchone()
        return bool(row and row[0])

    def close(self) -> None:
        self.beside.close()
