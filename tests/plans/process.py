"""A driver: a plan opened, an action written, an amount noted, an actor asked, a practice begun; killed."""

from __future__ import annotations

import json
import random
import sys
from datetime import date, timedelta

from tests.killing import Case, be_driver, kills

be_driver()

from terreau.directory.models import new_public_id  # noqa: E402
from terreau.notifications.models import Message  # noqa: E402
from terreau.plans import services  # noqa: E402
from terreau.plans.edition_models import PlanEdition  # noqa: E402
from terreau.plans.filing import path_of  # noqa: E402
from terreau.plans.governance_alarms import warn_all_due  # noqa: E402
from terreau.plans.models import Action, CoLeader, Entry, Evidence, Plan, Review, Seat  # noqa: E402
from terreau.practices.models import Practice  # noqa: E402
from tests.directory import factories as make  # noqa: E402
from tests.plans import world  # noqa: E402


def opened() -> Case:
    place, agent = world.town()
    drawn = new_public_id()
    values = {"title": "Plan", "words": "", "starts_on": date(2026, 1, 1), "ends_on": date(2028, 1, 1)}
    return Case(
        lambda: services.open_plan(person=agent, territory=place, public_id=drawn, values=values),
        lambda: Plan.objects.filter(territory=place).count() == 1,
    )


def written() -> Case:
    _place, agent, plan = world.planned_town()
    made, other = world.action(agent, plan), world.action(agent, plan)
    values = {
        "state": "blocked",
        "cause": "La pluie d’essai.",
        "steps": [{"title": "Réparer"}],
        "partners": ["Une coopérative d’essai"],
        "waits_for": [other.public_id],
    }
    return Case(
        lambda: services.save_action(person=agent, action=made, version=1, values=values),
        lambda: Action.objects.get(pk=made.pk).version == 2,
    )


def noted() -> Case:
    _place, agent, plan = world.planned_town()
    made, drawn = world.action(agent, plan), new_public_id()
    return Case(
        lambda: world.entry(agent, made, 500, public_id=drawn),
        lambda: Entry.objects.filter(public_id=drawn).count() == 1,
    )


def asked() -> Case:
    place, agent, plan = world.planned_town()
    made, sheet = world.action(agent, plan), make.organisation(where=place)
    world.keeper_of(sheet)
    return Case(
        lambda: services.ask_co_leader(person=agent, action=made, organisation=sheet),
        lambda: CoLeader.objects.filter(action=made).count() == 1,
    )


def begun() -> Case:
    place, agent, plan = world.planned_town()
    made = world.action(agent, plan, state="done")
    services.tell_result(person=agent, action=made, version=1, result="Douze étals d’essai.")
    drawn = new_public_id()
    return Case(
        lambda: services.begin_practice(person=agent, action=made, public_id=drawn),
        lambda: Practice.objects.filter(territory=place).count() == 1,
    )


def imported() -> Case:
    _place, agent, plan = world.planned_town()
    text = f"Axe;Objectif;Action;Budget {plan.starts_on.year}\nA;B;Une d’essai;100\nA;C;Deux d’essai;200\n"
    file = services.receive_file(person=agent, plan=plan, name="plan.csv", content=[text.encode()])
    return Case(
        lambda: services.import_file(person=agent, file=file),
        lambda: (
            (Action.objects.of(plan).count(), Entry.objects.filter(line__source="à préciser").exists())
            == (2, True)
        ),
    )


def governed() -> Case:
    place, agent, plan = world.planned_town()
    values = {
        "name": "Comité d’essai",
        "meets_every": 3,
        "sleeps_after": 6,
        "seats": [
            {"function": "présidence", "college": "actors", "organisation": make.organisation(where=place)}
        ],
        "powers": [{"kind": "Adopter le plan", "decides": "le conseil"}],
    }
    return Case(
        lambda: services.save_governance(person=agent, plan=plan, version=0, values=values),
        lambda: Seat.objects.filter(governance__plan=plan).count() == 1,
    )


def planned() -> Case:
    _place, agent, plan = world.planned_town()
    first = date.today().replace(day=1)
    return Case(
        lambda: services.plan_reviews(person=agent, plan=plan, first_on=first, every=6),
        lambda: plan.reviews.filter(due_on=first).count() == 1,
    )


def decided() -> Case:
    _place, agent, plan = world.planned_town()
    review = services.add_review(person=agent, plan=plan, due_on=date.today())
    values = {
        "held_on": date.today(),
        "minutes": "Le compte rendu d’essai.",
        "decisions": [{"text": "Ouvrir le samedi."}, {"text": "Fermer le lundi."}],
    }
    return Case(
        lambda: services.tell_review(person=agent, review=review, version=1, values=values),
        lambda: Review.objects.get(pk=review.pk).decisions.count() == 2,
    )


def put_off() -> Case:
    _place, agent, plan = world.planned_town()
    review = services.add_review(person=agent, plan=plan, due_on=date.today())
    to = date.today() + timedelta(days=9)
    return Case(
        lambda: services.postpone_review(person=agent, review=review, version=1, to=to, reason="La pluie."),
        lambda: Review.objects.get(pk=review.pk).due_on == to,
    )


def warned() -> Case:
    place, agent, plan = world.planned_town()
    services.add_review(person=agent, plan=plan, due_on=date.today() - timedelta(days=2))
    return Case(
        warn_all_due,
        lambda: Message.objects.filter(territory_code=place.code, kind="plans.governance").count() == 1,
    )


def kept() -> Case:
    _place, agent, plan = world.planned_town()
    world.action(agent, plan)
    return Case(
        lambda: services.freeze(person=agent, plan=plan, words="Édition d’essai."),
        lambda: PlanEdition.objects.filter(plan=plan).count() == 1,
    )


def filed() -> Case:
    _place, agent, plan = world.planned_town()
    made = world.action(agent, plan)

    def is_whole() -> bool:
        return [path_of(one).read_bytes() for one in Evidence.objects.filter(action=made)] == [world.PDF]

    return Case(lambda: world.piece(agent, made), is_whole)


count = int(sys.argv[1])
chance = random.Random(6)
works = (
    *(opened, written, imported, noted, asked, begun, governed, planned, decided, put_off, warned),
    *(kept, filed),
)
print(json.dumps({one.__name__: kills(one, count, chance) for one in works}))
