"""What became of the needs from one survey of a territory to the next: only questions that asked the same."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from terreau.core.numbers import french_number
from terreau.survey.definition import MEASURES
from terreau.survey.results import wording
from terreau.survey.results.comparing import change, is_clear
from terreau.survey.results.compute import ACTORS
from terreau.survey.results.content import NeedFigures, Results
from terreau.survey.results.sampling import Interval


def are_comparable(before: Results, after: Results, need: str) -> bool:
    """Whether the two scales of a need asked the same in both: their spans of versions meet."""
    names = [f"{need}.{measure}" for measure in MEASURES]
    return all(
        name in before.versions
        and name in after.versions
        and before.versions[name][0] <= after.versions[name][1]
        and after.versions[name][0] <= before.versions[name][1]
        for name in names
    )


def rows(before: Results, after: Results) -> list[dict[str, Any]]:
    """One row a need, the strongest now first: its score then and now, the change, or why there is none."""
    first, second = before.college(ACTORS), after.college(ACTORS)
    known = {one.need: one for one in first.needs} if first else {}
    needs = sorted(second.needs if second else (), key=lambda one: (one.rank is None, one.rank or 0))
    return [_row(before, after, known.get(one.need), one) for one in needs]


def _row(before: Results, after: Results, first: NeedFigures | None, second: NeedFigures) -> dict[str, Any]:
    told = {"label": wording.need_label(second.need), "refusal": _refusal(before, after, first, second)}
    if told["refusal"] or first is None:
        return told
    found = change(_interval(first), _interval(second))
    sign = "+" if found.value > 0 else ""
    return told | {
        "before": french_number(first.score.value, 2),
        "after": french_number(second.score.value, 2),
        "change": f"{sign}{french_number(found.value, 2)}",
        "bounds": wording.between(found.low, found.high)
        if is_clear(found)
        else _("le hasard peut suffire à l’expliquer"),
    }


def _refusal(before: Results, after: Results, first: NeedFigures | None, second: NeedFigures) -> str:
    if first is None:
        return _("Pas demandé dans l’enquête précédente.")
    if not are_comparable(before, after, second.need):
        return _("Pas de comparaison\u00a0: la question ne demandait pas la même chose.")
    if first.score.value is None or second.score.value is None:
        return _("Pas de comparaison\u00a0: trop peu de réponses dans l’une des deux.")
    return ""


def _interval(one: NeedFigures) -> Interval:
    value = one.score.value or 0.0
    return Interval(
        value,
        value if one.score.low is None else one.score.low,
        value if one.score.high is None else one.score.high,
    )
