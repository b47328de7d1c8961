"""An action that starts from a project: kept until the plan has an objective, told on the project's sheet."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from terreau.diagnosis.services import create_draft
from terreau.diagnosis.services import publish as publish_diagnosis
from terreau.directory.models import new_public_id
from terreau.levers.catalogue import catalogue
from terreau.plans.models import Plan
from tests.directory import factories
from tests.evaluation import world as judged
from tests.levers.world import diagnosed
from tests.plans import world
from tests.portfolio.world import begun

pytestmark = pytest.mark.django_db


def test_a_project_is_not_lost_while_the_plan_gets_its_objective(client):
    place, agent = world.town()
    project = begun(agent, place)
    client.force_login(agent)
    query = f"?projet={project.public_id}"
    own, structure = (reverse(f"plans:{name}", args=[place.code]) for name in ("own", "structure"))
    assert "L’action que vous commencez" in client.get(own + query).content.decode()
    told = {"title": "Plan d’essai", "starts_on": "2026-01-01", "ends_on": "2028-12-31"}
    assert client.post(own + query, told)["Location"] == structure + query
    act = re.search(r'action="([^"]*faire/[^"]*)"', client.get(structure + query).content.decode())[1]
    client.post(act, {"act": "axis", "title": "Axe d’essai"})
    axis = Plan.objects.get().axes.get()
    answer = client.post(act, {"act": "objective", "axis": axis.pk, "title": "Objectif d’essai"})
    page = client.get(answer["Location"]).content.decode()
    acts = re.findall(r'action="([^"]*faire/[^"]*)"', page)
    assert all(project.public_id in act for act in acts)
    link = re.search(r'href="([^"]*nouvelle/[^"]*)"[^>]*>Ajouter une action', page)[1].replace("&amp;", "&")
    page = client.get(link).content.decode()
    assert f'value="{project.title}"' in page
    assert f'value="{project.public_id}" selected' in page


def test_the_sheet_of_a_project_says_where_it_comes_from_and_what_became_of_it(client):
    place, agent, plan = world.planned_town()
    project = begun(agent, place, is_public=True)
    project.origin, project.origin_key = "recommendation", "besoin-locaux"
    project.save()
    seen = world.action(agent, plan, title="Action d’essai", project=project)
    world.action(agent, plan, title="Action cachée", project=project, is_public=False)
    opened = judged.services.open_evaluation(
        person=agent, territory=place, projects=[project.public_id], together=True, once=new_public_id()
    )
    address = reverse("portfolio:project", args=[project.public_id])
    page = client.get(address).content.decode()
    assert "Mettre des locaux à disposition" in page
    assert reverse("plans:action", args=[seen.public_id]) in page
    assert "Action cachée" not in page
    assert opened.title not in page
    client.force_login(agent)
    page = client.get(address).content.decode()
    assert "Action cachée" in page
    assert reverse("evaluation:own", args=[place.code, opened.public_id]) in page
    client.force_login(factories.person())
    assert opened.title not in client.get(address).content.decode()


@pytest.mark.parametrize("origin", ["recommendation", "practice", "action", "proposal"])
def test_an_origin_that_is_no_longer_known_leaves_the_sheet_readable(client, origin):
    place, agent = world.town()
    project = begun(agent, place, is_public=True)
    type(project).objects.filter(pk=project.pk).update(origin=origin, origin_key="disparue")
    page = client.get(reverse("portfolio:project", args=[project.public_id]))
    assert page.status_code == 200


def test_the_chain_of_an_action_tells_the_lever_of_its_project_to_who_reads_the_project(client):
    place, agent, plan = world.planned_town()
    lever = next(iter(catalogue()))
    project = begun(agent, place, lever=lever.code)
    page = reverse("plans:action", args=[world.action(agent, plan, project=project).public_id])
    address = f"{reverse('levers:family', args=[lever.family])}#{lever.code}"
    assert address not in client.get(page).content.decode()
    client.force_login(agent)
    assert address in client.get(page).content.decode()


@pytest.mark.parametrize("surveyed", [False, True])
def test_the_chain_leads_to_parts_that_the_diagnosis_has_and_to_no_other(client, surveyed):
    """Without a survey, a diagnosis says nothing of needs: no link leads where nothing is."""
    place, agent, plan = world.planned_town()
    made = world.action(agent, plan, need="premises", recommendation="besoin-locaux")
    project = begun(agent, place, is_public=True)
    type(project).objects.filter(pk=project.pk).update(origin="recommendation", origin_key="besoin-locaux")
    if surveyed:
        diagnosed(place, agent)
    else:
        draft = create_draft(person=agent, territory=place)
        publish_diagnosis(person=agent, territory=place, draft_key=draft.key)
    latest = reverse("diagnosis:latest", args=[place.code])
    parts = set(re.findall(r'id="(p-[^"]*)"', client.get(latest).content.decode()))
    assert ({"p-besoins", "p-recommandations"} <= parts) is surveyed
    for page, wanted in (
        (reverse("plans:action", args=[made.public_id]), {"p-besoins", "p-recommandations"}),
        (reverse("portfolio:project", args=[project.public_id]), {"p-recommandations"}),
    ):
        led = re.findall(rf'href="{latest}#([^"]*)"', client.get(page).content.decode())
        assert set(led) == wanted & parts
