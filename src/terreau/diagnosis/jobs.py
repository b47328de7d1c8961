"""Long work: preparing a draft reads the whole directory of a territory and draws its pictures."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.diagnosis.services import create_draft
from terreau.jobs.handle import JobHandle
from terreau.jobs.registry import job_kind
from terreau.territories.models import Territory

PREPARE = "diagnosis.prepare"


@job_kind(PREPARE)
def prepare(job: JobHandle) -> None:
    """Prepare the draft; run again after a crash, it only replaces what it had made."""
    territory = Territory.objects.get(code=job.job.arguments["territory"])
    as_of = date.fromisoformat(job.job.arguments["as_of"])
    job.progress(0, 2, _("Lecture de l’annuaire, dessin des cartes et des graphiques"))
    create_draft(person=job.job.person, territory=territory, as_of=as_of)
    job.progress(2, 2, _("Brouillon prêt"))
    job.conclude(
        _("Le brouillon est prêt : relisez-le avant de le publier."),
        result_url=reverse("diagnosis:draft", args=[territory.code]),
    )
