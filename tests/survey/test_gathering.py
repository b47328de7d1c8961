"""Two agents who prepare one survey: what the second did not touch keeps what the first wrote."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terreau.survey import own_questions, publishing
from tests.directory import factories
from tests.sending import clashes, sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(client):
    place = factories.territory("fr-com-99001", "Essai")
    agent = factories.agent_of(place)
    client.force_login(agent)
    return publishing.create_survey(
        person=agent, territory=place, title="Vos besoins", purpose="Agir.", contact="Mairie"
    )


def test_what_is_told_of_a_survey_is_not_overwritten_without_a_word(survey, client):
    page = reverse("survey:describe", args=[survey.territory.code, survey.slug])
    mine, theirs = sent_by(client.get(page)), sent_by(client.get(page))
    other = {"purpose": "Agir, et le publier.", "contact": "Service", "oral": "on", "title_en": "Needs"}
    assert client.post(page, theirs | other).status_code == 302
    wrong = client.post(page, mine | {"title": "", "contact": "Accueil"})
    assert wrong.status_code == 400
    met = client.post(page, sent_by(wrong) | {"title": "Vos idées"})
    assert clashes(met) == [("À qui s’adresser", "Accueil", "Service")]
    assert "Agir, et le publier." in met.content.decode()
    assert client.post(page, sent_by(met)).status_code == 302
    survey.refresh_from_db()
    assert (survey.title, survey.purpose, survey.contact) == ("Vos idées", "Agir, et le publier.", "Accueil")
    assert (survey.oral, survey.translations) == (True, {"en": {"title": "Needs"}})


def test_a_question_two_write_anew_keeps_the_words_of_both(survey, client):
    code, slug = survey.territory.code, survey.slug
    typed = {"label": "Faut-il une halle ?", "kind": "one", "choices": "oui\nnon", "block": "needs"}
    new = reverse("survey:add_question", args=[code, slug])
    assert client.post(new, typed).status_code == 302
    ((_block, asked),) = own_questions.own_of(publishing.current_form(survey).questionnaire())
    page = reverse("survey:edit_question", args=[code, slug, asked.id])
    mine = sent_by(client.get(page))
    assert client.post(page, mine | {"choices": "oui\nnon\npeut-être"}).status_code == 302
    met = client.post(page, mine | {"hint": "Au centre."})
    assert clashes(met) == []
    assert met.context["form"].taken == ["Les choix"]
    assert client.post(page, sent_by(met)).status_code == 302
    ((_block, kept),) = own_questions.own_of(publishing.current_form(survey).questionnaire())
    assert [one.label["fr"] for one in kept.choices] == ["oui", "non", "peut-être"]
    assert kept.hint == {"fr": "Au centre."}
