"""The screens of those who hold a territory, in a real browser: without violation, on a telephone too."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from tests.browser.test_public_pages import RULES
from tests.directory import factories
from tests.project.test_gets import ROUTES, address
from tests.registers.test_screens import LIST, compared, received
from tests.showcase import open_showcase

pytestmark = pytest.mark.browser
_OURS = ("espace/", "travaux/", "annuaire/<slug:public_id>/")
# The wizard at each of its steps: columns proposed, then the differences and the rows of each outcome.
_WIZARD = ("colonnes/", "", "lignes/new/", "lignes/rejected/", "lignes/review/")


@pytest.fixture
def world(transactional_db, small_world, client):
    """An agent with a list on its way, a person of the secretariat, and the pages of each."""
    showcase = open_showcase(small_world)
    agent, secretary = factories.agent_of(small_world.poitiers), factories.secretary()
    client.force_login(agent)
    run = received(client)
    compared(client, run)
    run.refresh_from_db()
    values = {
        "code": small_world.poitiers.code,
        "public_id": showcase.organisations[0].public_id,
        "run_id": run.pk,
        "job_id": run.job_id,
    }
    people = {}
    for person in (agent, secretary):
        client = Client()  # a session of their own
        client.force_login(person)
        paths = [f"{LIST}{run.pk}/{step}" for step in _WIZARD]
        for route in ROUTES:
            if route.startswith(_OURS):
                response = client.get(address(route, values))
                if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
                    paths.append(address(route, values))
                response.close()
        people[person] = (client.cookies["sessionid"].value, sorted(set(paths)))
    return people


def test_no_screen_breaks_a_rule_of_accessibility_or_overflows(page, live_server, world):
    found: dict[str, list] = {}
    for session, paths in world.values():
        assert len(paths) > 15
        page.context.clear_cookies()
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        for path in paths:
            response = page.goto(live_server.url + path)
            assert response.status == 200, path
            assert "/connexion/" not in page.url, path
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found.setdefault(path, []).append("overflow")
            for violation in Axe().run(page, options=RULES).response["violations"]:
                found.setdefault(path, []).append(
                    (violation["id"], [node["html"][:120] for node in violation["nodes"]][:3])
                )
    assert found == {}
