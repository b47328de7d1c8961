"""Where the plan appears elsewhere: a territory's page, the chain, the workspace, the journal, my data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.accounts.care import territories_looked_after, waiting_by_territory
from terreau.accounts.perms import is_signed_in
from terreau.core.registry import StepState, Waiting
from terreau.plans import governance_alarms as alarms
from terreau.plans import perms
from terreau.plans.edition_models import PlanEdition
from terreau.plans.enums import ActionState, EntryKind, Reply
from terreau.plans.governance_models import Postponement
from terreau.plans.importing_models import CalendarAddress, PlanFile
from terreau.plans.models import (
    Action,
    CoLeader,
    Entry,
    Evidence,
    IndicatorValue,
    Plan,
    PlanQuerySet,
    StateChange,
)
from terreau.plans.rules import OPEN
from terreau.territories import published
from terreau.territories.models import Territory

_UNDER = "axes__objectives__actions"
_COUNTS = ("total", "done", "late", "told")
# After so long, a result that nobody told is asked for no more: only lists still say that it lacks.
ASKED_FOR = timedelta(days=730)


def door(territory: Territory) -> str:
    """The plan of a territory."""
    return reverse("plans:own", args=[territory.code])


def _counted_plans(plans: PlanQuerySet, shown: Q) -> PlanQuerySet:
    """Plans, and how many of the actions that are shown stand where."""
    today = timezone.localdate()
    late = Q(**{f"{_UNDER}__ends_on__lt": today}) | Q(**{f"{_UNDER}__state": ActionState.BLOCKED})
    late |= Q(**{f"{_UNDER}__state": ActionState.TO_START, f"{_UNDER}__starts_on__lt": today})
    is_open, done = Q(**{f"{_UNDER}__state__in": OPEN}), Q(**{f"{_UNDER}__state": ActionState.DONE})
    return plans.annotate(
        total=Count(_UNDER, filter=shown),
        done=Count(_UNDER, filter=shown & done),
        late=Count(_UNDER, filter=shown & is_open & late),
        told=Count(_UNDER, filter=shown & done & ~Q(**{f"{_UNDER}__result": ""})),
    )


def shown(territory: Territory) -> QuerySet[Any, Any]:
    """The public plans of a territory, and how many of their public actions stand where."""
    plans = _counted_plans(Plan.objects.public(), Q(**{f"{_UNDER}__is_public": True}))
    return published.columns(
        plans.filter(territory=territory),
        reference=F("public_id"),
        title=F("title"),
        # The one that runs comes first.
        day=Coalesce("closed_on", Value(date.max)),
        counts=tuple(F(one) for one in _COUNTS),
        simulated=F("is_simulated"),
    )


def lines(territory: Territory, rows: list[published.Row]) -> list[published.Line]:
    """On a territory's page: what its plan promised and where that stands."""
    url = reverse("plans:public", args=[territory.code])
    told = _(
        "Actions promises\u00a0: %(total)s\u202f; faites\u00a0: %(done)s\u202f; en retard\u00a0: %(late)s"
    )
    return [
        published.Line(row.title, url, simulated=row.simulated, note=told % _counts_of(row))
        for row in rows[:1]
    ]


def _counts_of(row: published.Row) -> dict[str, int]:
    return dict(zip(_COUNTS, row.counts, strict=True))


def _stand(counts: Mapping[str, int]) -> str:
    return (
        _("Actions\u00a0: %(total)s\u202f; faites\u00a0: %(done)s\u202f; en retard\u00a0: %(late)s.") % counts
    )


def _own_plan(territory: Territory) -> Plan | None:
    """The plan, for those who read all of it; asked once for a page."""
    kept: dict[str, Plan | None] = territory.__dict__.setdefault("_read_for_the_page", {})
    if "plan" not in kept:
        every = Q(**{f"{_UNDER}__isnull": False})
        kept["plan"] = _counted_plans(Plan.objects.of(territory), every).first()
    return kept["plan"]


def _public_counts(territory: Territory) -> dict[str, int] | None:
    rows = published.rows_of(territory).get("plans")
    return _counts_of(rows[0]) if rows else None


