"""What the confidential source tells nothing of, on the pages: said not to be known, never zero."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from terreau.diagnosis import services
from terreau.statistics import reading
from tests.observatory.test_generic_confidential import VINTAGE, Office
from tests.statistics import world as worlds
from tests.statistics.test_pages import plain

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """The register leaves blank what the associations of Cercle un have, and all of Cercle trois."""
    one = Office(tmp_path_factory.mktemp("office"))
    for number, (_unit, form, _activity, _site, place, *_measures) in enumerate(one.rows[:-1], start=1):
        if place == "C3" or (place, form) == ("C1", "association"):
            one.change(number, Effectif="", **{"Salaires versés": ""})
    return one.build(VINTAGE)


def page(client, code, name="territory"):
    return plain(client.get(reverse(f"statistics:{name}", args=[code])).content.decode())


def test_a_page_says_what_is_not_known(client, office, monkeypatch):
    world = worlds.make_world()
    monkeypatch.setattr(reading, "folders", lambda: [office.folder.parent.parent])
    whole = "la source ne dit rien des établissements qui sont ici"
    associations = next(
        one for one in page(client, world.town.code).partition("Par famille")[2].split("\n") if one
    )
    assert "non renseigné" in associations
    assert whole not in page(client, world.town.code)
    assert "établissements du champ ici : 11" in page(client, world.town.code)
    world.other.code = "ml-c3"
    world.other.save()
    seen = page(client, "ml-c3")
    assert f"Non renseigné : {whole}." in seen
    assert "0 emplois salariés, chiffre exact" not in seen
    assert "non renseigné" in page(client, "ml-c3", "everything")


def test_a_sum_that_is_not_of_all_is_never_said_without_it(client, office, monkeypatch):
    """In the first sentence of the page and in the diagnosis, where nothing else says what it is of."""
    world = worlds.make_world()
    monkeypatch.setattr(reading, "folders", lambda: [office.folder.parent.parent])
    of = "omme de ce que la source dit de 7 structures ; établissements du champ ici : 11"
    assert f"emplois salariés, chiffre exact. S{of}." in page(client, world.town.code)
    listed = services.assemble(world.town, timezone.localdate()).content.part("registre").listed
    (jobs,) = [one for one in listed if one.id == "registre.national.emplois_exacts"]
    assert jobs.value
    assert f" ; s{of}" in plain(jobs.reliability)
