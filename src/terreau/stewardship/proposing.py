"""Proposing a new sheet: kept at the first click, whatever follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.perms import is_signed_in
from terreau.core.errors import TerreauError
from terreau.directory.values import clean_values
from terreau.stewardship import coding
from terreau.stewardship.coding import Outcome
from terreau.stewardship.enums import Kind, State, Why
from terreau.stewardship.models import Item
from terreau.stewardship.telling import announce, keep_once, tell, words_of
from terreau.territories.models import Territory


def propose(
    *,
    person: Any,
    territory: Territory,
    values: Mapping[str, Any],
    words: str,
    mine: bool,
    once: str,
    alike: bool = False,
    address: str = "",
) -> Item:
    """Keep a proposal; it waits for the agent, or first for the address of one without account.

    Args:
        person: who proposes, signed in or not.
        territory: where.
        values: by key of `fields.FIELDS`.
        words: what the author adds, for the agent.
        mine: whether the author says it is their own organisation.
        once: drawn with the form: a second click keeps nothing more.
        alike: whether sheets of nearly the same name were shown.
        address: of one who has no account; a code is sent there.

    Raises:
        TerreauError: when a value cannot be kept, or there is neither account nor address.
    """
    clean = {key: value for key, value in clean_values(values).items() if value is not None}
    if not clean.get("name"):
        raise TerreauError(_("Une organisation a au moins un nom."), where=_("Nom"))
    known = bool(is_signed_in(person))
    if not known and not address:
        raise TerreauError(_("Connectez-vous, ou donnez une adresse où vous envoyer un code."))
    with transaction.atomic():
        item, is_new = keep_once(
            once,
            kind=Kind.PROPOSAL,
            why=Why.ALIKE if alike else Why.NEW_SHEET,
            state=State.WAITING if known else State.UNCONFIRMED,
            territory=territory,
            person=person if known else None,
            values={**clean, "_mine": mine},
            words=words_of(words),
            reply_to="" if known else address,
        )
        if not is_new:
            return item
        if known:
            tell("sheet.proposed", person, None, territory)
            announce(item)
        else:
            send_proposal_code(item)
    return item


def send_proposal_code(item: Item) -> None:
    """Send a code to the address of one who proposes without account."""
    with transaction.atomic():
        coding.send(
            address=item.reply_to,
            subject=_("Votre code pour proposer une organisation"),
            about=_("Vous proposez « %(name)s » à l’annuaire.") % {"name": item.values.get("name", "")},
            item=item,
            organisation=None,
            person=None,
        )


def confirm_proposal(*, item: Item, code: str) -> Item:
    """The address is its author's: the proposal now waits for the agent. A second click changes nothing.

    Raises:
        TerreauError: when the code is wrong, expired or spent.
    """
    with transaction.atomic():
        held = Item.objects.select_for_update(of=("self",)).select_related("territory").get(pk=item.pk)
        if held.state != State.UNCONFIRMED:
            return held
        outcome = coding.attempt(
            code, address=held.reply_to, now=timezone.now(), item=held, organisation=None, person=None
        )
        if outcome is Outcome.GOOD:
            held.state = State.WAITING
            held.version += 1
            held.save(update_fields=["state", "version"])
            tell("sheet.proposed", None, None, held.territory)
            announce(held)
            return held
    raise coding.refusal(outcome)
