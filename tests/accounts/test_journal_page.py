"""The journal of a territory, as its agents read it."""

from __future__ import annotations

import pytest
from django.db import transaction

from terreau.accounts.enums import Role
from terreau.accounts.services import grant_role
from terreau.journal.models import Event
from terreau.journal.services import record

pytestmark = pytest.mark.django_db


def write(number, code="xx-town", verb="organisation.edited", **data):
    with transaction.atomic():
        return record(verb=verb, subject=f"organisation:essai-{number}", territory_code=code, **data)


def read(client, person, code="xx-town", query=""):
    client.force_login(person)
    return client.get(f"/espace/{code}/journal/{query}")


def test_who_did_what(client, people, tree):
    grant_role(
        by=people["secretariat"], person=people["without_role"], role=Role.AGENT, territory=tree["town"]
    )
    html = read(client, people["agent"]).content.decode()
    assert "a donné le rôle d’agent à" in html
    assert "without_role" in html, "the name that the person shows"
    assert "secretariat" in html


@pytest.mark.parametrize(
    ("verb", "role", "told"),
    [
        ("role.granted", "secretariat", "a fait entrer au secrétariat"),
        ("role.revoked", "agent", "a retiré le rôle d’agent à"),
        ("role.revoked", "secretariat", "a retiré du secrétariat"),
        ("role.revoked", "ancien-role", "a retiré un rôle à"),
    ],
)
def test_a_role_is_called_by_its_name(client, people, verb, role, told):
    write(1, verb=verb, role=role)
    assert told in read(client, people["agent"]).content.decode()


def test_an_event_nobody_knows_any_more_is_still_told(client, people):
    write(1, verb="ancien.evenement")
    assert "ancien.evenement" in read(client, people["agent"]).content.decode()


def test_what_happens_below_is_told_above_and_not_beside(client, people):
    write(1, code="xx-district")
    assert "essai-1" in read(client, people["agent_above"], "xx-region").content.decode()
    assert "essai-1" in read(client, people["agent"]).content.decode()
    assert "essai-1" not in read(client, people["agent_elsewhere"], "xx-other-town").content.decode()


def test_what_the_events_are_about_is_called_by_its_name(client, people, tree):
    from terreau.directory.models import Organisation, Source
    from terreau.registers.models import ImportRun

    sheet = Organisation.objects.create(name="Les Pommes de l’Essai", name_folded="les pommes de l essai")
    source = Source.objects.create(
        code="liste-essai", name="Liste d’essai", kind="list", territory=tree["town"]
    )
    run = ImportRun.objects.create(source=source, territory=tree["town"], file_name="a.csv", file_digest="0")
    with transaction.atomic():
        record(
            verb="organisation.edited", subject=f"organisation:{sheet.public_id}", territory_code="xx-town"
        )
        record(verb="import.applied", subject=f"import:{run.pk}", territory_code="xx-town")
        record(verb="diagnosis.published", subject="territory:xx-town", territory_code="xx-town")
    html = read(client, people["agent"]).content.decode()
    assert f">{sheet.name}</a>" in html
    assert f'href="/espace/xx-town/imports/{run.pk}/">«\xa0Liste d’essai\xa0»</a>' in html
    assert f">{tree['town'].name}</a>" in html
    assert ">xx-town<" not in html


@pytest.mark.parametrize("name", ["without_role", "agent_elsewhere", "agent_below"])
def test_the_journal_is_closed_to_others(client, people, name):
    assert read(client, people[name]).status_code == 403


@pytest.mark.parametrize("typed", ["9" * 5000, "9" * 30, "²", "-1", "%00"])
def test_a_start_that_is_no_number_is_the_beginning(client, people, typed):
    write(1)
    page = read(client, people["agent"], query=f"?avant={typed}")
    assert page.status_code == 200
    assert "modifié" in page.content.decode()


def test_long_journals_are_read_page_by_page(client, people, django_assert_max_num_queries):
    # A platform that has lived: its keys are long, and no space of thousands may cut them.
    Event.objects.bulk_create(
        Event(
            pk=1_000_001 + number,
            verb="organisation.edited",
            subject=f"organisation:essai-{number}",
            territory_code="xx-town",
        )
        for number in range(60)
    )
    client.force_login(people["agent"])
    with django_assert_max_num_queries(12):
        html = client.get("/espace/xx-town/journal/").content.decode()
    assert "essai-59" in html
    assert "essai-9<" not in html
    older = html.split("?avant=")[1].split('"')[0]
    html = read(client, people["agent"], query=f"?avant={older}").content.decode()
    assert "essai-9<" in html
    assert "essai-59" not in html
