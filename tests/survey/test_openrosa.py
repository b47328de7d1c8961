"""Telephones without network: the OpenRosa server, by a client written from the public specification."""

from __future__ import annotations

import hashlib
import io
from base64 import b64encode
from datetime import timedelta
from xml.etree.ElementTree import fromstring

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from terreau.survey.definition import Question, extend
from terreau.survey.enums import SubmissionState
from terreau.survey.field import screening
from terreau.survey.field.accounts import revoke_account
from terreau.survey.field.arrivals import try_again
from terreau.survey.field.http_digest import read_authorization
from terreau.survey.field_models import FieldAccount, SetAside
from terreau.survey.models import Media, Respondent, Submission
from terreau.survey.publishing import close_survey, create_survey, open_survey, publish_version
from terreau.survey.withdrawing import withdraw
from tests.survey.field_world import (
    MANIFEST,
    PICTURE,
    SOUND,
    Telephone,
    envelope,
    filled,
    new_instance,
    open_new,
    telephone,
    told,
)


@pytest.fixture
def phone(survey, agent):
    return telephone(Client(enforce_csrf_checks=True), survey, agent)


def only(**where):
    return Submission.objects.get(**where)


# --- Who is let in --------------------------------------------------------------------------------------


def test_a_stranger_is_asked_who_they_are(client, survey):
    response = client.get(f"/openrosa/{survey.slug}/formList")
    assert response.status_code == 401
    challenge = response["WWW-Authenticate"]
    assert challenge.startswith(f'Digest realm="Terreau {survey.slug}"')
    assert 'qop="auth"' in challenge
    assert f'domain="/openrosa/{survey.slug}/"' in challenge
    # In clear, Basic would give the password away.
    assert "Basic" not in challenge
    assert told(response)


def test_every_answer_has_the_headers_of_the_standard_and_is_kept_by_no_cache(client, survey, phone):
    for response in (
        client.get(f"/openrosa/{survey.slug}/formList"),
        phone.get(f"{phone.server}/formList"),
        phone.head(f"{phone.server}/submission"),
    ):
        assert response["X-OpenRosa-Version"] == "1.0"
        assert int(response["X-OpenRosa-Accept-Content-Length"]) > 1_000_000
        assert response["Date"].endswith("GMT")
        assert "no-store" in response["Cache-Control"]
    assert not client.cookies


def test_nothing_of_the_list_is_told_to_the_next_who_asks_without_password(client, survey, phone):
    assert phone.forms()
    assert client.get(f"/openrosa/{survey.slug}/formList").status_code == 401


def test_a_wrong_password_another_survey_and_a_revoked_access_do_not_open(client, survey, phone, agent):
    wrong = Telephone(client, phone.server, phone.username, "abcd-abcd-abcd-abcd")
    assert wrong.get(f"{wrong.server}/formList").status_code == 401
    other = open_new(survey.territory, agent)
    abroad = Telephone(client, f"/openrosa/{other.slug}", phone.username, phone.password)
    assert abroad.get(f"{abroad.server}/formList").status_code == 401
    assert phone.forms()
    revoke_account(person=agent, account=FieldAccount.objects.get(username=phone.username))
    assert phone.get(f"{phone.server}/formList").status_code == 401


def test_an_answer_to_a_challenge_is_good_for_that_request_only(client, phone):
    phone.forms()
    path = f"{phone.server}/formList"
    header = phone.authorization("GET", path)
    assert client.get(path, headers={"Authorization": header}).status_code == 200
    assert client.head(f"{phone.server}/submission", headers={"Authorization": header}).status_code == 401
    forged = header.replace(phone.challenge["nonce"], "0-" + "0" * 40)
    assert client.get(path, headers={"Authorization": forged}).status_code == 401


def test_an_old_nonce_is_renewed_without_asking_the_password_again(phone, monkeypatch):
    phone.forms()
    monkeypatch.setattr("terreau.survey.field.http_digest.NONCE_SECONDS", -1)
    response = phone._try("GET", f"{phone.server}/formList")
    assert response.status_code == 401
    assert "stale=true" in response["WWW-Authenticate"]
    monkeypatch.undo()
    assert phone.forms()


