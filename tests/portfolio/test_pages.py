"""What the pages of the portfolio ask of the base, however much there is."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from terreau.portfolio import services
from terreau.portfolio.models import Project
from tests.directory import factories
from tests.portfolio.world import begun, town

pytestmark = pytest.mark.django_db
# Session, person and roles come before the twelve that the page itself may ask.
MOST = 15


def asked(client, page):
    """How many questions a page asks."""
    client.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


def enriched(agent, place, project, count):
    """The project with so many rows of each kind."""
    others = [town()[0] for _each in range(count)]
    sheets = [factories.organisation("", place) for _each in range(count)]
    services.save(
        person=agent,
        project=project,
        version=project.version,
        title=project.title,
        values={
            "budget": [{"year": 2027 + at, "nature": "running", "amount": 100} for at in range(count)],
            "fundings": [
                {"funder": f"Fonds {at}", "year": 2027, "amount": 10, "state": "asked"} for at in range(count)
            ],
            "risks": [{"text": f"Risque {at}", "probability": 1, "severity": 1} for at in range(count)],
            "shares": [{"territory": one.code, "percent": 5, "part": "Essai."} for one in others],
            "partners": [one.public_id for one in sheets],
            "bearer": sheets[0].public_id,
            "zone": place.code,
            "is_public": True,
        },
    )


def test_the_pages_of_a_project_ask_no_more_when_it_holds_more(client):
    place, agent = town()
    project = begun(agent, place, is_public=True)
    client.force_login(agent)
    pages = [
        reverse("portfolio:project", args=[project.public_id]),
        reverse("portfolio:edit", args=[project.public_id]),
        reverse("portfolio:every", args=[place.code]),
        reverse("portfolio:export", args=[place.code, "xlsx"]),
    ]
    enriched(agent, place, project, 2)
    before = {page: asked(client, page) for page in pages}
    enriched(agent, place, Project.objects.get(), 9)
    for number in range(5):
        begun(agent, place, f"Un autre {number}")
    assert {page: asked(client, page) for page in pages} == before
    assert max(before.values()) <= MOST, before


def test_projects_are_in_the_order_of_a_french_dictionary_page_after_page(client, monkeypatch):
    monkeypatch.setattr("terreau.portfolio.public_views.PER_PAGE", 3)
    place, agent = town()
    for title in ("Voiturage", "École du soir", "Ateliers", "Lots réservés"):
        begun(agent, place, is_public=True, title=title)
    address = reverse("portfolio:public", args=[place.code])
    first, second = (client.get(address, {"page": page}).content.decode() for page in ("1", "2"))
    places = [first.index(title) for title in ("Ateliers", "École du soir", "Lots réservés")]
    assert places == sorted(places)
    assert "Voiturage" in second
    assert "4 projets" in second


def test_a_share_that_leaves_out_another_currency_says_so_in_the_list(client):
    place, agent = town()
    given = {"funder": "Région", "year": 2027, "amount": 10_000_00, "state": "obtained"}
    made = begun(agent, place, fundings=[given])
    Project.objects.filter(pk=made.pk).update(currency="XOF")
    made.fundings.update(currency="EUR")
    client.force_login(agent)
    address = reverse("portfolio:every", args=[place.code])
    assert "dans une autre monnaie" not in client.get(address).content.decode()
    made.fundings.update(currency="USD")
    assert "dans une autre monnaie" in client.get(address).content.decode()
