"""A filled form as a telephone sends it: the XML of one instance, read without trusting it.

Where a question stands does not matter, only what it is called: groups come and go between versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from terreau.survey.definition import Questionnaire

# A form of a hundred questions weighs ten kilobytes; long remarks make it a hundred.
MOST_BYTES: Final = 2_000_000
_DEEPEST: Final = 20
_LONGEST_ID: Final = 120
# Out of power, telephones fall back to 1970, 1980 or 2000: before any of them could fill a form.
_CLOCK_NOT_SET: Final = 2000
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_META: Final = frozenset({"instanceID", "deprecatedID", "instanceName"})


class UnreadableError(ValueError):
    """What was sent is no filled form; the message says in French why."""


@dataclass(frozen=True, slots=True)
class Filled:
    """One filled form.

    Attributes:
        form_id, version: of the form it fills, as the telephone had it.
        instance_id: the same however often it is sent.
        replaces: the instance that it corrects; empty when it is new.
        texts: what was answered, by the name of each question.
    """

    form_id: str
    version: str
    instance_id: str
    replaces: str
    texts: Mapping[str, str]
    started_at: datetime | None
    completed_at: datetime | None


def read_filled(content: bytes) -> Filled:
    """Read one instance.

    Raises:
        UnreadableError: not XML, too large, with entities, or without identifier.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableError("Le formulaire dépasse deux mégaoctets.")
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise UnreadableError("Le formulaire n’est pas du XML lisible.") from error
    texts: dict[str, str] = {}
    meta: dict[str, str] = {}
    for name, text in _leaves(root):
        (meta if name in _META else texts)[name] = text
    instance_id = instance_of(meta.get("instanceID", "") or root.get("instanceID", ""))
    if not instance_id:
        raise UnreadableError("Le formulaire n’a pas d’identifiant (instanceID).")
    return Filled(
        form_id=root.get("id", ""),
        version=root.get("version", ""),
        instance_id=instance_id,
        replaces=instance_of(meta.get("deprecatedID", "")),
        started_at=moment(texts.pop("start", "")),
        completed_at=moment(texts.pop("end", "")),
        texts=texts,
    )


def _leaves(element: Element, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Name and text of what holds nothing else; a repeated name keeps the last that says something."""
    if depth > _DEEPEST:
        raise UnreadableError("Le formulaire est imbriqué sans fin.")
    for child in element:
        if len(child):
            yield from _leaves(child, depth + 1)
        elif text := (child.text or "").strip():
            yield child.tag.rpartition("}")[2], text


def instance_of(text: str) -> str:
    """An identifier of an answer in its one form: « uuid:… », which exports shorten to the bare number."""
    text = text.strip()
    if _UUID.fullmatch(text):
        text = f"uuid:{text}"
    if _UUID.fullmatch(text.removeprefix("uuid:")):
        text = text.lower()
    return text if len(text) <= _LONGEST_ID else ""


def moment(text: str) -> datetime | None:
    """A date and time as telephones and exports write it; None when there is none.

    That of a telephone whose clock was never set says nothing: it is none either.
    """
    try:
        found = datetime.fromisoformat(text.strip().replace(" UTC", "+00:00"))
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year > _CLOCK_NOT_SET else None


def raw_values(questionnaire: Questionnaire, texts: Mapping[str, str]) -> dict[str, Any]:
    """The texts as the questionnaire's reader takes them: several choices are a list."""
    several = {question.id for question in questionnaire.questions() if question.kind == "many"}
    return {name: text.split() if name in several else text for name, text in texts.items() if text}
