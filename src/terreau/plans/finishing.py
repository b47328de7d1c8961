"""What an action gave once it ended, and the good practice that is made of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.text import shorten, squeeze
from terreau.journal.words import clean_words, field_label
from terreau.plans import perms
from terreau.plans.acting import held_action
from terreau.plans.chain import recommendation_of
from terreau.plans.enums import ActionState, EntryKind, Reply
from terreau.plans.models import Action, Entry, Indicator, IndicatorValue
from terreau.plans.telling import someone_else, tell_action
from terreau.practices.content import LONGEST_TEXT
from terreau.practices.enums import Period
from terreau.practices.models import Practice
from terreau.practices.services import begin


def tell_result(*, person: Any, action: Action, version: int, result: str, evidence: str = "") -> Action:
    """Say what an action that ended gave; told even once its plan is closed.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when it has not ended, someone changed it in between, or a text cannot be kept.
    """
    told = {
        "result": clean_words(result, field_label(Action, "result")),
        "result_evidence": clean_words(evidence, field_label(Action, "result_evidence")),
    }
    if not told["result"]:
        raise TerreauError(_("Dites ce que l’action a donné."), where=field_label(Action, "result"))
    with transaction.atomic():
        held = held_action(action)
        perms.can_edit_action.require(person, held)
        _require_ended(held)
        if all(getattr(held, name) == value for name, value in told.items()):
            return held
        if held.version != version:
            raise someone_else(held.title)
        for name, value in told.items():
            setattr(held, name, value)
        held.version += 1
        held.save(update_fields=[*told, "version", "changed_at"])
        tell_action("action.result_told", person, held)
    return held


def begin_practice(*, person: Any, action: Action, public_id: str) -> Practice:
    """The draft of a good practice, filled with what the plan knows; asked twice, there is one.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the action has not ended, or its result is not told.
    """
    with transaction.atomic():
        held = held_action(action)
        perms.can_edit_action.require(person, held)
        if held.practice is not None:
            return held.practice
        _require_ended(held)
        if not held.result:
            raise TerreauError(
                _("Dites d’abord ce que l’action a donné."),
                where=held.title,
                remedy=_("La fiche de la pratique en sera remplie."),
            )
        town = held.plan.territory
        held.practice = begin(
            person=person, territory=town, public_id=public_id, values=practice_values(held)
        )
        held.save(update_fields=["practice"])
        tell_action("action.practice_begun", person, held)
    return held.practice


def _require_ended(action: Action) -> None:
    if action.state != ActionState.DONE:
        raise TerreauError(
            _("Cette action n’est pas terminée."),
            where=action.title,
            remedy=_("Passez-la à l’état «\u00a0terminée\u00a0»."),
        )


def practice_values(action: Action) -> dict[str, Any]:
    """The fields of a practice's sheet, as far as the plan and the project know them."""
    project = action.project
    return {
        "title": action.title,
        "summary": shorten(action.words or (project.summary if project else ""), 400),
        "needs": [action.need] if action.need else [],
        "issues": _codes(project, "issues"),
        "sectors": _codes(project, "sector"),
        "problem": _problem(action),
        "done": _done(action)[:LONGEST_TEXT],
        "failed": "\n".join(_what_went_wrong(action))[:LONGEST_TEXT],
        "partners": _partners(action),
        "since": action.starts_on.isoformat() if action.starts_on else "",
        "months": _months(action),
        "costs": list(_costs(action)),
        "results": list(_results(action)),
        "sources": list(_sources(action)),
    }


def _codes(project: Any, name: str) -> list[str]:
    value = getattr(project, name, None) or []
    return [value] if isinstance(value, str) else list(value)


def _problem(action: Action) -> str:
    found = recommendation_of(action.recommendation)
    parts = []
    if action.need:
        parts.append(_("Besoin des acteurs\u00a0: %(need)s.") % {"need": action.get_need_display()})
    if found is not None:
        parts.append(_("Recommandation du diagnostic\u00a0: %(title)s.") % {"title": found.title})
    return " ".join(parts)


def _done(action: Action) -> str:
    steps = [f"- {one.title}" for one in action.steps.all() if one.done_on]
    return "\n".join([action.words, *steps]).strip()


def _what_went_wrong(action: Action) -> Iterator[str]:
    for change in action.state_changes.filter(after=ActionState.BLOCKED).order_by("on", "pk"):
        yield f"{change.on:%d/%m/%Y}\u00a0: {change.cause}"


def _partners(action: Action) -> list[str]:
    carried = action.co_leaders.filter(reply=Reply.ACCEPTED).values_list("organisation__name", flat=True)
    shared = action.shares.filter(reply=Reply.ACCEPTED).values_list("territory__name", flat=True)
    helped = action.partners.values_list("name", flat=True)
    return list(dict.fromkeys([*carried, *shared, *helped]))


def _months(action: Action) -> int | None:
    if action.starts_on is None or action.ended_on is None or action.ended_on < action.starts_on:
        return None
    return max(1, round((action.ended_on - action.starts_on).days / 30.44))


def _costs(action: Action) -> Iterator[dict[str, Any]]:
    """What was paid, by nature."""
    paid = Entry.objects.filter(line__action=action, kind=EntryKind.PAID)
    sums = paid.order_by("line__nature").values("line__nature").annotate(total=Sum("amount"))
    for one in sums:
        if one["total"] > 0:
            yield {"nature": one["line__nature"], "amount": one["total"], "period": Period.ONCE.value}


def _results(action: Action) -> Iterator[dict[str, str]]:
    yield {"what": action.result, "evidence": action.result_evidence}
    for indicator in action.indicators.all():
        last = indicator.values.order_by("on", "pk").last()
        if last is not None:
            yield {"what": _measured(indicator, last), "evidence": indicator.source}


def _measured(indicator: Indicator, last: IndicatorValue) -> str:
    told = _("%(title)s\u00a0: %(value)s %(unit)s au %(day)s") % {
        "title": indicator.title,
        "value": last.value_told,
        "unit": indicator.unit,
        "day": f"{last.on:%d/%m/%Y}",
    }
    if indicator.baseline is not None:
        told += _(", contre %(value)s au départ") % {"value": indicator.baseline_told}
    return squeeze(told)


def _sources(action: Action) -> Iterator[dict[str, str]]:
    """The action itself where everyone reads it: its page leads back to the need and to what was paid."""
    if action.is_public and action.plan.published_on is not None:
        yield {
            "title": _("Plan d’action «\u00a0%(title)s\u00a0»") % {"title": action.plan.title},
            "url": settings.PUBLIC_URL + reverse("plans:action", args=[action.public_id]),
        }
