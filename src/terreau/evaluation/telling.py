"""What the writes of this application share: the journal, and the evaluation as it is now."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.evaluation.enums import EvaluationState
from terreau.evaluation.models import Evaluation
from terreau.journal.services import record


def tell(verb: str, person: Any, evaluation: Evaluation, **data: Any) -> None:
    """Write in the journal what was done in an evaluation."""
    record(
        verb=f"evaluation.{verb}",
        subject=f"evaluation:{evaluation.public_id}",
        actor=person,
        territory_code=evaluation.territory.code,
        name=evaluation.title,
        **data,
    )


def held(evaluation: Evaluation) -> Evaluation:
    """The evaluation as it is now, locked until the end of the transaction."""
    locked = Evaluation.objects.select_for_update(of=("self",)).select_related("territory")
    return locked.get(pk=evaluation.pk)


def held_in_round(evaluation: Evaluation) -> Evaluation:
    """The same, while marks may be given.

    Raises:
        TerreauError: when no round is open.
    """
    found = held(evaluation)
    if found.round is None:
        raise TerreauError(
            _("Aucun tour n’est ouvert\u00a0: les notes ne changent pas."),
            where=found.title,
            remedy=_("L’agent du territoire ouvre un second tour après la discussion."),
        )
    return found


def held_undecided(evaluation: Evaluation) -> Evaluation:
    """The same, while nothing is decided.

    Raises:
        TerreauError: once it is.
    """
    found = held(evaluation)
    if found.state == EvaluationState.DECIDED:
        raise TerreauError(_("Cette évaluation est décidée\u00a0: elle ne change plus."), where=found.title)
    return found
