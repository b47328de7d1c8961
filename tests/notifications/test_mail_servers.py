"""Mail servers as they are: some close after a few mails, some say no for a while, some refuse one reader."""

from __future__ import annotations

import socketserver
import threading
from smtplib import SMTPAuthenticationError

import pytest
from django.core.mail.backends.smtp import EmailBackend

from terreau.notifications import sending, services
from terreau.notifications.enums import MessageState
from terreau.notifications.models import Message

pytestmark = pytest.mark.django_db


class Server(socketserver.ThreadingTCPServer):
    """Takes `most` mails on each line, then closes it; says `told` when a mail for an address begins."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, *, most: int = 1000, closes_at: bytes = b"", told: dict[str, bytes] | None = None):
        super().__init__(("127.0.0.1", 0), _Line)
        self.most, self.closes_at, self.told = most, closes_at, told or {}
        self.taken: list[str] = []
        self.lines = 0


class _Line(socketserver.StreamRequestHandler):
    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def handle(self) -> None:
        server, taken = self.server, 0
        server.lines += 1
        self.say(b"220 ici")
        to = ""
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if taken >= server.most or verb == server.closes_at:
                return
            if verb == b"RCPT":
                to = line.partition(b"<")[2].partition(b">")[0].decode()
                self.say(server.told.get(to, b"250 ok"))
            elif verb == b"DATA":
                self.say(b"354 allez")
                while self.rfile.readline() != b".\r\n":
                    pass
                server.taken.append(to)
                taken += 1
                self.say(b"250 pris")
            elif verb == b"QUIT":
                self.say(b"221 bien")
                return
            else:
                self.say(b"250 ok")


@pytest.fixture
def serving(settings):
    """Starts a server, which the instance writes to."""
    begun: list[Server] = []

    def begin(**habits: object) -> Server:
        server = Server(**habits)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        begun.append(server)
        return server

    yield begin
    for server in begun:
        server.shutdown()
        server.server_close()


def to(*names: str) -> list[str]:
    addresses = [f"{name}@exemple.org" for name in names]
    for address in addresses:
        services.notify_address(
            address=address, kind="tests.news", once=address, subject="Nouvelle", lines=["Texte."]
        )
    return addresses


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("once", "state"))


def test_a_server_that_closes_after_two_mails_is_given_them_all(serving):
    server = serving(most=2)
    addresses = to("a", "b", "c", "d", "e")
    assert sending.send_due("essai") == 5
    assert server.taken == addresses
    assert set(states().values()) == {MessageState.SENT}


def test_a_line_cut_in_the_middle_of_one_mail_costs_no_other(serving):
    server = serving(closes_at=b"DATA")
    first, second = to("a", "b")
    assert sending.send_due("essai") == 0
    assert server.lines == 2, "each mail had a line that holds"
    assert states() == {first: MessageState.UNCERTAIN, second: MessageState.UNCERTAIN}


def test_one_reader_refused_for_good_and_one_for_a_while_keep_nobody_from_theirs(serving):
    server = serving(told={"a@exemple.org": b"550 inconnu", "b@exemple.org": b"451 plus tard"})
    first, second, third = to("a", "b", "c")
    assert sending.send_due("essai") == 1
    assert server.taken == [third]
    assert states() == {
        first: MessageState.FAILED,
        second: MessageState.WAITING,
        third: MessageState.SENT,
    }


def test_a_line_closed_and_not_opened_again_leaves_the_rest_waiting(serving, monkeypatch):
    serving(most=1)
    first, second, third = to("a", "b", "c")
    opens = EmailBackend.open
    tries: list[int] = []

    def once(self):
        if self.connection is None:
            tries.append(1)
        if len(tries) > 1:
            raise ConnectionRefusedError
        return opens(self)

    monkeypatch.setattr(EmailBackend, "open", once)
    assert sending.send_due("essai") == 1
    assert states() == {first: MessageState.SENT, second: MessageState.WAITING, third: MessageState.WAITING}


def test_a_server_that_does_not_let_us_in_is_left_in_peace_for_a_minute(serving, monkeypatch):
    serving()
    to("a")
    pause, tries = sending.Pause(), []

    def refuse(_self):
        tries.append(1)
        raise SMTPAuthenticationError(535, b"mot de passe")

    with monkeypatch.context() as refusing:
        refusing.setattr(EmailBackend, "open", refuse)
        assert [sending.send_due("essai", pause), sending.send_due("essai", pause)] == [0, 0]
    assert len(tries) == 1
    later = sending.time.monotonic() + sending.SECONDS_AFTER_SILENCE + 1
    with monkeypatch.context() as waiting:
        waiting.setattr(sending.time, "monotonic", lambda: later)
        assert sending.send_due("essai", pause) == 1


def test_a_slow_server_does_not_keep_the_worker_from_its_tasks(serving, monkeypatch):
    server = serving()
    to("a", "b", "c")
    moments = iter([0, 0, 1, 20, 31])
    with monkeypatch.context() as slowly:
        slowly.setattr(sending.time, "monotonic", lambda: next(moments))
        assert sending.send_due("essai") == 2
    assert len(server.taken) == 2
    assert sending.send_due("essai") == 1
