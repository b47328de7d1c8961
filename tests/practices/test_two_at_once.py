"""Two people at the same instant: one version each, one adoption a town, no town that takes from itself."""

from __future__ import annotations

import pytest

from terreau.directory.models import new_public_id
from terreau.practices import services
from terreau.practices.models import Adoption
from terreau.practices.rules import makes_cycle
from tests.directory import factories
from tests.practices.world import VALUES, drafted, published, town
from tests.racing import one_of_two, two_writers

pytestmark = [pytest.mark.django_db(transaction=True), two_writers]


def test_two_authors_save_and_one_is_told(race):
    where, agent = town()
    other = factories.agent_of(where)

    def prepare():
        made = drafted(agent, where)

        def write(person, words):
            return lambda: services.save(
                person=person, practice=made, number=1, values=VALUES | {"context": words}
            )

        def check(people):
            one_of_two(people)
            assert [one.number for one in made.versions.all()] == [2, 1]

        return write(agent, "Le premier."), write(other, "Le second."), check

    race(prepare)


def test_two_agents_of_a_town_declare_and_it_takes_up_once(race):
    where, agent = town()
    other = factories.agent_of(where)

    def prepare():
        made = published(*reversed(town()))

        def declare(person):
            return lambda: services.take_up(person=person, practice=made, territory=where)

        def check(people):
            assert all(person.refusal is None and person.broken is None for person in people)
            assert made.adoptions.count() == 1

        return declare(agent), declare(other), check

    race(prepare)


def test_two_towns_turn_to_each_other_and_no_cycle_is_made(race):
    first, agent = town()
    second, other = town()

    def prepare():
        made = published(*reversed(town()))
        adoptions = [
            services.take_up(person=person, practice=made, territory=place)
            for person, place in ((agent, first), (other, second))
        ]

        def turn(person, mine, theirs):
            return lambda: services.change(
                person=person, adoption=mine, version=1, source=theirs, adaptation=""
            )

        def check(people):
            one_of_two(people)
            parents = dict(Adoption.objects.filter(practice=made).values_list("pk", "source"))
            assert not any(makes_cycle(key, parent, parents) for key, parent in parents.items())

        return turn(agent, *adoptions), turn(other, *reversed(adoptions)), check

    race(prepare)


def test_the_form_of_a_new_sheet_sent_twice_at_once_makes_one(race):
    where, agent = town()

    def prepare():
        drawn = new_public_id()

        def send():
            return services.begin(person=agent, territory=where, public_id=drawn, values=VALUES)

        def check(people):
            assert [person.broken for person in people] == [None, None]
            assert {person.result.public_id for person in people} == {drawn}
            assert people[0].result.versions.count() == 1

        return send, send, check

    race(prepare)
