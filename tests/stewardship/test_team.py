"""Colleagues and belongings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from terreau.core.errors import NotAllowed, TerreauError
from terreau.core.permissions import right
from terreau.notifications.models import Message
from terreau.stewardship import services
from terreau.stewardship.models import Belonging, Invitation, Keeper
from terreau.stewardship.teaming import token_of
from tests.directory import factories as make

pytestmark = pytest.mark.django_db


def invited(sheet, owner, role="editor", once="un"):
    return services.invite_colleague(
        person=owner, organisation=sheet, address="collegue@essai.example", role=role, once=once
    )


def test_a_colleague_invited_keeps_the_sheet_by_a_link_good_for_one_use(sheet, keep):
    owner, colleague = keep(sheet), make.person()
    assert invited(sheet, owner).pk == invited(sheet, owner).pk
    link = Message.objects.get(address="collegue@essai.example").url
    token = link.strip("/").rpartition("/")[2]
    for _click in range(2):
        services.accept_invitation(person=colleague, token=token)
    assert right("keep_sheet")(colleague, sheet)
    assert not right("own_sheet")(colleague, sheet)
    with pytest.raises(TerreauError, match="déjà servi"):
        services.accept_invitation(person=make.person(), token=token)


def test_a_link_forged_expired_or_revoked(sheet, keep):
    owner = keep(sheet)
    made = invited(sheet, owner)
    with pytest.raises(TerreauError, match="pas valable"):
        services.accept_invitation(person=make.person(), token=token_of(made) + "x")
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    with pytest.raises(TerreauError, match="expiré"):
        services.accept_invitation(person=make.person(), token=token_of(made))
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    services.revoke_invitation(person=owner, invitation=made)
    with pytest.raises(TerreauError, match="retirée"):
        services.accept_invitation(person=make.person(), token=token_of(made))
    assert "collegue@" not in repr(Invitation.objects.values().get())


def test_only_an_owner_invites(sheet, keep, agent):
    for person in (keep(sheet, "editor"), make.person(), agent):
        with pytest.raises(NotAllowed):
            invited(sheet, person)


def test_the_last_owner_hands_over_before_leaving(sheet, keep):
    owner, editor = keep(sheet), keep(sheet, "editor")
    mine, theirs = (Keeper.objects.get(person=person) for person in (owner, editor))
    with pytest.raises(TerreauError, match="dernier responsable"):
        services.end_keeping(person=owner, keeper=mine)
    services.hand_over(person=owner, keeper=theirs)
    for _click in range(2):
        services.end_keeping(person=owner, keeper=mine)
    assert not right("keep_sheet")(owner, sheet)
    assert right("own_sheet")(editor, sheet)


def test_an_editor_removes_nobody_else(sheet, keep):
    owner, editor = keep(sheet), keep(sheet, "editor")
    with pytest.raises(NotAllowed):
        services.end_keeping(person=editor, keeper=Keeper.objects.get(person=owner))
    with pytest.raises(NotAllowed):
        services.hand_over(person=editor, keeper=Keeper.objects.get(person=editor))


def test_the_screens(client, sheet, keep):
    owner = keep(sheet)
    client.force_login(owner)
    path = f"/annuaire/{sheet.public_id}/equipe/"
    assert client.get(path).status_code == 200
    data = {"address": "collegue@essai.example", "role": "editor", "once": "deux"}
    assert client.post(path, data).status_code == 302
    page = client.get(path).content.decode()
    assert "c…@essai.example" in page
    link = Message.objects.get(address="collegue@essai.example").url
    colleague = make.person()
    client.force_login(colleague)
    page = client.get(link)
    assert page.status_code == 200
    assert not right("keep_sheet")(colleague, sheet)
    assert client.post(link).status_code == 302
    assert right("keep_sheet")(colleague, sheet)
    assert client.get("/tenir-une-fiche/faux/").status_code == 400


# --- Belongings --------------------------------------------------------------------------------------


@pytest.fixture
def union(town):
    return make.organisation("L’Union d’essai", town)


def test_a_belonging_is_declared_then_confirmed_by_the_other_side(client, sheet, union, keep):
    mine, theirs = keep(sheet), keep(union)
    for _click in range(2):
        services.say_belonging(person=mine, of=sheet, member=sheet, body=union)
    assert not Belonging.objects.get().is_confirmed
    client.force_login(mine)
    assert "déclarée seulement" in client.get(f"/annuaire/{sheet.public_id}/").content.decode()
    assert sheet.name not in client.get(f"/annuaire/{union.public_id}/").content.decode()
    assert Message.objects.filter(person=theirs).count() == 1
    services.say_belonging(person=theirs, of=union, member=sheet, body=union)
    assert Belonging.objects.get().is_confirmed
    for one in (sheet, union):
        assert "confirmée des deux côtés" in client.get(f"/annuaire/{one.public_id}/").content.decode()


def test_one_side_does_not_speak_for_the_other(sheet, union, keep):
    person = keep(sheet)
    with pytest.raises(NotAllowed):
        services.say_belonging(person=person, of=union, member=sheet, body=union)
    with pytest.raises(TerreauError):
        services.say_belonging(person=person, of=sheet, member=sheet, body=sheet)


def test_where_nobody_keeps_the_other_side_the_agent_confirms(client, sheet, union, keep, agent, town):
    services.say_belonging(person=keep(sheet), of=sheet, member=sheet, body=union)
    client.force_login(agent)
    queue = client.get(f"/espace/{town.code}/moderation/").content.decode()
    assert "Appartenances à confirmer" in queue
    path = f"/annuaire/{union.public_id}/appartenances/"
    assert "déclarée" in client.get(path).content.decode()
    assert client.post(path, {"side": "body", "other": sheet.public_id}).status_code == 302
    assert Belonging.objects.get().is_confirmed
    assert client.post(path, {"end": Belonging.objects.get().pk}).status_code == 302
    assert not Belonging.objects.filter(ended_at=None).exists()


def test_the_other_side_is_found_by_its_name_and_chosen_from_those_alike(client, sheet, union, keep):
    make.indexed()
    client.force_login(keep(sheet))
    path = f"/annuaire/{sheet.public_id}/appartenances/"
    page = client.post(path, {"side": "member", "other": union.name[:9]})
    assert page.status_code == 400
    assert f'value="{union.public_id}"' in page.content.decode()
    assert not Belonging.objects.exists(), "a name may mean another: one chooses"
    page = client.post(path, {"side": "member", "other": "zzzzzz"})
    assert "Aucune fiche de l’annuaire ne porte ce nom" in page.content.decode()
    assert client.post(path, {"side": "member", "other": union.public_id}).status_code == 302
    assert Belonging.objects.get().body == union
