"""The strategy of a territory: its issues, what they rest on, the texts that were voted, its revisions."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from terreau.core.errors import NotAllowed, TerreauError
from terreau.core.registry import chain_steps, personal_data
from terreau.directory.models import new_public_id
from terreau.journal.models import Event
from terreau.strategy import services
from terreau.strategy.filing import path_of
from terreau.strategy.models import PriorityIssue, Revision, Strategy, VotedText
from terreau.strategy.reading import compare, issues_in
from tests.accounts.test_rights import PEOPLE
from tests.levers.world import diagnosed
from tests.levers.world import town as surveyed_town
from tests.strategy import world

pytestmark = pytest.mark.django_db
KEEPERS = {"agent", "agent_above", "secretariat"}
READERS = KEEPERS | {"elected"}


@pytest.fixture
def place():
    return world.town()


def posted(**values):
    told = {name: str(value) for name, value in world.VALUES.items() if name != "needs"}
    return told | {"needs": ["premises"], "public_id": new_public_id()} | values


# --- Issues ---------------------------------------------------------------------------------------------


def test_an_issue_rests_on_findings_of_the_published_diagnosis_and_keeps_them(client):
    town, agent = surveyed_town()
    edition = diagnosed(town, agent)
    client.force_login(agent)
    page = reverse("strategy:new", args=[town.code])
    form = client.get(page).context["form"]
    key = form.fields["findings"].choices[0][0]
    assert client.post(page, posted(findings=[key])).status_code == 302
    (kept,) = PriorityIssue.objects.get().findings
    assert (kept["key"], kept["edition"]) == (key, edition.number)
    world.published(agent, town)
    (told,) = issues_in(Revision.objects.get().content, town)
    assert told.findings[0].label == kept["label"]
    shown = client.get(reverse("strategy:latest", args=[town.code])).content.decode()
    listed = reverse("diagnosis:edition", args=[town.code, edition.number])
    assert f"{listed}#p-swot" in shown
    assert 'id="p-swot"' in client.get(listed).content.decode()


@pytest.mark.parametrize("typed", ["1250,5", "1 250,5", "1\u202f250,5", "\u22121 250,5", "1250.5"])
def test_a_number_is_read_as_people_write_it_and_as_the_site_prints_it(client, place, typed):
    town, agent = place
    client.force_login(agent)
    sent = posted(baseline=typed)
    assert client.post(reverse("strategy:new", args=[town.code]), sent).status_code == 302
    assert abs(PriorityIssue.objects.get().baseline) == Decimal("1250.5")


def test_a_finding_that_is_in_no_diagnosis_is_refused(place):
    town, agent = place
    with pytest.raises(TerreauError, match="n’existe pas"):
        world.issue(agent, town, findings=["besoin.invente"])
    assert not PriorityIssue.objects.exists()


def test_the_same_form_sent_twice_adds_one_issue(place, client):
    town, agent = place
    client.force_login(agent)
    sent = posted()
    for _click in range(2):
        assert client.post(reverse("strategy:new", args=[town.code]), sent).status_code == 302
    assert PriorityIssue.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": " "}, "Enjeu"),
        ({"title": "x" * 201}, "200"),
        ({"title": "a\x00b"}, "nul"),
        ({"words": "Appelez 01 99 00 12 34"}, "téléphone"),
        ({"horizon": "1815"}, "2000"),
        ({"horizon": "9" * 30}, "2100"),
        ({"target": "9" * 40}, "chiffres"),
        ({"target": "12", "indicator": ""}, "indicateur"),
        ({"baseline": "beaucoup"}, "nombre"),
        ({"needs": ["rien"]}, "choix"),
        ({"findings": ["rien"]}, "rien n’en fait pas partie"),
        ({"public_id": "../"}, "complet"),
    ],
)
def test_a_value_that_cannot_be_kept_is_told_and_nothing_is_lost(place, client, changed, words):
    town, agent = place
    client.force_login(agent)
    answer = client.post(reverse("strategy:new", args=[town.code]), posted(source="registre gardé") | changed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert "registre gardé" in page
    assert not PriorityIssue.objects.exists()


def test_an_issue_of_another_town_is_not_taken_by_a_forged_form(place):
    town, agent = place
    other, its_agent = world.town()
    theirs = world.issue(its_agent, other)
    with pytest.raises(TerreauError, match="complet"):
        services.add_issue(person=agent, territory=town, public_id=theirs.public_id, values=world.VALUES)


def test_two_who_write_an_issue_lose_no_word(place, client):
    town, agent = place
    made = world.issue(agent, town)
    client.force_login(agent)
    page = reverse("strategy:edit", args=[town.code, made.public_id])
    assert client.post(page, posted(version="1", words="La première.")).status_code == 302
    answer = client.post(page, posted(version="1", words="La seconde."))
    told = answer.content.decode()
    assert answer.status_code == 400
    assert "La première." in told
    assert "La seconde." in told
    assert client.post(page, posted(version="2", words="Les deux.")).status_code == 302
    made.refresh_from_db()
    assert made.words == "Les deux."


def test_words_written_twice_are_compared(place, client):
    town, agent = place
    client.force_login(agent)
    page = reverse("strategy:words", args=[town.code])
    assert client.post(page, {"version": "1", "words": "Les premiers."}).status_code == 302
    answer = client.post(page, {"version": "1", "words": "Les seconds."})
    assert answer.status_code == 400
    assert "Les premiers." in answer.content.decode()
    assert "Les seconds." in answer.content.decode()


def test_an_issue_removed_stays_in_the_revisions(place, client):
    town, agent = place
    made = world.issue(agent, town)
    world.published(agent, town)
    client.force_login(agent)
    page = reverse("strategy:edit", args=[town.code, made.public_id])
    assert client.post(page, {"act": "remove"}).status_code == 302
    assert not PriorityIssue.objects.exists()
    assert [one["title"] for one in Revision.objects.get().content["issues"]] == [made.title]
    services.remove_issue(person=agent, issue=made)  # a second click


# --- Texts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("vote.pdf", b"PK\x03\x04 essai", "pas de ceux"),
        ("vote.exe", b"MZ", "pas de ceux"),
        ("vote.xlsx", b"PK\x03\x04", "pas de ceux"),
        ("vote.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024), "10"),
    ],
)
def test_a_wrong_file_is_refused_and_nothing_is_kept(place, name, content, words):
    town, agent = place
    with pytest.raises(TerreauError, match=words):
        world.text(agent, town, content, name)
    assert not VotedText.objects.exists()


def test_a_text_is_read_by_all_once_a_revision_names_it_and_goes_with_its_file(place, client):
    town, agent = place
    client.force_login(agent)
    page = reverse("strategy:texts", args=[town.code])
    sent = {"title": "Délibération d’essai", "reference": "2026-01", "voted_on": "2026-03-02"}
    for wrong in ("2226-03-02", "0026-03-02"):
        assert (
            client.post(
                page, sent | {"voted_on": wrong, "file": SimpleUploadedFile("vote.pdf", world.PDF)}
            ).status_code
            == 400
        )
    for _click in range(2):
        file = SimpleUploadedFile("../vote.pdf", world.PDF)
        assert client.post(page, sent | {"file": file}).status_code == 302
    kept = VotedText.objects.get()
    where = reverse("strategy:text", args=[town.code, kept.digest])
    assert b"".join(client.get(where).streaming_content) == world.PDF
    client.logout()
    assert client.get(where).status_code == 404
    world.issue(agent, town)
    world.published(agent, town)
    answer = client.get(where)
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == world.PDF


def test_a_text_taken_away_takes_its_file(place, django_capture_on_commit_callbacks, client):
    town, agent = place
    world.issue(agent, town)
    kept = world.text(agent, town)
    world.published(agent, town)
    with django_capture_on_commit_callbacks(execute=True):
        services.detach(person=agent, text=kept)
    assert not path_of(town, kept).exists()
    page = client.get(reverse("strategy:latest", args=[town.code])).content.decode()
    assert "Délibération d’essai" in page
    assert "fichier retiré" in page


# --- Revisions ------------------------------------------------------------------------------------------


def test_a_revision_never_changes_and_the_next_says_what_does(place, client):
    town, agent = place
    made = world.issue(agent, town)
    first = world.published(agent, town)
    assert world.published(agent, town) == first  # a second click
    with pytest.raises(TerreauError):
        first.save()
    with pytest.raises(TerreauError):
        Revision.objects.all().delete()
    services.save_issue(person=agent, issue=made, version=1, values=world.VALUES | {"target": 30})
    world.issue(agent, town, title="Acheter d’essai")
    with pytest.raises(TerreauError, match="Dites ce qui change"):
        world.published(agent, town)
    second = world.published(agent, town, "La cible d’essai monte.")
    told = compare(first.content, second.content)
    assert told.added == ["Acheter d’essai"]
    assert [(line["typed"], line["now"]) for line in told.changed[0]["fields"]] == [("20", "30")]
    page = client.get(reverse("strategy:comparison", args=[town.code]), {"de": "9" * 40, "a": "x"})
    assert "La cible d’essai monte." in page.content.decode()
    file = json.loads(client.get(reverse("strategy:data", args=[town.code, 1])).content)
    assert file["empreinte"] == first.digest


def test_what_changed_since_it_was_read_is_not_published(place):
    town, agent = place
    world.issue(agent, town)
    read = world.read(town)
    world.issue(agent, town, title="Un autre enjeu d’essai")
    with pytest.raises(TerreauError, match="a changé depuis"):
        services.publish(person=agent, territory=town, read=read)


def test_a_strategy_without_issue_is_not_published(place):
    town, agent = place
    services.introduce(person=agent, territory=town, version=1, words="Des mots d’essai.")
    with pytest.raises(TerreauError, match="au moins un enjeu"):
        world.published(agent, town)


def test_a_strategy_is_on_the_page_of_its_territory_once_published(place, client):
    town, agent = place
    world.issue(agent, town)
    address = reverse("portal:territory", args=[town.code])
    assert world.VALUES["title"] not in client.get(address).content.decode()
    world.published(agent, town)
    caches["pages"].clear()
    assert world.VALUES["title"] in client.get(address).content.decode()


def test_of_the_revisions_of_one_day_the_last_is_on_the_page(place, client):
    town, agent = place
    made = world.issue(agent, town)
    for number in range(1, 11):  # a tenth comes after a ninth
        values = world.VALUES | {"title": f"Enjeu d’essai n° {number}."}
        made = services.save_issue(person=agent, issue=made, version=made.version, values=values)
        world.published(agent, town, reason="Une précision d’essai.")
    page = client.get(reverse("portal:territory", args=[town.code])).content.decode()
    assert "Enjeu d’essai n° 10." in page
    assert "Enjeu d’essai n° 9." not in page


# --- Rights and persons -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PEOPLE)
def test_a_strategy_is_written_by_those_who_keep_the_territory_and_by_no_other(name, people, tree):
    town, person = tree["town"], people[name]
    made = world.issue(people["secretariat"], town)
    text = world.text(people["secretariat"], town)
    acts = (
        lambda: services.introduce(person=person, territory=town, version=1, words="Des mots d’essai."),
        lambda: world.issue(person, town),
        lambda: services.save_issue(person=person, issue=made, version=1, values=world.VALUES),
        lambda: world.published(person, town),
        lambda: world.text(person, town, world.PDF + b"2"),
        lambda: services.detach(person=person, text=text),
        lambda: services.remove_issue(person=person, issue=made),
    )
    for act in acts:
        if name in KEEPERS:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()


@pytest.mark.parametrize("name", PEOPLE)
def test_what_is_not_published_is_read_by_those_who_read_drafts(name, people, tree, client):
    town = tree["town"]
    world.issue(people["secretariat"], town)
    if people[name].is_authenticated:
        client.force_login(people[name])
    answer = client.get(reverse("strategy:own", args=[town.code]))
    assert (answer.status_code == 200) == (name in READERS)
    assert client.get(reverse("strategy:latest", args=[town.code])).status_code == 404


def test_a_page_that_is_read_begins_no_strategy(place, client):
    town, agent = place
    client.force_login(agent)
    for name in ("own", "words", "texts", "publish", "new"):
        assert client.get(reverse(f"strategy:{name}", args=[town.code])).status_code == 200
    assert not Strategy.objects.exists()


def test_a_person_carries_away_what_they_wrote_and_their_name_goes(place):
    town, agent = place
    world.issue(agent, town)
    world.text(agent, town)
    world.published(agent, town)
    entry = next(one for one in personal_data if one.key == "strategy")
    told = entry.export(agent)
    assert told["issues"] == [world.VALUES["title"]]
    assert told["revisions"] == [{"territory": town.code, "number": 1}]
    entry.erase(agent)
    assert PriorityIssue.objects.get().changed_by is None
    assert VotedText.objects.get().added_by is None


def test_the_journal_tells_each_write(place):
    town, agent = place
    made = world.issue(agent, town)
    world.published(agent, town)
    services.remove_issue(person=agent, issue=made)
    verbs = list(Event.objects.filter(subject=f"territory:{town.code}").values_list("verb", flat=True))
    assert verbs == ["strategy.issue_removed", "strategy.published", "strategy.issue_added"]


# --- In the chain ---------------------------------------------------------------------------------------


def test_the_chain_tells_where_the_strategy_stands_and_what_its_keepers_do_next(place, client):
    town, agent = place

    def told(person):
        step = chain_steps.entries["strategie"].state(type(town).objects.get(pk=town.pk), person)
        return step.state, step.url

    assert told(None) == ("later", "")
    assert told(agent) == ("later", reverse("strategy:own", args=[town.code]))
    world.issue(agent, town)
    assert told(None) == ("later", "")
    assert told(agent) == ("now", reverse("strategy:publish", args=[town.code]))
    world.published(agent, town)
    assert told(None) == ("done", reverse("strategy:latest", args=[town.code]))
    assert told(agent) == ("done", reverse("strategy:own", args=[town.code]))
    page = client.get(reverse("portal:territory", args=[town.code])).content.decode()
    assert "1 enjeu prioritaire" in page
