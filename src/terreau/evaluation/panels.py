"""Where evaluations appear elsewhere: workspace, doors and page of a territory, journal, my data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.accounts.enums import Role
from terreau.accounts.perms import is_signed_in
from terreau.evaluation.enums import EvaluationState
from terreau.evaluation.models import Assessor, CardGame, Decision, Evaluation
from terreau.territories import published
from terreau.territories.models import Territory

_JUDGING_ROLES = (Role.AGENT, Role.ELECTED, Role.PARTNER)


def door(territory: Territory) -> str:
    """The evaluations of a territory."""
    return reverse("evaluation:every", args=[territory.code])


def tasks(person: Any) -> list[dict[str, Any]]:
    """Evaluations in which a person's marks are waited for."""
    if not is_signed_in(person):
        return []
    own = person.grants.filter(role__in=_JUDGING_ROLES).values("territory")
    first = Evaluation.objects.filter(state=EvaluationState.FIRST, together=False, territory__in=own)
    first = first.exclude(assessors__in=Assessor.objects.filter(person=person, first_sent_at__isnull=False))
    second = Evaluation.objects.filter(
        state=EvaluationState.SECOND,
        assessors__in=Assessor.objects.filter(person=person, second_sent_at=None),
    )
    found = first.order_by().union(second.order_by()).values_list("public_id", "title", "territory__code")
    return [
        {
            "text": _("projets à noter\u00a0: %(title)s") % {"title": title},
            "url": reverse("evaluation:judge", args=[code, public_id]),
            "count": 1,
        }
        for public_id, title, code in found
    ]


def shown(territory: Territory) -> QuerySet[Any, Any]:
    """The public decisions on projects, for the territory's page."""
    return published.columns(
        Decision.objects.filter(territory=territory, is_public=True),
        reference=F("evaluation__public_id"),
        title=F("evaluation__title"),
        day=F("decided_on"),
        simulated=F("evaluation__is_simulated"),
    )


def lines(territory: Territory, rows: list[published.Row]) -> list[published.Line]:
    """The last decisions on projects that were published."""
    return published.titled(rows, "evaluation:public", territory)


def names(public_ids: Iterable[str]) -> dict[str, str]:
    """What each evaluation is called now, for the journal."""
    return dict(Evaluation.objects.filter(public_id__in=list(public_ids)).values_list("public_id", "title"))


# --- My data ------------------------------------------------------------------------------------------


def export(person: Any) -> dict[str, Any]:
    """What is kept here of a person: their own marks, cards and interests, what they opened and decided."""
    assessors = Assessor.objects.filter(person=person).select_related("evaluation__territory").order_by("pk")
    return {
        "assessments": [_assessment(one) for one in assessors],
        "opened": list(Evaluation.objects.filter(opened_by=person).values_list("public_id", flat=True)),
        "decided": list(
            Decision.objects.filter(made_by=person).values_list("evaluation__public_id", flat=True)
        ),
    }


def _assessment(one: Assessor) -> dict[str, Any]:
    cards = CardGame.objects.filter(assessor=one).values("ranks", "blanks", "z").first()
    return {
        "territory": one.evaluation.territory.code,
        "evaluation": one.evaluation.public_id,
        "college": one.college,
        "marks": [
            {"project": project, "round": which, "marks": marks}
            for project, which, marks in one.sheets.values_list(
                "candidate__project__public_id", "round", "marks"
            )
        ],
        "cards": cards | {"z": str(cards["z"])} if cards else None,
        "interests": list(one.interests.values_list("candidate__project__public_id", flat=True)),
    }


def erase(person: Any) -> None:
    """Erase marks never sent, take the name off the rest; what was said for a town stays."""
    Assessor.objects.filter(person=person, first_sent_at=None, second_sent_at=None).delete()
    Assessor.objects.filter(person=person).update(person=None)
    Evaluation.objects.filter(opened_by=person).update(opened_by=None)
    # The trace does not change: the name is beside it, and goes when the account does.
