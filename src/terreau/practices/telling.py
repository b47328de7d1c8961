"""What the writes of this application share: the journal, the kinds of messages."""

from __future__ import annotations

from typing import Any

from terreau.journal.services import record
from terreau.practices.models import Practice
from terreau.territories.models import Territory

REVIEW, ANSWER, REMIND = "practices.review", "practices.answer", "practices.remind"


def tell(verb: str, person: Any, practice: Practice, territory: Territory | None = None, **data: Any) -> None:
    """Write in the journal what was done to a practice, in its own territory or in another."""
    record(
        verb=verb,
        subject=f"practice:{practice.public_id}",
        actor=person,
        territory_code=(territory or practice.territory).code,
        **data,
    )


def tell_town(verb: str, person: Any, territory: Territory, **data: Any) -> None:
    """Write in the journal what a town said of itself."""
    record(
        verb=verb,
        subject=f"territory:{territory.code}",
        actor=person,
        territory_code=territory.code,
        **data,
    )
