"""Where the rows of a list are placed, and when a person is asked."""

from __future__ import annotations

import pytest

from terreau.registers.models import StagedRow
from terreau.registers.placing import Placer, PlaceText
from terreau.territories.enums import Kind
from terreau.territories.gazetteer import MEMORY_KEY
from terreau.territories.models import DataState
from terreau.territories.rules import Placement
from tests.directory.factories import territory
from tests.registers.lists import bring, counts, reasons, sheet


def placed(small_world, **columns: str):
    bring([{"nom": "Essai à placer", **columns}], small_world.france)
    found = sheet("Essai à placer")
    return found.territory.code if found.territory else "", found.precision


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"code_insee": "86194"}, ("fr-com-86194", "commune")),
        ({"code_postal": "86000", "ville": "POITIERS CEDEX"}, ("fr-com-86194", "commune")),
        ({"ville": "Lyon 1er"}, ("fr-com-69381", "commune")),
        ({"latitude": "46,58", "longitude": "0,34"}, ("fr-com-86194", "point")),
        ({"coordonnees": "46.58, 0.34"}, ("fr-com-86194", "point")),
        ({"pays": "Mali", "ville": "Bamako"}, ("ml-gn-2460596", "commune")),
        ({"pays": "Germany"}, ("de", "country")),
        ({"pays": "Deutschland", "ville": "Irgendwo"}, ("de", "country")),
        ({"territoire": "fr-com-86194"}, ("fr-com-86194", "commune")),
        ({"siren": "732829320"}, ("fr", "country")),
        ({"ville": "86000 Poitiers"}, ("fr-com-86194", "commune")),
        ({"ville": "86035 POITIERS CEDEX 9"}, ("fr-com-86194", "commune")),
        ({"ville": "Lyon IIIème"}, ("fr-com-69383", "commune")),
        ({"pays": "Belgique", "ville": "1000 Bruxelles"}, ("be-gn-2800866", "commune")),
        # SIRENE's stock of establishments gives metres of the French grid.
        (
            {
                "coordonneeLambertAbscisseEtablissement": "497500",
                "coordonneeLambertOrdonneeEtablissement": "6612500",
            },
            ("fr-com-86194", "point"),
        ),
        ({"ville": "Poitiers", "x": "497500", "y": "6612500"}, ("fr-com-86194", "point")),
    ],
)
def test_what_is_told_leads_to_a_place(small_world, columns, expected):
    assert placed(small_world, **columns) == expected


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"ville": "Poitier-les-Introuvables"}, ""),
        ({"pays": "Aberdeenie"}, "Aberdeenie"),
        ({"pays": "Mali", "latitude": "46.58", "longitude": "0.34"}, "Mali"),
    ],
)
def test_a_doubtful_place_waits_for_a_person(small_world, columns, words):
    run = bring([{"nom": "Essai à placer", **columns}], small_world.france)
    assert counts(run) == {"read": 1, "review": 1}
    row = StagedRow.objects.get(run=run)
    assert row.question == "place"
    assert words in row.reasons[0]


def test_metres_of_an_unknown_grid_are_not_guessed(small_world):
    run = bring(
        [{"nom": "Essai à placer", "x": "497500", "y": "6612500", "pays": "France"}], small_world.france
    )
    found = sheet("Essai à placer")
    assert (found.territory.code, found.precision) == ("fr", "country")
    assert any("n’est pas en degrés" in message for message in run.messages)


def test_metres_that_contradict_the_town_wait_for_a_person(small_world):
    run = bring(
        [{"nom": "Essai à placer", "ville": "Poitiers", "x": "261848", "y": "6250566"}], small_world.france
    )
    assert counts(run) == {"read": 1, "review": 1}


def test_an_unknown_territory_code_is_rejected(small_world):
    run = bring([{"nom": "Essai à placer", "territoire": "fr-com-00000"}], small_world.france)
    assert "n’existe pas" in reasons(run)[2]


def test_a_list_may_say_that_it_places_nobody(small_world):
    run = bring(
        [{"nom": "Essai sans lieu"}],
        small_world.france,
        mapping={"columns": {"nom": "name"}, "without_place": True},
    )
    assert counts(run) == {"read": 1, "new": 1}
    assert sheet("Essai sans lieu").precision == "country"


def test_a_country_written_in_the_column_of_departments(small_world):
    listed = [{"nom": "Essai du lac", "departement": "DE"}, {"nom": "Essai du Clain", "departement": "86"}]
    bring(listed, small_world.france)
    assert sheet("Essai du lac").country_code == "DE"


def test_the_address_is_written_as_its_country_writes_it(small_world):
    listed = [
        {"nom": "Essai d’ici", "pays": "FR", "rue": "rue des Essais", "numero voie": "3"},
        {"nom": "Essai d’Allemagne", "pays": "DE", "rue": "Probestraße", "numero voie": "4"},
    ]
    bring(listed, small_world.france)
    assert sheet("Essai d’ici").shown_values["address"] == "3 rue des Essais"
    assert sheet("Essai d’Allemagne").shown_values["address"] == "Probestraße 4"


