"""An action: written, moved from one state to another, tied to those it waits for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.models import Organisation, is_public_id
from terreau.directory.writing import known
from terreau.plans import content, perms
from terreau.plans.enums import ActionState
from terreau.plans.models import Action, Dependency, Objective, Partner, Plan, StateChange, Step
from terreau.plans.planning import held_plan
from terreau.plans.rules import circle
from terreau.plans.telling import incomplete, require_running, someone_else, tell_action


def add_action(
    *, person: Any, plan: Plan, public_id: str, values: Mapping[str, Any], today: date | None = None
) -> Action:
    """A new action of a plan; sent twice, there is one.

    Args:
        person: an agent of the territory, or the secretariat.
        plan: one that runs.
        public_id: drawn with the form.
        values: `content.FIELDS`, a title and an objective at least.
        today: the day on which its state is told.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the plan is closed, or a value cannot be kept.
    """
    clean = content.clean({"title": "", "objective": None, **values})
    if not is_public_id(public_id):
        raise incomplete()
    with transaction.atomic():
        held = held_plan(person, plan)
        _check_objective(held, clean["objective"])
        rank = Action.objects.filter(objective=clean["objective"]).aggregate(last=Max("rank"))["last"] or 0
        made, is_new = Action.objects.get_or_create(
            public_id=public_id,
            defaults={"title": clean["title"], "objective": clean["objective"], "rank": rank + 1},
        )
        if not is_new:
            perms.can_edit_action.require(person, made)
            return made
        action = held_action(made)
        day = today or timezone.localdate()
        StateChange.objects.create(action=action, after=action.state, on=day, told_by=known(person))
        _write(action, clean, person, day)
        action.save()
        tell_action("action.added", person, action)
    return action


def save_action(
    *, person: Any, action: Action, version: int, values: Mapping[str, Any], today: date | None = None
) -> Action:
    """Change an action; whoever carries it with the town tells its state and its steps.

    Args:
        person: an agent of the territory, the secretariat, or one who keeps the sheet of a co-leader.
        action: as it was read.
        version: of the action that was read.
        values: those of `content.FIELDS` that are told; the others stay.
        today: the day on which a new state is told.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when someone changed it in between, the plan is closed, or a value cannot be kept.
    """
    clean = content.clean(values)
    with transaction.atomic():
        held = held_action(action)
        _require_may_tell(person, held, clean)
        require_running(held.plan)
        now = content.values_of(held, clean)
        changed = [name for name, value in clean.items() if now[name] != value]
        if not changed:
            return held
        if held.version != version:
            raise someone_else(held.title)
        if "objective" in changed:
            _check_objective(held.plan, clean["objective"])
        before = {name: content.in_words(name, now[name]) for name in changed}
        _write(held, {name: clean[name] for name in changed}, person, today or timezone.localdate())
        held.version += 1
        held.changed_by = known(person)
        held.save()
        told = {name: [before[name], content.in_words(name, clean[name])] for name in changed}
        tell_action("action.changed", person, held, changes=told)
    return held


def remove_action(*, person: Any, action: Action) -> None:
    """Take away an action that was only just written: nothing was spent, measured, shown or decided of it.

    Nor was anybody asked to carry it, and it never left its first state.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when something is known of it, or another action waits for it.
    """
    with transaction.atomic():
        held = Action.objects.filter(pk=action.pk).first()
        if held is None:
            return
        held = held_action(held)
        perms.can_edit_action.require(person, held)
        require_running(held.plan)
        if held.state != ActionState.TO_START or any(one.exists() for one in _known_of(held)):
            raise TerreauError(
                _("Cette action a déjà une histoire\u00a0: elle ne se supprime pas."),
                where=held.title,
                remedy=_("Passez-la à l’état «\u00a0abandonnée\u00a0» et dites pourquoi."),
            )
        tell_action("action.removed", person, held)
        held.delete()


def _known_of(action: Action) -> tuple[Any, ...]:
    """What would be lost with an action."""
    return (
        action.budget_lines.filter(entries__isnull=False),
        action.co_leaders.all(),
        action.waited_by.all(),
        action.shares.all(),
        action.indicators.filter(values__isnull=False),
        action.evidence.all(),
        action.decisions.all(),
        # The first one says where it began.
        action.state_changes.exclude(before=""),
    )


def _require_may_tell(person: Any, action: Action, clean: Mapping[str, Any]) -> None:
    if perms.can_edit_action(person, action):
        return
    perms.can_follow.require(person, action)
    if strange := [name for name in clean if name not in content.FOLLOWED]:
        raise NotAllowed(
            _("Ce droit est celui d’un agent du territoire\u00a0: %(field)s.")
            % {"field": content.label_of(strange[0])}
        )


def _check_objective(plan: Plan, objective: Objective) -> None:
    if objective.axis.plan_id != plan.pk:
        raise TerreauError(
            _("Cet objectif n’est pas de ce plan."),
            where=content.label_of("objective"),
            remedy=_("Choisissez dans la liste."),
        )


def _write(action: Action, values: Mapping[str, Any], person: Any, day: date) -> None:
    before = action.state
    for name, value in values.items():
        if name not in content.LISTS:
            setattr(action, name, value)
    content.check_dates(action.starts_on, action.ends_on)
    if action.state == ActionState.BLOCKED and not action.cause:
        raise TerreauError(
            _("Dites ce qui bloque."),
            where=content.label_of("cause"),
            remedy=_("Une phrase suffit\u00a0: elle aide à débloquer l’action."),
        )
    if action.state != before:
        _record_state(action, before, person, day)
    if "steps" in values:
        _write_steps(action, values["steps"])
    if "partners" in values:
        _write_partners(action, values["partners"])
    if "waits_for" in values:
        _write_waits(action, values["waits_for"])


def _record_state(action: Action, before: str, person: Any, day: date) -> None:
    ended = action.state in (ActionState.DONE, ActionState.DROPPED)
    action.ended_on = day if ended else None
    StateChange.objects.create(
        action=action, before=before, after=action.state, on=day, cause=action.cause, told_by=known(person)
    )


def _write_steps(action: Action, steps: Iterable[tuple[str, date | None, date | None]]) -> None:
    action.steps.all().delete()
    Step.objects.bulk_create(
        Step(action=action, rank=rank, title=title, due_on=due, done_on=done)
        for rank, (title, due, done) in enumerate(steps, start=1)
    )


def _write_partners(action: Action, names: Iterable[str]) -> None:
    """Each name, tied to the one sheet of that name in the territory's country where there is one."""
    told = list(names)
    action.partners.all().delete()
    sheets: dict[str, list[Organisation]] = {}
    country = action.plan.territory.country_code
    for sheet in Organisation.objects.shown().filter(name__in=told, country_code=country):
        sheets.setdefault(sheet.name, []).append(sheet)
    Partner.objects.bulk_create(
        Partner(
            action=action, name=name, organisation=one[0] if len(one := sheets.get(name, [])) == 1 else None
        )
        for name in told
    )


