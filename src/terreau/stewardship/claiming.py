"""Claiming a sheet: at once by a code sent to the address it holds, or by asking the agent."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.perms import is_signed_in
from terreau.core.errors import TerreauError
from terreau.directory.consolidation import views_of
from terreau.directory.enums import Status
from terreau.directory.models import Organisation
from terreau.directory.rules import choose
from terreau.stewardship import coding
from terreau.stewardship.coding import Outcome
from terreau.stewardship.enums import KeeperRole, Kind, State, Why
from terreau.stewardship.models import Code, Item, Keeper
from terreau.stewardship.telling import announce, place_of, tell, words_of


def address_of(organisation: Organisation) -> str:
    """The e-mail address that the sheet holds, shown or not; empty when it holds none."""
    return str(choose(views_of([organisation.pk])[organisation.pk]).values.get("email") or "")


def is_kept(organisation: Organisation) -> bool:
    """Whether somebody owns the sheet already."""
    return Keeper.objects.owners().filter(organisation=organisation).exists()


def send_claim_code(*, person: Any, organisation: Organisation) -> Code:
    """Send a code to the address that the sheet holds.

    Raises:
        NotAllowed: to a visitor.
        TerreauError: when there is no address, or somebody keeps the sheet already.
    """
    is_signed_in.require(person)
    with transaction.atomic():
        held = _held(organisation)
        address = address_of(held)
        if not address:
            raise TerreauError(
                _("Cette fiche n’a pas d’adresse électronique."),
                where=held.name,
                remedy=_("Demandez à l’agent du territoire."),
            )
        if is_kept(held):
            raise TerreauError(
                _("Cette fiche est déjà tenue par quelqu’un."),
                where=held.name,
                remedy=_("Demandez-lui de vous inviter, ou demandez à l’agent du territoire."),
            )
        return coding.send(
            address=address,
            subject=_("Votre code pour tenir la fiche de l’annuaire"),
            about=_("Quelqu’un demande à tenir la fiche « %(name)s ».") % {"name": held.name},
            organisation=held,
            person=person,
            item=None,
        )


def code_waits(*, person: Any, organisation: Organisation) -> bool:
    """Whether a code that this person asked for is still to be typed."""
    bound = {"person": person, "organisation": organisation, "item": None}
    return coding.waits(address=address_of(organisation), now=timezone.now(), **bound)


def claim_by_code(*, person: Any, organisation: Organisation, code: str) -> Keeper:
    """The one who holds the code keeps the sheet, at once; a second click changes nothing.

    Raises:
        NotAllowed: to a visitor.
        TerreauError: when the code is wrong, expired, spent or used, or somebody keeps the sheet already.
    """
    is_signed_in.require(person)
    with transaction.atomic():
        held = _held(organisation)
        mine = Keeper.objects.current().filter(person=person, organisation=held).first()
        if mine is not None:
            return mine
        if is_kept(held):
            raise TerreauError(_("Cette fiche est déjà tenue par quelqu’un."), where=held.name)
        bound = {"person": person, "organisation": held, "item": None}
        outcome = coding.attempt(code, address=address_of(held), now=timezone.now(), **bound)
        if outcome is Outcome.GOOD:
            return make_keeper(person=person, organisation=held, role=KeeperRole.OWNER, by=person)
    # Outside: what was counted stays counted.
    raise coding.refusal(outcome)


def ask_to_keep(*, person: Any, organisation: Organisation, words: str) -> Item:
    """Ask the agent; asked twice, it is the same claim.

    Raises:
        NotAllowed: to a visitor.
        TerreauError: when the person says nothing, or keeps the sheet already.
    """
    is_signed_in.require(person)
    said = words_of(
        words, needed=_("Dites qui vous êtes dans l’organisation, et comment l’agent peut le vérifier.")
    )
    with transaction.atomic():
        held = _held(organisation)
        if Keeper.objects.current().filter(person=person, organisation=held).exists():
            raise TerreauError(_("Vous tenez déjà cette fiche."), where=held.name)
        waiting = Item.objects.waiting().filter(kind=Kind.CLAIM, person=person, organisation=held).first()
        if waiting is not None:
            return waiting
        why = Why.ASKED_AGENT if address_of(held) else Why.NO_ADDRESS
        item = Item.objects.create(
            kind=Kind.CLAIM,
            why=Why.ALREADY_KEPT if is_kept(held) else why,
            state=State.WAITING,
            territory=place_of(held),
            organisation=held,
            person=person,
            words=said,
            once=secrets.token_hex(16),
        )
        tell("sheet.claimed", person, held, item.territory)
        announce(item)
    return item


def make_keeper(*, person: Any, organisation: Organisation, role: str, by: Any) -> Keeper:
    """Give a sheet to a person, in the caller's transaction, the right already checked; twice is once."""
    keeper, made = Keeper.objects.get_or_create(
        person=person, organisation=organisation, ended=None, defaults={"role": role, "given_by": by}
    )
    if not made and keeper.role != role and role == KeeperRole.OWNER:
        keeper.role = role
        keeper.save(update_fields=["role"])
    if made:
        tell("sheet.kept", person, organisation, place_of(organisation), role=str(role))
    return keeper


def _held(organisation: Organisation) -> Organisation:
    """The sheet, locked: two who claim it at once are served one after the other."""
    held = (
        Organisation.objects.select_for_update(of=("self",))
        .select_related("territory", "source__territory")
        .get(pk=organisation.pk)
    )
    if held.merged_into_id is not None or held.status == Status.HIDDEN:
        raise TerreauError(_("Cette fiche n’est plus dans l’annuaire."), where=held.name)
    return held
