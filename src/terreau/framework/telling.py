"""What the writes of this application share: the journal, the kinds of messages, dates half known."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.journal.services import record
from terreau.territories.models import Territory

PROPOSAL, ANSWER, ADVOCACY = "framework.proposal", "framework.answer", "framework.advocacy"
_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def tell(verb: str, person: Any, territory: Territory, subject: str = "", **data: Any) -> None:
    """Write in the journal what was done in a territory; to the territory itself when no subject is named."""
    record(
        verb=verb,
        subject=subject or f"territory:{territory.code}",
        actor=person,
        territory_code=territory.code,
        **data,
    )


def clean_dated(text: Any, label: Any) -> str:
    """As much of a date as is known: « 2020 », « 2020-06 », « 2020-06-30 » (or 30/06/2020, 06/2020).

    Raises:
        TerreauError: when it is no date.
    """
    written = str(text or "").strip()
    if "/" in written:
        written = "-".join(reversed([part.strip().zfill(2) for part in written.split("/")]))
    if not written:
        return ""
    try:
        if not _PARTIAL_DATE.fullmatch(written):
            raise ValueError(written)
        date.fromisoformat(f"{written}-01-01"[:10])
    except ValueError:
        raise TerreauError(
            _("«\u00a0%(text)s\u00a0» n’est pas une date.") % {"text": str(text)[:40]},
            where=str(label),
            remedy=_("Écrivez l’année, ou 30/06/2020."),
        ) from None
    return written


def dated_words(dated: str) -> str:
    """« 30/06/2020 », « 06/2020 », « 2020 »."""
    return "/".join(reversed(dated.split("-"))) if dated else ""
