"""The page of a job, seen by those who may, and by the others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import tests.jobs.kinds  # noqa: F401
from terreau.accounts.models import Person, RoleGrant
from terreau.jobs import services
from terreau.jobs.models import Job
from terreau.territories.models import Ancestry, Territory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    town = Territory.objects.create(
        code="xx-com-1", kind="commune", name="Ville d’essai", name_folded="ville d essai", country_code="XX"
    )
    Ancestry.objects.create(ancestor=town, descendant=town)
    return town


@pytest.fixture
def person():
    return Person.objects.create_user("awa@exemple.org")


@pytest.fixture
def job(person, town):
    return services.start(
        kind="tests.count", title="Compter", arguments={"until": 4}, person=person, territory_code=town.code
    )


def page(client, job, query=""):
    return client.get(f"/travaux/{job.pk}/{query}")


def test_a_visitor_is_asked_to_sign_in(client, job):
    assert page(client, job).status_code == 302


def test_a_stranger_is_told_why_not(client, job):
    client.force_login(Person.objects.create_user("ben@exemple.org"))
    response = page(client, job)
    assert response.status_code == 403
    assert "une autre personne" in response.content.decode()


def test_the_agent_of_the_territory_sees_it(client, job, town):
    agent = Person.objects.create_user("cee@exemple.org")
    RoleGrant.objects.create(person=agent, role="agent", territory=town)
    client.force_login(agent)
    assert page(client, job).status_code == 200


def test_the_page_follows_the_job_without_script(client, job, person):
    client.force_login(person)
    Job.objects.update(state="running", done=1, total=4, step="compte")
    response = page(client, job)
    html = response.content.decode()
    assert '<meta http-equiv="refresh" content="3">' in html
    assert '<progress max="4" value="1"' in html
    assert "compte" in html
    assert "no-store" in response["Cache-Control"]
    assert "http-equiv" not in page(client, job, "?fixe=1").content.decode()


def test_a_job_that_no_worker_takes_up_says_so(client, job, person):
    client.force_login(person)
    assert "plus de cinq minutes" not in page(client, job).content.decode()
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    assert "plus de cinq minutes" in page(client, job).content.decode()
    Job.objects.update(state="running", heartbeat_at=timezone.now())
    assert "plus de cinq minutes" not in page(client, job).content.decode()


def test_large_numbers_stay_numbers_for_the_browser(client, job, person):
    client.force_login(person)
    Job.objects.update(state="running", done=12345, total=1_000_000)
    assert '<progress max="1000000" value="12345"' in page(client, job).content.decode()


def test_a_finished_job_leads_to_its_result_and_rests(client, job, person):
    client.force_login(person)
    services.run_now(job)
    html = page(client, job).content.decode()
    assert 'href="/fini/"' in html
    assert "http-equiv" not in html
    assert "4 comptés" in html


def test_a_failed_job_can_be_started_again(client, person):
    client.force_login(person)
    failed = services.run_now(
        services.start(kind="tests.refused", title="Essai", arguments={}, person=person)
    )
    assert "La ligne 3 n’a pas de nom" in page(client, failed).content.decode()
    response = client.post(f"/travaux/{failed.pk}/relancer/", follow=True)
    assert "relancé" in response.content.decode()
    failed.refresh_from_db()
    assert failed.state == "waiting"


def test_a_job_is_stopped_by_a_form_and_never_by_a_link(client, job, person):
    client.force_login(person)
    assert client.get(f"/travaux/{job.pk}/arreter/").status_code == 405
    client.post(f"/travaux/{job.pk}/arreter/")
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_the_list_and_the_workspace_name_the_jobs_of_the_person_alone(client, job, person):
    client.force_login(person)
    assert "Compter" in client.get("/travaux/").content.decode()
    assert "Compter (en attente)" in client.get("/espace/").content.decode()
    client.force_login(Person.objects.create_user("ben@exemple.org"))
    assert "Compter" not in client.get("/travaux/").content.decode()


def test_queries_do_not_grow_with_the_jobs(client, person):
    def asked_for(number: int) -> int:
        for _one in range(number):
            services.start(kind="tests.count", title="Compter", arguments={"until": 1}, person=person)
        with CaptureQueriesContext(connection) as queries:
            client.get("/travaux/")
        return len(queries)

    client.force_login(person)
    client.get("/travaux/")  # what is read once and kept is read
    few = asked_for(2)
    assert asked_for(28) == few <= 12
