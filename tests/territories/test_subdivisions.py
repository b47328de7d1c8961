"""A town's own subdivisions, from its file to the database."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.errors import NotAllowed, TerreauError
from terreau.journal.models import Event
from terreau.territories.gazetteer import gazetteer
from terreau.territories.models import Territory
from terreau.territories.reading_files import Row, read_rows
from terreau.territories.rules import PlaceEvidence
from terreau.territories.services import add_subdivisions
from terreau.territories.subdivisions import read_subdivisions

FILE = """nom;type;code;population;année;parent;longitude;latitude
Commune Bleue;commune;CB;12 000;2019;;-7,95;12,68
Commune Verte;commune;CV;8000;2019;;;
Quartier du Fleuve;quartier;;;;Commune Verte;;
Village d’en Haut;village;VH;;;Quartier du Fleuve;;
"""


def rows(text=FILE, name="a.csv"):
    return read_subdivisions(read_rows(text.encode(), name))


def square(west, south, size=0.01):
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def geojson(*features):
    made = [{"type": "Feature", "properties": values, "geometry": shape} for values, shape in features]
    return json.dumps({"type": "FeatureCollection", "features": made})


@pytest.fixture
def add(small_world, agent):
    """Add a file to Bamako, as its agent."""

    def adding(text=FILE, name="a.csv", **options):
        return add_subdivisions(
            person=agent, town=small_world.bamako, reading=rows(text, name), source="mairie", **options
        )

    return adding


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("; quartier", "nom manque"),
        ("Nord;", "type manque"),
        ("Nord;galaxie", "n’est pas connu"),
        ("Nord;quartier;;beaucoup;2019", "nombre entier"),
        ("Nord;quartier;;1200;", "année de la population manque"),
        ("Nord;quartier;;1200;l’an dernier", "n’est pas une année"),
        ("Nord;quartier;;;;;abc;12", "Longitude"),
        ("Nord;quartier;;;;;-7;", "Longitude"),
        ("Nord;quartier;;;;;200;12", "WGS84"),
        ("Nord;quartier;;;;;0;0", "WGS84"),
        (f"{'N' * 201};quartier", "200 caractères"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(row, reason):
    reading = rows(f"nom;type;code;population;année;parent;longitude;latitude\n{row}\nSud;quartier\n")
    assert [error.number for error in reading.errors] == [2]
    assert reason in reading.errors[0].message
    assert [found.name for found in reading.rows] == ["Sud"]


def test_the_year_may_be_in_the_title_of_the_column():
    [row] = rows("name,kind,Population 2022\nNord,sector,1 234\n").rows
    assert (row.population, row.year) == (1234, 2022)


def test_the_same_subdivision_twice_is_refused_once():
    reading = rows("nom;type\nNord;quartier\nNORD;secteur\n")
    assert [error.number for error in reading.errors] == [3]


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ({"type": "LineString", "coordinates": [[0, 1], [1, 2]]}, "polygone"),
        ({"type": "Polygon", "coordinates": "n’importe"}, "ne peut pas être lu"),
        ({"type": "Étoile", "coordinates": []}, "ne peut pas être lu"),
        (square(600000, 2000000, 1000), "WGS84"),
    ],
)
def test_an_outline_that_cannot_be_used_says_why(shape, reason):
    reading = rows(geojson(({"nom": "Nord", "type": "secteur"}, shape)), "a.geojson")
    assert reason in reading.errors[0].message


def test_an_outline_that_crosses_itself_is_mended():
    bow = {"type": "Polygon", "coordinates": [[[0, 1], [1, 2], [1, 1], [0, 2], [0, 1]]]}
    [row] = rows(geojson(({"nom": "Nord", "type": "secteur"}, bow)), "a.geojson").rows
    assert row.outline is not None
    assert row.longitude is not None


@given(
    st.lists(st.dictionaries(st.sampled_from(["nom", "type", "population", "année"]), st.text(max_size=12)))
)
def test_each_row_is_either_read_or_refused(values):
    given_rows = [Row(number, told) for number, told in enumerate(values)]
    reading = read_subdivisions(given_rows)
    numbers = [row.number for row in reading.rows] + [error.number for error in reading.errors]
    assert sorted(numbers) == list(range(len(values)))


def test_subdivisions_are_added_in_their_order(small_world, add):
    plan = add()
    assert plan.counts() == {"new": 4, "changed": 0, "unchanged": 0, "ended": 0, "refused": 0}
    blue = Territory.objects.get(code="ml-gn-2460596-cb")
    assert (blue.kind, blue.subkind, blue.population, blue.parent) == (
        "borough", "commune", 12000, small_world.bamako,
    )  # fmt: skip
    assert blue.populations.get().source == "mairie"
    village = Territory.objects.get(name="Village d’en Haut")
    names = set(Territory.objects.containing(village).values_list("name", flat=True))
    assert {"Quartier du Fleuve", "Commune Verte", "Bamako", "Mali"} <= names
    assert not village.is_reference
    event = Event.objects.about("territory:ml-gn-2460596").get()
    assert (event.verb, event.data["new"]) == ("territory.subdivided", 4)


def test_the_same_file_again_changes_nothing(add):
    add()
    before = list(Territory.objects.order_by("code").values())
    plan = add()
    assert plan.counts()["unchanged"] == 4
    assert not plan.changes_something
    assert list(Territory.objects.order_by("code").values()) == before
    assert Event.objects.count() == 1


def test_a_changed_row_is_updated_and_its_former_name_kept(add):
    add()
    plan = add(FILE.replace("Commune Verte", "Commune d’Or"))
    assert plan.errors == []
    gold = Territory.objects.get(code="ml-gn-2460596-cv")
    assert gold.name == "Commune d’Or"
    assert gold.names.filter(name="Commune Verte", kind="former").exists()
    assert plan.counts()["changed"] == 1


def test_a_new_count_is_added_beside_the_former(add):
    add()
    add(FILE.replace("12 000;2019", "15 000;2024"))
    blue = Territory.objects.get(code="ml-gn-2460596-cb")
    assert sorted(blue.populations.values_list("year", "value")) == [(2019, 12000), (2024, 15000)]
    assert blue.population == 15000


def test_absent_rows_are_ended_only_when_asked(add):
    add()
    shorter = "\n".join(FILE.splitlines()[:4]) + "\n"
    plan = add(shorter)
    assert [there.name for there in plan.absent] == ["Village d’en Haut"]
    village = Territory.objects.get(name="Village d’en Haut")
    assert village.is_current
    add(shorter, end_absent=True)
    village.refresh_from_db()
    assert village.valid_to is not None
    add()
    village.refresh_from_db()
    assert village.is_current


def test_a_parent_that_is_not_there_is_said(add):
    plan = add("nom;type;parent\nNord;quartier;Ailleurs\nSud;quartier;\n")
    assert [(error.number, "Ailleurs" in error.message) for error in plan.errors] == [(2, True)]
    assert plan.counts()["new"] == 1


def test_what_a_new_one_comes_with_is_told_as_it_was_read(add):
    told = {change.territory.name: change.details for change in add().changes}
    assert told["Commune Bleue"] == ["12\u202f000 habitants en 2019", "position"]
    assert told["Quartier du Fleuve"] == []


def test_coordinates_the_wrong_way_round_are_refused(add):
    plan = add("nom;type;longitude;latitude\nNord;quartier;12,68;-7,95\nSud;quartier;-7,95;12,6\n")
    assert [error.number for error in plan.errors] == [2]
    assert "inversées" in plan.errors[0].message
    assert plan.counts()["new"] == 1


def test_a_figure_already_told_keeps_its_source(add, small_world):
    add()
    feature = {"nom": "Commune Bleue", "type": "commune", "code": "CB", "population": 12000, "année": 2019}
    outlined = rows(geojson((feature, square(-7.96, 12.67))), "a.geojson")
    plan = add_subdivisions(person=None, town=small_world.bamako, reading=outlined, source="contours")
    assert plan.changes[0].details == ["position", "contour"]
    assert Territory.objects.get(name="Commune Bleue").populations.get().source == "mairie"


def test_two_of_one_name_get_two_codes(add):
    add("nom;type;parent\nA;commune;\nB;commune;\nMarché;quartier;A\nMarché;quartier;B\n")
    codes = Territory.objects.filter(name="Marché").values_list("code", flat=True)
    assert sorted(codes) == ["ml-gn-2460596-marche", "ml-gn-2460596-marche-2"]


def test_outlines_place_what_lies_in_them(add, small_world):
    text = geojson(
        ({"nom": "Nord", "type": "secteur", "code": "N"}, square(-8.0, 12.6)),
        ({"nom": "Sud", "type": "secteur", "code": "S"}, square(-8.0, 12.5)),
    )
    add(text, "a.geojson")
    found = gazetteer().locate(PlaceEvidence(country="ML", longitude=-7.995, latitude=12.605))
    assert (found.territory_code, found.certainty) == ("ml-gn-2460596-n", "sure")
    outline = Territory.objects.get(code="ml-gn-2460596-n").outlines.get()
    assert outline.geometry["type"] == "Polygon"
    assert (outline.west, outline.north) == pytest.approx((-8.0, 12.61))
    assert add(text, "a.geojson").counts()["unchanged"] == 2


def test_another_town_s_agent_may_not(small_world, stranger):
    with pytest.raises(NotAllowed):
        add_subdivisions(person=stranger, town=small_world.bamako, reading=rows(), source="mairie")
    assert not Territory.objects.filter(parent=small_world.bamako).exists()


@pytest.mark.parametrize("code", ["fr-dep-86", "ml", "fr-com-86146", "fr-epci-200069854"])
def test_only_a_town_in_force_is_subdivided(small_world, code):
    with pytest.raises(TerreauError, match="subdivisions"):
        add_subdivisions(person=None, town=small_world[code], reading=rows(), source="mairie")


def test_the_source_must_be_told(small_world):
    with pytest.raises(TerreauError, match="provenance"):
        add_subdivisions(person=None, town=small_world.bamako, reading=rows(), source="  ")


def test_the_reference_is_never_changed_by_a_town(small_world):
    before = small_world["fr-com-69383"].name
    plan = add_subdivisions(
        person=None,
        town=small_world.lyon,
        reading=rows("nom;type;parent\nQuartier d’Essai;quartier;Lyon 3e Arrondissement\n"),
        source="essai",
        end_absent=True,
    )
    assert plan.counts()["new"] == 1
    assert small_world["fr-com-69383"].name == before
    assert small_world["fr-com-69383"].is_current