def asked(run):
    return list(run.rows.to_review().order_by("number"))


def test_an_equivocal_country_is_that_of_the_only_town_of_the_name(small_world):
    class Towns:
        def locate(self, evidence):
            if (evidence.country, evidence.locality) == ("CG", "Brazzaville"):
                return Placement(1, "cg-gn-2260535", "commune", "sure", (), "")
            return Placement(None, "", "none", "none", (), "")

    placer = Placer(Towns(), "1")
    found = placer.place(
        PlaceText(country="Congo", locality="Brazzaville"), "FR", sure=False, without_place=False
    )
    assert (found.value["territory"], found.ask) == ("cg-gn-2260535", None)


def test_an_equivocal_country_offers_all_that_it_may_mean(small_world):
    (row,) = asked(bring([{"nom": "Essai à placer", "pays": "Congo"}], small_world.france))
    assert [there["code"] for there in row.candidates] == ["cd", "cg", "fr"]


def test_where_country_and_position_disagree_both_are_offered(small_world):
    columns = {"pays": "Mali", "latitude": "46.58", "longitude": "0.34"}
    (row,) = asked(bring([{"nom": "Essai à placer", **columns}], small_world["ma"]))
    assert [there["code"] for there in row.candidates] == ["ml", "fr", "ma"]


def test_the_same_town_is_another_question_in_the_country_of_another_number(small_world):
    """An answer given for a Belgian number is not that of a Quebec one."""
    numbers = ("BE 0403.170.701", "1141234567", "", "")
    rows = [
        {"nom": f"Essai {rank}", "cp": "86000", "ville": "Inconnue-sur-Essai", "numéro": number}
        for rank, number in enumerate(numbers)
    ]
    columns = {"nom": "name", "cp": "postal_code", "ville": "locality", "numéro": "identifier"}
    belgian, canadian, *here = asked(bring(rows, small_world.france, mapping={"columns": columns}))
    assert len({belgian.question_key, canadian.question_key, here[0].question_key}) == 3
    assert here[0].question_key == here[1].question_key


def test_a_row_dated_of_tomorrow_does_not_prevail_over_what_follows(small_world):
    run = bring([{"nom": "Essai daté", "ville": "Poitiers", "date_maj": "2062-05-01"}], small_world.france)
    assert sheet("Essai daté").records.get().stated_on is None
    assert "date à venir" in " ".join(run.messages)


def test_a_list_said_to_be_of_one_town_is_placed_in_the_parts_that_it_names(small_world):
    town = small_world.poitiers
    for code, name, parent in (
        ("fr-com-86194-s1", "Les Trois-Cités", town),
        ("fr-com-86194-s2", "Le Pâtis", town),
        ("fr-com-86194-s3", "Le Pâtis", town),
        ("fr-com-69123-s1", "Les Trois-Cités", small_world.france),
        ("fr-com-69123-s2", "La Guillotière", small_world.france),
    ):
        territory(code, name, kind=Kind.SECTOR, parent=parent)
    DataState.objects.update_or_create(key=MEMORY_KEY, defaults={"value": "with parts"})
    places = ("Les Trois-Cités", "les trois cites", "Le Pâtis", "La Guillotière", "Ailleurs", "")
    rows = [{"nom": f"Essai {number}", "village": place} for number, place in enumerate(places)]
    mapping = {
        "format": "terreau-mapping/1",
        "columns": {"nom": "name", "village": "locality"},
        "constants": {"territory": town.code},
    }
    run = bring(rows, town, mapping=mapping)
    assert counts(run) == {"read": 6, "new": 6}
    part = "fr-com-86194-s1"
    found = [sheet(f"Essai {number}").territory.code for number in range(len(places))]
    assert found == [part, part, town.code, town.code, town.code, town.code]


def test_a_sheet_of_the_town_and_a_row_of_its_village_are_not_two_towns(small_world):
    town = small_world.poitiers
    territory("fr-com-86194-s1", "Les Trois-Cités", kind=Kind.SECTOR, parent=town)
    DataState.objects.update_or_create(key=MEMORY_KEY, defaults={"value": "with a part"})
    bring([{"nom": "Fanfare du Clain", "ville": "Poitiers"}, {"nom": "Le Jardin", "ville": "Poitiers"}], town)
    mapping = {
        "format": "terreau-mapping/1",
        "columns": {"nom": "name", "village": "locality"},
        "constants": {"territory": town.code},
    }
    rows = [{"nom": "Fanfare du Clain", "village": "Les Trois-Cités"}, {"nom": "Bazar", "village": ""}]
    run = bring(rows, town, source="Autre liste", mapping=mapping)
    assert counts(run) == {"read": 2, "new": 1, "review": 1}
    (row,) = StagedRow.objects.to_review().filter(run=run)
    assert "Communes différentes" not in " ".join(str(row.candidates))
