"""What an operator says in the environment: a slip is told in French, with the name of what to mend."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_a_database_that_does_not_answer_is_said(monkeypatch):
    class Silent:
        def ensure_connection(self):
            raise preparation.OperationalError("connection refused\nby the machine")

    monkeypatch.setattr(preparation, "connection", Silent())
    with pytest.raises(
        TerreauError, match=r"La base de données ne répond pas.*connection refused by the machine"
    ):
        preparation.reach_database()
