"""What the writes of this application share: the journal, the messages, the pages kept for visitors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from terreau.accounts.care import looked_after_by
from terreau.core.errors import TerreauError
from terreau.journal.rules import is_way_to_reach
from terreau.journal.services import record
from terreau.notifications.services import notify
from terreau.practices.models import Practice
from terreau.territories.models import Territory

REVIEW, ANSWER, REMIND = "practices.review", "practices.answer", "practices.remind"
LONGEST_WORDS = 4000


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


def write_to_town(
    territory: Territory, *, kind: str, once: str, subject: Any, lines: Iterable[Any], url: str
) -> int:
    """One message to each person who looks after a territory; to how many."""
    people = looked_after_by(territory).people
    told = list(lines)
    for person in people:
        notify(
            person=person,
            kind=kind,
            once=f"{once}:{person.pk}",
            subject=subject,
            lines=told,
            url=url,
            territory_code=territory.code,
        )
    return len(people)


def words_of(text: str, *, needed: str = "") -> str:
    """What a person wrote for all to read, paragraphs kept.

    Raises:
        TerreauError: when it is needed and missing, too long, or gives away how to reach somebody.
    """
    words = "\n".join(line.rstrip() for line in str(text).strip().splitlines())
    if needed and not words:
        raise TerreauError(needed)
    if len(words) > LONGEST_WORDS:
        raise TerreauError(
            _("Ce texte est trop long\u00a0: %(count)d signes, pour %(limit)d au plus.")
            % {"count": len(words), "limit": LONGEST_WORDS},
            remedy=_("Raccourcissez-le."),
        )
    if is_way_to_reach(words):
        raise TerreauError(
            _("Ce texte contient une adresse électronique ou un numéro de téléphone, et tous le liront."),
            remedy=_("Retirez-les."),
        )
    return words