def test_basic_opens_over_tls_only(client, phone):
    header = "Basic " + b64encode(f"{phone.username}:{phone.password}".encode()).decode()
    path = f"{phone.server}/formList"
    assert client.get(path, headers={"Authorization": header}).status_code == 401
    assert client.get(path, headers={"Authorization": header}, secure=True).status_code == 200
    assert "Basic" in client.get(path, secure=True)["WWW-Authenticate"]


def test_the_base_alone_opens_nothing(phone):
    kept = " ".join(map(str, FieldAccount.objects.values_list().get()))
    assert phone.password not in kept
    assert phone.password.replace("-", "") not in kept


def test_guessing_is_slowed_down(client, survey, monkeypatch):
    from terreau.accounts import rate_limits

    monkeypatch.setitem(rate_limits.LIMITS, "field_account", (rate_limits.Limit(2, 600),))
    wrong = Telephone(client, f"/openrosa/{survey.slug}", "personne", "abcd")
    for _attempt in range(2):
        assert wrong.get(f"{wrong.server}/formList").status_code == 401
    assert wrong.get(f"{wrong.server}/formList").status_code == 429


# --- The form ---------------------------------------------------------------------------------------------


def test_the_form_that_is_listed_can_be_fetched_and_is_the_one_told(phone, survey):
    (listed,) = phone.forms()
    assert (listed["formID"], listed["version"], listed["name"]) == (survey.slug, "1", survey.title)
    assert listed["downloadUrl"].startswith(settings.PUBLIC_URL)
    content = phone.get(listed["downloadUrl"].removeprefix(settings.PUBLIC_URL)).content
    assert listed["hash"] == f"md5:{hashlib.md5(content).hexdigest()}"
    assert "manifestUrl" not in listed
    instance = fromstring(content).find(".//{http://www.w3.org/2002/xforms}instance")[0]
    assert (instance.get("id"), instance.get("version")) == (survey.slug, "1")


def test_an_oral_form_comes_with_its_pictures(small_world, agent, client):
    oral = open_new(small_world.poitiers, agent, oral=True)
    phone = telephone(client, oral, agent)
    (listed,) = phone.forms()
    form = phone.get(listed["downloadUrl"].removeprefix(settings.PUBLIC_URL)).content.decode()
    root = fromstring(phone.get(listed["manifestUrl"].removeprefix(settings.PUBLIC_URL)).content)
    files = [{part.tag.removeprefix(MANIFEST): part.text for part in one} for one in root]
    assert len(files) == 6
    for one in files:
        assert f"jr://images/{one['filename']}" in form
        content = phone.get(one["downloadUrl"].removeprefix(settings.PUBLIC_URL)).content
        assert content.startswith(b"\x89PNG")


def test_a_survey_that_is_not_open_lists_no_form(small_world, agent, client):
    draft = create_survey(
        person=agent, territory=small_world.poitiers, title="Essai", purpose="Essai", contact="Essai"
    )
    phone = telephone(client, draft, agent)
    assert phone.forms() == []
    open_survey(person=agent, survey=draft)
    assert len(phone.forms()) == 1
    close_survey(person=agent, survey=draft)
    assert phone.forms() == []


# --- Answers ----------------------------------------------------------------------------------------------


def test_an_answer_is_received_with_its_file(phone, survey, small_world):
    instance = new_instance()
    response = phone.send(
        filled(
            survey.slug,
            instance=instance,
            family="cooperative",
            founded="2011",
            need_training_importance="5",
            need_training_satisfaction="na",
            obstacles="no_credit no_land",
            open_change_voice="note.amr",
            NAME="Awa Essai",
        ),
        [("note.amr", "audio/amr", SOUND)],
    )
    assert response.status_code == 201
    assert told(response) == "Réponse reçue. Merci."
    answer = only()
    assert answer.instance_id == instance
    assert answer.values == {
        "family": "cooperative",
        "founded": 2011,
        "need_training_importance": 5,
        "need_training_satisfaction": "na",
        "obstacles": ["no_credit", "no_land"],
        "open_change_voice": "note.amr",
    }
    assert (answer.channel, answer.college, answer.unread) == ("phone", "actors", {})
    assert answer.consent == survey.purpose
    assert answer.started_at.isoformat() == "2026-05-04T08:00:00+00:00"
    assert Respondent.objects.get(submission_key=answer.key).name == "Awa Essai"
    (file,) = answer.media.all()
    assert (settings.HOME.files / file.path).read_bytes() == SOUND


