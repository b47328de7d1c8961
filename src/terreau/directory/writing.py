"""What the writes on the directory share: holding a sheet, numbering its change, telling of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from terreau.core import stamp
from terreau.core.errors import TerreauError
from terreau.directory import perms, search
from terreau.directory.consolidation import next_change, refresh
from terreau.directory.enums import ChangeKind
from terreau.directory.history import KINDS, sign
from terreau.directory.models import Organisation
from terreau.journal.services import record as journal


def public_changed() -> None:
    """Tell, once the transaction is committed, that public content changed: pages and index follow.

    A failure there loses nothing: the index catches up at the next change or the next start.
    """
    transaction.on_commit(publish, robust=True)


def publish() -> None:
    """Bring the index along, and let pages be made anew."""
    stamp.touch(settings.HOME.content_stamp)
    search.sync()
    stamp.touch(settings.HOME.content_stamp)


def known(person: Any) -> Any:
    """The person, if it is one that has signed in."""
    return person if getattr(person, "pk", None) else None


def held_for(
    person: Any, organisation: Organisation, *, platform: bool = False, governing: bool = False
) -> Organisation:
    """The sheet as it is now, locked until the end of the transaction, if the person may change it.

    Args:
        person: who wants to change it.
        organisation: the sheet, as it was read.
        platform: the platform itself acts, on an exact identifier: nobody's right is asked for.
        governing: what is done is an agent's alone, not of those who keep the sheet for its organisation.
    """
    held = (
        Organisation.objects.select_for_update(of=("self",))
        .select_related("territory", "source__territory")
        .get(pk=organisation.pk)
    )
    if not platform:
        (perms.can_govern if governing else perms.can_edit).require(person, held)
    if held.merged_into_id is not None:
        raise TerreauError(
            _("Cette fiche a été réunie à une autre."), where=held.name, remedy=_("Ouvrez la fiche gardée.")
        )
    return held


def follow(organisation_ids: list[int]) -> None:
    """Show what the records of these sheets say now, and let pages and index know."""
    refresh(organisation_ids)
    public_changed()


def touch(organisation: Organisation, *fields: str) -> None:
    """Save these fields of a sheet as one numbered change."""
    organisation.change = next_change()
    organisation.version += 1
    organisation.save(update_fields=[*fields, "change", "version", "updated_at"])


def tell(verb: str, person: Any, organisation: Organisation, **data: Any) -> None:
    """Write in the journal, and in the sheet's own history, what was done to it; `reason` is told in both."""
    kind = KINDS.get(verb, ChangeKind.OTHER)
    said = data.get("fields") or ()
    sign(organisation, kind=kind, person=known(person), reason=str(data.get("reason") or ""), fields=said)
    journal(
        verb=verb,
        subject=f"organisation:{organisation.public_id}",
        actor=person,
        territory_code=organisation.territory.code if organisation.territory else "",
        **data,
    )
