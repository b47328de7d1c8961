"""Real workers, in processes of their own: killed, interrupted, stopped, followed by others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import OperationalError, connection

import tests.jobs.kinds  # noqa: F401
from terreau.accounts.models import Person
from terreau.jobs import live, locks, services
from terreau.jobs.enums import JobState
from terreau.jobs.worker import Worker
from terreau.journal.models import Event
from terreau.project import cli

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60  # seconds after which something is broken rather than slow


@pytest.fixture
def start_worker():
    """Starts workers on the database of the tests; whatever happens, none is left."""
    started = []

    def start():
        environment = {**os.environ, "TESTS_DATABASE_NAME": str(connection.settings_dict["NAME"])}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.worker_process"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        process.name = json.loads(process.stdout.readline())["worker"]
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def kill(worker):
    """Kill -9, and wait until the system has taken the worker's lock back."""
    worker.send_signal(signal.SIGKILL)
    worker.wait(PATIENCE)
    until = time.monotonic() + PATIENCE
    while locks.is_alive(worker.name) and time.monotonic() < until:
        os.sched_yield()
    assert not locks.is_alive(worker.name)


@pytest.fixture
def meeting(tmp_path):
    """A job that says when it is in the middle of its transaction, and waits to be answered."""
    say, hear = tmp_path / "say", tmp_path / "hear"
    os.mkfifo(say)
    os.mkfifo(hear)
    person = Person.objects.create_user("awa@exemple.org")
    arguments = {"say": str(say), "hear": str(hear)}
    job = services.start(kind="tests.meet", title="Rendez-vous", arguments=arguments, person=person)
    job.say, job.hear = say, hear
    return job


def test_a_killed_worker_is_followed_by_another(start_worker, meeting):
    victim = start_worker()
    assert meeting.say.read_text() == "là"
    kill(victim)
    assert not Event.objects.filter(verb="test.met").exists(), "nothing half-written is visible"
    successor = start_worker()
    assert successor.wait(PATIENCE) == 0
    meeting.refresh_from_db()
    assert (meeting.state, meeting.attempts) == (JobState.DONE, 2)
    assert Event.objects.filter(verb="test.met").count() == 1


def test_one_signal_lets_the_job_finish(start_worker, meeting):
    worker = start_worker()
    meeting.say.read_text()
    worker.send_signal(signal.SIGTERM)
    meeting.hear.write_text("finis")
    assert worker.wait(PATIENCE) == 0
    meeting.refresh_from_db()
    assert (meeting.state, meeting.attempts) == (JobState.DONE, 1)


def test_a_second_signal_puts_the_job_back_without_counting(start_worker, tmp_path):
    person = Person.objects.create_user("awa@exemple.org")
    arguments = {"seen": str(tmp_path / "seen")}
    job = services.start(kind="tests.signalled_twice", title="Essai", arguments=arguments, person=person)
    assert start_worker().wait(PATIENCE) == 0
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.WAITING, 0)
    assert start_worker().wait(PATIENCE) == 0
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 1)


def test_progress_is_seen_while_the_transaction_is_open_and_the_job_can_be_stopped(start_worker, meeting):
    worker = start_worker()
    meeting.say.read_text()
    meeting.refresh_from_db()
    seen = live.refresh(meeting)
    assert (seen.state, seen.done, seen.total, seen.step) == (JobState.RUNNING, 1, 3, "au rendez-vous")
    services.ask_to_stop(person=meeting.person, job=meeting)
    meeting.hear.write_text("continue")
    assert worker.wait(PATIENCE) == 0
    meeting.refresh_from_db()
    assert meeting.state == JobState.CANCELLED
    assert not Event.objects.filter(verb="test.met").exists(), "the job's transaction rolled back"


def test_a_sibling_is_seen_alive_until_it_is_killed(start_worker, meeting):
    worker = start_worker()
    meeting.say.read_text()
    assert locks.is_alive(worker.name)
    assert services.recover(locks.is_alive) == 0
    kill(worker)
    assert services.recover(locks.is_alive) == 1


def test_a_worker_in_this_process_empties_the_queue():
    person = Person.objects.create_user("awa@exemple.org")
    jobs = [
        services.start(kind="tests.count", title=f"Essai {n}", arguments={"until": n}, person=person)
        for n in (1, 2)
    ]
    Worker().run(until_empty=True)
    for job in jobs:
        job.refresh_from_db()
        assert job.state == JobState.DONE


def test_a_failing_database_leaves_the_task_to_the_next_worker():
    person = Person.objects.create_user("awa@exemple.org")
    job = services.start(kind="tests.database_gone", title="Essai", arguments={}, person=person)
    for _attempt in range(services.MAX_ATTEMPTS):
        with pytest.raises(OperationalError):
            Worker().run(until_empty=True)
    Worker().run(until_empty=True)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, services.MAX_ATTEMPTS)


def test_a_line_cut_by_the_database_is_told_in_words(monkeypatch, capsys):
    class Cut:
        def is_held(self):
            return False

        def release(self):
            pass

    monkeypatch.setattr(locks, "hold", lambda _worker: Cut())
    monkeypatch.setattr("terreau.project.preparation.prepare_home", lambda: None)
    monkeypatch.setattr(Worker, "listen_to_signals", lambda _worker: None)
    assert cli.main(["worker", "--once"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("terreau : La base de données a coupé la ligne")
    assert "Traceback" not in told
