"""Where a project may begin: what the diagnosis recommends, the practices that the town took up."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terreau.portfolio.enums import Origin
from terreau.portfolio.models import Project
from terreau.practices import services as practices
from tests.levers.world import diagnosed
from tests.levers.world import town as surveyed_town
from tests.practices.world import published

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
