"""Processes killed without warning (SIGKILL) at a step of their work, on a home and a database of their own.

A test starts a driver, a module run as a process, by the fixture `drive`. The driver prepares what it needs,
lets `kills` run each of its works in a child killed at steps drawn by chance, and prints what became of
the base. The test asserts on that by `nothing_is_lost`.

A step is each statement sent to the database and, twice, each commit: just before it, and just after.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import random
import runpy
import select
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests import databases

PATIENCE = 900
# Run at each change, and in full by name (`pytest -m slow`).
A_FEW, A_HUNDRED = 6, 100


# --- In the tests -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def drive(django_db_setup, django_db_blocker, tmp_path_factory):
    """Run a driver on an empty database of the kind that this run of the tests is about; what it printed."""
    from django.db import connection

    folder = tmp_path_factory.mktemp("driven")
    environment = {**os.environ, "TERREAU_HOME": str(folder), "TERREAU_TEST_DATABASE": connection.vendor}
    if connection.vendor == "sqlite":
        name = str(folder / "terreau.sqlite3")
    else:
        # Each process of the suite has its own.
        name = f"{connection.settings_dict['NAME']}_driven"
        environment["DATABASE_URL"] = databases.address_on_server(name)
    started: list[Drivers] = []

    def run(module: str, *arguments: object) -> Any:
        if not started:
            with django_db_blocker.unblock():
                databases.copy(connection, name)
            started.append(Drivers(environment))
        told, failed = folder / "told", folder / "failed"
        assert started[0].run(module, *arguments, told=told, failed=failed) == 0, failed.read_text()[-3000:]
        return json.loads(told.read_text().splitlines()[-1])

    yield run
    for drivers in started:
        drivers.stop()


class Drivers:
    """A process that has read all our modules, of which each driver is a fork.

    Read anew by each of them, they took half of its time.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-c", f"from {__name__} import beget; beget()"]
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, module: str, *arguments: object, told: Path, failed: Path) -> int:
        """How a driver ended, what it printed being in a file and what it complained of in another."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = [module, list(map(str, arguments)), str(told), str(failed)]
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        ended = select.select([self._process.stdout], [], [], PATIENCE)[0]
        assert ended, "too long"
        return int(self._process.stdout.readline())

    def stop(self) -> None:
        """No driver is left behind."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()


def nothing_is_lost(seen: list[dict[str, Any]], count: int) -> None:
    """Each kill left all as before or all done; done again, it is done once."""
    assert len(seen) == count
    for one in seen:
        assert one["unchanged"] or one["after"] == one["done"], one
        assert one["retried"] == one["done"], one
    # Kills fell before the commits: else nothing was tried.
    assert any(one["unchanged"] for one in seen)


# --- In the drivers -----------------------------------------------------------------------------------------


class Case(NamedTuple):
    """A piece of work on things of its own, and what to look at to know whether it is done."""

    work: Callable[[], object]
    facts: Callable[[], Any]


