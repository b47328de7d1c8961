"""The exact jobs of another State in the site: its register tells them, secrecy decides which are shown."""

from __future__ import annotations

import re

import pytest

from terreau.statistics import reading
from tests.observatory.test_generic_confidential import VINTAGE, Office, cells, wages_of
from tests.statistics import world as worlds
from tests.statistics.test_confidential import spaceless
from tests.statistics.test_pages import plain
from tests.statistics.test_ways_out import ways_out

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return Office(tmp_path_factory.mktemp("office")).build(VINTAGE)


def test_exact_jobs_are_told_where_secrecy_lets_them_and_by_no_door_where_not(client, office, monkeypatch):
    world = worlds.make_world()
    monkeypatch.setattr(reading, "folders", lambda: [office.folder.parent.parent])
    status, jobs = cells(office, "jobs")["ml-r1", "*", "*"]
    assert status == "published"
    for place in (world.region, world.other):  # in the second, two cooperatives rear cattle: few
        seen = ways_out(client, place.code)
        assert len(seen) >= 9
        for address, text in seen.items():
            for secret in (1613, 1721, 1613 + 1721, wages_of(1613), wages_of(1721)):
                assert not re.search(rf"(?<!\d){secret}(?!\d)", spaceless(text)), address
        if place == world.region:
            page = plain(next(text for address, text in seen.items() if address.endswith("/chiffres/")))
            count = f"{jobs:,.0f}".replace(",", " ")
            assert f"y fait {count} emplois salariés, chiffre exact" in page
            assert "ne sont pas montrés" not in page
            assert "Masse salariale de l’année" in page
            assert "Établissements employeurs" not in page, "all masked: it would hide what is told"
