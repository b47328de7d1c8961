"""Answering on the site, as a visitor does it: without account, without script, page after page."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from terreau.core.errors import TooManyError
from terreau.survey.answering import college_invitation, correct, digest_of
from terreau.survey.answers import sheet_named
from terreau.survey.enums import SubmissionState
from terreau.survey.field import media
from terreau.survey.models import Respondent, Submission
from terreau.survey.publishing import close_survey, open_survey
from tests.directory import factories
from tests.survey.world import NEEDED, PURPOSE, begun, save, survey_of

pytestmark = pytest.mark.django_db
BLOCKS = ["identity", "needs", "obstacles", "town_hall", "contribution", "open"]


@pytest.fixture
def survey():
    return survey_of()[0]


def test_nothing_is_kept_without_the_agreement(client, survey):
    page = client.post(reverse("survey:welcome", args=[survey.slug]), {})
    assert page.status_code == 400
    assert "Cochez la case" in page.content.decode()
    assert "<title>Erreur" in page.content.decode()
    assert not Submission.objects.exists()


def test_the_agreement_is_kept_as_it_was_read(client, survey):
    begun(client, survey, language="ar")
    one = Submission.objects.get()
    assert one.consented_at is not None
    assert PURPOSE in one.consent
    assert "أوافق" in one.consent
    assert one.language == "ar"


def test_from_the_first_page_to_the_last(client, survey):
    token = begun(client, survey)
    typed = {"identity": NEEDED | {"founded": "1998"}, "needs": {"need_training_importance": "5"}}
    for key, following in zip(BLOCKS, [*BLOCKS[1:], None], strict=True):
        response = save(client, token, key, **typed.get(key, {}))
        last = reverse("survey:sheet", args=[token])
        assert response.url == (reverse("survey:part", args=[token, following]) if following else last)
    client.post(reverse("survey:sheet", args=[token]), {"fiche": ""})
    client.post(reverse("survey:send", args=[token]), {"name": "Personne d’essai"})
    one = Submission.objects.get()
    assert one.state == SubmissionState.COMPLETE
    assert one.values == NEEDED | {"founded": 1998, "need_training_importance": 5}
    assert Respondent.objects.get().submission_key == one.pk
    assert "Personne d’essai" not in str(one.values)


def test_the_link_takes_up_again_where_one_stopped(client, survey):
    token = begun(client, survey)
    save(client, token, "identity", later="1", **NEEDED)
    page = client.get(reverse("survey:resume", args=[token]))
    assert reverse("survey:part", args=[token, "identity"]) in page.content.decode()
    again = client.get(reverse("survey:part", args=[token, "identity"])).content.decode()
    assert 'value="association" checked' in again


def test_only_a_digest_of_the_link_is_kept(client, survey):
    token = begun(client, survey)
    one = Submission.objects.get()
    assert token not in str(vars(one))
    assert one.link_digest == digest_of(token)


def test_a_link_that_opens_nothing_says_what_to_do(client, survey):
    page = client.get(reverse("survey:resume", args=["x" * 32]))
    assert page.status_code == 410
    assert "personne ne peut le retrouver" in page.content.decode()


def test_the_link_is_sent_to_who_asks_and_the_address_is_not_kept_with_the_answer(client, survey):
    from terreau.notifications.models import Message

    token = begun(client, survey)
    page = client.post(reverse("survey:link", args=[token]), {"email": "essai@exemple.test"})
    assert "Le lien vous est envoyé" in page.content.decode()
    assert token in Message.objects.get().url
    assert not Respondent.objects.exists()


def test_one_address_is_not_flooded_with_links_whoever_asks(client, survey):
    for number in range(7):
        token = begun(client, survey)
        page = client.post(
            reverse("survey:link", args=[token]),
            {"email": "Essai@exemple.test" if number % 2 else "essai@exemple.test"},
            REMOTE_ADDR=f"198.51.100.{number}",
        )
    assert page.status_code == 429
    another = client.post(reverse("survey:link", args=[token]), {"email": "autre@exemple.test"})
    assert another.status_code == 200


def test_what_is_not_a_number_is_shown_again_and_the_rest_is_kept(client, survey):
    token = begun(client, survey)
    page = save(client, token, "identity", **NEEDED, founded="vers 1998")
    assert page.status_code == 400
    text = page.content.decode()
    assert "vers 1998" in text
    assert "nombre entier" in text
    assert "<title>Erreur\u00a0: Votre organisation" in text
    assert '<li><a href="#founded">' in text
    assert Submission.objects.get().values == NEEDED


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"founded": "2999"}, "pas encore venue"),
        ({"founded": "1250"}, "deux siècles"),
        ({"members_women": "3", "members_men": "4", "members_young": "70"}, "réunis"),
    ],
)
def test_an_answer_that_surprises_is_kept_and_asked_once(client, survey, typed, told):
    token = begun(client, survey)
    page = save(client, token, "identity", **NEEDED, **typed)
    assert page.status_code == 200
    assert told in page.content.decode()
    kept = NEEDED | {key: int(value) for key, value in typed.items()}
    assert Submission.objects.get().values == kept
    again = save(client, token, "identity", **NEEDED, **typed)
    assert again.url == reverse("survey:part", args=[token, "needs"])
    assert Submission.objects.get().values == kept


def test_who_stops_there_is_not_kept_by_a_surprise(client, survey):
    token = begun(client, survey)
    response = save(client, token, "identity", later="1", **NEEDED, founded="2999")
    assert response.url == reverse("survey:resume", args=[token])


def test_it_is_not_sent_while_an_answer_that_is_needed_is_missing(client, survey):
    token = begun(client, survey)
    page = client.post(reverse("survey:send", args=[token]), {"name": "Personne d’essai"})
    assert page.status_code == 400
    text = page.content.decode()
    assert "Il manque encore" in text
    assert "Personne d’essai" in text
    assert Submission.objects.get().state == SubmissionState.STARTED


def test_a_second_click_sends_once(client, survey):
    token = begun(client, survey)
    save(client, token, "identity", **NEEDED)
    for _click in range(2):
        assert client.post(reverse("survey:send", args=[token]), {}).status_code == 302
    assert Submission.objects.counted().count() == 1


def test_two_tabs_lose_nothing(client, survey):
    token = begun(client, survey)
    address = reverse("survey:part", args=[token, "identity"])
    first, second = (client.get(address).context["seen"] for _tab in range(2))
    client.post(address, {"seen": first, "family": "cooperative", "legal_form": "SCOP"})
    page = client.post(address, {"seen": second, "family": "association", "sector": "culture"})
    assert page.status_code == 409
    text = page.content.decode()
    assert "autre onglet" in text
    assert 'value="association" checked' in text
    assert "SCOP" in text
    assert Submission.objects.get().values == {"family": "cooperative", "legal_form": "SCOP"}
    # What was typed and is no answer is shown again too, and told.
    page = client.post(address, {"seen": second, "founded": "1990 environ"})
    assert 'value="1990 environ"' in page.content.decode()
    assert "founded" in page.context["problems"]
    client.post(address, {"seen": page.context["seen"], "family": "association", "legal_form": "SCOP"})
    assert Submission.objects.get().values == {"family": "association", "legal_form": "SCOP"}


def test_a_voice_recorded_again_under_the_same_name_takes_the_place_of_the_first(client, survey):
    token = begun(client, survey)
    for said in (b"first", b"second", b"second"):
        recorded = SimpleUploadedFile("audio.amr", b"#!AMR" + said, content_type="audio/amr")
        assert save(client, token, "open", open_change_voice=recorded).status_code == 302
    (kept,) = Submission.objects.get().media.all()
    assert media.file_of(kept).read_bytes() == b"#!AMRsecond"
    # Left alone, it stays; taken back, it goes.
    save(client, token, "open", open_change="Un local")
    assert Submission.objects.get().values["open_change_voice"] == kept.name
    save(client, token, "open", **{"open_change_voice-drop": "1"})
    assert Submission.objects.get().values == {}
    assert not Submission.objects.get().media.exists()


def test_pages_of_two_tabs_do_not_touch_each_other(client, survey):
    token = begun(client, survey)
    seen = client.get(reverse("survey:part", args=[token, "obstacles"])).context["seen"]
    save(client, token, "identity", **NEEDED)
    client.post(reverse("survey:part", args=[token, "obstacles"]), {"seen": seen, "obstacles": "no_credit"})
    assert Submission.objects.get().values == NEEDED | {"obstacles": ["no_credit"]}


def test_a_survey_closed_while_one_writes_keeps_what_was_typed(client):
    survey, agent = survey_of()
    token = begun(client, survey)
    seen = client.get(reverse("survey:part", args=[token, "identity"])).context["seen"]
    close_survey(person=agent, survey=survey)
    page = client.post(
        reverse("survey:part", args=[token, "identity"]), {"seen": seen, **NEEDED}, follow=True
    )
    assert "n’a pas été envoyé" in page.content.decode()
    assert Submission.objects.get().values == NEEDED
    refused = client.post(reverse("survey:send", args=[token]), {"name": "Personne d’essai"})
    assert refused.status_code == 409
    assert "Personne d’essai" in refused.content.decode()
    survey.closes_on = None
    survey.save()
    open_survey(person=agent, survey=survey)
    assert client.post(reverse("survey:send", args=[token]), {}).status_code == 302
    assert Submission.objects.counted().count() == 1


def test_a_closed_survey_says_so_before_anything_is_typed(client):
    survey, agent = survey_of()
    close_survey(person=agent, survey=survey)
    page = client.post(reverse("survey:welcome", args=[survey.slug]), {"agree": "yes"})
    assert "ne prend plus de réponses" in page.content.decode()
    assert not Submission.objects.exists()


def test_a_survey_in_preparation_is_not_there(client):
    survey, _agent = survey_of(is_open=False)
    assert client.get(reverse("survey:welcome", args=[survey.slug])).status_code == 404


def test_what_was_sent_is_corrected_without_counting_twice(client, survey):
    token = begun(client, survey)
    save(client, token, "identity", **NEEDED)
    client.post(reverse("survey:send", args=[token]), {})
    client.post(reverse("survey:correct", args=[token]))
    assert Submission.objects.counted().count() == 1
    save(client, token, "identity", **NEEDED | {"family": "cooperative"})
    client.post(reverse("survey:send", args=[token]), {})
    assert Submission.objects.counted().get().values["family"] == "cooperative"
    assert Submission.objects.filter(state=SubmissionState.REPLACED).count() == 1


def test_what_is_withdrawn_is_erased_with_what_it_corrected(client, survey):
    token = begun(client, survey)
    save(client, token, "identity", **NEEDED)
    client.post(reverse("survey:send", args=[token]), {"name": "Personne d’essai"})
    client.post(reverse("survey:correct", args=[token]))
    page = client.post(reverse("survey:withdraw", args=[token]))
    assert "retirée" in page.content.decode()
    assert {one.state for one in Submission.objects.all()} == {SubmissionState.WITHDRAWN}
    assert all(not one.values and not one.consent for one in Submission.objects.all())
    assert not Respondent.objects.exists()
    assert client.get(reverse("survey:resume", args=[token])).status_code == 410


def test_officials_are_asked_what_can_be_compared(client, survey):
    token = begun(client, survey, invitation=college_invitation(survey, "elected"))
    keys = [part.key for part in client.get(reverse("survey:resume", args=[token])).context["parts"]]
    assert keys == ["needs", "obstacles", "open"]
    assert client.get(reverse("survey:part", args=[token, "identity"])).status_code == 404
    client.post(reverse("survey:send", args=[token]), {})
    assert Submission.objects.counted().get().college == "elected"


def test_an_invitation_of_another_survey_opens_nothing(client, survey):
    other, _agent = survey_of()
    address = reverse("survey:welcome_college", args=[survey.slug, college_invitation(other, "staff")])
    assert client.get(address).status_code == 410


def test_the_sheet_is_tied_only_by_choice(client):
    place = factories.territory()
    survey, _agent = survey_of(place)
    sheet = factories.organisation("Atelier d’essai des Deux Rives", place)
    factories.organisation("Atelier d’essai d’ailleurs")
    token = begun(client, survey)
    address = reverse("survey:sheet", args=[token])
    page = client.get(address, {"q": "atelier d’essai"}).content.decode()
    assert "Deux Rives" in page
    assert "ailleurs" not in page
    assert Submission.objects.get().organisation is None
    client.post(address, {"fiche": sheet.public_id})
    assert Submission.objects.get().organisation == sheet
    client.post(address, {"fiche": ""})
    assert Submission.objects.get().organisation is None


def test_in_arabic_the_page_is_written_from_right_to_left(client, survey):
    token = begun(client, survey, language="ar")
    page = client.get(reverse("survey:part", args=[token, "needs"])).content.decode()
    assert 'lang="ar" dir="rtl"' in page
    assert "مهم جدا" in page
    assert "très important" not in page


def test_the_first_page_tells_the_last_day_in_the_language_that_is_read(client, survey):
    survey.closes_on = date(2099, 12, 1)
    survey.save()
    first = reverse("survey:welcome", args=[survey.slug])
    assert "jusqu’au <bdi>1er décembre 2099</bdi>" in client.get(first).content.decode()
    assert "until <bdi>December 1, 2099</bdi>" in client.get(f"{first}?langue=en").content.decode()
    arabic = client.get(f"{first}?langue=ar").content.decode()
    assert "ديسمبر 2099" in arabic
    assert "décembre" not in arabic


def test_what_is_not_translated_is_marked_as_french_among_arabic(client, survey):
    first = reverse("survey:welcome", args=[survey.slug]) + "?langue=ar"
    page = client.get(first).content.decode()
    assert f'<div lang="fr" dir="ltr"><p>{PURPOSE}</p></div>' in page
    assert '<h1 lang="fr" dir="ltr">Enquête d’essai</h1>' in page
    survey.translations = {"ar": {"title": "استبيان", "purpose": "لنختار معا"}}
    survey.save()
    page = client.get(first).content.decode()
    assert "<h1>استبيان</h1>" in page
    assert "<p>لنختار معا</p>" in page
    assert PURPOSE not in page


def test_the_language_changes_without_losing_the_page(client, survey):
    token = begun(client, survey)
    response = save(client, token, "identity", stay="ar", **NEEDED)
    assert response.url == reverse("survey:part", args=[token, "identity"])
    assert 'dir="rtl"' in client.get(response.url).content.decode()
    assert Submission.objects.get().values == NEEDED


def test_asked_aloud_three_pictograms_stand_for_the_steps(client):
    survey, _agent = survey_of(oral=True)
    token = begun(client, survey)
    page = client.get(reverse("survey:part", args=[token, "needs"])).content.decode()
    assert page.count("<svg xmlns") == 15 * 2 * 3
    save(client, token, "needs", need_training_importance="3")
    assert Submission.objects.get().values == {"need_training_importance": 3}


def test_who_asks_too_often_is_told_when_to_come_back(client, survey, monkeypatch):
    def refuse(request, *_more):
        raise TooManyError("Trop de demandes.", seconds=60)

    token = begun(client, survey)
    monkeypatch.setattr("terreau.survey.answering_views.limit", refuse)
    response = save(client, token, "identity", **NEEDED)
    assert response.status_code == 429
    assert response["Retry-After"] == "60"


def test_correcting_twice_makes_one_copy(client, survey):
    token = begun(client, survey)
    save(client, token, "identity", **NEEDED)
    client.post(reverse("survey:send", args=[token]), {})
    sent = Submission.objects.get()
    assert correct(submission=sent).awaits == sent.instance_id
    assert correct(submission=sent) == sent
    assert Submission.objects.count() == 2


def test_a_sheet_that_gave_way_is_not_tied(survey):
    gone = factories.organisation("Organisation d’essai", survey.territory)
    assert sheet_named(survey, gone.public_id.upper()) == gone
    gone.status = "hidden"
    gone.save()
    assert sheet_named(survey, gone.public_id) is None
