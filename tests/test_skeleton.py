"""The skeleton stands: pages answer, migrations are whole."""

from __future__ import annotations

import io

import pytest
from django.core.mail.backends.smtp import EmailBackend
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing():
    out = io.StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=out)
    assert "No changes detected" in out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/methodes/", "/formes-juridiques/", "/accessibilite/"])
def test_public_pages_answer(client, path):
    assert client.get(path).status_code == 200


def test_a_name_that_is_not_ours_is_told_in_french(client):
    answer = client.get("/", headers={"host": "autre.example"})
    assert answer.status_code == 400
    assert "TERREAU_HOSTS" in answer.content.decode()


def test_a_form_of_too_much_text_is_told_in_french(client, db):
    answer = client.post("/compte/connexion/", {"email": "a" * 6_000_000})
    assert answer.status_code == 400
    assert "Cet envoi est trop grand" in answer.content.decode()


def test_a_form_of_too_many_fields_is_told_in_french(client, db):
    answer = client.post("/compte/connexion/", {f"a{number}": "1" for number in range(2100)})
    assert answer.status_code == 400
    assert "Cet envoi est trop grand" in answer.content.decode()


def test_a_mail_server_that_says_nothing_is_not_waited_for_for_ever():
    assert EmailBackend(host="127.0.0.1").timeout == 15


def test_an_unknown_address_is_explained_in_french(client, db):
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    assert "Page introuvable" in response.content.decode()
