"""Claiming a sheet: by a code sent to the address it holds, or by the agent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from terreau.core.errors import NotAllowed, TerreauError
from terreau.core.permissions import right
from terreau.directory import services as directory
from terreau.directory.models import Organisation
from terreau.notifications.models import Message
from terreau.stewardship import services
from terreau.stewardship.enums import Kind, State
from terreau.stewardship.models import Code, Item, Keeper
from terreau.stewardship.rules import CODE_TRIES
from tests.directory import factories as make

pytestmark = pytest.mark.django_db
ADDRESS = "contact@essai.example"


def other_than(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_code_sent_to_the_address_of_the_sheet_gives_it_at_once(sheet, code_in):
    person = make.person()
    services.send_claim_code(person=person, organisation=sheet)
    services.claim_by_code(person=person, organisation=sheet, code=code_in(ADDRESS))
    assert right("own_sheet")(person, sheet)


def test_a_second_click_changes_nothing(sheet, code_in):
    person = make.person()
    for _click in range(2):
        services.send_claim_code(person=person, organisation=sheet)
    assert Message.objects.filter(address=ADDRESS).count() == 1
    for _click in range(2):
        services.claim_by_code(person=person, organisation=sheet, code=code_in(ADDRESS))
    assert Keeper.objects.filter(organisation=sheet).count() == 1


def test_a_code_that_expired_or_was_used_or_forged_gives_nothing(sheet, code_in):
    person = make.person()
    services.send_claim_code(person=person, organisation=sheet)
    code = code_in(ADDRESS)
    with pytest.raises(TerreauError, match="pas le code envoyé"):
        services.claim_by_code(person=person, organisation=sheet, code=other_than(code))
    Code.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(TerreauError, match="expiré"):
        services.claim_by_code(person=person, organisation=sheet, code=code)
    Code.objects.update(expires_at=timezone.now() + timedelta(hours=1), used_at=timezone.now())
    with pytest.raises(TerreauError, match="déjà servi"):
        services.claim_by_code(person=person, organisation=sheet, code=code)
    assert not Keeper.objects.exists()


def test_a_code_stands_few_tries_even_when_each_of_them_fails(sheet, code_in):
    person = make.person()
    services.send_claim_code(person=person, organisation=sheet)
    code = code_in(ADDRESS)
    for _try in range(CODE_TRIES):
        with pytest.raises(TerreauError):
            services.claim_by_code(person=person, organisation=sheet, code=other_than(code))
    with pytest.raises(TerreauError, match="Trop d’essais"):
        services.claim_by_code(person=person, organisation=sheet, code=code)


def test_the_code_of_another_is_no_good(sheet, code_in):
    services.send_claim_code(person=make.person(), organisation=sheet)
    with pytest.raises(TerreauError, match="Aucun code"):
        services.claim_by_code(person=make.person(), organisation=sheet, code=code_in(ADDRESS))


def test_a_code_no_longer_serves_when_the_address_of_the_sheet_changed(sheet, agent, code_in):
    from terreau.directory.services import edit_organisation

    person = make.person()
    services.send_claim_code(person=person, organisation=sheet)
    edit_organisation(
        person=agent, organisation=sheet, values={"email": "autre@essai.example"}, version=sheet.version
    )
    with pytest.raises(TerreauError, match="Aucun code"):
        services.claim_by_code(person=person, organisation=sheet, code=code_in(ADDRESS))


def test_codes_sent_while_the_clock_was_ahead_do_not_keep_the_next_from_serving(sheet, code_in):
    person = make.person()
    for other in (person, *(make.person() for _time in range(5))):
        services.send_claim_code(person=other, organisation=sheet)
    ahead = timezone.now() + timedelta(days=400)
    Code.objects.update(sent_at=ahead, expires_at=ahead)
    Message.objects.all().delete()
    services.send_claim_code(person=person, organisation=sheet)
    services.claim_by_code(person=person, organisation=sheet, code=code_in(ADDRESS))
    assert right("own_sheet")(person, sheet)


def test_an_address_is_not_flooded(sheet):
    for _person in range(6):
        services.send_claim_code(person=make.person(), organisation=sheet)
    with pytest.raises(TerreauError, match="Trop de codes"):
        services.send_claim_code(person=make.person(), organisation=sheet)


def test_neither_code_nor_address_is_kept_in_clear(sheet, code_in):
    services.send_claim_code(person=make.person(), organisation=sheet)
    kept = repr(Code.objects.values().get())
    assert code_in(ADDRESS) not in kept.replace("-", "")
    assert ADDRESS not in kept


def test_a_sheet_already_kept_is_not_taken_by_a_code(sheet, keep):
    keep(sheet)
    with pytest.raises(TerreauError, match="déjà tenue"):
        services.send_claim_code(person=make.person(), organisation=sheet)


def test_without_address_the_agent_decides(town, agent):
    sheet = make.organisation("Sans adresse d’essai", town)
    person = make.person()
    with pytest.raises(TerreauError, match="pas d’adresse"):
        services.send_claim_code(person=person, organisation=sheet)
    item = services.ask_to_keep(person=person, organisation=sheet, words="Je suis la trésorière d’essai.")
    assert services.ask_to_keep(person=person, organisation=sheet, words="Encore").pk == item.pk
    assert item.why == "no_address"
    services.decide(person=agent, item=item, accepted=True, version=item.version)
    assert right("own_sheet")(person, sheet)
    assert Message.objects.filter(person=person).count() == 1


def test_a_refusal_says_why_and_gives_nothing(sheet, agent):
    person = make.person()
    item = services.ask_to_keep(person=person, organisation=sheet, words="C’est moi")
    with pytest.raises(TerreauError, match="Dites pourquoi"):
        services.decide(person=agent, item=item, accepted=False, version=item.version)
    services.decide(
        person=agent, item=item, accepted=False, words="Je ne vous connais pas.", version=item.version
    )
    assert not right("keep_sheet")(person, sheet)
    assert "Je ne vous connais pas." in Message.objects.get(person=person).lines


def test_a_visitor_claims_nothing(sheet):
    from django.contrib.auth.models import AnonymousUser

    for write in (
        lambda: services.send_claim_code(person=AnonymousUser(), organisation=sheet),
        lambda: services.ask_to_keep(person=AnonymousUser(), organisation=sheet, words="x"),
        lambda: services.claim_by_code(person=AnonymousUser(), organisation=sheet, code="000000"),
    ):
        with pytest.raises(NotAllowed):
            write()


def test_the_whole_way_through_the_screens(client, sheet, code_in):
    person = make.person()
    path = f"/annuaire/{sheet.public_id}/"
    page = client.get(path).content.decode()
    assert "C’est votre organisation" in page
    assert client.get(f"{path}revendiquer/").status_code == 302
    client.force_login(person)
    page = client.get(f"{path}revendiquer/").content.decode()
    assert "c…@essai.example" in page
    assert ADDRESS not in page
    assert client.post(f"{path}revendiquer/", {"by": "code"}).status_code == 302
    wrong = client.post(f"{path}revendiquer/code/", {"code": other_than(code_in(ADDRESS))})
    assert wrong.status_code == 400
    assert "pas le code" in wrong.content.decode()
    sent = {"code": code_in(ADDRESS), "votre_nom": " Personne d’essai "}
    done = client.post(f"{path}revendiquer/code/", sent, follow=True)
    assert "Qui tient cette fiche" in done.content.decode()
    assert "Personne d’essai" in done.content.decode()
    assert sheet.name in client.get("/mes-fiches/").content.decode()


def test_the_page_of_the_code_says_that_one_left_only_when_one_did(client, sheet, code_in):
    person = make.person()
    client.force_login(person)
    path = f"/annuaire/{sheet.public_id}/revendiquer/"
    asked_nothing = client.get(f"{path}code/")
    assert (asked_nothing.status_code, asked_nothing["Location"]) == (302, path)
    tried = client.post(f"{path}code/", {"code": "123456"}).content.decode()
    assert "Un code est parti" not in tried
    assert "Demandez un nouveau code" in tried
    client.post(path, {"by": "code"})
    assert "Un code est parti" in client.get(f"{path}code/").content.decode()
    # Nor is it told of the code that somebody else asked for.
    client.force_login(make.person())
    assert client.get(f"{path}code/").status_code == 302
    client.force_login(person)
    Code.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"{path}code/").status_code == 302


def test_reading_writes_nothing(client, sheet, town, agent):
    person = make.person()
    client.force_login(person)
    services.ask_to_keep(person=person, organisation=sheet, words="x")
    before = (Item.objects.count(), Code.objects.count(), Keeper.objects.count())
    for path in ("revendiquer/", "revendiquer/code/", "signaler/"):
        client.get(f"/annuaire/{sheet.public_id}/{path}")
    client.force_login(agent)
    client.get(f"/espace/{town.code}/moderation/")
    assert (Item.objects.count(), Code.objects.count(), Keeper.objects.count()) == before


def test_keepers_follow_a_merge_and_come_back(town, keep, sheet):
    from terreau.stewardship.following import moved, moved_back

    other = make.organisation("L’Autre essai", town)
    person, both = keep(sheet), keep(sheet)
    Keeper.objects.create(person=both, organisation=other, role="editor")
    item = services.ask_to_keep(person=make.person(), organisation=sheet, words="x")
    done = moved(sheet, other)
    assert right("own_sheet")(person, other)
    item.refresh_from_db()
    assert item.organisation == other
    moved_back(other, sheet, done)
    assert right("own_sheet")(person, sheet)
    assert right("own_sheet")(both, sheet)
    assert not right("keep_sheet")(person, other)
    assert Item.objects.get(kind=Kind.CLAIM, state=State.WAITING).organisation == sheet
    assert Organisation.objects.filter(pk=other.pk, keepers__person=both).exists()


def test_a_withdrawn_sheet_has_no_link_to_pages_that_are_closed(client, sheet, town):
    agent = make.agent_of(town)
    directory.hide_organisation(person=agent, organisation=sheet, reason="Fermée")
    client.force_login(agent)
    page = client.get(f"/annuaire/{sheet.public_id}/").content.decode()
    assert "retirée de l’annuaire" in page
    assert "/revendiquer/" not in page
    assert "/signaler/" not in page
