"""The life of a project: every passage from state to state, role by role."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.models import new_public_id
from terreau.portfolio import rules, services
from terreau.portfolio.enums import ProjectState, ProposalAnswer
from terreau.portfolio.models import Project
from tests.accounts.test_rights import PEOPLE
from tests.portfolio.world import begun, town

pytestmark = pytest.mark.django_db
KEEPERS = {"agent", "agent_above", "secretariat"}
READERS = KEEPERS | {"elected"}
REASON = "Parce que l’essai le demande."


def each_state(place, **values):
    """A project of the town in each state."""
    return [
        Project.objects.create(territory=place, title=f"Essai {state}", state=state, **values)
        for state in ProjectState.values
    ]


@pytest.mark.parametrize("after", ProjectState.values)
@pytest.mark.parametrize("before", ProjectState.values)
def test_a_project_goes_only_where_its_state_leads(before, after):
    place, agent = town()
    project = Project.objects.create(territory=place, title="Essai", state=before)
    ways = {"person": agent, "project": project, "after": after}
    if before == after:
        assert services.move(**ways).state == before
        assert not project.steps.exists()
        return
    if after not in rules.TRANSITIONS[before]:
        with pytest.raises(TerreauError, match="ne passe pas"):
            services.move(**ways, reason=REASON)
        assert not project.steps.exists()
        return
    if after in rules.REASONED:
        with pytest.raises(TerreauError, match="Dites pourquoi"):
            services.move(**ways)
    for _click in range(2):
        services.move(**ways, reason=REASON)
    assert list(project.steps.values_list("before", "after", "reason")) == [(before, after, REASON)]


@pytest.mark.parametrize("name", PEOPLE)
def test_who_keeps_the_town_moves_a_project_and_no_one_else(name, people, tree):
    for project in each_state(tree["town"]):
        for after in rules.TRANSITIONS[project.state][:1]:
            way = {"person": people[name], "project": project, "after": after, "reason": REASON}
            if name in KEEPERS:
                assert services.move(**way).state == after
            else:
                with pytest.raises(NotAllowed):
                    services.move(**way)
        assert project.steps.exists() == (name in KEEPERS and bool(rules.TRANSITIONS[project.state]))


@pytest.mark.parametrize("name", PEOPLE)
def test_a_project_is_read_by_those_it_is_for_whatever_its_state(name, people, tree, client):
    person = people[name]
    signed_in = person is not None and person.is_authenticated and person.is_active
    if signed_in:
        client.force_login(person)
    place = tree["town"]
    for project in each_state(place):
        page = client.get(reverse("portfolio:project", args=[project.public_id]))
        assert page.status_code == (200 if name in READERS else 404)
        if name in READERS:
            assert ("Modifier la fiche" in page.content.decode()) == (name in KEEPERS)
    for project in each_state(place, is_public=True):
        page = client.get(reverse("portfolio:project", args=[project.public_id]))
        assert page.status_code == 200
        assert ("Modifier la fiche" in page.content.decode()) == (name in KEEPERS)


@pytest.mark.parametrize("name", PEOPLE)
def test_the_doors_of_the_portfolio_open_to_those_who_run_it(name, people, tree, client):
    person, place = people[name], tree["town"]
    project = begun(people["agent"], place)
    if person is not None and person.is_authenticated and person.is_active:
        client.force_login(person)
    read = client.get(reverse("portfolio:every", args=[place.code]))
    assert (read.status_code == 200) == (name in READERS)
    assert (client.get(reverse("portfolio:export", args=[place.code, "xlsx"])).status_code == 200) == (
        name in READERS
    )
    for address in (
        reverse("portfolio:new", args=[place.code]),
        reverse("portfolio:edit", args=[project.public_id]),
        reverse("portfolio:documents", args=[project.public_id]),
        reverse("portfolio:proposals", args=[place.code]),
    ):
        assert (client.get(address).status_code == 200) == (name in KEEPERS), address
    sent = client.post(reverse("portfolio:move", args=[project.public_id]), {"after": "study"})
    project.refresh_from_db()
    assert (project.state == "study") == (name in KEEPERS)
    assert sent.status_code in (302, 403)


@pytest.mark.parametrize("answer", ProposalAnswer.values)
@pytest.mark.parametrize("name", ["agent", "agent_elsewhere", "elected", "partner", "state", "secretariat"])
def test_a_proposal_is_answered_once_by_those_who_run_the_portfolio(name, answer, people, tree):
    place, person = tree["town"], people[name]
    made = services.propose(territory=place, once=new_public_id(), title="Jardin", text="Un jardin.")
    if answer == ProposalAnswer.ACCEPTED:
        services.accept(person=people["agent"], proposal=made)
    elif answer == ProposalAnswer.REFUSED:
        services.refuse(person=people["agent"], proposal=made, words=REASON)
    if name not in KEEPERS:
        for write in (services.accept, services.refuse):
            with pytest.raises(NotAllowed):
                write(person=person, proposal=made, words=REASON)
        return
    if answer == ProposalAnswer.ACCEPTED:
        with pytest.raises(TerreauError, match="devenue un projet"):
            services.refuse(person=person, proposal=made, words=REASON)
        assert services.accept(person=person, proposal=made) == Project.objects.get()
    elif answer == ProposalAnswer.REFUSED:
        with pytest.raises(TerreauError, match="déjà reçu"):
            services.accept(person=person, proposal=made)
        assert services.refuse(person=person, proposal=made, words="Autre.").words == REASON
    else:
        services.refuse(person=person, proposal=made, words=REASON)
    made.refresh_from_db()
    assert made.answer == (answer if answer != ProposalAnswer.WAITING else ProposalAnswer.REFUSED)
