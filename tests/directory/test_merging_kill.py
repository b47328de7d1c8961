"""A merge, or its undoing, killed anywhere leaves both sheets as they were; done again, it is whole."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

DRIVER = """
import json, os, signal, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "terreau.project.settings"
import django
django.setup()
from django.core.management import call_command
from django.db import connections
from terreau.directory import services
from terreau.directory.models import Link, Merge, Organisation, Record, Revision
from terreau.journal.models import Event
from tests.directory import factories as make

def in_child(work):
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1]

def dying_at(statement):
    # Killed just before one statement of the transaction, the commit included.
    def wrapper(execute, sql, params, many, context):
        seen[0] += 1
        if seen[0] == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)
    seen = [0]
    return connections["default"].execute_wrapper(wrapper)

def merge():
    services.merge(person=agent, kept=Organisation.objects.get(pk=kept.pk),
                   absorbed=Organisation.objects.get(pk=other.pk), choices={"website": "absorbed"})

def undo():
    services.unmerge(person=agent, merged=Merge.objects.get(undone_at=None))

def state():
    return {
        "sheets": sorted(Organisation.objects.values_list("name", "status", "merged_into_id", "version")),
        "records": sorted(Record.objects.values_list("source_ref", "organisation_id"), key=str),
        "links": Link.objects.filter(undone_at=None).count(),
        "merges": Merge.objects.filter(undone_at=None).count(),
        "revisions": Revision.objects.count(),
        "events": Event.objects.count(),
    }

def count_of(work):
    # How many statements the work runs, so that each may be the last one.
    reading, writing = os.pipe()
    def counted():
        total = [0]
        def wrapper(execute, sql, params, many, context):
            total[0] += 1
            return execute(sql, params, many, context)
        from django.db import transaction
        try:
            with connections["default"].execute_wrapper(wrapper), transaction.atomic():
                work()
                raise RuntimeError
        except RuntimeError:
            os.write(writing, str(total[0]).encode())
    in_child(counted)
    os.close(writing)
    # The work's own transaction was counted as a savepoint: two statements that it does not have alone.
    return int(os.read(reading, 20)) - 2

call_command("migrate", verbosity=0)
assert connections["default"].vendor == os.environ["TERREAU_TEST_DATABASE"]
town = make.territory("xx-com-1", "Ville-Essai")
agent = make.agent_of(town)
kept = make.organisation("Essai un", town, website="https://un.test")
other = make.organisation("Essai deux", town, said_by=make.source(town, code="l2"), website="https://deux.test")
told = []
shares = [float(share) for share in sys.argv[1:]]
for place, work in enumerate((merge, undo)):
    total = count_of(work)
    for share in shares:
        before = state()
        def killed():
            with dying_at(1 + int(share * (total - 1))):
                work()
        signalled = in_child(killed)
        told.append({"signal": signalled, "before": before, "after": state(), "work": place})
    in_child(work)
    told.append({"signal": 0, "before": before, "after": state(), "work": place})
print(json.dumps(told))
"""


@pytest.fixture
def database(django_db_setup, django_db_blocker):
    """An empty database for the driver, of the kind that this run of the tests is about."""
    if connection.vendor != "postgresql":
        yield {}
        return
    name = f"{connection.settings_dict['NAME']}_merged"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    yield {"DATABASE_URL": urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))}
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def killed(tmp_path, database, count):
    """What a driver saw, that killed a merge, then its undoing, at so many places of its work."""
    chance = random.Random(4)
    shares = [0.0, 1.0, *(chance.random() for _kill in range(count - 2))]
    environment = {**os.environ, "TERREAU_HOME": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    environment |= database | {"TERREAU_TEST_DATABASE": connection.vendor}
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, *map(str, shares)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def nothing_is_lost(seen, count):
    assert sum(one["signal"] == 9 for one in seen) == 2 * count
    for one in seen:
        if one["signal"] == 9:
            assert one["after"] == one["before"]
    merged, parted = (one["after"] for one in seen if one["signal"] == 0)
    assert (merged["merges"], parted["merges"]) == (1, 0)
    assert [sheet[2] is None for sheet in merged["sheets"]].count(False) == 1
    assert all(sheet[2] is None for sheet in parted["sheets"])
    # The choice of the person is put aside, the two sheets have their one record each.
    assert sorted(home is not None for _ref, home in parted["records"]) == [False, True, True]


def test_a_merge_killed_anywhere_is_as_if_it_had_not_been(tmp_path, database):
    nothing_is_lost(killed(tmp_path, database, 6), 6)


@pytest.mark.slow
def test_a_hundred_kills(tmp_path, database):
    nothing_is_lost(killed(tmp_path, database, 50), 50)
