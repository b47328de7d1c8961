"""« Nous la reprenons »: the tree, its cycles refused, results at their terms, and who may say so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from terreau.core.errors import NotAllowed, TerreauError
from terreau.journal.models import Event
from terreau.notifications.models import Message
from terreau.practices import services, workspace
from terreau.practices.models import Adoption
from terreau.practices.rules import months_after
from terreau.practices.sheet import tree_of
from tests.directory import factories
from tests.practices.world import drafted, published, town

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice():
    return published()


def taken(practice, source=None, **town_fields):
    """A town that takes the practice up, and its agent."""
    where, agent = town(**town_fields)
    adoption = services.take_up(
        person=agent, practice=practice, territory=where, source=source, adaptation="Autrement."
    )
    return adoption, agent


def test_a_town_takes_up_once_and_the_first_town_is_told(practice):
    adoption, agent = taken(practice)
    again = services.take_up(person=agent, practice=practice, territory=adoption.territory)
    assert again == adoption
    assert Adoption.objects.count() == 1
    told = Message.objects.get(kind="practices.answer", once__contains=f"adoption:{adoption.pk}")
    assert told.lines == ["Autrement."]


def test_the_tree_shows_who_took_it_from_whom(practice):
    first, _agent = taken(practice)
    second, _agent = taken(practice, source=first)
    third, _agent = taken(practice, source=second)
    other, _agent = taken(practice)
    rows = [(row["adoption"], row["depth"]) for row in tree_of(practice)]
    assert rows == [(first, 0), (second, 1), (third, 2), (other, 0)]


def test_a_town_does_not_take_a_practice_from_itself_even_by_way_of_others(practice):
    first, agent = taken(practice)
    second, _other = taken(practice, source=first)
    third, _other = taken(practice, source=second)
    for source in (first, second, third):
        with pytest.raises(TerreauError, match="d’elle-même"):
            services.change(person=agent, adoption=first, version=1, source=source, adaptation="")
    first.refresh_from_db()
    assert first.source is None


def test_two_towns_that_turn_to_each_other_make_no_cycle(practice):
    first, agent = taken(practice)
    second, other = taken(practice)
    services.change(person=agent, adoption=first, version=1, source=second, adaptation="")
    with pytest.raises(TerreauError, match="d’elle-même"):
        services.change(person=other, adoption=second, version=1, source=first, adaptation="")


def test_a_practice_is_not_taken_up_by_its_own_town_nor_before_it_is_public(practice):
    author = factories.agent_of(practice.territory)
    with pytest.raises(TerreauError, match="sa propre pratique"):
        services.take_up(person=author, practice=practice, territory=practice.territory)
    where, agent = town()
    with pytest.raises(TerreauError, match="publiée"):
        services.take_up(person=agent, practice=drafted(author, practice.territory), territory=where)
    foreign, _agent = taken(published())
    with pytest.raises(TerreauError, match="n’a pas repris"):
        services.take_up(person=agent, practice=practice, territory=where, source=foreign)


def test_only_those_who_keep_the_town_speak_for_it(practice):
    adoption, _agent = taken(practice)
    for stranger in (factories.person(), town()[1], factories.agent_of(practice.territory)):
        with pytest.raises(NotAllowed):
            services.take_up(person=stranger, practice=practice, territory=adoption.territory)
        with pytest.raises(NotAllowed):
            services.change(person=stranger, adoption=adoption, version=1, source=None, adaptation="")
        with pytest.raises(NotAllowed):
            services.end(person=stranger, adoption=adoption, why="Non.")
        with pytest.raises(NotAllowed):
            services.tell_result(person=stranger, adoption=adoption, term=6, version=1, words="Rien.")


def test_results_are_asked_for_and_told_at_six_and_eighteen_months(practice):
    adoption, agent = taken(practice)
    six, eighteen = (months_after(adoption.declared_on, term) for term in (6, 18))
    with pytest.raises(TerreauError, match="à partir du"):
        services.tell_result(person=agent, adoption=adoption, term=6, version=1, words="Tôt.")
    assert services.remind_all_due(today=six - timedelta(days=1)) == 0
    asked = Message.objects.filter(kind="practices.remind", person=agent)
    services.remind_all_due(today=six)
    services.remind_all_due(today=six + timedelta(days=3))
    assert asked.count() == 1

    def tell(term, version, words, today):
        services.tell_result(
            person=agent, adoption=adoption, term=term, version=version, words=words, today=today
        )

    tell(6, 1, "Dix étals.", six)
    tell(6, 2, "Onze étals.", six)
    assert [one.words for one in adoption.results.all()] == ["Onze étals."]
    services.remind_all_due(today=eighteen)
    assert asked.count() == 2
    tell(18, 3, "Vingt.", eighteen)
    services.remind_all_due(today=eighteen + timedelta(days=2))
    assert asked.count() == 2


def test_what_is_given_up_stays_in_the_tree_with_its_reason_and_is_asked_nothing(practice):
    adoption, agent = taken(practice)
    with pytest.raises(TerreauError, match="Dites pourquoi"):
        services.end(person=agent, adoption=adoption, why=" ")
    services.end(person=agent, adoption=adoption, why="La place est prise.")
    services.end(person=agent, adoption=adoption, why="Autre chose.")
    adoption.refresh_from_db()
    assert (adoption.ended_on, adoption.why_ended) == (timezone.localdate(), "La place est prise.")
    services.remind_all_due(today=months_after(adoption.declared_on, 7))
    assert not Message.objects.filter(kind="practices.remind", person=agent).exists()
    assert len(tree_of(practice)) == 1


def test_what_was_given_up_is_taken_up_again(client, practice):
    adoption, agent = taken(practice)
    services.end(person=agent, adoption=adoption, why="La place est prise.")
    client.force_login(agent)
    page = reverse("practices:adoption", args=[adoption.territory.code, practice.public_id])
    told = client.get(page).content.decode()
    assert "La place est prise." in told
    assert "Un message vous le rappellera" not in told
    for _click in range(2):
        assert client.post(page, {"act": "resume"}).status_code == 302
    adoption.refresh_from_db()
    assert (adoption.ended_on, adoption.why_ended) == (None, "")
    again = Event.objects.get(verb="practice.resumed")
    assert again.data["given_up"] == "La place est prise."
    assert "Un message vous le rappellera" in client.get(page).content.decode()
    services.end(person=agent, adoption=adoption, why="Non.")
    with pytest.raises(NotAllowed):
        services.resume(person=factories.person(), adoption=adoption)


@pytest.mark.parametrize("words", ["appelez le 06 12 34 56 78", "essai@essai.invalid"])
def test_what_all_will_read_keeps_no_way_to_reach_a_person(practice, words):
    where, agent = town()
    with pytest.raises(TerreauError, match="adresse électronique"):
        services.take_up(person=agent, practice=practice, territory=where, adaptation=words)


def test_two_agents_change_an_adoption_and_the_second_is_told(practice):
    adoption, agent = taken(practice)
    services.change(person=agent, adoption=adoption, version=1, source=None, adaptation="Un.")
    other = factories.agent_of(adoption.territory)
    with pytest.raises(TerreauError, match="Quelqu’un d’autre"):
        services.change(person=other, adoption=adoption, version=1, source=None, adaptation="Deux.")


def told_result(adoption, agent, *, version, words):
    return services.tell_result(
        person=agent,
        adoption=adoption,
        term=6,
        version=version,
        words=words,
        today=months_after(adoption.declared_on, 6),
    )


def test_two_agents_tell_a_result_and_neither_loses_a_word(practice, client):
    adoption, agent = taken(practice)
    Adoption.objects.filter(pk=adoption.pk).update(declared_on=months_after(timezone.localdate(), -7))
    adoption.refresh_from_db()
    told_result(adoption, agent, version=1, words="Dix étals.")
    # The same words sent again are no quarrel.
    told_result(adoption, agent, version=1, words="Dix étals.")
    other = factories.agent_of(adoption.territory)
    client.force_login(other)
    page = reverse("practices:adoption", args=[adoption.territory.code, practice.public_id])
    typed = {"act": "result-6", "t6-version": "1", "t6-words": "Onze étals."}
    answer = client.post(page, typed)
    text = answer.content.decode()
    assert (answer.status_code, "Onze étals." in text, "Dix étals." in text) == (400, True, True)
    assert adoption.results.get().words == "Dix étals."
    assert client.post(page, typed | {"t6-version": "2"}).status_code == 302
    assert adoption.results.get().words == "Onze étals."


def test_a_person_takes_their_data_away_and_what_was_said_for_a_town_stays(practice):
    adoption, agent = taken(practice)
    told_result(adoption, agent, version=1, words="Dix.")
    written = drafted(agent, adoption.territory)
    told = workspace.export(agent)
    assert told["adoptions"][0]["practice"] == practice.public_id
    assert told["versions"] == [
        {"at": written.versions.get().at.isoformat(), "practice": written.public_id, "number": 1}
    ]
    assert told["results"][0]["months"] == 6
    workspace.erase(agent)
    assert {len(rows) for rows in workspace.export(agent).values()} == {0}
    adoption.refresh_from_db()
    assert (adoption.declared_by, adoption.adaptation) == (None, "Autrement.")
