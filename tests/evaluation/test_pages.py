"""The pages: blind through every door, in steps, without script; what was typed is kept."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from terreau.accounts.models import RoleGrant
from terreau.directory.models import new_public_id
from terreau.directory.writing import publish as public_content_changed
from terreau.evaluation import services
from terreau.evaluation.models import CardGame, Decision, Evaluation, MarkSheet
from terreau.portfolio import services as projects
from terreau.portfolio.models import Project
from tests.directory import factories
from tests.evaluation import world
from tests.portfolio.world import VALUES
from tests.strategy import world as strategies

pytestmark = pytest.mark.django_db


@pytest.fixture
def place_and_agent():
    return world.town()


def at(name, opened, *more):
    return reverse(f"evaluation:{name}", args=[opened.territory.code, opened.public_id, *more])


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def marks(*given, **more):
    return {f"mark-{key}": str(mark) for key, mark in zip(world.FACTORS, given, strict=True)} | more


# --- A quarter of an hour -------------------------------------------------------------------------------


def test_one_person_goes_from_projects_to_decision_on_default_pages(client, place_and_agent):
    place, agent = place_and_agent
    one = world.project(place, "Halle d’essai")
    client.force_login(agent)
    assert "Évaluer des projets" in page(client, reverse("evaluation:every", args=[place.code]))
    new = reverse("evaluation:new", args=[place.code])
    assert "checked" in page(client, f"{new}?projet={one.public_id}")
    once = new_public_id()
    assert client.post(new, {"once": once, "way": "together"}).status_code == 400
    sent = {"once": once, "way": "together", "projects": [one.public_id]}
    sheet = client.post(new, sent)["Location"]
    opened = Evaluation.objects.get()
    assert sheet == at("together_sheet", opened, one.public_id)
    told = page(client, sheet)
    for words in ("aucun lien avec la stratégie", "sous 1, le projet est à reprendre", "je ne sais pas"):
        assert words in told
    answer = client.post(sheet, marks(4, 3, 2, 3, 3, version="0", **{"why-risk": "plan signé"}))
    assert answer["Location"] == at("own", opened)
    told = page(client, at("own", opened))
    assert "Retenu" in told
    assert "Vaut 75 sur 100" in told
    decide = at("decide", opened)
    told = page(client, decide)
    read = told.split('name="read" value="')[1].split('"')[0]
    sent = {
        "read": read,
        f"outcome-{one.public_id}": "aside",
        "decided_on": "2026-02-01",
        "is_public": "on",
        "reference": "délibération 12",
    }
    refused = client.post(decide, sent)
    assert refused.status_code == 400
    assert "dites pourquoi" in refused.content.decode()
    assert "délibération 12" in refused.content.decode()
    agreed = sent | {f"outcome-{one.public_id}": "selected"}
    for wrong in ("2226-02-01", "0026-02-01"):
        assert client.post(decide, agreed | {"decided_on": wrong}).status_code == 400
    done = client.post(decide, agreed)
    assert done["Location"] == at("decision", opened)
    assert "délibération 12" in page(client, at("decision", opened))


def test_a_project_half_marked_is_kept_and_what_lacks_is_told(client, place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un", together=True)
    client.force_login(agent)
    sheet = at("together_sheet", opened, opened.projects.get().public_id)
    answer = client.post(sheet, {"mark-strategy": "3", "version": "0"}, follow=True)
    assert "Il manque des notes" in answer.content.decode()
    assert MarkSheet.objects.get().marks["strategy"]["mark"] == 3
    wrong = client.post(sheet, {"mark-strategy": "9" * 5000, "why-people": "\0 à garder", "version": "1"})
    assert wrong.status_code == 400
    assert "n’est pas une note" in wrong.content.decode()
    assert "à garder" in wrong.content.decode()
    stale = client.post(sheet, {"mark-strategy": "1", "version": "0"})
    assert stale.status_code == 400
    assert "Votre saisie et le texte actuel" in stale.content.decode()


# --- Blind ------------------------------------------------------------------------------------------------


def test_no_door_shows_marks_before_the_round_is_closed(client, place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent)
    secret = "PREUVE-À-TAIRE"
    assessor = world.link(agent, opened)
    world.mark(assessor, 4, 0)
    services.save_marks(
        person=None,
        assessor=assessor,
        candidate=opened.candidates.first(),
        version=1,
        given={key: ("4", secret) for key in world.FACTORS},
    )
    other = world.token(agent, opened, "elected")
    client.force_login(agent)
    doors = [at("own", opened), at("judge", opened), reverse("evaluation:link", args=[other])]
    shut = [at(name, opened) for name in ("result", "decision")]
    shut += [at("file", opened, form) for form in ("csv", "json")]
    shut += [at("decision_file", opened, "json"), at("picture", opened, "valeurs", "large")]
    for door in shut:
        page(client, door, 404)
    assert client.get(at("decide", opened)).status_code == 302
    for door in doors:
        told = page(client, door)
        assert secret not in told
        assert "Valeur sur 100" not in told
    assert secret not in str(client.get("/compte/donnees/").content)
    services.close_first(person=agent, evaluation=opened)
    for door in (*doors[::2], at("result", opened)):
        assert "Valeur sur 100" in page(client, door)
    # A second round, blind as the first.
    services.open_second(person=agent, evaluation=opened)
    world.mark(assessor, 1, 1)
    for door in (*doors[::2], at("result", opened)):
        # Cell by cell: an address holds drawn characters, among which « 25 » may come.
        told = [strip_tags(one).strip() for one in re.findall(r"<td.*?</td>", page(client, door), re.DOTALL)]
        assert "100" in told
        assert "25" not in told
    told = client.get(at("file", opened, "json")).json()
    assert [one["value"] for one in told["result"]["projects"]] == [[100, 100], [0, 0]]
    assert told["marks"][0]["now"] == told["marks"][0]["first"]


def test_a_link_marks_declares_an_interest_and_lays_cards_without_account(client, place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent)
    token = world.token(agent, opened)
    home = reverse("evaluation:link", args=[token])
    first, second = opened.projects.order_by("pk")
    answer = client.get(home)
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "same-origin"
    sheet = reverse("evaluation:link_sheet", args=[token, first.public_id])
    assert client.post(sheet, {"act": "step_back"}).status_code == 302
    assert "vous ne le notez pas" in page(client, sheet)
    other = reverse("evaluation:link_sheet", args=[token, second.public_id])
    assert client.post(other, marks(1, 2, 3, 4, "na", version="0"))["Location"] == home
    assert client.post(home).status_code == 302
    assert "Vos notes sont envoyées" in page(client, home)
    cards = reverse("evaluation:link_cards", args=[token])
    laid = {f"rank-{key}": str(rank) for rank, key in enumerate(world.FACTORS, start=1)}
    refused = client.post(cards, laid | {"z": "beaucoup", "blank-2": "3", "version": "0"})
    assert refused.status_code == 400
    assert 'value="3"' in refused.content.decode()
    assert client.post(cards, laid | {"z": "6,5", "blank-2": "3", "version": "0"}).status_code == 302
    assert CardGame.objects.get().blanks == [0, 3, 0, 0]
    assert "Les poids que donnent ces cartes" in page(client, cards)
    page(client, reverse("evaluation:link", args=["faux"]), 410)


# --- Result and decision ----------------------------------------------------------------------------------


def test_the_result_is_read_in_words_with_its_pictures_and_files(
    client, place_and_agent, django_assert_max_num_queries
):
    place, agent = place_and_agent
    closed = world.closed(place, agent, ("actors", 4, 2), ("elected", 3, (1, 1, 1, 0, 1)))
    client.force_login(agent)
    with django_assert_max_num_queries(20):
        told = page(client, at("result", closed))
    assert "sélectionné dans toutes les pondérations possibles" in told
    for key in ("valeurs", "selection", "flux"):
        for width in ("large", "etroit"):
            drawn = client.get(at("picture", closed, key, width))
            assert drawn["Content-Type"] == "image/svg+xml"
    rows = client.get(at("file", closed, "csv")).content.decode().splitlines()
    assert len(rows) == 3
    assert client.get(at("file", closed, "xls")).status_code == 404
    page(client, at("picture", closed, "inconnue", "large"), 404)


def test_a_decision_is_public_only_when_published_and_for_public_projects(client, place_and_agent):
    place, agent = place_and_agent
    hidden = world.closed(place, agent, ("actors", 4), titles=("Caché",))
    world.decided(agent, hidden)
    page(client, at("public", hidden), 404)
    assert client.get(at("decision", hidden)).status_code == 302
    shown = world.closed(place, agent, ("actors", 4), titles=("Montré",))
    made = world.decided(agent, shown, is_public=True)
    told = page(client, at("public", shown))
    assert "Montré" not in told  # not public in the portfolio
    assert "1 autre projet" in told
    publish(Project.objects.get(title="Montré"))
    told = page(client, at("public", shown))
    assert "Montré" in told
    assert "Retenu" in told
    assert shown.title in page(client, f"/territoires/{place.code}/")
    assert Decision.objects.get(pk=made.pk).content == made.content


def publish(project):
    """Let everyone read a project."""
    Project.objects.filter(pk=project.pk).update(is_public=True)
    public_content_changed()


def test_partners_read_what_they_judge_and_no_work_of_the_territory(client, place_and_agent):
    place, agent = place_and_agent
    partner = factories.person()
    RoleGrant.objects.create(person=partner, role="partner", territory=place)
    opened = world.evaluation(place, agent, "Un")
    client.force_login(partner)
    assert "Noter" in page(client, at("own", opened))
    assert client.post(at("judge", opened)).status_code == 302
    for name in ("result", "criteria"):
        assert client.get(at(name, opened)).status_code == 403, name
    assert client.post(at("act", opened), {"act": "close_first"}).status_code == 403
    sheet = at("judge_sheet", opened, opened.projects.get().public_id)
    assert client.post(sheet, marks(3, 3, 3, 3, 3, version="0")).status_code == 302
    assert client.post(at("judge", opened)).status_code == 302
    services.close_first(person=agent, evaluation=opened)
    assert "Valeur sur 100" in page(client, at("judge", opened))


def test_what_waits_for_a_judge_is_in_their_workspace(client, place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    client.force_login(agent)
    workspace = reverse("portal:workspace")
    assert "Projets à noter" in page(client, workspace)
    own = services.begin(person=agent, evaluation=opened)
    world.mark(own, 3, person=agent)
    assert "Projets à noter" not in page(client, workspace)


def test_a_person_whose_account_closes_leaves_no_name(place_and_agent):
    from terreau.evaluation import panels

    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    own = services.begin(person=agent, evaluation=opened)
    world.mark(own, 3, person=agent)
    assert panels.export(agent)["assessments"][0]["marks"][0]["round"] == 1
    panels.erase(agent)
    assert panels.export(agent) == {"assessments": [], "opened": [], "decided": []}
    assert opened.assessors.get().sheets.count() == 1


def test_who_judges_is_led_to_the_sheet_of_the_project_that_they_may_read(client, place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    project = opened.projects.get()
    sheet = reverse("portfolio:project", args=[project.public_id])
    address = reverse("evaluation:link_sheet", args=[world.token(agent, opened), project.public_id])
    assert sheet not in page(client, address)
    type(project).objects.filter(pk=project.pk).update(is_public=True)
    assert sheet in page(client, address)


def test_who_judges_by_a_link_is_told_what_the_anchors_speak_of(client, place_and_agent):
    place, agent = place_and_agent
    opened = world.evaluation(place, agent, "Un")
    project = opened.projects.get()
    address = reverse("evaluation:link_sheet", args=[world.token(agent, opened), project.public_id])
    told = page(client, address)
    assert "aucune n’est publiée" in told
    assert "non dit" in told
    values = VALUES | {"yearly_income": 100_000_00, "yearly_fixed": 90_000_00, "variable_percent": 0}
    projects.save(person=agent, project=project, version=1, title="Un", values=values)
    strategies.issue(agent, place)
    strategies.published(agent, place)
    told = page(client, address)
    assert "assuré à" in told
    assert "le projet ne tient pas" in told
    assert reverse("strategy:latest", args=[place.code]) in told
    assert "Région" not in told  # no funder is named to who may not read the sheet
