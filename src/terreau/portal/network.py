"""The network's view: every open territory with its figures, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.enums import Role
from terreau.accounts.models import RoleGrant
from terreau.accounts.perms import can_open_territory
from terreau.directory import search
from terreau.directory.freshness import fresh_from
from terreau.directory.search import Query
from terreau.journal.models import Event
from terreau.portal.dashboard import Part, waiting
from terreau.territories.enums import Kind
from terreau.territories.models import Ancestry, Territory

FIRST = "attente"
_FACETS = {
    Kind.COUNTRY: "country",
    Kind.REGION: "region",
    Kind.DEPARTMENT: "department",
    Kind.COMMUNE: "commune",
}
# As many values of a facet as the search counts: beyond, a missing one is not nought.
_MANY = 5000


@dataclass(frozen=True)
class Line:
    """One territory of the network."""

    territory: Territory
    sheets: int
    confirmed: Part
    last: datetime | None
    keepers: list[str]
    kept_by: str
    waiting: int


def rows() -> list[Line]:
    """Every open territory."""
    opened = list(Territory.objects.opened())
    sheets = _counts(opened, Query(size=1))
    fresh = _counts(opened, Query(size=1, confirmed_since=fresh_from(timezone.localdate())))
    waits = waiting(opened)
    last, own, above = _last_activity(opened), _agents(opened), _agents_above(opened)
    return [
        Line(
            territory=one,
            sheets=sheets[one.code],
            confirmed=Part(fresh[one.code], sheets[one.code]),
            last=last.get(one.pk),
            keepers=own.get(one.pk, []),
            kept_by=above.get(one.pk, "") or str(_("le secrétariat du réseau")),
            waiting=sum(wait.count for wait in waits[one.pk]),
        )
        for one in opened
    ]


def _counts(territories: Iterable[Territory], query: Query) -> dict[str, int]:
    """How many sheets answer in each territory: all counted at once, but groupings, asked one by one."""
    facets = search.search(replace(query, facets=tuple(_FACETS.values()))).facets
    counted = {facet: dict(counts) for facet, counts in facets.items()}
    found = {}
    for one in territories:
        known = counted.get(_FACETS.get(Kind(one.kind), ""))
        if known is not None and (one.code in known or len(known) < _MANY):
            found[one.code] = known.get(one.code, 0)
        else:
            found[one.code] = search.search(replace(query, territories=(one.code,))).total
    return found


def _last_activity(territories: list[Territory]) -> dict[int, datetime]:
    """When something was last done in each, or in what lies under it."""
    said = dict(
        Event.objects.exclude(territory_code="")
        .order_by()
        .values_list("territory_code")
        .annotate(last=Max("at"))
    )
    found: dict[int, datetime] = {}
    under = Ancestry.objects.filter(ancestor__in=territories, descendant__code__in=list(said))
    for key, code in under.values_list("ancestor", "descendant__code"):
        found[key] = max(found.get(key, said[code]), said[code])
    return found


def _agents(territories: list[Territory]) -> dict[int, list[str]]:
    grants = RoleGrant.objects.filter(
        role=Role.AGENT, territory__in=territories, person__is_active=True
    ).select_related("person")
    found: dict[int, list[str]] = {}
    for grant in grants.order_by("granted_at"):
        found.setdefault(grant.territory_id or 0, []).append(str(grant.person))
    return found


def _agents_above(territories: list[Territory]) -> dict[int, str]:
    """The nearest territory above that has an agent, who looks after those that have none."""
    order = {kind: rank for rank, kind in enumerate(Kind.values)}
    grants = RoleGrant.objects.filter(role=Role.AGENT, person__is_active=True)
    above = Ancestry.objects.filter(
        descendant__in=territories, ancestor__in=grants.values("territory")
    ).select_related("ancestor")
    nearest: dict[int, Territory] = {}
    for link in above:
        if link.ancestor_id == link.descendant_id:
            continue
        held = nearest.get(link.descendant_id)
        if held is None or order[link.ancestor.kind] > order[held.kind]:
            nearest[link.descendant_id] = link.ancestor
    return {key: _("l’agent de %(name)s") % {"name": one.name} for key, one in nearest.items()}


# --- Sorting ------------------------------------------------------------------------------------------------

_LONG_AGO = datetime.min.replace(tzinfo=timezone.get_default_timezone())
_KEYS: dict[str, Callable[[Line], Any]] = {
    "nom": lambda line: line.territory.name_folded,
    "fiches": lambda line: (-line.sheets, line.territory.name_folded),
    "confirmees": lambda line: (-(line.confirmed.share or 0), line.territory.name_folded),
    "activite": lambda line: (
        -(line.last or _LONG_AGO).timestamp() if line.last else 0,
        line.territory.name_folded,
    ),
    "suivi": lambda line: (bool(line.keepers), line.territory.name_folded),
    "attente": lambda line: (-line.waiting, line.territory.name_folded),
}


def sort(lines: list[Line], order: str) -> list[Line]:
    """By a column: most first, names in their order, those without an agent first."""
    return sorted(lines, key=_KEYS.get(order, _KEYS[FIRST]))


def columns(order: str) -> list[dict[str, Any]]:
    """The heads of the table, each a link that sorts by it."""
    names = {
        "nom": (_("Territoire"), False),
        "fiches": (_("Fiches"), True),
        "confirmees": (_("Confirmées depuis un an"), False),
        "activite": (_("Dernière activité"), False),
        "suivi": (_("Suivi par"), False),
        "attente": (_("En attente"), True),
    }
    current = order if order in names else FIRST
    return [
        {"key": key, "label": label, "number": number, "current": key == current}
        for key, (label, number) in names.items()
    ]


def sum_of(lines: list[Line]) -> dict[str, int]:
    """What the head of the page says of all of them."""
    return {
        "territories": len(lines),
        "orphans": sum(not line.keepers for line in lines),
        "waiting": sum(line.waiting for line in lines),
    }


def door(person: Any) -> str | None:
    """The network's view, for those who may read it."""
    return reverse("portal:network") if can_open_territory(person) else None
