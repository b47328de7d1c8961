"""What a State or a region reads: what its communes have brought, its tables, its downloads."""

from __future__ import annotations

import re

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from terreau.diagnosis import services
from terreau.observatory.figures import figures_of
from terreau.observatory.package.making import make
from terreau.statistics import reading
from terreau.statistics.contributions import Degree, lines, of_the_network
from terreau.territories.models import Territory
from tests.directory.factories import agent_of, organisation, source
from tests.observatory.datapackages import Package, check_description
from tests.statistics import world as worlds
from tests.statistics.test_pages import plain, read

pytestmark = pytest.mark.django_db


def opened(place):
    Territory.objects.filter(pk=place.pk).update(opened_on=timezone.localdate())


@pytest.fixture
def world():
    return worlds.make_world()


@pytest.fixture
def abroad(tmp_path, monkeypatch, world):
    """The register of the fictional country, and where its vintages are."""
    monkeypatch.setattr(reading, "folders", lambda: [tmp_path / "out"])
    one = worlds.register(tmp_path)
    one.build()
    return one


def cells(page):
    """The rows of the table of a page: the first cell, then the others."""
    rows = re.findall(r'<tr role="row">(.*?)</tr>', page, re.S)[1:]
    return {
        plain(found[0]).strip(): [plain(one).strip() for one in found[1:]]
        for found in (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows)
    }


# --- What the communes have brought -----------------------------------------------------------------------


def test_a_commune_is_at_the_furthest_it_has_reached(world):
    opened(world.town)
    assert [(one.code, one.degree) for one in of_the_network(world.region)] == [("ml-c1", Degree.OPENED)]
    organisation("Essai", world.other, said_by=source(world.other))
    assert [(one.code, one.degree) for one in of_the_network(world.country)] == [
        ("ml-c2", Degree.BROUGHT),
        ("ml-c1", Degree.OPENED),
    ]
    agent = agent_of(world.town)
    draft = services.create_draft(person=agent, territory=world.town)
    services.publish(person=agent, territory=world.town, draft_key=draft.pk)
    assert [(one.code, one.degree) for one in of_the_network(world.country)] == [
        ("ml-c1", Degree.PUBLISHED),
        ("ml-c2", Degree.BROUGHT),
    ]


def test_a_list_without_a_row_and_an_organisation_s_own_words_are_nothing_brought(world):
    source(world.town)
    organisation("Essai", world.other, said_by=source(world.other, kind="actor"))
    assert of_the_network(world.country) == []


def test_each_commune_counts_once_in_each_territory_above(small_world):
    opened(small_world.lyon)
    organisation("Essai", small_world.poitiers, said_by=source(small_world.poitiers))
    communes = of_the_network(small_world.france)
    found = {one.code: one for one in lines(small_world.france, communes, "department")}
    total = Territory.objects.within(small_world.vienne).current().filter(kind="commune").count()
    vienne = found["fr-dep-86"]
    assert (vienne.communes, vienne.brought, vienne.by_degree) == (total, 1, (0, 1, 0))
    assert vienne.share == pytest.approx(100 / total)
    assert found["fr-dep-44"].brought == 0
    assert [one.code for one in found.values()] == ["fr-dep-86", "fr-dep-69", "fr-dep-44"]
    assert (found["fr-dep-69"].brought, found["fr-dep-69"].by_degree) == (0, (1, 0, 0))


def test_the_page_says_where_communes_are_without_any_vintage(client, small_world, monkeypatch, tmp_path):
    monkeypatch.setattr(reading, "folders", lambda: [tmp_path])
    opened(small_world.poitiers)
    text = read(client, "contributions", small_world.vienne.code)
    assert re.search(r"Aucune des 26\d communes n’a encore apporté sa connaissance", text)
    assert "Poitiers ouverte dans le réseau" in text
    assert "Ce qu’apportent les communes" in read(client, "territory", small_world.vienne.code)


def test_the_map_names_the_degrees_and_each_commune_brought(client, small_world):
    opened(small_world.poitiers)
    answer = client.get(reverse("statistics:contributions_picture", args=["fr-dep-86", "etroit"]))
    assert answer["Content-Type"] == "image/svg+xml"
    picture = answer.content.decode()
    for word in ("rien encore", "ouverte dans le réseau", "liste ou fiches apportées", "diagnostic publié"):
        assert word in picture
    assert "Poitiers (ouverte dans le réseau)" in picture


