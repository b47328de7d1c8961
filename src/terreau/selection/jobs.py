"""Long work: choosing among many projects, with the price of each rule."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from terreau.jobs.handle import JobHandle
from terreau.jobs.registry import job_kind
from terreau.selection.models import Selection
from terreau.selection.services import choose_again

CHOOSE: Final = "selection.choose"


@job_kind(CHOOSE)
def choose(job: JobHandle) -> None:
    """Work the choice out; run again after a crash, it only does it again."""
    selection = Selection.objects.select_related("territory").get(public_id=job.job.arguments["selection"])
    job.progress(0, 1, _("Recherche du meilleur choix"))
    choose_again(person=job.job.person, selection=selection)
    job.conclude(_("Le choix est calculé."))
