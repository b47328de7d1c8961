"""People brought in, roles given and taken back.

Everywhere `by` is the person who acts; None stands for the operator of the instance, who has a hand
on the machine itself and whose right nobody can check. `request.user` is never None.
"""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.enums import EDITORS_GROUP, NETWORK_ROLES, InvitationState, Role
from terreau.accounts.handing import hand_over
from terreau.accounts.models import Invitation, Person, RoleGrant
from terreau.accounts.perms import (
    can_end_role,
    can_invite,
    can_name_agent,
    can_open_territory,
    can_withdraw_role,
)
from terreau.core.errors import TerreauError
from terreau.core.text import squeeze
from terreau.journal.services import record
from terreau.territories.enums import Kind
from terreau.territories.models import Territory
from terreau.territories.services import open_territory as mark_as_opened


@transaction.atomic
def ensure_person(*, email: str, display_name: str = "", by: Person | None = None) -> Person:
    """The person with this address, made when there is none, active, able to sign in by code.

    A name that is already there is kept: it is the person's own.

    Raises:
        TerreauError: when the address is not one.
    """
    address = checked_address(email)
    person = Person.objects.filter(email=address).first()
    if person is None:
        person = Person.objects.create_user(address, display_name=squeeze(display_name)[:120])
        record(verb="person.invited", subject=f"person:{person.pk}", actor=by)
    elif not person.is_active or (display_name and not person.display_name):
        back = not person.is_active
        person.is_active = True
        person.display_name = person.display_name or squeeze(display_name)[:120]
        person.save(update_fields=["is_active", "display_name"])
        if back:
            record(verb="person.returned", subject=f"person:{person.pk}", actor=by)
    # Without this row, the one who signs in by a code would be asked for a second one.
    EmailAddress.objects.update_or_create(
        user=person, email=address, defaults={"verified": True, "primary": True}
    )
    return person


@transaction.atomic
def welcome(*, email: str) -> Person:
    """The person who just proved to hold this address, made when there is none; a closed one stays closed."""
    address = checked_address(email)
    # Nobody knows its password: sessions are bound to it, and end when another is drawn.
    person, made = Person.objects.get_or_create(email=address, defaults={"password": make_password(None)})
    if made:
        EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
        record(verb="person.came", subject=f"person:{person.pk}", actor=person)
    return person


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """The names that people show now, by the text of their keys; the journal does not keep them."""
    return {str(person.pk): str(person) for person in Person.objects.filter(pk__in=list(keys))}


@transaction.atomic
def invite(*, by: Person | None, email: str, display_name: str = "") -> Person:
    """Bring someone in, without any role yet.

    Raises:
        NotAllowed: when `by` may not.
        TerreauError: when the address is not one.
    """
    if by is not None:
        can_invite.require(by)
    return ensure_person(email=email, display_name=display_name, by=by)


def holds(email: str, role: Role, territory: Territory | None = None) -> bool:
    """Whether the person of an address already has a role there.

    Raises:
        TerreauError: when the address is not one.
    """
    held = RoleGrant.objects.filter(person__email=checked_address(email), role=role, territory=territory)
    return held.exists()


@transaction.atomic
def grant_role(
    *, by: Person | None, person: Person, role: Role, territory: Territory | None = None
) -> RoleGrant:
    """Give a role; given again, it stays as it was.

    Args:
        by: who gives it.
        person: who receives it.
        role: held on `territory` and, for an agent or a State, on all that lies under it.
        territory: required except for the secretariat; a country for a State.

    Raises:
        NotAllowed: when `by` may not.
        TerreauError: when role and territory do not go together.
    """
    if by is not None:
        can_name_agent.require(by, territory)
    return give_role(by=by, person=person, role=role, territory=territory)


def give_role(*, by: Person | None, person: Person, role: Role, territory: Territory | None) -> RoleGrant:
    """Give a role whose giver's right was checked before: now, or when the invitation was written.

    Raises:
        TerreauError: when role and territory do not go together.
    """
    check_place(role, territory)
    grant, created = RoleGrant.objects.get_or_create(
        person=person, role=role, territory=territory, defaults={"granted_by": by}
    )
    if created:
        _record_role("role.granted", grant, by)
    return grant


def check_place(role: Role, territory: Territory | None) -> None:
    """Do nothing when a role can be held there.

    Raises:
        TerreauError: when role and territory do not go together.
    """
    if (role in NETWORK_ROLES) != (territory is None):
        raise TerreauError(
            _("Ce rôle se donne dans un territoire\u202f; seul le secrétariat est de tout le réseau."),
            remedy=_("Choisissez l’un ou l’autre."),
        )
    if role == Role.STATE and territory is not None and territory.kind != Kind.COUNTRY:
        raise TerreauError(
            _("Le rôle «\u00a0État\u00a0» se donne pour un pays entier."), remedy=_("Choisissez le pays.")
        )


