"""What a diagnosis found: each need, obstacle, statement, barrier, practice or sign, with its weight.

A finding is what a line of the strengths and weaknesses points to, and what a recommendation answers. Its
impact and its certainty, from 1 to 5, are given by rule; so is its side. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from terreau.core.numbers import french_number, french_quantity
from terreau.diagnosis.evidence import (
    Barrier,
    Evidence,
    Framework,
    Need,
    Obstacle,
    Practice,
    Statement,
    Survey,
)
from terreau.diagnosis.rules import Figure

STRENGTH, WEAKNESS, OPPORTUNITY, THREAT = "strength", "weakness", "opportunity", "threat"
SIDES: Final = (STRENGTH, WEAKNESS, OPPORTUNITY, THREAT)
STRONGEST: Final = 5  # ranks of the needs that call for an answer
NAMED_BY: Final = 0.2  # share of actors from which an obstacle counts
LEAST, MOST = 1, 5
_WITHIN: Final = frozenset({"commune", "grouping"})
# What a need, a kind of obstacle, an area of the grid or a sign are about: what is crossed must share one.
THEMES: Final[Mapping[str, tuple[str, ...]]] = {
    "microcredit": ("finance",), "cofinancing": ("finance",), "equipment": ("finance", "place"),
    "guarantee": ("finance",), "training": ("skills",), "legal_advice": ("law", "skills"),
    "management_advice": ("skills",), "premises": ("place",), "purchasing": ("market",),
    "networking": ("ties",), "incubation": ("skills", "ties"), "visibility": ("market", "ties"),
    "dialogue": ("town",), "digital": ("digital", "skills"), "status": ("law",),
    "legal": ("law",), "financial": ("finance",), "market": ("market",), "skills": ("skills",),
    "land": ("place",), "administrative": ("town",), "cultural": ("ties",),
    "culture": ("ties",), "institutions": ("town",), "law": ("law",), "finance": ("finance",),
    "markets": ("market",), "impact": ("knowledge",), "data": ("knowledge",), "innovation": ("ties",),
    "concentration": ("ties",), "confirmees": ("knowledge",), "densite": ("knowledge",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found, and how much it weighs.

    Attributes:
        key: stable identifier inside an edition: « besoin.microcredit ».
        kind: need, obstacle, statement, barrier, practice, sign.
        code: what the rules ask of: a need, a category of obstacle, an area of the grid, a figure.
        label: what it says, in a line.
        proof: the figures or the text it rests on, in words.
        side: where it stands, empty where it is neither for nor against.
        impact: from 1 to 5.
        certainty: from 1 to 5.
        pressing: whether it calls for an answer.
        themes: what it is about.
        url: where it can be read.
    """

    key: str
    kind: str
    code: str
    label: str
    proof: str
    side: str = ""
    impact: int = LEAST
    certainty: int = LEAST
    pressing: bool = False
    themes: tuple[str, ...] = ()
    url: str = ""


def find(evidence: Evidence, figures: Mapping[str, Figure]) -> tuple[Finding, ...]:
    """All that is found in what was published and in the figures of the edition itself."""
    found: list[Finding] = []
    if evidence.survey:
        found += (_need(one, evidence.survey) for one in evidence.survey.needs)
        found += (_obstacle(one, evidence.survey) for one in evidence.survey.obstacles)
    if evidence.framework:
        found += (_statement(one) for one in evidence.framework.statements)
        found += _barriers(evidence.framework)
    weights = {one.code: one.impact for one in found if one.kind == "need"}
    found += _practices(evidence.practices, weights)
    found += _signs(figures)
    return tuple(found)


def scaled(value: float) -> int:
    """A weight brought to a whole number from 1 to 5."""
    return max(LEAST, min(MOST, math.floor(value + 0.5)))


def step(value: float, bounds: Iterable[float]) -> int:
    """One, and one more for each bound that the value reaches."""
    return scaled(LEAST + sum(value >= bound for bound in bounds))


def themes_of(code: str) -> tuple[str, ...]:
    """What a code is about."""
    return THEMES.get(code, ())


def is_pressing(need: Need) -> bool:
    """Whether a need calls for an answer: important and badly met, or among the first ranks."""
    return need.quadrant == "act" or (need.rank <= STRONGEST and need.quadrant != "enough")


def _need(one: Need, survey: Survey) -> Finding:
    pressing = is_pressing(one)
    kept = one.quadrant == "keep" and not pressing
    width = one.high - one.low if one.low is not None and one.high is not None else None
    interval = (
        f" ({french_number(one.low or 0, 1)} à {french_number(one.high or 0, 1)})"
        if width is not None
        else ""
    )
    ranks = f" ({one.best} à {one.worst})" if one.best < one.worst else ""
    return Finding(
        key=f"besoin.{one.code}",
        kind="need",
        code=one.code,
        label=f"Besoin important et satisfait\u00a0: {one.label}" if kept else f"Besoin\u00a0: {one.label}",
        proof=(
            f"écart de {french_number(one.score, 1)} sur 5{interval}, rang {one.rank}{ranks}, "
            f"{french_quantity(one.answers, 'réponses', 0)}"
        ),
        side=STRENGTH if kept else WEAKNESS if pressing else "",
        impact=scaled(one.importance if kept else one.score),
        # The narrower the interval, the surer.
        certainty=2 if width is None else MOST - sum(width > bound for bound in (0.5, 1.0, 1.5, 2.0)),
        pressing=pressing,
        themes=themes_of(one.code),
        url=survey.url,
    )


