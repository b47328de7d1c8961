"""`terreau person`: the first people of an instance are brought in from the console."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator

from terreau.accounts.models import Person
from terreau.accounts.services import ensure_person
from terreau.core.registry import reference_data
from terreau.notifications.models import Message
from terreau.project.cli import main
from terreau.territories.models import Ancestry, Territory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_reference_data(monkeypatch):
    monkeypatch.setattr(reference_data, "entries", {})


@pytest.fixture
def town():
    town = Territory.objects.create(
        code="xx-com-1", kind="commune", name="Ville d’essai", name_folded="ville d essai", country_code="XX"
    )
    Ancestry.objects.create(ancestor=town, descendant=town)
    return town


def test_someone_is_brought_in_with_roles(town, capsys):
    arguments = [
        "person",
        "add",
        "Awa@exemple.org",
        "--name",
        "Awa",
        "--agent",
        "XX-com-1",
        "--secretariat",
        "--editor",
    ]
    assert main(arguments) == 0
    person = Person.objects.get(email="awa@exemple.org")
    assert {str(grant.role) for grant in person.grants.all()} == {"agent", "secretariat"}
    assert person.is_staff
    town.refresh_from_db()
    assert town.opened_on is not None
    out = capsys.readouterr().out
    assert "awa@exemple.org" in out
    assert "Ville d’essai" in out
    assert main(arguments) == 0
    assert person.grants.count() == 2


@pytest.mark.parametrize(
    "arguments", [["add", "sans arobase"], ["add", "a@exemple.org", "--agent", "xx-rien"]]
)
def test_what_cannot_be_done_is_told_and_nothing_is_kept(arguments, capsys):
    assert main(["person", *arguments]) == 1
    assert capsys.readouterr().err.startswith("terreau")
    assert not Person.objects.exists()


def test_people_are_listed_and_leave(capsys):
    main(["person", "add", "awa@exemple.org", "--secretariat"])
    main(["person", "add", "ben@exemple.org"])
    assert main(["person", "leave", "Ben@exemple.org"]) == 0
    capsys.readouterr()
    assert main(["person", "list"]) == 0
    out = capsys.readouterr().out
    assert "secrétariat du réseau" in out
    assert "ben@exemple.org (accès fermé)" in out
    assert main(["person", "leave", "awa@exemple.org"]) == 1
    assert "Nommez d’abord" in capsys.readouterr().err
    assert main(["person", "leave", "inconnue@exemple.org"]) == 1


def test_who_lost_a_key_is_told_that_it_was_taken_away(capsys):
    person = ensure_person(email="awa@exemple.org")
    Authenticator.objects.create(user=person, type="webauthn", data={"name": "x"})
    assert main(["person", "unlock", "Awa@exemple.org"]) == 0
    assert "le code par courriel suffit de nouveau" in capsys.readouterr().out
    assert Message.objects.get(person=person).kind == "accounts.proofs"
