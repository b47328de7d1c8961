"""People brought in, roles given and taken back."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from terreau.accounts import services
from terreau.accounts.enums import Role
from terreau.accounts.models import Person, RoleGrant
from terreau.accounts.perms import can_import
from terreau.core.errors import NotAllowed, TerreauError
from terreau.journal.models import Event

pytestmark = pytest.mark.django_db


def test_a_person_brought_in_can_sign_in_at_once():
    person = services.ensure_person(email=" Awa@Exemple.ORG ", display_name="Awa  D.")
    assert (person.email, person.display_name) == ("awa@exemple.org", "Awa D.")
    address = EmailAddress.objects.get(user=person)
    assert (address.email, address.verified, address.primary) == ("awa@exemple.org", True, True)
    assert not person.has_usable_password()


def test_brought_in_twice_a_person_stays_one_and_keeps_its_name():
    first = services.ensure_person(email="awa@exemple.org", display_name="Awa D.")
    again = services.ensure_person(email="AWA@exemple.org", display_name="Autre nom")
    assert again.pk == first.pk
    assert again.display_name == "Awa D."
    assert Event.objects.filter(verb="person.invited").count() == 1


@pytest.mark.parametrize("text", ["", "awa", "awa@", "awa exemple.org"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(TerreauError, match="n’est pas une adresse"):
        services.ensure_person(email=text)


def test_the_journal_keeps_no_address():
    services.ensure_person(email="awa@exemple.org")
    event = Event.objects.get()
    assert "awa" not in f"{event.subject}{event.data}"


def test_the_secretariat_names_an_agent(people, tree):
    grant = services.grant_role(
        by=people["secretariat"], person=people["without_role"], role=Role.AGENT, territory=tree["town"]
    )
    assert can_import(people["without_role"], tree["town"])
    assert grant.granted_by == people["secretariat"]
    event = Event.objects.get(verb="role.granted")
    assert (event.territory_code, event.data) == ("xx-town", {"role": "agent"})


def test_a_role_given_twice_is_one(people, tree):
    for _time in range(2):
        services.grant_role(by=None, person=people["agent"], role=Role.AGENT, territory=tree["town"])
    assert people["agent"].grants.count() == 1
    assert not Event.objects.filter(verb="role.granted").exists()


@pytest.mark.parametrize("name", ["without_role", "agent_elsewhere", "agent_above", "inactive_secretariat"])
def test_nobody_else_gives_or_takes_roles(name, people, tree):
    grant = people["agent"].grants.get()
    with pytest.raises(NotAllowed):
        services.grant_role(
            by=people[name], person=people["without_role"], role=Role.AGENT, territory=tree["town"]
        )
    with pytest.raises(NotAllowed):
        services.revoke_role(by=people[name], grant=grant)
    with pytest.raises(NotAllowed):
        services.invite(by=people[name], email="x@exemple.org")
    with pytest.raises(NotAllowed):
        services.leave(by=people[name], person=people["without_role"])
    with pytest.raises(NotAllowed):
        services.open_territory(by=people[name], territory=tree["town"], agent_email="x@exemple.org")
    people["without_role"].refresh_from_db()
    assert people["without_role"].is_active
    assert not Person.objects.filter(email="x@exemple.org").exists()


@pytest.mark.parametrize(("role", "place"), [(Role.AGENT, None), (Role.SECRETARIAT, "town")])
def test_role_and_territory_go_together(role, place, people, tree):
    with pytest.raises(TerreauError, match="tout le réseau"):
        services.grant_role(by=None, person=people["agent"], role=role, territory=tree.get(place))


def test_a_withdrawn_agent_loses_the_right(people, tree):
    services.revoke_role(by=people["secretariat"], grant=people["agent"].grants.get())
    assert not can_import(people["agent"], tree["town"])
    assert Event.objects.filter(verb="role.revoked", territory_code="xx-town").count() == 1


def test_the_last_of_the_secretariat_stays(people):
    with pytest.raises(TerreauError, match="Nommez d’abord"):
        services.revoke_role(by=people["secretariat"], grant=people["secretariat"].grants.get())
    other = services.ensure_person(email="autre@exemple.org")
    services.grant_role(by=None, person=other, role=Role.SECRETARIAT)
    services.revoke_role(by=people["secretariat"], grant=people["secretariat"].grants.get())
    assert not RoleGrant.objects.filter(person=people["secretariat"]).exists()


def test_one_who_left_signs_in_no_more_and_may_return(people):
    services.leave(by=people["secretariat"], person=people["agent"])
    people["agent"].refresh_from_db()
    assert not people["agent"].is_active
    assert not people["agent"].grants.exists()
    back = services.ensure_person(email=people["agent"].email)
    assert back.is_active
    assert Event.objects.filter(verb="person.returned").count() == 1


def test_opening_a_territory_names_its_agent(people, tree):
    grant = services.open_territory(
        by=people["secretariat"], territory=tree["town"], agent_email="nouvelle@exemple.org"
    )
    tree["town"].refresh_from_db()
    assert tree["town"].opened_on is not None
    assert (grant.role, grant.territory, grant.person.email) == (
        Role.AGENT,
        tree["town"],
        "nouvelle@exemple.org",
    )
    opened_on = tree["town"].opened_on
    services.open_territory(
        by=people["secretariat"], territory=tree["town"], agent_email="seconde@exemple.org"
    )
    tree["town"].refresh_from_db()
    assert tree["town"].opened_on == opened_on
    assert tree["town"].grants.filter(role=Role.AGENT).count() == 4, "two more beside those of the fixture"


def test_an_editor_enters_the_editorial_group_once():
    person = services.ensure_person(email="awa@exemple.org")
    services.make_editor(by=None, person=person)
    services.make_editor(by=None, person=person)
    assert [group.name for group in person.groups.all()] == ["Rédaction"]
    assert person.is_staff
    assert Event.objects.filter(verb="person.made_editor").count() == 1
