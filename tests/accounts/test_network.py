"""The secretariat's page: territories opened, agents named, roles withdrawn."""

from __future__ import annotations

import pytest
from django.core import mail

from terreau.accounts.models import RoleGrant
from terreau.accounts.perms import can_import
from terreau.notifications import sending
from terreau.notifications.models import Message

pytestmark = pytest.mark.django_db


def open_form(place, **fields):
    return {f"{place.code}-{name}": value for name, value in fields.items()} | {
        "prefix": place.code,
        f"{place.code}-territory": place.code,
    }


@pytest.mark.parametrize("name", ["without_role", "agent", "agent_above"])
def test_the_page_is_the_secretariats(client, people, name):
    client.force_login(people[name])
    response = client.get("/espace/reseau/")
    assert response.status_code == 403
    assert "secrétariat" in response.content.decode()


def test_a_territory_is_found_opened_and_its_agent_told(client, people, tree):
    client.force_login(people["secretariat"])
    html = client.get("/espace/reseau/", {"q": "lieu dis"}).content.decode()
    assert (
        f"· {tree['district'].parent.name}" in html
    )  # towns of one name are told apart by what contains them
    assert 'value="xx-district"' in html
    page = client.post(
        "/espace/reseau/ouvrir/",
        open_form(tree["district"], email="nouvelle@exemple.org", display_name="Nouvelle"),
        follow=True,
    )
    assert "C’est fait" in page.content.decode()
    grant = RoleGrant.objects.get(person__email="nouvelle@exemple.org")
    assert can_import(grant.person, tree["district"])
    assert not mail.outbox, "the worker sends"
    sending.send_due("essai")
    assert mail.outbox[0].to == ["nouvelle@exemple.org"]
    assert "http://127.0.0.1:8000/compte/connexion/" in mail.outbox[0].body
    assert "Nouvelle" in client.get("/espace/reseau/").content.decode()


def test_a_bad_address_is_explained_and_what_was_typed_stays(client, people, tree):
    client.force_login(people["secretariat"])
    response = client.post(
        "/espace/reseau/ouvrir/", open_form(tree["district"], email="sans arobase", display_name="Nouvelle")
    )
    html = response.content.decode()
    assert response.status_code == 400
    assert 'value="sans arobase"' in html
    assert 'value="Nouvelle"' in html
    assert "errorlist" in html


def test_a_mail_that_does_not_leave_waits(client, people, tree, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    client.force_login(people["secretariat"])
    client.post("/espace/reseau/ouvrir/", open_form(tree["district"], email="nouvelle@exemple.org"))
    assert RoleGrant.objects.filter(person__email="nouvelle@exemple.org").exists()
    assert sending.send_due("essai") == 0
    assert Message.objects.get().state == "waiting"


def test_an_agent_who_leaves_is_withdrawn(client, people, tree):
    client.force_login(people["secretariat"])
    grant = people["agent"].grants.get()
    client.post(f"/espace/reseau/retirer/{grant.pk}/", follow=True)
    assert not can_import(people["agent"], tree["town"])


def test_an_agent_withdraws_nobody(client, people):
    client.force_login(people["agent"])
    grant = people["agent_above"].grants.get()
    assert client.post(f"/espace/reseau/retirer/{grant.pk}/").status_code == 403
    assert RoleGrant.objects.filter(pk=grant.pk).exists()


def test_the_last_of_the_secretariat_is_told_why_not(client, people):
    client.force_login(people["secretariat"])
    grant = people["secretariat"].grants.get()
    response = client.post(f"/espace/reseau/retirer/{grant.pk}/")
    assert response.status_code == 400
    assert "Nommez d’abord" in response.content.decode()


def test_someone_joins_the_secretariat(client, people):
    client.force_login(people["secretariat"])
    page = client.post("/espace/reseau/secretariat/", {"email": "sec@exemple.org"}, follow=True)
    assert "sec@exemple.org" in page.content.decode()


def test_queries_do_not_grow_with_the_territories(client, people, tree, django_assert_max_num_queries):
    from django.utils import timezone

    from terreau.accounts.models import Person
    from terreau.territories.models import Territory

    for number in range(20):
        place = Territory.objects.create(
            code=f"xx-{number}",
            kind="commune",
            name="Lieu",
            name_folded="lieu",
            country_code="XX",
            opened_on=timezone.localdate(),
        )
        person = Person.objects.create_user(f"a{number}@exemple.org")
        RoleGrant.objects.create(person=person, role="agent", territory=place)
    client.force_login(people["secretariat"])
    with django_assert_max_num_queries(12):
        client.get("/espace/reseau/", {"q": "lieu"})


def test_who_holds_the_role_already_is_not_said_to_be_told_again(client, people, tree):
    client.force_login(people["secretariat"])
    named = open_form(tree["district"], email="nouvelle@exemple.org")
    client.post("/espace/reseau/ouvrir/", named, follow=True)
    again = open_form(tree["district"], email="NOUVELLE@exemple.org")
    page = client.post("/espace/reseau/ouvrir/", again, follow=True).content.decode()
    assert "tient déjà ce rôle" in page
    assert "avertie" not in page
    twice = {"email": people["secretariat"].email}
    page = client.post("/espace/reseau/secretariat/", twice, follow=True).content.decode()
    assert "tient déjà ce rôle" in page
