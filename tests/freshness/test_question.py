"""The yearly question: put once a year, answered by one click in a message, without signing in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from terreau.directory.enums import SourceKind
from terreau.directory.services import hide_organisation, merge
from terreau.freshness import asking, calling, passes
from terreau.freshness.asking import ask_all_due
from terreau.freshness.models import Question, Refusal
from terreau.journal.models import Event
from terreau.notifications.models import Message
from terreau.notifications.services import hash_of, refuse
from terreau.stewardship.models import Keeper
from terreau.stewardship.services import end_keeping
from tests.directory import factories
from tests.freshness.world import ago, asked, kept, sheet


def _page(token):
    return reverse("freshness:question", args=[token])


# --- Putting it -----------------------------------------------------------------------------------------


def test_the_question_is_put_once_a_year_whoever_runs_it_again(small_world):
    made, person = kept(small_world.poitiers)
    today = timezone.localdate()
    assert ask_all_due(today=today) == 1
    assert ask_all_due(today=today) == 0
    assert ask_all_due(today=today + timedelta(days=200)) == 0
    assert Message.objects.filter(person=person).count() == 1
    # In the year after, and twelve months at least after the first.
    assert ask_all_due(today=today + timedelta(days=366)) == 1
    assert Question.objects.filter(organisation=made).count() == 2


def test_only_those_who_did_not_confirm_lately_and_can_be_written_to_are_asked(small_world):
    kept(small_world.poitiers, "Fraîche d’essai", ago(100))
    sheet(small_world.poitiers, "Sans courriel d’essai")
    ceased, _person = kept(small_world.poitiers, "Cessée d’essai")
    factories.said(ceased, kind=SourceKind.AGENT, stated_on=ago(400), active="no")
    aged, _person = kept(small_world.poitiers, "Ancienne d’essai", ago(360))
    assert ask_all_due() == 1
    assert Question.objects.get().organisation == aged


def test_no_more_than_so_many_a_day_are_asked(small_world):
    for number in range(5):
        kept(small_world.poitiers, f"Atelier d’essai {number}")
    today = timezone.localdate()
    assert ask_all_due(today=today, most=2) == 2
    assert ask_all_due(today=today, most=2) == 0
    assert ask_all_due(today=today + timedelta(days=1), most=2) == 2


def test_those_never_confirmed_come_after_those_that_age(small_world):
    kept(small_world.poitiers, "Jamais d’essai")
    aged, _person = kept(small_world.poitiers, "Ancienne d’essai", ago(800))
    assert ask_all_due(most=1) == 1
    assert Question.objects.get().organisation == aged


def test_a_message_that_cannot_be_written_leaves_the_question_to_be_put(small_world, monkeypatch):
    made, _person = kept(small_world.poitiers)

    def fails(**_message):
        raise RuntimeError("essai")

    with monkeypatch.context() as patch:
        patch.setattr(asking, "notify", fails)
        with pytest.raises(RuntimeError):
            ask_all_due()
    assert not Question.objects.filter(organisation=made).exists()
    assert ask_all_due() == 1


def test_the_address_that_the_sheet_holds_is_asked_where_nobody_keeps_it(small_world):
    made = sheet(small_world.poitiers)
    factories.said(made, kind=SourceKind.AGENT, stated_on=ago(400), email="atelier@essai.invalid")
    assert ask_all_due() == 1
    message = Message.objects.get()
    assert (message.address, message.person) == ("atelier@essai.invalid", None)
    assert "/confirmer/" in message.url
    assert all("essai.invalid" not in str(event.data) for event in Event.objects.all())


def test_an_address_that_refused_every_message_is_called_instead(small_world):
    made = sheet(small_world.poitiers)
    factories.said(made, kind=SourceKind.AGENT, stated_on=ago(400), email="atelier@essai.invalid")
    refuse(address_hash=hash_of("atelier@essai.invalid"))
    ask_all_due()
    assert not Message.objects.exists()
    assert made in calling.to_call(small_world.poitiers, timezone.localdate())
    assert ask_all_due(today=timezone.localdate() + timedelta(days=800)) == 0


# --- Answering it ---------------------------------------------------------------------------------------


def test_reading_the_page_writes_nothing(client, small_world):
    made, token = asked(small_world.poitiers)
    page = client.get(_page(token))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    assert "Oui, tout est exact" in text
    assert "Corriger" in text
    assert made.name in text
    assert client.head(_page(token)).status_code == 200
    made.refresh_from_db()
    assert made.confirmed_on is None
    assert Question.objects.get().answered_at is None


def test_one_click_confirms_in_the_word_of_the_organisation(client, small_world):
    made, token = asked(small_world.poitiers)
    page = client.post(_page(token), {"answer": "exact"})
    assert "Merci" in page.content.decode()
    made.refresh_from_db()
    assert made.confirmed_on == timezone.localdate()
    record = made.records.get(source__kind=SourceKind.ACTOR)
    assert record.values == {}
    event = Event.objects.get(verb="organisation.confirmed")
    assert event.actor is None
    assert event.data["by"] == "actor"


def test_a_link_serves_once(client, small_world):
    _made, token = asked(small_world.poitiers)
    assert client.post(_page(token), {"answer": "exact"}).status_code == 200
    for response in (client.get(_page(token)), client.post(_page(token), {"answer": "exact"})):
        assert response.status_code == 410
        assert "déjà servi" in response.content.decode()
    assert Event.objects.filter(verb="organisation.confirmed").count() == 1


def test_the_link_of_who_left_the_sheet_is_closed_and_says_so(client, small_world):
    made, leaves = kept(small_world.poitiers)
    stays = factories.person()
    Keeper.objects.create(person=stays, organisation=made, role="owner")
    ask_all_due()
    links = {one.person_id: one.url for one in Message.objects.all()}
    client.post(links[leaves.pk], {"answer": "correct"})
    page = client.get(reverse("freshness:own"))
    end_keeping(person=stays, keeper=Keeper.objects.get(person=leaves))
    answers = [client.post(links[leaves.pk], {"answer": said}) for said in ("exact", "stop", "correct")]
    for response in (client.get(links[leaves.pk]), *answers):
        assert response.status_code == 410
        assert "Vous ne tenez plus cette fiche" in response.content.decode()
    # Nor is the form saved that the link had opened before.
    assert client.post(reverse("freshness:own"), _typed(page, description="De trop.")).status_code == 403
    assert client.post(reverse("freshness:own_exact")).status_code == 403
    made.refresh_from_db()
    assert (made.description, made.confirmed_on) == ("Répare des objets d’essai.", None)
    assert client.post(links[stays.pk], {"answer": "exact"}).status_code == 200


def test_who_left_the_sheet_still_answers_for_it_at_the_address_it_holds(client, small_world):
    made, token = asked(small_world.poitiers)
    keeper = Keeper.objects.get(organisation=made)
    factories.said(made, kind=SourceKind.AGENT, stated_on=ago(400), email=keeper.person.email.upper())
    end_keeping(person=keeper.person, keeper=keeper)
    assert client.post(_page(token), {"answer": "exact"}).status_code == 200


def test_a_forged_link_opens_nothing(client, small_world):
    made, token = asked(small_world.poitiers)
    question = Question.objects.get()
    other_salt = signing.dumps(question.pk, salt="autre.chose")
    for forged in (token[:-1] + ("a" if token[-1] != "a" else "b"), other_salt, "n-importe-quoi"):
        for response in (client.get(_page(forged)), client.post(_page(forged), {"answer": "exact"})):
            assert response.status_code == 410
            assert "pas valable" in response.content.decode()
    made.refresh_from_db()
    assert made.confirmed_on is None


def test_an_expired_link_opens_nothing(client, small_world):
    made, token = asked(small_world.poitiers)
    Question.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for response in (client.get(_page(token)), client.post(_page(token), {"answer": "exact"})):
        assert response.status_code == 410
        assert "expiré" in response.content.decode()
    made.refresh_from_db()
    assert made.confirmed_on is None


def test_a_link_older_than_its_signature_may_be_opens_nothing(client, small_world, monkeypatch):
    _made, token = asked(small_world.poitiers)
    monkeypatch.setattr(asking, "LINK_GOOD_FOR", timedelta(seconds=-1))
    assert "expiré" in client.get(_page(token)).content.decode()


def test_who_refuses_is_never_asked_again(client, small_world):
    made, token = asked(small_world.poitiers)
    assert "ne vous sera plus posée" in client.post(_page(token), {"answer": "stop"}).content.decode()
    assert Refusal.objects.get().organisation == made
    assert ask_all_due(today=timezone.localdate() + timedelta(days=800)) == 0


def test_an_unknown_answer_asks_again_and_uses_nothing_up(client, small_world):
    _made, token = asked(small_world.poitiers)
    assert client.post(_page(token), {"answer": "peut-être"}).status_code == 200
    assert Question.objects.get().answered_at is None


def test_the_question_follows_a_sheet_joined_to_another(client, small_world):
    made, token = asked(small_world.poitiers)
    other = sheet(small_world.poitiers, "Autre atelier d’essai")
    merge(person=factories.agent_of(small_world.poitiers), kept=other, absorbed=made)
    client.post(_page(token), {"answer": "exact"})
    other.refresh_from_db()
    assert other.confirmed_on == timezone.localdate()


def test_asked_twice_before_it_was_joined_one_refusal_is_enough(client, small_world):
    """Both sheets were asked this year: the question of the one that gave way stays with it."""
    gone, _person = kept(small_world.poitiers)
    stays, _other = kept(small_world.poitiers, "Autre atelier d’essai")
    assert ask_all_due() == 2
    merge(person=factories.agent_of(small_world.poitiers), kept=stays, absorbed=gone)
    token = asking.token_of(Question.objects.get(organisation=gone))
    client.post(_page(token), {"answer": "stop"})
    assert Refusal.objects.get().organisation == stays
    assert ask_all_due(today=timezone.localdate() + timedelta(days=800)) == 0


def test_a_withdrawn_sheet_is_not_confirmed(client, small_world):
    made, token = asked(small_world.poitiers)
    hide_organisation(person=factories.agent_of(small_world.poitiers), organisation=made, reason="Essai")
    page = client.get(_page(token)).content.decode()
    assert "Oui, tout est exact" not in page
    assert "retirée" in client.post(_page(token), {"answer": "exact"}).content.decode()
    assert Question.objects.get().answered_at is None


def test_a_sheet_that_left_the_map_comes_back_by_confirming(client, small_world):
    made, _person = kept(small_world.poitiers, confirmed=ago(900))
    ask_all_due()
    token = asking.token_of(Question.objects.get())
    client.post(_page(token), {"answer": "exact"})
    made.refresh_from_db()
    assert made.confirmed_on == timezone.localdate()


# --- Correcting by it -----------------------------------------------------------------------------------


def _typed(page, **changes):
    """What a browser would send from the form, with some fields changed."""
    form = page.context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        data[bound.html_name] = "" if value is None else value
    return data | {"version": page.context["version"]} | changes


def test_correcting_opens_that_sheet_only_and_uses_the_link_up_when_saved(client, small_world):
    made, token = asked(small_world.poitiers)
    other = sheet(small_world.poitiers, "Autre atelier d’essai")
    response = client.post(_page(token), {"answer": "correct"})
    assert response.headers["Location"] == reverse("freshness:own")
    page = client.get(reverse("freshness:own"))
    assert page.context["organisation"] == made
    assert client.get(reverse("directory:edit", args=[other.public_id])).status_code in (302, 403)
    saved = client.post(reverse("freshness:own"), _typed(page, description="Prête des outils d’essai."))
    assert saved.status_code == 302
    made.refresh_from_db()
    assert made.description == "Prête des outils d’essai."
    assert made.confirmed_on == timezone.localdate()
    assert made.records.get(source__kind=SourceKind.ACTOR).values == {
        "description": "Prête des outils d’essai."
    }
    assert client.get(reverse("freshness:own")).status_code == 403
    assert client.get(_page(token)).status_code == 410


def test_the_page_shows_each_field_of_its_form_for_one_left_out_would_be_emptied(client, small_world):
    made, token = asked(small_world.poitiers)
    entry = {"kind": "sells", "what": "Des chaises d’essai", "price": "12 €"}
    factories.said(made, kind=SourceKind.LIST, catalogue=[entry])
    client.post(_page(token), {"answer": "correct"})
    page = client.get(reverse("freshness:own"))
    shown = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page.content.decode()))
    assert set(page.context["form"].fields) - shown == set()
    assert "Des chaises d’essai" in page.content.decode()


def test_two_who_edit_one_sheet_lose_no_word(client, small_world):
    from terreau.directory.services import edit_organisation

    made, token = asked(small_world.poitiers)
    client.post(_page(token), {"answer": "correct"})
    page = client.get(reverse("freshness:own"))
    agent = factories.agent_of(small_world.poitiers)
    edit_organisation(person=agent, organisation=made, values={"short_name": "AE"}, version=made.version)
    response = client.post(reverse("freshness:own"), _typed(page, description="Mot de l’organisation."))
    assert response.status_code == 409
    text = response.content.decode()
    assert "Mot de l’organisation." in text
    assert "Rien n’est perdu" in text
    assert Question.objects.get().answered_at is None
    # What the agent wrote meanwhile is beside what was typed: nobody's word goes unseen.
    assert {"label": "Sigle", "typed": "—", "now": "AE"} in response.context["differences"]
    again = client.post(reverse("freshness:own"), _typed(response, short_name="AE"))
    assert again.status_code == 302
    made.refresh_from_db()
    assert (made.short_name, made.description) == ("AE", "Mot de l’organisation.")


def test_the_sheet_closed_after_two_hours_is_opened_again_by_the_link(client, small_world, monkeypatch):
    _made, token = asked(small_world.poitiers)
    monkeypatch.setattr(passes, "GOOD_FOR", timedelta(seconds=-1))
    closed = client.post(_page(token), {"answer": "correct"}, follow=True)
    assert closed.status_code == 403
    assert "Ouvrez de nouveau le lien du message" in closed.content.decode()
    Question.objects.update(answered_at=timezone.now(), answer="exact")
    assert "a déjà servi" in client.get(reverse("freshness:own")).content.decode()


def test_what_was_written_is_shown_when_a_colleague_used_the_link_meanwhile(client, small_world):
    _made, token = asked(small_world.poitiers)
    client.post(_page(token), {"answer": "correct"})
    Client().post(_page(token), {"answer": "exact"})
    page = client.post(reverse("freshness:own"), {"name": "Atelier", "description": "Un long <mot> d’essai."})
    assert page.status_code == 403
    text = page.content.decode()
    assert "copiez-le" in text
    assert "Un long &lt;mot&gt; d’essai." in text
    assert "copiez-le" not in client.get(reverse("freshness:own")).content.decode()
