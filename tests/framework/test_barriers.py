"""Barriers followed until they are lifted, and those carried to the State."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from terreau.accounts.models import RoleGrant
from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.models import new_public_id
from terreau.framework import services
from terreau.framework.models import Advocacy, Barrier
from terreau.framework.panels import late
from terreau.journal.models import Event
from terreau.notifications.models import Message
from terreau.territories.models import Territory
from tests.accounts.test_rights import PEOPLE
from tests.directory import factories
from tests.framework import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def place_and_agent():
    return world.town()


def state_of(place):
    person = factories.person()
    country = Territory.objects.get(code=place.country_code.lower())
    RoleGrant.objects.create(person=person, role="state", territory=country)
    return person


def reply(person, point, **more):
    given = {
        "version": point.version,
        "answer": "study",
        "words": "À l’étude.",
        "answered_on": date(2026, 1, 5),
    }
    return services.answer(person=person, point=point, **given | more)


# --- The register -------------------------------------------------------------------------------------


def test_a_form_sent_twice_notes_one_barrier(place_and_agent):
    place, agent = place_and_agent
    drawn = new_public_id()
    for _click in range(2):
        services.save_barrier(person=agent, territory=place, public_id=drawn, version=0, values=world.BARRIER)
    assert Barrier.objects.count() == 1
    assert Event.objects.filter(verb="barrier.noted").count() == 1


def test_two_people_lose_no_word_and_the_history_holds_what_was(client, place_and_agent):
    place, agent = place_and_agent
    noted = world.barrier(agent, place)
    client.force_login(agent)
    page = reverse("framework:barrier", args=[place.code, noted.public_id])
    first = world.BARRIER | {"version": "1", "public_id": noted.public_id, "action": "Écrire au ministre"}
    assert client.post(page, first).status_code == 302
    second = first | {"action": "Réunir les acteurs"}
    refused = client.post(page, second)
    assert refused.status_code == 400
    text = refused.content.decode()
    assert "Quelqu’un d’autre a modifié" in text
    assert "Écrire au ministre" in text
    assert "Réunir les acteurs" in text
    assert client.post(page, second | {"version": "2"}).status_code == 302
    told = client.get(page).content.decode()
    assert "Écrire au ministre → Réunir les acteurs" in told


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": ""}, "en une phrase"),
        ({"severity": "6"}, "de 1 à 5"),
        ({"category": "x"}, "choix"),
        ({"description": "Appelez 01 99 00 12 34"}, "téléphone"),
        ({"owner": "x" * 201}, "trop long"),
    ],
)
def test_a_value_that_cannot_be_kept_says_why(place_and_agent, changed, said):
    place, agent = place_and_agent
    with pytest.raises(TerreauError, match=said):
        world.barrier(agent, place, **changed)


def test_what_is_late_is_shown_and_counted(client, place_and_agent, django_assert_max_num_queries):
    place, agent = place_and_agent
    yesterday = timezone.localdate() - timedelta(days=1)
    world.barrier(agent, place, title="En retard", due_on=yesterday)
    world.barrier(agent, place, title="Déjà levée", due_on=yesterday, state="lifted")
    world.barrier(agent, place, title="Pas encore", category="land", due_on=timezone.localdate())
    assert list(late([place])) == [(place.pk, 1)]
    client.force_login(agent)
    page = reverse("framework:barriers", args=[place.code])
    with django_assert_max_num_queries(12):
        late_only = client.get(f"{page}?retard=1").content.decode()
    assert "En retard" in late_only
    assert "Déjà levée" not in late_only
    assert "Pas encore" not in late_only
    assert "Pas encore" in client.get(f"{page}?categorie=land").content.decode()


# --- Advocacy -----------------------------------------------------------------------------------------


def test_one_click_carries_a_barrier_once_and_the_state_is_told(place_and_agent):
    place, agent = place_and_agent
    state = state_of(place)
    noted = world.barrier(agent, place)
    point = services.carry(person=agent, barrier=noted)
    assert services.carry(person=agent, barrier=noted) == point
    noted.refresh_from_db()
    assert noted.state == "advocacy"
    assert Message.objects.filter(kind="framework.advocacy", person=state).count() == 1
    assert mail.outbox == []


def test_a_barrier_that_others_lift_is_not_carried(place_and_agent):
    place, agent = place_and_agent
    with pytest.raises(TerreauError, match="pas de ceux que l’État"):
        services.carry(person=agent, barrier=world.barrier(agent, place, lifter="town"))


def test_answers_follow_each_other_and_the_town_is_told(place_and_agent):
    place, agent = place_and_agent
    state = state_of(place)
    point = services.carry(person=agent, barrier=world.barrier(agent, place))
    point = reply(state, point)
    assert reply(state, point).answers.count() == 1  # the same answer sent again
    with pytest.raises(TerreauError, match="Quelqu’un d’autre a répondu"):
        reply(state, point, version=1, answer="refused", words="Non.")
    point = reply(state, point, answer="done", words="C’est fait.", url="https://essai.example/jo")
    assert [one.answer for one in point.answers.all()] == ["done", "study"]
    assert Message.objects.filter(kind="framework.answer", person=agent).count() == 2
    with pytest.raises(TerreauError, match="pas encore venue"):
        reply(state, point, answer="refused", answered_on=timezone.localdate() + timedelta(days=1))


def test_a_point_taken_back_is_no_longer_counted_and_may_be_carried_again(client, place_and_agent):
    place, agent = place_and_agent
    noted = world.barrier(agent, place)
    services.carry(person=agent, barrier=noted)
    assert "1 demande" in client.get("/plaidoyer/").content.decode().replace("\u202f", "")
    services.withdraw(person=agent, barrier=noted)
    services.withdraw(person=agent, barrier=noted)
    noted.refresh_from_db()
    assert noted.state == "open"
    assert "Aucune demande" in client.get("/plaidoyer/?apres").content.decode()
    assert services.carry(person=agent, barrier=noted).withdrawn_on is None
    assert Advocacy.objects.count() == 1


def test_countries_are_in_the_order_of_a_dictionary(client):
    for code in ("bf", "bj"):
        place = factories.territory(f"{code}-com-1")
        agent = factories.agent_of(place)
        services.carry(person=agent, barrier=world.barrier(agent, place))
    page = client.get("/plaidoyer/").content.decode()
    assert page.index("Bénin") < page.index("Burkina Faso")


def test_the_public_counts_name_no_town(client, place_and_agent):
    place, agent = place_and_agent
    services.carry(person=agent, barrier=world.barrier(agent, place))
    page = client.get("/plaidoyer/").content.decode()
    assert place.name not in page
    assert world.BARRIER["title"] not in page


def test_the_state_answers_by_its_page(client, place_and_agent):
    place, agent = place_and_agent
    point = services.carry(person=agent, barrier=world.barrier(agent, place))
    client.force_login(state_of(place))
    assert world.BARRIER["title"] in client.get("/plaidoyer/demandes/").content.decode()
    page = reverse("framework:point", args=[point.pk])
    sent = {"version": "1", "answer": "accepted", "words": "Oui.", "answered_on": "2026-01-05", "url": ""}
    assert client.post(page, sent).status_code == 302
    assert "Oui." in client.get(page).content.decode()
    client.force_login(agent)
    barrier = client.get(reverse("framework:barrier", args=[place.code, point.barrier.public_id]))
    assert "Oui." in barrier.content.decode()


def test_the_secretariat_narrows_what_is_asked_of_many_states(client, place_and_agent, monkeypatch):
    monkeypatch.setattr("terreau.framework.network_views.POINTS_PER_PAGE", 1)
    place, agent = place_and_agent
    services.carry(person=agent, barrier=world.barrier(agent, place))
    abroad = factories.territory("yy-com-1", "Port-d’ailleurs")
    services.carry(
        person=factories.agent_of(abroad), barrier=world.barrier(factories.agent_of(abroad), abroad)
    )
    client.force_login(factories.secretary())

    def told(**asked):
        return client.get("/plaidoyer/demandes/", asked).content.decode()

    assert "2 demandes" in told()
    assert place.name in told()
    assert abroad.name not in told()
    assert abroad.name in told(page=2)
    assert "1 demande sur 2" in told(pays="YY")
    assert abroad.name in told(pays="YY")
    assert "ne répond à ces choix" in told(pays="YY", reponse="refused")


# --- Rights -------------------------------------------------------------------------------------------


def test_who_writes_barriers_and_who_answers_for_the_state(people, tree):
    # In this tree both countries have one code: the first is the town's.
    tree["country"].code = "xx"
    tree["country"].save()
    keepers = {"agent", "agent_above", "secretariat"}
    for name in PEOPLE:
        try:
            world.barrier(people[name], tree["town"])
            allowed = True
        except NotAllowed:
            allowed = False
        assert allowed == (name in keepers), name
    point = services.carry(person=people["agent"], barrier=Barrier.objects.first())
    for name in PEOPLE:
        try:
            point = reply(people[name], point, words=f"Dit par {name}.")
            allowed = True
        except NotAllowed:
            allowed = False
        assert allowed == (name in {"state", "secretariat"}), name


def test_who_reads_the_register(client, people, tree):
    page = reverse("framework:barriers", args=[tree["town"].code])
    readers = {"agent", "agent_above", "elected", "secretariat"}
    for name in PEOPLE:
        client.logout()
        if people[name].is_authenticated:
            client.force_login(people[name])
        assert (client.get(page).status_code == 200) == (name in readers), name
