"""What an organisation sells, offers and seeks: one entry each, with its price, conditions and last day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

CATALOGUE_KINDS = {"sells": _("Vend"), "offers": _("Propose"), "seeks": _("Recherche")}


def is_current(entry: Mapping[str, Any], today: date) -> bool:
    """Whether an entry still holds: one without a last day always does; « 2026-12 » holds to its end."""
    until = str(entry.get("until") or "")
    return not until or until >= today.isoformat()[: len(until)]


def by_kind(entries: Iterable[Mapping[str, Any]], today: date) -> list[dict[str, Any]]:
    """The entries that still hold, under what is done with them."""
    current = [entry for entry in entries if is_current(entry, today)]
    groups = [
        {"kind": kind, "label": label, "entries": [entry for entry in current if entry["kind"] == kind]}
        for kind, label in CATALOGUE_KINDS.items()
    ]
    return [group for group in groups if group["entries"]]
