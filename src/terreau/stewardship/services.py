"""Every write of this application, by name."""

from __future__ import annotations

from terreau.stewardship.belonging import end as end_belonging
from terreau.stewardship.belonging import say as say_belonging
from terreau.stewardship.claiming import ask_to_keep, claim_by_code, make_keeper, send_claim_code
from terreau.stewardship.deciding import decide, publish_itself, withdraw
from terreau.stewardship.proposing import confirm_proposal, propose, send_proposal_code
from terreau.stewardship.reporting import report
from terreau.stewardship.teaming import (
    accept_invitation,
    end_keeping,
    hand_over,
    invite_colleague,
    revoke_invitation,
)
from terreau.stewardship.vouching import set_threshold, vouch

__all__ = [
    "accept_invitation",
    "ask_to_keep",
    "claim_by_code",
    "confirm_proposal",
    "decide",
    "end_belonging",
    "end_keeping",
    "hand_over",
    "invite_colleague",
    "make_keeper",
    "propose",
    "publish_itself",
    "report",
    "revoke_invitation",
    "say_belonging",
    "send_claim_code",
    "send_proposal_code",
    "set_threshold",
    "vouch",
    "withdraw",
]
