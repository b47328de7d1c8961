"""What the actors need and what stops them, as their survey told it."""

from __future__ import annotations

from typing import Any

from terreau.core.numbers import french_number, french_quantity
from terreau.diagnosis.content import Column, Line, Part, Picture, Table
from terreau.diagnosis.drawings import Drawings
from terreau.diagnosis.evidence import Obstacle, Survey
from terreau.diagnosis.facts import Facts
from terreau.diagnosis.findings import is_pressing
from terreau.diagnosis.rules import round_to
from terreau.diagnosis.wording import COLON, SEMICOLON, quoted

TITLE = "Les besoins des acteurs"
_QUADRANTS = {
    "act": "agir d’abord",
    "keep": "préserver",
    "watch": "surveiller",
    "enough": "assez servi",
}
_COLUMNS = (
    ("ecart", "Écart", "sur 5", 1, "écart entre importance et satisfaction, de 0 à 5"),
    ("bas", "De", "sur 5", 1, "borne basse de l’écart, à 90\u00a0%"),
    ("haut", "À", "sur 5", 1, "borne haute de l’écart, à 90\u00a0%"),
    ("importance", "Importance", "sur 5", 1, "importance moyenne, de 1 à 5"),
    ("satisfaction", "Satisfaction", "sur 5", 1, "satisfaction moyenne, de 1 à 5"),
    ("rang", "Rang", "rang", 0, "rang de l’écart, 1 pour le plus grand"),
    ("reponses", "Réponses", "réponses", 0, "acteurs qui ont donné leur avis"),
)


def build(facts: Facts, drawings: Drawings) -> Part | None:
    """The needs by the size of their gap, and the obstacles named the most blocking."""
    survey = facts.evidence.survey
    if survey is None or not survey.needs:
        return None
    return Part(
        key="besoins",
        title=TITLE,
        texts=tuple(text for text in (_sample(survey), _strongest(survey)) if text),
        pictures=_picture(survey, drawings),
        tables=tuple(table for table in (_needs(facts, survey), _obstacles(facts, survey)) if table),
        notes=(
            "Le rang d’un besoin a son incertitude\u00a0: deux besoins dont les bornes se recouvrent ne "
            "sont pas départagés.",
        ),
    )


def _sample(survey: Survey) -> str:
    text = f"{quoted(survey.title)}{COLON}{french_quantity(survey.answers, 'réponses', 0)}"
    if survey.population:
        text += f", pour {french_quantity(survey.population, 'organisations connues', 0)}"
    if survey.margin is not None:
        text += f"{SEMICOLON}marge de {french_number(survey.margin, 1)} points, à 95\u00a0%"
    weighted = "redressées d’après l’annuaire" if survey.weighted else "non redressées"
    return f"{text}. Réponses {weighted}."


def _strongest(survey: Survey) -> str:
    found = [one for one in survey.needs if is_pressing(one)]
    if not found:
        return ""
    told = SEMICOLON.join(f"{one.label} ({french_number(one.score, 1)} sur 5)" for one in found[:5])
    return f"Besoins les plus forts, par l’écart entre importance et satisfaction{COLON}{told}."


def _picture(survey: Survey, drawings: Drawings) -> tuple[Picture, ...]:
    bars = [(one.label, one.score) for one in survey.needs]
    if len(bars) < 2:
        return ()
    return (drawings.bars("besoins", bars, title="Écart de chaque besoin, de 0 à 5", decimals=1),)


def _about(facts: Facts, survey: Survey) -> dict[str, Any]:
    return {
        "date": survey.date,
        "perimeter": facts.perimeter,
        "source": f"enquête {quoted(survey.title)}, édition n°\u00a0{survey.edition}",
        "reliability": f"enquête, {french_quantity(survey.answers, 'réponses', 0)}",
        "simulated": survey.simulated,
    }


def _needs(facts: Facts, survey: Survey) -> Table:
    columns = (
        Column("suite", "Suite"),
        *(Column(key, label, unit, decimals, counted) for key, label, unit, decimals, counted in _COLUMNS),
    )
    lines = [
        Line(
            one.code,
            one.label,
            (
                _QUADRANTS.get(one.quadrant, ""),
                round_to(one.score, 1),
                round_to(one.low, 1),
                round_to(one.high, 1),
                round_to(one.importance, 1),
                round_to(one.satisfaction, 1),
                one.rank,
                one.answers,
            ),
            survey.url,
        )
        for one in survey.needs
    ]
    return Table(
        "besoins", "Besoins, du plus grand écart au plus petit", "Besoin", columns, tuple(lines),
        method="besoins", **_about(facts, survey),
    )  # fmt: skip


def _obstacles(facts: Facts, survey: Survey) -> Table | None:
    if not survey.obstacles:
        return None
    counted = "acteurs qui ont nommé leur obstacle le plus bloquant"
    answers = {one.answers for one in survey.obstacles}
    whole = answers.pop() if len(answers) == 1 else None
    columns = (
        Column("nombre", "Citations", "acteurs", counted=counted),
        Column("reponses", "Réponses", "réponses", counted=counted),
        Column("part", "Part", "%", 1, f"part des {counted}", over="nombre", denominator=whole),
    )
    lines = [
        Line(one.category, one.label, (one.count, one.answers, _share(one)), survey.url)
        for one in survey.obstacles
    ]
    return Table(
        "obstacles", "Obstacles nommés les plus bloquants", "Obstacle", columns, tuple(lines),
        method="obstacles", **_about(facts, survey),
    )  # fmt: skip


def _share(one: Obstacle) -> float | None:
    return round_to(100 * one.count / one.answers, 1) if one.answers else None
