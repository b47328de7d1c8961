"""Who may do what. Roles given on a territory hold for all that lies under it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.accounts.enums import NETWORK_ROLES, READERS, Role, Shared
from terreau.accounts.models import RoleGrant, Sharing
from terreau.core.permissions import Rule, right, rule
from terreau.territories.models import Territory

# A role, and whether it is held on the very territory rather than on one that contains it.
Held = tuple[str, bool]


@rule(_("Il faut se connecter."))
def is_signed_in(person: Any, _thing: Any) -> bool:
    """Whether the person has signed in and is active."""
    return bool(person is not None and person.is_authenticated and person.is_active)


def remember_roles(person: Any, *territories: Territory) -> None:
    """Read once what roles the person holds on territories, for a page that asks many times.

    Kept on `person`, which a request does not share: never for work that outlives the page.
    """
    if not is_signed_in(person):
        return
    under = "territory__descendant_links__descendant"
    held = person.grants.filter(Q(territory__isnull=True) | Q(**{f"{under}__in": territories}))
    found: dict[int, set[Held]] = {one.pk: set() for one in territories}
    network = set()
    for role, at, key in held.values_list("role", "territory", under):
        if at is None:
            network.add(role)
        for reached in found if at is None else (key,):
            found[reached].add((role, at == reached))
    known: dict[int, frozenset[Held]] = getattr(person, "roles_at", {})
    # A role in the network is the same wherever it was read, even by who holds none on a territory.
    person.network_roles = frozenset(network)
    person.roles_at = known | {key: frozenset(roles) for key, roles in found.items()}


def _holds(person: Any, role: Role, territory: Any, *, here: bool = False) -> bool:
    """Whether an active person holds a role on a territory, or on one that contains it unless `here`."""
    if not is_signed_in(person):
        return False
    known: dict[int, frozenset[Held]] = getattr(person, "roles_at", {})
    if isinstance(territory, Territory) and territory.pk in known:
        return any(held == role and (at_it or not here) for held, at_it in known[territory.pk])
    if role in NETWORK_ROLES and hasattr(person, "network_roles"):
        return role in person.network_roles
    grants = person.grants.filter(role=role)
    if role in NETWORK_ROLES:
        return bool(grants.exists())
    if not isinstance(territory, Territory):
        return False
    if here:
        return bool(grants.filter(territory=territory).exists())
    return bool(grants.filter(territory__in=Territory.objects.containing(territory)).exists())


@rule(_("Ce droit est celui du secrétariat du réseau."))
def is_secretariat(person: Any, thing: Any) -> bool:
    """Whether the person belongs to the secretariat of the network."""
    return _holds(person, Role.SECRETARIAT, thing)


@rule(_("Ce droit est celui d’un agent de ce territoire, ou d’un territoire qui le contient."))
def is_agent_of(person: Any, territory: Territory | None) -> bool:
    """Whether the person is an agent of the territory or of one that contains it."""
    return _holds(person, Role.AGENT, territory)


@rule(_("Ce droit est celui d’un agent de ce territoire."))
def is_own_agent(person: Any, territory: Territory | None) -> bool:
    """Whether the person is an agent of this very territory."""
    return _holds(person, Role.AGENT, territory, here=True)


@rule(_("Ce droit est celui d’un lecteur élu de ce territoire."))
def is_elected_of(person: Any, territory: Territory | None) -> bool:
    """Whether the person reads for this very territory: what its neighbours prepare is not theirs to read."""
    return _holds(person, Role.ELECTED, territory, here=True)


@rule(_("Ce droit est celui d’un partenaire de ce territoire."))
def is_partner_of(person: Any, territory: Territory | None) -> bool:
    """Whether the person is a partner of this very territory."""
    return _holds(person, Role.PARTNER, territory, here=True)


@rule(_("Ce droit est celui de l’État, dans son pays."))
def is_state_of(person: Any, territory: Territory | None) -> bool:
    """Whether the person reads for the State of the territory's country."""
    return _holds(person, Role.STATE, territory)


