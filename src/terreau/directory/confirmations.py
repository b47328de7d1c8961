"""How a sheet says when it was last confirmed, by whom, and what follows from its age."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from terreau.directory.enums import SourceKind
from terreau.directory.freshness import Freshness, freshness
from terreau.directory.labels import day_text
from terreau.directory.rules import RecordView


@dataclass(frozen=True)
class Confirmation:
    """What a sheet says of its age: a line, how to show it, and a sentence when it is old."""

    state: Freshness
    text: str
    tone: str
    note: str = ""

    @property
    def is_off_map(self) -> bool:
        """Whether confirming it brings it back on the map."""
        return self.state is Freshness.OFF_MAP


def confirmation(
    confirmed_on: date | None, views: Iterable[RecordView], today: date, *, otherwise: tuple[str, str]
) -> Confirmation:
    """What a sheet says of its last confirmation; never a person's name.

    Args:
        confirmed_on: the day of the sheet.
        views: what its sources say, from which it is known who confirmed.
        today: the day on which it is read.
        otherwise: text and tone of a sheet that nobody ever confirmed, told by its source's date.
    """
    state = freshness(confirmed_on, today)
    if confirmed_on is None:
        return Confirmation(state, *otherwise)
    text = _("Confirmée le %(day)s par %(who)s") % {
        "day": day_text(confirmed_on.isoformat()),
        "who": _who(confirmed_on, views),
    }
    if state is Freshness.FRESH:
        return Confirmation(state, text, "good")
    return Confirmation(state, text, "warn", _notes()[state])


def _who(confirmed_on: date, views: Iterable[RecordView]) -> str:
    """The organisation itself if it spoke that day, else the agent of the territory."""
    kinds = {view.kind for view in views if view.stated_on == confirmed_on and not view.gone}
    return str(SourceKind.ACTOR.label if SourceKind.ACTOR in kinds else SourceKind.AGENT.label)


def _notes() -> dict[Freshness, str]:
    return {
        Freshness.AGED: _(
            "Personne n’a confirmé cette fiche depuis plus d’un an\u00a0: ce qu’elle dit a pu changer."
        ),
        Freshness.OFF_MAP: _(
            "Personne n’a confirmé cette fiche depuis plus de deux ans\u00a0: elle a quitté la carte. Elle y "
            "reviendra dès que l’organisation, ou l’agent du territoire, l’aura confirmée."
        ),
    }


def suffix(confirmed_on: str, today: date) -> str:
    """What a line of the list adds to « Confirmée en mars 2024 »: nothing while it is fresh."""
    state = freshness(date.fromisoformat(confirmed_on), today) if confirmed_on else Freshness.NEVER
    return {
        Freshness.AGED: _(", il y a plus d’un an"),
        Freshness.OFF_MAP: _(", sortie de la carte"),
    }.get(state, "")