@pytest.mark.parametrize(
    "clock",
    [
        "0001-01-01T00:00:00.000+14:00",
        "9999-12-31T23:59:59.000-12:00",
        "1970-01-01T00:00:00.000+01:00",
        "2000-01-01T00:03:12.000Z",
    ],
)
def test_the_clock_of_a_telephone_that_was_never_set_keeps_no_answer_out(clock, phone, survey):
    before = timezone.now()
    assert phone.send(filled(survey.slug, start=clock, end=clock, family="association")).status_code == 201
    answer = only()
    assert before <= answer.started_at <= answer.completed_at == answer.consented_at <= timezone.now()


def test_a_telephone_ahead_of_time_does_not_date_an_answer_of_tomorrow(phone, survey):
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    phone.send(filled(survey.slug, start=tomorrow, end=tomorrow))
    assert only().started_at <= only().completed_at <= timezone.now()


def test_the_same_sending_again_makes_no_second_answer(phone, survey):
    content = filled(survey.slug, family="association", open_change_voice="note.amr")
    for _attempt in range(3):
        assert phone.send(content, [("note.amr", "audio/amr", SOUND)]).status_code == 201
    assert Submission.objects.count() == Media.objects.count() == 1


def test_files_may_come_in_several_sendings(phone, survey):
    content = filled(survey.slug, open_change_voice="a.amr", open_success_voice="b.amr")
    assert phone.send(content, [("a.amr", "audio/amr", SOUND)], incomplete=True).status_code == 201
    assert phone.send(content, [("b.amr", "audio/amr", SOUND + b"2")]).status_code == 201
    assert sorted(only().media.values_list("name", flat=True)) == ["a.amr", "b.amr"]


