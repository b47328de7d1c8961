"""A survey with many answers drawn by lot, tied to sheets of a town: what the tests of results share."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from terreau.survey.core_questionnaire import core
from terreau.survey.exercise_answers import draw_answers
from terreau.survey.models import Submission, Survey
from terreau.survey.publishing import close_survey, current_form
from tests.directory import factories
from tests.survey.world import survey_of

FAMILIES = ("association", "association", "association", "cooperative", "cooperative", "fondation")


def sheets(place: Any, count: int) -> list[Any]:
    """Fictional organisations of a town, of several families."""
    told = (
        {"name": f"Organisation d’essai n° {at}", "family": FAMILIES[at % len(FAMILIES)]}
        for at in range(count)
    )
    return factories.organisations(told, place)


def answer(
    survey: Survey, values: dict[str, Any], *, sheet: Any = None, college: str = "actors"
) -> Submission:
    """An answer that counts, written as `answers.receive` does."""
    now = timezone.now()
    return Submission.objects.create(
        survey=survey,
        form=current_form(survey),
        instance_id=f"essai-{college}-{Submission.objects.count()}",
        channel="web",
        college=college,
        state="complete",
        values=values,
        organisation=sheet,
        consented_at=now,
        consent=survey.purpose,
        started_at=now,
        completed_at=now,
    )


def answered_survey(
    place: Any = None, *, answers: int = 24, known: int = 40, others: int = 6, seed: int = 1, **more: Any
) -> tuple[Survey, Any]:
    """A closed survey of a town that knows `known` actors, of whom `answers` have answered."""
    survey, agent = survey_of(place, **more)
    asked = sheets(survey.territory, known)
    drawn = list(draw_answers(core(), answers + 2 * others, seed))
    for at in range(answers):
        values = {**drawn[at], "open_change": "Un local ouvert le soir."}
        answer(survey, values, sheet=asked[at] if at < known else None)
    for at in range(others):
        answer(survey, drawn[answers + 2 * at], college="elected")
        answer(survey, drawn[answers + 2 * at + 1], college="staff")
    return close_survey(person=agent, survey=survey), agent
