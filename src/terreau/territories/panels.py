"""What the territories show on a territory's public page: what lies inside it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from terreau.core.permissions import right
from terreau.territories.enums import Kind
from terreau.territories.models import Territory, TerritoryQuerySet

SHOWN = 40
PLURALS = {
    Kind.REGION: _("Régions"),
    Kind.DEPARTMENT: _("Départements ou provinces"),
    Kind.GROUPING: _("Groupements de communes"),
    Kind.COMMUNE: _("Communes"),
    Kind.BOROUGH: _("Arrondissements"),
    Kind.SECTOR: _("Secteurs"),
    Kind.VILLAGE: _("Villages"),
}


def inside(territory: Territory) -> TerritoryQuerySet:
    """The territories in force directly inside: children in the tree, or members of a grouping."""
    if territory.kind == Kind.GROUPING:
        members = territory.member_links.filter(valid_to__isnull=True)
        return Territory.objects.current().filter(pk__in=members.values("member_id")).by_size()
    return Territory.objects.current().filter(parent=territory).by_size()


def territory_panel(territory: Territory, person: Any) -> dict[str, Any] | None:
    """The largest territories inside, kind by kind, and for the agent of a town the way to add its own."""
    by_kind: dict[str, list[Territory]] = {}
    for one in inside(territory).only("code", "name", "kind"):
        by_kind.setdefault(one.kind, []).append(one)
    signed_in = person is not None and person.is_authenticated
    town = territory.kind in (Kind.COMMUNE, Kind.BOROUGH) and territory.is_current
    may_edit = town and signed_in and bool(right("edit_territory")(person, territory))
    if not by_kind and not may_edit:
        return None
    return {
        "territory": territory,
        "groups": [
            {"label": label, "count": len(by_kind[kind]), "shown": by_kind[kind][:SHOWN]}
            for kind, label in PLURALS.items()
            if kind in by_kind
        ],
        "has_more": any(len(found) > SHOWN for found in by_kind.values()),
        "may_edit": may_edit,
    }
