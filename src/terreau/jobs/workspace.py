"""The jobs of a person, as their workspace lists them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.jobs import live
from terreau.jobs.enums import JobState
from terreau.jobs.models import Job

# A failure older than this is no longer news; the list of jobs still has it.
FAILURES_SHOWN_FOR = timedelta(days=7)
JOBS_SHOWN = 10


def door(_person: Any) -> str:
    """The list of one's jobs."""
    return reverse("jobs:list")


def titles(keys: Iterable[str]) -> dict[str, str]:
    """What each job is called, by the text of its key."""
    found = Job.objects.filter(pk__in=list(keys)).values_list("pk", "title")
    return {str(pk): title for pk, title in found}


def items(person: Any) -> list[dict[str, Any]]:
    """What is under way for the person, and what failed lately."""
    jobs = Job.objects.of(person).to_watch(timezone.now() - FAILURES_SHOWN_FOR)[:JOBS_SHOWN]
    return [
        {"text": _line(live.refresh(job)), "url": reverse("jobs:job", args=[job.pk]), "count": None}
        for job in jobs
    ]


def _line(job: Job) -> str:
    state = str(job.get_state_display())
    if job.state == JobState.RUNNING and job.share is not None:
        state = f"{state}, {int(100 * job.share)}\u00a0%"
    return _("%(title)s (%(state)s)") % {"title": job.title, "state": state}