def test_simulated_lists_say_so(client, world):
    organisation("Essai", world.town, said_by=source(world.town, simulated=True))
    assert "données simulées" in read(client, "contributions", "ml-r1")


def test_a_commune_has_no_such_page(client, world):
    read(client, "contributions", "ml-c1", status=404)
    address = reverse("statistics:contributions_picture", args=["ml-c1", "large"])
    assert client.get(address).status_code == 404


def test_few_queries(client, small_world, register_read, django_assert_max_num_queries):
    opened(small_world.poitiers)
    for page in ("contributions", "tables", "downloads"):
        with django_assert_max_num_queries(12):
            client.get(reverse(f"statistics:{page}", args=["fr-dep-86"]))


# --- Tables -------------------------------------------------------------------------------------------------


def test_the_table_crosses_territories_and_families(client, abroad):
    page = client.get(reverse("statistics:tables", args=["ml-r1"])).content.decode()
    rows = cells(page)
    heads = [plain(one).strip() for one in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page, re.S)]
    for code, name in (("ml-c1", "Cercle un"), ("ml-c2", "Cercle deux")):
        found = figures_of(abroad.folder / "out", code, "2026-11")
        one = found.get("etablissements", perimeter="national", segment="famille:cooperative")
        assert rows[name][heads.index("Coopératives") - 1] == f"{one.value:.0f}"


def test_sectors_are_told_by_letter_and_by_name_and_sort_from_the_highest(client, abroad):
    address = reverse("statistics:tables", args=["ml-r1"])
    page = client.get(f"{address}?par=secteurs&mesure=etablissements&tri=section:AB").content.decode()
    assert '<abbr title="élevage">AB</abbr>' in page
    assert list(cells(page)) == ["Cercle un", "Cercle deux"]
    assert 'aria-sort="descending"' in page
    by_name = client.get(f"{address}?par=secteurs").content.decode()
    assert list(cells(by_name)) == ["Cercle deux", "Cercle un"]


@pytest.mark.parametrize("query", ["?niveau=region", "?par=x", "?mesure=x", "?tri=x", "?tri=famille:x"])
def test_a_table_that_is_not_is_not_found(client, abroad, query):
    read(client, "tables", "ml-r1", query, status=404)


def test_masked_jobs_are_said_to_be_in_a_table(client, world, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "folders", lambda: [tmp_path / "out"])
    worlds.register(tmp_path, size_public=False).build()
    rows = cells(
        client.get(reverse("statistics:tables", args=["ml-r1"]) + "?mesure=emplois").content.decode()
    )
    assert "masqué" in rows["Cercle un"]
    assert not {"62", "12"} & set(rows["Cercle un"])


def test_a_territory_without_parts_has_no_table(client, abroad):
    assert "aucun territoire" in read(client, "tables", "ml-c1")


# --- Downloads ----------------------------------------------------------------------------------------------


def test_the_package_is_offered_once_it_is_made(client, abroad, tmp_path):
    assert "pas encore prêt" in read(client, "downloads", "ml-r1")
    address = reverse("statistics:package", args=["ml"])
    assert client.get(address).status_code == 404
    assert not (tmp_path / "out" / "packages").exists(), "a reading writes nothing"
    path = make(tmp_path / "out", "2026-11")
    caches["pages"].clear()  # as the command does, by the stamp of public content
    text = read(client, "downloads", "ml-r1")
    assert "ess-ml-2026-11.zip" in text
    assert "Comptes de chaque territoire" in text
    answer = client.get(address)
    assert answer["Content-Type"] == "application/zip"
    assert 'filename="ess-ml-2026-11.zip"' in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content) == path.read_bytes()
    again = client.get(address, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    check_description(Package(path).description)


def test_the_downloads_of_a_country_without_a_vintage(client, small_world, monkeypatch, tmp_path):
    monkeypatch.setattr(reading, "folders", lambda: [tmp_path])
    assert "pas encore prêt" in read(client, "downloads", small_world.bamako.code)


def test_a_territory_s_page_leads_to_its_files(client, abroad):
    page = client.get(reverse("portal:territory", args=["ml-r1"])).content.decode()
    assert reverse("statistics:downloads", args=["ml-r1"]) in page
    assert "Données ouvertes" in page
