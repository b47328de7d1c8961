"""Telephones that come home: all send what they gathered to one web worker, back to back.

Each sends its answers one after the other, as ODK Collect does: HEAD, then POST with a media of 300 kB. One
sending in five is cut half-way and sent again; one in twenty is sent twice. At the end, the base must hold
each answer once, and each media whole.
"""

from __future__ import annotations

import argparse
import http.client
import random
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field

from bench.report import Line

PORT = 8766
HOST = "127.0.0.1"
MEDIA_BYTES = 300_000
WORST = 0.5
BOUNDARY = "----telephone"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--telephones", type=int, default=50)
    parser.add_argument("--submissions", type=int, default=200, help="réponses de chaque téléphone")


@dataclass
class Telephone:
    """One telephone: a connection kept open, and the last challenge of Digest."""

    slug: str
    username: str
    password: str
    count: int
    chance: random.Random
    seconds: list[float] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    challenge: dict[str, str] = field(default_factory=dict)
    used: int = 0

    def run(self) -> None:
        self.line = http.client.HTTPConnection(HOST, PORT, timeout=120)
        self._ask("HEAD", "submission")
        for _number in range(self.count):
            instance = f"uuid:{uuid.uuid4()}"
            body = _envelope(self.slug, instance, self.chance)
            if self.chance.random() < 0.2:
                self._cut(body)
            for _again in range(2 if self.chance.random() < 0.05 else 1):
                status = self._ask("HEAD", "submission")
                start = time.perf_counter()
                posted = self._ask("POST", "submission", body)
                self.seconds.append(time.perf_counter() - start)
                if (status, posted) != (204, 201):
                    self.wrong.append(f"{status} {posted}")
            self.sent.append(instance)

    def _ask(self, method: str, name: str, body: bytes = b"") -> int:
        path = f"/openrosa/{self.slug}/{name}"
        for _attempt in range(2):
            headers = {"X-OpenRosa-Version": "1.0"}
            if self.challenge:
                headers["Authorization"] = self._authorization(method, path)
            if method == "POST":
                headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
            self.line.request(method, path, body or None, headers)
            response = self.line.getresponse()
            response.read()
            if response.status != 401:
                break
            self.challenge = dict(re.findall(r'(\w+)="([^"]*)"', response.headers["WWW-Authenticate"]))
        return response.status

    def _cut(self, body: bytes) -> None:
        """Begin a sending and lose the network half-way."""
        path = f"/openrosa/{self.slug}/submission"
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {HOST}:{PORT}\r\nX-OpenRosa-Version: 1.0\r\n"
            f"Authorization: {self._authorization('POST', path)}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection((HOST, PORT)) as line:
            line.sendall(head.encode() + body[: len(body) // 2])

    def _authorization(self, method: str, path: str) -> str:
        from terreau.survey.field.http_digest import DigestClaim, expected_response

        self.used += 1
        claim = DigestClaim(
            username=self.username,
            realm=self.challenge["realm"],
            nonce=self.challenge["nonce"],
            uri=path,
            response="",
            qop="auth",
            nc=f"{self.used:08x}",
            cnonce=secrets.token_hex(8),
        )
        proof = expected_response(claim, self.password, method)
        return (
            f'Digest username="{claim.username}", realm="{claim.realm}", nonce="{claim.nonce}", '
            f'uri="{path}", qop=auth, nc={claim.nc}, cnonce="{claim.cnonce}", response="{proof}"'
        )


def _envelope(slug: str, instance: str, chance: random.Random) -> bytes:
    """A form of about sixty answers, and its media."""
    from terreau.survey.core_questionnaire import core

    name = f"{instance[5:13]}.amr"
    parts = ["<CONSENT>yes</CONSENT><COLLEGE>actors</COLLEGE>"]
    for question in core().questions():
        if question.when is None:
            parts.append(f"<{question.id}>{_answer(question, name, chance)}</{question.id}>")
    xml = (
        f'<data id="{slug}" version="1" xmlns:orx="http://openrosa.org/xforms">{"".join(parts)}'
        f"<orx:meta><orx:instanceID>{instance}</orx:instanceID></orx:meta></data>"
    )
    sound = b"#!AMR\n" + chance.randbytes(MEDIA_BYTES)
    return b"".join(
        (
            _part("xml_submission_file", "s.xml", "text/xml", xml.encode()),
            _part(name, name, "audio/amr", sound),
            f"--{BOUNDARY}--\r\n".encode(),
        )
    )


def _answer(question: object, media: str, chance: random.Random) -> str:
    kind = question.kind
    if kind == "media":
        return media
    if kind in ("one", "many"):
        return chance.choice(question.codes())
    return {"scale": str(chance.randint(1, 5)), "integer": "12"}.get(kind, "")


def _part(name: str, filename: str, kind: str, content: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
    return head.encode() + f"Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n"


def _prepare(count: int) -> tuple[str, list[tuple[str, str]]]:
    """An open survey, and an access for each telephone."""
    from terreau.accounts.models import Person, RoleGrant
    from terreau.survey.field.accounts import give_account
    from terreau.survey.publishing import create_survey, open_survey
    from terreau.territories.models import Territory

    town = Territory.objects.filter(kind="commune").order_by("code").first()
    agent = Person.objects.create_user(f"{secrets.token_hex(4)}@demo.invalid")
    RoleGrant.objects.create(person=agent, role="agent", territory=town)
    survey = create_survey(
        person=agent, territory=town, title="Besoins simulés", purpose="Mesurer.", contact="—", simulated=True
    )
    open_survey(person=agent, survey=survey)
    given = [give_account(person=agent, survey=survey, label=f"n° {number + 1}") for number in range(count)]
    return survey.slug, [(account.username, password) for account, password in given]


def _wait() -> None:
    for _attempt in range(240):
        try:
            socket.create_connection((HOST, PORT), timeout=1).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("le serveur n’a pas répondu")


def run(options: argparse.Namespace) -> list[Line]:
    from django.db import connections

    slug, accounts = _prepare(options.telephones)
    connections.close_all()
    telephones = [
        Telephone(slug, username, password, options.submissions, random.Random(number))
        for number, (username, password) in enumerate(accounts)
    ]
    command = [sys.executable, "-m", "terreau.project.cli", "serve", "--port", str(PORT), "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait()
            start = time.perf_counter()
            threads = [threading.Thread(target=one.run) for one in telephones]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            whole = time.perf_counter() - start
        finally:
            server.terminate()
    return _lines(slug, telephones, whole)


def _lines(slug: str, telephones: list[Telephone], whole: float) -> list[Line]:
    from django.conf import settings

    from terreau.survey.models import Media, Submission

    wrong = [one for telephone in telephones for one in telephone.wrong]
    if wrong:
        raise SystemExit(f"des envois ont été refusés : {wrong[:5]} ({len(wrong)})")
    sent = [instance for telephone in telephones for instance in telephone.sent]
    kept = list(Submission.objects.filter(survey__slug=slug).values_list("instance_id", flat=True))
    lost, twice = len(set(sent) - set(kept)), len(kept) - len(set(kept))
    media = Media.objects.filter(submission__survey__slug=slug)
    halves = sum(
        (settings.HOME.files / path).stat().st_size != MEDIA_BYTES + 6
        for path in media.values_list("path", flat=True)
    )
    seconds = sorted(one for telephone in telephones for one in telephone.seconds)
    p99 = seconds[int(len(seconds) * 0.99)]
    if lost or twice or halves or media.count() != len(sent) or len(kept) != len(sent):
        raise SystemExit(f"perdues {lost}, en double {twice}, médias incomplets {halves}, {media.count()}")
    about = f"{len(telephones)} téléphones, {len(sent)} réponses, aucune perdue, aucune en double"
    return [
        Line(f"{about} : p99 d’un envoi", p99 * 1000, WORST * 1000, "ms", "seuil"),
        Line("médiane d’un envoi", seconds[len(seconds) // 2] * 1000, WORST * 1000, "ms", "seuil du p99"),
        Line("débit", len(seconds) / whole, len(telephones) / WORST, "réponses/s", "ce que le seuil demande"),
    ]
