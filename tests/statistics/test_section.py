"""The register in the diagnosis: beside the directory's inventory, told apart, frozen with the edition."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from terreau.diagnosis import content, exports, services
from terreau.diagnosis.definitions import DEFINITIONS
from terreau.observatory.figures import figures_of
from terreau.observatory.store import SIMULATED
from terreau.statistics import reading
from tests.directory.factories import agent_of, organisation, organisations, record_of, source
from tests.statistics import world as worlds

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
REGISTER_DAY = date(2026, 11, 1)


@pytest.fixture
def world():
    return worlds.make_world()


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Where the vintages of this test are."""
    monkeypatch.setattr(reading, "folders", lambda: [tmp_path / "out"])
    return tmp_path / "out"


@pytest.fixture
def register(tmp_path, root):
    one = worlds.register(tmp_path)
    one.build()
    return one


def part_of(place, day=None):
    return services.assemble(place, day or TODAY).content.part("registre")


def listed(place, first, second, both, **sources):
    """Two lists with so many organisations each, and so many that both name."""
    one, other = (source(place, code=f"liste-{name}", name=f"Liste {name}", **sources) for name in ("a", "b"))
    told = [{"name": f"Essai {n}", "family": "association"} for n in range(first)]
    made = organisations(told, place, said_by=one)
    for sheet in made[:both]:
        record_of(sheet, other, {"name": sheet.name})
    told = [{"name": f"Autre essai {n}", "family": "cooperative"} for n in range(second - both)]
    organisations(told, place, said_by=other)


# --- The register ---------------------------------------------------------------------------------------


def test_the_register_s_figures_are_those_of_the_observatory(world, register, root):
    part = part_of(world.town)
    told = {one.id: one for one in part.listed}
    assert told["registre.national.structures"].value == 2
    found = figures_of(root, "ml-c1", "2026-11")
    jobs = found.get("emplois", perimeter="national")
    assert told["registre.national.emplois"].value == round(jobs.value)
    assert "entre" in told["registre.national.emplois"].reliability or jobs.high is None
    weight = found.get("poids_emploi_total", perimeter="national")
    assert told["registre.national.poids_emploi_total"].value == round(100 * weight.value, 1)
    assert told["registre.national.poids_emploi_total"].unit == "%"
    assert re.search(
        r"entre [\d,]+\u00a0% et [\d,]+\u00a0%", told["registre.national.poids_emploi_total"].reliability
    )


def test_each_figure_stands_whole_and_has_its_definition(world, register):
    listed(world.town, 12, 6, 3)
    assembled = services.assemble(world.town, TODAY).content
    figures = list(content.part_figures(assembled.part("registre")))
    assert figures
    for one in figures:
        assert one.label, one
        assert one.counted, one
        assert one.date, one
        assert one.perimeter, one
        assert one.source, one
        assert one.reliability, one
        assert one.method in DEFINITIONS, one
        assert (one.value is None) == one.masked == bool(one.mask_reason)
    assert content.from_text(content.to_text(assembled)) == assembled


def test_the_inventory_stands_beside_the_register_s_a_family_at_a_time(world, register):
    listed(world.town, 4, 2, 1)
    (table,) = part_of(world.town).tables
    lines = {line.key: line.cells for line in table.lines}
    assert lines["association"] == (4, 0)
    assert lines["cooperative"] == (1, 2)


def test_it_says_what_makes_the_difference(world, register):
    listed(world.town, 4, 2, 1)
    said = " ".join(part_of(world.other).texts)
    assert "ne mesurent pas la même chose" in said
    assert "associations sans salarié" in said
    assert "le registre est celui du 1er novembre 2026" in said
    assert (
        "n’est pas déterminée\u00a0: 1 (table du pays)" in said
    )  # the unit whose form no table knows is not determined


def test_exact_sizes_of_a_state_do_not_leave_by_this_door(world, tmp_path, root):
    abroad = worlds.register(tmp_path, size_public=False)
    abroad.rows[0] = (*abroad.rows[0][:5], "48613", *abroad.rows[0][6:])
    abroad.build()
    assembled = services.assemble(world.town, TODAY).content
    told = assembled.by_id()["registre.national.emplois"]
    assert (told.value, told.numerator, told.denominator, told.masked) == (None, None, None, True)
    assert "protégés" in told.mask_reason
    text = content.to_text(assembled)
    assert "48613" not in text
    assert "48\u202f613" not in text


def test_simulated_figures_say_so_in_every_form(world, tmp_path, root):
    abroad = worlds.register(tmp_path)
    abroad.header = (*abroad.header, "donneesSimulees")
    abroad.rows = [(*row, SIMULATED) for row in abroad.rows]
    abroad.build()
    assembled = services.assemble(world.town, TODAY).content
    part = assembled.part("registre")
    assert part.texts[0].startswith("Données simulées")
    assert all(one.simulated and SIMULATED in one.perimeter for one in part.listed)
    rows = [row for row in exports.rows(assembled, exports.Issue()) if row["section"] == "registre"]
    assert all(row["simulated"] for row in rows)


