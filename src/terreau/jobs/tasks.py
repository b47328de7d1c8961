"""The one task of the queue that is ours: run a job."""

from __future__ import annotations

from django_tasks import task

from terreau.jobs.running import perform


@task()
def run_job(job_id: str) -> None:
    """Run the job with this identifier."""
    perform(job_id)
