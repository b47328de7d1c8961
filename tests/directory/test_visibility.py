"""What is hidden leaves by no door: sheet, JSON, index, exports, columns."""

from __future__ import annotations

import io

import pytest
from django.core.cache import caches
from hypothesis import given
from hypothesis import strategies as st

from terreau.directory import exports, search, services
from terreau.directory.models import Organisation, Revision
from terreau.directory.visibility import HIDEABLE, PRIVATE, is_public
from tests.directory import factories as make

SECRETS = {
    "email": "secret@essai.example",
    "telephone": "05 49 00 11 22",
    "contact": "Camille d’Essai-Secrète",
    "address": "12 rue Secrète-de-l’Essai",
    "website": "https://secret.essai.example",
    "languages": ["km"],
    "catalogue": [{"kind": "sells", "what": "Confitures-secrètes", "description": "", "price": "3 €"}],
    "umbrellas": ["Union secrète d’essai"],
}
TRACES = (
    *("secret@essai", "05 49 00", "Secrète", "secret.essai", "khmer", "Confitures-secr", "Union secr"),
    *("0,12345", "0.12345", "46.5432", "46,5432"),
)


@pytest.fixture
def town(db):
    return make.territory("fr-com-99001", "Ville-Essai", national_code="99001")


@pytest.fixture
def sheet(town):
    place = make.place_of(town, longitude=0.12345, latitude=46.54321)
    return make.organisation("Les Essais réunis", town, place=place, **SECRETS)


def ways_out(client, sheet, town):
    """All that a visitor can read of a sheet."""
    make.indexed()
    code = sheet.public_id
    found = {
        "sheet": client.get(f"/annuaire/{code}/").content.decode(),
        "list": client.get("/annuaire/").content.decode(),
        "map": client.get("/carte/").content.decode(),
        "columns": repr(Organisation.objects.filter(pk=sheet.pk).values().get()),
        "index": repr(search.search(search.Query()).hits),
    }
    for form in exports.FORMATS:
        out = io.BytesIO()
        exports.export(town, form, out)
        found[form] = out.getvalue().decode(errors="replace")
    return found


def test_what_is_hidden_is_nowhere(client, sheet, town):
    services.edit_organisation(
        person=make.agent_of(town),
        organisation=sheet,
        values={"visibility": {key: False for key in HIDEABLE}},
        version=sheet.version,
    )
    found = ways_out(client, sheet, town)
    assert {(name, trace) for name, text in found.items() for trace in TRACES if trace in text} == set()
    for words in ("confitures secretes", "union secrete", "rue secrete"):
        assert search.search(search.Query(text=words)).total == 0


def test_ways_to_reach_are_hidden_without_being_asked_and_shown_when_asked(client, sheet, town):
    before = client.get(f"/annuaire/{sheet.public_id}/").content.decode()
    assert "Confitures-secr" in before
    assert "secret@essai" not in before
    assert "05 49 00" not in before
    services.edit_organisation(
        person=make.agent_of(town),
        organisation=sheet,
        values={"visibility": {"email": True}},
        version=sheet.version,
    )
    caches["pages"].clear()
    after = client.get(f"/annuaire/{sheet.public_id}/").content.decode()
    assert "secret@essai" in after
    assert "05 49 00" not in after


def test_the_catalogue_is_searched_as_what_is_offered(sheet):
    make.indexed()
    assert search.search(search.Query(text="confitures secretes")).total == 1


def test_hiding_again_what_was_shown(client, sheet, town):
    agent = make.agent_of(town)
    for shown in (True, False):
        sheet.refresh_from_db()
        services.edit_organisation(
            person=agent,
            organisation=sheet,
            values={"visibility": {"telephone": shown}},
            version=sheet.version,
        )
        caches["pages"].clear()
        assert ("05 49 00" in client.get(f"/annuaire/{sheet.public_id}/").content.decode()) == shown


def test_what_is_hidden_leaves_the_history_too(client, sheet, town):
    agent = make.agent_of(town)
    for values in (
        {"website": "https://ancien.essai.example"},
        {"website": "https://secret.essai.example"},
        {"visibility": {"website": False}},
    ):
        sheet.refresh_from_db()
        services.edit_organisation(person=agent, organisation=sheet, values=values, version=sheet.version)
    client.force_login(agent)
    page = client.get(f"/annuaire/{sheet.public_id}/historique/").content.decode()
    assert "essai.example" not in page
    assert "ancien.essai" not in str(Revision.objects.values_list("before", "after"))


def test_the_form_shows_what_is_hidden_to_those_who_keep_the_sheet_only(client, sheet, town):
    client.force_login(make.agent_of(town))
    assert "secret@essai" in client.get(f"/annuaire/{sheet.public_id}/modifier/").content.decode()
    client.force_login(make.person())
    assert client.get(f"/annuaire/{sheet.public_id}/modifier/").status_code == 403


@given(st.dictionaries(st.sampled_from([*HIDEABLE, "name", "place"]), st.booleans()))
def test_only_what_may_be_hidden_is_hidden(said):
    for key in ("name", "place", "sectors"):
        assert is_public(key, said)
    for key in HIDEABLE:
        assert is_public(key, said) == said.get(key, key not in PRIVATE)
