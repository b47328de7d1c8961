"""Writing a plan: opened once, actions that say why they are blocked, no circle, nobody's words lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.models import new_public_id
from terreau.journal.models import Event
from terreau.plans import content, services
from terreau.plans.models import Action, Plan, StateChange
from tests.directory import factories
from tests.plans import world

pytestmark = pytest.mark.django_db


def test_a_plan_opened_twice_is_one_and_only_one_runs():
    place, agent = world.town()
    values = {"title": "Plan", "words": "", "starts_on": date(2026, 1, 1), "ends_on": date(2028, 12, 31)}
    drawn = new_public_id()
    first = services.open_plan(person=agent, territory=place, public_id=drawn, values=values)
    again = services.open_plan(person=agent, territory=place, public_id=drawn, values=values)
    assert first == again
    with pytest.raises(TerreauError, match="déjà en cours"):
        services.open_plan(person=agent, territory=place, public_id=new_public_id(), values=values)
    services.close_plan(person=agent, plan=first)
    second = services.open_plan(person=agent, territory=place, public_id=new_public_id(), values=values)
    assert list(Plan.objects.of(place)) == [second, first]
    with pytest.raises(TerreauError, match="Un autre plan"):
        services.close_plan(person=agent, plan=first, closed=False)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": " "}, "un nom"),
        ({"ends_on": None}, "un début et une fin"),
        ({"ends_on": date(2025, 12, 31)}, "trente ans"),
        ({"ends_on": date(2999, 12, 31)}, "trente ans"),
        ({"starts_on": date(26, 1, 1), "ends_on": date(28, 12, 31)}, "trop ancienne"),
        ({"words": "écrire à moi@exemple.org"}, "adresse électronique"),
    ],
)
def test_a_plan_that_cannot_be_kept_says_why(values, said):
    place, agent = world.town()
    good = {"title": "Plan", "words": "", "starts_on": date(2026, 1, 1), "ends_on": date(2028, 12, 31)}
    with pytest.raises(TerreauError, match=said):
        services.open_plan(person=agent, territory=place, public_id=new_public_id(), values=good | values)
    assert not Plan.objects.exists()


def test_an_action_keeps_what_it_says_and_each_state_with_its_cause():
    _place, agent, plan = world.planned_town()
    made = world.action(
        agent,
        plan,
        steps=[{"title": "Choisir le lieu", "due_on": date(2026, 3, 1), "done_on": None}, {"title": ""}],
        partners=["Une coopérative d’essai", "", "Une coopérative d’essai"],
    )
    assert [(one.title, one.due_on) for one in made.steps.all()] == [("Choisir le lieu", date(2026, 3, 1))]
    assert [one.name for one in made.partners.all()] == ["Une coopérative d’essai"]
    with pytest.raises(TerreauError, match="ce qui bloque"):
        services.save_action(person=agent, action=made, version=1, values={"state": "blocked"})
    services.save_action(
        person=agent, action=made, version=1, values={"state": "blocked", "cause": "Le toit fuit."}
    )
    made.refresh_from_db()
    services.save_action(person=agent, action=made, version=2, values={"state": "done"})
    made.refresh_from_db()
    assert made.ended_on == timezone.localdate()
    told = [
        (one.before, one.after, one.cause) for one in StateChange.objects.filter(action=made).order_by("pk")
    ]
    assert told == [
        ("", "to_start", ""),
        ("to_start", "under_way", ""),
        ("under_way", "blocked", "Le toit fuit."),
        ("blocked", "done", "Le toit fuit."),
    ]
    with pytest.raises(TerreauError, match="ne change jamais"):
        made.state_changes.first().delete()


def test_of_two_who_edit_an_action_neither_loses_a_word():
    place, agent, plan = world.planned_town()
    other = factories.agent_of(place)
    made = world.action(agent, plan)
    services.save_action(person=agent, action=made, version=1, values={"words": "Ce que dit la première."})
    with pytest.raises(TerreauError, match="Quelqu’un d’autre"):
        services.save_action(person=other, action=made, version=1, values={"words": "Ce que dit le second."})
    # The same words again, or nothing new, are no quarrel.
    services.save_action(person=other, action=made, version=1, values={"words": "Ce que dit la première."})
    made.refresh_from_db()
    assert (made.words, made.version) == ("Ce que dit la première.", 2)


def test_actions_never_wait_for_each_other_in_a_circle():
    _place, agent, plan = world.planned_town()
    one, two, three = (world.action(agent, plan, title=f"Action d’essai {name}") for name in "ABC")

    def waits(action, *others):
        action.refresh_from_db()
        services.save_action(
            person=agent,
            action=action,
            version=action.version,
            values={"waits_for": [other.public_id for other in others]},
        )

    waits(one, two)
    waits(two, three)
    with pytest.raises(
        TerreauError, match="C\u00a0» → «\u00a0Action d’essai A\u00a0» → «\u00a0Action d’essai B"
    ):
        waits(three, one)
    with pytest.raises(TerreauError, match="en rond"):
        waits(one, one)
    waits(one)
    waits(three, one)
    elsewhere = world.action(world.planned_town()[1], Plan.objects.last())
    with pytest.raises(TerreauError, match="pas de ce plan"):
        waits(two, elsewhere)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": ""}, "un nom"),
        ({"state": "inconnu"}, "pas un choix possible"),
        ({"need": "x" * 500}, "pas un choix possible"),
        ({"objective": None}, "sous un objectif"),
        ({"starts_on": date(2027, 1, 2), "ends_on": date(2027, 1, 1)}, "avant le début"),
        ({"starts_on": date(27, 1, 2)}, "trop ancienne"),
        ({"ends_on": date(27, 1, 2)}, "trop ancienne"),
        ({"steps": [{"title": "", "due_on": date(2027, 1, 1)}]}, "n’a pas de nom"),
        ({"steps": [{"title": "Étape", "done_on": date(2227, 1, 1)}]}, "pas encore venu"),
        ({"steps": [{"title": "Étape", "due_on": date(27, 1, 1)}]}, "trop ancienne"),
        ({"steps": [{"title": f"Étape {number}"} for number in range(99)]}, "20 au plus"),
        ({"rien": "x"}, "n’existe pas"),
    ],
)
def test_an_action_that_cannot_be_kept_says_why(values, said):
    _place, agent, plan = world.planned_town()
    with pytest.raises(TerreauError, match=said):
        world.action(agent, plan, **values)
    assert not Action.objects.exists()


def test_a_date_told_alone_is_checked_against_the_other():
    _place, agent, plan = world.planned_town()
    made = world.action(agent, plan, ends_on=date(2027, 1, 1))
    with pytest.raises(TerreauError, match="avant le début"):
        services.save_action(person=agent, action=made, version=1, values={"starts_on": date(2028, 1, 1)})


def test_an_action_with_a_history_is_dropped_and_not_removed():
    _place, agent, plan = world.planned_town()
    begun, fresh = world.action(agent, plan), world.action(agent, plan, state="to_start")
    with pytest.raises(TerreauError, match="déjà une histoire"):
        services.remove_action(person=agent, action=begun)
    services.remove_action(person=agent, action=fresh)
    services.remove_action(person=agent, action=fresh)
    assert list(Action.objects.all()) == [begun]
    objective = begun.objective
    with pytest.raises(TerreauError, match="Il reste quelque chose"):
        services.remove_heading(person=agent, heading=objective)


def test_a_closed_plan_is_only_read_but_results_are_still_told():
    _place, agent, plan = world.planned_town()
    made = world.action(agent, plan, state="done")
    services.close_plan(person=agent, plan=plan)
    with pytest.raises(TerreauError, match="clos"):
        services.save_action(person=agent, action=made, version=1, values={"words": "Trop tard."})
    services.tell_result(person=agent, action=made, version=1, result="Douze étals d’essai.")
    made.refresh_from_db()
    assert made.result == "Douze étals d’essai."


def test_each_write_is_told_in_the_journal_and_by_a_sentence():
    _place, agent, plan = world.planned_town()
    made = world.action(agent, plan)
    services.save_action(person=agent, action=made, version=1, values={"words": "Autre."})
    told = Event.objects.about(f"action:{made.public_id}").first()
    assert (told.verb, told.actor) == ("action.changed", agent)
    assert told.data["changes"] == {"words": ["—", "Autre."]}
    assert content.label_of("words") == "description"


def test_only_those_who_keep_the_territory_write(people, tree):
    agent = people["agent"]
    plan = world.plan(agent, tree["town"])
    made = world.action(agent, plan)
    allowed = {"agent", "agent_above", "secretariat"}
    for name, person in people.items():
        made.refresh_from_db()
        try:
            services.save_action(
                person=person, action=made, version=made.version, values={"words": f"Par {name}."}
            )
        except NotAllowed:
            assert name not in allowed
        else:
            assert name in allowed


@pytest.mark.parametrize("known", ["measured", "shown", "blocked once"])
def test_what_is_known_of_an_action_is_not_lost_in_one_click(known):
    _place, agent, plan = world.planned_town()
    made = world.action(agent, plan, state="to_start")
    if known == "measured":
        indicator = services.add_indicator(person=agent, action=made, values={"title": "Étals d’essai"})
        services.add_value(person=agent, indicator=indicator, on=timezone.localdate(), value=Decimal(3))
    elif known == "shown":
        world.piece(agent, made)
    else:
        services.save_action(
            person=agent, action=made, version=1, values={"state": "blocked", "cause": "Un essai."}
        )
        services.save_action(person=agent, action=made, version=2, values={"state": "to_start"})
    with pytest.raises(TerreauError, match="déjà une histoire"):
        services.remove_action(person=agent, action=made)
    assert Action.objects.filter(pk=made.pk).exists()
