"""What search engines are told: pages that anyone may read, and no work."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.test import override_settings

from terreau.core.registry import listed_pages
from terreau.diagnosis.services import create_draft, publish
from terreau.directory.enums import Status
from terreau.directory.models import Organisation
from terreau.opendata.crawlers import PageList
from tests.directory import factories as make


@pytest.fixture
def town(small_world):
    """Two sheets, a third withdrawn, a fourth that was told twice; and a diagnosis."""
    town = small_world.poitiers
    sheets = [make.organisation(f"Essai {number}", town, family="association") for number in range(4)]
    Organisation.objects.filter(pk=sheets[2].pk).update(status=Status.HIDDEN)
    Organisation.objects.filter(pk=sheets[3].pk).update(merged_into=sheets[0])
    make.indexed()
    agent = make.agent_of(town)
    draft = create_draft(person=agent, territory=town)
    publish(person=agent, territory=town, draft_key=draft.key)
    return town


def listed(client, address):
    """The paths that a list holds; of the lists themselves, with which part of each is asked for."""
    found = re.findall("<loc>(.*?)</loc>", client.get(address).content.decode())
    return [f"{parts.path}?{parts.query}".rstrip("?") for parts in map(urlsplit, found)]


def test_every_page_listed_is_there_for_anyone(client, town):
    lists = listed(client, "/plan-du-site.xml")
    assert len(lists) == len(list(listed_pages)) > 5
    pages = {path for one in lists for path in listed(client, one)}
    assert {"/", "/annuaire/", f"/territoires/{town.code}/", f"/territoires/{town.code}/diagnostic/"} <= pages
    for path in pages:
        assert client.get(path).status_code == 200, path


def test_what_was_withdrawn_or_told_twice_is_not_listed(client, town):
    names = {one.name: one.public_id for one in Organisation.objects.all()}
    told = {f"/annuaire/{names[f'Essai {number}']}/" for number in range(2)}
    assert set(listed(client, "/plan-du-site-fiches.xml")) == told


def test_a_territory_of_which_nothing_is_known_is_not_listed(client, town):
    assert listed(client, "/plan-du-site-territoires.xml") == [f"/territoires/{town.code}/"]


def test_a_long_list_is_told_by_parts_and_asks_as_little(
    client, town, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(PageList, "limit", 1)
    parts = [one for one in listed(client, "/plan-du-site.xml") if "fiches" in one]
    assert parts == ["/plan-du-site-fiches.xml", "/plan-du-site-fiches.xml?p=2"]
    with django_assert_max_num_queries(4):
        first, second = (listed(client, one) for one in parts)
    assert len(first) == len(second) == 1
    assert first != second
    assert client.get("/plan-du-site-fiches.xml?p=3").status_code == 404
    assert client.get("/plan-du-site-rien.xml").status_code == 404


def test_search_engines_are_kept_from_work_and_from_endless_questions(client, db):
    with override_settings(PUBLIC_URL="https://terreau.test", EXERCISE=False, DEMO=False):
        told = client.get("/robots.txt").content.decode().splitlines()
    assert {"Disallow: /espace/", "Disallow: /annuaire/?"} <= set(told)
    assert told[-1] == "Sitemap: https://terreau.test/plan-du-site.xml"


@pytest.mark.parametrize("which", ["EXERCISE", "DEMO"])
def test_neither_an_exercise_nor_a_demonstration_is_to_be_found(client, db, which):
    with override_settings(**{"EXERCISE": False, "DEMO": False, which: True}):
        assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"
