"""Two people at the same instant: one grid, one edition, one decision, no word lost."""

from __future__ import annotations

import pytest

from terreau.directory.models import new_public_id
from terreau.framework import services
from terreau.framework.enums import College
from terreau.framework.models import Assessment, Barrier, FrameworkEdition
from tests.directory import factories
from tests.framework import world
from tests.racing import one_of_two, two_writers

pytestmark = [pytest.mark.django_db(transaction=True), two_writers]


def test_a_grid_opened_twice_is_one(race):
    def prepare():
        place, agent = world.town()

        def opens():
            return services.open_grid(person=agent, territory=place)

        def check(people):
            assert people[0].result == people[1].result
            assert Assessment.objects.filter(territory=place).count() == 1

        return opens, opens, check

    race(prepare)


def test_a_framework_published_twice_is_one_edition(race):
    def prepare():
        place, agent = world.town()
        assessment = world.judged(agent, place, {College.ACTORS: [5, 5, 5]})

        def publishes():
            return services.publish(person=agent, assessment=assessment)

        def check(people):
            assert people[0].result == people[1].result
            assert FrameworkEdition.objects.filter(territory=place).count() == 1

        return publishes, publishes, check

    race(prepare)


def test_of_two_who_change_a_barrier_one_is_told_so(race):
    def prepare():
        place, agent = world.town()
        noted = world.barrier(agent, place)

        def writes(action):
            return services.save_barrier(
                person=agent,
                territory=place,
                public_id=noted.public_id,
                version=1,
                values=world.BARRIER | {"action": action},
            )

        def check(people):
            done, _refused = one_of_two(people)
            assert Barrier.objects.get(pk=noted.pk).action == done.result.action

        return lambda: writes("Une"), lambda: writes("Deux"), check

    race(prepare)


def test_a_text_refused_and_accepted_at_once_has_one_answer(race):
    def prepare():
        place, agent = world.town("sn")
        proposal = services.propose(
            person=agent, territory=place, text=None, once=new_public_id(), values=world.TEXT
        )
        secretary = factories.secretary()

        def decides(accepted):
            return services.decide(
                person=secretary, proposal=proposal, accepted=accepted, read=0, words="Essai."
            )

        def check(people):
            done, _refused = one_of_two(people)
            proposal.text.refresh_from_db()
            assert (proposal.text.published is not None) == (done.result.state == "published")

        return lambda: decides(True), lambda: decides(False), check

    race(prepare)
