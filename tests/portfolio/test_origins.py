"""Where a project may begin: what the diagnosis recommends, the practices that the town took up."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from terreau.portfolio.enums import Origin
from terreau.portfolio.models import Project
from terreau.practices import services as practices
from tests.directory import factories
from tests.levers.world import diagnosed
from tests.levers.world import town as surveyed_town
from tests.practices.world import published
from tests.practices.world import town as practices_town

pytestmark = pytest.mark.django_db


def test_a_project_is_begun_from_each_recommendation_and_practice_that_is_offered(client):
    place, agent = surveyed_town()
    diagnosed(place, agent)
    practice = published()
    practices.take_up(person=agent, practice=practice, territory=place, adaptation="En plus petit.")
    client.force_login(agent)
    page = reverse("portfolio:new", args=[place.code])
    offered = client.get(page).context["offered"]
    assert {one["origin"] for one in offered} == {
        str(Origin.RECOMMENDATION.label),
        str(Origin.PRACTICE.label),
    }
    for one in (offered[0], offered[-1]):
        address = f"{page}?{one['query']}"
        form = client.get(address)
        assert one["title"] in form.content.decode()
        sent = {"once": form.context["drawn"], "title": one["title"], "summary": "Essai."}
        assert client.post(address, sent).status_code == 302
    first, last = Project.objects.order_by("pk")
    assert (first.origin, last.origin) == (Origin.RECOMMENDATION, Origin.PRACTICE)
    assert first.finding
    assert last.origin_key == practice.public_id


# --- « En faire un projet », where one is ---------------------------------------------------------------


def links_of(client, page):
    """The links of a page that begin a project, as they are followed."""
    text = client.get(page).content.decode()
    return [unescape(one) for one in re.findall(r'href="([^"]*/projets/nouveau/[^"]*)"', text)]


def begun_from(client, link):
    """The project begun by following a link, then sending its form."""
    form = client.get(link)
    assert "cette origine est gardée" in form.content.decode()
    title = form.context["form"]["title"].value() or "Un projet d’essai"
    sent = {"once": form.context["drawn"], "title": title, "summary": "Essai."}
    assert client.post(link, sent).status_code == 302
    return Project.objects.get(public_id=sent["once"])


def test_a_recommendation_of_the_diagnosis_becomes_a_project(client):
    place, agent = surveyed_town()
    edition = diagnosed(place, agent)
    pages = [
        reverse("diagnosis:edition", args=[place.code, edition.number]),
        reverse("diagnosis:part", args=[place.code, edition.number, "recommandations"]),
    ]
    assert not any(links_of(client, page) for page in pages)
    client.force_login(agent)
    for page in pages:
        made = begun_from(client, links_of(client, page)[0])
        assert made.origin == Origin.RECOMMENDATION
        assert made.origin_key
        assert made.finding


def test_a_practice_taken_up_becomes_a_project_until_it_is_given_up(client):
    practice = published()
    place, agent = practices_town()
    taken = practices.take_up(person=agent, practice=practice, territory=place, adaptation="En plus petit.")
    client.force_login(agent)
    page = reverse("practices:adoption", args=[place.code, practice.public_id])
    (link,) = links_of(client, page)
    made = begun_from(client, link)
    assert (made.origin, made.origin_key) == (Origin.PRACTICE, practice.public_id)
    practices.end(person=agent, adoption=taken, why="Pas de lieu.")
    assert links_of(client, page) == []


def test_an_action_under_way_told_on_a_sheet_becomes_a_project(client):
    place, agent = practices_town()
    action = {"what": "Une collecte d’essai", "for_whom": "", "since": "", "source_note": ""}
    sheet = factories.organisation("Les Essais du port", place, actions=[action])
    page = reverse("directory:sheet", args=[sheet.public_id])
    assert links_of(client, page) == []
    client.force_login(practices_town()[1])
    assert links_of(client, page) == []
    client.force_login(agent)
    (link,) = links_of(client, page)
    made = begun_from(client, link)
    assert (made.origin, made.origin_key, made.title) == (Origin.ACTION, sheet.public_id, action["what"])
    assert made.bearer == sheet


def test_a_lever_becomes_a_project_of_the_town_it_is_looked_at_for(client):
    place, agent = practices_town()
    public = reverse("levers:family", args=["premises"])
    assert links_of(client, public) == []
    client.force_login(agent)
    for page in (
        public,
        reverse("levers:own", args=[place.code]),
        reverse("levers:opinion", args=[place.code, "premises.lend"]),
    ):
        link = next(one for one in links_of(client, page) if "premises.lend" in one)
        made = begun_from(client, link)
        assert (made.territory, made.lever, made.origin) == (place, "premises.lend", Origin.AGENT)
