"""What the machine refuses a command is told in French, without a line of Python, and with status 1 or 2."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError

from terreau.project import cli, refusals

# The command, and one more that only writes.
_PROGRAM = """
import sys, types
from terreau.project import cli
known = cli.commands
def run(options):
    sys.stdout.write("é" * 100)
    return 0
essai = types.SimpleNamespace(HELP="", add_arguments=lambda parser: None, run=run)
cli.commands = lambda: known() | {"essai": essai}
sys.exit(cli.main())
"""


def told(*arguments, **more):
    """What a process says, and its status; nothing of the instance is prepared for that."""
    environment = {**os.environ, **more.pop("environment", {})}
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments],
        env=environment,
        stderr=subprocess.PIPE,
        check=False,
        **more,
    )


def test_an_output_that_takes_no_accent_does_not_stop_a_command():
    said = told("person", "--help", environment={"PYTHONIOENCODING": "ascii"}, stdout=subprocess.PIPE)
    assert said.returncode == 0, said.stderr.decode()
    assert "fait entrer une personne, montre qui est là" in said.stdout.decode("utf-8")


def test_a_full_disk_under_the_output_is_told():
    with Path("/dev/full").open("wb") as full:
        said = told("essai", stdout=full)
    assert (said.returncode, said.stderr.decode().count("Traceback")) == (1, 0), said.stderr.decode()
    assert "il n’y a plus de place sur le disque" in said.stderr.decode()


def test_an_output_closed_beforehand_stops_nothing():
    said = told("person", "--help", preexec_fn=lambda: os.close(1))
    assert (said.returncode, said.stderr) == (0, b"")


@pytest.mark.parametrize(
    "arguments",
    [("--port", "99999"), ("--port", "0"), ("--port", "-1"), ("--workers", "0"), ("--workers", "٣")],
)
def test_a_port_or_a_number_of_processes_that_cannot_be_is_misspelt(capsys, arguments):
    with pytest.raises(SystemExit) as stopped:
        cli.build_parser().parse_args(["serve", *arguments])
    assert stopped.value.code == 2
    assert (
        f"{arguments[0]}\u00a0: «\u00a0{arguments[1]}\u00a0» n’est pas un nombre" in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationalError("database is locked"), "Un autre processus écrit"),
        (OperationalError("database or disk is full"), "plus de place sur le disque"),
        (OperationalError("attempt to write a readonly database"), "pas le droit d’écrire"),
        (OperationalError("unable to open database file"), "ne peut pas être ouverte"),
        (DatabaseError("file is not a database"), "restaurez une sauvegarde"),
        (DatabaseError("database disk image is malformed"), "restaurez une sauvegarde"),
    ],
)
def test_a_database_that_refuses_is_told_in_french(settings, error, words):
    settings.DATABASE_URL = ""
    assert words in str(refusals.of_database(error))


def test_a_fault_of_ours_is_not_taken_for_a_refusal(settings):
    settings.DATABASE_URL = ""
    assert refusals.of_database(IntegrityError("UNIQUE constraint failed")) is None
    assert refusals.of_database(OperationalError("no such table: x")) is None
    assert refusals.of_disk(OSError(errno.ENOENT, "No such file")) is None


def test_a_file_that_is_another_s_is_told():
    refusal = refusals.of_disk(PermissionError(errno.EACCES, "denied", "/srv/serve.lock"))
    assert str(refusal).startswith("/srv/serve.lock\u00a0: Le système refuse ce fichier")


@pytest.mark.django_db
def test_where_the_database_is_down_who_has_signed_in_reads_why(client, monkeypatch, settings):
    def down(*_given, **_more):
        raise OperationalError("connection refused")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", down)
    client.raise_request_exception = False
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    page = client.get("/annuaire/")
    assert page.status_code == 500
    assert "Rien de ce qui était enregistré n’est perdu" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
