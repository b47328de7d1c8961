"""`terreau import`, as an operator types it."""

from __future__ import annotations

import json

import pytest
from django.conf import settings

from terreau.directory.models import Organisation, Source
from terreau.project import cli
from terreau.registers.enums import RunState
from terreau.registers.models import ImportRun
from tests.registers.lists import DATA, csv_of

LIST = [
    {"nom": "Essai du Clain", "ville": "Poitiers"},
    {"nom": "", "ville": "Poitiers"},
    {"nom": "Essai sans lieu", "ville": ""},
]


@pytest.fixture
def terreau(small_world, monkeypatch, capsys):
    """Runs the command in this process; the home is ready."""
    monkeypatch.setattr("terreau.project.preparation.prepare_home", lambda *_arguments: None)
    monkeypatch.setattr("django.setup", lambda: None)

    def run(*arguments: object):
        status = cli.main(["import", *map(str, arguments)])
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_bytes(csv_of(LIST))
    return path


FOR = ("--territory", "fr-com-86194", "--source", "Essais")


def kept_files():
    return set((settings.HOME.files / "imports").glob("*"))


def nothing_is_left():
    return not ImportRun.objects.exists() and not Source.objects.filter(name="Essais").exists()


def test_json_tells_what_happened(terreau, listed):
    status, out, err = terreau(listed, *FOR, "--json")
    told = json.loads(out)
    assert status == 0
    assert set(told) == {"read", "created", "updated", "unchanged", "rejected", "review", "rejects"}
    assert (told["read"], told["created"], told["rejected"]) == (3, 1, 2)
    assert [reject["row"] for reject in told["rejects"]] == [3, 4]
    assert "pas de nom" in told["rejects"][0]["reason"]
    assert "Appliqué" in err
    assert Organisation.objects.get().name == "Essai du Clain"


def test_counts_agree_with_their_words(terreau, tmp_path):
    path = tmp_path / "une.csv"
    path.write_bytes(csv_of(LIST[:1]))
    _status, _out, err = terreau(path, *FOR)
    assert "1 ligne lue\u00a0: 1 nouvelle, 0 modifiée, 0 inchangée, 0 rejetée, 0 à revoir, 0 plus vue." in err
    path.write_bytes(csv_of([{"nom": f"Essai {number}", "ville": "Poitiers"} for number in (1, 2)]))
    _status, _out, err = terreau(path, *FOR)
    assert "2 lignes lues\u00a0: 2 nouvelles" in err
    assert "1 plus vue" in err


def test_again_changes_nothing(terreau, listed):
    terreau(listed, *FOR)
    _status, out, _err = terreau(listed, *FOR, "--json")
    told = json.loads(out)
    assert (told["created"], told["updated"], told["unchanged"], told["rejected"]) == (0, 0, 1, 2)
    assert len(told["rejects"]) == 2


def test_a_list_may_be_said_to_be_simulated(terreau, listed):
    terreau(listed, *FOR)
    assert not Organisation.objects.get().source.simulated
    terreau(listed, *FOR, "--simulated")
    assert Organisation.objects.get().source.simulated


def test_a_dry_run_writes_nothing(terreau, listed):
    before = kept_files()
    status, out, err = terreau(listed, *FOR, "--dry-run", "--json")
    assert (status, json.loads(out)["created"]) == (0, 1)
    assert "Rien n’a été écrit" in err
    assert not Organisation.objects.exists()
    assert nothing_is_left()
    assert kept_files() == before


def test_a_dry_run_leaves_what_was_imported_before(terreau, listed, tmp_path):
    terreau(listed, *FOR)
    other = tmp_path / "autre.csv"
    other.write_bytes(csv_of([{"nom": "Essai de la Boivre", "ville": "Poitiers"}]))
    status, _out, err = terreau(other, *FOR, "--dry-run")
    assert (status, "1 plus vue" in err) == (0, True)
    assert ImportRun.objects.get().state == RunState.APPLIED
    assert Organisation.objects.get().name == "Essai du Clain"


