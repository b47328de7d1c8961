"""Lists really published, brought in as they are (extracts; provenance in `data/SOURCES.md`)."""

from __future__ import annotations

import json

import pytest

from terreau.directory.enums import Status
from terreau.directory.models import Identifier, Organisation, Record
from terreau.registers.models import StagedRow
from tests.registers.lists import DATA, bring, counts, reasons, sheet

POITIERS = {
    "columns": {
        "COLL_NOM": "action_funder",
        "ACTE_DATE": "action_since",
        "ATTRIB_NOM": "name",
        "ATTRIB_SIRET": {"field": "identifier", "scheme": "siret"},
        "SUB_OBJ": "action",
    },
    "constants": {"territory": "fr-com-86194", "family": "association"},
    "group_by": "name",
}


def test_grants_become_associations_with_their_actions(small_world):
    run = bring(DATA / "poitiers_2017_head.csv", small_world.poitiers, mapping=POITIERS)
    told = counts(run)
    assert told["read"] == 80
    assert "rejected" not in told
    assert told["new"] + told.get("review", 0) < 80
    found = sheet("TROUVER SONNETTE A SON PIED")
    assert (found.family, found.territory.code) == ("association", "fr-com-86194")
    actions = found.shown_values["actions"]
    assert actions[0]["since"] >= actions[-1]["since"]
    assert any("dixième édition du festival" in action["what"] for action in actions)
    assert actions[0]["source_note"] == "Soutenue par\u00a0: Ville de Poitiers"


def test_damaged_numbers_are_no_identifiers_but_remarks(small_world):
    bring(DATA / "poitiers_2017_head.csv", small_world.poitiers, mapping=POITIERS)
    assert not Identifier.objects.exists()
    values = Record.objects.get(values__name="TROUVER SONNETTE A SON PIED").values
    assert "identifiers" not in values
    assert len(values["notes"]) == 1
    assert "45032466000000.0" in values["notes"][0]
    assert "arrondi" in values["notes"][0]


def test_the_same_grants_again_change_nothing(small_world):
    first = bring(DATA / "poitiers_2017_head.csv", small_world.poitiers, mapping=POITIERS)
    lines = (DATA / "poitiers_2017_head.csv").read_bytes() + b"\r\n"
    again = bring(lines, small_world.poitiers, name="poitiers.csv", mapping=POITIERS)
    assert again.counts["unchanged"] == first.counts["new"]
    assert again.counts["changed"] == again.counts["new"] == again.counts["gone"] == 0


def test_a_grant_more_changes_one_association(small_world):
    bring(DATA / "poitiers_2017_head.csv", small_world.poitiers, mapping=POITIERS)
    more = (DATA / "poitiers_2017_head.csv").read_bytes().rstrip() + (
        b"\r\n2018;Ville de Poitiers;21860194600000.0;COM;2018-12-05;2018-1;PIC LA POULE;;"
        b"Un essai de plus.;1.0;NON\r\n"
    )
    again = bring(more, small_world.poitiers, name="poitiers.csv", mapping=POITIERS)
    assert (again.counts["changed"], again.counts["new"]) == (1, 0)
    assert "Un essai de plus." in {action["what"] for action in sheet("PIC LA POULE").shown_values["actions"]}


@pytest.mark.parametrize(
    "name", ["lot_2017_cp1252.csv", "haute_garonne_2017_head.csv", "aube_2017.xlsx", "aube_2017.ods"]
)
def test_other_grants_need_no_mapping(small_world, name):
    run = bring(DATA / name, small_world.france)
    told = counts(run)
    assert told["new"] > 0
    assert "rejected" not in told
    assert Identifier.objects.filter(scheme="siret").exists()
    assert all(row.country_code == "FR" for row in Organisation.objects.all())


def test_the_sirene_extract(small_world):
    run = bring(DATA / "sirene_head.csv", small_world.france, kind="register")
    told = counts(run)
    assert told["read"] == told["new"] + told.get("review", 0)
    junior = sheet("JUNIOR ISEN-MEDITERANNEE")
    assert (junior.legal_form, junior.family) == ("9220", "association")
    assert junior.sectors == ["numerique"]
    assert junior.precision == "country"
    assert junior.shown_values["qualities"] == {"ess_flag": True}
    assert junior.shown_values["identifiers"]["rna"] == "W832023177"
    assert set(Organisation.objects.values_list("status", flat=True)) <= {Status.ACTIVE, Status.CEASED}


def test_the_cooperative_supermarkets(small_world):
    run = bring(DATA / "supermarkets_extract.json", small_world.france)
    told = counts(run)
    assert told["read"] == 13
    assert "rejected" not in told
    assert "Park Slop Food Coop" in set(Organisation.objects.values_list("name", flat=True))
    nantes = StagedRow.objects.filter(run=run, outcome="new", values__place__territory="fr-com-44109")
    for row in nantes:
        assert row.values["place"]["precision"] == "point"


def test_the_initiatives_of_the_transformap(small_world):
    run = bring(DATA / "susy_extract.geojson", small_world.france)
    told = counts(run)
    assert told["read"] == 12
    assert "rejected" not in told
    waiting = StagedRow.objects.filter(run=run, outcome="review")
    assert told["new"] + waiting.count() == 12
    food = [row for row in Organisation.objects.all() if "alimentation" in row.sectors]
    assert food
    assert all("environnement" in row.issues or row.issues == [] or row.issues for row in food)


def test_remarks_tell_what_could_not_be_used(small_world):
    run = bring(DATA / "susy_extract.geojson", small_world.france)
    assert any("contact:website" in message and "update6" in message for message in run.messages)


def test_cyrillic_and_greek_names_are_kept(small_world):
    listed = json.dumps([{"name": "Κοινωνικό παντοπωλείο δοκιμής", "city": "Poitiers"}], ensure_ascii=False)
    bring(listed.encode(), small_world.poitiers, name="liste.json")
    assert sheet("Κοινωνικό παντοπωλείο δοκιμής").name_folded


def test_rejects_of_a_json_list_come_back_as_a_table(small_world):
    listed = json.dumps([{"name": "Essai en ville", "city": "Poitiers"}, {"name": "", "city": "Poitiers"}])
    run = bring(listed.encode(), small_world.poitiers, name="liste.json")
    assert list(reasons(run)) == [2]
    assert run.rejects.read_text("utf-8-sig").splitlines()[0] == "name;city;motif"
