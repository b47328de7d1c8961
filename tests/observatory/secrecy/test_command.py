"""The command `terreau observatory protect`."""

from __future__ import annotations

import json

import pytest

from terreau.project.cli import main
from tests.observatory.secrecy.test_protecting import SEC_1


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "tableau.json"
    path.write_text(json.dumps(SEC_1), "utf-8")
    return path


def test_to_standard_output(table, capfd):
    assert main(["observatory", "protect", str(table)]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["cost"] == 80
    assert len(told["cells"]) == 12


def test_to_a_file(table, tmp_path, capfd):
    out = tmp_path / "protege.json"
    assert main(["observatory", "protect", str(table), "--out", str(out)]) == 0
    assert capfd.readouterr().out == ""
    assert json.loads(out.read_text("utf-8"))["audit"]["passed"]


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"{", "ligne 1"), (b"\xff\xfe", "JSON en UTF-8"), (b"[]", "objet JSON"), (None, "ne s’ouvre pas")],
)
def test_a_file_that_is_not_a_table(tmp_path, capfd, content, told):
    path = tmp_path / "tableau.json"
    if content is not None:
        path.write_bytes(content)
    assert main(["observatory", "protect", str(path)]) == 1
    assert told in capfd.readouterr().err


def test_where_it_cannot_be_written(table, tmp_path, capfd):
    assert main(["observatory", "protect", str(table), "--out", str(tmp_path)]) == 1
    assert "écrit" in capfd.readouterr().err
