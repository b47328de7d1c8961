"""What a person may do at any time in a territory."""

from __future__ import annotations

from functools import cache
from typing import Any

from terreau.core.permissions import right
from terreau.core.registry import territory_doors
from terreau.territories.models import Territory


def doors_of(person: Any, territory: Territory) -> list[dict[str, Any]]:
    """The ways in that are open to a person; each right is asked once, however many doors it opens."""

    @cache
    def holds(name: str) -> bool:
        return bool(right(name)(person, territory))

    return [
        {"label": door.label, "url": url}
        for door in territory_doors
        if holds(door.right) and (url := door.url(territory))
    ]
