"""Surveys of the exercise, answered by lot: two of Songemont, one of Port-Fable, one of Brumeval, open."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.utils import timezone

from terreau.framework.enums import College
from terreau.project.exercise import people
from terreau.survey import answers
from terreau.survey.enums import Channel, Need
from terreau.survey.exercise_answers import draw_answers
from terreau.survey.models import Survey
from terreau.survey.publishing import close_survey, create_survey, current_form, open_survey
from terreau.survey.results import remarks, shortlist
from terreau.survey.results.models import Variant
from terreau.survey.results.population import sheets_of
from terreau.survey.results.services import publish_results
from terreau.survey.results.shortlist import Rating
from terreau.territories.services import resolve

_PURPOSE: Final = "Choisir avec les acteurs ce que la ville fera l’an prochain (exercice)."
_WORDS: Final = (
    "Un local ouvert le soir, même petit.",
    "Que la mairie réponde dans le mois.",
    "Acheter ensemble les fournitures.",
    "Qu’on nous dise quand une commande publique est à notre taille.",
)
_COLLEGES: Final = ((College.ELECTED, 12), (College.STAFF, 14))
_YES: Final = (True, True, True, True, True)
_RATINGS: Final = {
    Need.PREMISES: Rating(8, 15, 6, _YES),
    Need.COFINANCING: Rating(9, 16, 4, _YES),
    Need.PURCHASING: Rating(6, 12, 7, (True, True, True, True, False)),
    Need.TRAINING: Rating(5, 9, 8, _YES),
}


def results() -> None:
    """Songemont publishes two surveys, Port-Fable works on its own, anybody can answer Brumeval's."""
    songemont, port_fable, brumeval = people.AGENTS[:3]
    today = timezone.localdate()
    first = _answered(songemont, f"Besoins des acteurs de Songemont, {today.year - 1}", 58, seed=21)
    publish_results(person=people.person_of(songemont), survey=first)
    second = _answered(songemont, f"Besoins des acteurs de Songemont, {today.year}", 74, seed=22)
    _rated(songemont, second, today)
    publish_results(person=people.person_of(songemont), survey=second)
    third = _answered(port_fable, f"Besoins des acteurs de Port-Fable, {today.year}", 41, seed=23)
    _shown(port_fable, third)
    _opened(brumeval, f"Besoins des acteurs de Brumeval, {today.year}", 7, seed=24)


def _answered(account: people.Account, title: str, count: int, *, seed: int) -> Survey:
    """A closed survey with so many answers of actors, tied to sheets, and those of the other colleges."""
    survey = _opened(account, title, count, seed=seed)
    asked = current_form(survey).questionnaire()
    for college, others in _COLLEGES:
        for at, values in enumerate(draw_answers(asked.asked_of(college), others, seed + len(college))):
            _received(survey, f"{college}-{at}", values, college)
    return close_survey(person=people.person_of(account), survey=survey)


def _opened(account: people.Account, title: str, count: int, *, seed: int) -> Survey:
    """An open survey with so many answers of actors, tied to sheets."""
    agent, town = people.person_of(account), resolve(account.territory)
    survey = create_survey(
        person=agent, territory=town, title=title, purpose=_PURPOSE, contact=account.email, simulated=True
    )
    open_survey(person=agent, survey=survey)
    survey.refresh_from_db()
    asked = current_form(survey).questionnaire()
    sheets = list(sheets_of(town).order_by("public_id")[:count])
    for at, values in enumerate(draw_answers(asked, count, seed)):
        words = {"open_change": _WORDS[at % len(_WORDS)]} if at % 5 == 0 else {}
        sheet = sheets[at] if at < len(sheets) else None
        _received(survey, f"acteur-{at}", values | words, College.ACTORS, organisation=sheet)
    return survey


def _received(survey: Survey, key: str, values: dict[str, Any], college: str, **more: Any) -> None:
    answers.receive(
        survey=survey,
        form=current_form(survey),
        instance_id=f"exercice-{survey.pk}-{key}",
        values=values,
        channel=Channel.WEB,
        college=college,
        language="fr",
        consented_at=timezone.now(),
        consent=survey.purpose,
        **more,
    )


def _rated(account: people.Account, survey: Survey, today: date) -> None:
    shortlist.rate(
        person=people.person_of(account),
        survey=survey,
        variant=Variant.HANLON,
        committee="Commission paritaire de Songemont",
        worked_on=today,
        ratings={str(need): rating for need, rating in _RATINGS.items()},
        version=0,
    )


def _shown(account: people.Account, survey: Survey) -> None:
    """Two remarks are shown at the meeting."""
    for one in remarks.all_remarks(survey)[:2]:
        answer = survey.submissions.counted().get(pk=one.answer)
        remarks.show_remark(
            person=people.person_of(account),
            survey=survey,
            answer=answer.pk,
            question=one.question,
            text=one.given,
        )
