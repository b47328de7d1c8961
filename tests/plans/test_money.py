"""Money: entries that are only added, sums by year and source, the way back to the need."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.models import new_public_id
from terreau.plans import money, services, sheet, snapshot
from terreau.plans.document_parts import Issue, money_sentence
from terreau.plans.enums import Version
from terreau.plans.models import BudgetLine, Entry
from tests.plans import world

pytestmark = pytest.mark.django_db


def test_an_amount_sent_twice_is_noted_once_and_a_mistake_is_mended_by_another():
    _place, agent, plan = world.planned_town()
    action = world.action(agent, plan)
    drawn = new_public_id()
    for _time in range(2):
        world.entry(agent, action, 5_000, public_id=drawn)
    assert Entry.objects.count() == 1
    with pytest.raises(TerreauError, match="Dites pourquoi"):
        world.entry(agent, action, -5_000)
    with pytest.raises(TerreauError, match="plus que ce qui est noté"):
        world.entry(agent, action, -6_000, note="Saisie fausse.")
    world.entry(agent, action, -5_000, note="Saisie fausse.")
    assert [one.amount for one in Entry.objects.order_by("pk")] == [5_000, -5_000]
    with pytest.raises(TerreauError, match="ne change jamais"):
        Entry.objects.first().save()
    assert BudgetLine.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"amount": 0}, "Écrivez un montant"),
        ({"amount": 10**19}, "ne peut pas être juste"),
        ({"source": " "}, "d’où vient"),
        ({"nature": "or"}, "manque un choix"),
        ({"kind": "rêvé"}, "manque un choix"),
        ({"year": 1900}, "L’année va"),
        ({"public_id": "x"}, "pas complet"),
    ],
)
def test_an_amount_that_cannot_be_kept_says_why(values, said):
    _place, agent, plan = world.planned_town()
    told = {"amount": 5, **values}
    with pytest.raises(TerreauError, match=said):
        world.entry(agent, world.action(agent, plan), told.pop("amount"), **told)
    assert not Entry.objects.exists()


def test_sums_by_year_source_nature_and_axis_say_what_is_missing():
    _place, agent, plan = world.planned_town()
    first, second = world.action(agent, plan), world.action(agent, plan, is_public=False)
    year = timezone.localdate().year
    world.entry(agent, first, 100_000, "planned")
    world.entry(agent, first, 60_000, "secured")
    world.entry(agent, first, 20_000, "paid")
    world.entry(agent, second, 40_000, "planned", source="État d’essai", year=year + 1)
    found = money.money_of(plan)
    assert [(one.label, one.sums.planned) for one in found.years] == [
        (str(year), 100_000),
        (str(year + 1), 40_000),
    ]
    assert [one.label for one in found.sources] == ["Ville d’essai", "État d’essai"]
    assert found.total.sums.missing == 80_000
    assert found.years[0].oddities == ["plus payé qu’engagé"]
    # What is not public is not in the public's total.
    assert money.money_of(plan, public=True).total.sums.planned == 100_000


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_what_has_ended_is_not_to_be_found_any_more(client, state):
    place, agent, plan = world.planned_town()
    going, ended = world.action(agent, plan), world.action(agent, plan, state=state, cause="Plus simple")
    world.entry(agent, going, 100_000, "planned")
    world.entry(agent, going, 60_000, "secured")
    world.entry(agent, ended, 10_000, "planned")
    total = money.money_of(plan).total
    assert (total.sums.planned, total.sums.missing, total.sums.released) == (110_000, 40_000, 10_000)
    page = client.get(reverse("plans:public", args=[place.code])).content.decode()
    assert f"On ne cherche plus {total.released}" in page
    issue = Issue(snapshot.content_of(plan), timezone.localdate(), Version.PUBLIC, timezone.now())
    assert total.missing in money_sentence(issue)
    assert total.released in money_sentence(issue)


def test_an_amount_leads_back_to_its_action_and_its_need(client):
    _place, agent, plan = world.planned_town()
    action = world.action(agent, plan, need="premises", recommendation="besoin-locaux")
    paid = world.entry(agent, action, 20_000)
    page = client.get(reverse("plans:entry", args=[paid.public_id])).content.decode()
    assert (
        page.index("payé")
        < page.index(action.title, page.index("payé"))
        < page.index("Locaux et infrastructures")
    )
    assert "Mettre des locaux à disposition" in page
    hidden = world.entry(agent, world.action(agent, plan, is_public=False), 10)
    assert client.get(reverse("plans:entry", args=[hidden.public_id])).status_code == 404


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong(client):
    _place, agent, plan = world.planned_town()
    action = world.action(agent, plan)
    client.force_login(agent)
    page = reverse("plans:add_money", args=[action.public_id])
    good = {
        "public_id": new_public_id(),
        "kind": "paid",
        "amount": "1 500",
        "year": str(timezone.localdate().year),
        "nature": "staff",
        "source": "Ville d’essai",
        "on": timezone.localdate().isoformat(),
        "note": "",
    }
    for wrong in (
        {"amount": "beaucoup"},
        {"amount": "9" * 60},
        {"amount": "1 500,505"},
        {"amount": "1.500.000,5"},
        {"year": "9" * 5000},
        {"on": "hier"},
        {"on": (timezone.localdate() + timedelta(days=2)).isoformat()},
        {"on": "0026-01-02"},
        {"amount": ""},
    ):
        answer = client.post(page, good | wrong)
        assert answer.status_code == 400, wrong
        assert "Ville d’essai" in answer.content.decode()
    assert client.post(page, good).status_code == 302
    assert client.post(page, good).status_code == 302
    assert Entry.objects.get().line.nature == "staff"


def test_only_those_who_keep_the_territory_note_amounts(people, tree):
    plan = world.plan(people["agent"], tree["town"])
    action = world.action(people["agent"], plan)
    allowed = {"agent", "agent_above", "secretariat"}
    for name, person in people.items():
        try:
            world.entry(person, action, 5)
        except NotAllowed:
            assert name not in allowed
        else:
            assert name in allowed


def test_an_indicator_keeps_every_value_and_the_last_word_of_a_day_counts():
    _place, agent, plan = world.planned_town()
    action = world.action(agent, plan)
    values = {"title": "Étals d’essai", "unit": "étals", "target": Decimal(20), "baseline": Decimal(10)}
    made = services.add_indicator(person=agent, action=action, values=values)
    assert services.add_indicator(person=agent, action=action, values=values) == made
    today = timezone.localdate()
    for value in (Decimal(12), Decimal(12), Decimal(15)):
        services.add_value(person=agent, indicator=made, on=today, value=value)
    assert made.values.count() == 2
    told = sheet.indicators_of(action)[0]
    assert (told.last.value_told, told.progress, told.reached) == ("15", 50.0, False)
    with pytest.raises(TerreauError, match="ne se supprime pas"):
        services.remove_indicator(person=agent, indicator=made)
    with pytest.raises(TerreauError, match="ne peut pas être juste"):
        services.add_value(person=agent, indicator=made, on=today, value=Decimal(10) ** 20)
    services.save_indicator(person=agent, indicator=made, version=1, values=values | {"unit": "places"})
    with pytest.raises(TerreauError, match="Quelqu’un d’autre"):
        services.save_indicator(person=agent, indicator=made, version=1, values=values | {"unit": "tables"})


def test_an_indicator_whose_target_is_behind_its_start_is_not_kept_as_going_up():
    """From 100 down to 50 said « monter », it would be told as reached on its first day."""
    _place, agent, plan = world.planned_town()
    action = world.action(agent, plan)
    values = {"title": "Déchets d’essai", "baseline": Decimal(100), "target": Decimal(50)}
    with pytest.raises(TerreauError, match="doit baisser"):
        services.add_indicator(person=agent, action=action, values=values | {"sense": "up"})
    with pytest.raises(TerreauError, match="trop ancienne"):
        services.add_indicator(person=agent, action=action, values=values | {"target_on": date(26, 1, 1)})
    # A spreadsheet says no sense: it is that of the numbers.
    made = services.add_indicator(person=agent, action=action, values=values)
    assert made.sense == "down"
    with pytest.raises(TerreauError, match="doit monter"):
        services.save_indicator(
            person=agent, indicator=made, version=1, values=values | {"sense": "down", "target": Decimal(150)}
        )


def test_another_indicator_of_the_same_name_is_refused_and_not_dropped_in_silence():
    _place, agent, plan = world.planned_town()
    action = world.action(agent, plan)
    values = {"title": "Étals d’essai", "target": Decimal(20)}
    services.add_indicator(person=agent, action=action, values=values)
    with pytest.raises(TerreauError, match="déjà un indicateur de ce nom"):
        services.add_indicator(person=agent, action=action, values=values | {"target": Decimal(30)})
