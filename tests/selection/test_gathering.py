"""Two who write the amounts of one choice: what the second did not touch keeps what the first wrote."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.evaluation.world import project, town
from tests.selection import world
from tests.sending import clashes, sent_by

pytestmark = pytest.mark.django_db


def test_amounts_that_two_write_are_gathered(client):
    place, agent = town()
    projects = [project(place, title) for title, _mark, _cost in world.PROJECTS]
    made = world.opened(place, agent, projects)
    client.force_login(agent)
    page = reverse("selection:money", args=[place.code, made.public_id])
    mine = sent_by(client.get(page))
    year = next(iter(made.budgets))
    one = projects[0]
    theirs = {f"budget-{year}": "900", f"least-{one.public_id}": "60"}
    assert client.post(page, mine | theirs).status_code == 302
    met = client.post(page, mine | {f"least-{one.public_id}": "80", "title": "Notre choix"})
    assert clashes(met) == [(f"{one.title}, part minimale en %", "80", "60")]
    assert client.post(page, sent_by(met)).status_code == 302
    made.refresh_from_db()
    assert (made.title, made.budgets[year]) == ("Notre choix", 900)
    assert made.items.get(project=one).least_percent == 80
