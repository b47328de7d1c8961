"""A plan as plain data: all that is known of it at an instant, in a number of questions that never grows.

What an edition keeps, what a document is made of, what two days are compared by. Names that come from
elsewhere (a need, a lever, an organisation) are kept as they were called, so that an edition still reads once
they changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import CharField, F, IntegerField, QuerySet, Sum, Value
from django.db.models.functions import Cast

from terreau.levers.catalogue import lever_name
from terreau.plans.chain import need_label, need_of, recommendation_of
from terreau.plans.edition_rules import public_part
from terreau.plans.enums import EntryKind, Reply
from terreau.plans.models import (
    Action,
    Axis,
    CoLeader,
    Dependency,
    Entry,
    Evidence,
    Indicator,
    Partner,
    Plan,
    Share,
    StateChange,
    Step,
)

FORMAT = 1
Rows = dict[int, list[Any]]


def content_of(plan: Plan, *, public: bool = False) -> dict[str, Any]:
    """All that is known of a plan now; of what any visitor reads only, when it is for them."""
    told = {
        "format": FORMAT,
        "territory": {"code": plan.territory.code, "name": plan.territory.name},
        "plan": {
            "id": plan.public_id,
            "title": plan.title,
            "words": plan.words,
            "starts_on": plan.starts_on.isoformat(),
            "ends_on": plan.ends_on.isoformat(),
            "closed_on": _day(plan.closed_on),
            "currency": plan.currency,
        },
        "simulated": plan.is_simulated or bool(settings.EXERCISE),
        "axes": _axes(plan, public),
    }
    return public_part(told) if public else told


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"


def _axes(plan: Plan, public: bool) -> list[dict[str, Any]]:
    """Its axes and objectives, those without an action too, each with its actions."""
    under: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for action in _actions(plan, public):
        under[action["objective"]].append(action)
    rows = Axis.objects.filter(plan=plan).order_by("rank", "pk", "objectives__rank", "objectives__pk")
    axes: dict[int, dict[str, Any]] = {}
    told = ("pk", "title", "words", "objectives__pk", "objectives__title", "objectives__words")
    for key, title, words, objective, objective_title, objective_words in rows.values_list(*told):
        axis = axes.setdefault(key, {"id": key, "title": title, "words": words, "objectives": []})
        if objective is not None:
            actions = [{name: one[name] for name in one if name != "objective"} for one in under[objective]]
            axis["objectives"].append(
                {"id": objective, "title": objective_title, "words": objective_words, "actions": actions}
            )
    return list(axes.values())


def _actions(plan: Plan, public: bool) -> Iterable[dict[str, Any]]:
    around = {
        "co_leaders": {},
        "shares": {},
        "partners": {},
        **_people(plan),
        "waits_for": _waits(plan),
        "steps": _steps(plan),
        "money": _money(plan),
        "indicators": _indicators(plan),
        "evidence": _evidence(plan),
        # Visitors read where an action stands, not each word that was said of it.
        "changes": {} if public else _changes(plan),
    }
    # Its objective and its axis are told apart: read with each action, they would be made hundreds of times.
    actions = Action.objects.of(plan).select_related(None).select_related("project", "practice__published")
    for one in actions:
        yield {
            **_said(one),
            **_answers(one),
            **{name: rows.get(one.pk, []) for name, rows in around.items()},
        }


def _said(one: Action) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "objective": one.objective_id,
        "reference": one.reference,
        "title": one.title,
        "words": one.words,
        "elected_pilot": one.elected_pilot,
        "technical_pilot": one.technical_pilot,
        "starts_on": _day(one.starts_on),
        "ends_on": _day(one.ends_on),
        "ended_on": _day(one.ended_on),
        "state": one.state,
        "cause": one.cause,
        "participation": one.participation,
        "public": one.is_public,
        "result": one.result,
        "result_evidence": one.result_evidence,
    }


def _answers(one: Action) -> dict[str, Any]:
    """What it answers and what came of it, under the names of the day."""
    advised = recommendation_of(one.recommendation)
    sheet = one.practice.published if one.practice else None
    project = one.project
    return {
        "need": {"code": need_of(one), "label": need_label(one)} if need_of(one) else None,
        "recommendation": {"key": one.recommendation, "title": advised.title if advised else ""}
        if one.recommendation
        else None,
        "lever": {"code": one.lever, "label": lever_name(one.lever)} if one.lever else None,
        "project": {"id": project.public_id, "title": project.title, "public": project.is_public}
        if project
        else None,
        "practice": {"id": one.practice.public_id, "title": sheet.title} if one.practice and sheet else None,
    }


def _people(plan: Plan) -> dict[str, Rows]:
    """Who carries, shares and helps, in one question: those who accepted, under their names."""

    def asked(found: QuerySet[Any], kind: str, name: str, code: str, words: Any, percent: Any) -> Any:
        return (
            found.filter(action__objective__axis__plan=plan)
            .order_by()
            .values_list(
                Value(kind),
                "pk",
                "action",
                Cast(F(name), CharField(max_length=400)),
                Cast(F(code), CharField(max_length=40)),
                Cast(words, CharField(max_length=4000)),
                Cast(percent, IntegerField()),
            )
        )

    nothing = Value(None)
    accepted, shared = (model.objects.filter(reply=Reply.ACCEPTED) for model in (CoLeader, Share))
    rows = asked(
        accepted, "co_leaders", "organisation__name", "organisation__public_id", F("words"), nothing
    ).union(
        asked(shared, "shares", "territory__name", "territory__code", F("words"), F("percent")),
        asked(Partner.objects.all(), "partners", "name", "organisation__public_id", Value(""), nothing),
        all=True,
    )
    found: dict[str, Rows] = {}
    for kind, _pk, action, name, code, words, percent in sorted(rows, key=lambda row: row[:2]):
        one: dict[str, Any] = {"name": name, "code": code or ""}
        if kind != "partners":
            one["words"] = words
        if kind == "shares":
            one["percent"] = percent
        found.setdefault(kind, {}).setdefault(action, []).append(one)
    return found


def _waits(plan: Plan) -> Rows:
    ties = Dependency.objects.filter(action__objective__axis__plan=plan).order_by("pk")
    return _grouped((key, other) for key, other in ties.values_list("action", "other__public_id"))


def _steps(plan: Plan) -> Rows:
    steps = Step.objects.filter(action__objective__axis__plan=plan)
    return _grouped(
        (key, {"title": title, "due_on": _day(due), "done_on": _day(done)})
        for key, title, due, done in steps.values_list("action", "title", "due_on", "done_on")
    )


def _money(plan: Plan) -> Rows:
    """Each line of the budget with what is foreseen, secured, committed, paid."""
    columns = ("line__action", "line__year", "line__nature", "line__source")
    entries = Entry.objects.filter(line__action__objective__axis__plan=plan).order_by(*columns)
    lines: dict[tuple[Any, ...], dict[str, Any]] = {}
    for *where, kind, total in entries.values_list(*columns, "kind").annotate(total=Sum("amount")):
        _action, year, nature, source = where
        empty = {"year": year, "nature": nature, "source": source, **dict.fromkeys(EntryKind.values, 0)}
        lines.setdefault(tuple(where), empty)[kind] = total
    return _grouped((key[0], line) for key, line in lines.items())


def _indicators(plan: Plan) -> Rows:
    """Each indicator with its values, of each day the last word."""
    columns = ("title", "unit", "source", "sense", "baseline", "target", "target_on")
    found = Indicator.objects.filter(action__objective__axis__plan=plan)
    found = found.order_by("rank", "pk", "values__on", "values__pk")
    told: dict[int, tuple[int, dict[str, Any]]] = {}
    days: dict[int, dict[date, Any]] = defaultdict(dict)
    for key, action, *said, on, value, comment in found.values_list(
        "pk", "action", *columns, "values__on", "values__value", "values__comment"
    ):
        told.setdefault(key, (action, dict(zip(columns, said, strict=True))))
        if on is not None:
            days[key][on] = {"on": _day(on), "value": _number(value), "comment": comment}
    return _grouped(
        (
            action,
            {
                **one,
                "baseline": _number(one["baseline"]),
                "target": _number(one["target"]),
                "target_on": _day(one["target_on"]),
                "values": list(days[key].values()),
            },
        )
        for key, (action, one) in told.items()
    )


def _evidence(plan: Plan) -> Rows:
    found = Evidence.objects.filter(action__objective__axis__plan=plan)
    columns = ("action", "title", "url", "name", "digest", "on", "is_public")
    return _grouped(
        (key, {"title": title, "url": url, "file": name, "digest": digest, "on": _day(on), "public": shown})
        for key, title, url, name, digest, on, shown in found.values_list(*columns)
    )


def _changes(plan: Plan) -> Rows:
    """Each change of state, the first one first."""
    found = StateChange.objects.filter(action__objective__axis__plan=plan).order_by("on", "pk")
    return _grouped(
        (key, {"on": _day(on), "before": before, "after": after, "cause": cause})
        for key, on, before, after, cause in found.values_list("action", "on", "before", "after", "cause")
    )


def _grouped(rows: Iterable[tuple[int, Any]]) -> Rows:
    found: Rows = {}
    for key, one in rows:
        found.setdefault(key, []).append(one)
    return found
