"""Where practices appear elsewhere: the workspace, a territory's doors and page, the journal, my data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.accounts.perms import is_signed_in
from terreau.core import stamp
from terreau.core.registry import Waiting
from terreau.practices import content, perms, sheet
from terreau.practices.models import (
    Adoption,
    AdoptionResult,
    Assessment,
    Check,
    Consent,
    Practice,
    Version,
)
from terreau.practices.rules import years_after
from terreau.territories.models import Territory

MOST_SHOWN = 5


def own_context(territory: Territory) -> dict[str, Any]:
    """What a territory wrote, took up, and looks into."""
    written = Practice.objects.filter(territory=territory).select_related("published", "submitted")
    adopted = territory.adoptions.select_related("practice__published", "practice__territory")
    studied = territory.assessments.select_related("practice__published", "practice__territory")
    taken = {one.practice_id for one in adopted}
    return {
        "written": [
            {
                "practice": one,
                "title": one.versions.all()[0].title if one.versions.all() else "",
                "stage": one.stage,
                "status": sheet.status_of(one) if one.published_id else None,
            }
            for one in written.prefetch_related("versions").order_by("-created_at")
        ],
        "adopted": list(adopted.order_by("-declared_on")),
        "studied": [one for one in studied.order_by("-changed_at") if one.practice_id not in taken],
    }


def versions_of(practice: Practice) -> list[dict[str, Any]]:
    """Each version with what it changed, the last first."""
    found, before = [], None
    for one in practice.versions.select_related("author").order_by("number"):
        changed: list[str] = content.differing(before.values, one.values) if before else []
        found.append(
            {
                "version": one,
                "changed": [content.label_of(key) for key in changed],
                "is_public": one.pk == practice.published_id,
                "is_read": one.pk == practice.submitted_id,
            }
        )
        before = one
    return found[::-1]


def in_words(key: str, value: Any, practice: Practice) -> str:
    """A value as it is compared with another: a dash when there is none."""
    if not value:
        return "—"
    if key == "costs":
        costs = sheet.costs_in_words(value, practice.territory.country_code)
        return "\u202f; ".join(f"{one['nature']} {one['amount']} {one['period']}" for one in costs)
    if isinstance(value, list):
        return "\u202f; ".join(" ".join(one.values()) if isinstance(one, dict) else str(one) for one in value)
    return str(value)


def to_check(person: Any) -> list[dict[str, Any]]:
    """The sheets that a person may check, the first sent first, and whether they did."""
    if not is_signed_in(person):
        return []
    in_review = Practice.objects.in_review().select_related("territory", "submitted")
    waiting = [one for one in in_review.order_by("submitted__at") if perms.can_check(person, one)]
    if not waiting:
        return []
    read = set(Check.objects.filter(person=person).values_list("version", flat=True))
    return [{"practice": one, "version": one.submitted, "done": one.submitted_id in read} for one in waiting]


# --- Doors and panels -----------------------------------------------------------------------------


def shown() -> bool:
    """Whether there is a practice to read."""
    return stamp.kept(settings.HOME.content_stamp, "practices", Practice.objects.public().exists)


def own_door(territory: Territory) -> str:
    """The practices of a territory."""
    return reverse("practices:own", args=[territory.code])


def tasks(person: Any) -> list[dict[str, Any]]:
    """The sheets that wait for this person's opinion."""
    count = sum(not one["done"] for one in to_check(person))
    if not count:
        return []
    return [{"text": _("bonnes pratiques à relire"), "url": reverse("practices:reviews"), "count": count}]


def to_confirm(territories: Iterable[Territory]) -> QuerySet[Any]:
    """How many practices each territory has not confirmed for a year."""
    day = years_after(timezone.localdate(), -1)
    found = Practice.objects.public().filter(territory__in=list(territories), confirmed_on__lte=day)
    return found.order_by().values_list("territory").annotate(count=Count("pk"))


def tell_to_confirm(territory: Territory, count: int) -> Waiting:
    """« bonnes pratiques à confirmer »."""
    why = _("Leur fiche dit depuis quand elles ne le sont plus.")
    return Waiting(
        ngettext("bonne pratique à confirmer", "bonnes pratiques à confirmer", count),
        own_door(territory),
        count,
        why,
    )


def panel(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """On a territory's page: the practices born there, those it took up, whether it can be compared."""
    own, taken = Q(territory=territory), Exists(_taken_by(territory))
    told = Practice.objects.public().filter(own | taken).order_by()
    columns = ("public_id", "published__title", "territory__name", "territory", "published_on")
    # One question to the base for both: the page of a territory has many parts.
    compared = Consent.objects.filter(territory=territory).values_list(
        Value(""), Value(""), Value(""), "territory", Cast(Value(None), DateField())
    )
    rows = list(told.values_list(*columns).union(compared.distinct()))
    if not rows:
        return None
    found = sorted((row for row in rows if row[0]), key=lambda row: (row[4], row[0]), reverse=True)
    named = [
        {"public_id": public_id, "title": title, "place": place, "is_own": at == territory.pk}
        for public_id, title, place, at, _day in found
    ]
    return {
        "territory": territory,
        "own": [one for one in named if one["is_own"]][:MOST_SHOWN],
        "taken": [one for one in named if not one["is_own"]][:MOST_SHOWN],
        "compared": len(found) < len(rows),
    }


def _taken_by(territory: Territory) -> QuerySet[Adoption]:
    return Adoption.objects.filter(territory=territory, ended_on__isnull=True, practice=OuterRef("pk"))


def names(public_ids: Iterable[str]) -> dict[str, str]:
    """What each practice is called now, for the journal."""
    rows = Version.objects.filter(practice__public_id__in=list(public_ids)).order_by("number")
    return dict(rows.values_list("practice__public_id", "title"))


# --- My data --------------------------------------------------------------------------------------


def export(person: Any) -> dict[str, Any]:
    """What is kept here of a person: versions written, sheets checked, what was said for a town."""
    versions = Version.objects.filter(author=person).select_related("practice").order_by("pk")
    checks = Check.objects.filter(person=person).select_related("version__practice").order_by("pk")
    declared = Adoption.objects.filter(declared_by=person).select_related("practice", "territory")
    results = AdoptionResult.objects.filter(told_by=person).select_related("adoption__practice")
    return {
        "versions": [
            {"at": one.at.isoformat(), "practice": one.practice.public_id, "number": one.number}
            for one in versions
        ],
        "checks": [
            {
                "at": one.at.isoformat(),
                "practice": one.version.practice.public_id,
                "approves": one.approves,
                "words": one.words,
            }
            for one in checks
        ],
        "adoptions": [
            {
                "on": one.declared_on.isoformat(),
                "practice": one.practice.public_id,
                "territory": one.territory.code,
            }
            for one in declared.order_by("pk")
        ],
        "results": [
            {"on": one.told_on.isoformat(), "practice": one.adoption.practice.public_id, "months": one.term}
            for one in results.order_by("pk")
        ],
    }


def erase(person: Any) -> None:
    """Take the person's name off; what was said for a town stays."""
    Version.objects.filter(author=person).update(author=None)
    Check.objects.filter(person=person).update(person=None)
    Adoption.objects.filter(declared_by=person).update(declared_by=None)
    AdoptionResult.objects.filter(told_by=person).update(told_by=None)
    Assessment.objects.filter(changed_by=person).update(changed_by=None)
    Consent.objects.filter(given_by=person).update(given_by=None)


def listed() -> QuerySet[Practice, tuple[str, date | None]]:
    """The practices that anyone reads, for search engines."""
    return Practice.objects.public().order_by("pk").values_list("public_id", "published_on")
