"""The same message to several people: those given, or those who look after a territory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from terreau.accounts.care import looked_after_by
from terreau.notifications.services import notify
from terreau.territories.models import Territory


def write_to(
    people: Iterable[Any],
    *,
    kind: str,
    once: str,
    subject: Any,
    lines: Iterable[Any],
    url: str,
    territory_code: str = "",
) -> int:
    """One message to each, in the caller's transaction; to how many. `once` and the rest as in `notify`."""
    told, count = list(lines), 0
    for person in people:
        notify(
            person=person,
            kind=kind,
            once=f"{once}:{person.pk}",
            subject=subject,
            lines=told,
            url=url,
            territory_code=territory_code,
        )
        count += 1
    return count


def write_to_town(
    territory: Territory, *, kind: str, once: str, subject: Any, lines: Iterable[Any], url: str
) -> int:
    """One message to each person who looks after a territory; to how many."""
    return write_to(
        looked_after_by(territory).people,
        kind=kind,
        once=once,
        subject=subject,
        lines=lines,
        url=url,
        territory_code=territory.code,
    )
