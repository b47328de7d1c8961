"""The portal's own pages."""

from __future__ import annotations

import re

import pytest
from django.urls import get_resolver, reverse

from tests.directory import factories


def test_an_old_code_leads_to_the_town_that_followed(client, small_world):
    response = client.get(reverse("portal:territory", args=["fr-com-86146"]))
    assert response.headers["Location"] == "/territoires/fr-com-86115/"


def test_a_commune_that_lived_twice_leads_to_what_it_is_today(client, small_world):
    """Its first life ended elsewhere: that passage is not where it went in the end."""
    from terreau.territories.models import Succession

    former, today = small_world["fr-com-86146"], small_world["fr-com-86115"]
    Succession.objects.create(
        former=former, successor=small_world.poitiers, on="1972-01-01", reason="fusion-association"
    )
    former.earlier_periods.create(valid_to="1972-01-01")
    response = client.get(f"/territoires/{former.code}/")
    assert response.headers["Location"] == f"/territoires/{today.code}/"


def test_an_ended_territory_without_successor_says_what_is_known_of_its_end(client, small_world):
    place = small_world["fr-com-86146"]
    place.successors.all().delete()
    place.dates_note = "A pris fin au plus tard le 1er janvier 2026."
    place.save()
    page = client.get(f"/territoires/{place.code}/").content.decode()
    assert "A pris fin au plus tard" in page
    assert "n’existe plus depuis" not in page
    assert "pas de successeur" in page


@pytest.mark.parametrize(
    ("written", "code"),
    [("FR-COM-86194", "fr-com-86194"), ("re", "fr-dep-974"), ("ML-GN-2460596", "ml-gn-2460596")],
)
def test_a_code_written_otherwise_leads_to_its_page(client, small_world, written, code):
    assert client.get(f"/territoires/{written}/").headers["Location"] == f"/territoires/{code}/"


def test_what_ties_a_city_to_the_network_is_told_with_its_evidence(client, small_world):
    page = client.get("/territoires/fr-com-44109/").content.decode()
    assert "attesté ainsi" in page
    assert "document fourni (remis au projet)" in page
    assert "Un lien n’est pas une adhésion" in page


def test_districts_of_the_same_name_have_titles_that_tell_their_towns(client, small_world):
    district = factories.territory(
        "fr-com-86194-plume", "Quartier de la Plume", kind="sector", parent=small_world.poitiers
    )
    page = client.get(f"/territoires/{district.code}/").content.decode()
    assert "<title>Quartier de la Plume (Poitiers) · Terreau</title>" in page


def test_towns_of_the_same_name_have_titles_that_tell_where_they_are(client, small_world):
    page = client.get("/territoires/fr-com-86194/").content.decode()
    assert "<title>Poitiers (Vienne) · Terreau</title>" in page
    assert "<h1>Poitiers</h1>" in page
    assert 'name="description" content="Poitiers (Vienne)\u00a0: les acteurs de' in page


def test_a_town_of_the_name_of_its_region_says_that_it_is_the_town(client, db):
    region = factories.territory("xx-reg-1", "Essai", kind="region")
    factories.territory("xx-com-1", "Essai", parent=region)
    titles = [
        client.get(f"/territoires/{code}/").content.decode().split("<title>")[1].split(" ·")[0]
        for code in ("xx-reg-1", "xx-com-1")
    ]
    assert titles == ["Essai", "Essai (commune)"]


def test_without_a_tied_city_the_list_of_territories_promises_none(client, db):
    factories.territory("xx", "Pays d’essai", kind="country")
    page = client.get("/territoires/").content.decode()
    assert "au réseau" not in page
    assert "Pays d’essai" in page


def test_a_sum_over_several_years_says_so(client, small_world):
    assert "Mayotte en 2017" in client.get("/territoires/fr/").content.decode()


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


def _links(client, address):
    return set(re.findall(r'href="([^"]+)"', client.get(address).content.decode()))


