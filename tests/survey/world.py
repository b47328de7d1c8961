"""What the tests of the survey share: an open survey of a town, its agent, an answer begun by a visitor."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from terreau.survey import answers
from terreau.survey.answering import begin, college_invitation, questionnaire_of, send
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


def answering_pages(place: Any) -> dict[str, str]:
    """Every page of the questionnaire of an open survey, in French and in Arabic, and with pictograms."""
    survey, agent = survey_of(place)
    aloud, _agent = survey_of(place, agent=agent, oral=True)
    pages = {
        "enquête": reverse("survey:welcome", args=[survey.slug]),
        "enquête en arabe": reverse("survey:welcome", args=[survey.slug]) + "?langue=ar",
        "enquête, collège": reverse(
            "survey:welcome_college", args=[survey.slug, college_invitation(survey, "elected")]
        ),
    }
    for name, asked, language in (("", survey, "fr"), (" en arabe", survey, "ar"), (" aloud", aloud, "fr")):
        one, token = begin(survey=asked, college="actors", language=language, consent=PURPOSE)
        for block in questionnaire_of(one).blocks if asked == survey else ():
            pages[f"partie {block.key}{name}"] = reverse("survey:part", args=[token, block.key])
        if asked == aloud:
            pages["besoins, de vive voix"] = reverse("survey:part", args=[token, "needs"])
            continue
        for page in ("resume", "link", "sheet", "send", "withdraw"):
            pages[f"réponse, {page}{name}"] = reverse(f"survey:{page}", args=[token])
    sent, token = begin(survey=survey, college="staff", language="fr", consent=PURPOSE)
    send(submission=sent, respondent={})
    return pages | {"réponse envoyée": reverse("survey:resume", args=[token])}


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
