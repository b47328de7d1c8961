"""What an organisation sells, offers and seeks: one entry each, with its price, conditions and last day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

CATALOGUE_KINDS = {"sells": _("Vend"), "offers": _("Propose"), "seeks": _("Recherche")}


_NEVER = 99999999


def number_of(day: date) -> int:
    """A day as a number that sorts as days do: 20261231."""
    return day.year * 10000 + day.month * 100 + day.day


def last_day(entry: Mapping[str, Any]) -> int:
    """The number of the last day of an entry: « 2026-12 » holds to its end, no last day never ends."""
    until = str(entry.get("until") or "").replace("-", "")
    return int(until + str(_NEVER)[len(until) :]) if until else _NEVER


def is_current(entry: Mapping[str, Any], today: date) -> bool:
    """Whether an entry still holds."""
    return last_day(entry) >= number_of(today)


def first_end(entries: Iterable[Mapping[str, Any]], today: date) -> int:
    """The number of the day with which the first of those that hold ends; 0 when none does."""
    ends = [last_day(entry) for entry in entries if is_current(entry, today)]
    return min((end for end in ends if end != _NEVER), default=0)


def by_kind(entries: Iterable[Mapping[str, Any]], today: date) -> list[dict[str, Any]]:
    """The entries that still hold, under what is done with them."""
    current = [entry for entry in entries if is_current(entry, today)]
    groups = [
        {"kind": kind, "label": label, "entries": [entry for entry in current if entry["kind"] == kind]}
        for kind, label in CATALOGUE_KINDS.items()
    ]
    return [group for group in groups if group["entries"]]
