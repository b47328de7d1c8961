"""Writes of evaluations, each killed at steps drawn by chance."""

from __future__ import annotations

import json
import random
import sys

from tests.killing import Case, be_driver, kills

be_driver()

from terreau.directory.models import new_public_id  # noqa: E402
from terreau.evaluation import services  # noqa: E402
from terreau.evaluation.gathering import gather  # noqa: E402
from terreau.evaluation.models import Decision, Evaluation, Interest, MarkSheet  # noqa: E402
from tests.evaluation import world  # noqa: E402


def opened() -> Case:
    place, agent = world.town()
    keys, once = [world.project(place, title).public_id for title in ("Un", "Deux")], new_public_id()
    return Case(
        lambda: services.open_evaluation(
            person=agent, territory=place, projects=keys, together=True, once=once
        ),
        lambda: Evaluation.objects.filter(territory=place, projects__public_id__in=keys).count() == 2,
    )


def marked() -> Case:
    place, agent = world.town()
    made = world.evaluation(place, agent, "Un")
    assessor, candidate = world.link(agent, made), made.candidates.get()
    return Case(
        lambda: services.save_marks(
            person=None, assessor=assessor, candidate=candidate, version=0, given=world.given(1, 2, 3, 4, 0)
        ),
        lambda: MarkSheet.objects.filter(assessor=assessor).count() == 1,
    )


def stepped_back() -> Case:
    place, agent = world.town()
    made = world.evaluation(place, agent, "Un")
    assessor, candidate = world.link(agent, made), made.candidates.get()
    world.mark(assessor, 3, sent=False)
    return Case(
        lambda: services.declare_interest(person=None, assessor=assessor, candidate=candidate, holds=True),
        lambda: Interest.objects.filter(assessor=assessor).exists() != assessor.sheets.exists(),
    )


def decided() -> Case:
    place, agent = world.town()
    closed = world.closed(place, agent, ("actors", 3, 1))
    read, outcomes = gather(closed).digest, world.said(closed)
    return Case(
        lambda: services.decide(person=agent, evaluation=closed, read=read, outcomes=outcomes),
        lambda: Decision.objects.filter(evaluation=closed, evaluation__state="decided").count() == 1,
    )


count = int(sys.argv[1])
chance = random.Random(6)
print(
    json.dumps({one.__name__: kills(one, count, chance) for one in (opened, marked, stepped_back, decided)})
)