@rule(_("Ce territoire ne partage pas son brouillon avec ses partenaires."))
def draft_is_shared(_person: Any, territory: Territory | None) -> bool:
    """Whether the territory lets its partners read its draft."""
    return territory is not None and Sharing.objects.filter(territory=territory, what=Shared.DRAFT).exists()


@rule(_("Ce territoire ne partage pas ses chiffres de travail avec ses partenaires."))
def figures_are_shared(_person: Any, territory: Territory | None) -> bool:
    """Whether the territory lets its partners read its working figures."""
    return territory is not None and Sharing.objects.filter(territory=territory, what=Shared.FIGURES).exists()


_keeps_territory = is_signed_in & (is_agent_of | is_secretariat)

# What an agent does.
can_import = _keeps_territory
can_edit_sheets = _keeps_territory
can_review = _keeps_territory
can_publish_diagnosis = _keeps_territory
can_edit_territory = _keeps_territory
can_read_journal = _keeps_territory
can_share = _keeps_territory
can_invite_readers = _keeps_territory
can_invite_agent = is_signed_in & (is_own_agent | is_secretariat)


@rule(_("Seule la personne qui tient un rôle peut le quitter."))
def is_own_role(person: Any, grant: RoleGrant) -> bool:
    """Whether this role is the person's own."""
    return bool(grant.person_id == person.pk)


@rule(_("Un agent retire les lecteurs élus et les partenaires de son territoire, pas les autres rôles."))
def manages_reader(person: Any, grant: RoleGrant) -> bool:
    """Whether the role is one that agents give and take in their territory, and the person is one."""
    return grant.role in READERS and bool(can_invite_readers(person, grant.territory))


# Asked on a role that is held.
can_end_role = is_signed_in & (is_own_role | is_secretariat | manages_reader)
can_be_named = is_signed_in & is_own_role

# What others read.
can_read_draft = is_signed_in & (
    is_agent_of | is_elected_of | is_secretariat | (is_partner_of & draft_is_shared)
)
can_read_figures = is_signed_in & (
    is_agent_of | is_elected_of | is_state_of | is_secretariat | (is_partner_of & figures_are_shared)
)
can_read_team = is_signed_in & (is_agent_of | is_elected_of | is_partner_of | is_secretariat)
can_read_network = is_signed_in & (is_state_of | is_secretariat)

# What the network's secretariat does.
can_open_territory = is_signed_in & is_secretariat
can_name_agent = is_signed_in & is_secretariat
can_invite = is_signed_in & is_secretariat
can_withdraw_role = is_signed_in & is_secretariat

# Every right on a territory, or on the network, by name; `tests/accounts/test_rights.py` says who holds each.
RIGHTS: dict[str, Rule] = {
    "import": can_import,
    "edit_sheets": can_edit_sheets,
    "review": can_review,
    "publish_diagnosis": can_publish_diagnosis,
    "edit_territory": can_edit_territory,
    "read_journal": can_read_journal,
    "share": can_share,
    "invite_readers": can_invite_readers,
    "invite_agent": can_invite_agent,
    "read_draft": can_read_draft,
    "read_figures": can_read_figures,
    "read_team": can_read_team,
    "read_network": can_read_network,
    "open_territory": can_open_territory,
    "name_agent": can_name_agent,
    "invite": can_invite,
    "withdraw_role": can_withdraw_role,
}
# Rights on one sheet, of its owner and its editors: named by `stewardship`, which knows who keeps what.
RIGHTS_ON_SHEETS: dict[str, Rule] = {name: right(name) for name in ("keep_sheet", "own_sheet")}
RIGHTS_ON_ROLES: dict[str, Rule] = {"end_role": can_end_role, "be_named": can_be_named}
CATALOGUE: dict[str, Rule] = {**RIGHTS, **RIGHTS_ON_SHEETS, **RIGHTS_ON_ROLES}

# The right that lets one invite to a role; `territory` tells where.
INVITES: dict[Role, Rule] = {
    Role.AGENT: can_invite_agent,
    Role.ELECTED: can_invite_readers,
    Role.PARTNER: can_invite_readers,
    Role.STATE: can_name_agent,
    Role.SECRETARIAT: can_name_agent,
}
