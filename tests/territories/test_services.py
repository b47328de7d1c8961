"""Codes led to what followed them; territories found as people type; territories opened."""

from __future__ import annotations

from datetime import date

import pytest

from terreau.accounts.enums import Role
from terreau.accounts.models import Person, RoleGrant
from terreau.core.errors import NotAllowed, TerreauError
from terreau.journal.models import Event
from terreau.territories.models import Succession, Territory
from terreau.territories.services import find, open_territory, resolve, successors


def test_a_code_in_force_is_itself(small_world):
    assert resolve("fr-com-86194") == small_world.poitiers
    assert resolve(" FR-COM-86194 ") == small_world.poitiers


def test_an_old_code_leads_to_what_followed_it(small_world):
    assert resolve("fr-com-86146").code == "fr-com-86115"


def test_a_chain_is_followed_to_its_end(small_world):
    # Jarnioux joined a commune that has since taken another code.
    assert resolve("fr-com-69101").code == "fr-com-69114"
    assert resolve("fr-com-69101", on=date(2019, 6, 1)).code == "fr-com-69159"
    assert resolve("fr-com-69101", on=date(2018, 6, 1)).code == "fr-com-69101"


def test_a_code_shared_between_several_asks_to_choose(small_world):
    former = small_world["fr-com-86146"]
    Succession.objects.filter(former=former).delete()
    for code in ("fr-com-86194", "fr-com-86027"):
        Succession.objects.create(former=former, successor=small_world[code], on=date(2017, 1, 1))
    assert {row.code for row in successors(former.code)} == {"fr-com-86194", "fr-com-86027"}
    with pytest.raises(TerreauError) as refused:
        resolve(former.code)
    assert "fr-com-86027" in refused.value.remedy


def test_a_loop_of_codes_ends(small_world):
    one, other = Territory.objects.filter(kind="commune", valid_to__isnull=False)[:2]
    Succession.objects.filter(former__in=[one, other]).delete()
    Succession.objects.create(former=one, successor=other)
    Succession.objects.create(former=other, successor=one)
    with pytest.raises(TerreauError, match="n’est plus en vigueur"):
        resolve(one.code)


def test_an_unknown_code_proposes_the_nearest(small_world):
    with pytest.raises(TerreauError) as refused:
        resolve("86194")
    assert "fr-com-86194" in refused.value.remedy
    with pytest.raises(TerreauError, match="inconnu"):
        resolve("xx-zzzzzz")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("poitiers", "fr-com-86194"),
        ("POITIE", "fr-com-86194"),
        ("poitirs", "fr-com-86194"),
        ("grand poitiers", "fr-epci-200069854"),
        ("fr-com-86194", "fr-com-86194"),
        ("86194", "fr-com-86194"),
        ("200069854", "fr-epci-200069854"),
        ("lyon 3e", "fr-com-69383"),
        ("st benoit", "fr-com-86214"),
        ("brussels", "be-gn-2800866"),
        ("Bruxelles", "be-gn-2800866"),
        ("mali", "ml"),
        ("germany", "de"),
        ("Bamako", "ml-gn-2460596"),
    ],
)
def test_found_as_people_type(small_world, typed, code):
    assert find(typed)[0].code == code


def test_found_by_a_postal_code_that_serves_several(small_world):
    found = find("86580")
    assert {row.code for row in found} == {"fr-com-86297", "fr-com-86027"}
    assert found[0].population > found[1].population
    assert "86580" in found[0].found_as


def test_a_former_commune_is_found_as_what_followed_it(small_world):
    ended = small_world["fr-com-86146"]
    found = find(ended.name)
    assert any(row.code == "fr-com-86115" and ended.name in row.found_as for row in found)
    assert all(row.is_current for row in found)


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "xqztw", "'; DROP TABLE", "\x00", "é" * 500])
def test_nothing_is_found_for_nothing(small_world, typed):
    assert find(typed) == []


def test_found_in_one_country_only(small_world):
    assert {row.country_code for row in find("b", country="ml")} == {"ML"}


def test_the_limit_is_kept(small_world):
    assert len(find("saint", limit=7)) == 7
    assert find("saint", limit=0) == []


@pytest.fixture
def secretary(db):
    person = Person.objects.create_user("secretariat@exemple.org")
    RoleGrant.objects.create(person=person, role=Role.SECRETARIAT)
    return person


def test_the_secretariat_opens_a_territory_once(small_world, secretary):
    town = small_world.bamako
    open_territory(person=secretary, territory=town)
    first = Territory.objects.get(pk=town.pk).opened_on
    open_territory(person=secretary, territory=town)
    assert first is not None
    assert Event.objects.about("territory:ml-gn-2460596").filter(verb="territory.opened").count() == 1
    assert find("b", country="ml")[0] == town


def test_another_may_not_open_a_territory(small_world):
    person = Person.objects.create_user("agent@exemple.org")
    RoleGrant.objects.create(person=person, role=Role.AGENT, territory=small_world.bamako)
    with pytest.raises(NotAllowed):
        open_territory(person=person, territory=small_world.bamako)


def test_an_ended_territory_is_not_opened(small_world, secretary):
    with pytest.raises(TerreauError, match="n’est plus en vigueur"):
        open_territory(person=secretary, territory=small_world["fr-com-86146"])


def test_a_country_is_found_by_the_names_people_use(small_world):
    """« Deutschland » is no name of ours; one that a territory bears means that territory."""
    found = find("Deutschland")
    assert [row.code for row in found] == ["de"]
    assert "Deutschland" in found[0].found_as
    Territory.objects.filter(pk=small_world.bamako.pk).update(name="Deutschland", name_folded="deutschland")
    assert find("Deutschland")[0].code == small_world.bamako.code
