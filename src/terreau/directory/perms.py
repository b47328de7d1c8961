"""Who may do what with the sheets of the directory."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from terreau.accounts.enums import Role
from terreau.accounts.perms import is_secretariat, is_signed_in
from terreau.core.permissions import right, rule
from terreau.directory.enums import Precision
from terreau.directory.models import Organisation
from terreau.territories.models import Ancestry, Territory


def territories_of(organisation: Organisation) -> list[Territory]:
    """Where a sheet belongs: its place, and for one without a place, the territory of its first source.

    Whoever brought an organisation that says no more than its country may say where it is.
    """
    found = [organisation.territory] if organisation.territory else []
    if organisation.precision in {Precision.NONE, Precision.COUNTRY} and organisation.source:
        found.append(organisation.source.territory)
    return found


def agent_territories(person: Any, territories: list[Territory]) -> list[Territory]:
    """Among the territories of which the person is an agent, those that contain one of these."""
    if not territories or not is_signed_in(person):
        return []
    above = Ancestry.objects.filter(descendant__in=territories).values("ancestor")
    grants = person.grants.filter(role=Role.AGENT, territory__in=above)
    return [grant.territory for grant in grants.select_related("territory")]


@rule(_("Ce droit est celui d’un agent du territoire de l’organisation, ou d’un territoire qui le contient."))
def is_agent_for(person: Any, organisation: Organisation) -> bool:
    """Whether the person is an agent where the organisation is."""
    return bool(agent_territories(person, territories_of(organisation)))


# Named by the application that knows who keeps a sheet for its organisation.
keeps_sheet = right("keep_sheet")
# What is an agent's alone: withdraw a sheet, separate and join records, speak of others than oneself.
can_govern = is_signed_in & (is_agent_for | is_secretariat)
can_edit = is_signed_in & (is_agent_for | is_secretariat | keeps_sheet)
