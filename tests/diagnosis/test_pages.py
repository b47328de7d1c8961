"""The pages: what visitors see, what only the territory's people see, and what they cost."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import brotli
import pytest
from django.urls import reverse
from django.utils import timezone

from terreau.diagnosis import services
from terreau.diagnosis.models import CoverageStatement, Draft, Edition
from terreau.jobs.enums import JobState
from terreau.jobs.models import Job
from terreau.jobs.services import run_now
from tests.diagnosis.world import many
from tests.directory.factories import agent_of, organisation, person, secretary, source, territory

TODAY = timezone.localdate()
TOWN = "/territoires/xx-com-1/diagnostic/"
OWN = "/espace/xx-com-1/diagnostic/"


@pytest.fixture
def agent(world):
    return agent_of(world.town)


@pytest.fixture
def edition(world, agent):
    draft = services.create_draft(person=agent, territory=world.town)
    draft = services.introduce(person=agent, draft=draft, read="", introduction="Le conseil <b>remercie</b>.")
    return services.publish(person=agent, territory=world.town, draft_key=draft.pk)


@pytest.fixture
def draft(world, agent):
    return services.create_draft(person=agent, territory=world.town)


def text(response):
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_the_last_edition_is_read_by_anyone(client, edition):
    response = client.get(TOWN)
    page = text(response)
    assert response.status_code == 200
    assert "l’annuaire connaît 14 organisations en activité" in page
    assert "Édition n° 1" in page
    assert "Le conseil &lt;b&gt;remercie&lt;/b&gt;." in page
    assert "couverture inconnue" in page
    for name in ("diagnostic.pdf", "figures.csv", "figures.json"):
        assert f"{TOWN}1/{name}" in page
    assert client.get(f"{TOWN}1/").status_code == 200


def test_every_figure_leads_to_its_method(client, edition):
    whole = text(client.get(f"{TOWN}1/"))
    methods = re.search(r'href="([^"#]+)#m-', whole)[1]
    told = text(client.get(methods))
    asked = re.findall(r'href="([^"#]*)#m-([a-z-]+)"', whole)
    assert len(asked) > 10
    assert all(page == methods and f'id="m-{key}"' in told for page, key in asked)
    for part in json.loads(client.get(f"{TOWN}1/figures.json").content)["sections"]:
        alone = text(client.get(reverse("diagnosis:part", args=["xx-com-1", 1, part["key"]])))
        assert all(f'id="m-{key}"' in alone for key in re.findall(r'href="#m-([a-z-]+)"', alone)), part["key"]


def test_without_edition_the_page_says_so_and_promises_nothing(client, world):
    response = client.get(TOWN)
    assert response.status_code == 404
    assert "Aucun diagnostic publié" in text(response)
    for path in (
        f"{TOWN}1/",
        f"{TOWN}1/diagnostic.pdf",
        f"{TOWN}1/figures.csv",
        f"{TOWN}editions/",
        f"{TOWN}comparer/",
    ):
        assert client.get(path).status_code == 404
    assert client.get("/territoires/xx-com-99/diagnostic/").status_code == 404


def test_an_older_edition_leads_to_the_last(client, world, agent, edition):
    organisation("Nouvelle", world.town)
    draft = services.create_draft(person=agent, territory=world.town)
    services.publish(person=agent, territory=world.town, draft_key=draft.pk)
    assert "Une édition plus récente existe" in text(client.get(f"{TOWN}1/"))
    last = text(client.get(f"{TOWN}2/"))
    assert "Une édition plus récente existe" not in last
    assert "15 organisations" in last
    listed = text(client.get(f"{TOWN}editions/"))
    assert "n° 1" in listed
    assert "n° 2" in listed


def test_an_edition_of_a_past_day_does_not_take_the_place_of_the_newest_situation(
    client, world, agent, edition
):
    draft = services.create_draft(
        person=agent, territory=world.town, as_of=timezone.localdate() - timedelta(30)
    )
    services.publish(person=agent, territory=world.town, draft_key=draft.pk)
    assert "Édition n° 1" in text(client.get(TOWN))
    assert "Une édition plus récente existe" in text(client.get(f"{TOWN}2/"))
    first = text(client.get(f"{TOWN}1/"))
    assert "Une édition plus récente existe" not in first
    assert "Comparer deux éditions" in first
    compared = client.get(f"{TOWN}comparer/").context
    assert (compared["before"].number, compared["after"].number) == (2, 1)


def test_two_editions_are_compared(client, world, agent, edition):
    many(6, world.town, family="cooperative", said_by=source(world.town))
    draft = services.create_draft(person=agent, territory=world.town)
    services.publish(person=agent, territory=world.town, draft_key=draft.pk)
    page = text(client.get(f"{TOWN}comparer/?a=1&b=2"))
    assert "+6" in page
    assert "+42,9" in page
    last_two = text(client.get(f"{TOWN}comparer/"))
    assert last_two.partition("<main")[2] == page.replace("?a=1&b=2", "").partition("<main")[2] != ""
    assert "sont la même" in text(client.get(f"{TOWN}comparer/?a=2&b=2"))
    assert client.get(f"{TOWN}comparer/?a=1&b=9").status_code == 404
    assert client.get(f"{TOWN}comparer/?a=x&b=²").status_code == 200


def test_the_files_of_an_edition(client, edition):
    pdf = client.get(f"{TOWN}1/diagnostic.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content == services.pdf_of(edition)
    table = client.get(f"{TOWN}1/figures.csv").content.decode()
    assert table.startswith("\ufeff")  # so that a spreadsheet reads the accents
    answer = client.get(f"{TOWN}1/figures.json")
    name = f"diagnostic-{edition.territory.code}-1.json"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    data = json.loads(answer.content)
    assert len(table.splitlines()) == len(data["figures"]) + 1
    assert data["digest"] == edition.digest
    assert data["published_on"] == timezone.localdate().isoformat()
    svg = client.get(f"{TOWN}1/images/familles-narrow.svg")
    assert svg["Content-Type"] == "image/svg+xml"
    assert svg.content.startswith(b"<svg")
    assert client.get(f"{TOWN}1/images/rien-wide.svg").status_code == 404


def test_every_picture_of_the_page_is_served_with_its_words(client, edition):
    page = client.get(TOWN).content.decode()
    images = re.findall(r'<img src="([^"]+)"[^>]* alt="([^"]*)"', page)
    assert images
    for address, words in images:
        assert client.get(address).status_code == 200
        assert len(words) > 20


def test_a_page_altered_behind_the_platform_is_not_shown(client, edition):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE diagnosis_edition SET content = replace(content, '14', '15')")
    response = client.get(TOWN)
    assert response.status_code == 400
    assert "altérée" in text(response)


DRAFT_PATHS = (OWN, f"{OWN}brouillon.pdf", f"{OWN}images/familles-wide.svg")


@pytest.mark.parametrize("path", DRAFT_PATHS)
def test_a_draft_is_seen_by_the_people_of_the_territory_only(client, world, draft, path):
    assert client.get(path).status_code == 302
    for someone in (person(), agent_of(world.other)):
        client.force_login(someone)
        assert client.get(path).status_code == 403
    for someone in (agent_of(world.town), agent_of(world.country), secretary()):
        client.force_login(someone)
        response = client.get(path)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]


def test_a_draft_shows_nowhere_in_public(client, world, draft):
    assert client.get(TOWN).status_code == 404
    assert "diagnostic" not in text(client.get("/territoires/xx-com-1/")).lower() or "Brouillon" not in text(
        client.get("/territoires/xx-com-1/")
    )


ACTIONS = ("preparer", "texte", "publier", "jeter", "couverture")


@pytest.mark.parametrize("action", ACTIONS)
def test_actions_are_for_the_people_of_the_territory_and_never_by_get(client, world, draft, action):
    path = f"{OWN}{action}/"
    assert client.post(path).status_code == 302
    client.force_login(agent_of(world.other))
    assert client.post(path, {"draft": draft.pk}).status_code == 403
    client.force_login(agent_of(world.town))
    assert client.get(path).status_code == 405
    assert Draft.objects.filter(pk=draft.pk).exists()
    assert Edition.objects.count() == 0


def test_from_nothing_to_a_published_edition(client, world, agent):
    client.force_login(agent)
    assert "Nouveau brouillon" in text(client.get(OWN))
    response = client.post(f"{OWN}preparer/", {"as_of": TODAY.isoformat()})
    job = Job.objects.get(kind="diagnosis.prepare")
    assert response.url == f"/travaux/{job.pk}/"
    assert job.territory_code == world.town.code
    assert run_now(job).state == JobState.DONE
    page = text(client.get(OWN))
    assert "Brouillon, non publié" in page
    assert "14 organisations" in page
    client.post(f"{OWN}texte/", {"introduction": "Un mot."})
    key = str(Draft.objects.get().pk)
    first = client.post(f"{OWN}publier/", {"draft": key})
    again = client.post(f"{OWN}publier/", {"draft": key})
    assert first.url == again.url == f"{TOWN}1/"
    assert Edition.objects.count() == 1
    assert "Un mot." in text(client.get(TOWN))


def test_words_typed_and_not_yet_saved_are_published_with_the_edition(client, world, agent, draft):
    client.force_login(agent)
    page = text(client.get(OWN))
    assert f'form="mot" formaction="{OWN}publier/"' in page
    typed = {"draft": str(draft.pk), "read": "", "introduction": "Un mot tapé juste avant."}
    for _ in range(2):
        assert client.post(f"{OWN}publier/", typed).url == f"{TOWN}1/"
    assert "Un mot tapé juste avant." in text(client.get(TOWN))
    assert Edition.objects.count() == 1


def test_nothing_is_published_over_the_words_of_someone_else(client, world, agent, draft):
    services.introduce(person=agent, draft=draft, read="", introduction="Le conseil remercie.")
    client.force_login(agent_of(world.town))
    typed = {"draft": str(draft.pk), "read": "", "introduction": "La maire remercie."}
    refused = client.post(f"{OWN}publier/", typed)
    assert refused.status_code == 400
    page = text(refused)
    assert page.index("Votre mot du territoire n’est pas enregistré.") < page.index("Publier cette édition")
    assert "La maire remercie." in page
    assert "Le conseil remercie." in page
    assert Edition.objects.count() == 0
    client.post(f"{OWN}publier/", typed | {"read": "Le conseil remercie."})
    assert "La maire remercie." in text(client.get(TOWN))


def test_the_work_taken_up_again_gives_one_draft(world, agent, client):
    client.force_login(agent)
    client.post(f"{OWN}preparer/", {"as_of": TODAY.isoformat()})
    job = Job.objects.get()
    run_now(job)
    Job.objects.update(state=JobState.WAITING)
    job.refresh_from_db()
    run_now(job)
    assert Draft.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "words"), [("2999-01-01", "à venir"), ("hier", "date valide"), ("", "obligatoire")]
)
def test_a_wrong_day_is_explained_on_the_form(client, world, agent, day, words):
    client.force_login(agent)
    response = client.post(f"{OWN}preparer/", {"as_of": day})
    assert response.status_code == 400
    assert words in text(response)
    assert Job.objects.count() == 0


def test_publishing_a_replaced_draft_says_what_to_do(client, world, agent, draft):
    services.create_draft(person=agent, territory=world.town)
    client.force_login(agent)
    response = client.post(f"{OWN}publier/", {"draft": str(draft.pk)}, follow=True)
    assert "n’existe plus" in text(response)
    assert client.post(f"{OWN}publier/", {"draft": "n’importe quoi"}).status_code == 404


def test_a_draft_is_thrown_away_and_a_second_click_is_harmless(client, world, agent, draft):
    client.force_login(agent)
    for _ in range(2):
        assert client.post(f"{OWN}jeter/").url == OWN
    assert Draft.objects.count() == 0


def test_coverage_is_stated_and_withdrawn_on_the_screen(client, world, agent):
    client.force_login(agent)
    wrong = client.post(f"{OWN}couverture/", {"source": source(world.town).pk, "field": "x", "evidence": ""})
    assert wrong.status_code == 400
    right = {"source": source(world.town).pk, "field": "associations", "evidence": "registre obligatoire"}
    assert client.post(f"{OWN}couverture/", right).url == OWN
    assert "registre obligatoire" in text(client.get(OWN))
    assert client.post(f"{OWN}couverture/", right).status_code == 400
    statement = CoverageStatement.objects.get()
    client.post(f"{OWN}couverture/{statement.pk}/retirer/")
    statement.refresh_from_db()
    assert statement.withdrawn_on == TODAY


def test_a_coverage_of_another_territory_is_not_withdrawn_here(client, world, agent):
    both = agent_of(world.department)
    statement = services.state_coverage(
        person=both, territory=world.other, source=source(world.town), field="a", evidence="b"
    )
    client.force_login(agent)
    assert client.post(f"{OWN}couverture/{statement.pk}/retirer/").status_code == 404


def test_a_source_of_elsewhere_cannot_be_declared_complete(client, world, agent):
    elsewhere = source(territory("yy-com-1", "Loin-Essai"), code="loin")
    client.force_login(agent)
    response = client.post(f"{OWN}couverture/", {"source": elsewhere.pk, "field": "a", "evidence": "b"})
    assert response.status_code == 400


def publish(agent, place):
    draft = services.create_draft(person=agent, territory=place)
    services.publish(person=agent, territory=place, draft_key=draft.pk)


def grow(world, agent):
    """Twenty more communes with their organisations, and two more editions."""
    for number in range(20):
        many(1, territory(f"xx-com-1{number:02}", parent=world.department), sectors=["sante", "culture"])
    publish(agent, world.department)
    publish(agent, world.department)


PATHS = ("", "1/", "editions/", "comparer/", "1/figures.csv", "1/images/carte-wide.svg")


def test_pages_cost_few_queries_whatever_they_show(client, world, django_assert_max_num_queries):
    agent = agent_of(world.department)
    publish(agent, world.department)
    costs = {}
    for path in PATHS:
        with django_assert_max_num_queries(12) as asked:
            assert client.get(f"/territoires/xx-dep-1/diagnostic/{path}").status_code == 200
        costs[path] = len(asked)
    grow(world, agent)
    for path in PATHS:
        with django_assert_max_num_queries(costs[path]):
            assert client.get(f"/territoires/xx-dep-1/diagnostic/{path}").status_code == 200


def test_the_agents_screen_costs_few_queries(client, world, agent, draft, django_assert_max_num_queries):
    client.force_login(agent)
    with django_assert_max_num_queries(12):
        client.get(OWN)


def test_the_page_is_light_enough_for_a_thin_link(client, world):
    agent = agent_of(world.department)
    grow(world, agent)
    page = client.get("/territoires/xx-dep-1/diagnostic/").content
    assert len(brotli.compress(page, quality=5)) < 14 * 1024


def test_it_appears_on_the_page_of_the_territory_and_in_the_chain(client, world, agent, edition):
    page = text(client.get("/territoires/xx-com-1/"))
    assert "Lire le diagnostic" in page
    assert f"{TOWN}1/diagnostic.pdf" in page
    assert "Édition n° 1, situation au" in page


def test_the_chain_tells_the_agent_what_to_do_next(client, world, agent):
    assert "Aucune édition publiée" in text(client.get("/territoires/xx-com-1/"))
    client.force_login(agent)
    assert "Préparer le diagnostic" in text(client.get("/territoires/xx-com-1/"))
    services.create_draft(person=agent, territory=world.town)
    assert "Le relire et le publier" in text(client.get("/territoires/xx-com-1/"))


def test_the_workspace_tells_what_waits(client, world, agent):
    client.force_login(agent)
    assert "aucun diagnostic publié" in text(client.get("/espace/"))
    draft = services.create_draft(person=agent, territory=world.town)
    assert "attend d’être relu" in text(client.get("/espace/"))
    services.publish(person=agent, territory=world.town, draft_key=draft.pk)
    assert "Rien ne vous attend." in text(client.get("/espace/"))
