"""What a person may do at any time in a territory."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from terreau.core.permissions import right
from terreau.core.registry import DoorGroup, territory_doors
from terreau.territories.models import Territory

_NAMES = {
    DoorGroup.ACTORS: _("Les acteurs"),
    DoorGroup.KNOWING: _("Connaître"),
    DoorGroup.ACTING: _("Décider et agir"),
    DoorGroup.KEEPING: _("Le territoire et son équipe"),
}


def doors_of(person: Any, territory: Territory) -> list[dict[str, Any]]:
    """The ways in that are open to a person, by group; each right is asked once, however many doors it opens.

    Returns:
        The groups that hold a door, in their order: `label` and `doors`, each with its `label` and `url`.
    """

    @cache
    def holds(name: str) -> bool:
        return bool(right(name)(person, territory))

    groups: dict[DoorGroup, list[dict[str, Any]]] = {group: [] for group in DoorGroup}
    for door in territory_doors:
        if holds(door.right) and (url := door.url(territory)):
            groups[door.group].append({"label": door.label, "url": url})
    return [{"label": _NAMES[group], "doors": doors} for group, doors in groups.items() if doors]
