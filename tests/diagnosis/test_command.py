"""`terreau diagnose`: four files, whole or not at all."""

from __future__ import annotations

import csv
import json

import pytest
from django.utils import timezone

from terreau.project import cli
from terreau.project.commands import diagnose


@pytest.fixture(autouse=True)
def _prepared(monkeypatch):
    """The test's own database stands for a prepared home."""
    monkeypatch.setattr(diagnose, "prepare_home", lambda: None)


def run(*arguments):
    return cli.main(["diagnose", *arguments])


def test_four_files_with_the_same_figures(world, tmp_path, capsys):
    assert run("xx-com-1", "--out", str(tmp_path / "a" / "b")) == 0
    folder = tmp_path / "a" / "b"
    names = ["diagnostic.html", "diagnostic.pdf", "figures.csv", "figures.json"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert capsys.readouterr().out.splitlines() == [str(folder / name) for name in names]
    data = json.loads((folder / "figures.json").read_text())
    with (folder / "figures.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["id"] for row in table] == [row["id"] for row in data["figures"]]
    assert data["figures"][0]["value"] == 14
    assert data["as_of"] == timezone.localdate().isoformat()
    assert (folder / "diagnostic.pdf").read_bytes().startswith(b"%PDF-")
    assert "14" in (folder / "diagnostic.html").read_text()


def test_a_past_date_describes_that_day(world, tmp_path):
    assert run("xx-com-1", "--out", str(tmp_path), "--date", "2024-06-29") == 0
    data = json.loads((tmp_path / "figures.json").read_text())
    assert (data["as_of"], data["figures"][0]["value"]) == ("2024-06-29", 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["xx-com-99"], "xx-com-99"),
        (["xx-com-1", "--date", "hier"], "n’est pas une date"),
        (["xx-com-1", "--date", "2999-01-01"], "à venir"),
    ],
)
def test_a_wrong_request_is_explained_and_writes_nothing(world, tmp_path, capsys, arguments, words):
    folder = tmp_path / "sortie"
    assert run(*arguments, "--out", str(folder)) == 1
    assert words in capsys.readouterr().err
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_explained(world, tmp_path, capsys):
    (tmp_path / "fichier").write_text("")
    assert run("xx-com-1", "--out", str(tmp_path / "fichier")) == 1
    told = capsys.readouterr().err
    assert "Impossible d’écrire" in told
    assert "un fichier porte déjà ce nom" in told


def test_nothing_is_published(world, tmp_path):
    from terreau.diagnosis.models import Draft, Edition

    run("xx-com-1", "--out", str(tmp_path))
    assert not Draft.objects.exists()
    assert not Edition.objects.exists()