def beget() -> None:
    """Be the process of which each driver is a fork: read what is to be run, until nobody asks any more."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "terreau.project.settings"
    import django
    from django.urls import reverse

    django.setup()
    # Addresses are read when the first is asked for: here, not by each work that is killed.
    reverse("account_login")
    # What is there already is garbage to none of them.
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _run(*json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _run(module: str, arguments: list[str], told: str, failed: str) -> None:
    for stream, path in ((1, told), (2, failed)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = [module, *arguments]
    random.seed()
    status = 1
    try:
        runpy.run_module(module, run_name="__main__")
        status = 0
    except SystemExit as ended:
        status = int(ended.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def be_driver() -> None:
    """Make this process ready: a database of the kind asked for and a home, emptied of what another left."""
    from django.conf import settings
    from django.db import connection

    assert connection.vendor == os.environ["TERREAU_TEST_DATABASE"]
    for path in settings.HOME.root.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
    settings.HOME.ensure()
    databases.hurry(connection)
    databases.renew()


def in_child(work: Callable[[], object], *, killed_after: float | None = None) -> int:
    """Do the work in a process of its own, which may be killed after so many seconds.

    Returns:
        The signal that killed it; 0 when it came to its end.
    """
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if killed_after is not None:
        watched = os.pidfd_open(child)
        if not select.select([watched], [], [], killed_after)[0]:
            os.kill(child, signal.SIGKILL)
        os.close(watched)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or not os.WEXITSTATUS(status), "the child failed: see above"
    return os.WTERMSIG(status)


def die(*_arguments: object, **_named: object) -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


@contextlib.contextmanager
def dying_at(step: int) -> Iterator[list[int]]:
    """Die at this step, counted from 1; gives the number of steps made so far (0: never die)."""
    from django.db import connection

    made = [0]

    def count() -> None:
        made[0] += 1
        if made[0] == step:
            die()

    def statement(execute, sql, params, many, context):
        count()
        return execute(sql, params, many, context)

    commit = connection._commit

    def committed():
        count()
        commit()
        count()

    connection._commit = committed
    with connection.execute_wrapper(statement):
        yield made
    connection._commit = commit


def steps_of(work: Callable[[], object]) -> int:
    """How many steps the work takes, done to its end."""
    reading, writing = os.pipe()

    def counted() -> None:
        with dying_at(0) as made:
            work()
        os.write(writing, str(made[0]).encode())

    in_child(counted)
    os.close(writing)
    with os.fdopen(reading) as told:
        return int(told.read())


def kills(prepare: Callable[[], Case], count: int, chance: random.Random) -> list[dict[str, Any]]:
    """Kill a work so many times, each on things of its own, at steps drawn among all of its.

    Gives of each whether the base was left exactly as before, what it was then, what it was once the work was
    done again, and what a work that nobody kills does.
    """
    # Twice: the first one of all may make what the others find.
    steps_of(prepare().work)
    case = prepare()
    before = _rows()
    steps = steps_of(case.work)
    done = _become(case, before)
    seen: list[dict[str, Any]] = []
    drawn = 0
    while len(seen) < count:
        step = 1 if drawn == 0 else chance.randint(1, steps)
        drawn += 1
        assert drawn <= 3 * count, "most of the works ended before they were killed"
        case = prepare()
        before = _rows()
        if not in_child(lambda: _killed(case.work, step)):  # noqa: B023  (run at once)
            continue
        unchanged, after = _rows() == before, _become(case, before)
        in_child(lambda: _again(case.work))  # noqa: B023
        seen.append(
            {
                "step": step,
                "unchanged": unchanged,
                "after": after,
                "retried": _become(case, before),
                "done": done,
            }
        )
    return seen


def _killed(work: Callable[[], object], step: int) -> None:
    with dying_at(step):
        work()


def _again(work: Callable[[], object]) -> None:
    from terreau.core.errors import TerreauError

    # What was done already is refused in words, or changes nothing.
    with contextlib.suppress(TerreauError):
        work()


def _become(case: Case, before: dict[str, list[str]]) -> dict[str, Any]:
    now = _rows()
    grown = {name: len(now.get(name, ())) - len(before.get(name, ())) for name in now | before}
    return {"grown": {name: by for name, by in grown.items() if by}, "facts": case.facts()}


def _rows() -> dict[str, list[str]]:
    """All the rows of the house, by table that holds some."""
    from django.apps import apps
    from django.db import connection

    metas = [model._meta for model in apps.get_models() if model.__module__.startswith("terreau.")]
    ours = {meta.db_table: meta.label for meta in metas}
    found = {}
    with connection.cursor() as cursor:
        for table in databases.filled(cursor, list(ours)):
            cursor.execute(f"SELECT * FROM {table}")
            found[ours[table]] = sorted(map(repr, cursor.fetchall()))
    return found
