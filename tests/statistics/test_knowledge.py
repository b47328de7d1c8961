"""What the communes have brought, in the diagnosis of those above them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from terreau.diagnosis import content, services
from terreau.diagnosis.definitions import DEFINITIONS
from terreau.territories.models import Territory
from tests.directory.factories import agent_of, organisation, source
from tests.statistics import world as worlds

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def world():
    return worlds.make_world()


def part_of(place, day=TODAY):
    return services.assemble(place, day).content.part("communes")


def test_a_country_s_diagnosis_says_what_its_communes_brought(world):
    Territory.objects.filter(code="ml-c1").update(opened_on=TODAY)
    organisation("Essai", world.other, said_by=source(world.other))
    part = part_of(world.country)
    told = {one.id: one.value for one in part.figures}
    assert told == {"communes.published": 0, "communes.brought": 1, "communes.opened": 1}
    assert part.texts[0].startswith("Une des 2 communes a apporté sa connaissance")
    (table,) = part.tables
    assert [(line.key, line.cells) for line in table.lines] == [("ml-r1", (2, 1, 1, 0, None))]
    for one in content.part_figures(part):
        assert one.counted, one
        assert one.date, one
        assert one.perimeter, one
        assert one.source, one
        assert one.reliability, one
        assert one.method in DEFINITIONS


def test_invented_lists_are_said_to_be(world):
    organisation("Essai", world.town, said_by=source(world.town, simulated=True))
    assert all(one.simulated for one in content.part_figures(part_of(world.region)))


def test_none_has_brought_anything(world):
    assert part_of(world.region).texts[0].startswith("Aucune des 2 communes n’a encore apporté")


def test_on_an_earlier_day_what_came_since_is_not_there(world):
    Territory.objects.filter(code="ml-c1").update(opened_on=TODAY)
    agent = agent_of(world.town)
    draft = services.create_draft(person=agent, territory=world.town)
    services.publish(person=agent, territory=world.town, draft_key=draft.pk)
    now, before = (
        {one.id: one.value for one in part_of(world.region, day).figures}
        for day in (TODAY, TODAY - timedelta(days=1))
    )
    assert now["communes.published"] == 1
    assert set(before.values()) == {0}


def test_a_commune_has_no_such_section(world):
    assert part_of(world.town) is None
