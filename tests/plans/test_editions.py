"""Editions of a plan: kept whole, never changed, read by those who may, compared, made into documents."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from terreau.core.errors import NotAllowed, TerreauError
from terreau.core.registry import personal_data
from terreau.plans import printing, services
from terreau.plans.comparing import compare
from terreau.plans.edition_rules import placed
from terreau.plans.editions import read
from terreau.plans.enums import Outcome, Version
from terreau.plans.models import PlanEdition
from tests.plans import world
from tests.plans.test_pages import grow

pytestmark = pytest.mark.django_db
KEEPERS = {"agent", "agent_above", "secretariat"}
READERS = KEEPERS | {"elected"}
TODAY = timezone.localdate


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def kept(agent, plan, words="Présenté au conseil d’essai.", **values):
    return services.freeze(person=agent, plan=plan, words=words, **values)


def at(name, plan, *more):
    return reverse(f"plans:{name}", args=[plan.public_id, *more])


@pytest.fixture
def told():
    """A town's plan with something of everything, and what is not public."""
    place, agent, plan = world.planned_town()
    hall = world.action(
        agent,
        plan,
        need="premises",
        words="La halle d’essai est prêtée.",
        partners=["Une coopérative d’essai"],
    )
    world.entry(agent, hall, 900, "planned")
    world.entry(agent, hall, 400, "secured")
    indicator = services.add_indicator(
        person=agent, action=hall, values={"title": "Étals d’essai", "target": 20}
    )
    services.add_value(person=agent, indicator=indicator, on=TODAY(), value=12)
    world.action(agent, plan, title="Secret d’essai", is_public=False)
    return place, agent, plan, hall


# --- Kept -----------------------------------------------------------------------------------------------


def test_an_edition_keeps_all_of_a_plan_and_never_changes(told):
    _place, agent, plan, hall = told
    edition = kept(agent, plan)
    before = read(edition)
    services.save_action(person=agent, action=hall, version=1, values={"title": "Autre titre d’essai"})
    world.entry(agent, hall, 500, "secured")
    edition = PlanEdition.objects.get()
    assert read(edition) == before
    (said,) = [one.action for one in placed(before) if one.action["id"] == hall.public_id]
    assert said["title"] == "Ouvrir une halle d’essai"
    assert said["need"]["code"] == "premises"
    assert [(line["planned"], line["secured"]) for line in said["money"]] == [(900, 400)]
    assert said["indicators"][0]["values"][0]["value"] == "12"
    assert said["partners"] == [{"name": "Une coopérative d’essai", "code": ""}]
    assert [one["after"] for one in said["changes"]] == ["to_start", "under_way"]


def test_an_edition_is_neither_written_again_nor_taken_away(told):
    _place, agent, plan, _hall = told
    edition = kept(agent, plan)
    for act in (edition.save, edition.delete, PlanEdition.objects.all().delete):
        with pytest.raises(TerreauError, match="ne change jamais"):
            act()
    with pytest.raises(TerreauError, match="ne change jamais"):
        PlanEdition.objects.update(words="")


def test_an_edition_altered_outside_is_told(told):
    _place, agent, plan, _hall = told
    edition = kept(agent, plan)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE plans_planedition SET content = replace(content, 'halle', 'salle')")
    with pytest.raises(TerreauError, match="empreinte"):
        read(PlanEdition.objects.get(pk=edition.pk))


def test_the_same_edition_kept_twice_is_one_and_another_word_is_another(told):
    _place, agent, plan, _hall = told
    assert kept(agent, plan) == kept(agent, plan)
    assert kept(agent, plan, "Autre mot d’essai.").number == 2
    assert PlanEdition.objects.count() == 2


def test_a_plan_without_action_a_day_gone_by_or_no_word_is_refused(told):
    _place, agent, plan, _hall = told
    kept(agent, plan)
    for values, words in (
        ({"today": TODAY() - timedelta(days=1)}, "plus récent"),
        ({"words": "  "}, "pourquoi"),
        ({"words": "x" * 301}, "trop long"),
        ({"words": "écrire à essai@exemple.org"}, "adresse"),
    ):
        with pytest.raises(TerreauError, match=words):
            kept(agent, plan, **values)
    services.show_plan(person=agent, plan=plan, shown=False)
    with pytest.raises(TerreauError, match="n’est pas public"):
        kept(agent, plan, is_public=True)
    _other, other_agent, empty = world.planned_town()
    with pytest.raises(TerreauError, match="d’action"):
        kept(other_agent, empty)


def test_a_closed_plan_keeps_a_last_edition(told):
    _place, agent, plan, _hall = told
    services.close_plan(person=agent, plan=plan)
    assert kept(agent, plan, "Bilan d’essai.").number == 1


def test_a_person_carries_away_the_editions_that_they_kept(told):
    _place, agent, plan, _hall = told
    edition = kept(agent, plan)
    data = personal_data.entries["plans"]
    assert data.export(agent)["editions"] == [{"plan": plan.title, "number": 1}]
    before = read(edition)
    data.erase(agent)
    assert read(PlanEdition.objects.get()) == before


# --- Who reads what -------------------------------------------------------------------------------------


