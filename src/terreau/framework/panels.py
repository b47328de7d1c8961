"""Where the framework appears elsewhere: workspace, doors and page of a territory, journal, my data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Count, F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.accounts.enums import Role
from terreau.accounts.perms import is_secretariat, is_signed_in
from terreau.core import stamp
from terreau.core.registry import Waiting
from terreau.framework import shelf
from terreau.framework.enums import AssessmentState, BarrierState, ProposalState, StateAnswer
from terreau.framework.library_models import LegalText, TextVersion
from terreau.framework.models import (
    Advocacy,
    AdvocacyAnswer,
    Assessment,
    Barrier,
    Finding,
    FrameworkEdition,
    Judge,
)
from terreau.framework.places import laws_of
from terreau.territories import published
from terreau.territories.enums import Kind
from terreau.territories.models import Territory

_JUDGING_ROLES = (Role.AGENT, Role.ELECTED, Role.PARTNER)


def library_is_filled() -> bool:
    """Whether there is a text to read."""
    return bool(_places_with_texts())


def _places_with_texts() -> frozenset[str]:
    """The countries and communities of which there is a text to read: the menu of every page asks."""

    def ask() -> frozenset[str]:
        return frozenset(shelf.published().order_by().values_list("published__place", flat=True).distinct())

    return stamp.kept(settings.HOME.content_stamp, "places of texts", ask)


def grid_door(territory: Territory) -> str:
    """The grid of a territory."""
    return reverse("framework:own", args=[territory.code])


def barriers_door(territory: Territory) -> str:
    """The barriers of a territory."""
    return reverse("framework:barriers", args=[territory.code])


def answered_for(person: Any) -> list[Advocacy]:
    """The points that a person may answer, those without answer first, then the oldest."""
    if not is_signed_in(person):
        return []
    found = Advocacy.objects.filter(withdrawn_on=None).select_related("barrier__territory")
    if not is_secretariat(person):
        found = found.filter(country_code__in=_speaks_for(person))
    return sorted(found, key=lambda one: (one.answer != StateAnswer.WAITING, one.raised_on, one.pk))


def _speaks_for(person: Any) -> list[str]:
    """The countries for whose State a person answers; kept on the person, for a page that asks twice."""
    if not hasattr(person, "countries_spoken_for"):
        person.countries_spoken_for = [
            grant.territory.country_code
            for grant in person.grants.all()  # read already where a page asked for the person's roles
            if grant.role == Role.STATE and grant.territory is not None
        ]
    return list(person.countries_spoken_for)


def points_door(person: Any) -> str | None:
    """The points of advocacy, for those who answer them, where there are some."""
    return reverse("framework:points") if answered_for(person) else None


def tasks(person: Any) -> list[dict[str, Any]]:
    """Grids to judge, texts to check, points that wait for an answer."""
    if not is_signed_in(person):
        return []
    found = [_grid_task(one) for one in to_judge(person)]
    if is_secretariat(person):
        count = TextVersion.objects.filter(state=ProposalState.PROPOSED).count()
        found.append(
            {"text": _("textes proposés à vérifier"), "url": reverse("framework:proposals"), "count": count}
        )
    elif _speaks_for(person):
        waiting = sum(one.answer == StateAnswer.WAITING for one in answered_for(person))
        found.append(
            {
                "text": _("demandes de villes sans réponse"),
                "url": reverse("framework:points"),
                "count": waiting,
            }
        )
    return [one for one in found if one["count"]]


def to_judge(person: Any) -> list[Assessment]:
    """The open grids that a person may judge and has not sent."""
    own = person.grants.filter(role__in=_JUDGING_ROLES).values("territory")
    found = Assessment.objects.filter(state=AssessmentState.OPEN, territory__in=own).select_related(
        "territory"
    )
    sent = Judge.objects.filter(person=person, sent_at__isnull=False).values("assessment")
    return list(found.exclude(pk__in=sent))


def _grid_task(one: Assessment) -> dict[str, Any]:
    return {
        "text": _("cadre réglementaire à noter\u00a0: %(town)s") % {"town": one.territory.name},
        "url": reverse("framework:judge", args=[one.territory.code]),
        "count": 1,
    }


def late(territories: Iterable[Territory]) -> QuerySet[Any]:
    """How many barriers of each territory are past their due date."""
    found = Barrier.objects.filter(territory__in=list(territories), due_on__lt=timezone.localdate())
    found = found.exclude(state=BarrierState.LIFTED)
    return found.order_by().values_list("territory").annotate(count=Count("pk"))


def tell_late(territory: Territory, count: int) -> Waiting:
    """« freins dont l’échéance est passée »."""
    url = f"{barriers_door(territory)}?retard=1"
    return Waiting(
        ngettext("frein dont l’échéance est passée", "freins dont l’échéance est passée", count),
        url,
        count,
        _("Dites où ils en sont."),
    )


def shown(territory: Territory) -> QuerySet[Any, Any]:
    """The editions of the framework, for the territory's page."""
    editions = FrameworkEdition.objects.filter(territory=territory)
    return published.columns(editions, day=F("as_of"), counts=(F("number"),))


