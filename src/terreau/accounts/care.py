"""Who looks after a territory: its agents, else those of the nearest that contains it, else the network.

What waits in the platform hangs on a territory, never on a person: when an agent leaves, it is found here
by those who remain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext

from terreau.accounts.enums import Role
from terreau.accounts.models import Person, RoleGrant
from terreau.territories.enums import Kind
from terreau.territories.models import Ancestry, Territory

_DEPTH = {kind: depth for depth, kind in enumerate(Kind.values)}

# The secretariat's workspace names so many at most; the table of the network tells the rest.
MOST_TERRITORIES = 20


@dataclass(frozen=True)
class Care:
    """The people who look after a territory, and in whose name: `at` is None for the secretariat."""

    people: tuple[Person, ...]
    at: Territory | None
    is_own: bool


def looked_after_by(territory: Territory, *, without: RoleGrant | None = None) -> Care:
    """Who looks after this territory today, or would if the role `without` were ended."""
    here = Q(role=Role.AGENT, territory__in=Territory.objects.containing(territory))
    grants = list(
        RoleGrant.objects.filter(here | Q(role=Role.SECRETARIAT), person__is_active=True)
        .exclude(pk__in=[without.pk] if without else [])
        .select_related("person", "territory")
        .order_by("granted_at", "pk")
    )
    above = [grant.territory for grant in grants if grant.territory]
    nearest = _nearest(above, territory) if above else None
    held = nearest.pk if nearest else None  # the secretariat's role is held nowhere
    people = tuple(grant.person for grant in grants if grant.territory_id == held)
    return Care(people, nearest, is_own=held == territory.pk)


def holders(role: Role, territory: Territory | None = None) -> list[Person]:
    """The people who hold a role, in the network or on one territory."""
    grants = RoleGrant.objects.filter(role=role, territory=territory, person__is_active=True)
    return [grant.person for grant in grants.select_related("person")]


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


def waiting_by_territory(
    person: Any,
    count: Callable[[Iterable[Territory]], Iterable[tuple[int, int]]],
    text: str,
    door: Callable[[Territory], str],
) -> list[dict[str, Any]]:
    """What waits in each of the territories that come to this person, for the workspace.

    Args:
        person: whose workspace it is.
        count: of territories, those where something waits, by key, and how much.
        text: what waits, where `%(territory)s` stands for the name.
        door: the page where it is dealt with.
    """
    known = {one.pk: one for one in territories_looked_after(person)}
    counted = dict(count(known.values()))
    found = [
        {"text": text % {"territory": one.name}, "url": door(one), "count": counted[key]}
        for key, one in known.items()
        if key in counted
    ]
    return at_most(found, person, "attente")


def at_most(found: list[dict[str, Any]], person: Any, lacking: str) -> list[dict[str, Any]]:
    """What a workspace names for the secretariat, and how many more there are, where all can be read.

    Args:
        found: what waits, territory by territory.
        person: whose workspace it is.
        lacking: what the table of the network is asked for, to tell the rest.
    """
    left = len(found) - MOST_TERRITORIES
    if left <= 0 or not any(grant.role == Role.SECRETARIAT for grant in person.grants.all()):
        return found
    text = ngettext("autre territoire dans le même cas", "autres territoires dans le même cas", left)
    url = f"{reverse('portal:network')}?voir={lacking}"
    return [*found[:MOST_TERRITORIES], {"text": text, "url": url, "count": left}]


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
    nearest = nearest_kept(orphans)
    return [one for one in orphans if (nearest[one.pk].pk in own if one.pk in nearest else in_secretariat)]


def nearest_kept(territories: Iterable[Territory]) -> dict[int, Territory]:
    """By key, the nearest territory with an agent: itself or one that contains it; left out without any."""
    known = {one.pk: one for one in territories}
    kept = RoleGrant.objects.filter(role=Role.AGENT, person__is_active=True)
    above: dict[int, list[Territory]] = {}
    links = Ancestry.objects.filter(descendant__in=known, ancestor__in=kept.values("territory"))
    for link in links.select_related("ancestor"):
        above.setdefault(link.descendant_id, []).append(link.ancestor)
    return {key: _nearest(found, known[key]) for key, found in above.items()}


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
