"""What the territories show on a territory's public page: what lies inside it."""

from __future__ import annotations

from typing import Any

from terreau.core.permissions import right
from terreau.territories.enums import Kind
from terreau.territories.models import Territory, TerritoryQuerySet

SHOWN = 40


def inside(territory: Territory) -> TerritoryQuerySet:
    """The territories in force directly inside: children in the tree, or members of a grouping."""
    if territory.kind == Kind.GROUPING:
        members = territory.member_links.filter(valid_to__isnull=True)
        return Territory.objects.current().filter(pk__in=members.values("member_id")).by_size()
    return Territory.objects.current().filter(parent=territory).by_size()


def territory_panel(territory: Territory, person: Any) -> dict[str, Any] | None:
    """The largest territories inside, and for the agent of a town the way to its subdivisions."""
    found = list(inside(territory)[: SHOWN + 1])
    signed_in = person is not None and person.is_authenticated
    town = territory.kind in (Kind.COMMUNE, Kind.BOROUGH) and territory.is_current
    may_edit = town and signed_in and bool(right("edit_territory")(person, territory))
    if not found and not may_edit:
        return None
    return {
        "territory": territory,
        "inside": found[:SHOWN],
        "has_more": len(found) > SHOWN,
        "may_edit": may_edit,
    }
