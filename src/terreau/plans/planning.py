"""A plan, its axes and its objectives: opened, written, made public, closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.text import squeeze
from terreau.directory.models import is_public_id
from terreau.directory.writing import public_changed
from terreau.journal.days import day_written
from terreau.journal.words import clean_words, field_label
from terreau.plans import perms
from terreau.plans.models import Axis, Objective, Plan
from terreau.plans.rules import years_between
from terreau.plans.telling import incomplete, require_running, someone_else, tell
from terreau.territories.currencies import currency_at
from terreau.territories.models import Territory

LONGEST_YEARS = 30


def open_plan(*, person: Any, territory: Territory, public_id: str, values: Mapping[str, Any]) -> Plan:
    """Open the plan of a territory; opened twice, there is one.

    Args:
        person: an agent of the territory, or the secretariat.
        territory: whose plan it is.
        public_id: drawn with the form.
        values: `title`, `words`, `starts_on`, `ends_on`.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when another plan runs, or a value cannot be kept.
    """
    perms.can_write.require(person, territory)
    clean = _clean(values)
    if not is_public_id(public_id):
        raise incomplete()
    with transaction.atomic():
        try:
            with transaction.atomic():
                plan, made = Plan.objects.get_or_create(
                    public_id=public_id,
                    defaults={
                        **clean,
                        "territory": territory,
                        "currency": currency_at(territory),
                        "is_simulated": settings.EXERCISE,
                    },
                )
        except IntegrityError:
            raise TerreauError(
                _("Un plan est déjà en cours pour ce territoire."),
                where=territory.name,
                remedy=_("Complétez-le, ou fermez-le avant d’en ouvrir un autre."),
            ) from None
        if made:
            tell("plan.opened", person, plan, name=plan.title)
        else:
            perms.can_write.require(person, plan.territory)
    return plan


def save_plan(*, person: Any, plan: Plan, version: int, values: Mapping[str, Any]) -> Plan:
    """Change what a plan says of itself.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone changed it in between, it is closed, or a value cannot be kept.
    """
    clean = _clean(values)
    with transaction.atomic():
        held = held_plan(person, plan)
        changed = [name for name, value in clean.items() if getattr(held, name) != value]
        if not changed:
            return held
        if held.version != version:
            raise someone_else(held.title)
        for name in changed:
            setattr(held, name, clean[name])
        held.version += 1
        held.save()
        tell("plan.changed", person, held, name=held.title, fields=changed)
    return held


def show_plan(*, person: Any, plan: Plan, shown: bool = True, today: date | None = None) -> Plan:
    """Make the plan public, or take it back; done again, it stays so.

    Raises:
        NotAllowed: when the person may not.
    """
    with transaction.atomic():
        held = held_plan(person, plan, running=False)
        if (held.published_on is not None) == shown:
            return held
        held.published_on = (today or timezone.localdate()) if shown else None
        held.save(update_fields=["published_on"])
        tell("plan.shown" if shown else "plan.unshown", person, held, name=held.title)
        public_changed()
    return held


def close_plan(*, person: Any, plan: Plan, closed: bool = True, today: date | None = None) -> Plan:
    """Close the plan, which is then only read, or open it again.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it would be opened again beside another that runs.
    """
    with transaction.atomic():
        held = held_plan(person, plan, running=False)
        if (held.closed_on is not None) == closed:
            return held
        running = Plan.objects.filter(territory=held.territory, closed_on=None)
        if not closed and running.exists():
            raise TerreauError(
                _("Un autre plan est en cours."),
                where=held.territory.name,
                remedy=_("Fermez-le avant de rouvrir celui-ci."),
            )
        held.closed_on = (today or timezone.localdate()) if closed else None
        held.save(update_fields=["closed_on"])
        tell("plan.closed" if closed else "plan.reopened", person, held, name=held.title)
    return held


def add_axis(*, person: Any, plan: Plan, title: str, words: str = "") -> Axis:
    """An axis at the end of the plan; one of the same name is not added twice.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the plan is closed, or the title cannot be kept.
    """
    told = _heading(title, words)
    with transaction.atomic():
        held = held_plan(person, plan)
        axis, made = Axis.objects.get_or_create(
            plan=held, title=told["title"], defaults={"words": told["words"], "rank": _next_rank(held.axes)}
        )
        if made:
            tell("plan.axis_added", person, held, name=held.title, title=axis.title)
    return axis


def add_objective(*, person: Any, axis: Axis, title: str, words: str = "") -> Objective:
    """An objective at the end of an axis; one of the same name is not added twice.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the plan is closed, or the title cannot be kept.
    """
    told = _heading(title, words)
    with transaction.atomic():
        held = held_plan(person, axis.plan)
        objective, made = Objective.objects.get_or_create(
            axis=axis,
            title=told["title"],
            defaults={"words": told["words"], "rank": _next_rank(axis.objectives)},
        )
        if made:
            tell("plan.objective_added", person, held, name=held.title, title=objective.title)
    return objective


def save_heading(
    *, person: Any, heading: Axis | Objective, version: int, title: str, words: str, rank: int
) -> Axis | Objective:
    """Change an axis or an objective.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone changed it in between, the plan is closed, or a value cannot be kept.
    """
    told = _heading(title, words) | {"rank": rank}
    with transaction.atomic():
        plan = held_plan(person, plan_of(heading))
        held = type(heading)._default_manager.select_for_update().get(pk=heading.pk)
        changed = [name for name, value in told.items() if getattr(held, name) != value]
        if not changed:
            return held
        if held.version != version:
            raise someone_else(held.title)
        for name in changed:
            setattr(held, name, told[name])
        held.version += 1
        held.save()
        tell("plan.heading_changed", person, plan, name=plan.title, title=held.title)
    return held


def remove_heading(*, person: Any, heading: Axis | Objective) -> None:
    """Take away an axis or an objective under which there is nothing; done again, it stays away.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when something is left under it.
    """
    with transaction.atomic():
        plan = held_plan(person, plan_of(heading))
        held = type(heading)._default_manager.filter(pk=heading.pk).first()
        if held is None:
            return
        under = held.objectives if isinstance(held, Axis) else held.actions
        if under.exists():
            raise TerreauError(
                _("Il reste quelque chose dessous\u00a0: rien n’est supprimé."),
                where=held.title,
                remedy=_("Déplacez d’abord ce qu’il contient."),
            )
        tell("plan.heading_removed", person, plan, name=plan.title, title=held.title)
        held.delete()


def plan_of(heading: Axis | Objective) -> Plan:
    """The plan of an axis or of an objective."""
    return heading.plan if isinstance(heading, Axis) else heading.axis.plan


def held_plan(person: Any, plan: Plan, *, running: bool = True) -> Plan:
    """The plan as it is now, locked until the end of the transaction, if the person may write it.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it must run and is closed.
    """
    held = Plan.objects.select_for_update(of=("self",)).select_related("territory").get(pk=plan.pk)
    perms.can_write.require(person, held.territory)
    if running:
        require_running(held)
    return held


def _next_rank(rows: Any) -> int:
    return int(rows.aggregate(last=Max("rank"))["last"] or 0) + 1


def _heading(title: str, words: str) -> dict[str, Any]:
    told = {
        "title": clean_words(squeeze(str(title or "")), field_label(Axis, "title"), longest=300),
        "words": clean_words(words, field_label(Axis, "words")),
    }
    if not told["title"]:
        raise TerreauError(_("Il manque le titre."), where=field_label(Axis, "title"))
    return told


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    title = clean_words(squeeze(str(values.get("title") or "")), field_label(Plan, "title"), longest=200)
    starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
    if not title:
        raise TerreauError(_("Un plan a un nom."), where=field_label(Plan, "title"))
    if not isinstance(starts_on, date) or not isinstance(ends_on, date):
        raise TerreauError(_("Un plan a un début et une fin."), where=field_label(Plan, "starts_on"))
    day_written(starts_on, where=field_label(Plan, "starts_on"))
    if ends_on < starts_on or len(years_between(starts_on, ends_on)) > LONGEST_YEARS:
        raise TerreauError(
            _("Un plan dure d’un jour à trente ans."),
            where=field_label(Plan, "ends_on"),
            remedy=_("Corrigez l’une des deux dates."),
        )
    words = clean_words(values.get("words"), field_label(Plan, "words"))
    return {"title": title, "words": words, "starts_on": starts_on, "ends_on": ends_on}
