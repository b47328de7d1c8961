"""What the writes of this application share: the journal, and the choice as it is now."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.journal.services import record
from terreau.selection.enums import SelectionState
from terreau.selection.models import Selection


def tell(verb: str, person: Any, selection: Selection, **data: Any) -> None:
    """Write in the journal what was done in a choice."""
    record(
        verb=f"selection.{verb}",
        subject=f"selection:{selection.public_id}",
        actor=person,
        territory_code=selection.territory.code,
        name=selection.title,
        **data,
    )


def held(selection: Selection) -> Selection:
    """The choice as it is now, locked until the end of the transaction."""
    return Selection.objects.select_for_update(of=("self",)).select_related("territory").get(pk=selection.pk)


def held_open(selection: Selection) -> Selection:
    """The same, while nothing is decided.

    Raises:
        TerreauError: once it is.
    """
    found = held(selection)
    if found.state == SelectionState.DECIDED:
        raise TerreauError(_("Ce choix est décidé\u00a0: il ne change plus."), where=found.title)
    return found
