"""Running one job: the states it goes through, and what is kept of how it ended."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import ToldError
from terreau.jobs.enums import JobState
from terreau.jobs.handle import Cancelled, JobHandle
from terreau.jobs.models import Job
from terreau.jobs.registry import runner
from terreau.journal.rules import is_way_to_reach
from terreau.journal.services import record

logger = logging.getLogger("terreau.jobs")


def perform(job_id: str) -> None:
    """Run a job to its end, whatever that is; a job that is already over is left alone.

    Raises:
        OperationalError, InterfaceError: when the database cannot be reached or is held by others.
            The job then stays as it is, as if its worker had been killed, and is taken up again.
    """
    job = _begin(job_id)
    if job is None:
        return
    handle = JobHandle(job)
    try:
        state, message = _run(handle)
    finally:
        handle.close()
    _end(job, state, message)


def _begin(job_id: str) -> Job | None:
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        if job is None or job.is_over:
            return None
        job.state = JobState.RUNNING
        job.started_at = job.started_at or timezone.now()
        job.heartbeat_at = timezone.now()
        job.attempts = F("attempts") + 1
        job.done, job.total, job.step = 0, None, ""
        job.save(update_fields=["state", "started_at", "heartbeat_at", "attempts", "done", "total", "step"])
    job.refresh_from_db()
    return job


def _run(handle: JobHandle) -> tuple[JobState, str]:
    try:
        runner(handle.job.kind)(handle)
    except Cancelled:
        return JobState.CANCELLED, _("Arrêté à la demande d’une personne. Rien n’a été gardé à moitié.")
    except ToldError as error:
        return JobState.FAILED, str(error)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("job %s (%s) failed", handle.job.pk, handle.job.kind)
        return JobState.FAILED, _(
            "Une erreur imprévue a arrêté ce travail. Relancez-le\u202f; si elle se répète, donnez cette "
            "référence à la personne qui tient la plateforme\u00a0: %(reference)s."
        ) % {"reference": str(handle.job.pk)[:8]}
    return JobState.DONE, handle.job.message


def _end(job: Job, state: JobState, message: str) -> None:
    with transaction.atomic():
        job.state, job.message, job.finished_at = state, message, timezone.now()
        if state == JobState.DONE and job.total is not None:
            job.done = job.total
        job.save(update_fields=["state", "message", "finished_at", "done", "total", "step", "result_url"])
        record(
            verb=f"job.{state.value}",
            subject=f"job:{job.pk}",
            actor=job.person,
            territory_code=job.territory_code,
            kind=job.kind,
            name="" if is_way_to_reach(job.title) else job.title,
        )
