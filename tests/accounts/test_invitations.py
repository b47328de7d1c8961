"""Roles offered by mail: by whom, to whom, once, for a time; and roles that end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from terreau.accounts import invitations, services
from terreau.accounts.care import looked_after_by, orphans_of, territories_looked_after
from terreau.accounts.doors import ORPHANS_SHOWN
from terreau.accounts.enums import InvitationState, Role
from terreau.accounts.models import Invitation, Person, RoleGrant
from terreau.accounts.perms import can_import, can_read_draft
from terreau.core.errors import NotAllowed, TerreauError
from terreau.journal.models import Event
from terreau.notifications import sending
from terreau.notifications.models import Message
from terreau.territories.models import Ancestry, Territory

pytestmark = pytest.mark.django_db
NEW = "nouvelle@exemple.org"


def invite(people, tree, role=Role.ELECTED, by="agent", email=NEW):
    place = None if role == Role.SECRETARIAT else tree["country" if role == Role.STATE else "town"]
    return invitations.invite_to_role(by=people[by], email=email, role=role, territory=place)


def received_link():
    mail.outbox.clear()
    sending.send_due("essai")
    return re.search(r"http://127\.0\.0\.1:8000(/invitation/\S+)", mail.outbox[-1].body)[1]


INVITERS = {
    Role.AGENT: {"agent", "secretariat"},
    Role.ELECTED: {"agent", "agent_above", "secretariat"},
    Role.PARTNER: {"agent", "agent_above", "secretariat"},
    Role.STATE: {"secretariat"},
    Role.SECRETARIAT: {"secretariat"},
}


@pytest.mark.parametrize("role", list(Role))
def test_who_invites_to_what(role, people, tree):
    for name, person in people.items():
        if name in INVITERS[role]:
            assert invite(people, tree, role, by=name, email=f"{name}@invite.example").invited_by == person
        else:
            with pytest.raises(NotAllowed):
                invite(people, tree, role, by=name)


def test_an_invitation_is_read_accepted_and_used_once(client, people, tree):
    invitation = invite(people, tree)
    link = received_link()
    page = client.get(link).content.decode()
    assert "lecteur élu" in page.lower()
    assert "Lieu town" in page
    assert not Person.objects.filter(email=NEW).exists(), "a page that is read changes nothing"
    page = client.post(link, {"accept": "1", "display_name": "Personne d’essai"})
    assert "Bienvenue" in page.content.decode()
    person = Person.objects.get(email=NEW)
    assert can_read_draft(person, tree["town"])
    assert not can_import(person, tree["town"])
    invitation.refresh_from_db()
    assert (invitation.state, invitation.email, invitation.person) == (InvitationState.ACCEPTED, "", person)
    assert client.post(link, {"accept": "1"}).status_code == 400
    assert "n’est plus ouverte" in client.get(link).content.decode()
    assert RoleGrant.objects.filter(person=person).count() == 1
    assert Message.objects.filter(person=people["agent"], kind="accounts.team").count() == 1
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"invitation.sent", "invitation.accepted", "role.granted"} <= verbs


def test_a_refusal_keeps_nothing_of_the_address(client, people, tree):
    invitation = invite(people, tree)
    link = received_link()
    assert "Invitation refusée" in client.post(link, {"refuse": "1"}).content.decode()
    invitation.refresh_from_db()
    assert (invitation.state, invitation.email) == (InvitationState.REFUSED, "")
    assert not Person.objects.filter(email=NEW).exists()
    assert client.post(link, {"accept": "1"}).status_code == 400


def test_one_that_is_withdrawn_opens_nothing(client, people, tree):
    invitation = invite(people, tree)
    link = received_link()
    with pytest.raises(NotAllowed):
        invitations.withdraw(by=people["agent_elsewhere"], invitation=invitation)
    invitations.withdraw(by=people["agent"], invitation=invitation)
    invitations.withdraw(by=people["agent"], invitation=invitation)
    assert client.post(link, {"accept": "1"}).status_code == 400
    assert not RoleGrant.objects.filter(person__email=NEW).exists()


def test_one_that_is_too_old_opens_nothing_and_its_address_is_forgotten(client, people, tree):
    invitation = invite(people, tree)
    link = received_link()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(link, {"accept": "1"}).status_code == 400
    invitations.forget_expired()
    invitation.refresh_from_db()
    assert invitation.email == ""
    assert invite(people, tree).pk != invitation.pk, "one may invite again"


def test_a_forged_link_opens_nothing(client, people, tree):
    invitation = invite(people, tree)
    link = received_link()
    for forged in (link[:-3] + "aa/", "/invitation/abc/", f"/invitation/{invitation.pk}/"):
        assert client.get(forged).status_code == 400
        assert client.post(forged, {"accept": "1"}).status_code == 400


def test_the_same_invitation_twice_is_one_and_one_mail(people, tree):
    assert invite(people, tree) == invite(people, tree)
    sending.send_due("essai")
    assert len(mail.outbox) == 1


def test_one_who_has_the_role_is_not_invited(people, tree):
    with pytest.raises(TerreauError, match="déjà ce rôle"):
        invite(people, tree, email="elected@exemple.org")


def test_an_access_that_was_closed_is_opened_again_by_the_secretariat_only(people, tree):
    with pytest.raises(TerreauError, match="a été fermé"):
        invite(people, tree, Role.PARTNER, email="inactive.agent@exemple.org")
    assert invite(people, tree, Role.PARTNER, by="secretariat", email="inactive.agent@exemple.org")


def test_an_invitation_older_than_the_closing_of_an_access_does_not_open_it_again(client, people, tree):
    invite(people, tree, Role.PARTNER, email=people["elected_elsewhere"].email)
    link = received_link()
    services.leave(by=people["secretariat"], person=people["elected_elsewhere"])
    assert client.post(link, {"accept": "1"}).status_code == 400
    assert not Person.objects.get(pk=people["elected_elsewhere"].pk).is_active
    assert not RoleGrant.objects.filter(person=people["elected_elsewhere"]).exists()


def test_a_state_is_of_a_country(people, tree):
    with pytest.raises(TerreauError, match="pays entier"):
        invitations.invite_to_role(
            by=people["secretariat"], email=NEW, role=Role.STATE, territory=tree["town"]
        )


# --- departures, care ---


def opened(tree, *names):
    for name in names:
        tree[name].opened_on = timezone.localdate()
        tree[name].save()


def remove_agents(*places):
    RoleGrant.objects.filter(role=Role.AGENT, territory__in=places).delete()


def test_who_looks_after_a_territory(people, tree):
    care = looked_after_by(tree["town"])
    assert (care.people, care.is_own) == ((people["agent"],), True)
    remove_agents(tree["town"])
    care = looked_after_by(tree["town"])
    assert (care.people, care.at, care.is_own) == ((people["agent_above"],), tree["region"], False)
    remove_agents(tree["region"])
    care = looked_after_by(tree["town"])
    assert (care.people, care.at) == ((people["secretariat"],), None)
    assert looked_after_by(tree["district"]).at == tree["district"]


def test_an_inactive_agent_looks_after_nothing(people, tree):
    people["agent"].grants.all().delete()
    assert looked_after_by(tree["town"]).at == tree["region"], "one inactive agent is left in the town"


def test_the_nearest_is_the_grouping_before_the_region(people, tree):
    grouping = Territory.objects.create(
        code="xx-grouping", kind="grouping", name="G", name_folded="g", country_code="XX"
    )
    Ancestry.objects.create(ancestor=grouping, descendant=grouping)
    Ancestry.objects.create(ancestor=grouping, descendant=tree["town"])
    RoleGrant.objects.create(person=people["without_role"], role="agent", territory=grouping)
    remove_agents(tree["town"])
    assert looked_after_by(tree["town"]).at == grouping


def test_what_waits_comes_to_those_who_look_after(people, tree):
    opened(tree, "town", "district", "other-town")
    assert territories_looked_after(people["agent_above"]) == [tree["region"]]
    remove_agents(tree["town"], tree["district"])
    fresh = {
        name: Person.objects.get(pk=people[name].pk) for name in ("agent_above", "secretariat", "elected")
    }
    assert set(orphans_of(fresh["agent_above"])) == {tree["town"], tree["district"]}
    assert orphans_of(fresh["secretariat"]) == []
    assert orphans_of(fresh["elected"]) == []
    remove_agents(tree["region"])
    assert set(orphans_of(fresh["secretariat"])) == {tree["town"], tree["district"]}


def test_many_territories_without_agent_are_told_in_one_line(client, people, tree):
    for number in range(ORPHANS_SHOWN + 2):
        code = f"xx-alone-{number}"
        one = Territory.objects.create(
            code=code, kind="commune", name=f"Seule {number}", name_folded=code, country_code="XX"
        )
        Ancestry.objects.create(ancestor=one, descendant=one)
        opened({"one": one}, "one")
    client.force_login(people["secretariat"])
    page = client.get("/espace/").content.decode()
    assert page.count("aucun agent, vous en prenez soin") == ORPHANS_SHOWN
    assert 'href="/espace/reseau/territoires/?tri=suivi"' in page


def test_an_agent_leaves_and_who_remains_is_told(client, people, tree):
    grant = people["agent"].grants.get()
    client.force_login(people["agent"])
    page = client.get(f"/espace/role/{grant.pk}/fin/").content.decode()
    assert "Lieu region" in page, "what follows is said before"
    assert RoleGrant.objects.filter(pk=grant.pk).exists()
    assert client.post(f"/espace/role/{grant.pk}/fin/").status_code == 302
    assert client.post(f"/espace/role/{grant.pk}/fin/").status_code == 302, "a second click does no harm"
    assert not can_import(Person.objects.get(pk=people["agent"].pk), tree["town"])
    message = Message.objects.get(person=people["agent_above"])
    assert "n’a plus d’agent" in message.lines[0]
    assert Event.objects.filter(verb="role.left").count() == 1


def test_the_last_of_the_secretariat_cannot_leave(people):
    with pytest.raises(TerreauError, match="dernière personne"):
        services.revoke_role(by=people["secretariat"], grant=people["secretariat"].grants.get())


# --- the page ---


def team(client, person, code="xx-town"):
    client.force_login(person)
    return client.get(f"/espace/{code}/equipe/")


def test_the_team_is_read_by_its_own_and_addresses_by_those_who_keep_it(
    client, people, django_assert_max_num_queries
):
    assert "elected@exemple.org" in team(client, people["agent"]).content.decode()
    with django_assert_max_num_queries(12):
        client.get("/espace/xx-town/equipe/")
    page = team(client, people["elected"])
    assert page.status_code == 200
    assert "@exemple.org" not in page.content.decode()
    assert "Inviter" not in page.content.decode()
    for name in ("without_role", "agent_elsewhere", "elected_elsewhere", "state"):
        assert team(client, people[name]).status_code == 403


def test_an_agent_invites_and_takes_back_from_the_page(client, people, tree):
    client.force_login(people["agent"])
    page = client.post("/espace/xx-town/equipe/inviter/", {"email": NEW, "role": "partner"}, follow=True)
    assert NEW in page.content.decode()
    key = Invitation.objects.get().pk
    page = client.post(f"/espace/invitation/{key}/retirer/", follow=True)
    assert NEW not in page.content.decode()
    bad = client.post("/espace/xx-town/equipe/inviter/", {"email": "sans arobase", "role": "partner"})
    assert bad.status_code == 400
    assert 'value="sans arobase"' in bad.content.decode()
    forbidden = client.post("/espace/xx-town/equipe/inviter/", {"email": NEW, "role": "secretariat"})
    assert forbidden.status_code == 400
    assert not Invitation.objects.filter(state="pending").exists()


def test_a_reader_posts_nothing(client, people):
    client.force_login(people["elected"])
    assert client.post("/espace/xx-town/equipe/inviter/", {"email": NEW, "role": "partner"}).status_code in {
        400,
        403,
    }
    assert client.post("/espace/xx-town/equipe/partage/", {"what": ["draft"]}).status_code == 403
    assert not Invitation.objects.exists()


def test_sharing_lets_the_partners_read_and_is_taken_back(client, people, tree):
    client.force_login(people["agent"])
    client.post("/espace/xx-town/equipe/partage/", {"what": ["draft"]})
    assert can_read_draft(people["partner"], tree["town"])
    # Another agent whose page is older, and who ticks another box, does not take it back.
    client.post("/espace/xx-town/equipe/partage/", {"what": []})
    assert can_read_draft(people["partner"], tree["town"])
    assert 'name="was" value="draft"' in client.get("/espace/xx-town/equipe/").content.decode()
    client.post("/espace/xx-town/equipe/partage/", {"was": ["draft"]})
    assert not can_read_draft(people["partner"], tree["town"])
    assert Event.objects.filter(verb__startswith="sharing.").count() == 2


def test_a_partner_chooses_to_be_named(client, people, tree):
    opened(tree, "town")
    client.force_login(people["partner"])
    grant = people["partner"].grants.get()
    assert "Partenaire d’essai" not in client.get("/territoires/xx-town/").content.decode()
    client.post(f"/espace/role/{grant.pk}/nom/", {"shown_as": "Partenaire d’essai"})
    client.logout()
    assert "Partenaire d’essai" in client.get("/territoires/xx-town/").content.decode()
    client.force_login(people["agent"])
    assert client.post(f"/espace/role/{grant.pk}/nom/", {"shown_as": "Autre"}).status_code == 404


def test_too_many_invitations_are_slowed_down(client, people):
    client.force_login(people["agent"])
    for number in range(30):
        client.post("/espace/xx-town/equipe/inviter/", {"email": f"n{number}@exemple.org", "role": "partner"})
    page = client.post("/espace/xx-town/equipe/inviter/", {"email": NEW, "role": "partner"})
    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0
    assert "Attendez" in page.content.decode()


def test_the_state_sees_the_opened_territories_of_its_country(client, people, tree):
    opened(tree, "town", "other-town")
    client.force_login(people["state"])
    page = client.get("/espace/xx-country/territoires-ouverts/").content.decode()
    assert "Lieu town" in page
    assert client.get("/espace/xx-other-country/territoires-ouverts/").status_code == 403
    client.force_login(people["agent"])
    assert client.get("/espace/xx-country/territoires-ouverts/").status_code == 403


@pytest.mark.parametrize("name", ["agent", "elected", "partner", "state", "secretariat", "without_role"])
def test_each_workspace_opens_what_its_role_may_and_nothing_else(
    client, people, name, django_assert_max_num_queries
):
    client.force_login(people[name])
    client.get("/carte/")  # the menu asks once for each state of the public content
    with django_assert_max_num_queries(20):
        page = client.get("/espace/").content.decode()
    assert ("/imports/" in page) == (name == "agent")
    assert ("/equipe/" in page) == (name in {"agent", "elected", "partner"})
    assert ("/territoires-ouverts/" in page) == (name == "state")


def test_who_is_signed_in_enters_at_once_by_accepting(client, people, tree):
    known = Person.objects.create_user(NEW, display_name="Connue")
    invite(people, tree)
    link = received_link()
    client.force_login(known)
    page = client.post(link, {"accept": "1"}).content.decode()
    assert 'href="/espace/"' in page
    assert "Se connecter" not in page
