"""What leaves, to whom, together with what, and what does not leave twice."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email import message_from_bytes
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext_lazy

from terreau.core.posting import post_to_person
from terreau.notifications import sending, services
from terreau.notifications.enums import MessageState
from terreau.notifications.models import Message

pytestmark = pytest.mark.django_db


def news(person, number=1, kind="tests.news", **more):
    return services.notify(
        person=person,
        kind=kind,
        once=f"essai:{number}",
        url="/annuaire/",
        **{"subject": f"Nouvelle {number}", "lines": [f"Texte {number}."], **more},
    )


@pytest.fixture
def at(monkeypatch):
    """Sends as if it were later."""

    def send(moment):
        monkeypatch.setattr("terreau.notifications.sending.timezone.now", lambda: moment)
        return sending.send_due("essai")

    return send


def test_one_message_leaves_with_its_link_and_its_way_out(awa):
    news(awa)
    assert sending.send_due("essai") == 1
    (sent,) = mail.outbox
    assert sent.to == ["awa@exemple.org"]
    assert sent.subject == "Nouvelle 1"
    assert "Texte 1." in sent.body
    assert "http://127.0.0.1:8000/annuaire/" in sent.body
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.fullmatch(
        r"<(http://127.0.0.1:8000/messages/arret/\S+)>", sent.extra_headers["List-Unsubscribe"]
    )
    assert link
    assert link[1] in sent.body
    assert message_from_bytes(sent.message().as_bytes())["List-Unsubscribe-Post"]


def test_the_same_once_is_one_message_and_is_never_sent_again(awa):
    assert news(awa) == news(awa)
    assert [sending.send_due("essai"), sending.send_due("essai")] == [1, 0]
    news(awa)
    assert sending.send_due("essai") == 0
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("between", ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028"])
def test_a_title_of_several_lines_becomes_one_and_leaves(awa, between):
    news(awa, subject=f"Enquête{between}Bcc: autre@exemple.org")
    assert sending.send_due("essai") == 1
    assert mail.outbox[0].subject == "Enquête Bcc: autre@exemple.org"
    assert mail.outbox[0].message()["Bcc"] is None


def test_a_mail_that_cannot_be_written_does_not_keep_the_others(awa):
    spoiled = news(awa)
    Message.objects.filter(pk=spoiled.pk).update(subject="Une\rDeux")
    services.notify_address(
        address="autre@exemple.org", kind="tests.news", once="essai:autre", subject="Autre", lines=["Texte."]
    )
    assert sending.send_due("essai") == 1
    assert [one.to for one in mail.outbox] == [["autre@exemple.org"]]
    assert Message.objects.get(pk=spoiled.pk).state == MessageState.FAILED


def test_what_is_due_together_leaves_together(awa):
    for number in range(3):
        news(awa, number)
    assert sending.send_due("essai") == 1
    assert mail.outbox[0].subject == "3 nouvelles de Terreau"
    assert all(f"Texte {number}." in mail.outbox[0].body for number in range(3))


def test_daily_messages_wait_for_the_morning_and_leave_in_one_mail(awa, at):
    for number in range(3):
        news(awa, number, kind="tests.daily")
    now = timezone.now()
    assert at(now) == 0
    assert at(now + timedelta(hours=25)) == 1
    assert at(now + timedelta(hours=50)) == 0


def test_what_was_written_while_the_clock_was_ahead_does_not_wait_for_that_day(awa):
    ahead = timezone.now() + timedelta(days=400)
    message = news(awa)
    Message.objects.filter(pk=message.pk).update(created_at=ahead, due_at=ahead)
    assert sending.send_due("essai") == 1


def test_a_choice_holds_for_what_already_waits(awa, at):
    message = news(awa, kind="tests.daily")
    services.choose(person=awa, frequencies={"tests.daily": "weekly"})
    message.refresh_from_db()
    assert timezone.localtime(message.due_at).weekday() == 0
    services.choose(person=awa, frequencies={"tests.daily": "none"})
    assert at(timezone.now() + timedelta(days=9)) == 0
    assert Message.objects.get().state == MessageState.UNSENT


def test_none_keeps_the_message_on_the_page_only(awa, client):
    services.choose(person=awa, frequencies={"tests.news": "none"})
    news(awa)
    assert sending.send_due("essai") == 0
    client.force_login(awa)
    assert "Nouvelle 1" in client.get("/espace/messages/").content.decode()


def test_what_is_essential_leaves_whatever_was_chosen_and_has_no_way_out(awa):
    services.refuse(address_hash=services.hash_of("bob@exemple.org"))
    services.notify_address(
        address="Bob@exemple.org", kind="tests.code", once="c", subject="Votre code", lines=["1234"]
    )
    assert sending.send_due("essai") == 1
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
    assert Message.objects.get().address == "", "the address is let go of"


def test_an_address_that_refused_is_written_to_no_more(client):
    ask = {"kind": "tests.news", "subject": "Question", "lines": ["?"]}
    services.notify_address(address="bob@exemple.org", once="a", **ask)
    services.notify_address(address="bob@exemple.org", once="b", **ask)
    first = Message.objects.first()
    Message.objects.exclude(pk=first.pk).update(due_at=timezone.now() + timedelta(days=1))
    sending.send_due("essai")
    link = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    page = client.get(link)
    assert page.status_code == 200
    assert not services.has_refused("bob@exemple.org"), "a page that is read changes nothing"
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert services.has_refused("BOB@exemple.org ")
    assert Message.objects.filter(state=MessageState.UNSENT).count() == 1
    assert services.notify_address(address="bob@exemple.org", once="c", **ask) is None
    assert client.post(link).status_code == 200, "again changes nothing"


def test_a_link_sent_to_an_address_is_not_kept_once_it_left(awa):
    secret = {"lines": ["Votre code : 123456"], "subject": "Votre lien", "kind": "tests.news"}
    services.notify_address(
        address="visiteuse@exemple.org", url="/enquetes/reponse/secret/", once="essai:lien", **secret
    )
    news(awa)
    assert sending.send_due("essai") == 2
    (sent,) = (one for one in mail.outbox if one.to == ["visiteuse@exemple.org"])
    assert "/enquetes/reponse/secret/" in sent.body
    kept = Message.objects.get(once="essai:lien")
    assert (kept.address, kept.url, kept.lines, kept.state) == ("", "", [], MessageState.SENT)
    # On the page of who has an account, it is still to be read.
    assert Message.objects.get(person=awa).url == "/annuaire/"


def test_one_click_stops_the_kinds_of_the_mail_without_cookie_or_token_of_form(awa):
    client = Client(enforce_csrf_checks=True)
    news(awa)
    sending.send_due("essai")
    link = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    assert "Nouvelles d’essai" in client.get(link).content.decode()
    assert services.frequencies_of(awa)["tests.news"] == "at_once"
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert services.frequencies_of(awa)["tests.news"] == "none"
    assert services.frequencies_of(awa)["tests.daily"] == "daily"


def test_a_forged_or_cut_link_changes_nothing(awa, client):
    page = client.post("/messages/arret/abc:def:ghi/")
    assert page.status_code == 400
    assert "Ce lien n’est pas complet" in page.content.decode()


def test_the_reader_reads_in_their_own_language(awa, settings):
    settings.LANGUAGES = [("fr", "français"), ("en", "English")]
    awa.language = "en"
    awa.save()
    # A word that Django itself translates.
    services.notify(
        person=awa,
        kind="tests.news",
        once="l",
        subject=gettext_lazy("January"),
        lines=[gettext_lazy("Monday")],
    )
    message = Message.objects.get()
    assert (message.subject, message.lines) == ("January", ["Monday"])


def test_a_closed_account_is_written_to_no_more(awa):
    news(awa)
    type(awa).objects.update(is_active=False)
    assert sending.send_due("essai") == 0
    assert Message.objects.get().state == MessageState.UNSENT


def test_a_lower_application_writes_through_the_letterbox(awa):
    post_to_person(person=awa, kind="tests.news", once="p", subject="Bonjour", lines=[])
    assert Message.objects.get().subject == "Bonjour"


def test_a_rolled_back_change_writes_no_message(awa):
    def fail_half_way():
        with transaction.atomic():
            news(awa)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert not Message.objects.exists()


class Failing(EmailBackend):
    error: Exception | None = None

    def send_messages(self, messages):
        if self.error:
            raise self.error
        return super().send_messages(messages)


@pytest.fixture
def failing(monkeypatch):
    monkeypatch.setattr("terreau.notifications.sending.get_connection", lambda: Failing())
    yield Failing
    Failing.error = None


def test_a_temporary_refusal_is_tried_again_later(awa, failing, at):
    news(awa)
    failing.error = SMTPRecipientsRefused({"awa@exemple.org": (450, b"later")})
    assert sending.send_due("essai") == 0
    message = Message.objects.get()
    assert (message.state, message.attempts) == (MessageState.WAITING, 1)
    failing.error = None
    assert sending.send_due("essai") == 0, "not before its time"
    assert at(timezone.now() + timedelta(minutes=3)) == 1


def test_a_final_refusal_is_kept_as_one(awa, failing):
    news(awa)
    failing.error = SMTPRecipientsRefused({"awa@exemple.org": (550, b"no such user")})
    sending.send_due("essai")
    assert Message.objects.get().state == MessageState.FAILED


def test_a_line_cut_in_the_middle_is_not_tried_again(awa, failing, at):
    news(awa)
    failing.error = SMTPServerDisconnected("cut")
    sending.send_due("essai")
    failing.error = None
    assert at(timezone.now() + timedelta(days=3)) == 0
    assert Message.objects.get().state == MessageState.UNCERTAIN


def test_a_server_that_does_not_answer_leaves_all_waiting(awa, monkeypatch):
    news(awa)

    def refuse(_self):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "open", refuse)
    assert sending.send_due("essai") == 0
    monkeypatch.undo()
    assert Message.objects.get().state == MessageState.WAITING


def test_what_a_dead_worker_held_waits_again_unless_it_was_leaving(awa):
    news(awa, 1)
    held = sending.claim_next("mort")
    news(awa, 2)
    leaving = sending.claim_next("mort")
    Message.objects.filter(batch=leaving).update(state=MessageState.LEAVING)
    assert held
    sending.recover(lambda _worker: True)
    assert not Message.objects.filter(state=MessageState.WAITING).exists()
    sending.recover(lambda _worker: False)
    states = dict(Message.objects.values_list("once", "state"))
    assert states == {"essai:1": MessageState.WAITING, "essai:2": MessageState.UNCERTAIN}


def test_a_worker_wrongly_taken_for_dead_sends_nothing_that_another_sent(awa, monkeypatch):
    news(awa)
    compose = sending.compose

    def slowly(messages, batch):
        monkeypatch.setattr(sending, "compose", compose)
        sending.recover(is_alive=lambda _worker: False)
        assert sending.send_due("autre") == 1
        return compose(messages, batch)

    monkeypatch.setattr(sending, "compose", slowly)
    assert sending.send_due("tenu pour mort") == 0
    assert len(mail.outbox) == 1
    assert Message.objects.get().state == MessageState.SENT


def test_old_texts_are_forgotten_and_their_key_kept(awa):
    message = news(awa)
    sending.send_due("essai")
    Message.objects.update(created_at=datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone()))
    sending.forget_old()
    message.refresh_from_db()
    assert (message.subject, message.lines, message.once) == ("", [], "essai:1")
    news(awa)
    assert sending.send_due("essai") == 0


def test_choices_are_made_on_the_page(awa, client):
    client.force_login(awa)
    page = client.get("/espace/messages/").content.decode()
    assert "Nouvelles d’essai" in page
    form = {f"kind-{key}": value for key, value in services.frequencies_of(awa).items()}
    form["kind-tests.news"] = "weekly"
    assert client.post("/espace/messages/", form).status_code == 302
    assert services.frequencies_of(awa)["tests.news"] == "weekly"


def test_together_a_message_that_has_no_more_to_say_than_its_title_says_it_once(awa):
    news(awa, 1, lines=["Nouvelle 1"], subject="Nouvelle 1")
    news(awa, 2, lines=["Nouvelle 2", "Avec un mot."], subject="Nouvelle 2")
    sending.send_due("essai")
    body = mail.outbox[0].body
    assert body.count("Nouvelle 1") == body.count("Nouvelle 2") == 1
    assert "Avec un mot." in body


def test_whoever_does_not_know_us_reads_who_writes(awa):
    services.notify_address(
        address="autre@exemple.org", kind="tests.news", once="essai", subject="Publié : un texte", lines=[]
    )
    assert sending.send_due("essai") == 1
    told, _mark, signed = mail.outbox[0].body.partition("\n-- \n")
    assert "Publié : un texte" in told
    assert signed.startswith("Terreau, la plateforme des villes francophones")
    assert "http://127.0.0.1:8000\n" in signed
