"""One's own data: all that the platform holds about a person, given to them, erased when they ask."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.accounts.enums import InvitationState, Role
from terreau.accounts.models import Invitation, Person, RoleGrant
from terreau.accounts.services import revoke_role
from terreau.core.errors import TerreauError
from terreau.core.registry import personal_data
from terreau.journal.models import Event
from terreau.journal.services import record

# What no person can have: kept in place of the address, so that the row still stands for someone.
NOWHERE = "efface.invalid"


def gather(person: Person) -> dict[str, Any]:
    """All that is held about a person, by part, in values that JSON can hold."""
    return {part.key: {"intitule": str(part.label), "contenu": part.export(person)} for part in personal_data}


def archive(person: Person) -> bytes:
    """The same as files: one JSON for each part that holds something, and a word of explanation."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as pack:
        parts = gather(person)
        pack.writestr("LISEZ-MOI.txt", _readme(parts))
        for key, part in parts.items():
            text = json.dumps(part, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
            pack.writestr(f"{key}.json", text)
    return content.getvalue()


def _readme(parts: dict[str, Any]) -> str:
    lines = [_("Ce que Terreau garde de vous, un fichier par sujet (JSON, UTF-8)."), ""]
    lines += [f"{key}.json\u00a0: {part['intitule']}" for key, part in parts.items()]
    return "\n".join(lines) + "\n"


def refusal_to_erase(person: Person) -> str:
    """Why the person cannot be erased today; empty when they can."""
    if not person.grants.filter(role=Role.SECRETARIAT).exists():
        return ""
    others = RoleGrant.objects.filter(role=Role.SECRETARIAT, person__is_active=True).exclude(person=person)
    if others.exists():
        return ""
    return _(
        "Vous êtes la dernière personne du secrétariat\u00a0: nommez d’abord quelqu’un d’autre, sans quoi "
        "plus personne ne pourrait tenir le réseau."
    )


@transaction.atomic
def erase(*, person: Person) -> None:
    """Erase a person at their own request: roles given up, data deleted, what must stay without a name.

    Done twice, the second time changes nothing.

    Raises:
        TerreauError: when this is the last person of the secretariat.
    """
    held = Person.objects.select_for_update().get(pk=person.pk)
    if held.email.endswith(NOWHERE):
        return
    reason = refusal_to_erase(held)
    if reason:
        raise TerreauError(reason)
    for grant in list(held.grants.select_related("territory", "person")):
        revoke_role(by=held, grant=grant)
    # The highest floors first: what they hold may hang on what those below are about to erase.
    for part in reversed(list(personal_data)):
        part.erase(held)
    record(verb="person.erased", subject=f"person:{held.pk}", actor=None)


# --- What the accounts themselves hold ---


def export_account(person: Person) -> dict[str, Any]:
    """The account, its addresses, its roles, the invitations it sent or waits for."""
    return {
        "adresse": person.email,
        "nom_affiche": person.display_name,
        "langue": person.language,
        "depuis": person.joined_at,
        "derniere_connexion": person.last_login,
        "adresses": list(EmailAddress.objects.filter(user=person).values("email", "verified", "primary")),
        "roles": [
            {
                "role": grant.get_role_display(),
                "territoire": grant.territory.code if grant.territory else "",
                "depuis": grant.granted_at,
                "nomme_comme": grant.shown_as,
            }
            for grant in person.grants.select_related("territory")
        ],
        "preuves": list(
            Authenticator.objects.filter(user=person).values("type", "created_at", "last_used_at")
        ),
        "invitations": list(_invitations(person).values("role", "territory__code", "state", "created_at")),
    }


def erase_account(person: Person) -> None:
    """Nothing is left of the account but a row without name or address, so that what was done stays told."""
    _invitations(person).filter(email__iexact=person.email).update(
        email="", state=InvitationState.WITHDRAWN, answered_at=timezone.now()
    )
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    person.groups.clear()
    person.user_permissions.clear()
    person.email = f"{person.pk}@{NOWHERE}"
    person.display_name = person.language = ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login = None
    # A new unusable password ends every session that is open.
    person.set_unusable_password()
    person.save()


def export_journal(person: Person) -> list[dict[str, Any]]:
    """What the journal says that the person did, and what was done to them."""
    about = Event.objects.filter(Q(actor=person) | Q(subject=f"person:{person.pk}"))
    fields = ("at", "verb", "subject", "territory_code", "data")
    return [dict(one) for one in about.values(*fields)]


def erase_journal(_person: Person) -> None:
    """The journal holds no name: it points to a row that has none any more."""


def export_sessions(person: Person) -> list[dict[str, Any]]:
    """Where the person is signed in: until when, nothing else is kept."""
    key = str(person.pk)
    living = Session.objects.filter(expire_date__gt=timezone.now())
    return [{"jusqu_au": one.expire_date} for one in living if one.get_decoded().get("_auth_user_id") == key]


def erase_sessions(person: Person) -> None:
    """Sign the person out everywhere."""
    key = str(person.pk)
    for one in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if one.get_decoded().get("_auth_user_id") == key:
            one.delete()


def _invitations(person: Person) -> Any:
    mine = Q(email__iexact=person.email, state=InvitationState.PENDING) | Q(person=person)
    return Invitation.objects.filter(mine | Q(invited_by=person))
