"""The portal's own pages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.directory import factories


def test_an_old_code_leads_to_the_town_that_followed(client, small_world):
    from terreau.territories.models import Territory

    former = Territory.objects.filter(
        kind="commune", valid_to__isnull=False, successors__isnull=False
    ).first()
    response = client.get(reverse("portal:territory", args=[former.code]))
    assert response.status_code in {200, 302}
    if response.status_code == 200:
        assert "n’existe plus" in response.content.decode()


def test_a_territory_shows_where_it_is_and_its_people(client, small_world):
    page = client.get(reverse("portal:territory", args=["fr-com-86194"])).content.decode()
    assert "Poitiers" in page
    for container in ("France", "Vienne", "Grand Poitiers"):
        assert container in page


def test_an_unknown_territory_is_not_found(client, db):
    assert client.get("/territoires/zz-nulle-part/").status_code == 404


def test_the_workspace_is_for_those_who_signed_in(client, small_world):
    assert client.get("/espace/").status_code == 302
    client.force_login(factories.agent_of(small_world.poitiers))
    response = client.get("/espace/")
    assert "Poitiers" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("country", ["fr", "ml", "bf", "ca-qc", "be", "lu", "ma", "tn", "sn", "cm"])
def test_each_country_asked_for_has_its_table(client, db, country):
    page = client.get(reverse("portal:legal_forms_of", args=[country])).content.decode()
    assert "à confirmer" in page or "vérifié" in page


def test_forms_out_of_the_field_are_shown_on_request(client, db):
    short = client.get("/formes-juridiques/fr/").content.decode()
    whole = client.get("/formes-juridiques/fr/?tout=1").content.decode()
    assert "Formes hors du champ" not in short
    assert "Formes hors du champ" in whole


def test_the_methods_page_holds_the_anchor_of_each_definition(client, db):
    from terreau.diagnosis.definitions import DEFINITIONS

    page = client.get("/methodes/").content.decode()
    assert all(f'id="{key}"' in page for key in DEFINITIONS)
