"""Who may do what with practices."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from terreau.accounts.enums import Role
from terreau.accounts.perms import can_edit_territory, can_read_draft, is_secretariat, is_signed_in
from terreau.core.permissions import Rule, rule
from terreau.practices.models import Practice
from terreau.territories.models import Ancestry, Territory

# On a territory: its own sheets, what it takes up, what it lets be compared.
can_write = can_edit_territory
can_take_up = can_edit_territory
can_read_own = can_read_draft


def peer_territory(person: Any, practice: Practice) -> Territory | None:
    """The territory for which a person may check a practice: apart from its own, above and below."""
    if not is_signed_in(person):
        return None
    near = Ancestry.objects.filter(ancestor=practice.territory_id).values("descendant")
    above = Ancestry.objects.filter(descendant=practice.territory_id).values("ancestor")
    grants = person.grants.filter(role=Role.AGENT).select_related("territory").order_by("granted_at", "pk")
    # An agent of the very town does not check it under another hat.
    if grants.filter(territory__in=near).exists() or grants.filter(territory__in=above).exists():
        return None
    first = grants.first()
    return first.territory if first else None


@rule(_("Ce droit est celui d’un agent d’un autre territoire."))
def is_peer(person: Any, practice: Practice) -> bool:
    """Whether the person is an agent of a territory apart from that of the practice."""
    return peer_territory(person, practice) is not None


@rule(_("Qui a écrit cette version ne la relit pas."))
def did_not_write(person: Any, practice: Practice) -> bool:
    """Whether the version that waits is somebody else's."""
    return practice.submitted is None or practice.submitted.author_id != person.pk


def on_its_territory(right: Rule) -> Rule:
    """A right on a territory, asked of a practice."""
    return Rule(lambda person, practice: right(person, practice.territory))


can_check = is_signed_in & (is_secretariat | is_peer) & did_not_write
can_edit = on_its_territory(can_write)
can_confirm = on_its_territory(can_write)
can_withdraw = on_its_territory(can_write)
