"""What calls for attention: a review whose day passed in silence, an action of which nothing is said.

Alarms follow from what is written and are kept nowhere; only the message that tells each is, once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core.registry import Waiting
from terreau.notifications.models import Message
from terreau.notifications.telling import write_to_town
from terreau.plans.enums import ActionState
from terreau.plans.governance_models import Review
from terreau.plans.governance_rules import SLEEPS_AFTER, SLEEPS_BY_DEFAULT
from terreau.plans.models import Action, Entry, IndicatorValue
from terreau.plans.telling import GOVERNANCE
from terreau.practices.rules import months_after
from terreau.territories.models import Territory

# Older silences wait on the pages; nobody is written to about them.
RECENT = timedelta(days=31)
_PLAN = "objective__axis__plan"


def silent_reviews(today: date) -> QuerySet[Review]:
    """The reviews of running plans whose day passed without anyone saying what came of them."""
    return Review.objects.filter(
        plan__closed_on=None, due_on__lt=today, held_on=None, missed_because=""
    ).order_by("due_on", "pk")


def sleeping_actions(today: date) -> QuerySet[Any]:
    """The actions of running plans, under way or due to start, of which nothing was said for long.

    What counts is a change of the action (its state, its steps, its words), an amount, a value. The plan says
    how many months are long. Each is given `noted_at` and `measured_at`, the last amount and value.
    """
    found: QuerySet[Any] = (
        _sleeping(today)
        .annotate(
            noted_at=_last(_entries(), "line__action"), measured_at=_last(_values(), "indicator__action")
        )
        .select_related("objective__axis__plan__territory")
        .order_by("changed_at", "pk")
    )
    return found


def _sleeping(today: date) -> QuerySet[Any]:
    to_start = Q(state=ActionState.TO_START) & (Q(starts_on=None) | Q(starts_on__lte=today))
    found = Action.objects.filter(
        Q(state=ActionState.UNDER_WAY) | to_start, **{f"{_PLAN}__closed_on": None}
    ).annotate(silent_before=_long_ago(today))
    since = Q(at__gte=OuterRef("silent_before"))
    return found.filter(
        ~Exists(_entries().filter(since)),
        ~Exists(_values().filter(since)),
        changed_at__lt=F("silent_before"),
    )


def _entries() -> QuerySet[Entry]:
    return Entry.objects.filter(line__action=OuterRef("pk"))


def _values() -> QuerySet[IndicatorValue]:
    return IndicatorValue.objects.filter(indicator__action=OuterRef("pk"))


def _last(rows: QuerySet[Any], by: str) -> Subquery:
    return Subquery(rows.order_by().values(by).annotate(last=Max("at")).values("last"))


def _long_ago(today: date) -> Case:
    """Before when a plan takes the last word on an action for silence."""

    def moment(months: int) -> Value:
        day = months_after(today, -months)
        return Value(timezone.make_aware(datetime(day.year, day.month, day.day)), DateTimeField())

    months = f"{_PLAN}__governance__sleeps_after"
    cases = [When(**{months: count}, then=moment(count)) for count in SLEEPS_AFTER]
    return Case(*cases, default=moment(SLEEPS_BY_DEFAULT), output_field=DateTimeField())


def last_word(action: Action) -> date:
    """The day on which something was last said of a sleeping action."""
    told = (action.changed_at, getattr(action, "noted_at", None), getattr(action, "measured_at", None))
    return timezone.localdate(max(at for at in told if at is not None))


def door(territory: Territory) -> str:
    """Where the alarms of a territory's plan are read."""
    return reverse("plans:governance", args=[territory.code])


# --- On the pages of those who keep the territory ---------------------------------------------------------


def untold(territories: Iterable[Territory]) -> QuerySet[Any]:
    """How many reviews of each territory passed in silence."""
    found = silent_reviews(timezone.localdate()).filter(plan__territory__in=list(territories))
    return found.order_by().values_list("plan__territory").annotate(count=Count("pk"))


def tell_untold(territory: Territory, count: int) -> Waiting:
    """« revues du plan passées sans compte rendu »."""
    why = _("Dites ce qu’elles ont décidé, ou pourquoi elles n’ont pas eu lieu.")
    return Waiting(
        ngettext("revue du plan passée sans compte rendu", "revues du plan passées sans compte rendu", count),
        door(territory),
        count,
        why,
    )


def asleep(territories: Iterable[Territory]) -> QuerySet[Any]:
    """How many actions of each territory sleep."""
    key = f"{_PLAN}__territory"
    found = _sleeping(timezone.localdate()).filter(**{f"{key}__in": list(territories)})
    counted: QuerySet[Any] = found.order_by().values_list(key).annotate(count=Count("pk"))
    return counted


def tell_asleep(territory: Territory, count: int) -> Waiting:
    """« actions du plan dont rien n’est dit depuis longtemps »."""
    why = _("Un mot suffit\u00a0: elle avance, elle attend, elle s’arrête.")
    return Waiting(
        ngettext(
            "action du plan dont rien n’est dit depuis longtemps",
            "actions du plan dont rien n’est dit depuis longtemps",
            count,
        ),
        door(territory),
        count,
        why,
    )


# --- The message that tells each, once --------------------------------------------------------------------


def warn_all_due(*, today: date | None = None, at_once: int = 50) -> int:
    """Write to the towns of what has just fallen silent; cut anywhere or run twice, each is told once.

    Args:
        today: the day on which it is asked.
        at_once: how many messages in this run, about.

    Returns:
        How many messages were written.
    """
    day, told = today or timezone.localdate(), 0
    reviews = silent_reviews(day).filter(due_on__gte=day - RECENT).select_related("plan__territory")
    for review in reviews:
        if told >= at_once:
            return told
        told += _warn_of_review(review)
    for action in sleeping_actions(day):
        if told >= at_once:
            return told
        if last_word(action) >= timezone.localdate(action.silent_before) - RECENT:
            told += _warn_of_action(action)
    return told


def _warn_of_review(review: Review) -> int:
    return _write_once(
        review.plan.territory,
        once=f"plan:review:{review.pk}:{review.due_on.isoformat()}",
        subject=_("La revue du plan du %(day)s s’est-elle tenue\u00a0?") % {"day": review},
        line=_("Dites ce qu’elle a décidé, reportez-la, ou dites pourquoi elle n’a pas eu lieu."),
        url=reverse("plans:review", args=[review.plan.territory.code, review.pk]),
    )


def _warn_of_action(action: Any) -> int:
    day = last_word(action)
    return _write_once(
        action.plan.territory,
        once=f"plan:asleep:{action.pk}:{day.isoformat()}",
        subject=_("Où en est cette action du plan\u00a0? %(title)s") % {"title": action.title},
        line=_("Rien n’en est dit depuis le %(day)s. Un mot suffit.") % {"day": f"{day:%d/%m/%Y}"},
        url=reverse("plans:follow", args=[action.public_id]),
    )


def _write_once(territory: Territory, *, once: str, subject: str, line: str, url: str) -> int:
    with transaction.atomic():
        if Message.objects.filter(once__startswith=f"{once}:").exists():
            return 0
        return write_to_town(territory, kind=GOVERNANCE, once=once, subject=subject, lines=[line], url=url)
