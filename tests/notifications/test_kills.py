"""Workers killed at any step of a sending: nothing leaves twice, nothing is forgotten."""

from __future__ import annotations

import os
import random
import signal

import pytest
from django.core import mail
from django.db import connection

from terreau.accounts.services import ensure_person
from terreau.jobs import periodic
from terreau.jobs.worker import Worker
from terreau.notifications import sending, services
from terreau.notifications.enums import MessageState
from terreau.notifications.models import Message
from tests.killing import A_FEW, A_HUNDRED, Drivers

pytestmark = pytest.mark.django_db(transaction=True)
READERS, EACH = 5, 2


@pytest.fixture
def send_until_killed(tmp_path):
    """A worker on the database of the tests sends until it is killed at a step, or has nothing to send."""
    drivers = Drivers({**os.environ, "TESTS_DATABASE_NAME": str(connection.settings_dict["NAME"])})

    def send(outbox, steps):
        told, failed = tmp_path / "told", tmp_path / "failed"
        status = drivers.run("tests.notifications.sender_process", outbox, steps, told=told, failed=failed)
        assert status in {0, -signal.SIGKILL}, failed.read_text()
        return status

    yield send
    drivers.stop()


@pytest.mark.parametrize("kills", [A_FEW, pytest.param(A_HUNDRED, marks=pytest.mark.slow)])
def test_killed_at_random_steps_nothing_leaves_twice_and_nothing_is_lost(send_until_killed, tmp_path, kills):
    outbox = tmp_path / "outbox"
    outbox.touch()
    readers = [ensure_person(email=f"lecteur{n}@exemple.org") for n in range(READERS)]
    for kill in range(kills):
        for reader, person in enumerate(readers):
            for number in range(EACH):
                once = f"n-{kill}-{reader}-{number}"
                services.notify(person=person, kind="tests.news", once=once, subject="Essai", lines=[once])
        send_until_killed(outbox, random.randint(1, 70))
    assert send_until_killed(outbox, 1_000_000) == 0
    left = [key for line in outbox.read_text().splitlines() for key in line.replace("n-", " n-").split()]
    assert len(left) == len(set(left)), "nothing left twice"
    states = dict(Message.objects.values_list("once", "state"))
    assert len(states) == kills * READERS * EACH
    for once, state in states.items():
        if state == MessageState.SENT:
            assert once in left
        else:
            assert state == MessageState.UNCERTAIN, "what did not leave for sure stays to be read"
    assert set(left) <= set(states)
    uncertain = [once for once, state in states.items() if state == MessageState.UNCERTAIN]
    # Each kill can leave in doubt the one mail that was leaving, which held at most what was due.
    assert len({Message.objects.get(once=once).batch for once in uncertain}) <= kills
    assert sending.send_due("essai") == 0


def test_the_worker_sends(monkeypatch):
    monkeypatch.setattr(periodic._works["notifications.send"], "done_at", float("-inf"))
    person = ensure_person(email="lectrice@exemple.org")
    services.notify(person=person, kind="tests.news", once="n-1", subject="Essai", lines=[])
    Worker().run(until_empty=True)
    assert len(mail.outbox) == 1