OWN = ("imports/", "annuaire/ajouter/", "filieres/", "diagnostic/", "subdivisions/", "journal/")


def test_an_agent_reaches_all_that_is_theirs_from_their_space_and_from_the_territory(client, small_world):
    client.force_login(factories.agent_of(small_world.poitiers))
    own = {f"/espace/fr-com-86194/{end}" for end in OWN}
    space = _links(client, "/espace/")
    assert own <= space
    assert {"/espace/compte/", "/travaux/"} <= space
    assert not {"/espace/reseau/", "/redaction/"} & space
    assert own <= _links(client, "/territoires/fr-com-86194/")


def test_the_secretariat_reaches_the_network_and_every_territory(client, small_world):
    client.force_login(factories.secretary())
    assert "/espace/reseau/" in _links(client, "/espace/")
    assert {f"/espace/fr-com-44109/{end}" for end in OWN} <= _links(client, "/territoires/fr-com-44109/")


def test_the_editor_of_the_guide_finds_the_way(client, small_world):
    from terreau.accounts.services import make_editor
    from terreau.portal import editorial

    editorial.load(lambda done, total: None)
    person = factories.person()
    make_editor(by=None, person=person)
    client.force_login(person)
    assert "/redaction/" in _links(client, "/espace/")


def test_nobody_is_shown_a_door_that_is_closed_to_them(client, small_world):
    for who in (None, factories.person(), factories.agent_of(small_world.nantes)):
        if who is not None:
            client.force_login(who)
        closed = {f"/espace/fr-com-86194/{end}" for end in OWN}
        assert not closed & _links(client, "/territoires/fr-com-86194/")


def test_the_newest_population_is_shown_with_its_year_undated_ones_last(client, small_world):
    place = small_world.poitiers
    place.populations.all().delete()
    place.populations.create(year=None, value=111_111, source="sans date", note="année non dite")
    place.populations.create(year=2019, value=222_222, source="ancienne")
    place.populations.create(year=2024, value=333_333, source="mairie, essai")
    page = client.get("/territoires/fr-com-86194/").content.decode().replace("\u202f", " ")
    assert "333 333" in page
    assert "(2024, mairie, essai)" in page
    assert "111 111" not in page


@pytest.mark.parametrize("country", ["fr", "ml", "bf", "ca-qc", "be", "lu", "ma", "tn", "sn", "cm"])
def test_each_country_asked_for_has_its_table(client, db, country):
    page = client.get(reverse("portal:legal_forms_of", args=[country])).content.decode()
    assert "à confirmer" in page or "vérifié" in page


def test_each_rule_has_its_line(client, db):
    from terreau.perimeters.rules import RULES

    page = client.get("/formes-juridiques/").content.decode()
    assert all(f'id="{rule_id}"' in page for rule_id in RULES)
    assert "{" not in re.search(r'id="regles".*', page, re.DOTALL)[0].split("</table>")[0]


def test_forms_out_of_the_field_are_shown_on_request(client, db):
    short = client.get("/formes-juridiques/fr/").content.decode()
    whole = client.get("/formes-juridiques/fr/?tout=1").content.decode()
    assert "Formes hors du champ" not in short
    assert "Formes hors du champ" in whole


def test_the_methods_page_leads_to_the_method_of_each_application(client, db):
    found = {
        reverse(f"{space}:{name}")
        for space, (_prefix, resolver) in get_resolver().namespace_dict.items()
        for name in ("method", "results_method")
        if resolver.reverse_dict.getlist(name)
    }
    page = client.get("/methodes/").content.decode()
    assert len(found) > 5
    assert {url for url in found if f'href="{url}"' not in page} == set()


def test_the_methods_page_holds_the_anchor_of_each_definition(client, db):
    from terreau.diagnosis.definitions import DEFINITIONS

    page = client.get("/methodes/").content.decode()
    anchors = re.findall(r' id="([^"]+)"', page)
    assert [key for key in DEFINITIONS if anchors.count(key) != 1] == []
    assert len(set(anchors)) == len(anchors)