def _reads(person: Any, territory: Territory) -> bool:
    return bool(is_signed_in(person)) and bool(perms.can_read(person, territory))


def plan_step(territory: Territory, person: Any) -> StepState:
    """Where the plan stands in the chain, and the next thing to do for whom may do it."""
    if not _reads(person, territory):
        counts = _public_counts(territory)
        if counts is None:
            return StepState("later", _("Aucun plan d’action public"))
        url = reverse("plans:public", args=[territory.code])
        return StepState("done", _stand(counts), url, _("Lire le plan"))
    plan = _own_plan(territory)
    if plan is None:
        if perms.can_write(person, territory):
            return StepState("later", _("Aucun plan d’action."), door(territory), _("Ouvrir un plan"))
        return StepState("later", _("Aucun plan d’action public"))
    told = vars(plan)
    label = _("Le suivre")
    if not told["total"] and perms.can_write(person, territory):
        label = _("Lui donner ses actions")
    state = "now" if plan.is_running and (told["late"] or not told["total"]) else "done"
    return StepState(state, _stand(told), door(territory), label)


def result_step(territory: Territory, person: Any) -> StepState:
    """What came of it: results told."""
    reads = _reads(person, territory)
    if reads:
        plan = _own_plan(territory)
        counts = vars(plan) if plan is not None else None
    else:
        counts = _public_counts(territory)
    if not counts or not counts["done"]:
        return StepState("later", _("Aucune action terminée"))
    text = _("Actions terminées\u00a0: %(done)s\u202f; résultats dits\u00a0: %(told)s.") % counts
    if counts["told"] < counts["done"] and perms.can_write(person, territory):
        return StepState("now", text, f"{door(territory)}?etat=done", _("Dire les autres"))
    url = f"{door(territory)}?etat=done" if reads else reverse("plans:public", args=[territory.code])
    return StepState("done", text, url, _("Lire les résultats"))


# --- What waits ---------------------------------------------------------------------------------------


def _running(territories: Iterable[Territory]) -> QuerySet[Action]:
    return Action.objects.filter(
        objective__axis__plan__territory__in=list(territories), objective__axis__plan__closed_on=None
    )


def _counted(found: QuerySet[Action]) -> QuerySet[Any]:
    key = "objective__axis__plan__territory"
    return found.order_by().values_list(key).annotate(count=Count("pk"))


def late(territories: Iterable[Territory]) -> QuerySet[Any]:
    """How many actions of each territory are past their end."""
    found = _running(territories).filter(state__in=OPEN, ends_on__lt=timezone.localdate())
    return _counted(found)


def tell_late(territory: Territory, count: int) -> Waiting:
    """« actions du plan en retard »."""
    url = f"{door(territory)}?etat=late"
    return Waiting(
        ngettext("action du plan en retard", "actions du plan en retard", count),
        url,
        count,
        _("Dites où elles en sont, et ce qui retarde."),
    )


def without_result(territories: Iterable[Territory]) -> QuerySet[Any]:
    """How many actions of each territory ended without anyone telling what they gave."""
    since = timezone.localdate() - ASKED_FOR
    found = _running(territories).filter(state=ActionState.DONE, result="", ended_on__gte=since)
    return _counted(found)


def tell_without_result(territory: Territory, count: int) -> Waiting:
    """« actions terminées dont le résultat n’est pas dit »."""
    url = _ended_door(territory)
    why = _("Ce qu’elles ont donné fera une bonne pratique pour d’autres villes.")
    return Waiting(
        ngettext("action terminée sans résultat dit", "actions terminées sans résultat dit", count),
        url,
        count,
        why,
    )


