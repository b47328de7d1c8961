"""What the journal says, in French, from the stable keys that it stores.

Applications register the sentences of their own events in their `apps.py`. A key that nobody
registered (an application since removed) is still told, plainly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from terreau.journal.models import Event

_sentences: dict[str, Any] = {}
_pages: dict[str, str] = {}
_under_territory: set[str] = set()
Namer = Callable[[Iterable[str]], Mapping[str, str]]
_namers: dict[str, Namer] = {}


@dataclass(frozen=True)
class Line:
    """One event as it is read."""

    at: datetime
    who: str
    what: str
    subject: str
    url: str
    territory_code: str
    territory: str = ""


def register(verb: str, sentence: Any) -> None:
    """Say how an event is told: « a modifié la fiche », what follows « who ».

    Args:
        verb: key of the event.
        sentence: the words, or a function that gives them from the event's data.
    """
    _sentences[verb] = sentence


def register_page(kind: str, url_name: str, *, under_territory: bool = False) -> None:
    """Say which page shows the subjects of a kind; its address takes the subject's code alone.

    Args:
        kind: what stands before the colon in a subject.
        url_name: name of the address.
        under_territory: whether the address takes the code of the event's territory before it.
    """
    _pages[kind] = url_name
    (_under_territory.add if under_territory else _under_territory.discard)(kind)


def register_names(kind: str, namer: Namer) -> None:
    """Say how the subjects of a kind are called today: codes → names, in one query for a whole page."""
    _namers[kind] = namer


def tell_all(events: Sequence[Event]) -> list[Line]:
    """The events of a page in French, their subjects and territories called by their names."""
    codes: dict[str, set[str]] = {"territory": {event.territory_code for event in events} - {""}}
    for event in events:
        kind, _colon, code = event.subject.partition(":")
        codes.setdefault(kind, set()).add(code)
    names = {kind: _namers[kind](met) for kind, met in codes.items() if met and kind in _namers}
    return [tell(event, names) for event in events]


def tell(event: Event, names: Mapping[str, Mapping[str, str]] | None = None) -> Line:
    """The event in French. Never fails: an old event outlives the code that wrote it.

    Args:
        event: what happened.
        names: kind → code → name of today, as `tell_all` gathers them.
    """
    kind, _colon, code = event.subject.partition(":")
    name = event.data.get("name", "") if isinstance(event.data, dict) else ""
    known = names or {}
    name = known.get(kind, {}).get(code) or name
    # What was taken away since has no page any more.
    is_gone = kind in known and code not in known[kind]
    return Line(
        at=event.at,
        who=str(event.actor) if event.actor else _("La plateforme"),
        what=_told(event),
        subject=str(name or _shortened(code) or event.subject),
        url="" if is_gone else _page(kind, code, event.territory_code),
        territory_code=event.territory_code,
        territory=known.get("territory", {}).get(event.territory_code, event.territory_code),
    )


def _told(event: Event) -> str:
    sentence = _sentences.get(event.verb)
    if callable(sentence):
        sentence = sentence(event.data if isinstance(event.data, dict) else {})
    return str(sentence or _("a fait «\u00a0%(verb)s\u00a0»") % {"verb": event.verb})


def _shortened(code: str) -> str:
    """The code, or the eight figures by which one long identifier is told from another."""
    try:
        return str(UUID(code))[:8]
    except ValueError:
        return code


def _page(kind: str, code: str, territory_code: str) -> str:
    if kind not in _pages:
        return ""
    try:
        return reverse(_pages[kind], args=[territory_code, code] if kind in _under_territory else [code])
    except NoReverseMatch:
        return ""
