"""Who may do what with action plans."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from terreau.accounts.perms import can_edit_territory, can_read_draft, is_agent_of, is_signed_in
from terreau.core.permissions import Rule, rule
from terreau.plans.enums import Reply
from terreau.plans.models import Action, CoLeader, Share
from terreau.stewardship.models import Keeper

# On a territory: its plan.
can_write = can_edit_territory
can_read = can_read_draft


@rule(_("Ce droit est celui de qui porte cette action avec la ville."))
def co_leads(person: Any, action: Action) -> bool:
    """Whether the person keeps the sheet of an organisation that accepted to carry the action."""
    return action.co_leaders.filter(reply=Reply.ACCEPTED, organisation__in=sheets_of(person)).exists()


@rule(_("Ce droit est celui de qui tient la fiche de l’organisation sollicitée."))
def is_asked(person: Any, asked: CoLeader) -> bool:
    """Whether the person keeps the sheet of the organisation that was asked."""
    return Keeper.objects.current().filter(person=person, organisation=asked.organisation_id).exists()


@rule(_("Ce droit est celui d’un agent d’un territoire qui partage cette action."))
def shares(person: Any, action: Action) -> bool:
    """Whether the person is an agent of a territory that was asked to share the action."""
    found = action.shares.exclude(reply=Reply.REFUSED).select_related("territory")
    return any(is_agent_of(person, one.territory) for one in found)


def sheets_of(person: Any) -> Any:
    """The sheets that a person keeps today."""
    return Keeper.objects.current().filter(person=person).values("organisation")


def _of_territory(right: Rule) -> Rule:
    return Rule(lambda person, action: right(person, action.plan.territory))


can_edit_action = _of_territory(can_write)
# The state and the steps of one action, told from the field.
can_follow = can_edit_action | (is_signed_in & co_leads)
can_read_action = _of_territory(can_read) | (is_signed_in & (co_leads | shares))
can_answer = is_signed_in & is_asked
# On a share: the other territory answers.
can_answer_share = Rule(lambda person, share: can_write(person, share.territory))


def shared_with(territory: Any) -> Any:
    """The actions of others that a territory is asked to share, or shares."""
    return Share.objects.filter(territory=territory).exclude(reply=Reply.REFUSED)
