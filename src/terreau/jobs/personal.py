"""What the jobs hold about a person."""

from __future__ import annotations

from typing import Any

from terreau.jobs.models import Job


def export_jobs(person: Any) -> list[dict[str, Any]]:
    """The jobs that a person asked for."""
    found = Job.objects.of(person).values("title", "state", "territory_code", "created_at", "finished_at")
    return [dict(one) for one in found]


def forget_person(person: Any) -> None:
    """Keep the jobs, which belong to their territories, and no longer who asked for them."""
    Job.objects.of(person).update(person=None)
