"""Who may do what. Roles given on a territory hold for all that lies under it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.accounts.enums import Role
from terreau.core.permissions import Rule, rule
from terreau.territories.models import Territory


@rule(_("Il faut se connecter."))
def is_signed_in(person: Any, _thing: Any) -> bool:
    """Whether the person has signed in and is active."""
    return bool(person is not None and person.is_authenticated and person.is_active)


def remember_roles(person: Any, territory: Territory) -> None:
    """Read once what roles the person holds on a territory, for a page that asks many times.

    Kept on `person`, which a request does not share: never for work that outlives the page.
    """
    if not is_signed_in(person):
        return
    above = Territory.objects.containing(territory).values("pk")
    held = person.grants.filter(
        Q(role=Role.SECRETARIAT) | Q(role=Role.AGENT, territory__in=above)
    ).values_list("role", flat=True)
    person.roles_at = {territory.pk: frozenset(held)}


def _remembered(person: Any, thing: Any) -> frozenset[str] | None:
    """The roles read beforehand for this territory; None when they were not."""
    if not isinstance(thing, Territory):
        return None
    known: dict[int, frozenset[str]] = getattr(person, "roles_at", {})
    return known.get(thing.pk)


@rule(_("Ce droit est celui du secrétariat du réseau."))
def is_secretariat(person: Any, thing: Any) -> bool:
    """Whether the person belongs to the secretariat of the network."""
    if not is_signed_in(person):
        return False
    known = _remembered(person, thing)
    if known is not None:
        return Role.SECRETARIAT in known
    return bool(person.grants.filter(role=Role.SECRETARIAT).exists())


@rule(_("Ce droit est celui d’un agent de ce territoire, ou d’un territoire qui le contient."))
def is_agent_of(person: Any, territory: Territory | None) -> bool:
    """Whether the person is an agent of the territory or of one that contains it."""
    if territory is None or not is_signed_in(person):
        return False
    known = _remembered(person, territory)
    if known is not None:
        return Role.AGENT in known
    containing = Territory.objects.containing(territory)
    return bool(person.grants.filter(role=Role.AGENT, territory__in=containing).exists())


can_import = is_signed_in & (is_agent_of | is_secretariat)
can_edit_sheets = is_signed_in & (is_agent_of | is_secretariat)
can_review = is_signed_in & (is_agent_of | is_secretariat)
can_publish_diagnosis = is_signed_in & (is_agent_of | is_secretariat)
can_edit_territory = is_signed_in & (is_agent_of | is_secretariat)
can_read_journal = is_signed_in & (is_agent_of | is_secretariat)
can_open_territory = is_signed_in & is_secretariat
can_name_agent = is_signed_in & is_secretariat
can_invite = is_signed_in & is_secretariat
can_withdraw_role = is_signed_in & is_secretariat

# Every right of the platform by name; `tests/accounts/test_rights.py` says who holds each of them.
RIGHTS: dict[str, Rule] = {
    "import": can_import,
    "edit_sheets": can_edit_sheets,
    "review": can_review,
    "publish_diagnosis": can_publish_diagnosis,
    "edit_territory": can_edit_territory,
    "read_journal": can_read_journal,
    "open_territory": can_open_territory,
    "name_agent": can_name_agent,
    "invite": can_invite,
    "withdraw_role": can_withdraw_role,
}
