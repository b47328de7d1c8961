"""The levers of a territory: what they rest on, thresholds, the town's own opinion, editions."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from terreau.accounts.models import Sharing
from terreau.core.errors import NotAllowed, TerreauError
from terreau.core.registry import personal_data
from terreau.directory.models import new_public_id
from terreau.framework import library
from terreau.journal.models import Event
from terreau.levers import projects, services
from terreau.levers.gathering import gather, law_of
from terreau.levers.models import LeverOpinion, LeversEdition, ThresholdChoice
from terreau.levers.reading import content_of
from terreau.levers.rules import ProjectSubject
from terreau.portfolio.models import Project
from tests.accounts.test_rights import PEOPLE
from tests.directory import factories
from tests.framework import world as framework
from tests.levers import world

pytestmark = pytest.mark.django_db
KEEPERS = {"agent", "agent_above", "secretariat"}
READERS = KEEPERS | {"elected"}


def today():
    return timezone.localdate()


def first_purchase(content):
    return next(one for one in content["levers"] if one["family"] == "purchasing")


def said(page) -> str:
    return re.sub(r"\s+", " ", page.content.decode().replace("\u00a0", " ").replace("\u202f", " "))


@pytest.fixture
def project():
    """A project known to whoever keeps projects."""
    subject = ProjectSubject(
        "pbcdfgh", "Un projet d’essai", "/essai/", need="premises", sectors=("entretien",)
    )
    before = list(projects._keepers)
    projects.announce(
        lambda _person, _territory, public_id: subject if public_id == "pbcdfgh" else None,
        lambda *_told: None,
    )
    yield subject
    projects._keepers[:] = before


# --- What the ranking rests on -------------------------------------------------------------------------


def test_two_towns_that_differ_only_in_their_suppliers_have_different_first_purchases_and_say_why(client):
    few, agent = world.town(1)
    many, other = world.town(7)
    for place, person, lever, why in (
        (few, agent, "Clause sociale", "1 acteur connu en « Entretien des lieux et espaces verts »"),
        (many, other, "Marché réservé", "7 acteurs connus en « Entretien des lieux et espaces verts »"),
    ):
        first = first_purchase(content_of(place, today()))
        assert first["label"] == lever
        client.force_login(person)
        page = said(client.get(reverse("levers:own", args=[place.code])))
        assert why in page


def test_where_nobody_is_known_no_sector_is_said_to_have_more_of_them(client):
    empty, agent = world.town()
    client.force_login(agent)
    page = said(client.get(reverse("levers:own", args=[empty.code])))
    assert "Aucun acteur connu là où la collectivité achète : d’abord les aider à exister." in page
    assert "le mieux pourvu" not in page


def test_known_sizes_count_and_a_size_nobody_told_does_not_count_against(tree):
    place, _agent = world.town(7, jobs=2)
    assert first_purchase(content_of(place, today()))["code"] == "purchasing.reserved_lot"
    untold, _agent = world.town(7)
    sector = next(one for one in content_of(untold, today())["sectors"] if one["count"])
    assert (sector["count"], sector["capable"], sector["untold"], sector["rung"]) == (7, 0, 7, "reserve")


def test_reasons_come_from_the_diagnosis_and_the_framework_published(client):
    place, agent = framework.town()
    world.diagnosed(place, agent)
    framework.barrier(agent, place, title="Un frein que personne ne lit", is_public=False)
    found = gather(place, today())
    assert found.subject.needs
    assert [one.key.split(".")[0] for one in found.subject.beyond] == ["frein"]
    assert [one.code for one in found.subject.strengths] == ["markets-reserved"]
    content = content_of(place, today())
    kinds = {term["kind"] for one in content["levers"] for term in one["terms"]}
    assert {"need", "strength", "state_barrier", "advocacy"} <= kinds
    assert "Un frein que personne ne lit" not in json.dumps(content, ensure_ascii=False)
    client.force_login(agent)
    page = said(client.get(reverse("levers:own", args=[place.code])))
    assert "Diagnostic, édition 1" in page
    assert "Retenu par un frein que l’État seul peut lever" in page


def test_the_law_of_the_country_is_told_with_its_reliability():
    library.load(lambda _done, _total: None)
    grades = {
        country: law_of(country, today())["purchasing.reserve"].grade for country in ("FR", "BE", "CA", "CM")
    }
    assert grades == {"FR": "verified", "BE": "unverified", "CA": "refused", "CM": "unknown"}
    before = law_of("SN", today().replace(year=2020))["purchasing.reserve"]
    assert (before.grade, law_of("SN", today())["purchasing.reserve"].grade) == ("later", "verified")


def test_a_text_of_the_country_that_the_catalogue_does_not_know_is_to_be_read():
    framework.library_text(place="ml", themes=["procurement"], needs=["purchasing"])
    found = law_of("ML", today())["purchasing.reserve"]
    assert (found.grade, found.label) == ("related", framework.TEXT["title"])


# --- Thresholds ----------------------------------------------------------------------------------------


def test_thresholds_are_dated_kept_and_rule_from_then_on(client):
    place, agent = world.town(2, jobs=4)
    assert first_purchase(content_of(place, today()))["code"] == "purchasing.clause"
    client.force_login(agent)
    page = reverse("levers:thresholds", args=[place.code])
    sent = world.THRESHOLDS | {"version": "0", "reserve": 2}
    assert client.post(page, sent).status_code == 302
    assert client.post(page, sent).status_code == 302  # a second click
    assert ThresholdChoice.objects.count() == 1
    assert Event.objects.filter(verb="levers.thresholds").count() == 1
    assert first_purchase(content_of(place, today()))["code"] == "purchasing.reserve"
    assert "Nos lots d’essai sont petits." in said(client.get(page))


def test_two_agents_who_set_thresholds_lose_nothing(client):
    place, agent = world.town()
    client.force_login(agent)
    page = reverse("levers:thresholds", args=[place.code])
    client.post(page, world.THRESHOLDS | {"version": "0"})
    late = world.THRESHOLDS | {"version": "0", "reserve": 9, "reason": "Un autre motif."}
    refused = client.post(page, late)
    assert refused.status_code == 400
    text = said(refused)
    assert "Quelqu’un d’autre a enregistré" in text
    assert "Un autre motif." in text
    assert "Nos lots d’essai sont petits." in text
    assert client.post(page, late | {"version": "1"}).status_code == 302
    assert ThresholdChoice.objects.filter(territory=place).count() == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reserve": 1, "lot": 3}, "ne se suivent pas"),
        ({"clause": 0}, "ne se suivent pas"),
        ({"jobs": 10**30}, "9999"),
        ({"bought": []}, "au moins un secteur"),
        ({"bought": ["rien"]}, "lectionn"),
        ({"reach": "zz"}, "choix"),
        ({"reason": " "}, "pourquoi"),
        ({"reason": "Appelez 01 99 00 12 34"}, "téléphone"),
        ({"reason": "a\x00b"}, "nul"),
    ],
)
def test_a_threshold_that_cannot_be_kept_is_told_and_nothing_is_lost(client, changed, words):
    place, agent = world.town()
    client.force_login(agent)
    page = reverse("levers:thresholds", args=[place.code])
    refused = client.post(page, world.THRESHOLDS | {"version": "0", "lot": 3} | changed)
    assert refused.status_code == 400
    assert words in said(refused)
    assert ThresholdChoice.objects.count() == 0


def test_sheets_without_a_sector_are_not_taken_for_nobody(client, tree):
    town = tree["town"]
    client.force_login(factories.agent_of(town))
    page = reverse("levers:own", args=[town.code])
    factories.organisation("Entretien d’ici", town, sectors=["entretien"])
    factories.indexed()
    assert "pas de secteur" not in said(client.get(page))
    factories.organisation("Les Muets", town)
    factories.indexed()
    assert "1 organisation sur 2 n’a pas de secteur dans l’annuaire" in said(client.get(page))
    factories.organisation("Les Taiseux", town)
    factories.indexed()
    assert "2 organisations sur 3 n’ont pas de secteur dans l’annuaire" in said(client.get(page))


def test_suppliers_may_be_looked_for_around(tree):
    town = tree["town"]
    agent = factories.agent_of(town)
    factories.organisation("Entretien voisin", tree["other-town"], sectors=["entretien"])
    factories.indexed()
    assert content_of(town, today())["known"] == 0
    services.set_thresholds(
        person=agent, territory=town, read=0, values=world.THRESHOLDS | {"reach": tree["region"].code}
    )
    content = content_of(town, today())
    assert (content["known"], content["thresholds"]["reach"]) == (1, tree["region"].name)
    with pytest.raises(TerreauError, match="ne contient pas"):
        services.set_thresholds(
            person=agent, territory=town, read=1, values=world.THRESHOLDS | {"reach": tree["other-town"].code}
        )


# --- Opinions ------------------------------------------------------------------------------------------


def test_the_officer_overrules_with_a_reason_and_the_place_of_the_rule_is_still_shown(client):
    place, agent = world.town(7)
    before = first_purchase(content_of(place, today()))
    assert before["code"] == "purchasing.reserve"
    client.force_login(agent)
    page = reverse("levers:opinion", args=[place.code, "purchasing.reserve"])
    sent = {
        "version": "0",
        "stance": "aside",
        "cost": "",
        "months": "",
        "reason": "Un seul candidat l’an passé.",
    }
    assert client.post(page, sent | {"reason": ""}).status_code == 400
    assert client.post(page, sent).status_code == 302
    assert client.post(page, sent).status_code == 302
    assert LeverOpinion.objects.count() == 1
    event = Event.objects.get(verb="levers.opinion")
    assert event.data["lever"] == "purchasing.reserve"
    last = content_of(place, today())["levers"][-1]
    assert (last["code"], last["place"], last["stance"]) == (
        "purchasing.reserve",
        before["place"],
        "aside",
    )
    ranking = said(client.get(reverse("levers:own", args=[place.code])))
    assert "Un seul candidat l’an passé." in ranking
    assert f"rang {before['place']} selon la règle" in ranking
    back = sent | {"version": "1", "stance": "", "reason": "Nous essayons de nouveau."}
    assert client.post(page, back).status_code == 302
    assert first_purchase(content_of(place, today()))["code"] == "purchasing.reserve"
    told = said(client.get(page))
    assert "Un seul candidat l’an passé." in told
    assert "Nous essayons de nouveau." in told


def test_a_cost_and_a_delay_that_the_town_tells_count_and_are_shown():
    place, agent = world.town()
    before = {one["code"]: one for one in content_of(place, today())["levers"]}["finance.calls"]
    world.opinion(agent, place, stance="", cost=1, months=6)
    after = {one["code"]: one for one in content_of(place, today())["levers"]}["finance.calls"]
    assert after["score"] == before["score"] + 3
    assert (after["cost"], after["delay"]) == (
        "sans nouvelle dépense, ou presque, d’après la ville",
        "6 mois",
    )
    assert "100 000" in before["cost"].replace("\u202f", " ")


def test_two_agents_who_judge_a_lever_lose_nothing(client):
    place, agent = world.town()
    world.opinion(agent, place)
    client.force_login(agent)
    page = reverse("levers:opinion", args=[place.code, "finance.calls"])
    late = {"version": "0", "stance": "chosen", "reason": "Voté hier.", "cost": "2", "months": "7"}
    refused = client.post(page, late)
    assert refused.status_code == 400
    text = said(refused)
    assert "Voté hier." in text
    assert "Déjà essayé, sans suite." in text
    assert client.post(page, late | {"version": "1"}).status_code == 302


@pytest.mark.parametrize(
    "changed",
    [{"stance": "x"}, {"cost": "9"}, {"months": "9" * 40}, {"months": "-1"}, {"reason": "x" * 1001}],
)
def test_a_forged_opinion_is_refused(client, changed):
    place, agent = world.town()
    client.force_login(agent)
    page = reverse("levers:opinion", args=[place.code, "finance.calls"])
    assert client.post(page, {"version": "0", "reason": "Essai."} | changed).status_code == 400
    assert LeverOpinion.objects.count() == 0


def test_a_lever_that_is_not_in_the_catalogue_is_not_found(client):
    place, agent = world.town()
    client.force_login(agent)
    assert client.get(reverse("levers:opinion", args=[place.code, "rien.du-tout"])).status_code == 404
    with pytest.raises(TerreauError, match="catalogue"):
        world.opinion(agent, place, "rien")


# --- A project -----------------------------------------------------------------------------------------


def test_the_levers_of_a_project_are_ranked_for_it_and_judged_apart(client, project):
    place, agent = world.town(7)
    world.opinion(agent, place, "premises.lend")
    ranked = {one["code"]: one["terms"] for one in content_of(place, today(), project)["levers"]}
    assert [term["kind"] for term in ranked["premises.lend"]] == ["own_need"]
    assert "rung" in [term["kind"] for term in ranked["purchasing.reserve"]]
    client.force_login(agent)
    page = client.get(reverse("levers:of_project", args=[place.code, "pbcdfgh"]))
    assert "Un projet d’essai" in said(page)
    own = reverse("levers:project_opinion", args=[place.code, "pbcdfgh", "premises.lend"])
    sent = {"version": "0", "stance": "chosen", "reason": "Le local est libre."}
    assert client.post(own, sent).status_code == 302
    assert content_of(place, today(), project)["levers"][0]["code"] == "premises.lend"
    other = {one["code"]: one["stance"] for one in content_of(place, today())["levers"]}
    assert other["premises.lend"] == "aside"
    assert client.get(reverse("levers:of_project", args=[place.code, "inconnu"])).status_code == 404


def test_a_lever_chosen_for_a_project_becomes_its_own_and_a_project_begins_from_a_lever(client):
    place, agent = world.town()
    client.force_login(agent)
    begin = f"{reverse('portfolio:new', args=[place.code])}?levier=premises.lend"
    once = new_public_id()
    assert client.post(begin, {"title": "Projet d’essai", "summary": "", "once": once}).status_code == 302
    made = Project.objects.get(public_id=once)
    assert made.lever == "premises.lend"
    world.opinion(agent, place, "finance.calls", project=once, stance="chosen", reason="Voté.")
    made.refresh_from_db()
    assert (made.lever, made.version) == ("finance.calls", 2)
    assert "Levier du projet" in said(client.get(reverse("levers:of_project", args=[place.code, once])))


# --- Editions ------------------------------------------------------------------------------------------


def test_an_edition_is_published_once_and_never_changes(client):
    place, agent = world.town(3)
    public = reverse("levers:latest", args=[place.code])
    assert client.get(public).status_code == 404
    client.force_login(agent)
    press = reverse("levers:publish", args=[place.code])
    assert client.post(press).status_code == client.post(press).status_code == 302
    edition = LeversEdition.objects.get()
    world.opinion(agent, place, "purchasing.reserved_lot", reason="Un motif venu après.")
    client.logout()
    page = said(client.get(public))
    assert "Lot réservé" in page
    assert "Un motif venu après." not in page
    assert "Retenir, écarter" not in page
    assert services.publish(person=agent, territory=place).number == 2
    assert "Un motif venu après." in said(client.get(f"{public}?apres"))
    assert "Un motif venu après." not in said(client.get(reverse("levers:edition", args=[place.code, 1])))
    with pytest.raises(TerreauError):
        edition.delete()
    assert "Leviers classés et leurs raisons" in said(
        client.get(reverse("portal:territory", args=[place.code]))
    )


def test_an_edition_leaves_as_csv_and_json_and_says_what_is_simulated(client):
    place, agent = world.town(3)
    made = services.publish(person=agent, territory=place)
    csv = client.get(reverse("levers:file", args=[place.code, 1, "csv"])).content.decode()
    assert csv.count("\n") == len(made.content["levers"]) + 1
    assert ";non" in csv.replace(",", ";")
    told = client.get(reverse("levers:file", args=[place.code, 1, "json"])).json()
    assert told["levers"][0]["terms"]
    assert client.get(reverse("levers:file", args=[place.code, 1, "pdf"])).status_code == 404


def test_levers_that_rest_on_simulated_data_say_so(client):
    place, agent = framework.town()
    invented = factories.source(place, code="inventee", simulated=True)
    factories.organisation("Entretien inventé", place, said_by=invented, sectors=["entretien"])
    factories.indexed()
    services.publish(person=agent, territory=place)
    assert "Données simulées." in said(client.get(reverse("levers:latest", args=[place.code])))
    assert "oui" in client.get(reverse("levers:file", args=[place.code, 1, "csv"])).content.decode()


# --- The catalogue -------------------------------------------------------------------------------------


def test_the_catalogue_leaves_as_a_file_and_tells_the_law_with_its_reliability(client):
    library.load(lambda _done, _total: None)
    page = said(client.get(reverse("levers:family", args=["purchasing"])))
    assert "Arrêté 012635" in page
    assert "vérifié dans la source" in page
    assert client.get(reverse("levers:family", args=["rien"])).status_code == 404
    rows = client.get(reverse("levers:export", args=["json"])).json()["leviers"]
    assert {"purchasing.reserve", "cooperation.advocacy"} <= {one["identifiant"] for one in rows}


# --- Rights --------------------------------------------------------------------------------------------


def test_who_writes_levers(people, tree):
    for name in PEOPLE:
        tried = {
            "thresholds": lambda who: services.set_thresholds(
                person=who, territory=tree["town"], read=0, values=world.THRESHOLDS
            ),
            "opinion": lambda who: world.opinion(who, tree["town"]),
            "edition": lambda who: services.publish(person=who, territory=tree["town"]),
        }
        for what, act in tried.items():
            try:
                act(people[name])
                allowed = True
            except NotAllowed:
                allowed = False
            assert allowed == (name in KEEPERS), (what, name)


def test_who_reads_levers_in_preparation(client, people, tree):
    code = tree["town"].code
    pages = [
        reverse("levers:own", args=[code]),
        reverse("levers:thresholds", args=[code]),
        reverse("levers:opinion", args=[code, "finance.calls"]),
    ]
    for name in PEOPLE:
        client.logout()
        if people[name].is_authenticated:
            client.force_login(people[name])
        for page in pages:
            assert (client.get(page).status_code == 200) == (name in READERS), (page, name)
    Sharing.objects.create(territory=tree["town"], what="draft")
    client.force_login(people["partner"])
    assert client.get(pages[0]).status_code == 200
    assert client.post(pages[1], world.THRESHOLDS | {"version": "0"}).status_code == 403


def test_the_page_asks_as_much_whatever_there_is(client, django_assert_max_num_queries):
    place, agent = framework.town()
    world.diagnosed(place, agent)
    for lever in ("finance.calls", "premises.lend", "purchasing.reserve"):
        world.opinion(agent, place, lever)
    services.publish(person=agent, territory=place)
    client.force_login(agent)
    page = reverse("levers:own", args=[place.code])
    client.get(page)  # what the menu asks once
    with django_assert_max_num_queries(12):
        client.get(page)


def test_a_person_takes_away_what_they_said(client):
    place, agent = world.town()
    world.opinion(agent, place)
    services.publish(person=agent, territory=place)
    mine = personal_data.entries["levers"].export(agent)
    assert [one["lever"] for one in mine["opinions"]] == ["finance.calls"]
    assert mine["editions"] == [{"territory": place.code, "number": 1}]
