"""Colleagues: an owner invites, leaves, hands over; one link, one use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.perms import is_signed_in
from terreau.core.errors import TerreauError
from terreau.directory.models import Organisation
from terreau.directory.perms import can_govern
from terreau.notifications.services import notify_address
from terreau.stewardship import perms
from terreau.stewardship.claiming import make_keeper
from terreau.stewardship.enums import KeeperRole
from terreau.stewardship.models import Invitation, Keeper
from terreau.stewardship.rules import INVITATION_DAYS, masked
from terreau.stewardship.telling import INVITE, place_of, tell

SALT = "terreau.stewardship.invitation"
MOST_OPEN = 20


def token_of(invitation: Invitation) -> str:
    """The signed part of the link."""
    return signing.dumps(invitation.pk, salt=SALT)


def invitation_of(token: str) -> Invitation:
    """The invitation behind a link.

    Raises:
        TerreauError: when the link is forged, expired, revoked or used.
    """
    try:
        key = signing.loads(token, salt=SALT, max_age=INVITATION_DAYS * 86400)
    except signing.SignatureExpired:
        raise TerreauError(_("Cette invitation a expiré."), remedy=_ask_again()) from None
    except signing.BadSignature:
        raise TerreauError(
            _("Ce lien d’invitation n’est pas valable."), remedy=_("Recopiez-le en entier depuis le message.")
        ) from None
    found = _require_not_revoked(Invitation.objects.select_related("organisation").filter(pk=key).first())
    if timezone.now() >= found.expires_at:
        raise TerreauError(_("Cette invitation a expiré."), remedy=_ask_again())
    return found


def _require_not_revoked(invitation: Invitation | None) -> Invitation:
    if invitation is None or invitation.revoked_at is not None:
        raise TerreauError(_("Cette invitation a été retirée."), remedy=_ask_again())
    return invitation


def _ask_again() -> str:
    return _("Demandez-en une nouvelle à la personne qui vous a invité.")


def read_invitation(*, person: Any, token: str) -> Invitation:
    """The invitation behind a link, for a person who may accept it or did so already.

    Raises:
        TerreauError: when the link is forged, expired, revoked, or used by somebody else.
    """
    found = invitation_of(token)
    if found.used_at is not None:
        _require_accepted(_keeping(person, found))
    return found


def _keeping(person: Any, invitation: Invitation) -> Keeper | None:
    return Keeper.objects.current().filter(person=person, organisation=invitation.organisation).first()


def _require_accepted(keeper: Keeper | None) -> Keeper:
    if keeper is None:
        raise TerreauError(_("Cette invitation a déjà servi."), remedy=_ask_again())
    return keeper


def invite_colleague(
    *, person: Any, organisation: Organisation, address: str, role: str, once: str
) -> Invitation:
    """Send a link to a colleague; a second click sends nothing more.

    Raises:
        NotAllowed: to others than an owner.
        TerreauError: when the address is not one, or too many invitations are open.
    """
    perms.own_sheet.require(person, organisation)
    to = address.strip().lower()
    try:
        validate_email(to)
    except ValidationError:
        raise TerreauError(
            _("« %(text)s » n’est pas une adresse électronique.") % {"text": to[:100]}, where=_("Adresse")
        ) from None
    with transaction.atomic():
        # One at a time: a second click at the same instant finds the first one's invitation.
        Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
        sent = Invitation.objects.filter(once=once[:64]).first()
        if sent is not None:
            return sent
        now = timezone.now()
        still = Invitation.objects.filter(
            organisation=organisation, used_at=None, revoked_at=None, expires_at__gt=now
        )
        if still.count() >= MOST_OPEN:
            raise TerreauError(_("Trop d’invitations attendent une réponse."), remedy=_("Retirez-en."))
        made = Invitation.objects.create(
            organisation=organisation,
            role=KeeperRole(role),
            masked=masked(to)[:120],
            once=once[:64],
            invited_by=person,
            expires_at=now + timedelta(days=INVITATION_DAYS),
        )
        notify_address(
            address=to,
            kind=INVITE,
            once=f"invitation:{made.pk}",
            subject=_("Invitation à tenir la fiche « %(name)s »") % {"name": organisation.name},
            lines=[
                _("%(who)s vous invite à tenir la fiche de « %(name)s » dans l’annuaire.")
                % {"who": person.display_name or _("Une personne"), "name": organisation.name},
                _("Ce lien sert une fois, pendant %(days)d jours.") % {"days": INVITATION_DAYS},
            ],
            url=reverse("stewardship:invitation", args=[token_of(made)]),
        )
        tell("sheet.invited", person, organisation, place_of(organisation), role=str(role))
    return made


def accept_invitation(*, person: Any, token: str) -> Keeper:
    """The one who holds the link keeps the sheet too; a second click of the same person changes nothing.

    Raises:
        NotAllowed: to a visitor.
        TerreauError: when the link is forged, expired, revoked, or used by somebody else.
    """
    is_signed_in.require(person)
    found = invitation_of(token)
    with transaction.atomic():
        held = (
            Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=found.pk)
        )
        _require_not_revoked(held)
        mine = _keeping(person, held)
        if held.used_at is not None:
            return _require_accepted(mine)
        held.used_at = timezone.now()
        held.save(update_fields=["used_at"])
        return make_keeper(person=person, organisation=held.organisation, role=held.role, by=held.invited_by)


def revoke_invitation(*, person: Any, invitation: Invitation) -> None:
    """Take back an invitation that was not answered."""
    perms.own_sheet.require(person, invitation.organisation)
    Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    )


def end_keeping(*, person: Any, keeper: Keeper) -> None:
    """Someone leaves a sheet: by themselves, or by an owner's or an agent's decision.

    Raises:
        NotAllowed: to others.
        TerreauError: when the last owner would leave colleagues without any.
    """
    organisation = keeper.organisation
    if keeper.person_id != getattr(person, "pk", None) and not can_govern(person, organisation):
        perms.own_sheet.require(person, organisation)
    with transaction.atomic():
        team = list(
            Keeper.objects.current()
            .filter(organisation=organisation)
            .select_for_update(of=("self",))
            .order_by("pk")
        )
        held = next((one for one in team if one.pk == keeper.pk), None)
        if held is None:
            return
        others = [one for one in team if one.pk != held.pk]
        if held.role == KeeperRole.OWNER and others and all(one.role != KeeperRole.OWNER for one in others):
            raise TerreauError(
                _("Vous êtes le dernier responsable de cette fiche."),
                where=organisation.name,
                remedy=_("Passez d’abord la main à un collègue."),
            )
        held.ended = timezone.now()
        held.save(update_fields=["ended"])
        tell("sheet.left", person, organisation, place_of(organisation))


def hand_over(*, person: Any, keeper: Keeper) -> None:
    """An owner makes a colleague an owner too.

    Raises:
        NotAllowed: to others than an owner.
    """
    perms.own_sheet.require(person, keeper.organisation)
    with transaction.atomic():
        held = Keeper.objects.current().select_for_update(of=("self",)).filter(pk=keeper.pk).first()
        if held is None:
            raise TerreauError(_("Cette personne ne tient plus la fiche."))
        if held.role != KeeperRole.OWNER:
            held.role = KeeperRole.OWNER
            held.save(update_fields=["role"])
            tell("sheet.handed", person, held.organisation, place_of(held.organisation))
