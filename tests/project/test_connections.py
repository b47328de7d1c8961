"""Connections left by threads that died are closed."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from django.db import connections

from terreau.project.connections import CloseAfterThreads

pytestmark = pytest.mark.django_db(transaction=True)


def application(environ, start_response):
    connections["default"].ensure_connection()
    environ["seen"].append(connections["default"])
    return [b"lu"]


def in_a_thread(wrapped, seen):
    thread = threading.Thread(target=lambda: wrapped({"seen": seen}, None))
    thread.start()
    number = thread.native_id
    thread.join()
    # Python is done with a thread a moment before the system is.
    for _look in range(1_000_000):
        if not Path(f"/proc/self/task/{number}").exists():
            break
        os.sched_yield()


def test_the_connection_of_a_dead_thread_is_closed_and_that_of_a_living_one_kept():
    seen, mine = [], []
    wrapped = CloseAfterThreads(application)
    in_a_thread(wrapped, seen)
    wrapped({"seen": mine}, None)
    assert seen[0].connection is not None
    wrapped.close_left()
    assert seen[0].connection is None
    assert mine[0].connection is not None


def test_a_thread_that_takes_the_number_of_a_dead_one_closes_what_it_left(monkeypatch):
    seen = []
    wrapped = CloseAfterThreads(application)
    monkeypatch.setattr("terreau.project.connections.threading.get_native_id", lambda: 7)
    in_a_thread(wrapped, seen)
    in_a_thread(wrapped, seen)
    assert seen[0].connection is None
    assert seen[1].connection is not None
    seen[1].inc_thread_sharing()
    seen[1].close()
