"""Who may do what with the grid, the barriers, the library and what is asked of States."""

from __future__ import annotations

from typing import Any

from terreau.accounts.perms import (
    can_edit_territory,
    can_publish_diagnosis,
    can_read_draft,
    is_elected_of,
    is_own_agent,
    is_partner_of,
    is_secretariat,
    is_signed_in,
    is_state_of,
)
from terreau.core.permissions import Rule
from terreau.framework.enums import College
from terreau.framework.models import Advocacy
from terreau.territories.models import Territory

# On a territory.
can_keep_grid = can_publish_diagnosis
can_keep_barriers = can_edit_territory
can_read_work = can_read_draft
can_propose_text = can_edit_territory

# On the network.
can_check_text = is_signed_in & is_secretariat
# On a country: what towns ask of its State.
can_answer_for_state = is_signed_in & (is_state_of | is_secretariat)

# By the role that opens each college; whoever has no account is invited by a link.
_COLLEGES: dict[College, Rule] = {
    College.STAFF: is_own_agent,
    College.ELECTED: is_elected_of,
    College.ACTORS: is_partner_of,
}
can_judge = is_signed_in & (is_own_agent | is_elected_of | is_partner_of)


def college_of(person: Any, territory: Territory) -> College | None:
    """From which college a person judges the grid of a territory; None for who does not."""
    return next((college for college, rule in _COLLEGES.items() if rule(person, territory)), None)


def country_of(point: Advocacy) -> Territory | None:
    """The country whose State is asked."""
    return Territory.objects.filter(code=point.country_code.lower(), kind="country").first()
