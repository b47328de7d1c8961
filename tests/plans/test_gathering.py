"""Two who write one thing of a plan: what the second did not touch keeps what the first wrote."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terreau.plans import services
from terreau.plans.governance_models import Governance
from terreau.plans.models import Action
from tests.plans import world
from tests.sending import clashes, sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(client):
    _place, agent, made = world.planned_town()
    client.force_login(agent)
    made.agent = agent
    return made


def test_what_one_did_not_touch_of_an_action_keeps_what_the_other_wrote(plan, client):
    made = world.action(plan.agent, plan)
    page = reverse("plans:edit", args=[made.public_id])
    client.post(page, sent_by(client.get(page)) | {"steps-0-title": "Choisir", "steps-1-title": "Bâtir"})
    mine, theirs = sent_by(client.get(page)), sent_by(client.get(page))
    other = {"words": "Leurs mots.", "technical_pilot": "Service voirie", "partners": "Un\nDeux"}
    other |= {"steps-2-title": "Ouvrir", "ends_on": "2027-06-30", "title": "Leur titre"}
    assert client.post(page, theirs | other).status_code == 302
    met = client.post(
        page, mine | {"title": "Mon titre", "cause": "La pluie", "steps-0-done_on": "2026-05-04"}
    )
    assert clashes(met) == [("Action", "Mon titre", "Leur titre")]
    assert met.context["form"].taken == [
        *("Description", "Pilote technique", "Partenaires", "Finit le", "Étapes"),
    ]
    assert "vous n’y aviez pas touché" in met.content.decode()
    assert client.post(page, sent_by(met)).status_code == 302
    kept = Action.objects.get()
    assert (kept.title, kept.words, kept.cause) == ("Mon titre", "Leurs mots.", "La pluie")
    assert (kept.technical_pilot, str(kept.ends_on)) == ("Service voirie", "2027-06-30")
    assert [one.name for one in kept.partners.all()] == ["Un", "Deux"]
    steps = {(one.title, str(one.done_on)) for one in kept.steps.all()}
    assert steps == {("Choisir", "2026-05-04"), ("Bâtir", "None"), ("Ouvrir", "None")}


def test_a_fault_mended_in_a_form_does_not_hide_that_somebody_saved_before(plan, client):
    made = world.action(plan.agent, plan)
    page = reverse("plans:edit", args=[made.public_id])
    mine = sent_by(client.get(page))
    services.save_action(person=plan.agent, action=made, version=1, values={"words": "Leurs mots."})
    wrong = client.post(page, mine | {"waits_for": "99", "words": "Mes mots."})
    assert wrong.status_code == 400
    met = client.post(page, sent_by(wrong) | {"waits_for": ""})
    assert clashes(met) == [("Description", "Mes mots.", "Leurs mots.")]


def test_a_number_that_moved_while_one_wrote_still_names_the_same_action(plan, client):
    first, second, last = (
        world.action(plan.agent, plan, title=f"Action {name}", state="to_start") for name in "ABC"
    )
    services.save_action(person=plan.agent, action=last, version=1, values={"waits_for": [second.public_id]})
    page = reverse("plans:edit", args=[last.public_id])
    mine = sent_by(client.get(page))
    services.remove_action(person=plan.agent, action=first)
    assert client.post(page, mine | {"words": "Mes mots."}).status_code == 302
    assert [one.other.public_id for one in last.waits_for.all()] == [second.public_id]


def test_those_who_follow_an_action_together_lose_nothing(plan, client):
    made = world.action(plan.agent, plan)
    page = reverse("plans:follow", args=[made.public_id])
    mine = sent_by(client.get(page))
    told = {"state": "blocked", "cause": "La pluie", "steps": [{"title": "Choisir"}]}
    services.save_action(person=plan.agent, action=made, version=1, values=told)
    met = client.post(page, mine | {"steps-0-title": "Bâtir"})
    assert clashes(met) == []
    assert met.context["form"].taken == ["État", "Ce qui bloque ou retarde", "Étapes"]
    assert client.post(page, sent_by(met)).status_code == 302
    made.refresh_from_db()
    assert made.state == "blocked"
    assert {one.title for one in made.steps.all()} == {"Choisir", "Bâtir"}


def test_a_row_of_the_table_keeps_what_the_other_wrote_in_it(plan, client):
    first, second = (world.action(plan.agent, plan, title=f"Action {name}") for name in "AB")
    page = reverse("plans:table", args=[plan.territory.code])
    key = first.public_id
    services.save_action(person=plan.agent, action=second, version=1, values={"cause": "Deux\nlignes"})
    mine = sent_by(client.get(page), holding=f"{key}-read")
    for one, version in ((first, 1), (second, 2)):
        services.save_action(
            person=plan.agent, action=one, version=version, values={"technical_pilot": "Voirie"}
        )
    met = client.post(page, mine | {f"{key}-elected_pilot": "Maire", f"{key}-cause": "Pluie"})
    assert met.status_code == 400
    # The row that nobody touched here is not asked again.
    (row,) = met.context["rows"]
    assert (row.form.taken, list(row.form.differences)) == (["Pilote technique"], [])
    assert client.post(page, sent_by(met, holding=f"{key}-read")).status_code == 302
    first.refresh_from_db()
    assert (first.technical_pilot, first.elected_pilot, first.cause) == ("Voirie", "Maire", "Pluie")
    second.refresh_from_db()
    assert (second.technical_pilot, second.cause) == ("Voirie", "Deux\nlignes")


def test_axes_the_plan_and_indicators_are_gathered_too(plan, client):
    axis = plan.axes.first()
    made = world.action(plan.agent, plan)
    code = plan.territory.code
    values = {"title": "Étals", "unit": "étals", "source": "Registre", "sense": "up", "target": 12}
    counted = services.add_indicator(person=plan.agent, action=made, values=values)
    for page, theirs, ours in (
        (reverse("plans:heading", args=[code, "axe", axis.pk]), {"words": "Leurs mots."}, {"rank": "7"}),
        (reverse("plans:structure", args=[code]), {"words": "Leurs mots."}, {"title": "Notre plan"}),
        (
            reverse("plans:indicator", args=[made.public_id, counted.pk]),
            {"source": "Leur registre"},
            {"baseline": "2,5"},
        ),
    ):
        mine = sent_by(client.get(page))
        assert client.post(page, mine | theirs).status_code == 302
        met = client.post(page, mine | ours)
        assert (clashes(met), len(met.context["form"].taken)) == ([], 1), page
        assert client.post(page, sent_by(met)).status_code == 302
        kept = sent_by(client.get(page))
        assert {name: kept[name] for name in theirs | ours} == theirs | ours


def test_seats_that_two_add_are_both_kept(plan, client):
    page = reverse("plans:governance_edit", args=[plan.territory.code])
    client.post(page, sent_by(client.get(page)))
    mine = sent_by(client.get(page))
    place = len(client.get(page).context["form"].seat_rows) - 1
    seat = {f"seats-{place}-college": "elected"}
    assert client.post(page, mine | seat | {f"seats-{place}-function": "Maire"}).status_code == 302
    met = client.post(page, mine | seat | {f"seats-{place}-function": "Adjointe", "words": "Suivre."})
    assert clashes(met) == []
    assert client.post(page, sent_by(met)).status_code == 302
    body = Governance.objects.get()
    assert body.words == "Suivre."
    assert {"Maire", "Adjointe"} <= {one.function for one in body.seats.all()}


def test_decisions_of_a_review_that_two_write_are_both_kept(plan, client):
    made = world.action(plan.agent, plan)
    review = world.governed(plan.agent, plan)
    page = reverse("plans:review", args=[plan.territory.code, review.pk])
    mine = sent_by(client.get(page)) | {"act": "tell"}
    place = review.decisions.count()
    number = next(iter(client.get(page).context["form"].by_number))
    theirs = {f"decisions-{place}-text": "Ouvrir plus tôt.", f"decisions-{place}-action": number}
    theirs |= {"subject": "Leur ordre du jour", f"decisions-{place}-is_public": "on"}
    assert client.post(page, mine | theirs).status_code == 302
    wrong = client.post(page, mine | {f"decisions-{place}-text": "Fermer.", "held_on": "hier"})
    assert wrong.status_code == 400
    met = client.post(page, sent_by(wrong) | {"held_on": mine["held_on"], "act": "tell"})
    assert (clashes(met), met.context["form"].taken) == ([], ["Ordre du jour", "Décisions"])
    assert client.post(page, sent_by(met) | {"act": "tell"}).status_code == 302
    review.refresh_from_db()
    assert review.subject == "Leur ordre du jour"
    kept = {one.text: (one.action, one.is_public) for one in review.decisions.all()}
    assert kept["Ouvrir plus tôt."] == (made, True)
    assert "Fermer." in kept
    assert len(kept) == place + 2
