"""What the tests of the survey share: an open survey of a town, its agent, an answer begun by a visitor."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from terreau.survey import answers
from terreau.survey.models import Survey
from terreau.survey.publishing import create_survey, current_form, open_survey
from tests.directory import factories

PURPOSE = "Choisir ce que la ville d’essai fera avec les acteurs."
# What the actors must say before they send.
NEEDED = {"family": "association", "sector": "culture"}


def survey_of(
    place: Any = None, *, agent: Any = None, is_open: bool = True, **more: Any
) -> tuple[Survey, Any]:
    """A survey of a town, and the agent who runs it."""
    place = place or factories.territory()
    agent = agent or factories.agent_of(place)
    texts = {"title": "Enquête d’essai", "purpose": PURPOSE, "contact": "Service d’essai", **more}
    made = create_survey(person=agent, territory=place, **texts)
    return (open_survey(person=agent, survey=made) if is_open else made), agent


def received(survey: Survey, instance_id: str, values: dict | None = None, **more: Any):
    """An answer that came from a telephone."""
    given = {
        "form": current_form(survey),
        "channel": "phone",
        "college": "actors",
        "language": "fr",
        "consented_at": timezone.now(),
        "consent": survey.purpose,
        **more,
    }
    return answers.receive(survey=survey, instance_id=instance_id, values=values or dict(NEEDED), **given)


def begun(client: Any, survey: Survey, *, language: str = "fr", invitation: str = "", **more: str) -> str:
    """Agree and begin as a visitor does; the token of the link."""
    address = (
        reverse("survey:welcome_college", args=[survey.slug, invitation])
        if invitation
        else reverse("survey:welcome", args=[survey.slug])
    )
    response = client.post(address, {"agree": "yes", "language": language, **more})
    assert response.status_code == 302, response.content.decode()
    return response.url.split("/")[3]


def save(client: Any, token: str, key: str, follow: bool = False, **typed: Any):
    """Open a page and leave it by its main button, as a browser does."""
    address = reverse("survey:part", args=[token, key])
    page = client.get(address)
    return client.post(address, {"seen": page.context["seen"], **typed}, follow=follow)
