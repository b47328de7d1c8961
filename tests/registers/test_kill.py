"""An import killed anywhere leaves the directory as before, and is taken up again to its end."""

from __future__ import annotations

import json
import os
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
from terreau.directory import ingest
from terreau.directory.models import Link, Organisation, Record
from terreau.registers import comparing, duplicates, running, services, staging
from terreau.registers.models import ImportRun
from tests.directory.factories import territory
from tests.registers.lists import csv_of

NUMBERS = range(30)
ROWS = [{"nom": f"Essai n° {n} de la coupure", "territoire": "xx-com-1", "id": str(n)} for n in NUMBERS]
LATER = [row | {"nom": row["nom"] + " bis"} if n % 3 == 0 else row for n, row in enumerate(ROWS)][:-5]
DOORS = {
    "reading": (staging.Part, "flush"),
    "fates": (comparing, "decide_fates"),
    "doubles": (running, "find_duplicates"),
    "report": (running, "report"),
    "records": (ingest.Ingest, "add"),
    "shown": (ingest.Ingest, "finish"),
    "journal": (running, "record"),
    "cleaning": (staging.Store, "clear"),
}

def in_child(work):
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1]

def receive(rows, place):
    run = services.receive(person=None, territory=place, about=services.About(name="Coupures"),
                           name="liste.csv", content=[csv_of(rows)])
    services.confirm_mapping(person=None, run=run, spec=services.plan(run).spec)
    return run.pk

def carry(key):
    run = ImportRun.objects.select_related("source", "territory", "mapping", "same_as").get(pk=key)
    if run.state not in ("compared", "applying", "applied"):
        services.read_and_compare(person=None, run=run)
    services.apply_run(person=None, run=run)

def killed_at(door):
    def work():
        owner, name = DOORS[door]
        # The first clearing of the scratch files is that of a fresh start: the last one is meant.
        if door == "cleaning":
            former = running._conclude
            def then(*arguments):
                former(*arguments)
                setattr(owner, name, die)
            running._conclude = then
        else:
            setattr(owner, name, die)
        carry(key)
    return work

def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

def state():
    return {
        "names": sorted(Organisation.objects.values_list("name", flat=True)),
        "records": Record.objects.count(),
        "links": Link.objects.count(),
        "gone": Record.objects.exclude(gone_at=None).count(),
        "runs": sorted(ImportRun.objects.values_list("state", flat=True)),
    }

call_command("migrate", verbosity=0)
assert connections["default"].vendor == os.environ["TERREAU_TEST_DATABASE"]
place = territory("xx-com-1", "Ville-Essai")
carry(receive(ROWS, place))
told = {}
rows = LATER
for door in sys.argv[1:]:
    before = state()
    # A new one each time, or nobody would look for doubles.
    key = receive([*rows, {"nom": f"Venue avec {door}", "territoire": "xx-com-1", "id": door}], place)
    signalled = in_child(killed_at(door))
    after = state()
    in_child(lambda: carry(key))
    told[door] = {"signal": signalled, "before": before, "after": after, "resumed": state()}
    rows = ROWS if rows is LATER else LATER
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker):
    """An empty database for the driver, of the kind that this run of the tests is about."""
    if connection.vendor != "postgresql":
        yield {}
        return
    name = f"{connection.settings_dict['NAME']}_killed"  # each process of the suite has its own
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    yield {"DATABASE_URL": urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))}
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def told(tmp_path_factory, database):
    """What a driver saw, that killed an import at each of its doors and took it up again."""
    doors = ["reading", "fates", "doubles", "report", "records", "shown", "journal", "cleaning"]
    environment = {**os.environ, "TERREAU_HOME": str(tmp_path_factory.mktemp("home"))}
    environment.pop("DATABASE_URL", None)
    environment |= database | {"TERREAU_TEST_DATABASE": connection.vendor}
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, *doors],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


BEFORE_THE_COMMIT = ["reading", "fates", "doubles", "report", "records", "shown", "journal"]


@pytest.mark.parametrize("door", BEFORE_THE_COMMIT)
def test_a_kill_before_the_commit_leaves_the_directory_as_it_was(told, door):
    seen = told[door]
    assert seen["signal"] == 9
    for what in ("names", "records", "links", "gone"):
        assert seen["after"][what] == seen["before"][what]


def test_a_kill_after_the_commit_loses_nothing(told):
    seen = told["cleaning"]
    assert seen["signal"] == 9
    assert seen["after"] == seen["resumed"]
    assert seen["after"]["names"] != seen["before"]["names"]


@pytest.mark.parametrize("door", [*BEFORE_THE_COMMIT, "cleaning"])
def test_it_is_taken_up_again_to_its_end(told, door):
    seen = told[door]["resumed"]
    assert set(seen["runs"]) == {"applied"}
    # The newcomers of the doors before are still there, and no longer named by the list.
    come = [name for name in seen["names"] if name.startswith("Venue avec")]
    assert f"Venue avec {door}" in come
    assert seen["records"] == seen["links"] == len(seen["names"]) == 30 + len(come)
    renamed = [name for name in seen["names"] if name.endswith(" bis")]
    assert (len(renamed), seen["gone"] - len(come) + 1) in {(9, 5), (0, 0)}
    assert seen["names"] != told[door]["before"]["names"]
