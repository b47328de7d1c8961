"""The screens of those who hold a territory, in a real browser: without violation, on a telephone too."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client

from terreau.accounts.enums import Role
from terreau.accounts.invitations import invite_to_role
from terreau.accounts.models import RoleGrant
from terreau.directory.models import Revision
from terreau.directory.services import edit_organisation
from terreau.freshness.enums import Outcome
from terreau.freshness.services import note_call
from terreau.stewardship.services import propose
from terreau.survey.models import Submission
from terreau.territories.models import Territory
from tests.browser.accessibility import faults, shown
from tests.directory import factories
from tests.project.test_gets import ROUTES, address
from tests.registers.test_screens import LIST, compared, received
from tests.showcase import open_showcase

pytestmark = pytest.mark.browser
_OURS = ("espace/", "travaux/", "annuaire/<slug:public_id>/")
# The wizard at each of its steps: columns proposed, then the differences and the rows of each outcome.
_WIZARD = ("colonnes/", "", "lignes/new/", "lignes/rejected/", "lignes/review/")


def _something_waits(place, agent, sheets):
    """Something to see on each screen: a double, a proposal, a call, an invitation, a change."""
    double = factories.organisation(sheets[0].name, place, website="https://essai.test")
    sheets[0].refresh_from_db()
    edit_organisation(
        person=agent, organisation=sheets[0], values={"description": "Autre."}, version=sheets[0].version
    )
    note_call(person=agent, organisation=sheets[1], outcome=Outcome.TO_CORRECT, rank=1)
    invite_to_role(by=agent, email="invitee@exemple.test", role=Role.ELECTED, territory=place)
    item = propose(
        person=factories.person(),
        territory=place,
        values={"name": "Proposée d’essai"},
        words="Voici.",
        mine=True,
        once="essai",
    )
    factories.indexed()
    return double, item


def _state_of(country):
    person = factories.person()
    RoleGrant.objects.create(person=person, role=Role.STATE, territory=country)
    return person


@pytest.fixture
def world(transactional_db, small_world, client):
    """An agent with a list on its way, the secretariat, the State of the country, and the pages of each."""
    place = small_world.poitiers
    showcase = open_showcase(small_world)
    agent, secretary = factories.agent_of(place), factories.secretary()
    client.force_login(agent)
    run = received(client)
    compared(client, run)
    run.refresh_from_db()
    sheet = showcase.organisations[0]
    double, item = _something_waits(place, agent, showcase.organisations)
    answer = Submission.objects.counted().filter(survey__territory=place).select_related("survey").first()
    values = {
        "slug": answer.survey.slug,
        "submission_key": answer.pk,
        "block_key": "needs",
        "code": place.code,
        "public_id": sheet.public_id,
        "run_id": run.pk,
        "job_id": run.job_id,
        "key": item.pk,
        "grant_id": agent.grants.get().pk,
        "number": Revision.objects.filter(organisation=sheet).latest("pk").pk,
    }
    side_by_side = f"/annuaire/{sheet.public_id}/reunir/?avec={double.public_id}"
    more = {
        agent: [side_by_side, f"{side_by_side}&voir=1&c-website=absorbed"],
        secretary: ["/espace/fr/territoires-ouverts/", "/espace/fr/equipe/"],
        _state_of(Territory.objects.get(code="fr")): ["/espace/fr/territoires-ouverts/", "/espace/fr/"],
    }
    people, pages, reached = {}, set(), Counter()
    for person, paths in more.items():
        client = Client()  # a session of their own
        client.force_login(person)
        if person == agent:
            paths += [f"{LIST}{run.pk}/{step}" for step in _WIZARD]
        for route in ROUTES:
            if route.startswith(_OURS):
                response = client.get(address(route, values))
                if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
                    reached[person] += 1
                    # What one is shown to the letter as another is looked at once.
                    page = shown(response.content.decode())
                    if page not in pages:
                        paths.append(address(route, values))
                    pages.add(page)
                response.close()
        people[person] = (client.cookies["sessionid"].value, sorted(set(paths)))
    assert all(reached[person] > 8 for person in more)
    return people


def test_no_screen_breaks_a_rule_of_accessibility_or_overflows(wide_page, live_server, world):
    page = wide_page
    found: dict[str, list] = {}
    for session, paths in world.values():
        page.context.clear_cookies()
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        for path in paths:
            response = page.goto(live_server.url + path)
            assert response.status == 200, path
            assert "/connexion/" not in page.url, path
            if wrong := faults(page):
                found[path] = wrong
    assert found == {}
