"""Two people at the same instant: one row, or one is told so; never a row lost."""

from __future__ import annotations

import pytest

from terreau.levers import services
from terreau.levers.models import LeverOpinion, LeversEdition
from tests.framework.world import town
from tests.levers import world
from tests.racing import one_of_two, two_writers

pytestmark = [pytest.mark.django_db(transaction=True), two_writers]


def test_of_two_opinions_one_is_told_so(race):
    def prepare():
        place, agent = town()

        def says(words):
            return lambda: world.opinion(agent, place, reason=words)

        def check(people):
            done, _refused = one_of_two(people)
            assert LeverOpinion.objects.get(territory=place).reason == done.result.reason

        return says("Une raison."), says("Une autre."), check

    race(prepare)


def test_levers_published_twice_are_one_edition(race):
    def prepare():
        place, agent = town()

        def publishes():
            return services.publish(person=agent, territory=place)

        def check(people):
            assert people[0].result == people[1].result
            assert LeversEdition.objects.filter(territory=place).count() == 1

        return publishes, publishes, check

    race(prepare)
