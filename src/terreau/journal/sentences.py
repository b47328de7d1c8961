"""What the journal says, in French, from the stable keys that it stores.

Applications register the sentences of their own events in their `apps.py`. A key that nobody
registered (an application since removed) is still told, plainly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from terreau.journal.models import Event

_sentences: dict[str, Any] = {}
_pages: dict[str, str] = {}


@dataclass(frozen=True)
class Line:
    """One event as it is read."""

    at: datetime
    who: str
    what: str
    subject: str
    url: str
    territory_code: str


def register(verb: str, sentence: Any) -> None:
    """Say how an event is told: « a modifié la fiche », what follows « who »."""
    _sentences[verb] = sentence


def register_page(kind: str, url_name: str) -> None:
    """Say which page shows the subjects of a kind; its address takes the subject's code alone."""
    _pages[kind] = url_name


def tell(event: Event) -> Line:
    """The event in French. Never fails: an old event outlives the code that wrote it."""
    kind, _colon, code = event.subject.partition(":")
    name = event.data.get("name", "") if isinstance(event.data, dict) else ""
    return Line(
        at=event.at,
        who=str(event.actor) if event.actor else _("La plateforme"),
        what=str(_sentences.get(event.verb, _("a fait «\u00a0%(verb)s\u00a0»") % {"verb": event.verb})),
        subject=str(name or _shortened(code) or event.subject),
        url=_page(kind, code),
        territory_code=event.territory_code,
    )


def _shortened(code: str) -> str:
    """The code, or the eight figures by which one long identifier is told from another."""
    try:
        return str(UUID(code))[:8]
    except ValueError:
        return code


def _page(kind: str, code: str) -> str:
    if kind not in _pages:
        return ""
    try:
        return reverse(_pages[kind], args=[code])
    except NoReverseMatch:
        return ""
