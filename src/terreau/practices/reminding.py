"""What a town is reminded of: to confirm its practices once a year, to tell results at 6 and 18 months."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.notifications.models import Message
from terreau.notifications.telling import write_to_town
from terreau.practices.enums import Term
from terreau.practices.models import Adoption, AdoptionResult, Practice
from terreau.practices.rules import months_after, years_after
from terreau.practices.telling import REMIND

# A month before the year is over, so that a sheet kept true never says that it is not.
ASKED_BEFORE = timedelta(days=30)
# Declared longer ago, a result that never came is not asked for any more.
TOO_LATE = timedelta(days=365)


def remind_all_due(*, today: date | None = None, at_once: int = 50) -> int:
    """Write to the towns that have something to say; cut anywhere or run twice, each is written to once.

    Args:
        today: the day on which it is asked.
        at_once: how many messages in this run, about.

    Returns:
        How many messages were written.
    """
    day = today or timezone.localdate()
    asked = 0
    for practice in _to_confirm(day):
        if asked >= at_once:
            return asked
        asked += _ask_to_confirm(practice, day)
    for adoption, term in _to_tell(day):
        if asked >= at_once:
            return asked
        asked += _ask_for_result(adoption, term)
    return asked


def _to_confirm(day: date) -> list[Practice]:
    """Those that their town confirmed eleven months ago; what it never confirmed is no debt of its."""
    before = day - (timedelta(days=365) - ASKED_BEFORE)
    found = Practice.objects.public().filter(confirmed_on__lte=before)
    return list(found.select_related("territory", "published").order_by("confirmed_on", "pk"))


def _ask_to_confirm(practice: Practice, day: date) -> int:
    # Once for each confirmation that ages, and once more for each year that it is left without.
    assert practice.confirmed_on is not None
    late = 0
    while years_after(practice.confirmed_on, late + 1) - ASKED_BEFORE <= day:
        late += 1
    once = f"practice:{practice.pk}:confirm:{practice.confirmed_on.isoformat()}:{late}"
    with transaction.atomic():
        if Message.objects.filter(once__startswith=f"{once}:").exists():
            return 0
        return write_to_town(
            practice.territory,
            kind=REMIND,
            once=once,
            subject=_("Cette bonne pratique vit-elle toujours\u00a0? %(title)s")
            % {"title": practice.published.title if practice.published else ""},
            lines=[_("Un clic la confirme. Sinon, sa fiche dit depuis quand elle ne l’est plus.")],
            url=reverse("practices:edit", args=[practice.public_id]),
        )


def _to_tell(day: date) -> list[tuple[Adoption, int]]:
    """The adoptions whose term has come without a result, the latest term alone."""
    found: dict[int, tuple[Adoption, int]] = {}
    for term in Term.values:
        told = AdoptionResult.objects.filter(adoption=OuterRef("pk"), term__gte=term)
        rows = Adoption.objects.filter(
            ~Exists(told), ended_on__isnull=True, practice__withdrawn_on__isnull=True
        )
        for adoption in rows.select_related("territory", "practice__published"):
            due = months_after(adoption.declared_on, term)
            if due <= day < due + TOO_LATE:
                found[adoption.pk] = (adoption, term)
    return list(found.values())


def _ask_for_result(adoption: Adoption, term: int) -> int:
    once = f"practice:adoption:{adoption.pk}:result:{term}"
    title = adoption.practice.published.title if adoption.practice.published else ""
    with transaction.atomic():
        if Message.objects.filter(once__startswith=f"{once}:").exists():
            return 0
        return write_to_town(
            adoption.territory,
            kind=REMIND,
            once=once,
            subject=_("Qu’a donné la reprise de «\u00a0%(title)s\u00a0»\u00a0?") % {"title": title},
            lines=[
                _("%(months)d mois ont passé. Ce que vous direz aidera les villes qui hésitent.")
                % {"months": term}
            ],
            url=reverse("practices:adoption", args=[adoption.territory.code, adoption.practice.public_id]),
        )
