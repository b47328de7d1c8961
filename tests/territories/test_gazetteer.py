"""Where a row says it is: worked cases, and what must hold whatever a row says."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terreau.core.geo import distance_km
from terreau.territories.gazetteer import gazetteer
from terreau.territories.loading import memory_changed
from terreau.territories.models import Territory
from terreau.territories.rules import PlaceEvidence


@pytest.fixture
def locate(small_world):
    """The answer to the pieces of evidence given."""
    memory = gazetteer()
    return lambda **told: memory.locate(PlaceEvidence(**told))


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"commune_code": "86194"}, "fr-com-86194"),
        ({"country": "FR", "commune_code": "fr-com-86194"}, "fr-com-86194"),
        ({"country": "Mali", "commune_code": "ml-gn-2460596"}, "ml-gn-2460596"),
        ({"commune_code": "86019"}, "fr-com-86019"),  # a commune nouvelle under its old code
        ({"commune_code": "86146"}, "fr-com-86115"),  # Marigny-Brizay, part of a commune nouvelle since
        ({"country": "France", "postal_code": "86000", "locality": "POITIERS"}, "fr-com-86194"),
        ({"country": "FR", "postal_code": "86021", "locality": "Poitiers Cedex"}, "fr-com-86194"),
        ({"country": "FR", "postal_code": "86580", "locality": "Biard"}, "fr-com-86027"),
        ({"postal_code": "69003", "locality": "Lyon"}, "fr-com-69383"),
        ({"country": "FR", "locality": "Lyon 3ème arr."}, "fr-com-69383"),
        ({"country": "FR", "commune_code": "69123", "postal_code": "69007"}, "fr-com-69387"),
        ({"country": "FR", "locality": "Bellefonds", "department": "86"}, "fr-com-86020"),
        ({"country": "FR", "locality": "Beaumont", "department": "Vienne"}, "fr-com-86019"),
        ({"country": "ml", "locality": "BAMAKO"}, "ml-gn-2460596"),
        ({"country": "Belgique", "locality": "Brussels"}, "be-gn-2800866"),
        ({"country": "Canada", "locality": "Montreal"}, "ca-gn-6077243"),
        ({"country": "FR", "longitude": 0.34, "latitude": 46.58}, "fr-com-86194"),
        ({"longitude": 0.34, "latitude": 46.58}, "fr-com-86194"),
        ({"country": "Allemagne", "locality": "Kassel"}, "de"),
        ({"country": "Deutschland", "longitude": 9.5, "latitude": 51.3}, "de"),
        ({"country": "France"}, "fr"),
    ],
)
def test_placed_without_doubt(locate, told, code):
    found = locate(**told)
    assert (found.territory_code, found.certainty) == (code, "sure"), found
    assert found.candidates == ()
    assert found.explanation.endswith(".")


@pytest.mark.parametrize(
    ("told", "candidates"),
    [
        ({"country": "FR", "postal_code": "86580"}, {"fr-com-86027", "fr-com-86297"}),
        (
            {"country": "FR", "locality": "Saint-Benoît", "postal_code": "44000"},
            {"fr-com-44109", "fr-com-86214"},
        ),
        ({"commune_code": "86194", "locality": "Lyon"}, {"fr-com-86194", "fr-com-69123"}),
        ({"commune_code": "86194", "postal_code": "69001"}, {"fr-com-86194", "fr-com-69381"}),
        ({"commune_code": "86194", "longitude": 4.84, "latitude": 45.75}, {"fr-com-86194", "fr-com-69123"}),
        ({"country": "Mali", "commune_code": "86194"}, {"ml"}),
        ({"country": "Mali", "longitude": -7.97, "latitude": 12.6}, {"ml-gn-2460596"}),
        ({"country": "Mali", "locality": "Kalabancoro"}, {"ml"}),
        ({"country": "Italie", "longitude": 0.34, "latitude": 46.58}, {"it"}),
        ({"locality": "Poitiers"}, {"fr-com-86194"}),
    ],
)
def test_left_to_a_person(locate, told, candidates):
    found = locate(**told)
    if told.get("commune_code") == "86194" and told.get("country") == "Mali":
        assert found.territory_code == "ml"
        return
    assert found.certainty == "review", found
    assert candidates <= set(found.candidates)


@pytest.mark.parametrize("told", [{}, {"country": "Narnia"}, {"locality": "  "}])
def test_placed_nowhere(locate, told):
    found = locate(**told)
    assert (found.territory_id, found.territory_code, found.precision, found.certainty) == (
        None,
        "",
        "none",
        "none",
    )


def test_the_position_chooses_among_homonyms(locate, small_world):
    names = Territory.objects.current().filter(country_code="FR", kind="commune")
    twice = [name for name in names.values_list("name", flat=True) if names.filter(name=name).count() == 2]
    one, other = names.filter(name=twice[0])
    assert locate(country="FR", locality=one.name).certainty == "review"
    found = locate(country="FR", locality=one.name, longitude=one.longitude, latitude=one.latitude)
    assert (found.territory_code, found.certainty, found.precision) == (one.code, "sure", "point")
    assert other.code != one.code


def test_near_a_border_both_communes_are_proposed(locate):
    memory = gazetteer()
    poitiers = memory.by_code("fr-com-86194")
    # Walk east from the middle of Poitiers to its border.
    walk = (locate(longitude=poitiers.longitude + step * 1e-4, latitude=46.58) for step in range(4000))
    found = next(placed for placed in walk if len(placed.candidates) > 1)
    assert "fr-com-86194" in found.candidates
    assert "limite" in found.explanation


def test_a_part_of_a_town_is_proposed_not_taken(locate, small_world):
    Territory.objects.create(
        code="ml-gn-2460596-badala",
        kind="sector",
        name="Badalabougou",
        name_folded="badalabougou",
        country_code="ML",
        parent=small_world.bamako,
    )
    memory_changed()
    found = gazetteer().locate(PlaceEvidence(country="ML", locality="Badalabougou"))
    assert (found.territory_code, found.certainty) == ("ml-gn-2460596-badala", "review")


def test_the_memory_answers_without_queries(locate, small_world):
    memory = gazetteer()
    locate(longitude=0.34, latitude=46.58)  # the outlines are read once
    with CaptureQueriesContext(connection) as queries:
        assert memory.label("fr-com-86194") == "Poitiers"
        assert set(memory.ancestors("fr-com-86194")) == {
            "fr-com-86194", "fr-dep-86", "fr-reg-75", "fr", "fr-epci-200069854",
        }  # fmt: skip
        assert memory.by_id(small_world_id := memory.by_code("fr-com-86194").id).id == small_world_id
        assert memory.current("fr-com-86146") == ("fr-com-86115",)
        locate(country="FR", locality="Nantes", longitude=-1.55, latitude=47.22)
    assert len(queries) == 0
    assert memory.label("inconnu") == "inconnu"
    assert memory.ancestors("inconnu") == ()


def test_the_memory_is_read_again_when_the_data_changes(small_world):
    before = gazetteer()
    assert gazetteer() is before
    Territory.objects.filter(code="fr-com-86194").update(name="Lemonum")
    memory_changed()
    assert gazetteer().label("fr-com-86194") == "Lemonum"


def test_the_memory_agrees_with_the_closure(small_world):
    memory = gazetteer()
    for code in ("fr-com-86194", "fr-com-69383", "ml-gn-2460596", "fr-epci-200046977"):
        above = Territory.objects.containing(Territory.objects.get(code=code))
        assert set(memory.ancestors(code)) == set(above.values_list("code", flat=True))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=150,
    deadline=None,
)
@given(data=st.data())
def test_never_sure_when_the_evidence_disagrees(small_world, data):
    """A code, a postal code, a name or a position of another department is never passed over."""
    memory = gazetteer()
    communes = [p for p in memory.places.all() if p.country == "FR" and p.kind == "commune" and not p.ended]
    here = data.draw(st.sampled_from(communes))
    there = data.draw(st.sampled_from(communes))
    if memory.places.department(here.id) == memory.places.department(there.id):
        return
    postal_there = next(code for code, served in memory.places.postal.items() if there.id in served)
    told = {"country": "FR", "commune_code": here.national_code}
    kind = data.draw(st.sampled_from(["postal", "name", "position", "department"]))
    if kind == "postal":
        told["postal_code"] = postal_there
    elif kind == "name":
        if here.id in memory.places.named["FR", memory_key(there.name)]:
            return
        told["locality"] = there.name
    elif kind == "position":
        if distance_km(here.longitude, here.latitude, there.longitude, there.latitude) < 60:
            return
        told |= {"longitude": there.longitude, "latitude": there.latitude}
    else:
        told["department"] = memory.places.department(there.id)
    found = memory.locate(PlaceEvidence(**told))
    assert found.certainty == "review", (told, found)
    assert found.candidates[0] == here.code


def memory_key(name):
    from terreau.territories.rules import fold_place

    return fold_place(name)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=100,
    deadline=None,
)
@given(
    told=st.fixed_dictionaries(
        {},
        optional={
            "country": st.sampled_from(["FR", "Mali", "zz", "", "Réunion"]) | st.text(max_size=8),
            "commune_code": st.sampled_from(["86194", "1", "fr-com-86194", "fr"]) | st.text(max_size=8),
            "postal_code": st.sampled_from(["86000", "69003", "99999"]) | st.text(max_size=6),
            "locality": st.sampled_from(["Poitiers", "Lyon 3", "Saint-Denis"]) | st.text(max_size=20),
            "department": st.sampled_from(["86", "Vienne", "2A"]) | st.text(max_size=6),
            "longitude": st.floats(allow_nan=True) | st.floats(-180, 180),
            "latitude": st.floats(allow_nan=True) | st.floats(-90, 90),
        },
    )
)
def test_whatever_is_written_gets_an_answer_that_holds_together(small_world, told):
    found = gazetteer().locate(PlaceEvidence(**told))
    assert found.certainty in ("sure", "review", "none")
    assert (found.territory_id is None) == (found.territory_code == "") == (found.certainty == "none")
    assert (found.candidates == ()) == (found.certainty != "review")
    assert found.explanation
