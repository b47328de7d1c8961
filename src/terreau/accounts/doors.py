"""The ways to the pages of this application, from the workspace and from a territory's page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.accounts.care import territories_looked_after
from terreau.accounts.enums import Role
from terreau.accounts.models import RoleGrant
from terreau.accounts.perms import can_open_territory
from terreau.territories.models import Territory

ORPHANS_SHOWN = 10


def journal(territory: Territory) -> str:
    """What happened in the territory."""
    return reverse("accounts_journal", args=[territory.code])


def network(person: Any) -> str | None:
    """The secretariat's page."""
    return reverse("accounts_network") if can_open_territory(person) else None


def account(_person: Any) -> str:
    """One's own account, where one also signs out."""
    return reverse("accounts_mine")


def team(territory: Territory) -> str:
    """Who keeps the territory, who reads it."""
    return reverse("accounts_team", args=[territory.code])


def orphans(person: Any) -> list[dict[str, Any]]:
    """The territories without agent that this person looks after; the table of the network tells the rest."""
    own = {grant.territory_id for grant in person.grants.all() if grant.role == Role.AGENT}
    alone = [one for one in territories_looked_after(person) if one.pk not in own]
    found: list[dict[str, Any]] = [
        {
            "text": _("%(name)s\u00a0: aucun agent, vous en prenez soin. Invitez-en un.")
            % {"name": one.name},
            "url": team(one),
            "count": None,
        }
        for one in alone[:ORPHANS_SHOWN]
    ]
    if len(alone) > ORPHANS_SHOWN and can_open_territory(person):
        url = f"{reverse('portal:network')}?tri=suivi"
        found.append({"text": _("Tous les territoires sans agent"), "url": url, "count": len(alone)})
    return found


def partners(territory: Territory, _person: Any) -> dict[str, Any] | None:
    """The partners of a territory who chose to be named."""
    named = RoleGrant.objects.filter(role=Role.PARTNER, territory=territory, person__is_active=True)
    names = list(named.exclude(shown_as="").order_by("shown_as").values_list("shown_as", flat=True))
    return {"names": names} if names else None
