"""Writing in the journal."""

from __future__ import annotations

from typing import Any

from django.db import connection

from terreau.journal.models import Event


def record(*, verb: str, subject: str, actor: Any = None, territory_code: str = "", **data: Any) -> Event:
    """Write one event, in the transaction of the change that it tells.

    Args:
        verb: stable key of what happened, such as `organisation.edited`; never a sentence.
        subject: the thing, as `kind:code`.
        actor: the person, or None for the platform itself.
        territory_code: public code of the territory concerned.
        data: what else is worth keeping; never an e-mail address or a telephone number.

    Raises:
        RuntimeError: outside a transaction, where a crash could keep one without the other.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("journal.record must be called inside the transaction of the change")
    person = actor if getattr(actor, "pk", None) else None
    return Event.objects.create(
        verb=verb, subject=subject, actor=person, territory_code=territory_code, data=data
    )
