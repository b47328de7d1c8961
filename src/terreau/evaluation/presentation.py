"""Marks, values and comparisons in words that an elected official reads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from terreau.core.numbers import french_number, french_quantity
from terreau.evaluation.enums import Outcome
from terreau.evaluation.gathering import Gathered
from terreau.evaluation.headline import Line
from terreau.evaluation.models import Candidate
from terreau.evaluation.rules import (
    BETWEEN,
    HIGH,
    LOW,
    MAYBE_VETO,
    UNSURE,
    VETO,
    Interval,
    Proposal,
    Thresholds,
)
from terreau.framework.enums import College

TONES: Final = {Outcome.SELECTED: "good", Outcome.ASIDE: "warn", Outcome.REWORK: "warn"}
# What a meeting can discuss; the others are folded.
MOST_GAPS: Final = 12
# The places that a table has a column for; the later ones are one more.
MOST_PLACES: Final = 5


def value_words(value: float) -> str:
    """« 62,5 »: cut to a decimal, never raised to a threshold."""
    return french_number(math.floor(round(10 * value, 6)) / 10)


def interval_words(of: Sequence[float]) -> str:
    """« 62 », or « de 45,5 à 62 » where marks are missing."""
    return _between(*map(value_words, of))


def _between(low: str, high: str) -> str:
    return low if low == high else _("de %(low)s à %(high)s") % {"low": low, "high": high}


def outcome_words(outcome: str) -> str:
    """« Retenu », « À reprendre », « Écarté », « À compléter »."""
    return str(Outcome(outcome).label if outcome else _("à compléter")).capitalize()


def reason_words(proposal: Proposal, value: Interval, bars: Thresholds) -> str:
    """Why this is proposed, in one sentence."""
    told = {"value": interval_words(value), "keep": bars.keep_from, "leave": bars.leave_under}
    words = {
        VETO: _(
            "Le risque financier n’est pas maîtrisé (note sous 1)\u00a0: à reprendre, quel que soit le reste."
        ),
        HIGH: _("Vaut %(value)s sur 100\u00a0: au moins %(keep)s."),
        BETWEEN: _("Vaut %(value)s sur 100\u00a0: entre %(leave)s et %(keep)s."),
        LOW: _("Vaut %(value)s sur 100\u00a0: moins de %(leave)s."),
        UNSURE: _("Vaut %(value)s sur 100\u00a0: des notes manquent, et ce qui est proposé en dépend."),
        MAYBE_VETO: _(
            "La note du risque financier manque en partie\u00a0: on ne sait pas s’il est maîtrisé."
        ),
    }
    return words[proposal.reason] % told


def shown_line(gathered: Gathered, line: Line) -> dict[str, Any]:
    """One project of the list of results."""
    outcome = line.proposal.outcome
    return {
        "candidate": line.candidate,
        "project": line.candidate.project,
        "value": interval_words(line.value),
        "low": round(line.value[0]),
        "width": max(1, round(line.value[1] - line.value[0])) if not line.is_sure else 0,
        "middle": round(line.middle),
        "rank": line.rank,
        "marks": [interval_words(line.marks[key]) for key in gathered.keys],
        "outcome": outcome_words(outcome),
        "tone": TONES[Outcome(outcome)] if outcome else "",
        "reason": reason_words(line.proposal, line.value, gathered.evaluation.thresholds),
        "missing": _missing(gathered, line.candidate),
    }


def _missing(gathered: Gathered, candidate: Candidate) -> list[str]:
    """The criteria that somebody did not mark."""
    found = []
    for one in gathered.criteria:
        marks = [mark for ones in gathered.marks_of(candidate, one.key).values() for mark in ones]
        if not marks or None in marks:
            found.append(one.label)
    return found


def discussion(gathered: Gathered) -> dict[str, Any]:
    """What members see differently in the first round, with what they say for it; by college, no name."""
    shown = [
        {
            "project": candidate.project,
            "criterion": one.label,
            "gap": width,
            "said": _said(gathered, candidate, one.key),
        }
        for candidate, one, width in gathered.gaps()
    ]
    return {"gaps": shown[:MOST_GAPS], "more": shown[MOST_GAPS:]}


def _said(gathered: Gathered, candidate: Candidate, key: str) -> list[dict[str, Any]]:
    """The marks of each college on one criterion, the lowest first, each with its evidence."""
    found: list[dict[str, Any]] = []
    for code, label in College.choices:
        given = [
            voice.first[candidate.pk][key]
            for voice in gathered.voices
            if voice.college == code
            and voice.speaks_of(candidate)
            and voice.first.get(candidate.pk, {}).get(key, {}).get("mark") is not None
        ]
        given.sort(key=lambda one: (one["mark"], one["evidence"]))
        if given:
            found.append({"college": str(label), "marks": given})
    return found


# --- The comparison -------------------------------------------------------------------------------------


def percent_words(share: float) -> str:
    """A frequency, never « 100 % » for what is not always so, nor « 0 % » for what sometimes is."""
    percent = round(100 * share)
    if percent in (0, 100) and share not in (0, 1):
        return _("moins de 1\u00a0%") if percent == 0 else _("plus de 99\u00a0%")
    return french_quantity(percent, "%", 0)


def share_words(share: float) -> str:
    """The same as a sentence begins: « toutes les », « 62 % des »."""
    return _("toutes les") if share >= 1 else _("%(percent)s des") % {"percent": percent_words(share)}


def shown_result(result: Mapping[str, Any], criteria: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The whole result, as it was kept: of an evaluation, or of a decision."""
    labels = {one["key"]: one["label"] for one in criteria}
    titles = {one["id"]: one["title"] for one in result["projects"]}
    comparison = result["comparison"]
    return {
        "weights": [(label, french_number(result["weights"][key], 1)) for key, label in labels.items()],
        "members": _members(result["members"], labels) if result["members"] else None,
        "comparison": _comparison(comparison, titles, labels) if comparison else None,
    }


