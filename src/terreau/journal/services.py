"""Writing in the journal."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.journal.models import Event
from terreau.journal.rules import ways_to_reach


def record(*, verb: str, subject: str, actor: Any = None, territory_code: str = "", **data: Any) -> Event:
    """Write one event, in the transaction of the change that it tells.

    Args:
        verb: stable key of what happened, such as `organisation.edited`; never a sentence.
        subject: the thing, as `kind:code`.
        actor: the person, or None for the platform itself.
        territory_code: public code of the territory concerned.
        data: what else is worth keeping; never an e-mail address or a telephone number.

    Raises:
        TerreauError: when a text holds what looks like an e-mail address or a telephone number.
        RuntimeError: outside a transaction, where a crash could keep one without the other.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("journal.record must be called inside the transaction of the change")
    for where in ways_to_reach({"subject": subject, **data}):
        raise TerreauError(
            _(
                "Un texte contient une adresse électronique ou un numéro de téléphone\u00a0: "
                "le journal ne garde pas cela."
            ),
            where=where,
            remedy=_("Retirez-les de l’intitulé, puis recommencez."),
        )
    person = actor if getattr(actor, "pk", None) else None
    return Event.objects.create(
        verb=verb, subject=subject, actor=person, territory_code=territory_code, data=data
    )
