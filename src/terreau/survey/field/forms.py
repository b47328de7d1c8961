"""The form of a survey for the field, from what the survey is today."""

from __future__ import annotations

from django.conf import settings

from terreau.survey.definition import in_language
from terreau.survey.enums import SurveyState
from terreau.survey.field import pictograms
from terreau.survey.field.texts import SIMULATED
from terreau.survey.field.xlsform import MOST_PLACES, Asked
from terreau.survey.models import FormVersion, Survey
from terreau.survey.publishing import current_form
from terreau.territories.models import Territory


def asked_in_field(form: FormVersion) -> Asked:
    """What the form of this version asks on telephones."""
    survey = form.survey
    questionnaire = form.questionnaire()
    placed = any(question.kind == "place" for question in questionnaire.questions())
    return Asked(
        form_id=survey.slug,
        version=form.number,
        title=survey.title,
        purpose={language: purpose_told(survey, language) for language in questionnaire.languages()},
        contact=survey.contact,
        territory=survey.territory.name,
        questionnaire=questionnaire,
        oral=survey.oral,
        places=_places(survey.territory) if placed else (),
    )


def purpose_told(survey: Survey, language: str) -> str:
    """What the answers are for, and first that they are none, where one only practises."""
    warnings = [str(settings.INSTANCE_NOTICE)]
    if survey.simulated and not settings.INSTANCE_NOTICE:
        warnings.append(in_language(SIMULATED, language))
    return "\n\n".join(part for part in (*warnings, survey.text("purpose", language)) if part)


def _places(territory: Territory) -> tuple[tuple[str, str], ...]:
    """The territory and what lies in it, by name; too many for a telephone are none."""
    found = Territory.objects.within(territory).current().order_by("name", "code").values_list("code", "name")
    listed = tuple(found[: MOST_PLACES + 1])
    return listed if len(listed) <= MOST_PLACES else ()


def form_offered(survey: Survey) -> FormVersion | None:
    """The version that telephones are offered; None when the survey is not open."""
    if survey.state != SurveyState.OPEN:
        return None
    form = current_form(survey)
    form.survey = survey
    return form


def pictures_of(asked: Asked) -> dict[str, bytes]:
    """The pictures that go with the form."""
    return pictograms.pictures() if asked.oral else {}
