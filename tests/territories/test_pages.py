"""The screens: what they show, to whom, at what cost; nothing is written by looking."""

from __future__ import annotations

import brotli
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from terreau.territories import stash
from terreau.territories.loading import load_reference
from terreau.territories.models import Territory
from terreau.territories.reference.rows import Only

SUBDIVISIONS = "/espace/ml-gn-2460596/subdivisions/"
FILE = "nom;type;population;année\nCommune Bleue;commune;1200;2019\nSans type;;;\n"


def queries_of(client, path):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200
    written = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []
    return len(queries)


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("/territoires/", ["Bruxelles", "Mali", "Allemagne", "présence au Bureau"]),
        ("/territoires/?q=poitiers", ["/territoires/fr-com-86194/", "89", "2023"]),
        ("/territoires/?q=Marigny-Brizay", ["Jaunay-Marigny", "anciennement Marigny-Brizay"]),
        ("/territoires/?q=bamako", ["année non dite par la source"]),
        ("/territoires/?q=nulleparttt", ["Aucun territoire ne correspond", "code postal"]),
        ("/territoires/?q=%3Cscript%3E", ["Aucun territoire"]),
        ("/territoires/?dans=fr-dep-86", ["Poitiers", "Page 1 sur"]),
        ("/territoires/?dans=fr-epci-200069854", ["Poitiers"]),
        ("/territoires/?q=saint&page=999", ["Saint"]),
    ],
)
def test_pages_show(client, small_world, path, texts):
    response = client.get(path)
    page = response.content.decode()
    assert response.status_code == 200
    for text in texts:
        assert text in page
    assert "<script>" not in page


def test_a_territory_unknown_is_not_found(client, small_world):
    assert client.get("/territoires/?dans=nulle-part").status_code == 404
    assert client.get("/territoires/?dans=nulle%00part").status_code == 404


def test_only_an_accession_makes_a_member(client, small_world):
    load_reference(only=Only(cities=frozenset({"2358100"}), countries=frozenset({"BF"})))  # Manga, a member
    page = client.get("/territoires/").content.decode()
    assert page.count("tag good") == 1


def test_opened_territories_come_first(client, small_world):
    Territory.objects.filter(code="ml-gn-2460596").update(opened_on=timezone.localdate())
    page = client.get("/territoires/").content.decode()
    assert page.index("Territoires ouverts dans le réseau") < page.index("villes liées au réseau")


@pytest.mark.parametrize(
    "query", ["", "?q=saint", "?q=69003", "?q=Marigny-Brizay", "?q=poitirs", "?dans=fr-dep-86"]
)
def test_few_queries_whatever_the_rows(client, small_world, query):
    assert queries_of(client, f"/territoires/{query}") <= 12


def test_queries_do_not_grow_with_rows(client, small_world):
    few = queries_of(client, "/territoires/?q=bourg")
    Territory.objects.bulk_create(
        Territory(code=f"xx-{n}", kind="commune", name="Bourg", name_folded="bourg", country_code="XX")
        for n in range(100)
    )
    assert queries_of(client, "/territoires/?q=bourg") <= few
    before = queries_of(client, "/territoires/")
    Territory.objects.filter(kind="commune", country_code="FR").update(opened_on=timezone.localdate())
    assert queries_of(client, "/territoires/") <= before + 2


def test_the_page_is_light(client, db):
    load_reference(only=Only(countries=frozenset()))
    load_reference(only=Only(countries=frozenset(all_countries())))
    assert len(brotli.compress(client.get("/territoires/").content, quality=5)) < 14_000


def all_countries():
    from terreau.core.countries import iso2_codes

    return iso2_codes()


def test_the_panel_names_what_lies_inside(client, small_world):
    page = client.get("/territoires/fr-epci-200069854/").content.decode()
    assert "/territoires/fr-com-86194/" in page
    assert "Tenir les arrondissements" not in client.get("/territoires/ml-gn-2460596/").content.decode()


def test_the_agent_is_shown_the_way_to_subdivisions(client, small_world, agent):
    client.force_login(agent)
    assert SUBDIVISIONS in client.get("/territoires/ml-gn-2460596/").content.decode()