def test_the_vintage_is_one_that_was_out_on_the_day(world, register):
    assert part_of(world.town, date(2026, 10, 31)) is None
    assert part_of(world.town, REGISTER_DAY) is not None


def test_without_a_vintage_the_section_is_not_there(world, root):
    assert part_of(world.town) is None


def test_a_territory_the_register_does_not_have_has_no_section(world, tmp_path, root):
    abroad = worlds.register(tmp_path)
    abroad.territories = abroad.territories.replace("ml-c2,C2,", "ml-c9,C2,")
    abroad.build()
    assert part_of(world.other) is None


def test_a_published_diagnosis_keeps_what_it_said(world, register, root, client):
    agent = agent_of(world.town)
    draft = services.create_draft(person=agent, territory=world.town, as_of=TODAY)
    edition = services.publish(person=agent, territory=world.town, draft_key=draft.pk)
    before = part_of(world.town)
    register.rows = register.rows[:1]
    register.build()
    edition.refresh_from_db()
    assert services.read(edition).part("registre") == before != part_of(world.town)
    assert services.pdf_of(edition).startswith(b"%PDF")
    page = client.get(reverse("diagnosis:latest", args=[world.town.code])).content.decode()
    assert "L’annuaire à côté du registre" in page
    methods = client.get(reverse("diagnosis:part", args=[world.town.code, 1, "methode"])).content.decode()
    assert "Chiffres du registre" in methods


def test_two_editions_with_other_rules_are_not_subtracted(world, register):
    from terreau.diagnosis.rules import NOT_SAME, difference

    one = next(x for x in part_of(world.town).listed if x.id.endswith("structures"))
    assert difference(one, one).change == 0
    assert (
        difference(replace(one, perimeter=one.perimeter.replace("règles", "règles x")), one).note == NOT_SAME
    )


# --- Two lists ------------------------------------------------------------------------------------------


def test_coverage_from_two_lists(world, root):
    """B.2: 10, 15 and 5 in common: 28,33."""
    listed(world.town, 10, 15, 5)
    part = part_of(world.town)
    told = {one.id: one for one in part.figures}
    assert told["couverture.estimees"].value == 28
    assert "de 22 à 49" in told["couverture.estimees"].reliability
    assert "fragile" in told["couverture.estimees"].reliability
    assert told["couverture.part"].value == round(100 * 20 / 28.333)
    assert (told["couverture.part"].numerator, told["couverture.part"].denominator) == (20, 28)
    assert "établies séparément" in part.texts[0]
    assert "Liste a" in part.texts[0]
    assert not part.listed


def test_a_register_with_more_than_was_expected_says_what_the_lists_miss(world, register):
    listed(world.town, 1, 1, 1)
    part = part_of(world.town)
    assert {one.id: one.value for one in part.figures}["couverture.estimees"] == 1
    assert "bien plus de structures (2)" in part.texts[-1]


def test_one_list_or_two_that_share_nothing_tell_nothing(world, root):
    listed(world.town, 10, 15, 0)
    assert part_of(world.town) is None


def test_the_list_of_a_town_says_nothing_of_its_country(world, root):
    listed(world.town, 10, 15, 5)
    assert part_of(world.town) is not None
    assert part_of(world.country) is None


def test_two_lists_of_one_publisher_are_one(world, root):
    listed(world.town, 10, 15, 5, publisher="Mairie")
    assert part_of(world.town) is None


def test_what_the_agent_says_is_no_list(world, root):
    agents = source(world.town, kind="agent")
    one = source(world.town, code="liste-a", name="Liste a")
    for n in range(10):
        record_of(organisation(f"Essai {n}", world.town, said_by=one), agents, {"name": f"Essai {n}"})
    assert part_of(world.town) is None


def test_no_share_where_the_directory_knows_more_than_was_expected(world, root):
    listed(world.town, 10, 15, 10)
    third = source(world.town, code="liste-c", name="Liste c")
    for n in range(3):
        organisation(f"Encore {n}", world.town, said_by=third)
    told = {one.id: one for one in part_of(world.town).figures}
    assert told["couverture.estimees"].value == 15
    assert told["couverture.part"].masked
    assert "déjà plus" in told["couverture.part"].mask_reason


def test_a_row_its_source_dropped_is_in_no_list(world, root):
    listed(world.town, 10, 15, 5)
    from terreau.directory.models import Record

    Record.objects.filter(source__code="liste-b").update(gone_at=timezone.now() - timedelta(days=1))
    assert part_of(world.town) is None


def test_the_files_hold_the_same(world, register):
    listed(world.town, 10, 15, 5)
    assembled = services.assemble(world.town, TODAY).content
    data = json.loads(exports.to_json(assembled, exports.Issue()))
    values = {row["id"]: row["value"] for row in data["figures"] if row["section"] == "registre"}
    assert values["couverture.estimees"] == 28
    assert values["registre.national.structures"] == 2
    assert "registre.familles.cooperative.national" in values
    assert {"registre", "couverture-estimee"} <= {one["key"] for one in data["definitions"]}
