"""Those who keep a sheet for its organisation: what they may do, and as whose word it counts."""

from __future__ import annotations

import pytest

from terreau.core.errors import NotAllowed
from terreau.core.permissions import right
from terreau.directory import perms, services
from terreau.directory.enums import SourceKind
from terreau.directory.models import Record
from terreau.stewardship.models import Keeper
from tests.directory import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.territory("fr-com-99001", "Ville-Essai", national_code="99001")


@pytest.fixture
def sheet(town):
    return make.organisation("Les Essais réunis", town, description="Selon la liste d’essai")


def keeper(sheet, role="owner", **fields):
    person = make.person()
    Keeper.objects.create(person=person, organisation=sheet, role=role, **fields)
    return person


@pytest.mark.parametrize("role", ["owner", "editor"])
def test_a_keeper_edits_as_the_organisation_itself(sheet, role):
    person = keeper(sheet, role)
    services.edit_organisation(
        person=person, organisation=sheet, values={"description": "Notre parole"}, version=sheet.version
    )
    sheet.refresh_from_db()
    assert sheet.description == "Notre parole"
    assert Record.objects.get(source__kind=SourceKind.ACTOR).organisation == sheet


def test_the_word_of_the_organisation_passes_before_the_agents(sheet, town):
    for person, words in ((keeper(sheet), "de l’organisation"), (make.agent_of(town), "de l’agent")):
        sheet.refresh_from_db()
        services.edit_organisation(
            person=person, organisation=sheet, values={"description": words}, version=sheet.version
        )
    sheet.refresh_from_db()
    assert sheet.description == "de l’organisation"


def test_each_organisation_of_a_country_speaks_of_itself_alone(town, sheet):
    other = make.organisation("Les Autres Essais", town)
    for one in (sheet, other):
        services.confirm_organisation(person=keeper(one), organisation=one)
    records = Record.objects.filter(source__kind=SourceKind.ACTOR)
    assert {record.organisation_id for record in records} == {sheet.pk, other.pk}
    assert records.values("source").distinct().count() == 1


def test_one_who_left_keeps_nothing(sheet):
    from django.utils import timezone

    person = keeper(sheet, ended=timezone.now())
    assert not right("keep_sheet")(person, sheet)
    with pytest.raises(NotAllowed):
        services.confirm_organisation(person=person, organisation=sheet)


def test_an_editor_does_not_own_and_a_stranger_does_nothing(sheet):
    editor, owner, stranger = keeper(sheet, "editor"), keeper(sheet), make.person()
    assert right("keep_sheet")(editor, sheet)
    assert not right("own_sheet")(editor, sheet)
    assert right("own_sheet")(owner, sheet)
    assert not perms.can_edit(stranger, sheet)


def test_what_is_an_agents_alone_is_refused_to_a_keeper(sheet, client):
    person = keeper(sheet)
    with pytest.raises(NotAllowed):
        services.hide_organisation(person=person, organisation=sheet, reason="Essai")
    client.force_login(person)
    assert client.get(f"/annuaire/{sheet.public_id}/liens/").status_code == 403
    assert client.get(f"/annuaire/{sheet.public_id}/retirer/").status_code == 403
    page = client.get(f"/annuaire/{sheet.public_id}/").content.decode()
    assert "modifier/" in page
    assert "retirer/" not in page
    form = client.get(f"/annuaire/{sheet.public_id}/modifier/").content.decode()
    assert "la parole de votre organisation" in form
