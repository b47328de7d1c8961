"""Who may do what. Roles given on a territory hold for all that lies under it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from terreau.accounts.enums import Role
from terreau.core.permissions import rule
from terreau.territories.models import Territory


@rule(_("Il faut se connecter."))
def is_signed_in(person: Any, _thing: Any) -> bool:
    """Whether the person has signed in and is active."""
    return bool(person is not None and person.is_authenticated and person.is_active)


@rule(_("Ce droit est celui du secrétariat du réseau."))
def is_secretariat(person: Any, _thing: Any) -> bool:
    """Whether the person belongs to the secretariat of the network."""
    return bool(is_signed_in(person)) and person.grants.filter(role=Role.SECRETARIAT).exists()


@rule(_("Ce droit est celui d’un agent de ce territoire, ou d’un territoire qui le contient."))
def is_agent_of(person: Any, territory: Territory | None) -> bool:
    """Whether the person is an agent of the territory or of one that contains it."""
    if territory is None or not is_signed_in(person):
        return False
    return person.grants.filter(
        role=Role.AGENT, territory__in=Territory.objects.containing(territory)
    ).exists()


can_import = is_signed_in & (is_agent_of | is_secretariat)
can_edit_sheets = is_signed_in & (is_agent_of | is_secretariat)
can_review = is_signed_in & (is_agent_of | is_secretariat)
can_publish_diagnosis = is_signed_in & (is_agent_of | is_secretariat)
can_edit_territory = is_signed_in & (is_agent_of | is_secretariat)
can_open_territory = is_signed_in & is_secretariat
can_name_agent = is_signed_in & is_secretariat