def test_an_uncertain_list_is_handed_back_as_a_mapping_to_edit(terreau, tmp_path):
    status, out, err = terreau(DATA / "poitiers_2017_head.csv", *FOR)
    assert status == 1
    assert "Rien n’a été importé" in err
    assert not Organisation.objects.exists()
    mapping = json.loads(out)
    mapping["constants"]["territory"] = "fr-com-86194"
    edited = tmp_path / "correspondance.json"
    edited.write_text(json.dumps(mapping))
    status, out, _err = terreau(DATA / "poitiers_2017_head.csv", *FOR, "--mapping", edited, "--json")
    assert status == 0
    assert json.loads(out)["created"] > 20
    assert {row.territory.code for row in Organisation.objects.all()} == {"fr-com-86194"}


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "n’existe pas"), (b"%PDF-1.4", "PDF"), (b"", "vide")],
)
def test_a_wrong_file_is_refused_in_french(terreau, tmp_path, content, words):
    path = tmp_path / "faux.csv"
    if content is not None:
        path.write_bytes(content)
    status, out, err = terreau(path, *FOR)
    assert (status, out) == (1, "")
    assert words in err


def test_a_wrong_mapping_is_refused_in_french(terreau, listed, tmp_path):
    path = tmp_path / "correspondance.json"
    path.write_text("{pas du json")
    status, _out, err = terreau(listed, *FOR, "--mapping", path)
    assert status == 1
    assert "ligne 1, caractère 2" in err
    assert "JSON" in err
    assert "Expecting" not in err
    path.write_text('{"columns": {"nom": "name"}, "constants": {"family": "assoc", "country": "FR"}}')
    status, _out, err = terreau(listed, *FOR, "--mapping", path)
    assert status == 1
    assert "assoc" in err
    # No agent finds an import that waits for somebody.
    assert nothing_is_left()


def test_a_mapping_saved_by_an_editor_of_windows_is_read(terreau, tmp_path):
    listed, path = tmp_path / "une.csv", tmp_path / "correspondance.json"
    listed.write_bytes(csv_of(LIST[:1]))
    path.write_text('{"columns": {"nom": "name", "ville": "locality"}}', "utf-8-sig")
    status, _out, err = terreau(listed, *FOR, "--mapping", path)
    assert status == 0
    assert "2 colonnes, 1 ligne." in err


def test_a_constant_territory_that_does_not_exist_stops_the_import(terreau, listed, tmp_path):
    path = tmp_path / "correspondance.json"
    path.write_text('{"columns": {"nom": "name"}, "constants": {"territory": "fr-com-00000"}}')
    status, _out, err = terreau(listed, *FOR, "--mapping", path)
    assert (status, "« fr-com-00000 » est inconnu" in err.replace("\u00a0", " ")) == (1, True)
    assert nothing_is_left()


@pytest.mark.parametrize(
    ("rows", "why"),
    [([], "la liste n’a aucune ligne"), ([{"nom": "", "ville": "Poitiers"}], "aucune ligne n’a pu être")],
)
def test_a_list_with_nothing_to_take_does_not_empty_its_source(terreau, listed, tmp_path, rows, why):
    terreau(listed, *FOR)
    path = tmp_path / "vide.csv"
    path.write_bytes(csv_of(rows) if rows else b"nom;ville\n")
    status, out, err = terreau(path, *FOR, "--json")
    assert status == 1
    assert json.loads(out)["rejected"] == len(rows)
    assert why in err
    assert Organisation.objects.get().records.get().gone_at is None
    assert not ImportRun.objects.exclude(state=RunState.APPLIED).exists()


def test_data_are_not_dated_of_tomorrow(terreau, listed, capsys):
    with pytest.raises(SystemExit):
        terreau(listed, *FOR, "--dated", "2099-01-01")
    assert "est une date à venir" in capsys.readouterr().err
    assert nothing_is_left()


def test_an_unknown_territory_is_refused(terreau, listed):
    status, _out, err = terreau(listed, "--territory", "fr-com-00000", "--source", "Essais")
    assert status == 1
    assert "fr-com-00000" in err
