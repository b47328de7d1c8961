"""The governance of a plan: its body written, its reviews planned, told, put off, missed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.writing import known
from terreau.journal.words import clean_words, field_label
from terreau.plans import perms
from terreau.plans.acting import held_action
from terreau.plans.governance_content import (
    MOST_MONTHS,
    clean_governance,
    clean_review,
    governance_values,
    review_values,
)
from terreau.plans.governance_models import Decision, Governance, Postponement, Power, Review, Seat
from terreau.plans.governance_rules import MOST_REVIEWS, review_days
from terreau.plans.models import Action, Plan
from terreau.plans.planning import held_plan
from terreau.plans.telling import require_running, someone_else, tell, tell_action

# A plan is looked back on some time after its end.
AFTER_THE_END = timedelta(days=366)


def save_governance(*, person: Any, plan: Plan, version: int, values: Mapping[str, Any]) -> Governance:
    """Say who steers a plan and who decides what; the first time, it begins.

    Args:
        person: an agent of the territory, or the secretariat.
        plan: one that runs.
        version: of what was read; 0 where there was nothing.
        values: `name`, `words`, `meets_every`, `sleeps_after`, and two lists of rows, `seats` and `powers`.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone changed it in between, the plan is closed, or a value cannot be kept.
    """
    clean = clean_governance(values)
    with transaction.atomic():
        held = held_plan(person, plan)
        now = Governance.objects.filter(plan=held).first()
        before = governance_values(now)
        changed = [name for name, value in clean.items() if before.get(name) != value]
        if now is not None and not changed:
            return now
        if (now.version if now else 0) != version:
            raise someone_else(now.name if now else held.title)
        kept = now or Governance(plan=held, version=0)
        for name in ("name", "words", "meets_every", "sleeps_after"):
            setattr(kept, name, clean[name])
        kept.version += 1
        kept.save()
        _write_seats(kept, clean["seats"])
        _write_powers(kept, clean["powers"])
        tell("plan.governance_changed", person, held, name=held.title, fields=changed)
    return kept


def _write_seats(governance: Governance, rows: Any) -> None:
    governance.seats.all().delete()
    Seat.objects.bulk_create(
        Seat(governance=governance, rank=rank, function=function, college=college, organisation=organisation)
        for rank, (function, college, organisation) in enumerate(rows, start=1)
    )


def _write_powers(governance: Governance, rows: Any) -> None:
    governance.powers.all().delete()
    Power.objects.bulk_create(
        Power(governance=governance, rank=rank, kind=kind, decides=decides, asked=asked, told=told)
        for rank, (kind, decides, asked, told) in enumerate(rows, start=1)
    )


def plan_reviews(
    *, person: Any, plan: Plan, first_on: date, every: int, today: date | None = None
) -> list[date]:
    """Put reviews in the calendar every so many months, from a day to the end of the plan.

    Reviews to come of which nobody said anything make room for these; the others stay. Done again, nothing
    changes.

    Returns:
        The days that were added.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the plan is closed, or the first day or the months cannot be kept.
    """
    if every not in range(1, MOST_MONTHS + 1):
        raise TerreauError(_("Choisissez un nombre de mois, de 1 à %(most)d.") % {"most": MOST_MONTHS})
    with transaction.atomic():
        held = held_plan(person, plan)
        _check_day(held, first_on)
        days = review_days(first_on, held.ends_on, every) or [first_on]
        makes_room = list(_untouched(held, today or timezone.localdate()).exclude(due_on__in=days))
        Review.objects.filter(pk__in=[one.pk for one in makes_room]).delete()
        there = set(held.reviews.values_list("due_on", flat=True))
        added = [day for day in days if day not in there]
        _check_count(len(there) + len(added))
        Review.objects.bulk_create(Review(plan=held, due_on=day) for day in added)
        if added or makes_room:
            tell("plan.reviews_planned", person, held, name=held.title, count=len(days))
    return added


def _untouched(plan: Plan, today: date) -> QuerySet[Review]:
    """Those to come of which nobody said anything yet."""
    coming = plan.reviews.filter(due_on__gte=today, held_on=None, missed_because="", subject="")
    return coming.filter(postponements=None, decisions=None)


def add_review(*, person: Any, plan: Plan, due_on: date, subject: str = "") -> Review:
    """One review more; of one day there is one.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the plan is closed, or the day or the words cannot be kept.
    """
    told = clean_words(subject, field_label(Review, "subject"), longest=300)
    with transaction.atomic():
        held = held_plan(person, plan)
        _check_day(held, due_on)
        review, made = Review.objects.get_or_create(plan=held, due_on=due_on, defaults={"subject": told})
        if made:
            _check_count(held.reviews.count())
            tell("plan.review_added", person, held, name=held.title, day=due_on.isoformat())
    return review


def tell_review(
    *, person: Any, review: Review, version: int, values: Mapping[str, Any], today: date | None = None
) -> Review:
    """Say that a review was held, its minutes and what it decided.

    Args:
        person: an agent of the territory, or the secretariat.
        review: as it was read.
        version: of the review that was read.
        values: `subject`, `held_on` (None while it is to come), `minutes`, `decisions` (rows of
            `text`, `who`, `action`, `is_public`).
        today: the day after which no review can have been held.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone changed it in between, the plan is closed, or a value cannot be kept.
    """
    clean = clean_review(values, today or timezone.localdate())
    with transaction.atomic():
        held = _held(person, review)
        _check_actions(held.plan, clean["decisions"])
        now = review_values(held)
        changed = [name for name, value in clean.items() if now[name] != value]
        if not changed:
            return held
        _require_version(held, version)
        for name in ("subject", "held_on", "minutes"):
            setattr(held, name, clean[name])
        if held.held_on is not None:
            held.missed_because = ""
        held.version += 1
        held.save()
        if "decisions" in changed:
            _write_decisions(held, clean["decisions"])
        _tell("plan.review_told", person, held, fields=changed)
    return held


def _write_decisions(review: Review, rows: Any) -> None:
    review.decisions.all().delete()
    Decision.objects.bulk_create(
        Decision(review=review, rank=rank, text=text, who=who, action=action, is_public=is_public)
        for rank, (text, who, action, is_public) in enumerate(rows, start=1)
    )


def postpone_review(*, person: Any, review: Review, version: int, to: date, reason: str) -> Review:
    """Put a review off to another day, and say why; the day it had is kept.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it was held or missed, another is on that day, someone changed it in between, the
            plan is closed, or a value cannot be kept.
    """
    why = clean_words(
        reason, field_label(Postponement, "reason"), needed=_("Dites pourquoi la revue est reportée.")
    )
    with transaction.atomic():
        held = _held(person, review)
        last = held.postponements.last()
        if held.due_on == to and last is not None and last.reason == why:
            return held
        _require_version(held, version)
        _require_untold(held)
        _check_day(held.plan, to)
        if held.plan.reviews.filter(due_on=to).exists():
            raise TerreauError(
                _("Une revue est déjà prévue ce jour-là."),
                where=f"{to:%d/%m/%Y}",
                remedy=_("Choisissez un autre jour."),
            )
        Postponement.objects.create(
            review=held, before=held.due_on, after=to, reason=why, told_by=known(person)
        )
        held.due_on = to
        held.version += 1
        held.save(update_fields=["due_on", "version"])
        _tell("plan.review_postponed", person, held)
    return held


def miss_review(
    *, person: Any, review: Review, version: int, reason: str, today: date | None = None
) -> Review:
    """Say that a review whose day has come was not held, and why.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it was held, is still to come, someone changed it in between, the plan is
            closed, or the reason cannot be kept.
    """
    why = clean_words(
        reason,
        field_label(Review, "missed_because"),
        needed=_("Dites pourquoi la revue n’a pas eu lieu."),
    )
    with transaction.atomic():
        held = _held(person, review)
        if held.missed_because == why:
            return held
        _require_version(held, version)
        _require_untold(held)
        if held.due_on > (today or timezone.localdate()):
            raise TerreauError(
                _("Cette revue est encore à venir."),
                where=str(held),
                remedy=_("Reportez-la, ou retirez-la du calendrier."),
            )
        held.missed_because = why
        held.version += 1
        held.save(update_fields=["missed_because", "version"])
        _tell("plan.review_missed", person, held)
    return held


def remove_review(*, person: Any, review: Review, today: date | None = None) -> None:
    """Take a review to come out of the calendar; one whose day has passed is told, not taken away.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when its day has passed, something was said of it, or the plan is closed.
    """
    with transaction.atomic():
        plan = held_plan(person, review.plan)
        held = Review.objects.select_related("plan__territory").filter(pk=review.pk).first()
        if held is None:
            return
        put_off = held.postponements.exists()
        if put_off or held.held_on or held.missed_because or held.due_on < (today or timezone.localdate()):
            raise TerreauError(
                _("Cette revue a déjà une histoire\u00a0: elle ne se retire pas."),
                where=str(held),
                remedy=_("Dites ce qu’il en a été."),
            )
        tell("plan.review_removed", person, plan, name=plan.title, day=held.due_on.isoformat())
        held.delete()


def confirm_action(*, person: Any, action: Action) -> Action:
    """Say that an action of which there is no news still stands where it stood; said once a day.

    Raises:
        NotAllowed: when the person neither writes the plan nor carries the action.
        TerreauError: when the plan is closed.
    """
    with transaction.atomic():
        held = held_action(action)
        perms.can_follow.require(person, held)
        require_running(held.plan)
        if timezone.localdate(held.changed_at) == timezone.localdate():
            return held
        # Its version stays: no word of it changed under someone who is writing.
        held.save(update_fields=["changed_at"])
        tell_action("action.confirmed", person, held)
    return held


def _held(person: Any, review: Review) -> Review:
    """The review as it is now, its plan locked, if the person may write it."""
    plan = held_plan(person, review.plan)
    held = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    held.plan = plan
    return held


def _tell(verb: str, person: Any, review: Review, **data: Any) -> None:
    tell(verb, person, review.plan, name=review.plan.title, day=review.due_on.isoformat(), **data)


def _require_version(review: Review, version: int) -> None:
    if review.version != version:
        raise someone_else(_("revue du %(day)s") % {"day": review})


def _require_untold(review: Review) -> None:
    if review.held_on is not None or review.missed_because:
        raise TerreauError(_("Ce qu’il en a été est déjà dit."), where=str(review))


def _check_day(plan: Plan, day: date) -> None:
    last = plan.ends_on + AFTER_THE_END
    if not plan.starts_on <= day <= last:
        raise TerreauError(
            _("Ce jour est hors du plan."),
            where=f"{day:%d/%m/%Y}",
            remedy=_("Choisissez un jour entre le %(first)s et le %(last)s.")
            % {"first": f"{plan.starts_on:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"},
        )


def _check_count(count: int) -> None:
    if count > MOST_REVIEWS:
        raise TerreauError(_("Un plan a %(most)d revues au plus.") % {"most": MOST_REVIEWS})


def _check_actions(plan: Plan, decisions: Any) -> None:
    keys = {action.pk for _text, _who, action, _public in decisions if action is not None}
    if Action.objects.filter(pk__in=keys, objective__axis__plan=plan).count() != len(keys):
        raise TerreauError(_("Cette action n’est pas de ce plan."), where=field_label(Decision, "action"))
