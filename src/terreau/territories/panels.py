"""What the territories show on a territory's public page: what lies inside it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

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


def subdivisions_door(territory: Territory) -> str | None:
    """Where the agent of a town adds its own subdivisions."""
    if territory.kind not in (Kind.COMMUNE, Kind.BOROUGH) or not territory.is_current:
        return None
    return reverse("territories:subdivisions", args=[territory.code])


def territory_panel(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """The largest territories inside, kind by kind."""
    by_kind: dict[str, list[Territory]] = {}
    for one in inside(territory).only("code", "name", "kind"):
        by_kind.setdefault(one.kind, []).append(one)
    if not by_kind:
        return None
    return {
        "territory": territory,
        "groups": [
            {"label": label, "count": len(by_kind[kind]), "shown": by_kind[kind][:SHOWN]}
            for kind, label in PLURALS.items()
            if kind in by_kind
        ],
        "has_more": any(len(found) > SHOWN for found in by_kind.values()),
    }