def lines(territory: Territory, rows: list[published.Row]) -> list[published.Line]:
    """The framework as last published, and the country's law; on a country's page, its law alone too."""
    url, text = reverse("framework:latest", args=[territory.code]), _("Forces, faiblesses et freins")
    told = [published.Line(text, url, row.day) for row in rows[:1]]
    country = territory.country_code.lower()
    if (told or territory.kind == Kind.COUNTRY) and not _places_with_texts().isdisjoint(laws_of(country)):
        law = reverse("framework:country", args=[country])
        told.append(published.Line(_("Lois et textes du pays"), law))
    return told


def barrier_names(public_ids: Iterable[str]) -> dict[str, str]:
    """What each barrier is called now, for the journal."""
    return dict(Barrier.objects.filter(public_id__in=list(public_ids)).values_list("public_id", "title"))


def text_names(codes: Iterable[str]) -> dict[str, str]:
    """What each text is called now, for the journal."""
    found = LegalText.objects.filter(code__in=list(codes), published__isnull=False)
    return dict(found.values_list("code", "published__title"))


# --- My data ------------------------------------------------------------------------------------------


def export(person: Any) -> dict[str, Any]:
    """What is kept here of a person: their own marks, what they proposed, decided, answered."""
    judges = Judge.objects.filter(person=person).select_related("assessment__territory").order_by("pk")
    proposed = TextVersion.objects.filter(author=person).select_related("text").order_by("pk")
    answers = AdvocacyAnswer.objects.filter(told_by=person).order_by("pk")
    return {
        "marks": [
            {"territory": one.assessment.territory.code, "college": one.college, "marks": one.marks}
            for one in judges
        ],
        "texts": [
            {"at": one.at.isoformat(), "text": one.text.code, "number": one.number} for one in proposed
        ],
        "answers": [{"at": one.at.isoformat(), "answer": one.answer, "words": one.words} for one in answers],
        "findings": list(Finding.objects.filter(written_by=person).values_list("statement", flat=True)),
        "barriers": list(Barrier.objects.filter(changed_by=person).values_list("public_id", flat=True)),
    }


def erase(person: Any) -> None:
    """Erase marks not yet sent, take the name off the rest; what was said for a town stays."""
    Judge.objects.filter(person=person, sent_at=None).delete()
    Judge.objects.filter(person=person).update(person=None)
    Assessment.objects.filter(opened_by=person).update(opened_by=None)
    Finding.objects.filter(written_by=person).update(written_by=None)
    Barrier.objects.filter(changed_by=person).update(changed_by=None)
    Advocacy.objects.filter(raised_by=person).update(raised_by=None)
    AdvocacyAnswer.objects.filter(told_by=person).update(told_by=None)
    TextVersion.objects.filter(author=person).update(author=None)
    TextVersion.objects.filter(decided_by=person).update(decided_by=None)
