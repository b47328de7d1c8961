"""What an operator says in the environment: a slip is told in French, with the name of what to mend."""

from __future__ import annotations

import os
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.db import OperationalError

from terreau.core.errors import TerreauError
from terreau.core.home import Home
from terreau.project import environment, preparation

NO_NUMBERS = ("abc", "-1", "8.5", "٣", "9" * 40, "1\u00a0000")


@pytest.mark.parametrize(
    ("read", "said", "written"),
    [
        *((environment.whole, "n’est pas un nombre entier", one) for one in NO_NUMBERS),
        *((environment.time_zone, "fuseau horaire", one) for one in ("Nowhere", "../etc", "Europe/Pari")),
        (environment.log_level, "niveau de journal", "fort"),
    ],
)
def test_what_cannot_be_understood_is_refused(monkeypatch, read, said, written):
    monkeypatch.setenv("TERREAU_ESSAI", written)
    with pytest.raises(TerreauError, match=rf"TERREAU_ESSAI.*{said}"):
        read("TERREAU_ESSAI", "")


def test_a_number_is_read(monkeypatch):
    monkeypatch.setenv("TERREAU_THREADS", "12")
    assert environment.whole("TERREAU_THREADS", "8") == 12
    monkeypatch.setenv("TERREAU_THREADS", "")
    assert environment.whole("TERREAU_THREADS", "8") == 8


@pytest.mark.parametrize(
    "url", ["foo", "mysql://a:secret@b/c", "postgresql://u:secret@h:port/x", "postgres//x", "sqlite:///x"]
)
def test_an_address_of_no_postgresql_is_refused_and_its_password_not_said(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(TerreauError, match=r"DATABASE_URL.*pas l’adresse d’une base PostgreSQL") as told:
        environment.database("DATABASE_URL")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    "written", ["ess.ville.example", "https://", "ftp://a.example", "https://a.example/ess"]
)
def test_an_address_of_no_site_is_refused(monkeypatch, written):
    monkeypatch.setenv("TERREAU_PUBLIC_URL", written)
    with pytest.raises(TerreauError, match=r"TERREAU_PUBLIC_URL.*pas l’adresse d’un site"):
        environment.web_address("TERREAU_PUBLIC_URL", "")


def test_an_address_of_a_site_is_read_without_its_last_bar(monkeypatch):
    monkeypatch.setenv("TERREAU_PUBLIC_URL", "https://ess.ville.example/")
    assert environment.web_address("TERREAU_PUBLIC_URL", "") == "https://ess.ville.example"


@pytest.mark.parametrize(
    ("written", "name", "mailbox"),
    [
        ("ess@ville.example", "", "ess@ville.example"),
        ("<ess@ville.example>", "", "ess@ville.example"),
        ("Ville d’Auch, ESS <ess@ville.example>", "Ville d’Auch, ESS", "ess@ville.example"),
        ('"Réseau (des villes); ESS" <ess@ville.example>', "Réseau (des villes); ESS", "ess@ville.example"),
    ],
)
def test_a_mail_leaves_whatever_the_name_of_its_sender(monkeypatch, written, name, mailbox):
    monkeypatch.setenv("TERREAU_MAIL_FROM", written)
    sent = EmailMessage("Essai", "Texte.", environment.sender("TERREAU_MAIL_FROM", ""), ["a@exemple.org"])
    told = message_from_bytes(sent.message().as_bytes(), policy=policy.default)["From"]
    assert [(one.display_name, one.addr_spec) for one in told.addresses] == [(name, mailbox)]


@pytest.mark.parametrize("written", ["Terreau ess@ville.example", "ess", "a@b.example, c@d.example", "A <b>"])
def test_a_sender_without_one_address_is_refused(monkeypatch, written):
    monkeypatch.setenv("TERREAU_MAIL_FROM", written)
    with pytest.raises(TerreauError, match=r"TERREAU_MAIL_FROM.*n’est pas un expéditeur"):
        environment.sender("TERREAU_MAIL_FROM", "")


def test_names_are_read_whatever_the_spaces_between_them(monkeypatch):
    monkeypatch.setenv("TERREAU_HOSTS", "ess.ville.example, 127.0.0.1 ,")
    assert environment.words("TERREAU_HOSTS", "") == ["ess.ville.example", "127.0.0.1"]


def test_a_number_that_would_leave_nobody_to_answer_is_refused(monkeypatch):
    monkeypatch.setenv("TERREAU_THREADS", "0")
    with pytest.raises(TerreauError, match=r"TERREAU_THREADS.*au moins 1"):
        environment.whole("TERREAU_THREADS", "8", least=1)


def test_a_home_is_made_for_its_owner_alone_and_one_that_is_there_is_left_as_it_is(tmp_path):
    made = Home(tmp_path / "neuf").ensure()
    assert made.root.stat().st_mode & 0o077 == 0
    (tmp_path / "partage").mkdir()
    (tmp_path / "partage").chmod(0o750)
    assert Home(tmp_path / "partage").ensure().root.stat().st_mode & 0o777 == 0o750


def test_a_secret_left_empty_by_a_full_disk_is_drawn_again(tmp_path):
    (tmp_path / "secret.key").write_text("")
    drawn = Home(tmp_path).secret_key()
    assert len(drawn) > 40
    assert Home(tmp_path).secret_key() == drawn
    assert [one.name for one in tmp_path.iterdir()] == ["secret.key"]
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_an_address_of_postgresql_is_read(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@h:5433/terreau")
    found = environment.database("DATABASE_URL")
    assert (found["NAME"], found["HOST"], found["PORT"], found["CONN_MAX_AGE"]) == ("terreau", "h", 5433, 600)


def test_levels_of_the_logs(monkeypatch):
    monkeypatch.setenv("TERREAU_LOG_LEVEL", "info")
    assert environment.log_level("TERREAU_LOG_LEVEL", "WARNING") == "INFO"


def test_a_home_that_is_a_file_is_refused(tmp_path):
    file = tmp_path / "fichier"
    file.write_text("")
    for place in (file, file / "dessous"):
        with pytest.raises(TerreauError, match=r"TERREAU_HOME.*Ce dossier ne peut pas tenir l’instance"):
            Home(place).ensure()


def test_the_command_says_so_without_a_line_of_python(tmp_path):
    file = tmp_path / "fichier"
    file.write_text("")
    program = str(Path(sys.executable).with_name("terreau"))
    told = subprocess.run(
        [program, "reindex"],
        env={**os.environ, "TERREAU_HOME": str(file)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("terreau : TERREAU_HOME, ")
    assert "Traceback" not in told.stderr


def test_a_database_that_does_not_answer_is_said(monkeypatch, settings):
    settings.DATABASE_URL = "postgresql://127.0.0.1/terreau"

    class Silent:
        def ensure_connection(self):
            raise OperationalError("connection refused\nby the machine")

    monkeypatch.setattr(preparation, "connection", Silent())
    with pytest.raises(
        TerreauError, match=r"La base de données ne répond pas.*connection refused by the machine"
    ):
        preparation.reach_database()
