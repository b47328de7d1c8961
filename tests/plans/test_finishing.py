"""What an action gave: asked for, told, made a practice of; what became of the last diagnosis's needs."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from terreau.accounts.enums import Role
from terreau.accounts.models import RoleGrant
from terreau.core.errors import TerreauError
from terreau.core.registry import chain_steps, territory_waits
from terreau.diagnosis.services import create_draft, publish, read
from terreau.directory.models import new_public_id
from terreau.plans import services
from terreau.survey.results.services import publish_results
from tests.directory import factories as make
from tests.plans import world
from tests.survey.answered import answered_survey

pytestmark = pytest.mark.django_db


def ended(agent, plan, **values):
    """An action that ended, with its money, its figures and who helped."""
    made = world.action(
        agent,
        plan,
        need="premises",
        words="Une halle d’essai pour vendre ensemble.",
        partners=["Une coopérative d’essai"],
        steps=[{"title": "Choisir le lieu", "due_on": None, "done_on": date(2026, 2, 1)}],
        **values,
    )
    world.entry(agent, made, 70_000)
    services.save_action(
        person=agent, action=made, version=1, values={"state": "blocked", "cause": "Le toit d’essai fuyait."}
    )
    services.save_action(person=agent, action=made, version=2, values={"state": "done"})
    made.refresh_from_db()
    return made


def test_an_action_that_ended_asks_for_its_result(client):
    place, agent, plan = world.planned_town()
    made = ended(agent, plan)
    waits = dict(territory_waits.entries["plans_results"].counts([place]))
    assert waits == {place.pk: 1}
    client.force_login(agent)
    page = reverse("plans:action", args=[made.public_id])
    assert "Dites ce qu’elle a donné" in client.get(page).content.decode()
    with pytest.raises(TerreauError, match="Dites d’abord"):
        services.begin_practice(person=agent, action=made, public_id=new_public_id())
    answer = client.post(
        reverse("plans:result", args=[made.public_id]),
        {"version": made.version, "result": "Douze étals d’essai.", "result_evidence": "Registre."},
    )
    assert answer.status_code == 302
    assert "En faire une bonne pratique" in client.get(page).content.decode()
    assert not list(territory_waits.entries["plans_results"].counts([place]))


def test_of_two_who_tell_the_result_neither_loses_a_word():
    _place, agent, plan = world.planned_town()
    made = ended(agent, plan)
    services.tell_result(person=agent, action=made, version=made.version, result="Le mien.")
    with pytest.raises(TerreauError, match="Quelqu’un d’autre"):
        services.tell_result(person=agent, action=made, version=made.version, result="Le tien.")


def test_an_action_under_way_has_no_result():
    _place, agent, plan = world.planned_town()
    with pytest.raises(TerreauError, match="pas terminée"):
        services.tell_result(person=agent, action=world.action(agent, plan), version=1, result="Déjà.")


def test_a_practice_is_filled_with_what_the_plan_knows_and_begun_once(client):
    _place, agent, plan = world.planned_town()
    made = ended(agent, plan)
    services.tell_result(person=agent, action=made, version=made.version, result="Douze étals d’essai.")
    client.force_login(agent)
    act = reverse("plans:act", args=[made.public_id])
    first = client.post(act, {"act": "practice", "drawn": new_public_id()})
    again = client.post(act, {"act": "practice", "drawn": new_public_id()})
    assert first["Location"] == again["Location"]
    made.refresh_from_db()
    values = made.practice.versions.get().values
    assert values["title"] == made.title
    assert values["needs"] == ["premises"]
    assert values["partners"] == ["Une coopérative d’essai"]
    assert "Choisir le lieu" in values["done"]
    assert "Le toit d’essai fuyait." in values["failed"]
    assert values["costs"] == [{"nature": "investment", "amount": 70_000, "period": "once"}]
    assert values["results"] == [{"what": "Douze étals d’essai."}]
    [source] = values["sources"]
    assert source["url"].endswith(reverse("plans:action", args=[made.public_id]))
    assert client.get(first["Location"]).status_code == 200


def test_the_chain_of_a_territory_says_where_its_plan_stands(client, django_capture_on_commit_callbacks):
    place, agent, plan = world.planned_town()
    visitor = None

    def told(key, person):
        return chain_steps.entries[key].state(type(place).objects.get(pk=place.pk), person)

    assert told("plan", agent).state == "now"
    assert told("resultats", visitor).state == "later"
    with django_capture_on_commit_callbacks(execute=True):
        made = ended(agent, plan)
        world.action(agent, plan, is_public=False, state="blocked", cause="Rien d’essai.")
    assert told("plan", visitor).text == "Actions\u00a0: 1\u202f; faites\u00a0: 1\u202f; en retard\u00a0: 0."
    assert told("plan", agent).text == "Actions\u00a0: 2\u202f; faites\u00a0: 1\u202f; en retard\u00a0: 1."
    assert told("resultats", agent).state == "now"
    # One who only reads is not told to write.
    reader = make.person()
    RoleGrant.objects.create(person=reader, role=Role.ELECTED, territory=place)
    assert told("resultats", reader).url_label == "Lire les résultats"
    page = client.get(f"/territoires/{place.code}/").content.decode()
    assert "Vous tenez ce territoire" not in page
    client.force_login(reader)
    page = client.get(f"/territoires/{place.code}/").content.decode()
    assert "Vous lisez les travaux de ce territoire" in page
    assert "Vous tenez ce territoire" not in page
    client.force_login(agent)
    assert "Vous tenez ce territoire" in client.get(f"/territoires/{place.code}/").content.decode()
    services.tell_result(person=agent, action=made, version=made.version, result="Fait.")
    assert told("resultats", agent).state == "done"


def test_the_next_diagnosis_says_what_became_of_the_needs_of_the_last():
    place, _agent = world.town()
    survey, agent = answered_survey(place)
    publish_results(person=agent, survey=survey)
    first = publish(person=agent, territory=place, draft_key=create_draft(person=agent, territory=place).key)
    assert read(first).part("suites") is None
    needs = [line.key for line in read(first).part("besoins").tables[0].lines]
    plan = world.plan(agent, place)
    made = world.action(agent, plan, need=needs[0], state="done")
    services.tell_result(person=agent, action=made, version=made.version, result="Douze étals d’essai.")
    world.action(agent, plan, need=needs[0], is_public=False)
    second = publish(person=agent, territory=place, draft_key=create_draft(person=agent, territory=place).key)
    part = read(second).part("suites")
    assert part.tables[0].method in {one.key for one in read(second).part("methode").definitions}
    lines = {line.key: line.cells for line in part.tables[0].lines}
    assert lines[needs[0]][:3] == (1, 1, 0)
    assert lines[needs[1]][:3] == (0, 0, 0)
    assert [(one.title, one.text) for one in part.entries] == [(made.title, "Douze étals d’essai.")]


def test_evidence_is_an_address_added_once(client):
    _place, agent, plan = world.planned_town()
    made = world.action(agent, plan)
    client.force_login(agent)
    page = reverse("plans:evidence", args=[made.public_id])
    sent = {"title": "Compte rendu d’essai", "url": "https://ici.example/cr.pdf", "on": ""}
    for _time in range(2):
        assert client.post(page, sent).status_code == 302
    assert made.evidence.count() == 1
    assert client.post(page, sent | {"url": "javascript:alert(1)"}).status_code == 400
    key = made.evidence.get().pk
    client.post(page, {"act": "remove", "key": key})
    assert made.evidence.count() == 0