def _members(members: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    colleges = [code for code in (*College.values, "") if code in members["colleges"]]
    return {
        "colleges": [
            {"label": College(code).label if code else _("comité"), "count": members["members"][code]}
            for code in colleges
        ],
        "rows": [
            {
                "label": label,
                "all": french_number(members["weights"][key], 1),
                "colleges": [french_number(members["colleges"][code][key], 1) for code in colleges],
                "spread": _between(
                    *(french_number(members["spreads"][key][end], 1) for end in ("least", "greatest"))
                ),
            }
            for key, label in labels.items()
        ],
    }


def _comparison(
    of: Mapping[str, Any], titles: Mapping[str, str], labels: Mapping[str, str]
) -> dict[str, Any]:
    ordered, count = of["ordered"], of["count"]
    among = _("pondérations qui respectent l’ordre des cartes") if ordered else _("pondérations possibles")
    places = len(next(iter(of["projects"].values()))["acceptability"])
    return {
        "count": count,
        "error": french_number(100 * of["error"], 1),
        "draws": of["draws"],
        "seed": of["seed"],
        "ordered": ordered,
        "places": [
            _("%(place)dᵉ") % {"place": at} if at > 1 else _("1ᵉʳ")
            for at in range(1, min(places, MOST_PLACES) + 1)
        ],
        "beyond": places > MOST_PLACES,
        "vetoed": [title for key, title in titles.items() if key not in of["projects"]],
        "projects": [
            {
                "title": titles[key],
                "top": key in of["top"],
                "sentence": _steadiness(one["among"], among),
                "places": [percent_words(share) for share in _first_places(one["acceptability"])],
                "central": _central(one["central_weights"], labels),
                "flow": french_number(one["flow"], 2),
                "flow_rank": one["flow_rank"],
                "value_rank": one["value_rank"],
            }
            for key, one in ((key, of["projects"][key]) for key in titles if key in of["projects"])
        ],
        "divergence": _divergence(of, titles),
        "ranges": [_range(label, of["ranges"][key]) for key, label in labels.items()],
    }


def _first_places(shares: Sequence[float]) -> list[float]:
    """How often a project comes first, second… and, where there are many places, at a later one."""
    later = shares[MOST_PLACES:]
    return [*shares[:MOST_PLACES], *([min(1.0, max(0.0, sum(later)))] if later else [])]


def _steadiness(share: float, among: str) -> str:
    """« sélectionné dans 96 % des pondérations possibles »."""
    told = {"share": share_words(share), "among": among}
    if share <= 0:
        return _("jamais sélectionné, dans aucune des %(among)s") % told
    return _("sélectionné dans %(share)s %(among)s") % told


def _central(weights: Mapping[str, float] | None, labels: Mapping[str, str]) -> str:
    """The weights that put a project first on average; nothing when none does."""
    if weights is None:
        return ""
    ones = sorted(weights.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{labels[key]} {french_number(weight, 0)}\u00a0%" for key, weight in ones)


def _divergence(of: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    """Whether comparing two by two would select others."""
    by_flow = {key for key, one in of["projects"].items() if one["flow_rank"] <= of["count"]}
    top = set(of["top"])
    return {
        "same": by_flow == top,
        "entering": [titles[key] for key in sorted(by_flow - top)],
        "leaving": [titles[key] for key in sorted(top - by_flow)],
    }


def _range(label: str, one: Mapping[str, float]) -> dict[str, Any]:
    weight, low, high = (french_number(one[name], 0) for name in ("weight", "low", "high"))
    if one["low"] <= 0 and one["high"] >= 100:
        words = _("la sélection ne dépend pas de ce poids")
    elif low == high:
        words = _("au moindre changement de ce poids, la sélection peut changer")
    else:
        words = _("la sélection reste la même tant que ce poids va de %(low)s à %(high)s\u00a0%%") % {
            "low": low,
            "high": high,
        }
    return {
        "label": label,
        "weight": weight,
        "words": words,
        "low": round(one["low"]),
        "width": max(1, round(one["high"] - one["low"])),
        "at": round(one["weight"]),
    }
