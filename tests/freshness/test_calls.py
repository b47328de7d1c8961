"""The call list of an agent: whom to call, what each call gave, the telephone for the agent alone."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.enums import SourceKind, Status
from terreau.directory.models import Merge, Organisation
from terreau.directory.services import edit_organisation, merge, unmerge
from terreau.freshness import calling
from terreau.freshness.enums import Outcome
from terreau.freshness.models import Call
from terreau.freshness.services import note_call
from tests.directory import factories
from tests.freshness.world import ago, kept, sheet


@pytest.fixture
def town(small_world):
    return small_world.poitiers


@pytest.fixture
def agent(town):
    return factories.agent_of(town)


def _list(town):
    return [one.name for one in calling.to_call(town, timezone.localdate())]


def test_those_that_age_come_first_and_those_one_can_write_to_are_left_out(town):
    sheet(town, "Jamais d’essai")
    sheet(town, "Fraîche d’essai", ago(30))
    sheet(town, "Ancienne d’essai", ago(400))
    sheet(town, "Hors carte d’essai", ago(900))
    kept(town, "Tenue d’essai")
    reached = sheet(town, "Jointe d’essai")
    factories.said(reached, kind=SourceKind.AGENT, stated_on=ago(500), email="contact@essai.invalid")
    assert _list(town) == ["Hors carte d’essai", "Ancienne d’essai", "Jamais d’essai"]


def test_calls_are_noted_still_after_two_sheets_were_joined_and_parted(town, agent):
    gone, stays = sheet(town, "Une d’essai"), sheet(town, "L’autre d’essai")
    note_call(person=agent, organisation=gone, outcome=Outcome.UNREACHABLE, rank=1)
    merge(person=agent, kept=stays, absorbed=gone)
    note_call(person=agent, organisation=stays, outcome=Outcome.UNREACHABLE, rank=2)
    unmerge(person=agent, merged=Merge.objects.get())
    shown = calling.with_last_call(Organisation.objects.filter(pk=stays.pk)).get()
    note_call(person=agent, organisation=stays, outcome=Outcome.UNREACHABLE, rank=shown.call_rank + 1)
    assert Call.objects.filter(organisation=stays).count() == 2


@pytest.mark.parametrize(
    ("outcome", "confirmed", "status"),
    [
        (Outcome.CONFIRMED, True, Status.ACTIVE),
        (Outcome.TO_CORRECT, False, Status.ACTIVE),
        (Outcome.UNREACHABLE, False, Status.ACTIVE),
        (Outcome.CLOSED, True, Status.CEASED),
    ],
)
def test_each_outcome_does_what_follows_and_leaves_the_list(town, agent, outcome, confirmed, status):
    made = sheet(town)
    note_call(person=agent, organisation=made, outcome=outcome, rank=1)
    made.refresh_from_db()
    assert (made.confirmed_on == timezone.localdate()) is confirmed
    assert made.status == status
    assert _list(town) == []
    waiting = list(calling.to_correct(town))
    assert (waiting == [made]) is (outcome == Outcome.TO_CORRECT)
    assert dict(calling.count_to_correct([town])) == ({town.pk: 1} if waiting else {})


def test_a_confirmation_by_telephone_is_the_word_of_the_agent(town, agent):
    made = sheet(town)
    note_call(person=agent, organisation=made, outcome=Outcome.CONFIRMED, rank=1)
    assert made.records.filter(source__kind=SourceKind.AGENT).exists()
    assert not made.records.filter(source__kind=SourceKind.ACTOR).exists()


def test_a_second_click_notes_one_call(town, agent):
    made = sheet(town)
    note_call(person=agent, organisation=made, outcome=Outcome.UNREACHABLE, rank=1)
    with pytest.raises(TerreauError, match="déjà noté"):
        note_call(person=agent, organisation=made, outcome=Outcome.CONFIRMED, rank=1)
    assert Call.objects.count() == 1
    note_call(person=agent, organisation=made, outcome=Outcome.CONFIRMED, rank=2)
    assert Call.objects.count() == 2


def test_what_was_to_correct_leaves_once_corrected(town, agent):
    made = sheet(town)
    note_call(person=agent, organisation=made, outcome=Outcome.TO_CORRECT, rank=1, note="A déménagé")
    made.refresh_from_db()
    values = {"description": "Prête des outils d’essai."}
    edit_organisation(person=agent, organisation=made, values=values, version=made.version)
    assert not calling.to_correct(town).exists()


@pytest.mark.parametrize("note", ["rappeler au 06 12 34 56 78", "écrire à essai@essai.invalid"])
def test_a_note_keeps_no_way_to_reach_a_person(town, agent, note):
    with pytest.raises(TerreauError, match="adresse électronique"):
        note_call(person=agent, organisation=sheet(town), outcome=Outcome.UNREACHABLE, rank=1, note=note)
    assert not Call.objects.exists()


def test_only_an_agent_there_or_the_secretariat_notes_a_call(town, small_world):
    made, keeper = kept(town)
    for person in (factories.person(), factories.agent_of(small_world.nantes), keeper):
        with pytest.raises(NotAllowed):
            note_call(person=person, organisation=made, outcome=Outcome.CONFIRMED, rank=1)
    note_call(person=factories.secretary(), organisation=made, outcome=Outcome.CONFIRMED, rank=1)


def test_the_page_notes_and_shows_the_telephone_to_the_agent_alone(client, town, agent):
    made = sheet(town)
    factories.said(made, kind=SourceKind.AGENT, stated_on=ago(500), telephone="05 49 00 00 00")
    address = reverse("freshness:calls", args=[town.code])
    assert client.get(address).status_code == 302
    assert (
        "05 49 00 00 00" not in client.get(reverse("directory:sheet", args=[made.public_id])).content.decode()
    )
    client.force_login(agent)
    page = client.get(address)
    assert "05 49 00 00 00" in page.content.decode()
    data = {"organisation": made.public_id, "rank": "1", "outcome": "confirmed", "note": ""}
    assert client.post(address, data).status_code == 302
    again = client.post(address, data)
    assert again.status_code == 400
    assert "déjà noté" in again.content.decode()
    made.refresh_from_db()
    assert made.confirmed_on == timezone.localdate()


def test_a_sheet_of_elsewhere_is_not_noted_from_here(client, town, agent, small_world):
    other = sheet(small_world.nantes, "Ailleurs d’essai")
    client.force_login(agent)
    data = {"organisation": other.public_id, "rank": "1", "outcome": "confirmed"}
    assert client.post(reverse("freshness:calls", args=[town.code]), data).status_code == 404


def test_the_list_asks_as_little_however_long_it_is(client, town, agent, django_assert_max_num_queries):
    for number in range(30):
        sheet(town, f"Atelier d’essai {number}")
    client.force_login(agent)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("freshness:calls", args=[town.code]))
    assert "Page 1 sur 2" in page.content.decode()
    assert client.get(reverse("freshness:calls", args=[town.code]) + "?page=abc").status_code == 200


def test_one_s_own_calls_are_given_and_the_name_taken_off(town, agent):
    from terreau.core.registry import personal_data

    note_call(person=agent, organisation=sheet(town), outcome=Outcome.UNREACHABLE, rank=1, note="Fermé")
    held = personal_data.entries["freshness"]
    (call,) = held.export(agent)["calls"]
    assert (call["outcome"], call["note"]) == ("unreachable", "Fermé")
    held.erase(agent)
    assert held.export(agent)["calls"] == []
    assert Call.objects.get().person is None


def test_a_place_is_told_once(client, town, agent):
    factories.said(sheet(town, "Écrite d’essai"), address="3 rue d’essai", locality=town.name)
    client.force_login(agent)
    page = client.get(reverse("freshness:calls", args=[town.code])).content.decode()
    assert f"3 rue d’essai, {town.name} ·" in page
