"""A State's exact wages in the site: shown when secrecy lets them out, never when it masks them."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from terreau.statistics import reading
from tests.observatory.conftest import Workshop
from tests.observatory.test_confidential import cells, field, office_of
from tests.statistics.test_ways_out import ways_out

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return office_of(Workshop(tmp_path_factory.mktemp("office")))(*field())


def spaceless(text):
    return re.sub(r"[\s\u202f\u00a0]", "", text)


def test_what_is_masked_leaves_by_no_door_and_what_is_not_does(client, small_world, office, monkeypatch):
    """Every sum of the confidential file that a cell hides is looked for on every page, picture and file."""
    monkeypatch.setattr(reading, "folders", lambda: [office.folder.parent.parent])
    told = cells(office)
    _units, _establishments, known = field()
    coops = [known[f"{siren}00011"][1] for siren in ("200000015", "200000016")]
    place = told["fr-dep-86", "*", "*"]
    assert place[0] == "published"
    for code in ("fr-com-86066", "fr-dep-86"):
        seen = ways_out(client, code)
        assert len(seen) >= 9
        for address, text in seen.items():
            for secret in (*coops, sum(coops)):
                assert str(secret) not in spaceless(text), address
    data = spaceless(seen[reverse("statistics:data", args=[code, "csv"])])
    assert str(int(place[1])) in data, "without this, the search above could never find anything"