def test_each_reads_what_they_may(people, tree, client):
    agent = people["agent"]
    plan = world.plan(agent, tree["town"])
    world.action(agent, plan)
    world.action(agent, plan, title="Secret d’essai", is_public=False)
    kept(agent, plan, "Pour nous.")
    kept(agent, plan, "Pour tous.", is_public=True)
    pages = {
        name: at("edition_document", plan, number, version, "docx")
        for name, number, version in (("conseil", 2, "conseil"), ("tous", 2, "public"), ("nous", 1, "public"))
    }
    for name, person in people.items():
        client.logout()
        if name != "visitor":
            client.force_login(person)
        caches["rates"].clear() if "rates" in caches.settings else caches["default"].clear()
        reads = name in READERS
        assert client.get(at("edition", plan, 2)).status_code == 200, name
        assert client.get(at("edition", plan, 1)).status_code == (200 if reads else 404), name
        told = text_of(client.get(at("editions", plan)))
        assert ("Pour nous." in told, "Pour tous." in told) == (reads, True), name
        assert ("Secret d’essai" in text_of(client.get(at("edition", plan, 2)))) == reads, name
        assert ("Secret d’essai" in client.get(at("edition_data", plan, 2)).content.decode()) == reads, name
        assert ("Garder une édition" in told) == (name in KEEPERS), name
    for name in ("visitor", "agent_elsewhere", "elected"):
        client.logout()
        if name != "visitor":
            client.force_login(people[name])
        reads = name in READERS
        statuses = {page: client.get(url).status_code for page, url in pages.items()}
        assert statuses == {"conseil": 200 if reads else 404, "tous": 200, "nous": 200 if reads else 404}, (
            name
        )
    for name, person in people.items():
        if name not in KEEPERS:
            with pytest.raises(NotAllowed):
                kept(person, plan, "Forcé.")


def test_nothing_is_read_of_a_plan_that_left_the_public(told, client):
    _place, agent, plan, _hall = told
    kept(agent, plan, is_public=True)
    pages = [
        at("editions", plan),
        at("edition", plan, 1),
        at("comparison", plan),
        at("document", plan, "public", "odt"),
    ]
    assert [client.get(page).status_code for page in pages] == [200] * 4
    services.show_plan(person=agent, plan=plan, shown=False)
    caches["pages"].clear()
    assert [client.get(page).status_code for page in pages] == [404] * 4


def test_an_edition_is_kept_by_its_page(told, client):
    _place, agent, plan, _hall = told
    page = at("editions", plan)
    assert client.post(page, {"words": "Forcé."}).status_code == 403
    client.force_login(agent)
    answer = client.post(page, {"words": "a\x00b", "is_public": "on"})
    assert answer.status_code == 400
    assert not PlanEdition.objects.exists()
    for _click in range(2):
        assert client.post(page, {"words": "Voté d’essai.", "is_public": "on"}).status_code == 302
    edition = PlanEdition.objects.get()
    assert (edition.is_public, edition.words) == (True, "Voté d’essai.")
    for strange in (
        f"{page}{'9' * 30}/",
        at("document", plan, "public", "exe"),
        at("document", plan, "rien", "pdf"),
    ):
        assert client.get(strange).status_code == 404
    assert client.get(f"{at('comparison', plan)}?de={'9' * 400}&a=x&quoi=x&page=x").status_code == 200


# --- Compared -------------------------------------------------------------------------------------------


def test_two_days_are_compared_in_words(told, client):
    _place, agent, plan, hall = told
    day = TODAY()
    late = world.action(
        agent, plan, title="Réparer le toit d’essai", ends_on=day - timedelta(days=10), starts_on=None
    )
    later = world.action(agent, plan, title="Peindre d’essai")
    gone = world.action(agent, plan, title="Rêver d’essai", state="to_start", starts_on=None)
    kept(agent, plan, is_public=True)
    for made, values in (
        (hall, {"state": "done"}),
        (late, {"cause": "Le devis d’essai manque.", "state": "blocked"}),
        (later, {"ends_on": later.ends_on + timedelta(days=152)}),
    ):
        services.save_action(person=agent, action=made, version=1, values=values)
    services.tell_result(person=agent, action=hall, version=2, result="Douze étals d’essai.")
    services.remove_action(person=agent, action=gone)
    world.action(agent, plan, title="Chanter d’essai")
    world.entry(agent, hall, 500, "secured")
    after = day + timedelta(days=90)
    edition = PlanEdition.objects.get()
    found = compare(printing.side_of(edition, public=False), printing.side_today(plan, after, public=False))
    fates = {one.title: one for one in found.fates}
    assert {title: one.outcome for title, one in fates.items()} == {
        "Ouvrir une halle d’essai": Outcome.DONE,
        "Réparer le toit d’essai": Outcome.LATE,
        "Peindre d’essai": Outcome.PUT_OFF,
        "Rêver d’essai": Outcome.GONE,
        "Chanter d’essai": Outcome.ADDED,
        "Secret d’essai": Outcome.SAME,
    }
    assert "Douze étals d’essai." in fates["Ouvrir une halle d’essai"].sentence
    assert "En retard de 3 mois, contre 10 jours." in fates["Réparer le toit d’essai"].sentence
    assert "Le devis d’essai manque." in fates["Réparer le toit d’essai"].sentence
    assert "Fin reportée de 5 mois" in fates["Peindre d’essai"].sentence
    money = {one.label: {kind: moved for kind, _amount, moved in one.amounts} for one in found.money}
    assert money["Tout le plan"] == {"prévu": "", "acquis": "+\u202f500", "engagé": "", "payé": ""}
    changed = {one.label: (one.before, one.after) for one in fates["Ouvrir une halle d’essai"].differences}
    assert changed["état"] == ("en cours", "terminée")
    assert [words.rpartition(", ")[2] for words in changed["argent"]] == [
        "acquis\u00a0400",
        "acquis\u00a0900",
    ]
    page = text_of(client.get(at("comparison", plan)))
    for words in (
        "Douze étals d’essai.",
        "Réparer le toit d’essai",
        "Chanter d’essai",
        "Fin reportée de 5 mois",
    ):
        assert words in page
    assert "Secret d’essai" not in page
    assert "Chanter d’essai" not in text_of(client.get(f"{at('comparison', plan)}?quoi=late"))