@transaction.atomic
def revoke_role(*, by: Person | None, grant: RoleGrant) -> None:
    """End a role: its holder leaves it, or is taken off; clicked twice, it is ended once.

    What waited in a territory goes to those who remain, or to those who look after it now: they are told.

    Raises:
        NotAllowed: when `by` may not.
        TerreauError: when nobody would be left in the secretariat to name anyone.
    """
    if by is not None:
        can_end_role.require(by, grant)
    if not RoleGrant.objects.select_for_update().filter(pk=grant.pk).exists():
        return
    if grant.role == Role.SECRETARIAT:
        others = RoleGrant.objects.filter(role=Role.SECRETARIAT, person__is_active=True)
        if not others.exclude(pk=grant.pk).exists():
            raise TerreauError(
                _("C’est la dernière personne du secrétariat\u00a0: plus personne ne pourrait en nommer."),
                remedy=_("Nommez d’abord quelqu’un d’autre."),
            )
    _record_role("role.left" if by == grant.person else "role.revoked", grant, by)
    key = grant.pk
    grant.delete()
    if grant.role == Role.AGENT and grant.territory is not None:
        hand_over(territory=grant.territory, ended=key)


@transaction.atomic
def open_territory(
    *, by: Person | None, territory: Territory, agent_email: str, agent_name: str = ""
) -> RoleGrant:
    """Open a territory in the network and name its agent; an open one gets one agent more.

    Raises:
        NotAllowed: when `by` may not.
        TerreauError: when the address is not one.
    """
    if by is not None:
        can_open_territory.require(by, territory)
    agent = invite(by=by, email=agent_email, display_name=agent_name)
    if territory.opened_on is None:
        mark_as_opened(person=by, territory=territory)
    return grant_role(by=by, person=agent, role=Role.AGENT, territory=territory)


@transaction.atomic
def leave(*, by: Person | None, person: Person) -> None:
    """Close a person's access: roles and invitations taken back, sign-in refused; what they did stays told.

    Raises:
        NotAllowed: when `by` may not.
        TerreauError: when this is the last person of the secretariat.
    """
    for grant in list(person.grants.select_related("territory")):
        revoke_role(by=by, grant=grant)
    if by is not None:
        can_withdraw_role.require(by)
    # Accepted later, one that still waits would open the access again.
    waiting = Invitation.objects.filter(email__iexact=person.email, state=InvitationState.PENDING)
    waiting.update(state=InvitationState.WITHDRAWN, answered_at=timezone.now(), email="")
    person.groups.clear()
    person.is_active = person.is_staff = False
    # A new unusable password ends every session that is open.
    person.set_unusable_password()
    person.save(update_fields=["is_active", "is_staff", "password"])
    record(verb="person.left", subject=f"person:{person.pk}", actor=by)


@transaction.atomic
def make_editor(*, by: Person | None, person: Person) -> None:
    """Let a person write the guide and the news.

    Raises:
        NotAllowed: when `by` may not.
    """
    if by is not None:
        can_invite.require(by)
    group, _created = Group.objects.get_or_create(name=EDITORS_GROUP)
    if not person.groups.filter(pk=group.pk).exists():
        person.groups.add(group)
        record(verb="person.made_editor", subject=f"person:{person.pk}", actor=by)
    if not person.is_staff:
        person.is_staff = True
        person.save(update_fields=["is_staff"])


@transaction.atomic
def rename(*, person: Person, display_name: str) -> None:
    """Change the name under which a person is shown to others."""
    person.display_name = squeeze(display_name)[:120]
    person.save(update_fields=["display_name"])


@transaction.atomic
def sign_out_everywhere(*, person: Person) -> None:
    """End all the sessions of a person; the caller keeps its own alive if it wishes."""
    # Sessions are bound to the password, which nobody knows and which is drawn anew.
    person.set_unusable_password()
    person.save(update_fields=["password"])


@transaction.atomic
def drop_proofs(*, person: Person) -> int:
    """Take away the passkeys, the application and the codes of one who lost them; all sessions end.

    Only the operator of the instance does it, who knows by other means who asks.

    Returns:
        How many proofs there were.
    """
    count: int = Authenticator.objects.filter(user=person).delete()[0]
    if count:
        sign_out_everywhere(person=person)
        record(verb="person.proofs_dropped", subject=f"person:{person.pk}", actor=None)
    return count


def checked_address(email: str) -> str:
    """The address, in small letters.

    Raises:
        TerreauError: when it is not one.
    """
    address = squeeze(email).lower()
    try:
        validate_email(address)
    except ValidationError:
        raise TerreauError(
            _("«\u00a0%(text)s\u00a0» n’est pas une adresse électronique.") % {"text": address[:100]},
            remedy=_("Écrivez-la comme «\u00a0prenom.nom@ville.example\u00a0»."),
        ) from None
    return address


def _record_role(verb: str, grant: RoleGrant, by: Person | None) -> None:
    record(
        verb=verb,
        subject=f"person:{grant.person_id}",
        actor=by,
        territory_code=grant.territory.code if grant.territory else "",
        role=str(grant.role),
    )
