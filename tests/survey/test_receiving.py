"""The one door by which answers enter: once, whole, in whatever order they and their corrections arrive."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from terreau.core.errors import NotAllowed, TerreauError
from terreau.survey import answers
from terreau.survey.enums import SubmissionState
from terreau.survey.models import Respondent, Submission
from terreau.survey.publishing import close_survey, current_form
from tests.directory import factories
from tests.racing import two_writers
from tests.survey.world import NEEDED, received, survey_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey():
    return survey_of()[0]


def test_received_again_it_changes_nothing(survey):
    first, is_new = received(survey, "uuid:1", respondent={"name": "Personne d’essai"})
    assert is_new
    for _again in range(2):
        assert received(survey, "uuid:1") == (first, False)
    assert Submission.objects.count() == 1
    assert Respondent.objects.get().name == "Personne d’essai"


def test_another_answer_under_the_same_identifier_is_refused_and_changes_nothing(survey):
    received(survey, "uuid:1")
    with pytest.raises(TerreauError, match="Rien n’a été changé"):
        received(survey, "uuid:1", {**NEEDED, "founded": 1998})
    assert Submission.objects.get().values == NEEDED


def test_what_cannot_be_read_is_kept_with_what_the_channel_could_not_read(survey):
    one, _is_new = received(survey, "uuid:1", {**NEEDED, "founded": "?", "x": "y"}, unread={"COLLEGE": "z"})
    assert one.values == NEEDED
    assert one.unread == {"founded": "?", "x": "y", "COLLEGE": "z"}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"consented_at": None}, "accord"),
        ({"college": "martiens"}, "n’existe pas"),
    ],
)
def test_what_is_no_answer_is_refused_with_what_to_do(survey, more, says):
    with pytest.raises(TerreauError, match=says):
        received(survey, "uuid:1", **more)
    assert not Submission.objects.exists()


def test_an_answer_without_identifier_could_count_twice(survey):
    for identifier in ("", "x" * 121):
        with pytest.raises(TerreauError, match="deux fois"):
            received(survey, identifier)


def test_a_version_that_never_was_is_named(survey):
    for number in ("7", "abc", "", "-1"):
        with pytest.raises(TerreauError, match="jamais eu la version"):
            answers.form_of(survey, number)
    assert answers.form_of(survey, "1") == current_form(survey)


def test_the_form_of_another_survey_is_refused(survey):
    with pytest.raises(TerreauError, match="autre enquête"):
        received(survey, "uuid:1", form=current_form(survey_of()[0]))


def test_nothing_enters_a_survey_in_preparation(survey):
    draft, _agent = survey_of(is_open=False)
    with pytest.raises(TerreauError, match="pas encore ouverte"):
        received(draft, "uuid:1")


def test_what_a_telephone_held_enters_after_the_close():
    survey, agent = survey_of()
    close_survey(person=agent, survey=survey)
    survey.refresh_from_db()
    assert received(survey, "uuid:1")[1]


def test_who_types_must_run_the_survey(survey):
    with pytest.raises(NotAllowed):
        received(survey, "uuid:1", person=factories.person())


def test_a_correction_replaces_what_it_corrects_and_both_are_kept(survey):
    first, _new = received(survey, "uuid:1")
    second, _new = received(survey, "uuid:2", {**NEEDED, "founded": 1998}, replaces="uuid:1")
    first.refresh_from_db()
    assert (first.state, second.replaces) == (SubmissionState.REPLACED, first)
    assert Submission.objects.counted().get() == second


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@drawn(
    # What each answer corrects: one of those before it, or none; and the order in which they arrive.
    st.lists(st.integers(min_value=-1, max_value=4), min_size=1, max_size=5).flatmap(
        lambda edits: st.tuples(st.just(edits), st.permutations(range(len(edits))))
    )
)
def test_in_any_order_one_answer_counts_for_each_person(survey, drawing):
    edits, order = drawing
    run = uuid.uuid4().hex
    edits = [target if target < number else -1 for number, target in enumerate(edits)]
    for number in order:
        replaces = f"{run}-{edits[number]}" if edits[number] >= 0 else ""
        for _twice in range(2):
            received(survey, f"{run}-{number}", replaces=replaces)
    kept = Submission.objects.filter(instance_id__startswith=run)
    assert kept.count() == len(edits)
    assert kept.counted().count() == edits.count(-1)


def test_two_that_say_they_correct_each_other_are_one(survey):
    received(survey, "uuid:1", replaces="uuid:2")
    received(survey, "uuid:2", replaces="uuid:1")
    assert Submission.objects.counted().count() == 1


def test_an_answer_that_says_it_corrects_itself_counts(survey):
    received(survey, "uuid:1", replaces="uuid:1")
    assert Submission.objects.counted().count() == 1


def test_what_was_withdrawn_does_not_come_back(survey):
    one, _new = received(survey, "uuid:1", respondent={"email": "essai@exemple.test"})
    answers.withdraw(submission=one)
    assert received(survey, "uuid:1")[1] is False
    one.refresh_from_db()
    assert (one.state, one.values, one.consent) == (SubmissionState.WITHDRAWN, {}, "")
    assert not Respondent.objects.exists()


@pytest.mark.django_db(transaction=True)
@two_writers
def test_a_correction_and_what_it_corrects_arrive_at_the_same_instant(race):
    survey, _agent = survey_of()

    def prepare():
        run = uuid.uuid4().hex

        def check(people):
            kept = Submission.objects.filter(instance_id__startswith=run)
            assert kept.count() == 2
            assert kept.counted().get().instance_id == f"{run}-2"

        return (
            lambda: received(survey, f"{run}-1"),
            lambda: received(survey, f"{run}-2", replaces=f"{run}-1"),
            check,
        )

    race(prepare)


@pytest.mark.django_db(transaction=True)
@two_writers
def test_the_same_answer_sent_twice_at_the_same_instant_enters_once(race):
    survey, _agent = survey_of()

    def prepare():
        run = uuid.uuid4().hex

        def check(people):
            assert sorted(person.result[1] for person in people) == [False, True]

        return lambda: received(survey, run), lambda: received(survey, run), check

    race(prepare)


def test_an_answer_is_received_without_reading_those_of_its_survey(survey):
    """Each would cost more than the one before: ten thousand come home in an evening."""
    plans = (
        Submission.objects.known_by(survey.pk, "uuid:1"),
        Submission.objects.awaiting(survey.pk, "uuid:1"),
    )
    if connection.vendor == "sqlite":
        assert all("submission_awaits (survey_id=? AND awaits=?)" in plan.explain() for plan in plans)
    with CaptureQueriesContext(connection) as asked:
        received(survey, "uuid:1")
    assert len([one for one in asked if 'FROM "survey_submission"' in one["sql"]]) == 1