def test_an_upload_that_was_cut_is_taken_when_it_comes_whole(phone, survey):
    content = filled(survey.slug, open_change_voice="note.amr")
    body = envelope(content, [("note.amr", "audio/amr", SOUND)])
    phone.head(f"{phone.server}/submission")
    kind = "multipart/form-data; boundary=----limite"
    for length in (0, 40, len(body) // 2, len(body) - 8):
        response = phone.post(f"{phone.server}/submission", body[:length], kind)
        assert response.status_code == 400
        assert not Submission.objects.exists()
        assert not SetAside.objects.exists()
    assert phone.post(f"{phone.server}/submission", body, kind).status_code == 201
    assert only().media.get().size == len(SOUND)


def test_a_body_sent_by_chunks_is_read_to_its_end(phone, survey):
    """The standard asks for it: its length is not announced."""
    body = envelope(filled(survey.slug, family="association"))
    phone.head(f"{phone.server}/submission")
    for sent, status in ((body[:-9], 400), (body, 201)):
        response = phone._try(
            "POST",
            f"{phone.server}/submission",
            CONTENT_TYPE="multipart/form-data; boundary=----limite",
            CONTENT_LENGTH="",
            HTTP_TRANSFER_ENCODING="chunked",
            **{"wsgi.input": io.BytesIO(sent)},
        )
        assert response.status_code == status
    assert only().values == {"family": "association"}


def test_an_edited_answer_takes_the_place_of_the_former_whichever_comes_first(phone, survey):
    first, second, third = new_instance(), new_instance(), new_instance()
    phone.send(filled(survey.slug, instance=first, family="association"))
    phone.send(filled(survey.slug, instance=third, replaces=second, family="mutuelle"))
    phone.send(filled(survey.slug, instance=second, replaces=first, family="cooperative"))
    (counted,) = Submission.objects.counted()
    assert (counted.instance_id, counted.values) == (third, {"family": "mutuelle"})
    assert Submission.objects.count() == 3


def test_the_sheet_named_by_the_respondent_is_tied_to_the_answer(phone, survey, small_world):
    from tests.directory import factories

    sheet = factories.organisation("Organisation d’essai", small_world.poitiers)
    phone.send(filled(survey.slug, SHEET=sheet.public_id))
    phone.send(filled(survey.slug, SHEET="zzzz"))
    assert only(organisation=sheet).unread == {}
    assert only(organisation=None).unread == {"SHEET": "zzzz"}


@pytest.mark.parametrize("told", ["ORGANISATION d’essai ", "https://ville.example/annuaire/{}/", "{} "])
def test_far_from_the_site_the_sheet_is_named_by_its_name_or_address(phone, survey, small_world, told):
    from tests.directory import factories

    sheet = factories.organisation("Organisation d’essai", small_world.poitiers)
    factories.organisation("Organisation d’essai de Buxerolles", small_world.poitiers)
    phone.send(filled(survey.slug, SHEET=told.format(sheet.public_id)))
    assert only(organisation=sheet).unread == {}


def test_a_name_that_two_sheets_bear_is_nobodys(phone, survey, small_world):
    from tests.directory import factories

    for _twice in range(2):
        factories.organisation("Organisation d’essai", small_world.poitiers)
    phone.send(filled(survey.slug, SHEET="Organisation d’essai"))
    assert only(organisation=None).unread == {"SHEET": "Organisation d’essai"}


def test_without_agreement_nothing_is_kept_and_the_telephone_need_not_send_again(phone, survey):
    response = phone.send(filled(survey.slug, CONSENT="no", COLLEGE=None))
    assert response.status_code == 202
    assert told(response) == "Sans accord, rien n’est gardé."
    assert not Submission.objects.exists()
    assert not SetAside.objects.exists()


def test_answers_still_out_when_the_survey_closes_are_taken(phone, survey, agent):
    close_survey(person=agent, survey=survey)
    assert phone.send(filled(survey.slug, family="association")).status_code == 201


def test_a_form_changed_while_answers_are_out_takes_both_versions(phone, survey, agent):
    question = Question("local_market", "integer", {"fr": "Combien d’étals ?", "ar": "كم؟"})
    current = survey.versions.get().questionnaire()
    publish_version(person=agent, survey=survey, questionnaire=extend(current, "town_hall", (question,)))
    assert [form["version"] for form in phone.forms()] == ["2"]
    assert phone.send(filled(survey.slug, "1", family="association")).status_code == 201
    assert phone.send(filled(survey.slug, "2", local_market="3")).status_code == 201
    assert sorted(Submission.objects.values_list("form__number", flat=True)) == [1, 2]
    assert only(form__number=2).values == {"local_market": 3}


def test_a_long_header_that_says_nothing_costs_nothing():
    """Tried from each of its letters, this one would take minutes."""
    assert read_authorization(f"Digest {'a' * 200_000}") is None


# --- What cannot be placed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"nothing like XML", "Le formulaire n’est pas du XML lisible."),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "Le formulaire n’est pas du XML lisible."),
        (b'<data id="SLUG" version="1"><a>1</a></data>', "pas d’identifiant"),
        (filled("SLUG", "7"), "n’a jamais eu la version"),
        (filled("SLUG", "1.5"), "n’a jamais eu la version"),
        (filled("SLUG", "9" * 5000), "n’a jamais eu la version"),
        (filled("un-autre"), "n’est pas celui de cette enquête"),
        (filled("SLUG", CONSENT=None), "La question de l’accord n’a pas de réponse."),
    ],
)
def test_what_cannot_be_placed_is_kept_aside_once_and_told(content, said, phone, survey):
    content = content.replace(b"SLUG", survey.slug.encode())
    for _attempt in range(2):
        response = phone.send(content)
        assert response.status_code == 202
        assert said in told(response)
    held = SetAside.objects.get()
    assert bytes(held.content) == content
    assert said in held.reason
    assert not Submission.objects.exists()


def test_an_answer_to_a_version_that_comes_later_is_taken_in_then(phone, survey, agent):
    content = filled(survey.slug, "2", local_market="3", open_change_voice="note.amr")
    assert phone.send(content, [("note.amr", "audio/amr", SOUND)]).status_code == 202
    question = Question("local_market", "integer", {"fr": "Combien d’étals ?", "ar": "كم؟"})
    current = survey.versions.get().questionnaire()
    publish_version(person=agent, survey=survey, questionnaire=extend(current, "town_hall", (question,)))
    assert try_again(SetAside.objects.get()).status == 201
    assert only().values["local_market"] == 3
    assert only().media.get().name == "note.amr"
    assert not SetAside.objects.exists()


def test_what_is_tried_again_after_it_was_withdrawn_brings_nothing_back(phone, survey, agent):
    instance = new_instance()
    content = filled(survey.slug, "2", instance=instance, open_change_voice="note.amr")
    phone.send(content, [("note.amr", "audio/amr", SOUND)])
    publish_version(person=agent, survey=survey, questionnaire=survey.versions.get().questionnaire())
    phone.send(filled(survey.slug, instance=instance))
    withdraw(submission=only())
    held = SetAside.objects.get()
    held.content = content.replace(b'version="2"', b'version="1"')
    held.save()
    assert try_again(held).status == 201
    assert only().state == SubmissionState.WITHDRAWN
    assert not only().media.exists()


