"""A survey that is open, and a telephone written from the public specification of OpenRosa."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from dataclasses import dataclass, field
from xml.etree.ElementTree import fromstring

from terreau.accounts.models import Person, RoleGrant
from terreau.survey.field.accounts import give_account
from terreau.survey.publishing import create_survey, open_survey

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
RESPONSE = "{http://openrosa.org/http/response}"
# The smallest files of their kinds.
PICTURE = b"\xff\xd8\xff\xe0" + bytes(200) + b"\xff\xd9"
SOUND = b"#!AMR\n" + bytes(200)


def agent_of(territory):
    """The agent who runs the survey."""
    person = Person.objects.create_user(f"agent-{secrets.token_hex(4)}@exemple.org")
    RoleGrant.objects.create(person=person, role="agent", territory=territory)
    return person


def open_new(territory, agent, **more):
    """A survey open to answers."""
    survey = create_survey(
        person=agent,
        territory=territory,
        title="Besoins d’essai",
        purpose="Savoir de quoi les acteurs ont besoin.",
        contact="mairie@exemple.org",
        **more,
    )
    return open_survey(person=agent, survey=survey)


def filled(
    form_id,
    version="1",
    *,
    instance="",
    replaces="",
    start="2026-05-04T09:00:00.000+01:00",
    end="2026-05-04T09:12:00.000+01:00",
    **answers,
):
    """A form as a telephone fills it; groups do not matter."""
    given = {"CONSENT": "yes", "COLLEGE": "actors", **answers}
    parts = "".join(f"<{name}>{text}</{name}>" for name, text in given.items() if text is not None)
    edited = f"<orx:deprecatedID>{replaces}</orx:deprecatedID>" if replaces else ""
    return (
        f'<?xml version="1.0" ?><data id="{form_id}" version="{version}" xmlns:orx="http://openrosa.org/xforms">'
        f"<start>{start}</start><end>{end}</end><ANSWERS><GROUP>{parts}</GROUP></ANSWERS>"
        f"<orx:meta><orx:instanceID>{instance or new_instance()}</orx:instanceID>{edited}</orx:meta></data>"
    ).encode()


def new_instance():
    """An instanceID as telephones draw them."""
    return f"uuid:{uuid.uuid4()}"


@dataclass
class Telephone:
    """Speaks OpenRosa over HTTP Digest, remembering the last challenge as telephones do."""

    client: object
    server: str
    username: str
    password: str
    challenge: dict = field(default_factory=dict)
    count: int = 0
    asked: int = 0

    def get(self, path, **headers):
        return self._ask("GET", path, **headers)

    def head(self, path):
        return self._ask("HEAD", path)

    def post(self, path, body, content_type):
        return self._ask("POST", path, data=body, content_type=content_type)

    def send(self, content, files=(), *, incomplete=False, boundary="----limite"):
        """One submission: HEAD, then POST."""
        if self.head(f"{self.server}/submission").status_code != 204:
            raise AssertionError("HEAD is to answer 204")
        body = envelope(content, files, incomplete=incomplete, boundary=boundary)
        return self.post(f"{self.server}/submission", body, f"multipart/form-data; boundary={boundary}")

    def forms(self):
        """What the list of forms says, by field."""
        root = fromstring(self.get(f"{self.server}/formList").content)
        assert root.tag == f"{LIST}xforms"
        return [{part.tag.removeprefix(LIST): part.text for part in form} for form in root]

    def _ask(self, method, path, **more):
        self.asked += 1
        response = self._try(method, path, **more)
        if response.status_code == 401 and self._learn(response):
            response = self._try(method, path, **more)
        return response

    def _try(self, method, path, **more):
        headers = {"X-OpenRosa-Version": "1.0"}
        if self.challenge:
            headers["Authorization"] = self.authorization(method, path)
        return self.client.generic(method, path, headers=headers, **more)

    def _learn(self, response):
        header = response["WWW-Authenticate"]
        first = not self.challenge or "stale=true" in header
        self.challenge = dict(re.findall(r'(\w+)="([^"]*)"', header.split(", Basic")[0]))
        self.count = 0
        return first

    def authorization(self, method, path):
        """The header by which it proves that it knows the password (RFC 2617, 3.2.2)."""
        self.count += 1
        cnonce, nc = secrets.token_hex(16), f"{self.count:08x}"
        realm, nonce = self.challenge["realm"], self.challenge["nonce"]
        ha1 = md5(f"{self.username}:{realm}:{self.password}")
        ha2 = md5(f"{method}:{path}")
        response = md5(f"{ha1}:{nonce}:{nc}:{cnonce}:auth:{ha2}")
        return (
            f'Digest username="{self.username}", realm="{realm}", nonce="{nonce}", uri="{path}", qop=auth, '
            f'nc={nc}, cnonce="{cnonce}", response="{response}"'
        )


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def envelope(content, files=(), *, incomplete=False, boundary="----limite"):
    """A multipart envelope: the filled form, then its files."""
    parts = (
        [part("xml_submission_file", "submission.xml", "text/xml", content)] if content is not None else []
    )
    parts += [part(name, name, kind, body) for name, kind, body in files]
    if incomplete:
        parts.append(b'Content-Disposition: form-data; name="*isIncomplete*"\r\n\r\nyes\r\n')
    mark = b"--" + boundary.encode()
    return b"".join(mark + b"\r\n" + one for one in parts) + mark + b"--\r\n"


def part(name, filename, kind, body):
    head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
    head += f"Content-Type: {kind}\r\n\r\n"
    return head.encode() + body + b"\r\n"


def telephone(client, survey, agent, label="Équipe d’essai"):
    """A telephone with an access of its own."""
    account, password = give_account(person=agent, survey=survey, label=label)
    return Telephone(client, f"/openrosa/{survey.slug}", account.username, password)


def told(response):
    """What the telephone shows."""
    return fromstring(response.content).findtext(f"{RESPONSE}message")
