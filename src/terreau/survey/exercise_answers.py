"""Answers drawn by lot for exercise and measure: plausible, seeded, and never those of anyone.

Pure. Each need has a profile of its own, told apart by family, so that results have something to show:
needs that matter and are ill served, others that matter less, and needs on which families differ.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from terreau.survey.definition import NOT_APPLICABLE, Question, Questionnaire
from terreau.survey.enums import Need
from terreau.survey.reading import is_asked

# Mean importance and satisfaction drawn around; satisfaction is rarely high where importance is.
PROFILES: Final[Mapping[str, tuple[float, float]]] = {
    Need.MICROCREDIT: (3.4, 2.4),
    Need.COFINANCING: (4.5, 1.8),
    Need.EQUIPMENT: (4.1, 2.0),
    Need.GUARANTEE: (3.2, 2.2),
    Need.TRAINING: (4.0, 2.9),
    Need.LEGAL_ADVICE: (3.3, 2.6),
    Need.MANAGEMENT_ADVICE: (3.7, 2.5),
    Need.PREMISES: (4.4, 1.9),
    Need.PURCHASING: (3.9, 1.7),
    Need.NETWORKING: (3.6, 3.3),
    Need.INCUBATION: (2.7, 2.8),
    Need.VISIBILITY: (3.8, 2.9),
    Need.DIALOGUE: (4.2, 2.7),
    Need.DIGITAL: (3.1, 3.2),
    Need.STATUS: (2.9, 3.0),
}
# What an undeclared group or a cooperative lacks is not what an association lacks.
_BY_FAMILY: Final[Mapping[str, Mapping[str, float]]] = {
    "groupement_informel": {Need.MICROCREDIT: 1.0, Need.STATUS: 1.4, Need.PURCHASING: -0.8},
    "cooperative": {Need.EQUIPMENT: 0.6, Need.GUARANTEE: 0.8, Need.PURCHASING: 0.6},
    "association": {Need.COFINANCING: 0.3, Need.PREMISES: 0.3},
}
_FAMILY_SHARES: Final[Mapping[str, float]] = {
    "association": 58,
    "cooperative": 15,
    "groupement_informel": 14,
    "entreprise_sociale": 6,
    "mutuelle": 4,
    "fondation": 2,
    "other": 1,
}
_COUNTS: Final[Mapping[str, float]] = {
    "members_women": 26,
    "members_men": 22,
    "members_young": 14,
    "jobs_women": 2.5,
    "jobs_men": 2,
    "jobs_young": 1.5,
}
# Said of every text, so that none can be taken for what a person wrote.
DRAWN_TEXT: Final = "Texte d’exercice, écrit par personne."


def draw_answers(
    questionnaire: Questionnaire, count: int, seed: int, places: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """Values of answers to a questionnaire, the same for the same seed.

    Args:
        questionnaire: what is asked, of actors or of another college.
        count: how many answers.
        seed: what the draw begins with.
        places: public codes of territories that a question of place may be answered by.

    Yields:
        The values of one answer, as `answers.receive` takes them.
    """
    chance = random.Random(seed)  # noqa: S311  (nothing to guess)
    questions = tuple(questionnaire.questions())
    for _number in range(count):
        yield _one_answer(questions, chance, places)


def _one_answer(
    questions: Sequence[Question], chance: random.Random, places: Sequence[str]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    # Some are content with everything, others with nothing.
    mood = chance.gauss(0, 0.5)
    for question in questions:
        if not is_asked(question, values) or (not question.required and chance.random() < 0.04):
            continue
        value = _draw(question, values, chance, mood, places)
        if value not in (None, "", []):
            values[question.id] = value
    return values


def _draw(
    question: Question, values: Mapping[str, Any], chance: random.Random, mood: float, places: Sequence[str]
) -> Any:
    if question.kind == "scale":
        return _step(question, values, chance, mood)
    if question.kind == "one":
        return _code(question, values, chance)
    if question.kind == "many":
        return [
            code for rank, code in enumerate(question.codes()) if chance.random() < 0.45 / (1 + rank * 0.15)
        ]
    if question.kind == "integer":
        return _number(question, chance)
    if question.kind == "place":
        return chance.choice(places) if places else None
    if question.kind == "media":
        return None
    return DRAWN_TEXT if chance.random() < 0.3 else None


def _step(question: Question, values: Mapping[str, Any], chance: random.Random, mood: float) -> Any:
    if chance.random() < 0.06:
        return NOT_APPLICABLE
    importance, satisfaction = PROFILES.get(question.need, (3.5, 2.8))
    importance += _BY_FAMILY.get(values.get("family", ""), {}).get(question.need, 0.0)
    mean = importance if question.measure == "importance" else satisfaction + mood
    return min(5, max(1, round(chance.gauss(mean, 0.9))))


def _code(question: Question, values: Mapping[str, Any], chance: random.Random) -> str:
    codes = question.codes()
    if question.id == "family":
        return chance.choices(codes, [_FAMILY_SHARES.get(code, 1) for code in codes])[0]
    if question.id == "worst_obstacle" and values.get("obstacles"):
        return str(chance.choice(values["obstacles"]))
    return chance.choices(codes, [1 / (rank + 2) for rank in range(len(codes))])[0]


def _number(question: Question, chance: random.Random) -> int:
    if question.id == "founded":
        return chance.randint(1985, 2025)
    return int(chance.expovariate(1 / _COUNTS.get(question.id, 5)))
