"""Long work: a directory of thousands of sheets takes seconds to lay out."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.jobs.handle import JobHandle
from terreau.jobs.registry import job_kind
from terreau.opendata import printed
from terreau.territories.models import Territory

PRINT = "opendata.print"


@job_kind(PRINT)
def print_directory(job: JobHandle) -> None:
    """Make the printed directory; one that is already there, of the same content, is left."""
    territory = Territory.objects.get(code=job.job.arguments["territory"])
    job.progress(0, 2, _("Lecture des fiches"))
    found = printed.prepare(territory)
    job.progress(1, 2, _("Mise en page"))
    if not found.is_made:
        printed.make(found)
    job.conclude(
        _("L’annuaire imprimé est prêt."), result_url=reverse("opendata:printed", args=[territory.code])
    )
