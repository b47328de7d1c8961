"""A driver: an issue written, words said, a text attached, taken away, a revision published; killed."""

from __future__ import annotations

import json
import random
import sys

from tests.killing import Case, be_driver, kills

be_driver()

from terreau.directory.models import new_public_id  # noqa: E402
from terreau.strategy import services  # noqa: E402
from terreau.strategy.filing import path_of  # noqa: E402
from terreau.strategy.models import PriorityIssue, Revision, Strategy, VotedText  # noqa: E402
from tests.strategy import world  # noqa: E402


def written() -> Case:
    place, agent = world.town()
    drawn = new_public_id()
    return Case(
        lambda: services.add_issue(person=agent, territory=place, public_id=drawn, values=world.VALUES),
        lambda: PriorityIssue.objects.filter(public_id=drawn).count() == 1,
    )


def said() -> Case:
    place, agent = world.town()
    return Case(
        lambda: services.introduce(person=agent, territory=place, version=1, words="Des lieux d’essai."),
        lambda: Strategy.objects.filter(territory=place, version=2).exists(),
    )


def attached() -> Case:
    place, agent = world.town()

    def is_whole() -> bool:
        rows = VotedText.objects.filter(strategy__territory=place)
        return [path_of(place, one).read_bytes() for one in rows] == [world.PDF]

    return Case(lambda: world.text(agent, place), is_whole)


def detached() -> Case:
    place, agent = world.town()
    kept = world.text(agent, place)
    return Case(
        lambda: services.detach(person=agent, text=kept),
        lambda: not VotedText.objects.filter(strategy__territory=place).exists(),
    )


def published() -> Case:
    place, agent = world.town()
    world.issue(agent, place)
    return Case(
        lambda: world.published(agent, place),
        lambda: Revision.objects.filter(territory=place).count() == 1,
    )


count = int(sys.argv[1])
chance = random.Random(7)
works = (written, said, attached, detached, published)
print(json.dumps({one.__name__: kills(one, count, chance) for one in works}))
