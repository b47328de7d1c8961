"""The command `terreau territories`, from its own door."""

from __future__ import annotations

import json

import pytest

from terreau.project import cli
from terreau.project.commands import territories
from terreau.territories.models import Territory


@pytest.fixture
def run(small_world, monkeypatch, capsys):
    """Run the command in the test's own database; gives the status and what was written."""
    monkeypatch.setattr(territories, "prepare_home", lambda: None)

    def running(*arguments):
        status = cli.main(["territories", *arguments])
        written = capsys.readouterr()
        return status, written.out, written.err

    return running


def test_find_writes_code_kind_name_container_and_population(run):
    status, out, _err = run("find", "poitiers", "--limit", "1")
    assert status == 0
    assert out.split("\t")[:4] == ["fr-com-86194", "commune", "Poitiers", "Vienne"]
    assert "89" in out


def test_find_writes_json(run):
    status, out, _err = run("find", "grand", "poitiers", "--json")
    assert status == 0
    assert json.loads(out)[0]["code"] == "fr-epci-200069854"


def test_nothing_found_is_a_failure_that_says_what_to_do(run):
    status, _out, err = run("find", "nulleparttt")
    assert status == 1
    assert "Aucun territoire" in err


def test_what_asks_for_nothing_is_told_so(run, capsys):
    status, _out, err = run("find", " ")
    assert (status, "Rien n’est demandé" in err) == (1, True)
    with pytest.raises(SystemExit):
        run("find", "poitiers", "--limit", "0")
    assert "nombre entier de 1 à 10000" in capsys.readouterr().err


def test_show_tells_the_tree_the_dates_and_what_followed(run):
    _status, out, _err = run("show", "fr-com-86146")
    assert "Marigny-Brizay" in out
    assert "Jaunay-Marigny (fr-com-86115), le 01/01/2017" in out
    assert "aujourd’hui" in out
    _status, out, _err = run("show", "fr-com-86115")
    assert "Vienne (fr-dep-86)" in out
    assert "(2023)" in out


def test_show_names_the_communes_of_a_grouping(run):
    _status, out, _err = run("show", "fr-epci-200069854")
    assert "Poitiers (fr-com-86194)" in out


def test_show_an_unknown_code_proposes_one(run):
    status, _out, err = run("show", "86194")
    assert status == 1
    assert "fr-com-86194" in err


def test_add_brings_a_file_in(run, tmp_path):
    path = tmp_path / "quartiers.csv"
    path.write_text("nom;type\nNord;quartier\n;quartier\n")
    status, out, err = run("add", str(path), "--town", "ml-gn-2460596", "--dry-run")
    assert (status, Territory.objects.filter(name="Nord").exists()) == (1, False)
    status, out, err = run("add", str(path), "--town", "ml-gn-2460596")
    assert status == 1  # one row was refused, and said so
    assert "nouvelles\u00a0: 1," in out
    assert "Ligne 3" in err
    path.write_text("nom;type\nNord;quartier\n")
    status, out, _err = run("add", str(path), "--town", "ml-gn-2460596")
    assert (status, "inchangées\u00a0: 1," in out) == (0, True)


@pytest.mark.parametrize("name", ["absent.csv", "."])
def test_add_a_file_that_is_not_there(run, tmp_path, name):
    status, _out, err = run("add", str(tmp_path / name), "--town", "ml-gn-2460596")
    assert status == 1
    assert "ne peut pas être lu" in err
