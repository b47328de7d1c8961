"""Who looks after a territory: its agents, else those of the nearest that contains it, else the network.

What waits in the platform hangs on a territory, never on a person: when an agent leaves, it is found here
by those who remain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from terreau.accounts.enums import Role
from terreau.accounts.models import Person, RoleGrant
from terreau.territories.enums import Kind
from terreau.territories.models import Ancestry, Territory

_DEPTH = {kind: depth for depth, kind in enumerate(Kind.values)}


@dataclass(frozen=True)
class Care:
    """The people who look after a territory, and in whose name: `at` is None for the secretariat."""

    people: tuple[Person, ...]
    at: Territory | None
    is_own: bool


def looked_after_by(territory: Territory, *, without: RoleGrant | None = None) -> Care:
    """Who looks after this territory today, or would if the role `without` were ended."""
    grants = list(
        RoleGrant.objects.filter(
            role=Role.AGENT,
            person__is_active=True,
            territory__in=Territory.objects.containing(territory),
        )
        .exclude(pk__in=[without.pk] if without else [])
        .select_related("person", "territory")
        .order_by("granted_at", "pk")
    )
    if not grants:
        members = Person.objects.filter(grants__role=Role.SECRETARIAT, is_active=True).order_by("joined_at")
        return Care(tuple(members), None, is_own=False)
    nearest = max(
        (grant.territory for grant in grants if grant.territory), key=lambda one: _nearness(one, territory)
    )
    people = tuple(grant.person for grant in grants if grant.territory_id == nearest.pk)
    return Care(people, nearest, is_own=nearest.pk == territory.pk)


def territories_looked_after(person: Any) -> list[Territory]:
    """Those of the person's own, and the opened ones without agent that come to this person."""
    kept: list[Territory] | None = getattr(person, "looked_after", None)
    if kept is None:
        own = [
            grant.territory
            for grant in person.grants.all()
            if grant.role == Role.AGENT and grant.territory is not None
        ]
        # Read once for a page whose every part asks; a request does not share its person.
        kept = person.looked_after = [*own, *orphans_of(person)]
    return kept


def orphans_of(person: Any) -> list[Territory]:
    """The opened territories without any agent that come to this person."""
    roles = {(grant.role, grant.territory_id) for grant in person.grants.all()}
    own = {at for role, at in roles if role == Role.AGENT}
    in_secretariat = any(role == Role.SECRETARIAT for role, _at in roles)
    if not own and not in_secretariat:
        return []
    kept = RoleGrant.objects.filter(role=Role.AGENT, person__is_active=True)
    alone = Territory.objects.opened().current().exclude(pk__in=kept.values("territory"))
    if not in_secretariat:
        alone = alone.filter(ancestor_links__ancestor__in=own)
    orphans = list(alone.order_by("name_folded").distinct())
    above = _agents_above(orphans, set(kept.values_list("territory_id", flat=True)))
    return [
        one
        for one in orphans
        if (in_secretariat if not above[one.pk] else _nearest(above[one.pk], one).pk in own)
    ]


def _agents_above(orphans: Iterable[Territory], kept: set[int | None]) -> dict[int, list[Territory]]:
    """For each territory, those that contain it and have an agent."""
    found: dict[int, list[Territory]] = {one.pk: [] for one in orphans}
    links = Ancestry.objects.filter(descendant__in=found, ancestor__in=[pk for pk in kept if pk])
    for link in links.select_related("ancestor"):
        found[link.descendant_id].append(link.ancestor)
    return found


def _nearest(above: Iterable[Territory], territory: Territory) -> Territory:
    return max(above, key=lambda one: _nearness(one, territory))


def _nearness(container: Territory, territory: Territory) -> tuple[bool, int, bool, str]:
    """The territory itself first, then the smallest kind, the parent before another of its kind."""
    return (
        container.pk == territory.pk,
        _DEPTH[container.kind],
        container.pk == territory.parent_id,
        container.code,
    )
