"""What is counted on a day, and what is not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from terreau.diagnosis.models import CoverageStatement
from terreau.diagnosis.reading import read_facts
from terreau.diagnosis.reading.counting import counted
from terreau.directory import services as directory
from terreau.territories.enums import Kind
from terreau.territories.models import Population
from tests.diagnosis.world import many, seen_on
from tests.directory.factories import agent_of, organisation, said, source, territory

TODAY = timezone.localdate()


def names(place, day=TODAY):
    return set(counted(place, day).values_list("name", flat=True))


def test_the_tree_and_the_groupings_are_counted(world):
    assert read_facts(world.town, TODAY).active == 14
    assert read_facts(world.grouping, TODAY).active == 15
    assert read_facts(world.country, TODAY).active == 15


def test_ceased_organisations_are_told_apart(empty_world):
    organisation("Encore là", empty_world.town)
    organisation("Fermée", empty_world.town, active="no")
    organisation("Fermée en 2020", empty_world.town, ceased_on="2020")
    facts = read_facts(empty_world.town, TODAY)
    assert (facts.active, facts.ceased) == (1, 2)
    assert names(empty_world.town) == {"Encore là"}


def test_a_sheet_that_was_withdrawn_is_not_counted(empty_world):
    agent = agent_of(empty_world.town)
    sheet = organisation("Retirée", empty_world.town)
    directory.hide_organisation(person=agent, organisation=sheet, reason="doublon")
    facts = read_facts(empty_world.town, TODAY)
    assert (facts.active, facts.ceased, facts.unseen) == (0, 0, 0)


def test_a_merged_sheet_counts_once(empty_world):
    agent = agent_of(empty_world.town)
    kept, absorbed = organisation("Gardée", empty_world.town), organisation("Réunie", empty_world.town)
    directory.merge(person=agent, kept=kept, absorbed=absorbed)
    assert read_facts(empty_world.town, TODAY).active == 1


def test_what_no_source_names_any_more_is_told_apart(empty_world):
    sheet = organisation("Disparue", empty_world.town)
    seen_on(sheet, date(2024, 1, 1), gone=date(2025, 1, 1))
    facts = read_facts(empty_world.town, TODAY)
    assert (facts.active, facts.unseen) == (0, 1)
    assert names(empty_world.town, date(2024, 6, 1)) == {"Disparue"}


def test_one_source_that_still_names_it_is_enough(empty_world):
    sheet = organisation("Deux fois dite", empty_world.town)
    seen_on(sheet, date(2024, 1, 1), gone=date(2025, 1, 1))
    said(sheet, kind="register", name="Deux fois dite")
    assert names(empty_world.town) == {"Deux fois dite"}


def test_a_past_day_counts_what_was_attested_by_then(empty_world):
    later = source(empty_world.town, code="liste-tardive")
    sheet = organisation("Vue tard", empty_world.town, said_by=later)
    seen_on(sheet, date(2025, 3, 10))
    assert names(empty_world.town, date(2025, 3, 9)) == set()
    assert names(empty_world.town, date(2025, 3, 10)) == {"Vue tard"}


def test_data_dated_by_their_source_attest_from_that_date(empty_world):
    old = source(empty_world.town, code="liste-2017", dated_on=date(2017, 12, 31))
    organisation("De 2017", empty_world.town, said_by=old)
    assert names(empty_world.town, date(2018, 1, 1)) == {"De 2017"}
    assert names(empty_world.town, date(2017, 12, 30)) == set()


def test_a_row_dated_by_itself_attests_from_its_own_date(empty_world):
    organisation("Dite en 2016", empty_world.town, stated_on=date(2016, 5, 1))
    assert names(empty_world.town, date(2016, 5, 1)) == {"Dite en 2016"}


@pytest.mark.parametrize(
    ("founded", "ceased", "day", "there"),
    [
        ("2019", "", date(2019, 1, 1), True),
        ("2019-06", "", date(2019, 5, 31), False),
        ("2019-06", "", date(2019, 6, 1), True),
        ("2019-06-15", "", date(2019, 6, 14), False),
        ("", "2020-03-10", date(2020, 3, 9), True),
        ("", "2020-03-10", date(2020, 3, 10), False),
        ("", "2020", date(2019, 12, 31), True),
        ("", "2020", date(2020, 1, 1), False),
    ],
)
def test_dates_known_to_the_year_month_or_day(empty_world, founded, ceased, day, there):
    dated = {key: value for key, value in (("founded_on", founded), ("ceased_on", ceased)) if value}
    organisation("Datée", empty_world.town, stated_on=date(2010, 1, 1), **dated)
    assert ("Datée" in names(empty_world.town, day)) is there


def test_confirmation_within_the_year_is_counted(world):
    agent = agent_of(world.town)
    sheet = counted(world.town, TODAY).first()
    directory.confirm_organisation(person=agent, organisation=sheet)
    facts = read_facts(world.town, TODAY)
    assert facts.confirmed == 1
    assert {one.name: one.confirmed for one in facts.sources if one.kind == "list"} == {
        "Liste d’essai list-essai-xx-com-1": 1
    }


def test_terms_count_once_each_organisation(world):
    facts = read_facts(world.town, TODAY)
    assert dict((code, n) for code, _, n in facts.sectors.counts) == {
        "culture": 12,
        "education": 4,
        "agriculture": 2,
    }
    assert facts.sectors.known == 14
    assert dict((code, n) for code, _, n in facts.issues.counts) == {"culture": 8}


def test_units_are_the_communes_and_the_rest_is_said(world):
    organisation(
        "Quelque part",
        world.department,
        place={
            "country": "XX",
            "territory": world.department.code,
            "longitude": None,
            "latitude": None,
            "precision": "commune",
        },
    )
    facts = read_facts(world.department, TODAY)
    assert [(unit.name, unit.count) for unit in facts.units] == [("Ville-Essai", 14), ("Bourg-Essai", 1)]
    assert (facts.units_total, facts.unplaced) == (2, 1)
    assert len(facts.unit_outlines) == 2


def test_a_town_is_broken_down_by_its_parts(world):
    north = territory("xx-com-1-nord", "Nord", kind=Kind.BOROUGH, parent=world.town)
    many(3, north, family="association")
    facts = read_facts(world.town, TODAY)
    assert facts.units_kind == "arrondissements"
    assert [(unit.name, unit.count) for unit in facts.units] == [("Nord", 3)]
    assert facts.unplaced == 14


def test_the_population_is_that_of_the_day_or_before(world):
    Population.objects.create(territory=world.town, year=2023, value=21_000, source="Recensement d’essai")
    assert read_facts(world.town, date(2022, 1, 1)).inhabitants.value == 20_000
    assert read_facts(world.town, TODAY).inhabitants.value == 21_000


def test_a_wider_source_with_rows_that_have_no_place_is_told(world):
    wide = source(world.country, code="liste-nationale")
    for number in range(3):
        organisation(f"Sans lieu {number}", None, said_by=wide)
    found = {one.code: one for one in read_facts(world.town, TODAY).sources}
    assert (
        found["liste-nationale"].here,
        found["liste-nationale"].rows,
        found["liste-nationale"].placed,
    ) == (0, 3, 0)


def test_a_wider_source_that_is_wholly_placed_elsewhere_is_left_out(world):
    wide = source(world.country, code="liste-nationale")
    organisation("Ailleurs", world.other, said_by=wide)
    assert "liste-nationale" not in {one.code for one in read_facts(world.town, TODAY).sources}


def claim(place, said_by, day=TODAY):
    return CoverageStatement.objects.create(
        territory=place,
        source=said_by,
        field="associations déclarées",
        evidence="registre obligatoire",
        stated_on=day,
    )


def test_coverage_is_unknown_until_a_source_is_declared_complete(world):
    assert not read_facts(world.town, TODAY).coverage.known
    claim(world.town, source(world.town), TODAY)
    found = read_facts(world.town, TODAY).coverage
    assert found.known
    assert found.count == 14
    assert not read_facts(world.town, TODAY - timedelta(days=1)).coverage.known


def test_a_claim_holds_for_what_the_territory_contains_not_for_what_contains_it(world):
    claim(world.department, source(world.town))
    assert read_facts(world.town, TODAY).coverage.known
    assert not read_facts(world.country, TODAY).coverage.known


def test_only_what_the_complete_source_names_is_in_the_density(world):
    claim(world.town, source(world.town))
    organisation("D’une autre liste", world.town, said_by=source(world.town, code="autre-liste"))
    facts = read_facts(world.town, TODAY)
    assert facts.active == 15
    assert facts.coverage.density(facts.inhabitants).value == pytest.approx(1000 * 14 / 20_000)


def test_no_density_from_a_complete_source_that_could_not_be_placed(world):
    wide = source(world.country, code="registre-national")
    organisation("Ici", world.town, said_by=wide)
    organisation("Sans lieu", None, said_by=wide)
    claim(world.country, wide)
    facts = read_facts(world.town, TODAY)
    assert facts.coverage.known
    refused = facts.coverage.density(facts.inhabitants)
    assert refused.refused
    assert "n’ont pas de lieu" in refused.reason


def test_rows_known_to_be_abroad_are_not_rows_that_might_be_here(world):
    """They have no place, but a country that is not this one: nobody should wonder about them."""
    wide = source(world.country, code="liste-mondiale")
    organisation("Ailleurs sans lieu", None, said_by=wide, place=at_country("YY"))
    assert "liste-mondiale" not in {one.code for one in read_facts(world.town, TODAY).sources}
    organisation("Du pays, sans lieu", None, said_by=wide, place=at_country("XX"))
    organisation("Sans pays", None, said_by=wide)
    found = {one.code: one for one in read_facts(world.town, TODAY).sources}["liste-mondiale"]
    assert (found.rows, found.placed, found.elsewhere) == (3, 0, 1)


def at_country(code):
    return {"country": code, "territory": "", "longitude": None, "latitude": None, "precision": "country"}
