"""The history of sheets: who, when, why, from which source, each field before and after; no contacts."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory import services
from terreau.directory.enums import ChangeKind
from terreau.directory.history import forget
from terreau.directory.history_feed import PAGE, Wanted, read
from terreau.directory.history_reading import changes_of
from terreau.directory.history_restoring import give_back
from terreau.directory.history_rules import difference, state_before
from terreau.directory.ingest import ChangedRecord, Ingest
from terreau.directory.models import Merge, Record, Revision
from tests.directory import factories as make

ATOM = "{http://www.w3.org/2005/Atom}"


# --- Pure ----------------------------------------------------------------------------------------------

STATES = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 3))


@given(st.lists(STATES, min_size=1, max_size=6), st.data())
def test_walking_back_gives_each_former_state(states, data):
    changes = [difference(before, after) for before, after in pairwise(states)]
    at = data.draw(st.integers(0, len(states) - 1))
    befores = [before for before, _after in reversed(changes[at:])]
    assert state_before(states[-1], befores) == states[at]


# --- Written ---------------------------------------------------------------------------------------------


@pytest.fixture
def town(db):
    return make.territory("xx-com-1", "Ville-Essai")


@pytest.fixture
def agent(town):
    person = make.agent_of(town)
    person.display_name = "Agente d’essai"
    person.save()
    return person


@pytest.fixture
def sheet(town):
    return make.organisation("Les Essais", town, website="https://liste.test", stated_on=date(2017, 1, 1))


def edit(person, sheet, reason="", **values):
    sheet.refresh_from_db()
    return services.edit_organisation(
        person=person, organisation=sheet, values=values, version=sheet.version, reason=reason
    )


def last(sheet):
    return Revision.objects.filter(organisation=sheet).order_by("-pk").first()


def test_an_edit_is_told_field_by_field(agent, sheet):
    edit(agent, sheet, "Vu sur place", website="https://essais.test", telephone="01 02 03 04 05")
    found = last(sheet)
    assert (found.kind, found.person, found.reason) == (ChangeKind.EDITED, agent, "Vu sur place")
    assert found.before["website"] == "https://liste.test"
    assert found.after["website"] == "https://essais.test"
    assert found.source.kind == "agent"
    assert "01 02" not in str(found.before) + str(found.after)
    assert found.after["telephone"] is None
    changes, following = changes_of(sheet, whole=True)
    assert changes[0].kind == "edited"
    assert changes[-1].kind == "created"
    assert not following


def test_each_kind_of_change_is_signed(agent, sheet, town):
    services.confirm_organisation(person=agent, organisation=sheet)
    services.hide_organisation(person=agent, organisation=sheet, reason="Essai")
    services.restore_organisation(person=agent, organisation=sheet)
    other = make.organisation("Les Essais bis", town, said_by=make.source(town, code="autre"))
    services.merge(person=agent, kept=sheet, absorbed=other, reason="La même")
    kinds = list(Revision.objects.filter(organisation=sheet).order_by("pk").values_list("kind", "reason"))
    assert [kind for kind, _reason in kinds if kind != "other"] == [
        "confirmed",
        "hidden",
        "restored",
        "merged",
    ]
    assert dict(kinds)["hidden"] == "Essai"
    assert last(other).kind == ChangeKind.MERGED


def test_an_import_that_changes_a_sheet_says_by_which_source(sheet):
    record = sheet.records.get()
    source = record.source
    values = '{"name": "Les Essais", "website": "https://nouveau.test"}'
    with transaction.atomic():
        ingest = Ingest(source)
        ingest.change_records([ChangedRecord(record.pk, sheet.pk, "x", "2026-01-01", values, ())])
        ingest.finish()
    found = last(sheet)
    assert (found.kind, found.source) == (ChangeKind.IMPORTED, source)
    assert found.after["website"] == "https://nouveau.test"
    assert found.before["place"]["territory"] == "xx-com-1"
    website = next(one for one in changes_of(sheet, whole=True)[0][0].fields if one.key == "website")
    assert website.source == source.name


def test_a_write_that_changes_nothing_leaves_no_trace(agent, sheet):
    edit(agent, sheet, name="Les Essais")
    services.refresh([sheet.pk])
    assert not Revision.objects.filter(organisation=sheet, kind=ChangeKind.EDITED).exists()


# --- Given back -------------------------------------------------------------------------------------------


def test_a_field_and_the_whole_sheet_are_given_back(agent, sheet):
    edit(agent, sheet, website="https://a.test", description="Un.")
    first = last(sheet)
    edit(agent, sheet, website="https://b.test", description="Deux.")
    second = last(sheet)
    sheet.refresh_from_db()
    give_back(person=agent, organisation=sheet, revision=second, keys=["website"], version=sheet.version)
    sheet.refresh_from_db()
    assert (sheet.shown_values["website"], sheet.description) == ("https://a.test", "Deux.")
    give_back(
        person=agent,
        organisation=sheet,
        revision=first,
        keys=["website", "description"],
        version=sheet.version,
        reason="Erreur",
    )
    sheet.refresh_from_db()
    assert (sheet.shown_values["website"], sheet.description) == ("https://liste.test", "")
    assert (last(sheet).kind, last(sheet).reason) == (ChangeKind.REVERTED, "Erreur")
    with pytest.raises(TerreauError, match="déjà ainsi"):
        give_back(person=agent, organisation=sheet, revision=first, keys=["website"], version=sheet.version)
    edit(agent, sheet, website="https://c.test")
    sheet.refresh_from_db()
    other = make.person()
    with pytest.raises(NotAllowed):
        give_back(person=other, organisation=sheet, revision=first, keys=["website"], version=sheet.version)


def test_what_must_be_forgotten_leaves_the_history(agent, sheet):
    edit(agent, sheet, website="https://personne.test")
    assert forget(sheet, ["website"])
    assert "personne.test" not in str(Revision.objects.values_list("before", "after"))


def test_what_a_merge_hides_leaves_the_history(agent, sheet, town):
    edit(agent, sheet, website="https://ancien.test")
    edit(agent, sheet, website="https://montre.test")
    place = make.place_of(town, longitude=0.5, latitude=46.5)
    edit(agent, sheet, place=place)
    other = make.organisation("Les Essais", town, said_by=make.source(town, code="autre"))
    edit(agent, other, visibility={"website": False, "point": False})
    sheet.refresh_from_db()
    services.merge(person=agent, kept=sheet, absorbed=other)
    sheet.refresh_from_db()
    assert "website" not in sheet.shown_values
    assert sheet.longitude is None
    told = str(Revision.objects.filter(organisation=sheet).values_list("before", "after"))
    for hidden in ("ancien.test", "montre.test", "46.5"):
        assert hidden not in told
    # That there was a change stays told; parted, the sheet shows again what is its own.
    assert Revision.objects.filter(organisation=sheet).count() == 5
    services.unmerge(person=agent, merged=Merge.objects.get())
    sheet.refresh_from_db()
    assert (sheet.shown_values["website"], sheet.longitude) == ("https://montre.test", 0.5)


# --- Read -------------------------------------------------------------------------------------------


def test_who_reads_what(client, agent, sheet):
    edit(agent, sheet, "Vu sur place", website="https://essais.test")
    edit(agent, sheet, telephone="01 02 03 04 05")
    path = f"/annuaire/{sheet.public_id}/historique/"
    page = client.get(path).content.decode()
    for hidden in ("essais.test", "Agente d’essai", "Vu sur place", "Téléphone"):
        assert hidden not in page
    assert "Site" in page
    client.force_login(agent)
    page = client.get(path).content.decode()
    for told in ("https://liste.test", "https://essais.test", "Agente d’essai", "Vu sur place", "Téléphone"):
        assert told in page
    assert "01 02" not in page
    number = Revision.objects.filter(organisation=sheet, reason="Vu sur place").get().pk
    state = f"{path}{number}/"
    assert "https://liste.test" in client.get(state).content.decode()
    sheet.refresh_from_db()
    stale = client.post(state, {"field": "website", "version": "1"})
    assert stale.status_code == 409
    done = client.post(state, {"field": "website", "version": sheet.version, "reason": "Retour"})
    assert done.status_code == 302
    sheet.refresh_from_db()
    assert sheet.shown_values["website"] == "https://liste.test"
    client.force_login(make.person())
    assert client.get(state).status_code == 403


def test_a_withdrawn_sheet_has_no_public_history(client, agent, sheet):
    services.hide_organisation(person=agent, organisation=sheet, reason="Essai")
    assert client.get(f"/annuaire/{sheet.public_id}/historique/").status_code == 410


def test_the_agents_page_filters(client, agent, town, sheet):
    edit(agent, sheet, website="https://essais.test")
    path = "/espace/xx-com-1/changements/"
    assert client.get(path).status_code == 302
    client.force_login(agent)
    assert "Agente d’essai" in client.get(path).content.decode()
    for asked, found in (
        ({"genre": "changed"}, True),
        ({"genre": "ceased"}, False),
        ({"genre": "new"}, True),
        ({"qui": str(agent.pk)}, True),
        ({"du": "2999-01-01"}, False),
        ({"au": "2000-01-01"}, False),
        ({"du": "n’importe quoi", "qui": "personne", "genre": "rien", "suite": "x-y"}, True),
    ):
        page = client.get(path, asked).content.decode()
        assert ("Aucun changement" not in page) is found, asked
    client.force_login(make.agent_of(make.territory("yy-com-2", "Autre")))
    assert client.get(path).status_code == 403


def entries(response):
    root = ElementTree.fromstring(response.content)
    return [
        (entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}summary"), entry.findtext(f"{ATOM}id"))
        for entry in root.iter(f"{ATOM}entry")
    ]


def test_the_feed_tells_everybody_without_persons(client, agent, town, sheet):
    edit(agent, sheet, "Vu sur place", website="https://essais.test")
    edit(agent, sheet, telephone="01 02 03 04 05")
    services.confirm_organisation(person=agent, organisation=sheet)
    edit(agent, sheet, active="no")
    hidden = make.organisation("Essai retiré", town)
    services.hide_organisation(person=agent, organisation=hidden, reason="Essai")
    response = client.get("/annuaire/changements/xx-com-1.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    told = entries(response)
    assert [title.rpartition(": ")[2].strip() for title, _summary, _id in told] == [
        "activité cessée",
        "fiche confirmée",
        "fiche modifiée",
        "fiche créée",
    ]
    text = response.content.decode()
    for private in ("Agente", "Vu sur place", "essais.test", "Téléphone", "Essai retiré"):
        assert private not in text
    assert len({one[2] for one in told}) == 4
    assert len(entries(client.get("/annuaire/changements/xx-com-1.atom?genre=ceased"))) == 1
    assert client.get("/annuaire/changements/xx-com-1.atom?genre=hidden").status_code == 404
    assert client.get("/annuaire/changements/inconnu.atom").status_code == 404
    assert client.get("/annuaire/changements/xx-com-1.atom")["ETag"]


@pytest.mark.parametrize("few", [5000, 3])
def test_pages_follow_each_other_without_gap_nor_double(monkeypatch, few, agent, town):
    monkeypatch.setattr("terreau.directory.history_feed.FEW", few)
    monkeypatch.setattr("terreau.directory.history_feed._WINDOW", 10)
    sheets = make.organisations([{"name": f"Essai {number}"} for number in range(PAGE)], town)
    for sheet in sheets[:10]:
        edit(agent, sheet, description="Dit.")
    seen, cursor, pages = [], "", 0
    while pages < 5:
        lines, cursor = read(town, Wanted(cursor=cursor))
        seen += [(line.sheet.pk, line.change.number) for line in lines]
        pages += 1
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == PAGE + 10
    assert pages == 2


def test_a_record_gone_from_a_sheet_is_no_error(sheet):
    Record.objects.all().delete()
    assert changes_of(sheet, whole=True)[0]
