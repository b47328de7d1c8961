"""What a town does with an organisation is on the organisation's own sheet: what is public of it only."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terreau.plans import services
from tests.directory import factories
from tests.plans import world
from tests.portfolio.world import begun

pytestmark = pytest.mark.django_db


def test_an_actor_reads_what_is_public_of_theirs(client, django_assert_max_num_queries):
    place, agent, plan = world.planned_town()
    sheet = factories.organisation("Coopérative d’essai", place)
    carried, asked = (world.action(agent, plan, title=f"Action {name}") for name in ("portée", "proposée"))
    for one, accepts in ((carried, True), (asked, None)):
        made = services.ask_co_leader(person=agent, action=one, organisation=sheet)
        if accepts:
            services.answer(person=world.keeper_of(sheet), asked=made, accepts=True)
    for title, is_public in (("Projet public", True), ("Projet caché", False)):
        project = begun(agent, place, title, is_public=is_public)
        type(project).objects.filter(pk=project.pk).update(bearer=sheet)
        project.partners.add(sheet)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("directory:sheet", args=[sheet.public_id])).content.decode()
    assert page.count("Projet public") == 1
    assert "Action portée" in page
    assert "Action proposée" not in page
    assert "Projet caché" not in page
