"""A driver: thresholds set, an opinion given, levers published; killed."""

from __future__ import annotations

import json
import random
import sys

from tests.killing import Case, be_driver, kills

be_driver()

from terreau.levers import services  # noqa: E402
from terreau.levers.models import LeverOpinion, LeversEdition, ThresholdChoice  # noqa: E402
from tests.framework.world import town  # noqa: E402
from tests.levers import world  # noqa: E402


def thresholds() -> Case:
    place, agent = town()
    return Case(
        lambda: services.set_thresholds(person=agent, territory=place, read=0, values=world.THRESHOLDS),
        lambda: ThresholdChoice.objects.filter(territory=place).count() == 1,
    )


def opinion() -> Case:
    place, agent = town()
    return Case(
        lambda: world.opinion(agent, place),
        lambda: LeverOpinion.objects.filter(territory=place).count() == 1,
    )


def published() -> Case:
    place, agent = town()
    return Case(
        lambda: services.publish(person=agent, territory=place),
        lambda: LeversEdition.objects.filter(territory=place).count() == 1,
    )


count = int(sys.argv[1])
chance = random.Random(5)
print(json.dumps({one.__name__: kills(one, count, chance) for one in (thresholds, opinion, published)}))
