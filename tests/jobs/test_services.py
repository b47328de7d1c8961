"""Jobs: asked for with the change, run, refused, stopped, started again."""

from __future__ import annotations

import pytest
from django.db import OperationalError, transaction
from django_tasks_db.models import DBTaskResult

import tests.jobs.kinds  # noqa: F401
from terreau.accounts.models import Person
from terreau.core.errors import NotAllowed, TerreauError
from terreau.jobs import handle as handle_module
from terreau.jobs import live, services
from terreau.jobs.enums import JobState
from terreau.jobs.models import Job
from terreau.journal.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return Person.objects.create_user("awa@exemple.org")


@pytest.fixture
def stranger():
    return Person.objects.create_user("ben@exemple.org")


def ask(kind, person, **arguments):
    return services.start(kind=f"tests.{kind}", title="Essai", arguments=arguments, person=person)


def test_a_job_and_its_task_are_asked_for_together(person):
    job = ask("count", person, until=3)
    assert job.state == JobState.WAITING
    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(job.pk)]
    assert Event.objects.get(verb="job.asked").subject == f"job:{job.pk}"


def test_a_title_that_names_someone_does_not_enter_the_journal(person):
    job = services.start(
        kind="tests.count", title="Liste de a@exemple.org", arguments={"until": 1}, person=person
    )
    services.run_now(job)
    assert {event.data["name"] for event in Event.objects.all()} == {""}


def test_a_change_that_fails_takes_its_job_with_it(person):
    with transaction.atomic():
        ask("count", person, until=3)
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_an_unknown_kind_is_refused_before_anything_is_written(person):
    with pytest.raises(TerreauError, match="ne connaît pas le travail"):
        ask("unknown", person)
    assert not Job.objects.exists()


def test_a_job_runs_to_its_end(person):
    job = services.run_now(ask("count", person, until=3))
    assert (job.state, job.done, job.total, job.step) == (JobState.DONE, 3, 3, "compte")
    assert (job.message, job.result_url, job.attempts) == ("3 comptés", "/fini/", 1)
    assert job.finished_at


def test_a_job_that_is_over_is_not_run_again(person):
    job = services.run_now(ask("count", person, until=3))
    assert services.run_now(job).attempts == 1


def test_a_refusal_is_kept_as_it_was_said(person):
    job = services.run_now(ask("refused", person))
    assert job.state == JobState.FAILED
    assert job.message == "liste.csv\u00a0: La ligne 3 n’a pas de nom. Complétez-la."


def test_an_unexpected_failure_shows_nothing_internal(person, caplog):
    job = services.run_now(ask("broken", person))
    assert job.state == JobState.FAILED
    assert "un détail interne" not in job.message
    assert str(job.pk)[:8] in job.message
    assert "un détail interne" in caplog.text


def test_a_database_that_fails_is_not_the_end_of_the_job(person):
    job = ask("database_gone", person)
    with pytest.raises(OperationalError):
        services.run_now(job)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_progress_is_told_inside_a_transaction(person):
    assert services.run_now(ask("write_then_step", person)).state == JobState.DONE


def test_progress_is_not_told_more_often_than_is_read(person, monkeypatch):
    told = []

    class Listening:
        def tell(self, done, total, step):
            told.append((done, step))
            return False

        def close(self):
            told.append("closed")

    monkeypatch.setattr(handle_module, "open_channel", lambda job: Listening())
    services.run_now(ask("count", person, until=5000))
    assert told[0] == (1, "compte")
    assert told[-1] == "closed"
    assert len(told) < 1000


def test_a_waiting_job_stops_at_once(person):
    job = ask("count", person, until=3)
    services.ask_to_stop(person=person, job=job)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert services.run_now(job).attempts == 0
    assert Event.objects.filter(verb="job.cancelled").count() == 1


def test_a_job_that_is_over_does_not_stop(person):
    job = services.run_now(ask("count", person, until=3))
    services.ask_to_stop(person=person, job=job)
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_only_those_concerned_stop_a_job(person, stranger):
    job = ask("count", person, until=3)
    with pytest.raises(NotAllowed):
        services.ask_to_stop(person=stranger, job=job)
    with pytest.raises(NotAllowed):
        services.restart(person=stranger, job=job)


def test_a_failed_job_is_started_again(person):
    job = services.run_now(ask("refused", person))
    again = services.restart(person=person, job=job)
    assert (again.state, again.attempts, again.message) == (JobState.WAITING, 0, "")
    assert DBTaskResult.objects.ready().count() == 2
    assert services.run_now(again).attempts == 1


def test_a_job_that_succeeded_is_not_started_again(person):
    job = services.run_now(ask("count", person, until=1))
    with pytest.raises(TerreauError, match="déjà fait"):
        services.restart(person=person, job=job)


class TestRecovery:
    """Tasks whose worker died; whether it did is told by the test."""

    @pytest.fixture
    def left(self, person):
        """A job cut in the middle: running, its task claimed by a worker."""
        job = ask("count", person, until=3)
        Job.objects.update(state=JobState.RUNNING, attempts=1)
        DBTaskResult.objects.get().claim("dead-worker")
        return job

    def test_the_task_of_a_dead_worker_goes_back_to_the_queue(self, left):
        assert services.recover(lambda _worker: False) == 1
        left.refresh_from_db()
        assert left.state == JobState.WAITING
        assert DBTaskResult.objects.ready().count() == 1
        assert services.run_now(left).attempts == 2

    def test_the_task_of_a_living_worker_is_left_alone(self, left):
        assert services.recover(lambda worker: worker == "dead-worker") == 0
        left.refresh_from_db()
        assert left.state == JobState.RUNNING

    def test_three_deaths_are_enough(self, left):
        Job.objects.update(attempts=services.MAX_ATTEMPTS)
        assert services.recover(lambda _worker: False) == 0
        left.refresh_from_db()
        assert left.state == JobState.FAILED
        assert "interrompu 3 fois" in left.message
        assert not DBTaskResult.objects.ready().exists()

    def test_a_worker_asked_to_leave_does_not_count_against_the_job(self, left):
        Job.objects.update(attempts=services.MAX_ATTEMPTS)
        assert services.give_back(DBTaskResult.objects.get().pk, counted=False)
        left.refresh_from_db()
        assert (left.state, left.attempts) == (JobState.WAITING, services.MAX_ATTEMPTS - 1)

    def test_a_job_that_ended_just_before_its_worker_died_stays_ended(self, left):
        Job.objects.update(state=JobState.DONE)
        services.recover(lambda _worker: False)
        left.refresh_from_db()
        assert services.run_now(left).state == JobState.DONE


def test_word_left_for_a_running_job_stops_it(person):
    job = ask("count", person, until=3)
    live.ask_to_stop(job)
    if job.stop_asked_at is None and Job.objects.filter(stop_asked_at__isnull=False).exists():
        pytest.skip("on PostgreSQL the word goes through a second connection: see test_worker.py")
    assert services.run_now(job).state == JobState.CANCELLED
