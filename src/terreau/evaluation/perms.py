"""Who may do what with the evaluation of projects; who judges is said by the framework, for both alike."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from terreau.accounts.perms import can_publish_diagnosis, can_read_draft, is_signed_in
from terreau.core.permissions import rule
from terreau.evaluation.models import Assessor, Decision
from terreau.framework.perms import can_judge, college_of

__all__ = ["can_judge", "can_keep", "can_read_decision", "can_read_work", "college_of", "is_the_assessor"]

# On a territory.
can_keep = can_publish_diagnosis
can_read_work = can_read_draft


@rule("")
def _is_public(_person: Any, decision: Decision) -> bool:
    return decision.is_public


@rule("")
def _reads_its_territory(person: Any, decision: Decision) -> bool:
    return bool(is_signed_in(person) and can_read_work(person, decision.territory))


can_read_decision = _is_public | _reads_its_territory


@rule(_("Ces notes sont celles d’une autre personne."))
def is_the_assessor(person: Any, assessor: Assessor) -> bool:
    """Whether the marks are the person's own."""
    return assessor.person_id is not None and assessor.person_id == getattr(person, "pk", None)