def _obstacle(one: Obstacle, survey: Survey) -> Finding:
    share = one.count / one.answers if one.answers else 0.0
    pressing = share >= NAMED_BY
    return Finding(
        key=f"obstacle.{one.category}",
        kind="obstacle",
        code=one.category,
        label=f"Obstacle nommé le plus bloquant\u00a0: {one.label}",
        proof=f"cité par {french_number(one.count)} des {french_number(one.answers)} qui ont répondu",
        side=THREAT if pressing else "",
        impact=step(share, (0.1, 0.2, 0.3, 0.4)),
        certainty=step(one.answers, (10, 30, 50, 100)),
        pressing=pressing,
        themes=themes_of(one.category),
        url=survey.url,
    )


def _statement(one: Statement) -> Finding:
    good = one.verdict == "strength"
    within = one.level in _WITHIN
    score = one.score if one.score is not None else (8.0 if good else 2.0)
    return Finding(
        key=f"cadre.{one.code}",
        kind="statement",
        code=one.area,
        label=f"{one.label.rstrip('.')} ({one.verdict_label}, {one.level_label})",
        proof=one.proof,
        side=(STRENGTH if within else OPPORTUNITY) if good else (WEAKNESS if within else THREAT),
        impact=scaled((score if good else 10 - score) / 2),
        certainty=max(LEAST, step(one.judges or 0, (3, 6, 10, 15)) - one.disputed),
        pressing=not good,
        themes=tuple(dict.fromkeys(theme for code in (one.area, *one.needs) for theme in themes_of(code))),
        url=one.url,
    )


def _barriers(framework: Framework) -> Iterable[Finding]:
    return (_barrier(one) for one in framework.barriers)


def _barrier(one: Barrier) -> Finding:
    lifted = one.state == "lifted"
    side = STRENGTH if lifted else WEAKNESS if one.lifter == "town" else THREAT
    return Finding(
        key=f"frein.{one.key}",
        kind="barrier",
        code=one.category,
        label=f"{'Frein levé' if lifted else 'Frein'}\u00a0: {one.label}",
        proof=f"{one.category_label}, {one.state_label}, peut être levé par {one.lifter_label}",
        side=side,
        impact=scaled(one.severity),
        certainty=scaled(one.probability),
        pressing=not lifted,
        themes=themes_of(one.category),
        url=one.url,
    )


def _practices(practices: Iterable[Practice], weights: Mapping[str, int]) -> Iterable[Finding]:
    seen: set[str] = set()
    for one in practices:
        if one.key in seen:
            continue
        seen.add(one.key)
        yield Finding(
            key=f"pratique.{one.key}",
            kind="practice",
            code=one.need,
            label=f"Une pratique répond au besoin «\u00a0{one.need_label}\u00a0»\u00a0: {one.title}",
            proof=f"{one.place}\u00a0: {one.reason}",
            side=OPPORTUNITY,
            impact=weights.get(one.need, LEAST),
            certainty=4 if one.confirmed else 2,
            themes=themes_of(one.need),
            url=one.url,
        )


@dataclass(frozen=True, slots=True)
class _Sign:
    """A figure of the directory that speaks for or against: from which value, how much it weighs."""

    figure: str
    code: str
    label: str
    side: str
    impact: int
    at_least: float | None = None
    below: float | None = None


_SIGNS: Final = (
    _Sign("concentration", "concentration", "Une famille domine l’ESS connue", WEAKNESS, 2, at_least=0.6),
    _Sign("concentration", "concentration", "Des familles variées", STRENGTH, 3, below=0.3),
    _Sign("confirmees", "confirmees", "Un annuaire peu confirmé", WEAKNESS, 2, below=25),
    _Sign("confirmees", "confirmees", "Un annuaire confirmé", STRENGTH, 3, at_least=60),
)  # fmt: skip
_GRADES: Final = (("très bonne", 5), ("très faible", 1), ("bonne", 4), ("moyenne", 3), ("faible", 2))


def _signs(figures: Mapping[str, Figure]) -> Iterable[Finding]:
    for sign in _SIGNS:
        figure = figures.get(sign.figure)
        if figure is None or figure.value is None or not _holds(sign, figure.value):
            continue
        quantity = french_quantity(figure.value, "%" if figure.unit == "%" else "", figure.decimals)
        yield Finding(
            key=f"chiffre.{figure.id}",
            kind="sign",
            code=sign.code,
            label=sign.label,
            proof=f"{figure.label}\u00a0: {quantity}",
            side=sign.side,
            impact=sign.impact,
            certainty=next((score for word, score in _GRADES if word in figure.reliability), 2),
            pressing=sign.side == WEAKNESS,
            themes=themes_of(sign.code),
        )


def _holds(sign: _Sign, value: float) -> bool:
    return (sign.at_least is None or value >= sign.at_least) and (sign.below is None or value < sign.below)
