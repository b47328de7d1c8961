"""Who may do what with the choice of projects."""

from __future__ import annotations

from typing import Any

from terreau.accounts.perms import can_publish_diagnosis, can_read_draft, is_signed_in
from terreau.core.permissions import rule
from terreau.selection.models import Choice

# On a territory.
can_keep = can_publish_diagnosis
can_read_work = can_read_draft


@rule("")
def _is_public(_person: Any, choice: Choice) -> bool:
    return choice.is_public


@rule("")
def _reads_its_territory(person: Any, choice: Choice) -> bool:
    return bool(is_signed_in(person) and can_read_work(person, choice.territory))


can_read_choice = _is_public | _reads_its_territory