def test_an_identifier_that_bears_another_answer_is_kept_aside(phone, survey):
    instance = new_instance()
    phone.send(filled(survey.slug, instance=instance, family="association"))
    assert phone.send(filled(survey.slug, instance=instance, family="mutuelle")).status_code == 202
    assert only().values == {"family": "association"}
    assert b"mutuelle" in bytes(SetAside.objects.get().content)


def test_what_a_question_does_not_take_is_kept_beside_the_rest(phone, survey):
    phone.send(filled(survey.slug, family="club", founded="12", nothing_asked="x", COLLEGE="roi"))
    assert only().values == {"founded": 12}
    assert only().unread == {"family": "club", "nothing_asked": "x", "COLLEGE": "roi"}


# --- Files that are not let in ------------------------------------------------------------------------

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("note.amr", b"MZ\x90\x00" + bytes(100), "ni une image ni un son"),
        ("note.amr", b"\x7fELF" + bytes(100), "ni une image ni un son"),
        ("note.amr", b"#!/bin/sh\nrm -rf /", "ni une image ni un son"),
        ("note.amr", b"PK\x03\x04" + bytes(100), "ni une image ni un son"),
        ("note.amr", b"<svg onload=alert(1)>", "ni une image ni un son"),
        ("note.amr", PICTURE, "ni une image ni un son"),
        ("note.amr", SOUND + b"<script>alert(1)</script>", "contient un programme"),
        ("note.amr", SOUND + EICAR, "virus d’essai"),
        ("note.amr", b"", "vide"),
        ("note.amr", SOUND + bytes(screening.MOST_BYTES), "dépasse 10"),
        ("autre.amr", SOUND, "aucune réponse ne nomme"),
        ("note.exe", SOUND, "aucune réponse ne nomme"),
    ],
)
def test_a_file_that_is_not_let_in_leaves_the_answer_in(name, body, why, phone, survey):
    content = filled(survey.slug, family="association", open_change_voice="note.amr")
    for _attempt in range(2):
        response = phone.send(content, [(name, "audio/amr", body)])
        assert response.status_code == 201
        assert why in told(response)
    assert only().values["family"] == "association"
    assert not Media.objects.exists()
    assert why in SetAside.objects.get().reason


def test_a_name_with_folders_does_not_leave_its_own(phone, survey):
    content = filled(survey.slug, open_change_voice="../../evil.amr")
    response = phone.send(content, [("../../evil.amr", "audio/amr", SOUND)])
    assert response.status_code == 201
    assert not Media.objects.exists()


def test_an_envelope_larger_than_is_let_through_is_refused_unread(phone, survey):
    phone.head(f"{phone.server}/submission")
    response = phone._try(
        "POST",
        f"{phone.server}/submission",
        data=b"x",
        content_type="multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(200 * 1024 * 1024),
    )
    assert response.status_code == 413
    assert not Submission.objects.exists()


@pytest.mark.parametrize("kind", ["text/xml", "multipart/form-data", "application/json"])
def test_what_is_no_envelope_is_refused_in_words(kind, phone, survey):
    phone.head(f"{phone.server}/submission")
    response = phone.post(f"{phone.server}/submission", b"<data/>", kind)
    assert response.status_code == 400
    assert told(response)


def test_an_envelope_has_one_form(phone, survey):
    assert phone.send(None).status_code == 400


def test_an_agreement_taken_back_takes_the_answer_with_it_whichever_comes_first(phone, survey):
    for order in ((0, 1), (1, 0)):
        first = new_instance()
        sendings = (
            filled(survey.slug, instance=first, family="association", open_change_voice="note.amr"),
            filled(survey.slug, replaces=first, CONSENT="no", COLLEGE=None),
        )
        for place in order:
            phone.send(sendings[place], [("note.amr", "audio/amr", SOUND)] if place == 0 else ())
        assert only(instance_id=first).values == {}
        # Sent again, it does not come back.
        phone.send(sendings[0], [("note.amr", "audio/amr", SOUND)])
        assert only(instance_id=first).values == {}
    assert not Submission.objects.counted().exists()
    assert not Media.objects.exists()
