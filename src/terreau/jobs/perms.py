"""Who may see a job, stop it, start it again."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from terreau.accounts.perms import is_agent_of, is_secretariat, is_signed_in
from terreau.core.permissions import rule
from terreau.jobs.models import Job
from terreau.territories.models import Territory


@rule(_("Ce travail a été demandé par une autre personne."))
def is_own_job(person: Any, job: Job) -> bool:
    """Whether the person asked for this job."""
    return job.person_id is not None and job.person_id == person.pk


@rule(_("Ce travail concerne un territoire qui ne vous est pas confié."))
def is_job_of_own_territory(person: Any, job: Job) -> bool:
    """Whether the person is an agent of the territory the job is about."""
    if not job.territory_code:
        return False
    return bool(is_agent_of(person, Territory.objects.filter(code=job.territory_code).first()))


can_see_job = is_signed_in & (is_own_job | is_job_of_own_territory | is_secretariat)
can_stop_job = can_see_job
can_restart_job = can_see_job
