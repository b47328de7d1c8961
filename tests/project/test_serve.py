"""`terreau serve`: one instance, served by real processes on a home of its own."""

from __future__ import annotations

import os
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from terreau.core.errors import TerreauError
from terreau.project.serve import address_of, check_port
from tests import databases
from tests.project.running import PATIENCE, children_of, line_with, start, wait_until, wait_until_dead

once = pytest.mark.skipif(
    os.environ.get("TERREAU_TEST_DATABASE", "sqlite") != "sqlite",
    reason="these processes have a database of their own: the run on SQLite tries them",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return databases.home_with_base(tmp_path_factory.mktemp("home"))


@pytest.fixture
def serve(home):
    started = []

    def make(*arguments, port=None):
        port = port or free_port()
        command = [
            "-m",
            "tests.project.bare_process",
            "serve",
            "--port",
            str(port),
            "--workers",
            "1",
            *arguments,
        ]
        process = start(*command, home=home)
        process.port = port
        started.append(process)
        return process

    yield make
    for process in started:
        left = children_of(process.pid)
        process.kill()
        process.communicate()
        assert wait_until_dead(left)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(process, path="/compte/connexion/"):
    with urllib.request.urlopen(f"http://127.0.0.1:{process.port}{path}", timeout=PATIENCE) as answer:
        return answer.status


@once
def test_an_instance_is_served_once_heals_and_stops_in_order(serve):
    first = serve()
    assert "Terreau est prêt" in line_with(first.stderr, "Terreau est prêt")
    assert ask(first) == 200

    second = serve()
    _out, err = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1
    assert f"processus {first.pid}" in err
    assert "déjà servie" in err

    everyone = children_of(first.pid)
    assert len(everyone) == 3, "the site, its one process, and the worker"
    worker = next(
        pid for pid in everyone if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    )
    os.kill(worker, signal.SIGKILL)
    assert wait_until(lambda: len(set(children_of(first.pid)) - {worker}) == 3)

    everyone = children_of(first.pid)
    first.send_signal(signal.SIGTERM)
    assert first.wait(PATIENCE) == 0
    assert wait_until_dead(everyone)


@once
def test_killing_the_parent_leaves_nothing_and_the_home_can_be_served_again(serve):
    first = serve()
    line_with(first.stderr, "Terreau est prêt")
    everyone = children_of(first.pid)
    first.kill()
    first.wait(PATIENCE)
    assert wait_until_dead(everyone)
    second = serve("--no-worker", port=first.port)
    assert line_with(second.stderr, "Terreau est prêt")
    assert len(children_of(second.pid)) == 2
    assert ask(second) == 200


def test_a_port_that_is_taken_is_told_in_french():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(TerreauError, match="déjà pris") as refusal:
            check_port("127.0.0.1", other.getsockname()[1])
        assert f"--port {other.getsockname()[1] + 1}" in refusal.value.remedy


@pytest.mark.parametrize("host", ["203.0.113.7", "nulle-part.invalid"])
def test_an_address_that_is_not_ours_is_told_in_french(host):
    with pytest.raises(TerreauError, match="n’est pas de cette machine"):
        check_port(host, 8000)


@once
def test_what_is_said_elsewhere_names_the_port_that_is_served(serve):
    process = serve()
    line_with(process.stderr, "Terreau est prêt")
    told = [Path(f"/proc/{child}/environ").read_bytes() for child in children_of(process.pid)]
    address = f"TERREAU_PUBLIC_URL=http://127.0.0.1:{process.port}".encode()
    assert told
    assert all(address in environment.split(b"\0") for environment in told)


def test_an_address_of_the_sixth_protocol_is_bracketed():
    assert address_of("::1", 8000) == "http://[::1]:8000"


def test_a_free_port_is_accepted():
    check_port("127.0.0.1", free_port())