def test_a_visitor_must_sign_in(client, small_world):
    assert client.get(SUBDIVISIONS).status_code == 302


def test_another_town_s_agent_is_refused(client, small_world, stranger):
    client.force_login(stranger)
    assert client.get(SUBDIVISIONS).status_code == 403
    assert client.post(SUBDIVISIONS, {"source": "x"}).status_code == 403


@pytest.fixture
def desk(client, agent):
    """The agent of Bamako, signed in."""
    client.force_login(agent)
    return client


def send(desk, text=FILE, name="quartiers.csv", source="mairie"):
    return desk.post(SUBDIVISIONS, {"file": SimpleUploadedFile(name, text.encode()), "source": source})


def test_an_agent_sees_what_will_change_then_confirms(desk):
    assert "Envoyer un fichier" in desk.get(SUBDIVISIONS).content.decode()
    preview = send(desk)
    page = preview.content.decode()
    assert "Commune Bleue" in page
    assert "type manque" in page
    assert not Territory.objects.filter(name="Commune Bleue").exists()
    confirmed = desk.post(SUBDIVISIONS, {"ticket": preview.context["ticket"]}, follow=True)
    assert "1 subdivision mise à jour" in confirmed.content.decode()
    assert Territory.objects.filter(name="Commune Bleue").exists()
    again = send(desk).content.decode()
    assert "Tout est déjà à jour" in again


def test_absent_ones_end_only_when_ticked(desk):
    desk.post(SUBDIVISIONS, {"ticket": send(desk).context["ticket"]})
    other = send(desk, "nom;type\nCommune Verte;commune\n")
    assert "n’est pas dans ce fichier" in other.content.decode()
    desk.post(SUBDIVISIONS, {"ticket": other.context["ticket"], "end_absent": "1"})
    assert not Territory.objects.get(name="Commune Bleue").is_current


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("", "a.csv", "vide"),
        ("nom;type\n", "a.csv", "aucune ligne"),
        ("x", "a.pdf", "format"),
        ("x", "a.xlsx", "classeur"),
    ],
)
def test_a_bad_file_is_explained(desk, text, name, said):
    response = send(desk, text, name)
    assert said in response.content.decode()
    assert not Territory.objects.filter(is_reference=False).exists()


def test_a_file_without_a_usable_row_offers_nothing_to_confirm(desk):
    desk.post(SUBDIVISIONS, {"ticket": send(desk).context["ticket"]})
    page = send(desk, "a;b\n1;2\n").content.decode()
    assert "Aucune ligne de ce fichier ne peut être lue" in page
    assert "déjà à jour" not in page
    assert "Confirmer" not in page
    assert "end_absent" not in page


def test_a_file_too_large_is_refused(desk, monkeypatch):
    monkeypatch.setattr("terreau.territories.forms.MAX_BYTES", 10)
    assert "dépasse" in send(desk).content.decode()


def test_a_ticket_is_of_one_person_and_one_town(desk, stranger, small_world):
    ticket = send(desk).context["ticket"]
    desk.force_login(stranger)
    refused = desk.post("/espace/ma-gn-2553604/subdivisions/", {"ticket": ticket})
    assert refused.status_code == 400
    assert "n’est plus là" in refused.content.decode()
    assert not Territory.objects.filter(is_reference=False).exists()


def test_an_old_file_is_not_kept(desk, monkeypatch):
    ticket = send(desk).context["ticket"]
    monkeypatch.setattr(stash, "KEPT_SECONDS", -1)
    send(desk)
    assert desk.post(SUBDIVISIONS, {"ticket": ticket}).status_code == 400


def test_few_queries_with_many_subdivisions(desk, small_world):
    few = queries_of(desk, SUBDIVISIONS)
    rows = "".join(f"Quartier {n};quartier;{n + 1};2020\n" for n in range(120))
    desk.post(SUBDIVISIONS, {"ticket": send(desk, f"nom;type;population;année\n{rows}").context["ticket"]})
    many = queries_of(desk, SUBDIVISIONS)
    assert many <= few + 2
    assert many <= 12
