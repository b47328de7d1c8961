"""Two people at the same instant: one is told so, or both did the same thing once; never a word lost."""

from __future__ import annotations

import pytest

from terreau.strategy import services
from terreau.strategy.filing import path_of
from terreau.strategy.models import PriorityIssue, Revision, Strategy
from tests.racing import one_of_two, two_writers
from tests.strategy import world

pytestmark = [pytest.mark.django_db(transaction=True), two_writers]


def test_of_two_who_write_an_issue_again_one_is_told_so(race):
    def prepare():
        place, agent = world.town()
        made = world.issue(agent, place)

        def writes(words):
            return lambda: services.save_issue(
                person=agent, issue=made, version=1, values=world.VALUES | {"words": words}
            )

        def check(people):
            done, _refused = one_of_two(people)
            assert PriorityIssue.objects.get(pk=made.pk).words == done.result.words

        return writes("un"), writes("deux"), check

    race(prepare)


def test_of_two_who_say_what_a_town_wants_one_is_told_so(race):
    def prepare():
        place, agent = world.town()

        def says(words):
            return lambda: services.introduce(person=agent, territory=place, version=1, words=words)

        def check(people):
            done, _refused = one_of_two(people)
            assert Strategy.objects.get(territory=place).words == done.result.words

        return says("un"), says("deux"), check

    race(prepare)


def test_a_strategy_published_twice_is_one_revision(race):
    def prepare():
        place, agent = world.town()
        world.issue(agent, place)
        read = world.read(place)

        def publishes():
            return services.publish(person=agent, territory=place, read=read)

        def check(people):
            assert people[0].result == people[1].result
            assert Revision.objects.filter(territory=place).count() == 1

        return publishes, publishes, check

    race(prepare)


def test_a_text_taken_away_while_it_is_attached_again_keeps_its_file_if_its_row_stays(race):
    def prepare():
        place, agent = world.town()
        kept = world.text(agent, place)

        def check(_people):
            rows = list(Strategy.objects.get(territory=place).texts.all())
            assert all(path_of(place, one).exists() for one in rows)

        return (
            lambda: services.detach(person=agent, text=kept),
            lambda: world.text(agent, place),
            check,
        )

    race(prepare)
