"""The pages: what visitors read, what the town does, each view at once whatever the number of actions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from terreau.diagnosis.services import read
from terreau.directory.models import new_public_id
from terreau.plans import services
from terreau.plans.models import Action, BudgetLine, Entry, Objective, Plan, Step
from terreau.survey.enums import Need
from tests.levers.world import diagnosed
from tests.levers.world import town as surveyed_town
from tests.plans import world

pytestmark = pytest.mark.django_db
VIEWS = ("own", "table", "calendar", "gantt", "money", "chains", "structure")


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def grow(plan, count):
    """So many actions more, each with a step and an amount, under both objectives."""
    today = timezone.localdate()
    objectives = list(Objective.objects.filter(axis__plan=plan))
    actions = Action.objects.bulk_create(
        Action(
            objective=objectives[number % len(objectives)],
            rank=number,
            title=f"Action d’essai {number}",
            technical_pilot=f"Service d’essai {number % 7}",
            starts_on=today - timedelta(days=number % 300),
            ends_on=today + timedelta(days=100 - number % 200),
            state="under_way",
            need="premises",
        )
        for number in range(count)
    )
    Step.objects.bulk_create(Step(action=one, title="Étape d’essai", due_on=today) for one in actions)
    lines = BudgetLine.objects.bulk_create(
        BudgetLine(action=one, year=today.year, nature="running", source="Ville d’essai") for one in actions
    )
    Entry.objects.bulk_create(
        Entry(line=one, public_id=new_public_id(), kind="planned", amount=1_000, on=today) for one in lines
    )


def test_a_visitor_reads_what_is_promised_done_late_and_why(client):
    place, agent, plan = world.planned_town(shown=False)
    late = world.action(
        agent,
        plan,
        title="Réparer le toit d’essai",
        state="blocked",
        cause="Le devis d’essai manque.",
        need="premises",
    )
    world.action(agent, plan, title="Secret d’essai", is_public=False)
    page = reverse("plans:public", args=[place.code])
    assert client.get(page).status_code == 404
    assert client.get(reverse("plans:action", args=[late.public_id])).status_code == 404
    services.show_plan(person=agent, plan=plan)
    told = text_of(client.get(page))
    for words in ("1 action promise.", "En retard, et pourquoi", "Le devis d’essai manque."):
        assert words in told
    assert "Secret d’essai" not in told
    assert "Le devis d’essai manque." in text_of(client.get(reverse("plans:action", args=[late.public_id])))
    territory = text_of(client.get(reverse("portal:territory", args=[place.code])))
    assert "Actions promises : 1 ; faites : 0 ; en retard : 1" in territory


def test_a_plan_is_opened_filled_and_shown_by_its_pages(client):
    place, agent = world.town()
    client.force_login(agent)
    own = reverse("plans:own", args=[place.code])
    assert "Ouvrir le plan" in text_of(client.get(own))
    sent = {
        "public_id": new_public_id(),
        "title": "Plan d’essai",
        "words": "",
        "starts_on": "2026-01-01",
        "ends_on": "2028-12-31",
    }
    assert "avant le" not in text_of(client.post(own, sent | {"starts_on": "rien"}))
    assert client.post(own, sent)["Location"] == reverse("plans:structure", args=[place.code])
    act = reverse("plans:act_plan", args=[place.code])
    assert "Donnez-lui d’abord un axe et un objectif" in text_of(client.get(own))
    client.post(act, {"act": "axis", "title": "Axe d’essai"})
    axis = Plan.objects.get().axes.get()
    client.post(act, {"act": "objective", "axis": axis.pk, "title": "Objectif d’essai"})
    told = text_of(client.get(own))
    assert "Ajoutez la première" in told
    assert "Donnez-lui d’abord" not in told
    objective = axis.objectives.get()
    new = reverse("plans:new", args=[place.code])
    page = text_of(client.get(f"{new}?recommandation=besoin-locaux&objectif={objective.pk}"))
    assert 'value="Mettre des locaux à disposition"' in page
    action = {
        "public_id": new_public_id(),
        "title": "Ouvrir une halle d’essai",
        "objective": objective.pk,
        "is_public": "on",
        "waits_for": "",
        "steps-0-title": "Choisir",
        "steps-0-due_on": "2026-05-01",
        "steps-0-done_on": "",
    }
    for wrong in ({"title": ""}, {"waits_for": "9.9.9"}, {"objective": "9" * 5000}, {"title": "x\0y"}):
        assert client.post(new, action | wrong).status_code == 400, wrong
    assert client.post(new, action).status_code == 302
    assert client.post(new, action).status_code == 302
    made = Action.objects.get()
    assert made.steps.get().title == "Choisir"
    client.post(act, {"act": "show"})
    assert client.get(reverse("plans:public", args=[place.code])).status_code == 200
    assert text_of(client.get(own)).count(made.title) == 1
    heading = reverse("plans:heading", args=[place.code, "axe", axis.pk])
    assert (
        client.post(heading, {"version": 1, "title": "Axe autre", "words": "", "rank": 3}).status_code == 302
    )
    stale = client.post(heading, {"version": 1, "title": "Axe encore", "words": "", "rank": 3})
    assert (stale.status_code, "Axe autre" in text_of(stale)) == (400, True)


def test_many_edits_on_one_page_are_saved_row_by_row(client):
    place, agent, plan = world.planned_town()
    first, second, third = (world.action(agent, plan, title=f"Action d’essai {name}") for name in "ABC")
    client.force_login(agent)
    page = reverse("plans:table", args=[place.code])
    assert text_of(client.get(page)).count("Action d’essai A") > 1
    # Someone else saves the second row after the page was read.
    services.save_action(person=agent, action=second, version=1, values={"technical_pilot": "Service autre"})
    sent = {
        f"{first.public_id}-version": 1,
        f"{first.public_id}-state": "done",
        f"{second.public_id}-version": 1,
        f"{second.public_id}-technical_pilot": "Service d’essai",
        f"{third.public_id}-version": 1,
        f"{third.public_id}-ends_on": "après-demain",
    }
    answer = client.post(page, sent)
    told = text_of(answer)
    assert answer.status_code == 400
    assert "1 ligne enregistrée." in told
    assert "2 lignes ne sont pas enregistrées" in told
    assert 'value="Service d’essai"' in told
    assert "« Service autre »" in told
    assert 'value="après-demain"' in told
    assert "Saisissez une date valide." in told
    first.refresh_from_db()
    assert first.state == "done"
    fixed = {f"{second.public_id}-version": 2, f"{second.public_id}-technical_pilot": "Service d’essai"}
    assert client.post(page, fixed).status_code == 302


def test_two_who_edit_the_same_action_see_each_other_s_words(client):
    _place, agent, plan = world.planned_town()
    made = world.action(agent, plan)
    services.save_action(person=agent, action=made, version=1, values={"words": "Les mots du premier."})
    client.force_login(agent)
    sent = {
        "version": 1,
        "title": made.title,
        "objective": made.objective_id,
        "words": "Les mots du second.",
        "state": made.state,
        "is_public": "on",
        "starts_on": made.starts_on.isoformat(),
        "ends_on": made.ends_on.isoformat(),
        "waits_for": "",
    }
    page = reverse("plans:edit", args=[made.public_id])
    answer = client.post(page, sent)
    told = text_of(answer)
    assert answer.status_code == 400
    assert "Les mots du premier." in told
    assert "Les mots du second." in told
    assert client.post(page, sent | {"version": 2}).status_code == 302
    assert "Les mots du second." in text_of(client.get(reverse("plans:history", args=[made.public_id])))


def test_elected_readers_read_and_write_nothing(people, tree, client):
    plan = world.plan(people["agent"], tree["town"], shown=False)
    made = world.action(people["agent"], plan)
    client.force_login(people["elected"])
    for name in ("own", "calendar", "gantt", "money", "chains", "structure"):
        assert client.get(reverse(f"plans:{name}", args=[tree["town"].code])).status_code == 200, name
    assert client.get(reverse("plans:action", args=[made.public_id])).status_code == 200
    for name in ("table", "new"):
        assert client.get(reverse(f"plans:{name}", args=[tree["town"].code])).status_code == 403, name
    for name in ("edit", "follow", "add_money", "carriers", "result"):
        assert client.get(reverse(f"plans:{name}", args=[made.public_id])).status_code == 403, name
    answer = client.post(reverse("plans:act_plan", args=[tree["town"].code]), {"act": "show"})
    assert answer.status_code == 403
    client.force_login(people["agent_elsewhere"])
    assert client.get(reverse("plans:own", args=[tree["town"].code])).status_code == 403
    assert client.get(reverse("plans:action", args=[made.public_id])).status_code == 404


@pytest.mark.parametrize("name", VIEWS)
def test_no_view_asks_more_when_there_are_more_actions(client, name):
    place, agent, plan = world.planned_town()
    grow(plan, 4)
    client.force_login(agent)
    # The first page of all asks for what the others keep: the menu.
    client.get(reverse("plans:own", args=[place.code]))
    counts = []
    for more in (0, 60):
        grow(plan, more)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"plans:{name}", args=[place.code])).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_an_action_s_page_asks_little_of_whoever_writes_it(client):
    _place, agent, plan = world.planned_town()
    made = world.action(agent, plan, steps=[{"title": "Étape d’essai"}], partners=["Une coopérative d’essai"])
    world.entry(agent, made, 500)
    for person in (None, agent):
        if person is not None:
            client.force_login(person)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("plans:action", args=[made.public_id])).status_code == 200
        assert len(queries) <= 14


def test_lists_are_chosen_by_what_is_asked_and_strange_addresses_fail_no_page(client):
    place, agent, plan = world.planned_town()
    world.action(agent, plan, title="Alpha d’essai", technical_pilot="Service A", need="premises")
    world.action(agent, plan, title="Bêta d’essai", state="done")
    client.force_login(agent)
    own = reverse("plans:own", args=[place.code])
    for query, shown in (
        ("?etat=done", ("Bêta",)),
        ("?pilote=Service+A", ("Alpha",)),
        ("?besoin=premises", ("Alpha",)),
        ("?q=BETA", ("Bêta",)),
        (f"?axe={'9' * 5000}&etat=rien&q=%00", ("Alpha", "Bêta")),
    ):
        page = text_of(client.get(f"{own}{query}"))
        assert [name for name in ("Alpha", "Bêta") if f">{name} d’essai" in page] == list(shown), query
    for name in VIEWS:
        address = reverse(f"plans:{name}", args=[place.code])
        for query in ("?annee=99999999999", "?annee=0", "?page=-5", "?axe=x"):
            assert client.get(f"{address}{query}").status_code == 200, (name, query)
        assert client.get(f"{address}?plan=inconnu").status_code == 404


def test_what_has_not_begun_is_told_late_by_the_day_it_should_have(client):
    """« En retard, prévue pour le » a day to come is no reason."""
    place, agent, plan = world.planned_town()
    today = timezone.localdate()
    starts, ends = today - timedelta(days=40), today + timedelta(days=300)
    world.action(agent, plan, state="to_start", starts_on=starts, ends_on=ends)
    told = client.get(reverse("plans:public", args=[place.code])).content.decode()
    assert f"devait commencer le {starts:%d/%m/%Y}" in told
    assert f"prévue pour le {ends:%d/%m/%Y}" not in told


def test_pressing_needs_that_no_action_answers_are_told(client):
    place, agent = surveyed_town()
    plan = world.plan(agent, place)
    client.force_login(agent)
    page = reverse("plans:chains", args=[place.code])
    assert "Besoins sans action" not in text_of(client.get(page))  # nothing was published yet
    found = read(diagnosed(place, agent)).findings
    needs = [one for one in found if one.kind == "need" and one.pressing]
    told = client.get(page).context["unanswered"]
    assert told == [str(Need(one.code).label) for one in needs]
    assert told
    world.action(agent, plan, need=needs[0].code)
    assert client.get(page).context["unanswered"] == told[1:]
