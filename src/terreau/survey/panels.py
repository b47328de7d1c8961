"""Where the survey appears elsewhere: a territory's page and doors, a sheet, the journal, « Mes données »."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core.registry import Waiting
from terreau.directory.enums import Status
from terreau.directory.models import Organisation
from terreau.survey.enums import SurveyState
from terreau.survey.field import unsorted
from terreau.survey.models import Respondent, Submission, Survey
from terreau.territories.models import Territory

SHOWN = 3


def _open_today() -> QuerySet[Survey]:
    today = timezone.localdate()
    return Survey.objects.filter(state=SurveyState.OPEN).filter(
        Q(closes_on__isnull=True) | Q(closes_on__gte=today)
    )


def panel(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """« Enquête en cours »."""
    found = list(_open_today().filter(territory=territory)[:SHOWN])
    return {"surveys": found} if found else None


def door(territory: Territory) -> str:
    """The surveys of a territory."""
    return reverse("survey:surveys", args=[territory.code])


def answer_action(organisation: Organisation, _person: Any) -> str | None:
    """From a sheet: the survey that its territory, or one that contains it, is holding."""
    if organisation.status != Status.ACTIVE or organisation.territory_id is None:
        return None
    found = _open_today().filter(territory__descendant_links__descendant=organisation.territory_id)
    slug = found.values_list("slug", flat=True).first()
    return f"{reverse('survey:welcome', args=[slug])}?fiche={organisation.public_id}" if slug else None


def drafts(territories: Iterable[Territory]) -> QuerySet[Any]:
    """The surveys that wait to be opened."""
    found = Survey.objects.filter(territory__in=list(territories), state=SurveyState.DRAFT)
    return found.order_by().values_list("territory").annotate(count=Count("pk"))


def tell_draft(territory: Territory, count: int) -> Waiting:
    """« enquêtes en préparation »."""
    why = _("Relue et ouverte, elle fait entendre les acteurs.")
    return Waiting(
        ngettext("enquête en préparation, à ouvrir", "enquêtes en préparation, à ouvrir", count),
        door(territory),
        count,
        why,
    )


def titles(slugs: Iterable[str]) -> dict[str, str]:
    """What surveys are called, by what stands for them in the journal."""
    return dict(Survey.objects.filter(slug__in=list(slugs)).values_list("slug", "title"))


def export(person: Any) -> dict[str, Any]:
    """What is kept here of a person: surveys they prepared, answers they signed with their address."""
    signed = Respondent.objects.filter(email__iexact=person.email).order_by("pk")
    answers = Submission.objects.in_bulk([one.submission_key for one in signed])
    return {
        "surveys": [
            {"at": one.created_at.isoformat(), "survey": one.slug}
            for one in Survey.objects.filter(created_by=person).order_by("pk")
        ],
        "answers": [
            {
                "name": one.name,
                "email": one.email,
                "phone": one.phone,
                "values": answers[one.submission_key].values if one.submission_key in answers else {},
            }
            for one in signed
        ],
        "not_placed": list(unsorted.naming(person.email)),
    }


def erase(person: Any) -> None:
    """Take the person's name off the surveys and the answers; what was answered stays, without name."""
    Survey.objects.filter(created_by=person).update(created_by=None)
    Respondent.objects.filter(email__iexact=person.email).delete()
    unsorted.forget(person.email)
