"""The agent's page for telephones, and who may open what."""

from __future__ import annotations

import base64
import io
import json
import zlib

import pytest
from django.conf import settings
from django.urls import reverse
from pypdf import PdfReader
from pyxform.xls2xform import convert

from terreau.journal.models import Event
from terreau.survey.field.accounts import password_of
from terreau.survey.field.forms import asked_in_field
from terreau.survey.field.screens import collect_settings
from terreau.survey.field.xlsform import xform
from terreau.survey.field_models import FieldAccount, SetAside
from terreau.survey.models import Media
from terreau.survey.paper.printing import specimen_pdf
from tests.directory import factories
from tests.survey.field_world import SOUND, agent_of, filled, open_new, telephone


@pytest.fixture
def survey(small_world, agent):
    return open_new(small_world.poitiers, agent, oral=True)


@pytest.fixture
def at(survey):
    """The address of one of the pages."""

    def find(name, *more):
        return reverse(f"survey:{name}", args=[survey.territory.code, survey.slug, *more])

    return find


def test_an_access_is_given_shown_once_and_taken_back(client, agent, survey, at):
    client.force_login(agent)
    page = client.post(at("field"), {"give": "1", "label": "Équipe d’essai"})
    account = FieldAccount.objects.get()
    text = page.content.decode()
    assert account.username in text
    assert "<svg" in text
    assert password_of(account) in text
    assert password_of(account) not in client.get(at("field")).content.decode()
    client.post(at("field"), {"revoke": account.pk})
    assert not FieldAccount.objects.good().exists()
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"field_account.given", "field_account.revoked"} <= verbs


def test_an_access_without_name_is_refused_in_words(client, agent, at):
    client.force_login(agent)
    page = client.post(at("field"), {"give": "1", "label": " "})
    assert page.status_code == 400
    assert "à quelle équipe" in page.content.decode()


def test_the_code_to_photograph_holds_the_settings_of_the_telephone(survey):
    account = FieldAccount(survey=survey, username="essai-1")
    told = json.loads(zlib.decompress(base64.b64decode(collect_settings(survey, account, "abcd"))))
    assert told["general"]["server_url"] == f"{settings.PUBLIC_URL}/openrosa/{survey.slug}"
    assert (told["general"]["username"], told["general"]["password"]) == ("essai-1", "abcd")
    assert told["admin"] == {}


def test_the_xlsform_is_read_by_pyxform_without_a_warning_in_every_language(client, agent, survey, at):
    client.force_login(agent)
    content = client.get(at("form_file", "xlsx")).content
    warnings: list[str] = []
    done = convert(content, warnings=warnings, file_type=".xlsx")
    assert warnings == []
    for language in ("français (fr)", "العربية (ar)"):
        assert f'<translation lang="{language}"' in done.xform
    assert 'jr:preload="uid"' in done.xform
    assert client.get(at("form_file", "xml")).content.startswith(b"<?xml")
    assert client.get(at("form_file", "exe")).status_code == 404


def test_what_was_set_aside_is_shown_tried_again_and_thrown_away(client, agent, survey, at):
    phone = telephone(client, survey, agent)
    phone.send(filled(survey.slug, "2", open_change_voice="note.amr"), [("note.amr", "audio/amr", SOUND)])
    phone.send(b"pas du XML")
    client.force_login(agent)
    page = client.get(at("field")).content.decode()
    assert "2 envois mis de côté" in page
    first, second = SetAside.objects.all()
    assert client.get(at("set_aside", first.pk)).content == bytes(first.content)
    file = settings.HOME.files / first.files[0]["path"]
    assert file.exists()
    page = client.post(at("field"), {"retry": first.pk}, follow=True).content.decode()
    assert "ne peut toujours pas entrer" in page
    client.post(at("field"), {"drop": second.pk})
    assert SetAside.objects.get() == first


@pytest.mark.django_db(transaction=True)
def test_a_file_set_aside_leaves_the_disk_with_it(client, agent, survey, at):
    phone = telephone(client, survey, agent)
    body = SOUND + b"seul"
    phone.send(filled(survey.slug, "2", open_change_voice="note.amr"), [("note.amr", "audio/amr", body)])
    held = SetAside.objects.get()
    file = settings.HOME.files / held.files[0]["path"]
    client.force_login(agent)
    client.post(at("field"), {"drop": held.pk})
    assert not file.exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_that_two_sendings_carry_stays_for_the_other(client, agent, survey, at):
    phone = telephone(client, survey, agent)
    for version in ("2", "3"):
        content = filled(survey.slug, version, open_change_voice="note.amr")
        phone.send(content, [("note.amr", "audio/amr", SOUND + b"deux fois")])
    first, second = SetAside.objects.all()
    client.force_login(agent)
    client.post(at("field"), {"drop": first.pk})
    assert (settings.HOME.files / second.files[0]["path"]).exists()


def test_a_file_sent_is_given_to_keep_and_never_shown_by_the_site(client, agent, survey, at):
    phone = telephone(client, survey, agent)
    phone.send(filled(survey.slug, open_change_voice="note.amr"), [("note.amr", "audio/amr", SOUND)])
    client.force_login(agent)
    response = client.get(at("media", Media.objects.get().pk))
    assert b"".join(response.streaming_content) == SOUND
    assert response["Content-Type"] == "audio/amr"
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("name", ["field", "paper", "typing", "exports"])
def test_the_pages_are_those_of_who_runs_the_survey(name, client, agent, survey, at, small_world):
    assert client.get(at(name)).status_code == 302
    client.force_login(agent_of(small_world.lyon))
    assert client.get(at(name)).status_code == 403
    client.force_login(agent)
    page = client.get(at(name))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]


def test_the_secretariat_gives_accesses_and_reads_no_answer(client, agent, survey, at):
    phone = telephone(client, survey, agent)
    phone.send(filled(survey.slug, open_change_voice="note.amr"), [("note.amr", "audio/amr", SOUND)])
    client.force_login(factories.secretary())
    assert client.get(at("field")).status_code == 200
    assert client.get(at("typing")).status_code == 403
    assert client.get(at("media", Media.objects.get().pk)).status_code == 403
    for name in ("survey", "field", "paper", "exports"):
        assert at("typing") not in client.get(at(name)).content.decode()
    client.force_login(agent)
    for name in ("survey", "field", "paper", "exports", "typing"):
        assert at("typing") in client.get(at(name)).content.decode()


def test_a_simulated_survey_says_so_on_telephones_and_on_paper(small_world, agent):
    invented = open_new(small_world.poitiers, agent, simulated=True)
    form = invented.versions.get()
    said = "Données simulées"
    assert said in xform(asked_in_field(form)).xml.decode()
    assert said in PdfReader(io.BytesIO(specimen_pdf(form, "fr"))).pages[0].extract_text()
