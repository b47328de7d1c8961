"""What the writes of this application share: the journal, the pages kept for visitors, refusals."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.writing import public_changed
from terreau.journal.services import record
from terreau.plans.models import Action, Plan

CO_LEADER = "plans.co_leader"
GOVERNANCE = "plans.governance"


def tell(verb: str, person: Any, plan: Plan, **data: Any) -> None:
    """Write in the journal what was done to a plan; visitors' pages follow if it is public."""
    record(
        verb=verb,
        subject=f"plan:{plan.public_id}",
        actor=person,
        territory_code=plan.territory.code,
        **data,
    )
    if plan.published_on is not None:
        public_changed()


def tell_action(verb: str, person: Any, action: Action, **data: Any) -> None:
    """Write in the journal what was done to an action."""
    plan = action.plan
    record(
        verb=verb,
        subject=f"action:{action.public_id}",
        actor=person,
        territory_code=plan.territory.code,
        name=action.title,
        **data,
    )
    # Also where the action is not public: it may just have left what visitors read.
    if plan.published_on is not None:
        public_changed()


def require_running(plan: Plan) -> None:
    """Do nothing while the plan runs.

    Raises:
        TerreauError: when it is closed.
    """
    if not plan.is_running:
        raise TerreauError(_("Ce plan est clos\u00a0: il se lit, il ne se modifie plus."), where=plan.title)


def someone_else(where: str) -> TerreauError:
    """What is said when another person saved in between."""
    return TerreauError(
        _("Quelqu’un d’autre a modifié cette ligne pendant que vous l’écriviez."),
        where=where,
        remedy=_("Rien n’est perdu\u00a0: comparez votre saisie au texte actuel, puis enregistrez."),
    )


def incomplete() -> TerreauError:
    """What is said of a form without its hidden fields."""
    return TerreauError(_("Ce formulaire n’est pas complet."), remedy=_("Ouvrez-le de nouveau."))
