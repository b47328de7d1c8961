"""A judged grid in words, for the page of those who prepare it and for the one that all read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from terreau.core.numbers import french_number
from terreau.framework.enums import (
    BarrierCategory,
    BarrierState,
    College,
    Level,
    Lever,
    Lifter,
    Reliability,
    Verdict,
)
from terreau.framework.rules import LEAST_JUDGES, criticality

# What a meeting can discuss; the others are folded.
MOST_GAPS = 8
TONES = {Verdict.STRENGTH: "good", Verdict.WEAKNESS: "warn", Verdict.ABSENT: "warn"}


def told(content: dict[str, Any]) -> dict[str, Any]:
    """What the pages of a judged grid show."""
    statements = {one["key"]: one for area in content["areas"] for one in area["statements"]}
    return {
        "content": content,
        "colleges": [
            {"label": label, "count": content["judges"].get(code, 0)} for code, label in College.choices
        ],
        "judges": sum(content["judges"].values()),
        "least": LEAST_JUDGES,
        "overall": _number(content["overall"]),
        "areas": [_area(area) for area in content["areas"]],
        "verdicts": [
            {
                "label": label,
                "lead": lead,
                "tone": TONES[Verdict(code)],
                "ones": [
                    finding_in_words(one)
                    for one in statements.values()
                    if one["finding"] and one["finding"]["verdict"] == code
                ],
            }
            for code, label, lead in _verdict_titles()
        ],
        "gaps": [_gap(statements[key]) for key in content["gaps"][:MOST_GAPS]],
        "more_gaps": [_gap(statements[key]) for key in content["gaps"][MOST_GAPS:]],
        "agreement": _agreement(content["agreement"]),
        "barriers": [barrier_in_words(one) for one in content["barriers"]],
    }


def _verdict_titles() -> list[tuple[str, str, str]]:
    """Each verdict with its title, and what to read under it: the grid affirms, the finding may deny."""
    return [
        (Verdict.STRENGTH, _("Forces"), ""),
        (
            Verdict.WEAKNESS,
            _("Faiblesses"),
            _("La grille affirme ; ici, ces affirmations ne sont pas vraies, ou pas assez."),
        ),
        (
            Verdict.ABSENT,
            _("Ce qui n’existe pas"),
            _("La grille affirme ; ici, ce qu’elle affirme n’a pas été trouvé."),
        ),
    ]


def _number(value: float | None) -> str:
    return french_number(value, 1) if value is not None else ""


def _area(area: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": area["key"],
        "label": area["label"],
        "value": _number(area["value"]),
        "width": round(area["value"] * 10) if area["value"] is not None else 0,
        "colleges": [_number(area["colleges"].get(code)) for code in College.values],
        "statements": [
            {
                "text": one["text"],
                "value": _number(one["value"]),
                "colleges": [_number(one["colleges"].get(code)) for code in College.values],
                "verdict": Verdict(one["finding"]["verdict"]).label if one["finding"] else "",
            }
            for one in area["statements"]
        ],
    }


def finding_in_words(one: dict[str, Any]) -> dict[str, Any]:
    """A statement with what was found of it."""
    finding = one["finding"]
    return {
        "text": one["text"],
        "value": _number(one["value"]),
        "words": finding["words"],
        "level": Level(finding["level"]).label,
        "lever": Lever(finding["lever"]).label,
        "lever_words": finding["lever_words"],
        "title": finding["title"],
        "article": finding["article"],
        "dated": finding["dated"],
        "url": finding["url"],
        "law": finding["law"],
        "reliability": Reliability(finding["reliability"]).label if finding["reliability"] else "",
    }


def _gap(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": one["text"],
        "gap": _number(one["gap"]),
        "colleges": [
            {"label": label, "value": _number(one["colleges"][code])}
            for code, label in College.choices
            if code in one["colleges"]
        ],
    }


def _agreement(of: dict[str, Any]) -> dict[str, str]:
    """The two measures with what they mean in words; nothing where they are not told."""
    return {
        "w": french_number(of["w"], 2) if of["w"] is not None else "",
        "w_words": _strength(of["w"], ((0.7, _("fort")), (0.4, _("moyen"))), _("faible")),
        "ranked": str(of["ranked"]),
        "kappa": french_number(of["kappa"], 2) if of["kappa"] is not None else "",
        "kappa_words": _strength(of["kappa"], ((0.6, _("fort")), (0.2, _("moyen"))), _("faible")),
    }


def _strength(value: float | None, steps: tuple[tuple[float, str], ...], lowest: str) -> str:
    if value is None:
        return ""
    return next((word for least, word in steps if value >= least), lowest)


def barrier_in_words(one: dict[str, Any]) -> dict[str, Any]:
    """A published barrier."""
    return {
        **one,
        "category": BarrierCategory(one["category"]).label,
        "lifter": Lifter(one["lifter"]).label,
        "state": BarrierState(one["state"]).label,
        "criticality": criticality(one["probability"], one["severity"]),
    }
