"""Two people at the same instant on the governance of a plan: neither loses a word, nothing is done twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from terreau.notifications.models import Message
from terreau.plans import services
from terreau.plans.governance_alarms import warn_all_due
from terreau.plans.models import Governance
from tests.plans import world
from tests.racing import one_of_two, two_writers

pytestmark = [pytest.mark.django_db(transaction=True), two_writers]


def test_of_two_who_say_who_steers_one_is_told_so(race):
    def prepare():
        _place, agent, plan = world.planned_town()

        def says(name):
            values = {"name": name, "meets_every": 3, "sleeps_after": 6}
            return services.save_governance(person=agent, plan=plan, version=0, values=values)

        def check(people):
            done, _refused = one_of_two(people)
            assert Governance.objects.get(plan=plan).name == done.result.name

        return lambda: says("Comité"), lambda: says("Commission"), check

    race(prepare)


def test_a_review_told_and_put_off_at_once_is_one_or_the_other(race):
    def prepare():
        _place, agent, plan = world.planned_town()
        today = timezone.localdate()
        review = services.add_review(person=agent, plan=plan, due_on=today)
        to = today + timedelta(days=9)

        def check(people):
            one_of_two(people)
            review.refresh_from_db()
            assert (review.held_on is None) == (review.due_on == to)

        return (
            lambda: services.tell_review(person=agent, review=review, version=1, values={"held_on": today}),
            lambda: services.postpone_review(person=agent, review=review, version=1, to=to, reason="Pluie."),
            check,
        )

    race(prepare)


def test_two_workers_write_once_of_one_silence(race):
    def prepare():
        place, agent, plan = world.planned_town()
        services.add_review(person=agent, plan=plan, due_on=timezone.localdate() - timedelta(days=2))

        def check(people):
            assert all(one.refusal is None for one in people)
            assert Message.objects.filter(territory_code=place.code, kind="plans.governance").count() == 1

        return warn_all_due, warn_all_due, check

    race(prepare)
