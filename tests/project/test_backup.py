"""An instance backed up while it works, and restored elsewhere, equal to the last value."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from datetime import date, datetime
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

import tests.jobs.kinds  # noqa: F401
from terreau.accounts import services as accounts
from terreau.accounts.enums import Role
from terreau.core.errors import TerreauError
from terreau.jobs import services as jobs
from terreau.project import archive
from terreau.project.backup import _our_tables, backup, restore
from terreau.territories.models import Ancestry, Outline, Population, Territory
from tests.killing import Drivers
from tests.project.running import PATIENCE

PUBLISHED = "observatory/fr/.published/2026-11.parquet"

pytestmark = pytest.mark.django_db(transaction=True)


def quiet(_line):
    return None


@pytest.fixture
def instance():
    """A little of everything that has a form of its own in a database."""
    town = Territory.objects.create(
        code="xx-com-1",
        kind="commune",
        name="Ville « d’essai »\u00a0: œuvre\n’",
        name_folded="ville",
        country_code="XX",
        longitude=-1.5536210000000001,
        latitude=47.0,
        population=2**40,
        opened_on=date(2026, 1, 2),
    )
    Ancestry.objects.create(ancestor=town, descendant=town)
    Population.objects.create(territory=town, year=2020, value=12, source="essai")
    Outline.objects.create(
        territory=town,
        vintage=2018,
        west=0.0,
        south=0.0,
        east=1.0,
        north=1.0,
        source="essai",
        geometry={"type": "Polygon", "coordinates": [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.1], [0.0, 0.0]]]},
    )
    person = accounts.ensure_person(email="awa@exemple.org", display_name="Awa 東京 ⵜ")
    accounts.grant_role(by=None, person=person, role=Role.AGENT, territory=town)
    accounts.make_editor(by=None, person=person)
    arguments = {"until": 1, "null": None, "texte": "é", "liste": [1.5, True, {"a": []}]}
    jobs.run_now(jobs.start(kind="tests.count", title="Essai", arguments=arguments, person=person))
    published = settings.HOME.root / PUBLISHED
    published.parent.mkdir(parents=True, exist_ok=True)
    published.write_bytes(b"2026-11")
    kept = settings.HOME.files / "images" / "photo.bin"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(bytes(range(256)) * 10)
    yield person
    kept.unlink()
    published.unlink()


@pytest.fixture
def instances(tmp_path):
    """Other instances, each known by its home: run the command there, killed when it says something."""
    started = []

    def at(home, **database):
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        drivers = Drivers({**inherited, "TERREAU_DEBUG": "0", "TERREAU_HOME": str(home), **database})
        started.append(drivers)

        def run(*command, killed_at=None):
            told, failed = tmp_path / "told", tmp_path / "failed"
            module, moment = ("stopping_process", [killed_at]) if killed_at else ("bare_process", [])
            ended = drivers.run(f"tests.project.{module}", *moment, *command, told=told, failed=failed)
            return ended, failed.read_text()

        return run

    yield at
    for drivers in started:
        drivers.stop()


def digests(path):
    return json.loads(zipfile.ZipFile(path).read(archive.MANIFEST))["digests"]


@pytest.fixture
def other_database():
    """A second database on the server of the tests, on PostgreSQL; on SQLite, none is needed."""
    if connection.vendor == "sqlite":
        yield {}
        return
    name = "terreau_restored"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    yield {"DATABASE_URL": urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_the_story_of_a_restoration(instance, instances, tmp_path, other_database):
    """Killed before it is decided, killed after, whole, refused, forced: one home, for it takes time."""
    first, home = tmp_path / "première.zip", tmp_path / "home"
    backup(first, say=quiet)
    terreau = instances(home, **other_database)

    def kill_at(moment):
        status, err = terreau("restore", first, killed_at=moment)
        assert status == -9, err

    kill_at("Base de données")
    assert not (home / "terreau.sqlite3").exists()
    assert list((home / "files").iterdir()) == [], "nothing was changed"

    kill_at("Index")
    again = tmp_path / "seconde.zip"
    assert terreau("backup", again)[0] == 0
    assert digests(again) == digests(first), "everything was restored"
    assert (home / "files/images/photo.bin").read_bytes() == bytes(range(256)) * 10
    assert (home / PUBLISHED).read_bytes() == b"2026-11", "what was published is never forgotten"
    assert (home / "secret.key").read_text() == (settings.HOME.root / "secret.key").read_text()
    assert (home / "secret.key").stat().st_mode & 0o777 == 0o600

    # New rows find their place after those restored.
    status, err = terreau("person", "leave", "awa@exemple.org")
    assert status == 0, err

    status, err = terreau("restore", first)
    assert status == 1
    assert "contient déjà des données" in err

    (home / "files" / "ajout.txt").write_text("ajout")
    status, err = terreau("restore", first, "--force")
    assert status == 0, err
    assert terreau("backup", again)[0] == 0
    assert digests(again) == digests(first)
    (kept,) = home.glob("avant-restauration-*")
    if kept.is_dir():
        assert (kept / "files" / "ajout.txt").read_text() == "ajout"
    else:
        assert "files/ajout.txt" in digests(kept)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="the story above restores on SQLite already")
def test_what_a_server_held_is_restored_in_a_file(instance, instances, tmp_path):
    first, again, home = tmp_path / "première.zip", tmp_path / "seconde.zip", tmp_path / "home"
    backup(first, say=quiet)
    terreau = instances(home)
    status, err = terreau("restore", first)
    assert status == 0, err
    assert terreau("backup", again)[0] == 0
    differing = {name for name, digest in digests(first).items() if digests(again)[name] != digest}
    # Wagtail has a model of its own on SQLite, for which Django adds the name and the rights.
    assert differing <= {"tables/django_content_type.jsonl", "tables/auth_permission.jsonl"}
    assert (home / "terreau.sqlite3").exists()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="there the whole file is replaced")
def test_tables_that_a_newer_version_left_are_ours_and_those_of_others_are_not(instance, tmp_path):
    """Left behind by a restoration with the former version, they refused the next update."""
    manifest = backup(tmp_path / "a.zip", say=quiet)
    with transaction.atomic(), connection.cursor() as cursor:
        ContentType.objects.create(app_label="newer", model="thing")
        cursor.execute("CREATE TABLE newer_thing (id bigint PRIMARY KEY)")
        cursor.execute("CREATE TABLE newer_thing_people (thing_id bigint REFERENCES newer_thing)")
        cursor.execute("CREATE TABLE newer_thing_of_others (id bigint)")
        cursor.execute("CREATE TABLE of_others (thing_id bigint REFERENCES newer_thing)")
        ours = _our_tables(manifest)
        transaction.set_rollback(True)
    assert {"newer_thing", "newer_thing_people", "directory_organisation", "cache"} <= ours
    assert not {"newer_thing_of_others", "of_others"} & ours


def test_a_backup_is_one_instant_while_others_write(tmp_path):
    environment = {**os.environ, "TESTS_DATABASE_NAME": str(connection.settings_dict["NAME"])}
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.project.writing_process"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for number in range(3):
            for _pair in range(20):
                writer.stdout.readline()
            path = tmp_path / f"{number}.zip"
            backup(path, say=lambda _line: writer.stdout.readline())
            lines = zipfile.ZipFile(path).read("tables/journal_event.jsonl").decode().splitlines()
            lefts = sum('"test.left"' in line for line in lines)
            rights = sum('"test.right"' in line for line in lines)
            assert lefts == rights >= 20
        assert writer.poll() is None, "the writer was never stopped by the back-ups"
    finally:
        writer.kill()
        writer.communicate()


def test_a_killed_backup_leaves_the_former_one(instance, tmp_path):
    path = tmp_path / "sauvegarde.zip"
    backup(path, say=quiet)
    before = path.read_bytes()
    environment = {**os.environ, "TESTS_DATABASE_NAME": str(connection.settings_dict["NAME"])}
    killed = subprocess.run(
        [sys.executable, "-m", "tests.project.stopping_process", "Vérification", "backup", str(path)],
        env=environment,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    assert killed.returncode == -9
    assert path.read_bytes() == before
    backup(path, say=quiet)
    assert [entry.name for entry in tmp_path.iterdir()] == ["sauvegarde.zip"]


def test_a_full_instance_is_not_replaced_without_being_told_to(instance, tmp_path):
    path = tmp_path / "sauvegarde.zip"
    backup(path, say=quiet)
    with pytest.raises(TerreauError, match="contient déjà des données"):
        restore(path, force=False, say=quiet)
    instance.refresh_from_db()


def test_a_backup_is_not_written_among_what_it_holds(instance, tmp_path):
    inside = settings.HOME.files / "imports" / "sauvegarde.zip"
    with pytest.raises(TerreauError, match="fait partie de ce qui est sauvegardé"):
        backup(inside, say=quiet)
    assert not inside.exists()
    with pytest.raises(TerreauError, match="un dossier, pas un fichier"):
        backup(tmp_path, say=quiet)


def test_a_damaged_backup_changes_nothing(instance, tmp_path):
    path = tmp_path / "sauvegarde.zip"
    backup(path, say=quiet)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(TerreauError, match="abîmé"):
        restore(path, force=True, say=quiet)
    instance.refresh_from_db()


def test_an_instance_in_service_is_not_restored(instance, tmp_path):
    from terreau.project.processes import only_one

    path = tmp_path / "sauvegarde.zip"
    backup(path, say=quiet)
    lock = only_one(settings.HOME.locks / "serve.lock", content="processus 12", refusal="", remedy="")
    with lock, pytest.raises(TerreauError, match="en service") as refusal:
        restore(path, force=True, say=quiet)
    assert refusal.value.where == "processus 12"
    from terreau.jobs import locks

    held = locks.hold(locks.new_worker_id())
    try:
        with pytest.raises(TerreauError, match="fait encore des travaux"):
            restore(path, force=True, say=quiet)
    finally:
        held.release()


def test_sessions_and_counters_stay_out(instance, client, tmp_path):
    client.force_login(instance)
    path = tmp_path / "sauvegarde.zip"
    manifest = backup(path, say=quiet)
    assert "django_session" not in manifest.tables
    assert "cache" not in manifest.tables
    assert "accounts_person" in manifest.tables
    assert datetime.fromisoformat(manifest.made_at).tzinfo is not None
