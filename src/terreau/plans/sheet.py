"""One action as it is read: its people, its steps, its money, its figures, its chain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from terreau.core.money import money_text
from terreau.diagnosis.whereabouts import parts_read
from terreau.directory.models import new_public_id
from terreau.levers.catalogue import catalogue, lever_name
from terreau.plans import perms, rules
from terreau.plans.chain import ChainLink, Told, links_of
from terreau.plans.enums import ActionState, EntryKind, Reply
from terreau.plans.governance_reading import decided_of
from terreau.plans.models import Action, Dependency, Entry, Evidence, Indicator, IndicatorValue
from terreau.plans.rules import Sums
from terreau.portfolio import perms as project_perms
from terreau.practices.enums import CostNature


def actions() -> QuerySet[Action]:
    """Actions with all that their page says in one question."""
    return Action.objects.select_related(
        "objective__axis__plan__territory", "project__territory", "practice__published"
    )


def context_of(action: Action, person: Any, today: date) -> dict[str, Any]:
    """What the page of an action is given."""
    plan, entries = action.plan, _entries(action)
    writes = bool(perms.can_edit_action(person, action))
    sums = _sums(entries)
    return {
        "action": action,
        "plan": plan,
        "territory": plan.territory,
        "standing": action.standing(today),
        "writes": writes,
        "keeps": writes and plan.is_running,
        "follows": plan.is_running and bool(perms.can_follow(person, action)),
        "co_leaders": action.co_leaders.filter(reply=Reply.ACCEPTED).select_related("organisation"),
        "shares": action.shares.filter(reply=Reply.ACCEPTED).select_related("territory"),
        "partners": action.partners.select_related("organisation"),
        "steps": action.steps.all(),
        **_waits(action, person),
        "lines": _lines(entries, plan.currency),
        "sums": {kind: money_text(getattr(sums, kind), plan.currency) for kind in EntryKind.values},
        "share_secured": sums.share_secured,
        "indicators": indicators_of(action),
        "decided": decided_of(action, public=not perms.can_read(person, plan.territory)),
        "evidence": evidence_of(action, person),
        "links": _links(action, person, sums),
        "asks_result": writes and action.state == ActionState.DONE and not action.result,
        "can_tell": writes and action.state == ActionState.DONE,
        "drawn": new_public_id(),
    }


def _entries(action: Action) -> list[Entry]:
    return list(Entry.objects.filter(line__action=action).select_related("line").order_by("-on", "-pk"))


def _sums(entries: Iterable[Entry]) -> Sums:
    sums = Sums()
    for one in entries:
        sums = sums.with_entry(one.kind, one.amount)
    return sums


def _waits(action: Action, person: Any) -> dict[str, Any]:
    """What it waits for and what waits for it; what others may not read is not told to them."""
    ties = Dependency.objects.filter(Q(action=action) | Q(other=action)).select_related("action", "other")
    every = bool(perms.can_read(person, action.plan.territory))
    before = [one.other for one in ties if one.action_id == action.pk]
    after = [one.action for one in ties if one.other_id == action.pk]
    return {
        "waits_for": [one for one in before if every or one.is_public],
        "waited_by": [one for one in after if every or one.is_public],
    }


@dataclass(frozen=True)
class LineTold:
    """A line of the budget and its entries."""

    label: str
    sums: dict[str, str]
    entries: list[dict[str, Any]]


def _lines(entries: Iterable[Entry], currency: str) -> list[LineTold]:
    found: dict[int, list[Entry]] = {}
    for one in entries:
        found.setdefault(one.line_id, []).append(one)
    lines = sorted(
        found.values(), key=lambda told: (told[0].line.year, told[0].line.nature, told[0].line.source)
    )
    return [
        LineTold(
            f"{told[0].line.year}, {CostNature(told[0].line.nature).label}, {told[0].line.source}",
            {kind: money_text(getattr(_sums(told), kind), currency) for kind in EntryKind.values},
            [{"entry": one, "amount": money_text(one.amount, currency)} for one in told],
        )
        for told in lines
    ]


@dataclass(frozen=True)
class IndicatorTold:
    """An indicator, its values, and how far it is on its way."""

    indicator: Indicator
    values: list[IndicatorValue]
    last: IndicatorValue | None
    progress: float | None
    reached: bool


def indicators_of(action: Action) -> list[IndicatorTold]:
    """The indicators of an action with what was told of them; for each day the last word."""
    found = []
    for one in action.indicators.prefetch_related("values"):
        by_day = {value.on: value for value in one.values.all()}
        values = [by_day[on] for on in sorted(by_day)]
        last = values[-1] if values else None
        number: Decimal | None = last.value if last else None
        found.append(
            IndicatorTold(
                one,
                values,
                last,
                rules.progress(one.baseline, one.target, number, one.sense),
                rules.reached(one.target, number, one.sense),
            )
        )
    return found


def evidence_of(action: Action, person: Any) -> list[Evidence]:
    """The pieces of an action that a person who reads it may read: as anybody, the public ones."""
    found = list(action.evidence.all())
    if all(one.is_public for one in found) or perms.can_read_action(person, action):
        return found
    return [one for one in found if one.is_public]


def links_for(action: Action, person: Any) -> list[ChainLink]:
    """The chain of an action as a person may read it."""
    return _links(action, person, _sums(_entries(action)))


def _links(action: Action, person: Any, sums: Sums) -> list[ChainLink]:
    plan = action.plan
    return links_of(
        action, sums, plan.currency, diagnosis=parts_read(plan.territory), told=_told(action, person)
    )


def _told(action: Action, person: Any) -> Told:
    project, practice = action.project, action.practice
    reads_project = project is not None and bool(project_perms.can_read(person, project))
    published = practice.published if practice else None
    writes = bool(perms.can_edit_action(person, action))
    draft = practice is not None and published is None and writes
    lever = action.lever or (project.lever if project and reads_project else "")
    return Told(
        project=project.title if project and reads_project else "",
        project_url=reverse("portfolio:project", args=[project.public_id])
        if project and reads_project
        else "",
        practice=published.title if published else action.title if draft else "",
        practice_url=_practice_url(practice, draft) if practice and (published or draft) else "",
        lever=lever_name(lever) if lever else "",
        lever_url=_lever_url(lever),
    )


def _lever_url(code: str) -> str:
    """Where a lever is told, in its family."""
    found = catalogue().lever(code) if code else None
    return f"{reverse('levers:family', args=[found.family])}#{code}" if found else ""


def _practice_url(practice: Any, draft: bool) -> str:
    return reverse("practices:edit" if draft else "practices:sheet", args=[practice.public_id])
