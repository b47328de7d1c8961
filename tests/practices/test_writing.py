"""A sheet from its first word: versions, two authors, readers, the yearly word of the town."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.models import new_public_id
from terreau.journal.models import Event
from terreau.notifications.models import Message
from terreau.practices import perms, services
from terreau.practices.enums import Stage
from terreau.practices.forms import PracticeForm
from terreau.practices.models import Check, Practice, Version
from terreau.practices.sheet import status_of
from terreau.practices.writing import ship
from tests.directory import factories
from tests.practices.world import VALUES, drafted, published, town

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return town()


def test_a_draft_is_its_own_and_a_form_sent_twice_makes_one(place):
    where, agent = place
    drawn = new_public_id()
    once = services.begin(person=agent, territory=where, public_id=drawn, values=VALUES)
    again = services.begin(person=agent, territory=where, public_id=drawn, values=VALUES)
    assert (once.pk, once.stage, once.versions.count()) == (again.pk, Stage.DRAFT, 1)
    assert not Practice.objects.public().exists()


def test_every_save_is_a_version_and_the_same_text_is_none(place):
    where, agent = place
    made = drafted(agent, where)
    services.save(person=agent, practice=made, number=1, values=VALUES | {"failed": "Trop de pluie."})
    services.save(person=agent, practice=made, number=2, values=VALUES | {"failed": "Trop de pluie."})
    assert [one.number for one in made.versions.all()] == [2, 1]
    assert made.versions.get(number=1).values == VALUES


def test_two_authors_lose_no_word(place):
    where, agent = place
    other = factories.agent_of(where)
    made = drafted(agent, where)
    services.save(person=agent, practice=made, number=1, values=VALUES | {"context": "Le premier."})
    with pytest.raises(TerreauError, match="Quelqu’un d’autre"):
        services.save(person=other, practice=made, number=1, values=VALUES | {"context": "Le second."})
    assert made.versions.first().values["context"] == "Le premier."
    services.save(person=other, practice=made, number=2, values=VALUES | {"context": "Les deux."})
    assert [one.values.get("context") for one in made.versions.all()] == ["Les deux.", "Le premier.", None]


@pytest.mark.parametrize(
    ("typed", "kept"), [("31/05/2024", "2024-05-31"), ("05/2024", "2024-05"), ("2024", "2024")]
)
def test_a_date_is_typed_and_shown_again_as_people_write_it(place, typed, kept):
    where, agent = place
    made = drafted(agent, where)
    services.save(person=agent, practice=made, number=1, values=VALUES | {"since": typed})
    values = made.versions.first().values
    assert values["since"] == kept
    assert PracticeForm(currency="EUR", values=values).initial["since"] == typed


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "a un nom"),
        ({"since": "hier"}, "n’est pas une date"),
        ({"needs": ["or"]}, "choix possible"),
        ({"title": "x" * 301}, "trop long"),
        ({"results": [{"evidence": "rien"}]}, "premier champ"),
        ({"sources": [{"title": "a", "url": "javascript:alert(1)"}]}, "n’est pas une adresse"),
        ({"staff": -1}, "ne peut pas être juste"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(place, wrong, words):
    where, agent = place
    with pytest.raises(TerreauError, match=words):
        drafted(agent, where, **wrong)
    assert not Practice.objects.exists()


def test_readers_are_not_called_before_they_can_understand(place):
    where, agent = place
    made = drafted(agent, where, problem="", results=[])
    with pytest.raises(TerreauError, match="Problème, Résultats"):
        services.submit(person=agent, practice=made)


def test_two_peers_of_two_territories_publish_it(place):
    where, agent = place
    made = services.submit(person=agent, practice=drafted(agent, where))
    assert made.stage == Stage.SUBMITTED
    peers = [town()[1] for _peer in range(2)]
    made = services.check(person=peers[0], practice=made, number=1, approves=True)
    assert made.stage == Stage.SUBMITTED
    services.check(person=peers[0], practice=made, number=1, approves=True)
    assert Check.objects.count() == 1
    made = services.check(person=peers[1], practice=made, number=1, approves=True)
    today = timezone.localdate()
    assert (made.stage, made.published_on, made.confirmed_on) == (Stage.PUBLISHED, today, today)
    assert Practice.objects.public().get() == made


def test_a_reader_returns_it_with_words_and_it_must_be_sent_again(place):
    where, agent = place
    made = services.submit(person=agent, practice=drafted(agent, where))
    peer = town()[1]
    with pytest.raises(TerreauError, match="ce qui est à revoir"):
        services.check(person=peer, practice=made, number=1, approves=False)
    made = services.check(person=peer, practice=made, number=1, approves=False, words="Quel registre ?")
    assert made.stage == Stage.DRAFT
    told = Message.objects.get(person=agent, kind="practices.answer")
    assert told.lines == ["Quel registre ?"]
    with pytest.raises(TerreauError, match="n’attend plus"):
        services.check(person=town()[1], practice=made, number=1, approves=True)


def test_an_edit_while_it_is_read_asks_readers_anew_and_the_public_text_stays(place):
    where, agent = place
    made = published(agent, where)
    services.save(person=agent, practice=made, number=1, values=VALUES | {"summary": "Autrement."})
    made = services.submit(person=agent, practice=made)
    peer = town()[1]
    services.check(person=peer, practice=made, number=2, approves=True)
    made = services.save(person=agent, practice=made, number=2, values=VALUES | {"summary": "Encore."})
    assert made.published.number == 1
    assert made.stage == Stage.PUBLISHED
    with pytest.raises(TerreauError, match="n’attend plus"):
        services.check(person=town()[1], practice=made, number=2, approves=True)


@pytest.mark.parametrize(
    "name", ["visitor", "without_role", "elected", "partner", "state", "agent_elsewhere"]
)
def test_only_those_who_keep_a_territory_write_there(name, people, tree):
    with pytest.raises(NotAllowed):
        drafted(people[name], tree["town"])
    assert not Version.objects.exists()


WRITES = {"agent", "agent_above", "secretariat"}
CHECKS = {"agent_elsewhere", "secretariat"}


@pytest.mark.parametrize("stage", ["draft", "submitted", "published", "withdrawn"])
@pytest.mark.parametrize(
    "name",
    [
        *("visitor", "without_role", "agent", "agent_above", "agent_below", "agent_elsewhere"),
        *("elected", "partner", "state", "secretariat", "inactive_agent", "inactive_secretariat"),
    ],
)
def test_role_by_role_and_stage_by_stage(name, stage, people, tree):
    made = drafted(people["agent"], tree["town"])
    if stage != "draft":
        made = services.submit(person=people["agent"], practice=made)
    if stage in ("published", "withdrawn"):
        made = services.check(person=factories.secretary(), practice=made, number=1, approves=True)
    if stage == "withdrawn":
        made = services.withdraw(person=people["agent"], practice=made)
    person = people[name]
    for act in (services.submit, services.confirm, services.withdraw):
        try:
            # A point of return: a refusal by the state leaves the others to be tried.
            with transaction.atomic():
                act(person=person, practice=made)
            allowed = True
        except NotAllowed:
            allowed = False
        except TerreauError:
            allowed = True
        assert allowed == (name in WRITES), act.__name__
        made.refresh_from_db()
    assert bool(perms.can_edit(person, made)) == (name in WRITES)
    made = drafted(people["agent"], tree["town"])
    services.submit(person=people["agent"], practice=made)
    made.refresh_from_db()
    assert bool(perms.can_check(person, made)) == (name in CHECKS)


def test_who_wrote_a_version_does_not_check_it():
    where, agent = town()
    author = factories.secretary()
    made = services.submit(person=author, practice=drafted(author, where))
    with pytest.raises(NotAllowed):
        services.check(person=author, practice=made, number=1, approves=True)
    with pytest.raises(NotAllowed):
        services.check(person=agent, practice=made, number=1, approves=True)


def test_the_town_confirms_each_year_and_the_sheet_says_since_when_not(place):
    where, agent = place
    made = published(agent, where)
    assert status_of(made).text.startswith("Confirmée par la ville le")
    old = timezone.localdate() - timedelta(days=400)
    Practice.objects.update(confirmed_on=old)
    made.refresh_from_db()
    assert status_of(made).text.startswith("Non confirmée depuis le")
    made = services.confirm(person=agent, practice=made)
    assert made.confirmed_on == timezone.localdate()


def test_a_town_is_reminded_once_for_each_year_that_passes(place):
    where, agent = place
    made = published(agent, where)
    day = made.confirmed_on
    assert services.remind_all_due(today=day + timedelta(days=300)) == 0
    assert services.remind_all_due(today=day + timedelta(days=340)) == 1
    assert services.remind_all_due(today=day + timedelta(days=350)) == 0
    assert services.remind_all_due(today=day + timedelta(days=365 + 340)) == 1
    assert Message.objects.filter(kind="practices.remind", person=agent).count() == 2


def test_what_is_taken_off_comes_back_and_is_not_taken_up_meanwhile(place):
    where, agent = place
    made = published(agent, where)
    services.withdraw(person=agent, practice=made)
    assert not Practice.objects.public().exists()
    services.withdraw(person=agent, practice=made, withdrawn=False)
    assert Practice.objects.public().exists()


def test_a_shipped_sheet_is_not_confirmed_until_its_town_says_so(place):
    where, agent = place
    values = {"title": "Livrée d’essai", "sources": [{"title": "Document d’essai"}]}
    assert ship(shipped_as="essai", territory=where, values=values, day=date(2026, 1, 1))
    assert not ship(shipped_as="essai", territory=where, values=values, day=date(2026, 1, 1))
    made = Practice.objects.get()
    assert status_of(made).text == "Non confirmée par la ville"
    assert services.remind_all_due(today=date(2030, 1, 1)) == 0
    services.confirm(person=agent, practice=made)
    made.refresh_from_db()
    assert status_of(made).text.startswith("Confirmée")


def test_the_journal_tells_each_step(place):
    where, agent = place
    published(agent, where)
    verbs = set(Event.objects.filter(subject__startswith="practice:").values_list("verb", flat=True))
    assert verbs == {"practice.begun", "practice.submitted", "practice.approved", "practice.published"}
