"""Two people at the same instant: one decision, no mark lost."""

from __future__ import annotations

import pytest

from terreau.core.errors import TerreauError
from terreau.evaluation import services
from terreau.evaluation.gathering import gather
from terreau.evaluation.marking import committee_of
from terreau.evaluation.models import Decision, MarkSheet
from tests.evaluation import world
from tests.racing import one_of_two, two_writers

pytestmark = [pytest.mark.django_db(transaction=True), two_writers]


def test_an_evaluation_decided_twice_is_one_decision(race):
    def prepare():
        place, agent = world.town()
        closed = world.closed(place, agent, ("actors", 3), titles=("Un",))
        read, outcomes = gather(closed).digest, world.said(closed)

        def decides():
            return services.decide(person=agent, evaluation=closed, read=read, outcomes=outcomes)

        def check(people):
            assert people[0].result == people[1].result
            assert Decision.objects.filter(evaluation=closed).count() == 1

        return decides, decides, check

    race(prepare)


def test_of_two_who_fill_one_sheet_one_is_told_so(race):
    def prepare():
        place, agent = world.town()
        opened = world.evaluation(place, agent, "Un", together=True)
        committee, candidate = committee_of(opened), opened.candidates.get()

        def marks(mark):
            return services.save_marks(
                person=agent,
                assessor=committee,
                candidate=candidate,
                version=0,
                given=world.given(*[mark] * 5),
            )

        def check(people):
            done, _refused = one_of_two(people)
            assert MarkSheet.objects.get(assessor=committee).marks == done.result.marks

        return lambda: marks(1), lambda: marks(4), check

    race(prepare)


def test_a_mark_that_comes_while_the_round_closes_is_counted_or_refused(race):
    def prepare():
        place, agent = world.town()
        opened = world.evaluation(place, agent, "Un")
        world.mark(world.link(agent, opened), 2)
        late = world.mark(world.link(agent, opened), 4, sent=False)

        def check(people):
            sent, closed = people
            assert closed.result is not None
            opened.refresh_from_db()
            assert len(gather(opened).voices) == (1 if isinstance(sent.refusal, TerreauError) else 2)

        return (
            lambda: services.send(person=None, assessor=late),
            lambda: services.close_first(person=agent, evaluation=opened),
            check,
        )

    race(prepare)