def _write_waits(action: Action, public_ids: Iterable[str]) -> None:
    wanted = list(public_ids)
    # Held, so that two people do not each close one half of a circle.
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=action.objective.axis.plan_id)
    others = {
        one.public_id: one for one in Action.objects.filter(public_id__in=wanted, objective__axis__plan=plan)
    }
    if strange := [one for one in wanted if one not in others]:
        raise TerreauError(
            _("Cette action n’est pas de ce plan\u00a0: %(code)s.") % {"code": strange[0][:40]},
            where=content.label_of("waits_for"),
        )
    edges: dict[int, list[int]] = {}
    pairs = Dependency.objects.filter(action__objective__axis__plan=plan).values_list("action", "other")
    for key, other in pairs:
        edges.setdefault(key, []).append(other)
    if closed := circle(action.pk, [one.pk for one in others.values()], edges):
        titles = Action.objects.in_bulk(closed)
        raise TerreauError(
            _("Ces actions s’attendraient en rond\u00a0: %(circle)s.")
            % {"circle": " → ".join(f"«\u00a0{titles[key].title}\u00a0»" for key in (*closed, closed[0]))},
            where=content.label_of("waits_for"),
            remedy=_("Retirez l’une de ces attentes."),
        )
    action.waits_for.all().delete()
    Dependency.objects.bulk_create(Dependency(action=action, other=others[one]) for one in wanted)


def held_action(action: Action) -> Action:
    """The action as it is now, its plan locked until the end of the transaction.

    The plan first: two actions that would wait for one another are written one after the other. Read by a
    statement of its own, the action is seen with what the one who held the plan before wrote around it.
    """
    plan = Plan.objects.select_for_update(of=("self",), no_key=True)
    plan.filter(axes__objectives__actions=action.pk).first()
    return (
        Action.objects.select_for_update(of=("self",))
        .select_related("objective__axis__plan__territory", "project", "practice")
        .get(pk=action.pk)
    )
