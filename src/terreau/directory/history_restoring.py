"""A former state of a sheet given back: a change like the others, that erases nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.history_reading import former_values
from terreau.directory.models import Organisation, Revision
from terreau.directory.services import edit_organisation


def give_back(
    *,
    person: Any,
    organisation: Organisation,
    revision: Revision,
    keys: Iterable[str],
    version: int,
    reason: str = "",
) -> Organisation:
    """Have fields of a sheet as they were before a change, by the person's word of today.

    Args:
        person: someone who may edit the sheet.
        organisation: the sheet.
        revision: the change before which the state is wanted.
        keys: which fields.
        version: of the sheet as the person saw it.
        reason: why, in the person's words.

    Raises:
        NotAllowed: when the person may not edit the sheet.
        TerreauError: when nothing is to be given back, or somebody changed the sheet in between.
    """
    wanted = set(keys)
    values = {key: value for key, value in former_values(organisation, revision).items() if key in wanted}
    if not values:
        raise TerreauError(
            _("Rien n’est à rendre : la fiche est déjà ainsi."),
            where=organisation.name,
            remedy=_("Choisissez au moins un champ qui a changé depuis."),
        )
    return edit_organisation(
        person=person,
        organisation=organisation,
        values=values,
        version=version,
        reason=reason,
        verb="organisation.reverted",
    )
