"""The rounds: the first closed, a second one opened after the discussion, the marking closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.evaluation import perms
from terreau.evaluation.enums import EvaluationState
from terreau.evaluation.models import Evaluation
from terreau.evaluation.reading import refresh
from terreau.evaluation.telling import held, tell


def close_first(*, person: Any, evaluation: Evaluation) -> Evaluation:
    """End the blind round: what was sent is read by all; done again, it was done once.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when nobody sent anything.
    """
    perms.can_keep.require(person, evaluation.territory)
    with transaction.atomic():
        found = held(evaluation)
        if found.state != EvaluationState.FIRST or found.together:
            return found
        if not found.assessors.filter(first_sent_at__isnull=False).exists():
            raise TerreauError(
                _("Personne n’a encore envoyé ses notes."),
                where=found.title,
                remedy=_("Invitez des évaluateurs dans chaque collège, puis attendez leurs notes."),
            )
        _pass_to(found, EvaluationState.DISCUSSION)
        tell("first_closed", person, found)
    refresh(found)
    return found


def open_second(*, person: Any, evaluation: Evaluation) -> Evaluation:
    """After the discussion, each may change their marks, again without seeing those of the others.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the first round is not over, or the marking is.
    """
    perms.can_keep.require(person, evaluation.territory)
    with transaction.atomic():
        found = held(evaluation)
        if found.state == EvaluationState.SECOND:
            return found
        if found.state != EvaluationState.DISCUSSION:
            raise TerreauError(_("Un second tour suit la discussion du premier."), where=found.title)
        _pass_to(found, EvaluationState.SECOND)
        tell("second_opened", person, found)
    return found


def close(*, person: Any, evaluation: Evaluation, today: date | None = None) -> Evaluation:
    """End the marking: what was sent in the second round takes the place of the first.

    Raises:
        NotAllowed: when the person may not.
        TerreauError: when the first round is not over.
    """
    perms.can_keep.require(person, evaluation.territory)
    with transaction.atomic():
        found = held(evaluation)
        if found.state in (EvaluationState.CLOSED, EvaluationState.DECIDED):
            return found
        if found.state == EvaluationState.FIRST:
            raise TerreauError(_("Closez d’abord le premier tour."), where=found.title)
        found.closed_on = today or timezone.localdate()
        _pass_to(found, EvaluationState.CLOSED)
        tell("closed", person, found)
    refresh(found)
    return found


def _pass_to(evaluation: Evaluation, state: EvaluationState) -> None:
    evaluation.state = state
    evaluation.save(update_fields=["state", "closed_on"])
