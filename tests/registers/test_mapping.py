"""The mapping proposed for a list: by names, by values, and only when sure without a person."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.errors import TerreauError
from terreau.registers.checking import checked
from terreau.registers.mapping import CERTAIN, propose
from terreau.registers.reading import open_table
from terreau.registers.spec import CONSTANTS, ColumnSpec, Spec, from_json, signature, to_json
from terreau.registers.targets import BY_KEY, by_name, column_key
from terreau.registers.translating import Translator, choices, shipped
from tests.registers.lists import DATA

ROOT = Path(__file__).resolve().parents[2]


def proposal(name: str, country: str = "FR"):
    with open_table(DATA / name) as table:
        return propose(
            table.columns, [values for _number, values in islice(table.rows(), 1000)], country=country
        )


def targets(name: str) -> dict[str, str]:
    return {guess.column: guess.target for guess in proposal(name).guesses if guess.target}


def test_the_sirene_extract_is_understood_without_a_person():
    found = proposal("sirene_head.csv")
    assert targets("sirene_head.csv") == {
        "siren": "identifier",
        "siret_siege": "identifier",
        "denomination": "name",
        "sigle": "short_name",
        "naf": "activity_code",
        "tranche_effectifs": "jobs_band",
        "categorie_juridique": "legal_form",
        "date_creation": "founded_on",
        "est_active": "active",
        "rna": "identifier",
        "flag_ess_sirene": "ess_flag",
        "sources": "qualities",
    }
    assert found.doubts == []
    assert {item.column: item.scheme for item in found.spec.columns_for("identifier")} == {
        "siren": "siren",
        "siret_siege": "siret",
        "rna": "rna",
    }


def test_the_transformap_list_is_understood_without_a_person():
    found = targets("susy_extract.geojson")
    assert proposal("susy_extract.geojson").doubts == []
    assert found["type_of_initiative"] == "categories"
    assert found["addr:city"] == "locality"
    assert found["addr:housenumber"] == "house_number"
    assert found["_uri"] == "source_ref"
    assert found["geometry.longitude"] == "longitude"


def test_a_misspelt_column_is_understood_by_its_values():
    found = proposal("supermarkets_extract.json")
    latitude = next(guess for guess in found.guesses if guess.column == "lattitude")
    assert latitude.target == "latitude"
    assert latitude.certainty >= CERTAIN
    assert found.doubts == []


@pytest.mark.parametrize(
    ("name", "beneficiary", "purpose"),
    [
        ("poitiers_2017_head.csv", "ATTRIB_NOM", "SUB_OBJ"),
        ("haute_garonne_2017_head.csv", "nomBeneficiaire", "objet"),
        ("lot_2017_cp1252.csv", "nomBeneficiaire", "objet"),
        ("aube_2017.xlsx", "Nom du bénéficiaire", "Objet de la subvention"),
    ],
)
def test_both_spellings_of_the_grants_schema(name, beneficiary, purpose):
    found = targets(name)
    assert (found[beneficiary], found[purpose]) == ("name", "action")
    assert proposal(name).spec.group_by == "name"


def test_damaged_numbers_are_told_and_no_place_is_taken_for_granted():
    found = proposal("poitiers_2017_head.csv")
    assert found.rounded == ["ATTRIB_SIRET"]
    assert len(found.doubts) == 1
    assert "lieu" in found.doubts[0]


def test_the_grant_giver_is_not_taken_for_the_organisation():
    assert "idAttribuant" not in targets("haute_garonne_2017_head.csv")
    assert targets("haute_garonne_2017_head.csv")["nomAttribuant"] == "action_funder"


def test_values_alone_tell_identifiers_and_sites():
    numbers = ("732829320", "404833048", "552100554", "542065479", "200069854")
    rows = [{"a": number, "b": "https://un.exemple.test", "c": f"Essai {number}"} for number in numbers]
    found = {guess.column: guess.target for guess in propose(["a", "b", "c"], rows).guesses}
    assert (found["a"], found["b"], found["c"]) == ("identifier", "website", "")


def test_a_column_of_several_kinds_of_numbers_keeps_them_all():
    numbers = ("73282932000074", "W863000001", "W863000002", "41816609600069")
    for column, scheme in (("SIRET ou RNA", ""), ("identifiant national", ""), ("SIRET", "siret")):
        rows = [{"nom": f"Essai {rank}", column: number} for rank, number in enumerate(numbers)]
        (item,) = propose(["nom", column], rows).spec.columns_for("identifier")
        assert (column, item.scheme) == (column, scheme)


def test_the_register_of_associations_is_understood_without_a_person():
    """Its « groupement » is a letter, its `id` the number of the association, its title the name."""
    row = {"id": "W861000013", "siret": "", "groupement": "S", "titre": "ESSAI DU CLAIN", "objet": "essayer"}
    row |= {"titre_court": "EDC", "adrs_codeinsee": "86194", "adrs_libcommune": "POITIERS", "position": "A"}
    found = propose(list(row), [row | {"titre": f"ESSAI {letter}"} for letter in "AB"])
    told = {guess.column: guess.target for guess in found.guesses}
    assert told == {
        "id": "identifier",
        "siret": "identifier",
        "groupement": "",
        "titre": "name",
        "objet": "description",
        "titre_court": "short_name",
        "adrs_codeinsee": "commune_code",
        "adrs_libcommune": "locality",
        "position": "active",
    }
    assert found.doubts == []


def test_a_name_that_values_deny_is_not_believed():
    rows = [{"nom": f"Essai {n}", "latitude": "rue des Essais", "longitude": "n° 3"} for n in range(5)]
    found = {guess.column: guess.target for guess in propose(["nom", "latitude", "longitude"], rows).guesses}
    assert found["latitude"] == ""


def _type_read_as(values, country, **more):
    rows = [{"nom": f"Essai {number}", "type": value, **more} for number, value in enumerate(values)]
    guesses = propose(list(rows[0]), rows, country=country).guesses
    return next(guess.target for guess in guesses if guess.column == "type")


def test_a_type_is_what_its_values_are():
    groups = ["Groupement de femmes", "Tontine", "SCOOPS", "Association", "Association villageoise"]
    assert _type_read_as(groups, "ML") == "legal_form"
    assert _type_read_as(["SCOP", "SCIC", "Mutuelle", "Association"], "FR") == "legal_form"
    assert _type_read_as(["culture", "santé", "Tontine"], "ML") == "categories"
    assert _type_read_as(["Le lundi", "Le mardi", "Tontine"], "ML") == "categories"
    assert _type_read_as(groups, "ML", **{"forme juridique": "Association"}) == "categories"
    assert _type_read_as(groups, "") == "categories"


def test_nothing_certain_without_a_name():
    found = propose(["colonne A", "ville"], [{"colonne A": "Essai", "ville": "Poitiers"}])
    assert any("nom" in doubt for doubt in found.doubts)


def test_the_proposal_as_a_file_is_a_mapping():
    for name in ("sirene_head.csv", "susy_extract.geojson", "poitiers_2017_head.csv"):
        found = proposal(name)
        again = from_json(found.as_file())
        assert [item.column for item in again.columns] == [item.column for item in found.spec.columns]
        assert again.group_by == found.spec.group_by


def test_each_name_of_a_target_leads_to_it():
    for target in BY_KEY.values():
        for name in target.names.split("|"):
            if name:
                assert column_key(name) == name, "names are written as they are compared"
                assert by_name(name)[0] in BY_KEY


columns = st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=8, unique=True)


@given(columns, st.lists(st.lists(st.text(max_size=20), min_size=8, max_size=8), max_size=5))
def test_any_table_gets_a_proposal(names, cells):
    rows = [dict(zip(names, row, strict=False)) for row in cells]
    found = propose(names, rows, country="ML")
    assert {item.column for item in found.spec.columns} == set(names)
    assert from_json(to_json(found.spec)) == found.spec


# --- Mapping files ------------------------------------------------------------------------------


def test_a_mapping_survives_its_file():
    spec = Spec(
        columns=(ColumnSpec("nom", "name"), ColumnSpec("types", "categories", ";", unknown="review")),
        constants={"country": "FR"},
        group_by="name",
        translations={"categories": {"jardin": ("sector:agriculture",), "autre": ()}},
    )
    assert from_json(to_json(spec)) == spec
    assert from_json(to_json(spec)).digest() == spec.digest()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "objet JSON"),
        ({"columns": {"nom": {"field": "nomme"}}}, "Champ inconnu"),
        ({"columns": {"absente": "name"}}, "pas dans la liste"),
        ({"columns": {"nom": {"field": "name", "couleur": 1}}}, "Option inconnue"),
        ({"columns": {"nom": {"field": "name", "unknown": "peut-être"}}}, "unknown"),
        ({"columns": {"nom": "name", "titre": "name"}}, "Deux colonnes"),
        ({"columns": {"nom": "name"}, "constants": {"taille": 1}}, "Constante inconnue"),
        ({"columns": {"nom": "name"}, "constant": {"country": "FR"}}, "Partie inconnue"),
        ({"columns": {"nom": "name"}, "without_place": "true"}, "sans guillemets"),
        ({"columns": {"nom": "name"}, "group_by": "ville"}, "group_by"),
        ({"columns": {"nom": "name"}, "translations": {"name": {}}}, "n’a pas de traductions"),
        ({"format": "autre/2", "columns": {}}, "Format inconnu"),
    ],
)
def test_a_mapping_file_that_is_wrong_says_what_and_what_could_be(data, message):
    with pytest.raises(TerreauError, match=message) as caught:
        from_json(data, ["nom", "titre"])
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"constants": {"family": "assoc"}}, "cooperative"),
        ({"constants": {"sectors": ["musique"]}}, "culture"),
        ({"constants": {"filieres": ["karite"]}}, "textile"),
        ({"constants": {"country": "France"}}, "ISO 3166-1"),
        ({"constants": {"active": "peut-être"}}, "yes"),
        ({"constants": {"action_since": "hier"}}, "AAAA-MM-JJ"),
        ({"constants": {"qualities": {"bio": True}}}, "esus"),
        ({"translations": {"sectors": {"musique": ["musique"]}}}, "culture"),
        ({"translations": {"country": {"sr": ["SVK"]}}}, "ISO 3166-1"),
        ({"columns": {"nom": {"field": "identifier", "scheme": "sirett"}}}, "siret"),
        ({"columns": {"nom": {"field": "coordinates", "order": "lon"}}}, "lonlat"),
    ],
)
def test_a_code_that_no_table_knows_never_enters(data, message):
    with pytest.raises(TerreauError) as caught:
        checked(from_json({"columns": {"nom": "name"}} | data), ["textile"])
    assert message in str(caught.value)


def test_constants_take_the_shape_of_their_fields():
    constants = {"sectors": "culture", "country": "fr", "active": "oui", "qualities": ["esus"]}
    spec = checked(from_json({"columns": {"nom": "name"}, "constants": constants}), [])
    assert spec.constants == {
        "sectors": ["culture"],
        "country": "FR",
        "active": "yes",
        "qualities": {"esus": True},
    }


def test_what_a_list_cannot_do_without():
    assert Spec((ColumnSpec("nom", "name"),), {"country": "ML"}).missing() == []
    assert Spec((ColumnSpec("nom", "name"),), without_place=True).missing() == []
    assert Spec((ColumnSpec("nom", "name"), ColumnSpec("n", "identifier", scheme="siren"))).missing() == []
    assert any("ce qui dit où" in item for item in Spec((ColumnSpec("nom", "name"),)).missing())
    lonely = Spec((ColumnSpec("nom", "name"), ColumnSpec("x", "longitude")))
    assert any("latitude" in item for item in lonely.missing())


def test_a_list_is_known_again_whatever_the_order_of_its_columns():
    assert signature(["nom", "ville"]) == signature(["ville", "nom"])
    assert signature(["nom", "ville"]) != signature(["nom", "commune"])


# --- Translations -----------------------------------------------------------------------------------


def test_shipped_translations_lead_to_real_codes():
    for target, values in shipped().items():
        assert {code for codes in values.values() for code in codes} <= choices(target).keys()


def test_what_a_person_confirmed_has_the_upper_hand():
    translator = Translator({"sectors": {"culture": ("medias",), "divers": ()}})
    assert translator.codes("sectors", "Culture") == ("medias",)
    assert translator.codes("sectors", "Divers") == ()
    assert translator.codes("sectors", "Sport") == ("sport-loisirs",)
    assert translator.codes("sectors", "Astrologie") is None


def test_labels_and_plurals_are_understood():
    translator = Translator({})
    assert translator.codes("family", "Entreprises sociales") == ("entreprise_sociale",)
    assert translator.codes("issues", "développement économique") == ("developpement-economique",)
    assert translator.codes("categories", "Santé") == ("sector:sante",)
    assert translator.legal_form("FR", "9220.0") == "9220"
    assert translator.legal_form("FR", "tarte aux pommes") is None


def test_each_field_constant_and_option_is_documented():
    text = (ROOT / "docs" / "imports.md").read_text("utf-8")
    named = [*BY_KEY, *CONSTANTS, "separator", "scheme", "unknown", "order", "group_by", "without_place"]
    assert [name for name in named if f"`{name}`" not in text] == []