def keeper_tasks(person: Any) -> list[dict[str, Any]]:
    """What fell silent, and what ended without result, where this person keeps the plan; in one query."""
    known = territories_looked_after(person)
    silent, ended = Counter[int](), Counter[int]()
    if known:
        rows = alarms.untold(known).annotate(ended=Value(0))
        for more, which in ((alarms.asleep(known), 0), (without_result(known), 1)):
            rows = rows.union(more.annotate(ended=Value(which)), all=True)
        for key, count, which in rows:
            (ended if which else silent)[key] += count
    text = _("%(territory)s\u00a0: revues ou actions du plan dont rien n’est dit")
    told = waiting_by_territory(person, lambda _places: silent.items(), text, alarms.door)
    text = _("%(territory)s\u00a0: actions terminées dont le résultat n’est pas dit")
    return told + waiting_by_territory(person, lambda _places: ended.items(), text, _ended_door)


def _ended_door(territory: Territory) -> str:
    return f"{door(territory)}?etat=done"


def _asked_of(person: Any) -> dict[str, int]:
    """How many actions the person's organisations are asked to carry, by answer; read once for a page."""
    if not is_signed_in(person):
        return {}
    kept: dict[str, int] | None = getattr(person, "asked_to_carry", None)
    if kept is None:
        told = CoLeader.objects.filter(organisation__in=perms.sheets_of(person)).order_by()
        kept = person.asked_to_carry = dict(told.values_list("reply").annotate(count=Count("pk")))
    return kept


def tasks(person: Any) -> list[dict[str, Any]]:
    """What the person's organisations are asked to carry, and have not answered."""
    waiting = _asked_of(person).get(Reply.WAITING, 0)
    if not waiting:
        return []
    text = _("actions qu’une ville vous propose de porter avec elle")
    return [{"text": text, "url": reverse("plans:led"), "count": waiting}]


def led_door(person: Any) -> str | None:
    """The actions that a person's organisations carry, where there are some."""
    told = _asked_of(person)
    return reverse("plans:led") if told.get(Reply.WAITING) or told.get(Reply.ACCEPTED) else None


def action_names(public_ids: Iterable[str]) -> dict[str, str]:
    """What each action is called now, for the journal."""
    return dict(Action.objects.filter(public_id__in=list(public_ids)).values_list("public_id", "title"))


def plan_names(public_ids: Iterable[str]) -> dict[str, str]:
    """What each plan is called now, for the journal."""
    return dict(Plan.objects.filter(public_id__in=list(public_ids)).values_list("public_id", "title"))


def entry_told(data: dict[str, Any]) -> str:
    """« a noté 31 000 écus (payé, Songemont, 2025) pour l’action », for the journal."""
    kind = data.get("kind", "")
    words = {name: str(data.get(name, "")) for name in ("amount", "source", "year")}
    words["kind"] = str(EntryKind(kind).label) if kind in EntryKind.values else ""
    return _("a noté %(amount)s (%(kind)s, %(source)s, %(year)s) pour l’action") % words


# --- My data ------------------------------------------------------------------------------------------

_NAMED = (
    ("actions", Action, "changed_by"),
    ("states", StateChange, "told_by"),
    ("answers", CoLeader, "answered_by"),
    ("entries", Entry, "told_by"),
    ("values", IndicatorValue, "told_by"),
    ("reviews_put_off", Postponement, "told_by"),
    ("evidence", Evidence, "added_by"),
    ("files", PlanFile, "sent_by"),
)


def export(person: Any) -> dict[str, Any]:
    """What bears a person's name here: what they wrote, told, answered, noted."""
    told = {
        key: [str(one) for one in model._default_manager.filter(**{field: person}).order_by("pk")]
        for key, model, field in _NAMED
    }
    editions = PlanEdition.objects.brief().filter(made_by=person).select_related("plan").order_by("pk")
    followed = CalendarAddress.objects.filter(person=person).select_related("plan").order_by("pk")
    return told | {
        "editions": [{"plan": one.plan.title, "number": one.number} for one in editions],
        "calendars": [one.plan.title for one in followed],
    }


def erase(person: Any) -> None:
    """Take the person's name off; what was said for a town, or for an organisation, stays.

    Editions never change: they point to an account that has no name any more.
    """
    for _key, model, field in _NAMED:
        model._default_manager.filter(**{field: person}).update(**{field: None})
    CalendarAddress.objects.filter(person=person).delete()
