"""One's own data: all of it given, erased on request, nothing left that names the person."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models

from terreau.accounts import personal, services
from terreau.accounts.enums import Role
from terreau.accounts.models import Person, RoleGrant
from terreau.core.errors import TerreauError
from terreau.core.registry import MessageKind, PersonalData, message_kinds, personal_data
from terreau.jobs.models import Job
from terreau.journal.models import Event
from terreau.notifications.services import choose, notify

pytestmark = pytest.mark.django_db
ADDRESS = "awa.dupont-essai@exemple.org"
NAME = "Awa Dupont-Essai"


@pytest.fixture(autouse=True)
def _kind():
    message_kinds.register(MessageKind("tests.news", 1, "Nouvelles d’essai"))
    yield
    message_kinds.entries.pop("tests.news", None)


@pytest.fixture
def awa(people, tree):
    person = services.ensure_person(email=ADDRESS, display_name=NAME)
    services.grant_role(by=None, person=person, role=Role.AGENT, territory=tree["town"])
    notify(person=person, kind="tests.news", once="a", subject="Bonjour Awa", lines=["Texte d’essai"])
    choose(person=person, frequencies={"tests.news": "weekly"})
    Job.objects.create(kind="tests.count", title="Travail d’essai", person=person)
    return person


def test_all_that_is_held_is_given(client, awa):
    client.force_login(awa)
    assert client.get("/espace/donnees/").status_code == 200
    assert client.get("/espace/donnees/telecharger/").status_code == 405
    response = client.post("/espace/donnees/telecharger/")
    pack = zipfile.ZipFile(io.BytesIO(response.content))
    texts = {name: pack.read(name).decode() for name in pack.namelist()}
    assert set(texts) >= {"LISEZ-MOI.txt", "compte.json", "journal.json", "messages.json", "travaux.json"}
    everything = "".join(texts.values())
    for expected in (ADDRESS, NAME, "Bonjour Awa", "Texte d’essai", "xx-town", "Travail d’essai", "weekly"):
        assert expected in everything
    for name, text in texts.items():
        assert name.endswith(".txt") or json.loads(text)["intitule"]


def traces(text):
    """Where a text is still held, in any table."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                rows = model._base_manager.filter(**{f"{field.name}__icontains": text})
                if rows.exists():
                    found.append(f"{model._meta.label}.{field.name}")
    return found


def test_erasing_says_first_what_goes_and_what_stays_and_leaves_no_trace(client, awa, people, tree):
    client.force_login(awa)
    page = client.get("/espace/donnees/effacer/").content.decode()
    assert "Ce qui reste, sans votre nom" in page
    assert "Agent du territoire" in page or "agent du territoire" in page
    wrong = client.post("/espace/donnees/effacer/", {"email": "autre@exemple.org"})
    assert wrong.status_code == 400
    assert "Rien n’a été effacé" in wrong.content.decode()
    assert traces(ADDRESS)
    client.post("/espace/donnees/effacer/", {"email": ADDRESS.upper()})
    assert traces(ADDRESS) == []
    assert traces(NAME) == []
    assert traces("Bonjour Awa") == []
    assert not RoleGrant.objects.filter(person_id=awa.pk).exists()
    assert not EmailAddress.objects.filter(user_id=awa.pk).exists()
    assert Event.objects.filter(subject=f"person:{awa.pk}", verb="person.erased").count() == 1
    assert Job.objects.get().person is None
    assert client.get("/espace/").status_code == 302, "signed out"


def test_the_journal_still_tells_what_was_done_and_no_name(client, awa, people):
    services.rename(person=awa, display_name=NAME)
    personal.erase(person=awa)
    client.force_login(people["agent"])
    page = client.get("/espace/xx-town/journal/").content.decode()
    assert "a donné le rôle d’agent à" in page
    assert NAME not in page
    assert ADDRESS not in page


def test_twice_is_once(awa):
    personal.erase(person=awa)
    personal.erase(person=awa)
    assert Event.objects.filter(verb="person.erased").count() == 1


def test_the_address_may_come_back_as_someone_new(awa):
    personal.erase(person=awa)
    again = services.ensure_person(email=ADDRESS)
    assert again.pk != awa.pk
    assert not again.grants.exists()


def test_the_last_of_the_secretariat_is_told_why_not(client, people):
    secretary = people["secretariat"]
    client.force_login(secretary)
    assert "dernière personne du secrétariat" in client.get("/espace/donnees/effacer/").content.decode()
    with pytest.raises(TerreauError, match="dernière personne"):
        personal.erase(person=secretary)
    assert Person.objects.get(pk=secretary.pk).is_active


def test_other_applications_say_what_they_hold(awa):
    seen = []
    part = PersonalData("tests", 99, "Essai", export=lambda person: [str(person)], erase=seen.append)
    personal_data.register(part)
    try:
        assert personal.gather(awa)["tests"] == {"intitule": "Essai", "contenu": [NAME]}
        personal.erase(person=awa)
    finally:
        personal_data.entries.pop("tests")
    assert seen == [awa]


def test_one_that_cannot_be_erased_leaves_all_as_it_was(awa):
    def fail(_person):
        raise TerreauError("Essai")

    personal_data.register(PersonalData("tests", 5, "Essai", export=str, erase=fail))
    try:
        with pytest.raises(TerreauError):
            personal.erase(person=awa)
    finally:
        personal_data.entries.pop("tests")
    assert Person.objects.get(pk=awa.pk).email == ADDRESS
    assert awa.grants.exists()
