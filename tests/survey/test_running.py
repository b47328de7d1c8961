"""The agent runs a survey: prepares, adds questions, opens, changes while answers are out, reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from terreau.accounts.enums import Role
from terreau.accounts.models import RoleGrant
from terreau.core.errors import NotAllowed, TerreauError
from terreau.core.registry import personal_data
from terreau.survey import answers
from terreau.survey.core_questionnaire import core
from terreau.survey.definition import DefinitionError
from terreau.survey.enums import SubmissionState, SurveyState
from terreau.survey.field_models import AnswersFile, SetAside
from terreau.survey.models import Respondent, Submission, Survey
from terreau.survey.own_questions import own_of
from terreau.survey.paper.typing import prepare_batch
from terreau.survey.publishing import (
    close_survey,
    current_form,
    describe_survey,
    open_survey,
    publish_version,
)
from terreau.survey.retention import keep_no_longer
from tests.directory import factories
from tests.sending import sent_by
from tests.survey.test_reading import rewritten
from tests.survey.world import NEEDED, PURPOSE, begun, received, save, survey_of

pytestmark = pytest.mark.django_db
MARKET = {
    "block": "contribution",
    "label": "Viendriez-vous à un marché d’essai ?",
    "label_ar": "هل تأتون إلى سوق تجريبي؟",
    "kind": "one",
    "choices": "oui | نعم\nnon | لا",
}
TEXTS = {"title": "Vos besoins d’essai", "purpose": PURPOSE, "contact": "Service d’essai"}


@pytest.fixture
def town():
    return factories.territory("fr-com-99001", "Ville-Essai")


@pytest.fixture
def agent(client, town):
    made = factories.agent_of(town)
    client.force_login(made)
    return made


def page(client, name, survey, *more, **query):
    return client.get(reverse(f"survey:{name}", args=[survey.territory.code, survey.slug, *more]), query)


def post(client, name, survey, typed=None, *more):
    page = reverse(f"survey:{name}", args=[survey.territory.code, survey.slug, *more])
    read = {}
    if name in ("describe", "edit_question"):
        shown = sent_by(client.get(page))
        read = {"version": shown["version"], "read": shown["read"]}
    return client.post(page, read | (typed or {}))


# --- From the preparation to the close ------------------------------------------------------------------


def test_an_agent_prepares_opens_closes_and_opens_again(client, town, agent):
    empty = client.get(reverse("survey:surveys", args=[town.code])).content.decode()
    assert "Préparer une enquête" in empty
    client.post(reverse("survey:new", args=[town.code]), TEXTS | {"title_ar": "استبيان"})
    survey = Survey.objects.get()
    assert (survey.state, survey.slug) == (SurveyState.DRAFT, "ville-essai-vos-besoins-dessai")
    assert survey.text("title", "ar") == "استبيان"
    assert survey.text("purpose", "ar") == PURPOSE
    for typed, state in (({}, "open"), ({"close": "1"}, "closed"), ({}, "open")):
        post(client, "set_open", survey, typed)
        survey.refresh_from_db()
        assert survey.state == state
    assert "Ville-Essai" in page(client, "survey", survey).content.decode()


def test_a_day_that_is_past_is_refused_and_what_was_typed_stays(client, town, agent):
    typed = TEXTS | {"closes_on": (timezone.localdate() - timedelta(days=1)).isoformat()}
    answer = client.post(reverse("survey:new", args=[town.code]), typed)
    assert answer.status_code == 400
    assert "Ce jour est passé" in answer.content.decode()
    assert TEXTS["title"] in answer.content.decode()
    survey, _agent = survey_of(town, agent=agent, is_open=False, closes_on=timezone.localdate())
    with pytest.raises(TerreauError, match="dernier jour"):
        open_survey(person=agent, survey=survey, today=timezone.localdate() + timedelta(days=1))


def test_two_surveys_of_one_name_have_two_addresses(town, agent):
    slugs = {survey_of(town, agent=agent)[0].slug for _twice in range(2)}
    assert len(slugs) == 2


def test_the_purpose_agreed_to_stays_with_the_answer_when_it_changes(client, town, agent):
    survey, _agent = survey_of(town, agent=agent)
    begun(client, survey)
    describe_survey(person=agent, survey=survey, purpose="Autre chose.")
    assert PURPOSE in Submission.objects.get().consent


def test_the_scale_changes_no_more_once_it_was_shown(client, town, agent):
    """Steps no longer shown would be lost from pages saved again, and refused from sheets already printed."""
    survey, _agent = survey_of(town, agent=agent, is_open=False)
    post(client, "describe", survey, TEXTS | {"oral": "on"})
    survey.refresh_from_db()
    assert survey.oral
    open_survey(person=agent, survey=survey)
    assert "L’échelle ne change plus" in page(client, "describe", survey).content.decode()
    post(client, "describe", survey, TEXTS | {"title": "Un autre titre"})
    survey.refresh_from_db()
    assert (survey.oral, survey.title) == (True, "Un autre titre")
    with pytest.raises(TerreauError, match="L’échelle ne change plus"):
        describe_survey(person=agent, survey=survey, oral=False)


def test_sheets_printed_before_the_survey_opens_keep_their_questionnaire(client, town, agent):
    survey, _agent = survey_of(town, agent=agent, is_open=False)
    batch = prepare_batch(person=agent, survey=survey, count=1, language="fr")
    post(client, "add_question", survey, MARKET)
    assert survey.versions.count() == 2
    assert batch.form.questionnaire() == core()


# --- Questions of one's own -------------------------------------------------------------------------------


def test_an_own_question_is_asked_at_the_end_of_its_part_in_both_languages(client, town, agent):
    survey, _agent = survey_of(town, agent=agent)
    post(client, "add_question", survey, MARKET)
    asked = current_form(survey).questionnaire()
    assert asked.languages() == ("fr", "ar")
    (key, question), *_none = own_of(asked)
    assert (key, question.codes()) == ("contribution", ("oui", "non"))
    shown = page(client, "preview", survey, "contribution", langue="ar").content.decode()
    assert MARKET["label_ar"] in shown
    token = begun(client, survey)
    save(client, token, "contribution", **{question.id: "oui"})
    assert Submission.objects.get().values == {question.id: "oui"}


def test_without_its_translation_the_language_is_no_longer_offered(client, town, agent):
    survey, _agent = survey_of(town, agent=agent)
    post(client, "add_question", survey, MARKET | {"label_ar": ""})
    assert current_form(survey).questionnaire().languages() == ("fr",)


def test_a_list_without_choices_says_so(client, town, agent):
    survey, _agent = survey_of(town, agent=agent)
    for choices, says in (
        ("oui", "au moins deux"),
        ("oui\noui", "deux fois"),
        ("| نعم\nnon", "pas de texte"),
    ):
        answer = post(client, "add_question", survey, MARKET | {"choices": choices})
        assert answer.status_code == 400
        assert says in answer.content.decode()


def test_a_survey_in_preparation_is_changed_in_place_and_an_open_one_gets_a_version(client, town, agent):
    survey, _agent = survey_of(town, agent=agent, is_open=False)
    post(client, "add_question", survey, MARKET)
    assert survey.versions.count() == 1
    open_survey(person=agent, survey=survey)
    post(client, "add_question", survey, MARKET | {"label": "Une autre ?"})
    assert survey.versions.count() == 2


def test_answers_to_a_former_version_keep_its_words_and_say_whether_they_count(client, town, agent):
    survey, _agent = survey_of(town, agent=agent, is_open=False)
    post(client, "add_question", survey, MARKET)
    survey = open_survey(person=agent, survey=survey)
    (_key, question), *_none = own_of(current_form(survey).questionnaire())
    old, _new = received(survey, "uuid:1", {**NEEDED, question.id: "oui"})
    changed = {"label": "Et à une foire d’essai ?", "choices": MARKET["choices"], "label_ar": "x"}
    post(client, "edit_question", survey, changed, question.id)
    received(survey, "uuid:2", {**NEEDED, question.id: "non"})
    assert current_form(survey).number == 2
    shown = page(client, "submission", survey, old.pk).content.decode()
    assert MARKET["label"] in shown
    assert "foire" not in shown
    assert "question changée depuis" in shown
    post(
        client,
        "edit_question",
        survey,
        changed | {"label": "Et à une foire ?", "same_meaning": "on"},
        question.id,
    )
    (_key, now), *_none = own_of(current_form(survey).questionnaire())
    assert (now.version, now.comparable_since) == (3, 2)


def test_a_question_that_is_asked_no_more_keeps_its_answers(client, town, agent):
    survey, _agent = survey_of(town, agent=agent)
    post(client, "add_question", survey, MARKET)
    (_key, question), *_none = own_of(current_form(survey).questionnaire())
    old, _new = received(survey, "uuid:1", {**NEEDED, question.id: "oui"})
    post(client, "remove_question", survey, {}, question.id)
    assert own_of(current_form(survey).questionnaire()) == []
    assert MARKET["label"] in page(client, "submission", survey, old.pk).content.decode()


def test_the_questions_of_all_territories_cannot_be_changed(town, agent):
    survey, _agent = survey_of(town, agent=agent)
    for changed in (
        rewritten(core(), "founded", label={"fr": "Autre chose ?"}),
        rewritten(core(), "need_training_importance", need="digital"),
    ):
        with pytest.raises(DefinitionError, match="tous les territoires"):
            publish_version(person=agent, survey=survey, questionnaire=changed)


def test_the_same_questionnaire_again_is_no_new_version(town, agent):
    survey, _agent = survey_of(town, agent=agent)
    for _twice in range(2):
        publish_version(person=agent, survey=survey, questionnaire=core())
    assert survey.versions.count() == 1


def test_the_next_survey_takes_up_the_own_questions(client, town, agent):
    survey, _agent = survey_of(town, agent=agent)
    post(client, "add_question", survey, MARKET)
    client.post(reverse("survey:new", args=[town.code]), TEXTS | {"like": "1"})
    after = Survey.objects.exclude(pk=survey.pk).get()
    assert current_form(after).questionnaire() == current_form(survey).questionnaire()


def test_one_who_began_goes_on_with_the_version_they_began(client, town, agent):
    survey, _agent = survey_of(town, agent=agent)
    token = begun(client, survey)
    post(client, "add_question", survey, MARKET)
    client.logout()
    save(client, token, "identity", **NEEDED)
    client.post(reverse("survey:send", args=[token]), {})
    assert Submission.objects.counted().get().form.number == 1


# --- Who may ------------------------------------------------------------------------------------------------

SCREENS = ("survey", "describe", "add_question", "preview", "submissions", "submission")


def _someone(role, town):
    person = factories.person()
    if role is not None:
        RoleGrant.objects.create(person=person, role=role, territory=None if role == "secretariat" else town)
    return person


@pytest.mark.parametrize("state", SurveyState.values)
@pytest.mark.parametrize(
    ("role", "opened"),
    [
        (None, ()),
        (Role.ELECTED, ()),
        (Role.PARTNER, ()),
        (Role.SECRETARIAT, SCREENS[:4]),
        (Role.AGENT, SCREENS),
    ],
)
def test_role_by_state_who_opens_which_screen(client, town, role, opened, state):
    survey, agent = survey_of(town, is_open=False)
    if state != SurveyState.DRAFT:
        survey = open_survey(person=agent, survey=survey)
    one = received(survey, "uuid:1")[0] if state != SurveyState.DRAFT else None
    if state == SurveyState.CLOSED:
        close_survey(person=agent, survey=survey)
    client.force_login(_someone(role, town))
    for name in SCREENS:
        more = {"preview": ["needs"], "submission": [one.pk] if one else None}.get(name, [])
        if more is not None:
            assert (page(client, name, survey, *more).status_code == 200) == (name in opened), name
    if "survey" not in opened:
        for name, more in (("set_open", []), ("remove_question", ["own_x"])):
            assert post(client, name, survey, {}, *more).status_code == 403


def test_writes_ask_for_the_right_themselves(town):
    survey, _agent = survey_of(town)
    for write in (
        lambda person: open_survey(person=person, survey=survey),
        lambda person: close_survey(person=person, survey=survey),
        lambda person: describe_survey(person=person, survey=survey, title="x"),
        lambda person: publish_version(person=person, survey=survey, questionnaire=core()),
    ):
        with pytest.raises(NotAllowed):
            write(factories.person())


def test_what_is_only_begun_is_read_by_nobody_but_who_writes_it(client, town, agent):
    survey, _agent = survey_of(town, agent=agent)
    begun(client, survey)
    one = Submission.objects.get()
    assert page(client, "submission", survey, one.pk).status_code == 404
    assert str(one.pk) not in page(client, "submissions", survey).content.decode()


# --- Elsewhere ----------------------------------------------------------------------------------------------


def test_the_page_of_the_territory_shows_the_survey_while_it_is_open(
    client, town, django_capture_on_commit_callbacks
):
    survey, agent = survey_of(town, is_open=False)
    address = reverse("portal:territory", args=[town.code])
    assert "Enquête en cours" not in client.get(address).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        open_survey(person=agent, survey=survey)
    assert reverse("survey:welcome", args=[survey.slug]) in client.get(address).content.decode()
    Survey.objects.update(closes_on=timezone.localdate() - timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):
        keep_no_longer()
    assert "Enquête en cours" not in client.get(address).content.decode()


def test_from_its_sheet_an_organisation_answers_with_the_tie_ready(client, town):
    survey, _agent = survey_of(town)
    sheet = factories.organisation("Atelier d’essai", town)
    shown = client.get(reverse("directory:sheet", args=[sheet.public_id])).content.decode()
    assert f"{reverse('survey:welcome', args=[survey.slug])}?fiche={sheet.public_id}" in shown
    begun(client, survey, fiche=sheet.public_id)
    assert Submission.objects.get().organisation == sheet


def test_my_data_give_back_and_erase_what_bears_my_address(town):
    survey, _agent = survey_of(town)
    person = factories.person("essai@exemple.test")
    received(survey, "uuid:1", respondent={"name": "Personne d’essai", "email": "Essai@exemple.test"})
    held = personal_data.entries["survey"]
    assert held.export(person)["answers"][0]["values"] == NEEDED
    held.erase(person)
    assert not Respondent.objects.exists()
    assert Submission.objects.counted().count() == 1


def test_what_was_set_aside_with_the_address_of_a_person_is_given_and_erased_too(town):
    survey, _agent = survey_of(town)
    person = factories.person(email="ana@exemple.org")
    other = b"<d><NAME>Diane</NAME><EMAIL>diana@exemple.org</EMAIL></d>"
    theirs = b"<d><a>Un local</a><NAME>Ana</NAME><EMAIL> Ana@exemple.org</EMAIL><PHONE>07 00</PHONE></d>"
    for digest, content in (("0", other), ("1", theirs)):
        SetAside.objects.create(survey=survey, content=content, digest=digest * 64, reason="essai")
    rows = [
        {"row": n, "reason": "essai", "values": {"EMAIL": f"{who}@exemple.org"}}
        for n, who in ((2, "diana"), (3, "ana"))
    ]
    AnswersFile.objects.create(
        survey=survey, form=survey.versions.get(), name="essai.csv", path="x", report={"refused": rows}
    )
    held = personal_data.entries["survey"]
    given = held.export(person)["not_placed"]
    assert [one.get("sent", one.get("row")) for one in given] == [
        theirs.decode(),
        {"EMAIL": "ana@exemple.org"},
    ]
    held.erase(person)
    assert held.export(person)["not_placed"] == []
    kept = [bytes(one.content) for one in SetAside.objects.order_by("pk")]
    assert kept == [other, b"<d><a>Un local</a><NAME></NAME><EMAIL></EMAIL><PHONE></PHONE></d>"]
    assert [row["values"] for row in AnswersFile.objects.get().report["refused"]] == [rows[0]["values"], {}]


def test_what_is_over_is_closed_then_erased(client, town):
    today = timezone.localdate()
    survey, _agent = survey_of(town, closes_on=today)
    begun(client, survey)
    received(survey, "uuid:1", respondent={"name": "Personne d’essai"})
    SetAside.objects.create(survey=survey, content=b"<NAME>Personne</NAME>", digest="0" * 64, reason="essai")
    AnswersFile.objects.create(
        survey=survey,
        form=survey.versions.get(),
        name="essai.csv",
        path="survey/essai",
        report={"refused": [{"row": 2, "values": {"NAME": "Personne"}}]},
    )
    keep_no_longer(today=today)
    survey.refresh_from_db()
    assert survey.state == SurveyState.OPEN
    keep_no_longer(today=today + timedelta(days=1))
    survey.refresh_from_db()
    assert survey.state == SurveyState.CLOSED
    assert Submission.objects.filter(state=SubmissionState.STARTED).exists()
    keep_no_longer(today=today + timedelta(days=61))
    assert not Submission.objects.filter(state=SubmissionState.STARTED).exists()
    assert Respondent.objects.exists()
    assert SetAside.objects.exists()
    keep_no_longer(today=today + timedelta(days=366))
    assert not Respondent.objects.exists()
    assert not SetAside.objects.exists()
    assert not AnswersFile.objects.exists()
    assert Submission.objects.counted().count() == 1


def test_what_was_not_understood_is_told_by_its_question(client, agent, town):
    survey, _agent = survey_of(town, agent=agent)
    one, _made = received(survey, "essai-1", NEEDED | {"founded": "vers 1998", "autre_chose": ["a", "b"]})
    text = page(client, "submission", survey, one.pk).content.decode()
    question = core().by_id()["founded"].label["fr"]
    assert f"<dt>{question}</dt><dd>vers 1998</dd>" in text
    assert "<dt><code>autre_chose</code></dt><dd>a, b</dd>" in text


def test_the_agent_says_which_sheet_was_named(client, agent, town):
    survey, _agent = survey_of(town, agent=agent)
    sheet = factories.organisation("Jardins d’essai du port", town)
    one, _made = received(survey, "essai-1", NEEDED, unread={"SHEET": "jardins du port"})
    assert "fiche à trouver" in page(client, "submissions", survey).content.decode()
    text = page(client, "submission", survey, one.pk).content.decode()
    assert "«\u00a0jardins du port\u00a0»" in text
    assert f'value="{sheet.public_id}"' in text
    assert "<code>SHEET</code>" not in text
    post(client, "submission", survey, {"fiche": sheet.public_id}, one.pk)
    one.refresh_from_db()
    assert one.organisation == sheet
    assert "fiche à trouver" not in page(client, "submissions", survey).content.decode()
    # Sent again by the telephone, it is still the same answer.
    assert received(survey, "essai-1", NEEDED, unread={"SHEET": "jardins du port"}) == (one, False)
    # Corrected, it stays tied; under another name, it is asked again.
    for key, named, tied in (("essai-3", "jardins du port", sheet), ("essai-4", "autre nom", None)):
        edit, _made = received(survey, key, NEEDED, unread={"SHEET": named}, replaces="essai-1")
        edit.refresh_from_db()
        assert edit.organisation == tied
    # Of who named nothing, nobody says it; nor does who may not read the answers.
    silent, _made = received(survey, "essai-2", NEEDED)
    with pytest.raises(TerreauError, match="aucune organisation"):
        answers.tie_as_told(person=agent, submission=silent, organisation=sheet)
    with pytest.raises(NotAllowed):
        answers.tie_as_told(person=factories.secretary(), submission=one, organisation=None)
    # A part that nobody answered has no heading.
    assert "<h2>Obstacles</h2>" not in text
