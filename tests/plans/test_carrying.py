"""Who carries an action: shown once they accepted, by link or by account; other territories; their say."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from terreau.core.errors import NotAllowed, TerreauError
from terreau.notifications.models import Message
from terreau.plans import carrying, services
from terreau.plans.enums import Reply
from terreau.plans.models import CoLeader
from tests.directory import factories
from tests.plans import world

pytestmark = pytest.mark.django_db


def asked_of(place, agent, plan, **values):
    """An organisation asked to carry an action, and who keeps its sheet."""
    organisation = factories.organisation(name="Coopérative d’essai", where=place)
    keeper = world.keeper_of(organisation)
    asked = services.ask_co_leader(
        person=agent,
        action=world.action(agent, plan, **values),
        organisation=organisation,
        words="Tenir la halle.",
    )
    return asked, keeper


def test_an_organisation_is_shown_once_it_accepted_by_the_link_of_its_message(
    client, django_capture_on_commit_callbacks
):
    place, agent, plan = world.planned_town()
    asked, keeper = asked_of(place, agent, plan)
    page = reverse("plans:action", args=[asked.action.public_id])
    assert "Coopérative d’essai" not in client.get(page).content.decode()
    message = Message.objects.get(person=keeper)
    assert place.name in message.subject
    # Reading the link writes nothing: mail programs follow links too.
    assert "Accepter" in client.get(message.url).content.decode()
    assert CoLeader.objects.get().reply == Reply.WAITING
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(message.url, {"answer": "accepted"}).status_code == 302
    assert "Coopérative d’essai" in client.get(page).content.decode()
    # It may leave while the link serves.
    with django_capture_on_commit_callbacks(execute=True):
        client.post(message.url, {"answer": "refused"})
    assert "Coopérative d’essai" not in client.get(page).content.decode()
    assert Message.objects.filter(person=agent, kind="plans.co_leader").count() == 2


def test_a_forged_or_renewed_link_opens_nothing(client):
    place, agent, plan = world.planned_town()
    asked, _keeper = asked_of(place, agent, plan)
    token = carrying.token_of(asked)
    assert client.get(reverse("plans:asked", args=[f"{token}x"])).status_code == 410
    assert client.get(reverse("plans:asked", args=["rien"])).status_code == 410
    services.answer_by_link(token=token, accepts=False)
    services.ask_co_leader(person=agent, action=asked.action, organisation=asked.organisation)
    with pytest.raises(TerreauError, match="renouvelée"):
        services.answer_by_link(token=token, accepts=True)
    # Asked again while waiting: one question.
    services.ask_co_leader(person=agent, action=asked.action, organisation=asked.organisation)
    assert CoLeader.objects.count() == 1


def test_who_keeps_the_sheet_answers_from_their_account_and_tells_state_and_steps_only(client):
    place, agent, plan = world.planned_town()
    asked, keeper = asked_of(place, agent, plan)
    action = asked.action
    with pytest.raises(NotAllowed):
        services.save_action(person=keeper, action=action, version=1, values={"state": "done"})
    client.force_login(keeper)
    page = client.get(reverse("plans:led")).content.decode()
    assert action.title in page
    client.post(reverse("plans:answer", args=[action.public_id, asked.pk]), {"answer": "accepted"})
    follow = reverse("plans:follow", args=[action.public_id])
    assert client.get(follow).status_code == 200
    sent = {
        "version": 1,
        "state": "blocked",
        "cause": "La pluie d’essai.",
        "steps-0-title": "Réparer",
        "steps-0-due_on": "",
        "steps-0-done_on": "",
    }
    assert client.post(follow, sent).status_code == 302
    action.refresh_from_db()
    assert (action.state, action.cause, action.version) == ("blocked", "La pluie d’essai.", 2)
    with pytest.raises(NotAllowed, match="description"):
        services.save_action(person=keeper, action=action, version=2, values={"words": "À moi."})
    for name in ("edit", "add_money", "indicators", "carriers", "result", "evidence"):
        assert client.get(reverse(f"plans:{name}", args=[action.public_id])).status_code == 403


def test_another_territory_sees_what_it_is_asked_to_share_and_answers(client):
    place, agent, plan = world.planned_town(shown=False)
    neighbour, their_agent = world.town()
    action = world.action(agent, plan)
    share = services.ask_share(
        person=agent, action=action, territory=neighbour, words="Le transport.", percent=40
    )
    with pytest.raises(TerreauError, match="dépassent 100"):
        services.ask_share(person=agent, action=action, territory=world.town()[0], percent=61)
    with pytest.raises(TerreauError, match="déjà la sienne"):
        services.ask_share(person=agent, action=action, territory=place)
    with pytest.raises(NotAllowed):
        services.answer_share(person=agent, share=share, accepts=True)
    client.force_login(their_agent)
    own = reverse("plans:own", args=[neighbour.code])
    assert "Le transport." in client.get(own).content.decode()
    assert client.get(reverse("plans:action", args=[action.public_id])).status_code == 200
    client.post(reverse("plans:answer_share", args=[neighbour.code, share.pk]), {"answer": "accepted"})
    share.refresh_from_db()
    assert share.reply == Reply.ACCEPTED
    page = client.get(reverse("plans:action", args=[action.public_id])).content.decode()
    assert re.search(rf"{re.escape(neighbour.name)}</a> \(40", page)
    # Its part is told anew: what was accepted is no longer what is asked.
    services.ask_share(person=agent, action=action, territory=neighbour, words="Le transport.", percent=50)
    share.refresh_from_db()
    assert share.reply == Reply.WAITING


def test_an_organisation_is_found_by_its_name_or_the_address_of_its_sheet(client):
    place, agent, plan = world.planned_town()
    sheet = factories.organisation(name="Mutuelle d’essai", where=place)
    action = world.action(agent, plan)
    client.force_login(agent)
    page = reverse("plans:carriers", args=[action.public_id])
    refused = client.post(page, {"act": "ask", "organisation": "Inconnue d’essai", "words": ""})
    assert (refused.status_code, "Aucune fiche" in refused.content.decode()) == (400, True)
    assert "Inconnue d’essai" in refused.content.decode()
    address = f"https://ici.example/annuaire/{sheet.public_id}/"
    assert client.post(page, {"act": "ask", "organisation": address, "words": ""}).status_code == 302
    assert (
        client.post(page, {"act": "ask", "organisation": "mutuelle d'essai", "words": ""}).status_code == 302
    )
    assert CoLeader.objects.get().organisation == sheet
