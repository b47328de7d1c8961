"""`terreau survey`: the form as files, an export brought in from the console."""

from __future__ import annotations

import json

import pytest

from terreau.project import cli, preparation
from terreau.survey.models import Submission
from tests.survey.field_world import agent_of, open_new
from tests.survey.test_exports import as_csv, kobo, second


@pytest.fixture
def survey(small_world, monkeypatch):
    monkeypatch.setattr(preparation, "prepare_home", lambda: None)
    return open_new(small_world.poitiers, agent_of(small_world.poitiers))


def test_the_form_is_written_as_telephones_and_paper_read_it(survey, tmp_path):
    assert cli.main(["survey", "form", survey.slug, "--out", str(tmp_path)]) == 0
    starts = {path.suffix: path.read_bytes()[:4] for path in tmp_path.iterdir()}
    assert starts == {".xlsx": b"PK\x03\x04", ".xml": b"<?xm", ".pdf": b"%PDF"}
    languages = {path.stem.rsplit("-", 1)[1] for path in tmp_path.glob("*.pdf")}
    assert languages == {"fr", "ar", "en"}


def test_an_export_is_shown_then_written(survey, tmp_path, capsys):
    path = as_csv([kobo(), second(CONSENT="no")], tmp_path / "export.csv")
    asked = ["survey", "import", str(path), "--survey", survey.slug, "--json"]
    assert cli.main([*asked, "--dry-run"]) == 0
    assert not Submission.objects.exists()
    assert cli.main(asked) == 0
    told = capsys.readouterr().out
    assert json.loads(told[told.rindex("\n{") :])["new"] == 1
    assert Submission.objects.count() == 1


def test_a_survey_that_does_not_exist_is_told_with_those_that_do(survey, tmp_path, capsys):
    assert cli.main(["survey", "import", "rien.csv", "--survey", "nulle"]) == 1
    assert survey.slug in capsys.readouterr().err
