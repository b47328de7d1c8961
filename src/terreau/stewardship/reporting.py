"""An error reported by any visitor, without account, and edits that an agent should look at."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from terreau.accounts.perms import is_signed_in
from terreau.directory.models import Organisation
from terreau.directory.perms import can_govern, keeps_sheet
from terreau.stewardship.enums import Kind, Why
from terreau.stewardship.models import Item
from terreau.stewardship.telling import announce, keep_once, place_of, tell, words_of

# What changes who or where an organisation is: shown at once, and looked at afterwards.
LOOKED_AT = ("name", "place", "legal_form", "identifiers", "active", "ceased_on")


def report(
    *, person: Any, organisation: Organisation, words: str, about: str = "", reply_to: str = "", once: str
) -> Item:
    """Keep what a visitor says is wrong; a second click keeps nothing more.

    Args:
        person: who says so, signed in or not.
        organisation: the sheet.
        words: what is wrong.
        about: key of the field, if one was chosen.
        reply_to: where to answer one without account; erased with the decision.
        once: drawn with the form.

    Raises:
        TerreauError: when nothing is said.
    """
    said = words_of(words, needed=_("Dites ce qui est faux, et ce qu’il faudrait lire."))
    known = bool(is_signed_in(person))
    with transaction.atomic():
        item, is_new = keep_once(
            once,
            kind=Kind.REPORT,
            why=Why.VISITOR,
            territory=place_of(organisation),
            organisation=organisation,
            person=person if known else None,
            words=said,
            values={"about": about} if about else {},
            reply_to="" if known else reply_to,
        )
        if not is_new:
            return item
        tell("sheet.reported", person if known else None, organisation, item.territory)
        announce(item)
    return item


def look_at_edit(
    person: Any, organisation: Organisation, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """After a keeper's edit, in its transaction: what changes who or where it is waits for a look."""
    keys = [key for key in LOOKED_AT if key in after or key in before]
    if not keys or not keeps_sheet(person, organisation) or can_govern(person, organisation):
        return
    changes = {key: {"before": before.get(key), "after": after.get(key)} for key in keys}
    item = (
        Item.objects.select_for_update(of=("self",))
        .waiting()
        .filter(kind=Kind.EDIT, organisation=organisation)
        .first()
    )
    if item is not None:
        for key, change in changes.items():
            item.values[key] = {**change, "before": item.values.get(key, change)["before"]}
        item.version += 1
        item.person = person
        item.save(update_fields=["values", "version", "person"])
        return
    announce(
        Item.objects.create(
            kind=Kind.EDIT,
            why=Why.IDENTITY,
            territory=place_of(organisation),
            organisation=organisation,
            person=person,
            values=changes,
            once=secrets.token_hex(16),
        )
    )
