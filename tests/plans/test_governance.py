"""Who steers a plan and decides what, its reviews, what they decided, what fell silent."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.errors import NotAllowed, TerreauError
from terreau.notifications.models import Message
from terreau.plans import services
from terreau.plans.governance_alarms import asleep, sleeping_actions, untold, warn_all_due
from terreau.plans.governance_reading import next_review
from terreau.plans.governance_rules import review_days, review_state
from terreau.plans.models import Action, Entry, Governance, IndicatorValue, Review
from tests.directory import factories
from tests.plans import world

pytestmark = pytest.mark.django_db
KEEPERS = {"agent", "agent_above", "secretariat"}
READERS = {*KEEPERS, "elected"}


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def days_ago(count):
    return timezone.localdate() - timedelta(days=count)


def silent_since(action, days):
    """As if nothing had been said of an action for so many days."""
    Action.objects.filter(pk=action.pk).update(changed_at=timezone.now() - timedelta(days=days))


def review_on(agent, plan, day, **values):
    review = services.add_review(person=agent, plan=plan, due_on=day)
    if values:
        services.tell_review(person=agent, review=review, version=1, values=values)
        review.refresh_from_db()
    return review


# --- Days -------------------------------------------------------------------------------------------------


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 3000), st.integers(1, 24))
def test_reviews_come_every_so_many_months_up_to_the_end(first, length, every):
    last = first + timedelta(days=length)
    days = review_days(first, last, every)
    assert days == sorted(set(days))
    assert all(first <= day <= last for day in days)
    months = [day.year * 12 + day.month for day in days]
    assert all(after - before == every for before, after in pairwise(months))


def test_a_review_of_the_end_of_a_month_stays_there():
    assert review_days(date(2026, 1, 31), date(2026, 5, 1), 1) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


def test_a_review_is_to_come_silent_held_or_missed():
    day = date(2026, 3, 1)
    assert review_state(day, None, False, day) == "planned"
    assert review_state(day, None, False, date(2026, 3, 2)) == "silent"
    assert review_state(day, date(2026, 3, 5), False, date(2026, 3, 6)) == "held"
    assert review_state(day, None, True, date(2026, 3, 6)) == "missed"


# --- The body ---------------------------------------------------------------------------------------------


def test_the_form_begins_with_sensible_lines_and_keeps_what_is_typed(client):
    place, agent, plan = world.planned_town()
    sheet = factories.organisation(name="Atelier d’essai", where=place)
    client.force_login(agent)
    page = reverse("plans:governance_edit", args=[place.code])
    told = text_of(client.get(page))
    assert "Adopter le plan, le réviser" in told
    assert not Governance.objects.exists()
    sent = {
        "version": 0,
        "name": "Comité d’essai",
        "words": "",
        "meets_every": 3,
        "sleeps_after": 9,
        "seats-0-function": "présidence d’essai",
        "seats-0-college": "actors",
        "seats-0-organisation": "Une organisation inconnue",
        "powers-0-kind": "Adopter le plan d’essai",
        "powers-0-decides": "conseil d’essai",
    }
    refused = client.post(page, sent)
    assert refused.status_code == 400
    assert "Une organisation inconnue" in text_of(refused)
    sent["seats-0-organisation"] = "Atelier d’essai"
    assert client.post(page, sent).status_code == 302
    seat = plan.governance.seats.get()
    assert (seat.organisation, seat.college, plan.governance.sleeps_after) == (sheet, "actors", 9)
    # Two sheets of one name: the seat that is there stays what it is.
    factories.organisation(name="Atelier d’essai", where=place)
    assert client.post(page, sent | {"version": 1, "words": "Il suit le plan."}).status_code == 302
    assert plan.governance.seats.get().organisation == sheet


def test_two_who_write_the_body_see_each_other_s_words(client):
    place, agent, plan = world.planned_town()
    world.governed(agent, plan)
    client.force_login(agent)
    sent = {"version": 0, "name": "Un autre comité d’essai", "meets_every": 3, "sleeps_after": 6}
    answer = client.post(reverse("plans:governance_edit", args=[place.code]), sent)
    told = text_of(answer)
    assert answer.status_code == 400
    for words in ("Comité d’essai", "Un autre comité d’essai", "adjointe d’essai"):
        assert words in told
    assert Governance.objects.get().name == "Comité d’essai"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 300},
        {"name": "a\0b"},
        {"meets_every": "0"},
        {"meets_every": "9" * 40},
        {"sleeps_after": "5"},
        {"seats-0-function": "présidence", "seats-0-college": "roi"},
        {"seats-0-function": "écrire à un@exemple.org", "seats-0-college": "actors"},
        {"seats-0-organisation": "https://exemple.invalid/"},
        {"powers-0-kind": "Adopter le plan"},
        {"version": "x"},
    ],
)
def test_what_cannot_be_kept_of_the_body_is_said_and_nothing_is_lost(client, wrong):
    place, agent, plan = world.planned_town()
    world.governed(agent, plan)
    client.force_login(agent)
    sent = {"version": 1, "name": "Comité gardé", "words": "Mots gardés", "meets_every": 3, "sleeps_after": 6}
    answer = client.post(reverse("plans:governance_edit", args=[place.code]), sent | wrong)
    assert answer.status_code == 400
    assert "Mots gardés" in text_of(answer)
    assert Governance.objects.get().name == "Comité d’essai"


# --- The calendar -----------------------------------------------------------------------------------------


def test_a_calendar_is_made_again_around_what_was_said(client):
    place, agent, plan = world.planned_town()
    client.force_login(agent)
    page = reverse("plans:governance", args=[place.code])
    first = timezone.localdate() + timedelta(days=10)
    sent = {"act": "plan", "first_on": first.isoformat(), "every": 3}
    assert client.post(page, sent).status_code == 302
    days = list(plan.reviews.values_list("due_on", flat=True))
    assert days == review_days(first, plan.ends_on, 3)
    assert client.post(page, sent).status_code == 302
    assert list(plan.reviews.values_list("due_on", flat=True)) == days
    kept = plan.reviews.first()
    services.postpone_review(
        person=agent, review=kept, version=1, to=first + timedelta(days=1), reason="La pluie d’essai."
    )
    assert client.post(page, sent | {"every": 6}).status_code == 302
    assert list(plan.reviews.values_list("due_on", flat=True)) == [
        first,
        first + timedelta(days=1),
        *review_days(first, plan.ends_on, 6)[1:],
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": "plan", "first_on": "hier", "every": 3},
        {"act": "plan", "first_on": "9999-12-31", "every": 3},
        {"act": "plan", "first_on": "", "every": "9" * 30},
        {"act": "add", "due_on": "0001-01-01"},
        {"act": "add", "due_on": "2026-02-30"},
    ],
)
def test_a_day_that_cannot_be_kept_is_refused_in_words(client, wrong):
    place, agent, _plan = world.planned_town()
    client.force_login(agent)
    answer = client.post(reverse("plans:governance", args=[place.code]), wrong)
    assert answer.status_code == 400
    assert not Review.objects.exists()


# --- What a review gave -----------------------------------------------------------------------------------


def test_a_review_is_told_with_what_it_decided_of_which_visitors_read_what_is_public(client):
    place, agent, plan = world.planned_town()
    action = world.action(agent, plan)
    review = review_on(agent, plan, days_ago(2))
    client.force_login(agent)
    page = reverse("plans:review", args=[place.code, review.pk])
    sent = {
        "act": "tell",
        "version": 1,
        "subject": "La halle d’essai",
        "held_on": days_ago(1).isoformat(),
        "minutes": "Un compte rendu d’essai.",
        "decisions-0-text": "La halle ouvre le samedi d’essai.",
        "decisions-0-who": "service d’essai",
        "decisions-0-action": "9.9.9",
        "decisions-0-is_public": "on",
        "decisions-1-text": "Un secret d’essai.",
    }
    refused = client.post(page, sent)
    assert refused.status_code == 400
    assert "Aucune action ne porte le numéro" in text_of(refused)
    assert client.post(page, sent | {"decisions-0-action": "1.1.1"}).status_code == 302
    review.refresh_from_db()
    assert review.held_on == days_ago(1)
    assert review.decisions.first().action == action
    client.logout()
    public = reverse("plans:governance_public", args=[place.code])
    told = text_of(client.get(public))
    assert "La halle ouvre le samedi d’essai." in told
    assert action.title in told
    assert "Un secret d’essai." not in told
    assert "Un compte rendu d’essai." not in told
    assert public in text_of(client.get(reverse("plans:public", args=[place.code])))
    page = text_of(client.get(reverse("plans:action", args=[action.public_id])))
    assert "La halle ouvre le samedi d’essai." in page
    services.save_action(person=agent, action=action, version=1, values={"is_public": False})
    caches["pages"].clear()
    assert action.title not in text_of(client.get(public))
    services.show_plan(person=agent, plan=plan, shown=False)
    caches["pages"].clear()
    assert client.get(public).status_code == 404


def test_a_review_is_put_off_or_missed_with_its_reason_and_never_wiped_away(client):
    place, agent, plan = world.planned_town()
    late, other = review_on(agent, plan, days_ago(3)), review_on(agent, plan, days_ago(40))
    client.force_login(agent)
    page = reverse("plans:review", args=[place.code, late.pk])
    to = timezone.localdate() + timedelta(days=5)
    assert client.post(page, {"act": "postpone", "version": 1, "to": to, "reason": ""}).status_code == 400
    assert client.post(page, {"act": "remove", "version": 1}).status_code == 400
    sent = {"act": "postpone", "version": 1, "to": to.isoformat(), "reason": "La pluie d’essai."}
    for _twice in range(2):
        assert client.post(page, sent).status_code == 302
    late.refresh_from_db()
    assert (late.due_on, late.postponements.get().before) == (to, days_ago(3))
    missed = reverse("plans:review", args=[place.code, other.pk])
    sent = {"act": "miss", "version": 1, "reason": "Personne d’essai n’est venu."}
    for _twice in range(2):
        assert client.post(missed, sent).status_code == 302
    told = text_of(client.get(reverse("plans:governance_public", args=[place.code])))
    for words in ("La pluie d’essai.", "Personne d’essai n’est venu.", "n’a pas eu lieu"):
        assert words in told
    with pytest.raises(TerreauError, match="encore à venir"):
        services.miss_review(person=agent, review=late, version=2, reason="Trop tôt.")
    with pytest.raises(TerreauError, match="déjà une histoire"):
        services.remove_review(person=agent, review=late)
    with pytest.raises(TerreauError, match="ne change jamais"):
        late.postponements.get().save()


def test_two_who_tell_the_same_review_see_each_other_s_words(client):
    place, agent, plan = world.planned_town()
    review = world.governed(agent, plan)
    client.force_login(agent)
    page = reverse("plans:review", args=[place.code, review.pk])
    sent = {
        "act": "tell",
        "version": 1,
        "held_on": review.held_on.isoformat(),
        "minutes": "Les mots du second.",
    }
    answer = client.post(page, sent)
    told = text_of(answer)
    assert answer.status_code == 400
    assert "Le compte rendu d’essai." in told
    assert "Les mots du second." in told
    assert "Ouvrir le samedi d’essai." in told


@pytest.mark.parametrize(
    "wrong",
    [
        {"held_on": ""},
        {"held_on": "2999-01-01"},
        {"held_on": "demain"},
        {"decisions-0-text": "", "decisions-0-who": "service d’essai"},
        {"decisions-0-text": "x" * 2001},
        {"decisions-0-action": "\0"},
        {"minutes": "Appelez le 06 12 34 56 78. Mots gardés."},
        {"version": "9" * 50},
    ],
)
def test_what_cannot_be_kept_of_a_review_is_said_and_nothing_is_lost(client, wrong):
    place, agent, plan = world.planned_town()
    review = review_on(agent, plan, days_ago(1))
    client.force_login(agent)
    sent = {
        "act": "tell",
        "version": 1,
        "held_on": days_ago(1).isoformat(),
        "minutes": "Mots gardés.",
        "decisions-0-text": "Une décision d’essai.",
    }
    answer = client.post(reverse("plans:review", args=[place.code, review.pk]), sent | wrong)
    assert answer.status_code == 400
    assert "Mots gardés." in text_of(answer)
    review.refresh_from_db()
    assert review.held_on is None


def test_a_forged_word_of_what_to_do_does_nothing(client):
    place, agent, plan = world.planned_town()
    review = review_on(agent, plan, days_ago(1))
    client.force_login(agent)
    for page in (
        reverse("plans:governance", args=[place.code]),
        reverse("plans:review", args=[place.code, review.pk]),
    ):
        for sent in ({}, {"act": "détruire"}):
            assert client.post(page, sent).status_code == 404


def test_an_action_of_another_plan_is_decided_nowhere_else():
    _place, agent, plan = world.planned_town()
    _other_place, other_agent, other_plan = world.planned_town()
    strange = world.action(other_agent, other_plan)
    review = review_on(agent, plan, days_ago(1))
    decisions = [{"text": "Une décision d’essai.", "action": strange}]
    with pytest.raises(TerreauError, match="pas de ce plan"):
        services.tell_review(
            person=agent, review=review, version=1, values={"held_on": days_ago(1), "decisions": decisions}
        )


# --- Who may ----------------------------------------------------------------------------------------------


def _writes(person, plan, review, action):
    tomorrow = timezone.localdate() + timedelta(days=1)
    body = {"name": "Comité", "meets_every": 3, "sleeps_after": 6}
    return {
        "save_governance": lambda: services.save_governance(person=person, plan=plan, version=0, values=body),
        "plan_reviews": lambda: services.plan_reviews(person=person, plan=plan, first_on=tomorrow, every=6),
        "add_review": lambda: services.add_review(person=person, plan=plan, due_on=tomorrow),
        "tell_review": lambda: services.tell_review(
            person=person, review=review, version=1, values={"held_on": days_ago(1)}
        ),
        "postpone_review": lambda: services.postpone_review(
            person=person, review=review, version=1, to=tomorrow + timedelta(days=9), reason="La pluie."
        ),
        "miss_review": lambda: services.miss_review(
            person=person, review=review, version=1, reason="La pluie."
        ),
        "confirm_action": lambda: services.confirm_action(person=person, action=action),
    }


@pytest.mark.parametrize(
    "name",
    [*sorted(READERS), "visitor", "partner", "state", "agent_elsewhere", "agent_below", "inactive_agent"],
)
def test_those_who_keep_the_territory_write_and_no_others(people, tree, client, name):
    plan = world.plan(people["agent"], tree["town"], shown=False)
    action = world.action(people["agent"], plan)
    review = review_on(people["agent"], plan, days_ago(1))
    if name not in ("visitor", "inactive_agent"):
        client.force_login(people[name])
        page = client.get(reverse("plans:governance", args=[tree["town"].code]))
        assert (page.status_code == 200) == (name in READERS)
    if name not in KEEPERS:
        for write in _writes(people[name], plan, review, action).values():
            with pytest.raises(NotAllowed):
                write()
        assert not Governance.objects.exists()
        return
    for number, what in enumerate(_writes(people[name], plan, review, action)):
        fresh = review_on(people["agent"], plan, days_ago(10 + number))
        _writes(people[name], plan, fresh, action)[what]()
    services.close_plan(person=people["agent"], plan=plan)
    for write in _writes(people[name], plan, review, action).values():
        with pytest.raises(TerreauError):
            write()


def test_a_page_of_another_town_s_review_is_not_there(client):
    place, agent, _plan = world.planned_town()
    _other_place, other_agent, other_plan = world.planned_town()
    strange = review_on(other_agent, other_plan, days_ago(1))
    client.force_login(agent)
    page = reverse("plans:review", args=[place.code, strange.pk])
    assert client.get(page).status_code == 404
    assert client.post(page, {"act": "miss", "reason": "Rien."}).status_code == 404


# --- What fell silent -------------------------------------------------------------------------------------


def test_an_action_sleeps_when_nothing_is_said_of_it_for_as_long_as_the_plan_says():
    _place, agent, plan = world.planned_town()
    today = timezone.localdate()
    awake, asleep_one = (
        world.action(agent, plan, title="Éveillée"),
        world.action(agent, plan, title="Endormie"),
    )
    noted, measured = world.action(agent, plan, title="Payée"), world.action(agent, plan, title="Mesurée")
    later = world.action(
        agent, plan, title="Plus tard", state="to_start", starts_on=today + timedelta(days=9)
    )
    done = world.action(agent, plan, title="Faite", state="done")
    entry = world.entry(agent, noted, 100)
    indicator = services.add_indicator(person=agent, action=measured, values={"title": "Étals"})
    value = services.add_value(person=agent, indicator=indicator, on=today, value=3)
    for one in (asleep_one, noted, measured, later, done):
        silent_since(one, 200)
    silent_since(awake, 150)
    assert [one.title for one in sleeping_actions(today)] == ["Endormie"]
    world.governed(agent, plan, sleeps_after=4)
    assert {one.title for one in sleeping_actions(today)} == {"Endormie", "Éveillée"}
    long_ago = timezone.now() - timedelta(days=190)
    Entry.objects.filter(pk=entry.pk).update(at=long_ago)
    IndicatorValue.objects.filter(pk=value.pk).update(at=long_ago)
    assert {one.title for one in sleeping_actions(today)} == {"Endormie", "Éveillée", "Payée", "Mesurée"}
    services.close_plan(person=agent, plan=plan)
    assert not sleeping_actions(today)


def test_one_click_says_that_nothing_is_new(client):
    place, agent, plan = world.planned_town()
    action = world.action(agent, plan)
    silent_since(action, 200)
    client.force_login(agent)
    page = reverse("plans:governance", args=[place.code])
    assert "Actions dont rien n’est dit depuis longtemps" in text_of(client.get(page))
    for _twice in range(2):
        assert client.post(reverse("plans:confirm", args=[action.public_id])).status_code == 302
    assert "Actions dont rien n’est dit depuis longtemps" not in text_of(client.get(page))
    history = text_of(client.get(reverse("plans:history", args=[action.public_id])))
    assert history.count("a dit que rien n’avait changé pour l’action") == 1


def test_what_is_silent_waits_for_those_who_keep_the_territory(client):
    place, agent, plan = world.planned_town()
    review_on(agent, plan, days_ago(2))
    silent_since(world.action(agent, plan), 200)
    assert list(untold([place])) == [(place.pk, 1)]
    assert list(asleep([place])) == [(place.pk, 1)]
    client.force_login(agent)
    assert "revues ou actions du plan dont rien n’est dit" in text_of(client.get(reverse("portal:workspace")))
    assert "dont le résultat n’est pas dit" not in text_of(client.get(reverse("portal:workspace")))
    told = text_of(client.get(reverse("portal:dashboard", args=[place.code])))
    assert "revue du plan passée sans compte rendu" in told
    assert "action du plan dont rien n’est dit depuis longtemps" in told


def test_an_action_that_ended_asks_for_its_result_in_the_workspace(client):
    place, agent, plan = world.planned_town()
    world.action(agent, plan, state="done")
    client.force_login(agent)
    page = client.get(reverse("portal:workspace"))
    assert "actions terminées dont le résultat n’est pas dit" in text_of(page)
    assert f"{reverse('plans:own', args=[place.code])}?etat=done" in page.content.decode()
    assert "dont rien n’est dit" not in text_of(page)


def test_each_silence_is_written_about_once_and_not_every_day():
    place, agent, plan = world.planned_town()
    review = review_on(agent, plan, days_ago(2))
    review_on(agent, plan, days_ago(100))
    action, other = world.action(agent, plan), world.action(agent, plan, title="Depuis un an")
    silent_since(action, 200)
    silent_since(other, 400)
    today = timezone.localdate()
    assert warn_all_due() == 2
    for later in range(3):
        assert warn_all_due(today=today + timedelta(days=later)) == 0
    told = Message.objects.filter(person=agent, kind="plans.governance", territory_code=place.code)
    assert {one.url for one in told} == {
        reverse("plans:review", args=[place.code, review.pk]),
        reverse("plans:follow", args=[action.public_id]),
    }
    # Said again, then silent again: that is another silence.
    services.confirm_action(person=agent, action=action)
    silent_since(action, 190)
    assert warn_all_due() == 1


# --- The pages --------------------------------------------------------------------------------------------


def test_no_page_asks_more_when_there_are_more_reviews(client):
    place, agent, plan = world.planned_town()
    world.governed(agent, plan, factories.organisation(name="Atelier d’essai", where=place))
    review = plan.reviews.first()
    pages = {
        "public": reverse("plans:governance_public", args=[place.code]),
        "own": reverse("plans:governance", args=[place.code]),
        "review": reverse("plans:review", args=[place.code, review.pk]),
        "edit": reverse("plans:governance_edit", args=[place.code]),
        "calendar": reverse("plans:calendar", args=[place.code]),
    }
    counts = {}
    for more in (0, 12):
        for number in range(more):
            day = days_ago(20 + number)
            decided = [{"text": "Une décision d’essai.", "is_public": True}]
            review_on(agent, plan, day, held_on=day, decisions=decided)
            silent_since(world.action(agent, plan), 200)
        for name, page in pages.items():
            client.logout()
            if name != "public":
                client.force_login(agent)
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            counts.setdefault(name, []).append(len(queries))
    assert all(before == after for before, after in counts.values()), counts
    assert max(max(pair) for pair in counts.values()) <= 14, counts


def test_the_calendar_and_the_page_of_the_plan_tell_the_next_review(client):
    place, agent, plan = world.planned_town()
    world.governed(agent, plan)
    coming = next_review(plan, timezone.localdate())
    assert f"{coming.due_on.day}" in text_of(client.get(reverse("plans:public", args=[place.code])))
    client.force_login(agent)
    page = f"{reverse('plans:calendar', args=[place.code])}?annee={coming.due_on.year}"
    assert reverse("plans:review", args=[place.code, coming.pk]) in text_of(client.get(page))
