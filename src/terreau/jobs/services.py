"""Long work: asked for with the change that needs it, run by a worker, stopped, taken up again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from terreau.core.errors import TerreauError
from terreau.jobs import live
from terreau.jobs.enums import JobState
from terreau.jobs.handle import Cancelled, JobHandle
from terreau.jobs.models import Job
from terreau.jobs.perms import can_restart_job, can_stop_job
from terreau.jobs.registry import runner
from terreau.jobs.running import perform
from terreau.jobs.tasks import run_job
from terreau.journal.rules import is_way_to_reach
from terreau.journal.services import record

__all__ = [
    "MAX_ATTEMPTS",
    "Cancelled",
    "JobHandle",
    "ask_to_stop",
    "give_back",
    "recover",
    "restart",
    "run_now",
    "start",
]

# Work that kills its worker three times will kill the next one too.
MAX_ATTEMPTS = 3


@transaction.atomic
def start(
    *,
    kind: str,
    title: str,
    arguments: dict[str, Any],
    person: Any,
    territory_code: str = "",
    result_url: str = "",
) -> Job:
    """Ask for a job, in the caller's transaction: both are kept or neither.

    The right to ask is the caller's to check: it is that of the change itself.

    Args:
        kind: as registered with `job_kind`.
        title: what it is, in French, for the person.
        arguments: JSON values only.
        person: who asks, or None for the platform itself.
        territory_code: its agents may see the job.
        result_url: where to go when it is done.

    Raises:
        TerreauError: when no application runs this kind of job.
    """
    runner(kind)
    job = Job.objects.create(
        kind=kind,
        title=title[:200],
        arguments=arguments,
        person=person if getattr(person, "pk", None) else None,
        territory_code=territory_code,
        result_url=result_url,
    )
    run_job.enqueue(str(job.pk))
    _tell("job.asked", job, person)
    return job


def run_now(job: Job) -> Job:
    """Run a job in this process, without a worker; its task then finds nothing left to do.

    Returns:
        The job as it ended; look at its `state` and `message`.
    """
    perform(str(job.pk))
    job.refresh_from_db()
    return job


def ask_to_stop(*, person: Any, job: Job) -> None:
    """Stop a job: at once when it waits, at its next step when it runs, not at all when it is over.

    Raises:
        NotAllowed: when the person may not.
    """
    can_stop_job.require(person, job)
    job.refresh_from_db(fields=["state"])
    if job.is_over:
        return
    # Left first, and outside any transaction: a running job may hold one for minutes.
    live.ask_to_stop(job)
    if job.state != JobState.WAITING:
        return
    with transaction.atomic():
        stopped = Job.objects.filter(pk=job.pk, state=JobState.WAITING).update(
            state=JobState.CANCELLED,
            finished_at=timezone.now(),
            message=_("Arrêté avant d’avoir commencé."),
        )
        if stopped:
            _tell("job.cancelled", job, person)
    if stopped:
        live.forget(job)


@transaction.atomic
def restart(*, person: Any, job: Job) -> Job:
    """Ask again for a job that failed or was stopped.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it is under way, or done.
    """
    can_restart_job.require(person, job)
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state not in {JobState.FAILED, JobState.CANCELLED}:
        raise TerreauError(
            _("Ce travail est en cours, ou déjà fait."), where=job.title, remedy=_("Rechargez la page.")
        )
    job.state, job.attempts, job.message = JobState.WAITING, 0, ""
    job.stop_asked_at = job.started_at = job.finished_at = None
    job.save()
    live.forget(job)
    run_job.enqueue(str(job.pk))
    _tell("job.asked", job, person)
    return job


def recover(is_alive: Callable[[str], bool]) -> int:
    """Give back to the queue the tasks whose worker died, at most `MAX_ATTEMPTS` times.

    Args:
        is_alive: whether the worker with this identifier still runs.

    Returns:
        How many tasks were given back.
    """
    given_back = 0
    for task in DBTaskResult.objects.running():
        if not (task.worker_ids and is_alive(task.worker_ids[-1])):
            given_back += give_back(task.pk)
    return given_back


@transaction.atomic
def give_back(task_id: Any, *, counted: bool = True) -> bool:
    """Put a running task back in the queue, or give it up after `MAX_ATTEMPTS`.

    Args:
        task_id: key of the task.
        counted: False when the worker was asked to leave, which is no fault of the task.

    Returns:
        Whether it will be run again.
    """
    task = DBTaskResult.objects.running().select_for_update().filter(pk=task_id).first()
    if task is None:
        return False
    job = _job_of(task)
    attempts = job.attempts if job else len(task.worker_ids)
    hopeless = counted and attempts >= MAX_ATTEMPTS
    if job is not None and job.state == JobState.RUNNING:
        _interrupt(job, hopeless=hopeless, counted=counted)
    task.status = TaskResultStatus.FAILED if hopeless else TaskResultStatus.READY
    task.started_at = None
    task.save(update_fields=["status", "started_at"])
    return not hopeless


def _interrupt(job: Job, *, hopeless: bool, counted: bool) -> None:
    if hopeless:
        job.state, job.finished_at = JobState.FAILED, timezone.now()
        job.message = _(
            "Ce travail a été interrompu %(count)d fois de suite, sans doute faute de mémoire ou de place "
            "sur le disque. Prévenez la personne qui tient la plateforme avant de le relancer."
        ) % {"count": job.attempts}
    else:
        job.state, job.step = JobState.WAITING, _("Interrompu, reprend bientôt")
        job.attempts -= 0 if counted else 1
    job.save(update_fields=["state", "finished_at", "message", "step", "attempts"])
    _tell("job.failed" if hopeless else "job.interrupted", job, None)


def _tell(verb: str, job: Job, person: Any) -> None:
    record(
        verb=verb,
        subject=f"job:{job.pk}",
        actor=person,
        territory_code=job.territory_code,
        kind=job.kind,
        # A file may be named after someone: the journal would refuse the whole change.
        name="" if is_way_to_reach(job.title) else job.title,
    )


def _job_of(task: DBTaskResult[Any, Any]) -> Job | None:
    if task.task_path != run_job.module_path:
        return None
    return Job.objects.select_for_update().filter(pk=task.args_kwargs["args"][0]).first()
