"""A link good for one use opened twice at the same instant serves once."""

from __future__ import annotations

import pytest
from django.test import Client

from terreau.freshness import services
from terreau.freshness.models import Question, Refusal
from terreau.journal.models import Event
from tests.directory import factories as make
from tests.freshness.world import asked
from tests.racing import one_of_two, two_writers

pytestmark = [pytest.mark.django_db(transaction=True), two_writers]


@pytest.fixture
def town():
    return make.territory("fr-com-99001", "Ville-Essai", national_code="99001")


def test_the_link_of_the_question_clicked_twice_confirms_once(race, town):
    def prepare():
        sheet, token = asked(town, f"Atelier d’essai {Question.objects.count()}")

        def click():
            return Client().post(f"/confirmer/{token}/", {"answer": "exact"})

        def check(people):
            assert sorted(person.result.status_code for person in people) == [200, 410]
            subject = f"organisation:{sheet.public_id}"
            assert Event.objects.filter(verb="organisation.confirmed", subject=subject).count() == 1

        return click, click, check

    race(prepare)


def test_two_answers_to_one_question_are_one(race, town):
    def prepare():
        sheet, token = asked(town, f"Atelier d’essai {Question.objects.count()}")

        def check(people):
            one_of_two(people)
            confirmed = people[0].refusal is None
            assert Question.objects.get(organisation=sheet).answer == ("exact" if confirmed else "stop")
            assert Refusal.objects.filter(organisation=sheet).exists() == (not confirmed)

        return (
            lambda: services.answer_exact(token=token),
            lambda: services.answer_stop(token=token),
            check,
        )

    race(prepare)
