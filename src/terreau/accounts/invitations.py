"""Roles offered by mail: invited, accepted or refused by the person, withdrawn, expired."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.accounts.enums import InvitationState, Role, Shared
from terreau.accounts.models import Invitation, Person, RoleGrant, Sharing
from terreau.accounts.perms import INVITES, can_be_named, can_share, is_secretariat
from terreau.accounts.services import check_place, checked_address, ensure_person, give_role
from terreau.core.errors import TerreauError
from terreau.core.posting import post_to_address, post_to_person
from terreau.core.text import squeeze
from terreau.journal.services import record
from terreau.territories.models import Territory

VALID = timedelta(days=14)
_SALT = "terreau.accounts.invitation"


@transaction.atomic
def invite_to_role(*, by: Person, email: str, role: Role, territory: Territory | None) -> Invitation:
    """Offer a role by mail; offered again while it waits, the same invitation stands.

    Raises:
        NotAllowed: when `by` may not.
        TerreauError: when the address is not one, the role is already held, or the access was closed.
    """
    INVITES[role].require(by, territory)
    check_place(role, territory)
    address = checked_address(email)
    known = Person.objects.filter(email=address).first()
    _check_known(by, known, role, territory)
    now = timezone.now()
    # Too old to be answered: it makes room for the new one.
    _over(Invitation.objects.filter(email=address, role=role, territory=territory, expires_at__lte=now))
    invitation, created = Invitation.objects.get_or_create(
        email=address,
        role=role,
        territory=territory,
        state=InvitationState.PENDING,
        defaults={"invited_by": by, "expires_at": now + VALID},
    )
    if created:
        _tell("invitation.sent", invitation, by)
        _write(invitation)
    return invitation


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """What the journal calls each invitation, by the text of its key: the role it offers."""
    found = Invitation.objects.filter(pk__in=list(keys)).values_list("pk", "role")
    return {str(pk): f"«\u00a0{Role(role).label}\u00a0»" for pk, role in found}


def path_of(invitation: Invitation) -> str:
    """Where the invitation is answered."""
    return reverse("accounts_invitation", args=[signing.dumps(str(invitation.pk), salt=_SALT)])


def read(token: str) -> Invitation:
    """The invitation of a link, answered or not.

    Raises:
        TerreauError: when the link was changed, cut, or is too old.
    """
    try:
        key = signing.loads(token, salt=_SALT, max_age=VALID)
        return Invitation.objects.select_related("territory", "invited_by").get(pk=key)
    except (signing.BadSignature, Invitation.DoesNotExist):
        raise TerreauError(
            _("Ce lien d’invitation n’est pas complet, ou il a expiré."),
            remedy=_("Demandez une nouvelle invitation à la personne qui vous l’a envoyée."),
        ) from None


@transaction.atomic
def accept(*, invitation: Invitation, display_name: str = "") -> RoleGrant:
    """Take the role; whoever holds the link holds the mailbox, which proves the address.

    Raises:
        TerreauError: when it was answered, withdrawn, or is too old.
    """
    held = _still_waiting(invitation)
    person = ensure_person(email=held.email, display_name=display_name, by=None)
    grant = give_role(by=held.invited_by, person=person, role=Role(held.role), territory=held.territory)
    _answer(held, InvitationState.ACCEPTED, person)
    _tell_inviter(held, gettext_lazy("Votre invitation est acceptée"))
    return grant


@transaction.atomic
def refuse(*, invitation: Invitation) -> None:
    """Say no: nothing is kept of the address.

    Raises:
        TerreauError: when it was answered, withdrawn, or is too old.
    """
    held = _still_waiting(invitation)
    _answer(held, InvitationState.REFUSED, None)
    _tell_inviter(held, gettext_lazy("Votre invitation est refusée"))


@transaction.atomic
def withdraw(*, by: Person, invitation: Invitation) -> None:
    """Take an invitation back before it is answered; whoever may invite to the role may.

    Raises:
        NotAllowed: when `by` may not.
        TerreauError: when it was answered already.
    """
    INVITES[Role(invitation.role)].require(by, invitation.territory)
    held = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if held.state == InvitationState.WITHDRAWN:
        return
    _check_waits(held)
    _answer(held, InvitationState.WITHDRAWN, None, by=by)


@transaction.atomic
def share(*, by: Person, territory: Territory, what: Shared, shared: bool) -> None:
    """Let the partners of a territory read something, or no longer.

    Raises:
        NotAllowed: when `by` may not.
    """
    can_share.require(by, territory)
    if shared:
        _sharing, changed = Sharing.objects.get_or_create(territory=territory, what=what)
    else:
        changed = bool(Sharing.objects.filter(territory=territory, what=what).delete()[0])
    if changed:
        verb = "sharing.opened" if shared else "sharing.closed"
        record(
            verb=verb,
            subject=f"territory:{territory.code}",
            actor=by,
            territory_code=territory.code,
            what=str(what),
        )


@transaction.atomic
def be_named(*, person: Person, grant: RoleGrant, shown_as: str) -> None:
    """Choose under what name one is shown as a partner on the territory's page; empty is not shown.

    Raises:
        NotAllowed: when the role is another's.
        TerreauError: when it is not a partner's.
    """
    can_be_named.require(person, grant)
    if grant.role != Role.PARTNER:
        raise TerreauError(_("Seul un partenaire peut être nommé sur la page d’un territoire."))
    grant.shown_as = squeeze(shown_as)[:120]
    grant.save(update_fields=["shown_as"])


@transaction.atomic
def forget_expired() -> None:
    """Let go of the addresses of invitations that nobody answered in time."""
    _over(Invitation.objects.filter(expires_at__lte=timezone.now()))


def _over(invitations: Any) -> None:
    waiting = invitations.filter(state=InvitationState.PENDING)
    waiting.update(state=InvitationState.WITHDRAWN, answered_at=timezone.now(), email="")


def _check_known(by: Person, known: Person | None, role: Role, territory: Territory | None) -> None:
    if known is None:
        return
    if known.grants.filter(role=role, territory=territory).exists():
        raise TerreauError(
            _("Cette personne a déjà ce rôle."), remedy=_("Vous la trouvez dans la liste de l’équipe.")
        )
    if not known.is_active and not is_secretariat(by):
        raise TerreauError(
            _("L’accès de cette personne a été fermé."),
            remedy=_("Demandez au secrétariat du réseau de l’inviter."),
        )


def _still_waiting(invitation: Invitation) -> Invitation:
    held = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _check_waits(held)
    if held.expires_at <= timezone.now():
        raise TerreauError(
            _("Cette invitation a expiré."),
            remedy=_("Demandez-en une nouvelle à la personne qui vous l’a envoyée."),
        )
    return held


def _check_waits(held: Invitation) -> None:
    told = {
        InvitationState.ACCEPTED: _("Cette invitation a déjà été acceptée."),
        InvitationState.REFUSED: _("Cette invitation a été refusée."),
        InvitationState.WITHDRAWN: _("Cette invitation a été retirée."),
    }.get(InvitationState(held.state))
    if told:
        raise TerreauError(told, remedy=_("Rien n’a été changé."))


def _answer(
    held: Invitation, state: InvitationState, person: Person | None, by: Person | None = None
) -> None:
    held.state, held.person, held.answered_at, held.email = state, person, timezone.now(), ""
    held.save(update_fields=["state", "person", "answered_at", "email"])
    _tell(f"invitation.{state.value}", held, by or person)


def _tell(verb: str, invitation: Invitation, by: Person | None) -> None:
    record(
        verb=verb,
        subject=f"invitation:{invitation.pk}",
        actor=by,
        territory_code=invitation.territory.code if invitation.territory else "",
        role=str(invitation.role),
    )


def _write(invitation: Invitation) -> None:
    place = invitation.territory.name if invitation.territory else gettext_lazy("le réseau")
    role = Role(invitation.role).label
    post_to_address(
        address=invitation.email,
        kind="accounts.invitation",
        once=f"invitation:{invitation.pk}",
        subject=format_lazy(gettext_lazy("Terreau\u00a0: {role}, {place}"), role=role, place=place),
        lines=[
            format_lazy(
                gettext_lazy("{name} vous propose un rôle sur Terreau\u00a0: {role}, {place}."),
                name=str(invitation.invited_by),
                role=role,
                place=place,
            ),
            gettext_lazy(
                "Ouvrez cette page pour accepter ou refuser. Elle est valable quatorze jours. Si vous ne "
                "faites rien, rien ne change et votre adresse est oubliée."
            ),
        ],
        url=path_of(invitation),
    )


def _tell_inviter(held: Invitation, subject: Any) -> None:
    if held.invited_by is None:
        return
    code = held.territory.code if held.territory else ""
    place = held.territory.name if held.territory else gettext_lazy("le réseau")
    post_to_person(
        person=held.invited_by,
        kind="accounts.team",
        once=f"invitation-answered:{held.pk}",
        subject=subject,
        lines=[format_lazy("{role}, {place}.", role=Role(held.role).label.capitalize(), place=place)],
        url=reverse("accounts_team", args=[code]) if code else reverse("accounts_network"),
        territory_code=code,
    )