def test_an_axis_called_otherwise_is_told_once_and_not_for_each_action(told):
    _place, agent, plan, _hall = told
    edition = kept(agent, plan)
    axis = plan.axes.first()
    services.save_heading(person=agent, heading=axis, version=1, title="Axe autre", words="", rank=axis.rank)
    found = compare(printing.side_of(edition, public=False), printing.side_today(plan, TODAY(), public=False))
    assert found.headings == ["«\u00a0Axe d’essai 1\u00a0» s’appelle désormais «\u00a0Axe autre\u00a0»."]
    assert {one.outcome for one in found.fates} == {Outcome.SAME}


# --- Documents ------------------------------------------------------------------------------------------


def words_of(kind, data):
    if kind == "pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    name = "word/document.xml" if kind == "docx" else "content.xml"
    return re.sub(r"<[^>]+>", " ", zipfile.ZipFile(io.BytesIO(data)).read(name).decode())


@pytest.mark.parametrize("kind", ["pdf", "docx", "odt"])
def test_the_document_of_an_edition_is_always_the_same_and_says_what_it_kept(told, client, kind):
    _place, agent, plan, hall = told
    world.action(
        agent, plan, title="Réparer le toit d’essai", state="blocked", cause="Le devis d’essai manque."
    )
    kept(agent, plan, is_public=True)
    client.force_login(agent)
    council, public = (at("edition_document", plan, 1, version, kind) for version in Version.values)
    first = client.get(council).content
    services.save_action(person=agent, action=hall, version=1, values={"title": "Autre titre d’essai"})
    assert client.get(council).content == first
    told_council = re.sub(r"\s+", " ", words_of(kind, first))
    for words in (
        "Ouvrir une halle d’essai",
        "Secret d’essai",
        "Débloquer",
        "Le devis d’essai manque.",
        "Trouver",
    ):
        assert words in told_council, words
    client.logout()
    told_public = re.sub(r"\s+", " ", words_of(kind, client.get(public).content))
    for words in ("La halle d’essai est prêtée.", "Réparer le toit d’essai", "Le devis d’essai manque."):
        assert words in told_public, words
    assert "Secret d’essai" not in told_public
    assert "Débloquer" not in told_public


def test_every_page_of_a_simulated_plan_says_so(told, client):
    _place, agent, plan, _hall = told
    type(plan).objects.filter(pk=plan.pk).update(is_simulated=True)
    grow(plan, 60)
    client.force_login(agent)
    pages = PdfReader(io.BytesIO(client.get(at("document", plan, "conseil", "pdf")).content)).pages
    assert len(pages) > 3
    assert all("Données simulées" in page.extract_text() for page in pages)
    for kind, foot in (("docx", "word/footer1.xml"), ("odt", "styles.xml")):
        data = client.get(at("document", plan, "conseil", kind)).content
        assert "Données simulées" in zipfile.ZipFile(io.BytesIO(data)).read(foot).decode()
    kept(agent, plan)
    assert "Données simulées" in text_of(client.get(at("edition", plan, 1)))
    assert json.loads(client.get(at("edition_data", plan, 1)).content)["contenu"]["simulated"] is True


# --- As many questions, however many actions ------------------------------------------------------------


def test_the_questions_do_not_grow_with_the_actions(told, client):
    _place, agent, plan, _hall = told
    pages = [at("editions", plan), at("edition", plan, 1), at("comparison", plan)]
    pages += [at("document", plan, "public", "docx"), at("edition_document", plan, 1, "public", "odt")]
    kept(agent, plan, is_public=True)

    def asked():
        found = []
        for page in pages:
            caches["pages"].clear()
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(page).status_code == 200
            found.append(len(queries))
        return found

    asked()  # what is read once for all
    few = asked()
    assert max(few) <= 12
    grow(plan, 80)
    kept(agent, plan, "Grandi d’essai.", is_public=True)
    more = asked()
    assert more[:4] == few[:4]
