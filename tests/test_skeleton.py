"""The skeleton stands: pages answer, migrations are whole."""

from __future__ import annotations

import io

import pytest
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


def test_an_unknown_address_is_explained_in_french(client, db):
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    assert "Page introuvable" in response.content.decode()
