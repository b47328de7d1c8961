"""What is masked and what is simulated, on every way out."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from terreau.observatory.build import build
from terreau.observatory.landing import Request
from terreau.observatory.simulate import simulate
from terreau.observatory.store import SIMULATED
from terreau.statistics import reading
from tests.statistics import world as worlds
from tests.statistics.test_pages import plain

pytestmark = pytest.mark.django_db
PAGES = ("territory", "map", "comparison", "evolution", "everything", "tables", "downloads")


def ways_out(client, code):
    """Everything that leaves the site about a territory, by its address."""
    addresses = [reverse(f"statistics:{page}", args=[code]) for page in PAGES]
    addresses += [reverse("statistics:data", args=[code, form]) for form in ("csv", "json")]
    addresses += [reverse("statistics:map_picture", args=[code, "large"])]
    addresses += [
        reverse("statistics:chart", args=[code, key, "large"])
        for key in ("familles", "secteurs", "comparaison", "evolution")
    ]
    addresses.append(reverse("portal:territory", args=[code]))
    answers = {address: client.get(address) for address in addresses}
    return {
        address: answer.content.decode() for address, answer in answers.items() if answer.status_code == 200
    }


def tells_of_it(text):
    """Whether a number that could only come from the one large employer is written somewhere."""
    return re.search(r"12[345]\d\d(?!\d)", text.replace("\u202f", "").replace("\u00a0", ""))


@pytest.fixture
def abroad(tmp_path, monkeypatch, db):
    """A country whose register does not publish sizes, or does: one employer has 12 345 jobs."""
    world = worlds.make_world()
    monkeypatch.setattr(reading, "folders", lambda: [tmp_path / "out"])

    def built(*, public):
        one = worlds.register(tmp_path, size_public=public)
        one.rows.append(("RSC-9", "Coop. simplifiée", "0111", "1", "C1", "12345", "05/03/2015", "", "oui"))
        one.build()
        return world

    return built


def test_jobs_that_are_not_public_leave_by_no_door(client, abroad):
    world = abroad(public=False)
    for place in (world.country, world.region, world.town):
        told = ways_out(client, place.code)
        assert len(told) >= 8
        for address, text in told.items():
            assert not tells_of_it(text), address
        page = plain(told[reverse("statistics:territory", args=[place.code])])
        assert "Les emplois ne sont pas montrés : effectifs non publics." in page
        assert "masqué" in page
    address = reverse("statistics:map", args=[world.region.code])
    assert "Il n’y a rien à dessiner" in plain(client.get(address).content.decode())
    assert "Il n’y a rien à dessiner" not in plain(
        client.get(f"{address}?indicateur=densite_structures").content.decode()
    )


def test_the_same_jobs_are_shown_where_they_are_public(client, abroad):
    """Without this, the test above could look for a number that is never written."""
    world = abroad(public=True)
    told = ways_out(client, world.town.code)
    for page in ("territory", "comparison", "everything"):
        text = told[reverse(f"statistics:{page}", args=[world.town.code])]
        assert tells_of_it(text), page


def test_what_is_simulated_says_so_on_every_way_out(client, small_world, tmp_path, monkeypatch):
    simulate(3_000, tmp_path / "files", vintage="2026-11")
    build(
        Request(
            source="sirene",
            vintage="2026-11",
            out=tmp_path / "out",
            units=tmp_path / "files" / "StockUniteLegale_utf8.parquet",
            establishments=tmp_path / "files" / "StockEtablissement_utf8.parquet",
        )
    )
    monkeypatch.setattr(reading, "folders", lambda: [tmp_path / "out"])
    told = ways_out(client, small_world.france.code)
    assert len(told) >= 9
    assert [address for address, text in told.items() if SIMULATED not in text.lower()] == []
