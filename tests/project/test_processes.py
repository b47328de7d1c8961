"""A parent and its children: looked after, stopped in order, never left behind."""

from __future__ import annotations

import signal

import pytest

from terreau.core.errors import TerreauError
from terreau.project.processes import Child, only_one
from tests.project.running import PATIENCE, start, wait_until_dead


@pytest.fixture
def family():
    started = []

    def make(*kinds):
        process = start("-m", "tests.project.family_process", *kinds)
        started.append(process)
        pids = {}
        while len(pids) < len(kinds):
            kind, pid = process.stdout.readline().split()
            pids[kind] = int(pid)
        return process, pids

    yield make
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_all(family, number):
    process, pids = family("one", "two")
    process.send_signal(number)
    assert process.wait(PATIENCE) == 0
    assert wait_until_dead(list(pids.values()))


def test_a_child_that_does_not_listen_is_killed(family):
    process, pids = family("deaf", "one")
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert wait_until_dead(list(pids.values()))


def test_a_killed_parent_leaves_nobody(family):
    process, pids = family("deaf", "one")
    process.kill()
    process.wait(PATIENCE)
    assert wait_until_dead(list(pids.values()))


def test_a_child_that_dies_is_started_again(family):
    import os

    process, pids = family("one")
    os.kill(pids["one"], signal.SIGKILL)
    kind, pid = process.stdout.readline().split()
    assert kind == "one"
    assert int(pid) != pids["one"]


def test_a_child_that_keeps_dying_is_started_less_and_less_often(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("terreau.project.processes.time.monotonic", lambda: now[0])
    monkeypatch.setattr(Child, "is_running", lambda self: False)
    monkeypatch.setattr("terreau.project.processes.subprocess.Popen", lambda *a, **k: object())
    child = Child("essai", ["essai"])
    child.start()
    waits = []
    for _death in range(8):
        wait = child.look_after() or 0.0
        waits.append(wait)
        now[0] += wait
        child.look_after() if wait else None
    assert waits == [0.0, 1.0, 3.0, 7.0, 15.0, 30.0, 30.0, 30.0]


def test_only_one_holds_the_lock_and_the_other_reads_who(tmp_path):
    path = tmp_path / "serve.lock"
    with only_one(path, content="processus 12", refusal="Déjà servie.", remedy="Arrêtez l’autre."):
        with (
            pytest.raises(TerreauError) as refusal,
            only_one(path, content="x", refusal="Déjà servie.", remedy="Arrêtez l’autre."),
        ):
            pass
        assert (refusal.value.message, refusal.value.where) == ("Déjà servie.", "processus 12")
    with only_one(path, content="processus 13", refusal="", remedy=""):
        assert path.read_text() == "processus 13"
