"""Two people at the same instant: one plan, no circle closed by halves, an amount once, one practice."""

from __future__ import annotations

import pytest

from terreau.directory.models import new_public_id
from terreau.plans import rules, services
from terreau.plans.edition_models import PlanEdition
from terreau.plans.edition_rules import placed
from terreau.plans.editions import read
from terreau.plans.filing import path_of
from terreau.plans.models import Dependency, Entry, Evidence
from terreau.practices.models import Practice
from tests.plans import world
from tests.racing import one_of_two, two_writers

pytestmark = [pytest.mark.django_db(transaction=True), two_writers]


def test_of_two_who_edit_an_action_one_is_told_so(race):
    def prepare():
        _place, agent, plan = world.planned_town()
        made = world.action(agent, plan)

        def writes(words):
            return services.save_action(person=agent, action=made, version=1, values={"words": words})

        def check(people):
            one_of_two(people)
            made.refresh_from_db()
            assert made.words in ("un", "deux")

        return lambda: writes("un"), lambda: writes("deux"), check

    race(prepare)


def test_two_halves_of_a_circle_are_never_both_written(race):
    def prepare():
        _place, agent, plan = world.planned_town()
        first, second = world.action(agent, plan), world.action(agent, plan)

        def waits(one, other):
            values = {"waits_for": [other.public_id]}
            return services.save_action(person=agent, action=one, version=1, values=values)

        def check(people):
            pairs = dict(Dependency.objects.filter(action__in=[first, second]).values_list("action", "other"))
            assert len(pairs) == 1
            assert not rules.circle(first.pk, [], {key: [other] for key, other in pairs.items()})

        return lambda: waits(first, second), lambda: waits(second, first), check

    race(prepare)


def test_an_amount_noted_twice_is_noted_once(race):
    def prepare():
        _place, agent, plan = world.planned_town()
        made, drawn = world.action(agent, plan), new_public_id()

        def notes():
            return world.entry(agent, made, 500, public_id=drawn)

        def check(people):
            assert people[0].result == people[1].result
            assert Entry.objects.filter(line__action=made).count() == 1

        return notes, notes, check

    race(prepare)


def test_a_practice_begun_twice_is_one(race):
    def prepare():
        place, agent, plan = world.planned_town()
        made = world.action(agent, plan, state="done")
        services.tell_result(person=agent, action=made, version=1, result="Douze étals d’essai.")

        def begins():
            return services.begin_practice(person=agent, action=made, public_id=new_public_id())

        def check(people):
            assert people[0].result == people[1].result
            assert Practice.objects.filter(territory=place).count() == 1

        return begins, begins, check

    race(prepare)


def test_a_plan_kept_twice_at_once_is_one_edition(race):
    def prepare():
        _place, agent, plan = world.planned_town()
        world.action(agent, plan)

        def keeps():
            return services.freeze(person=agent, plan=plan, words="Édition d’essai.")

        def check(people):
            assert people[0].result == people[1].result
            assert PlanEdition.objects.filter(plan=plan).count() == 1

        return keeps, keeps, check

    race(prepare)


def test_an_edition_never_has_half_of_what_someone_writes(race):
    def prepare():
        _place, agent, plan = world.planned_town()
        made = world.action(agent, plan)
        values = {"state": "blocked", "cause": "La pluie d’essai.", "steps": [{"title": "Réparer"}]}

        def keeps():
            return services.freeze(person=agent, plan=plan, words="Édition d’essai.")

        def writes():
            return services.save_action(person=agent, action=made, version=1, values=values)

        def check(people):
            assert not any(one.broken or one.refusal for one in people)
            (kept,) = placed(read(PlanEdition.objects.get(plan=plan)))
            told = kept.action["state"], kept.action["cause"], len(kept.action["steps"])
            assert told in (("under_way", "", 0), ("blocked", "La pluie d’essai.", 1))

        return keeps, writes, check

    race(prepare)


def test_a_file_sent_twice_at_once_is_one_piece_with_its_file(race):
    def prepare():
        _place, agent, plan = world.planned_town()
        made = world.action(agent, plan)

        def sends():
            return world.piece(agent, made)

        def check(people):
            assert people[0].result == people[1].result
            assert path_of(Evidence.objects.get(action=made)).read_bytes() == world.PDF

        return sends, sends, check

    race(prepare)
