"""Screens of the jobs."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from terreau.jobs import live, services
from terreau.jobs.models import Job
from terreau.jobs.perms import can_restart_job, can_see_job, can_stop_job

JOBS_LISTED = 50
SECONDS_BETWEEN_REFRESHES = 3


@require_safe
@login_required
def jobs(request: HttpRequest) -> HttpResponse:
    """The last jobs that the person asked for."""
    found = [live.refresh(job) for job in Job.objects.of(request.user)[:JOBS_LISTED]]
    return render(request, "jobs/list.html", {"jobs": found})


@require_safe
@login_required
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Where one job stands; the page follows it by itself unless asked not to (`?fixe=1`)."""
    found = live.refresh(get_object_or_404(Job, pk=job_id))
    can_see_job.require(request.user, found)
    follows = not found.is_over and "fixe" not in request.GET
    context = {
        "job": found,
        "refresh_seconds": SECONDS_BETWEEN_REFRESHES if follows else 0,
        "waits_long": found.waits_long(timezone.now()),
        "may_stop": not found.is_over and bool(can_stop_job(request.user, found)),
        "may_restart": found.state in {"failed", "cancelled"} and bool(can_restart_job(request.user, found)),
    }
    return render(request, "jobs/job.html", context)


@require_POST
@login_required
def stop(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Ask a job to stop."""
    found = get_object_or_404(Job, pk=job_id)
    services.ask_to_stop(person=request.user, job=found)
    messages.success(request, _("Arrêt demandé\u00a0: le travail s’arrête à sa prochaine étape."))
    return redirect("jobs:job", job_id=job_id)


@require_POST
@login_required
def start_again(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Ask again for a job that failed or was stopped."""
    found = get_object_or_404(Job, pk=job_id)
    services.restart(person=request.user, job=found)
    messages.success(request, _("Le travail est relancé."))
    return redirect("jobs:job", job_id=job_id)
