"""A process killed while it writes the index leaves nothing wrong, and the next start heals it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from terreau.directory import index_store, indexing, search
from terreau.directory.models import Organisation
from tests import databases
from tests.directory import factories
from tests.killing import A_FEW, A_HUNDRED

CHILD = """
import json, os, shutil, signal, sys, tempfile
os.environ["DJANGO_SETTINGS_MODULE"] = "terreau.project.settings"
import django
django.setup()
from django.conf import settings
from django.db import connections, transaction
from terreau.core.text import fold
from terreau.directory import index_documents, index_store, indexing, search
from terreau.directory.models import Organisation
from terreau.directory.services import next_change

def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

def write(names):
    with transaction.atomic():
        number = next_change()
        for name in names:
            Organisation.objects.update_or_create(
                source_ref=name.split(":")[0],
                defaults={"name": name, "name_folded": fold(name), "change": number},
            )

def dies_amid_documents(self, ids):
    for place, pair in enumerate(original(self, ids)):
        if place == 2:
            die()
        yield pair

def work(action, where):
    write([f"{number}: Essai nouveau" for number in range(3)])
    if where == "documents":
        index_documents.Documents.of = dies_amid_documents
    elif where == "state":
        index_store.write_state = die
    elif where == "cleaning":
        index_store.remove_others = die
    elif where == "base":
        die()
    search.rebuild() if action == "rebuild" else search.sync(wait=True)

def check():
    before = search.search(search.Query(size=50))
    search.sync(wait=True)
    after = search.search(search.Query(size=50))
    return {
        "before": sorted(hit["n"] for hit in before.hits),
        "after": sorted(hit["n"] for hit in after.hits),
        "behind": search.is_behind(),
    }

def apart(function, *arguments):
    # In a process of its own, so that it may be killed; gives how it ended and what it found.
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        found = function(*arguments)
        os.write(writing, json.dumps(found).encode())
        os._exit(0)
    os.close(writing)
    status = os.waitpid(child, 0)[1]
    found = os.read(reading, 100_000)
    os.close(reading)
    return os.WTERMSIG(status), found

def scenario(action, where):
    home = settings.HOME.root
    with tempfile.TemporaryDirectory() as kept:
        shutil.copytree(home, kept, dirs_exist_ok=True)
        killed_by, _nothing = apart(work, action, where)
        _status, found = apart(check)
        shutil.rmtree(home)
        shutil.copytree(kept, home)
    return {"killed_by": killed_by, **json.loads(found)}

def shared():
    # As a long index is made: by processes that divide the work.
    write([f"{number}: Essai partagé" for number in range(6)])
    indexing.processes_for, indexing.BATCH = (lambda rows: 2), 2
    search.rebuild()
    hits = search.search(search.Query(size=50)).hits
    return {"names": sorted(hit["n"] for hit in hits), "base": Organisation.objects.count()}

original = index_documents.Documents.of
write([f"{number}: Essai ancien" for number in range(6)])
search.sync(wait=True)
found = {" ".join(pair): scenario(*pair) for pair in json.loads(sys.argv[1])}
print(json.dumps({**found, "shared": shared()}))
"""


POINTS = [
    ("sync", "base"),  # between the base and the index
    ("sync", "documents"),
    ("sync", "state"),  # the index is written, what it has seen is not
    ("rebuild", "documents"),
    ("rebuild", "state"),
    ("rebuild", "cleaning"),
]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory, django_db_setup, django_db_blocker):
    """What became of the index after a kill at each point, in a home of its own, on SQLite."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    with django_db_blocker.unblock():
        home = databases.home_with_base(tmp_path_factory.mktemp("home"))
    done = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps(POINTS)],
        env={**environment, "TERREAU_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("action", "where"), POINTS)
def test_a_kill_at_any_point_leaves_nothing_wrong(outcomes, action, where):
    seen = outcomes[f"{action} {where}"]
    old = sorted(f"{number}: Essai ancien" for number in range(6))
    new = sorted([f"{number}: Essai nouveau" for number in range(3)] + old[3:])
    assert seen["killed_by"] == signal.SIGKILL
    # Readers see the former content or the new one, whole, and never anything in between.
    assert seen["before"] in (old, new)
    assert seen["after"] == new
    assert not seen["behind"]


def test_a_writer_that_finds_another_leaves_the_work_to_it():
    with index_store.writing(wait=True) as mine, index_store.writing(wait=False) as second:
        assert (mine, second) == (True, False)


def test_processes_that_share_the_work_make_one_whole_index(outcomes):
    names = sorted(f"{number}: Essai partagé" for number in range(6))
    assert outcomes["shared"] == {"names": names, "base": 6}


@pytest.mark.django_db(transaction=True)
def test_processes_that_share_the_work_have_their_own_connections(monkeypatch):
    for number in range(6):
        factories.organisation(f"Essai partagé {number}")
    monkeypatch.setattr(indexing, "processes_for", lambda rows: 2)
    monkeypatch.setattr(indexing, "BATCH", 2)
    search.rebuild()
    assert search.search(search.Query(size=50)).total == 6
    assert Organisation.objects.count() == 6


@pytest.mark.django_db
def test_what_a_commit_cut_short_left_does_not_stand_in_the_way():
    """All files of the commit are written, but the one that says they are the index: as a kill leaves it."""
    sheet = factories.organisation("Essai ancien")
    factories.organisation("Essai autre")
    factories.indexed()
    state = index_store.read_state()
    meta = index_store.root() / state.folder / "meta.json"
    former = meta.read_bytes()
    factories.said(sheet, kind="register", name="Essai nouveau")
    factories.indexed()
    meta.write_bytes(former)
    index_store.write_state(state)
    factories.indexed()
    assert sorted(hit["n"] for hit in search.search(search.Query()).hits) == ["Essai autre", "Essai nouveau"]


@pytest.mark.parametrize("count", [A_FEW, pytest.param(A_HUNDRED, marks=pytest.mark.slow)])
def test_killed_at_random_moments_the_index_answers_and_catches_up(drive, count):
    seen = drive("tests.directory.indexing_process", count)
    assert len(seen) == count
    for one in seen:
        # As it was left it answers, with sheets of before or of now; caught up, it is the base.
        assert set(one["left"]) <= set(one["before"]) | set(one["base"])
        assert set(one["left"]) >= set(one["before"]) & set(one["base"])
        assert one["healed"] == one["base"]
        assert not one["behind"]
