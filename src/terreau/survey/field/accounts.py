"""What lets a team's telephones in: given by the agent, shown once, taken back at any time."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.journal.services import record
from terreau.survey.field_models import FieldAccount
from terreau.survey.models import Survey
from terreau.survey.perms import can_run

# Without what is mistaken for another sign on paper: 31 signs, sixteen of them, 79 bits.
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_SIGNS: Final = 16
_MOST: Final = 200


def password_of(account: FieldAccount) -> str:
    """The password, worked out from the instance's secret: stolen without it, the base opens nothing.

    Digest needs the password itself or an equivalent of it, which no one-way hash can stand for.
    """
    drawn = salted_hmac("terreau.survey.field", f"{account.username}:{account.salt}", algorithm="sha256")
    number = int.from_bytes(drawn.digest())
    signs = []
    for _sign in range(_SIGNS):
        number, rest = divmod(number, len(_ALPHABET))
        signs.append(_ALPHABET[rest])
    text = "".join(signs)
    return "-".join(text[start : start + 4] for start in range(0, _SIGNS, 4))


@transaction.atomic
def give_account(*, person: Any, survey: Survey, label: str) -> tuple[FieldAccount, str]:
    """An access for a team, and its password, which is shown once.

    Raises:
        NotAllowed: when the person does not run the survey.
        TerreauError: when it has no name, or the survey has too many already.
    """
    can_run.require(person, survey.territory)
    label = label.strip()
    if not label:
        raise TerreauError(_("Dites à quelle équipe ou à quelle personne cet accès est donné."))
    held = Survey.objects.select_for_update().get(pk=survey.pk)
    number = held.field_accounts.count() + 1
    if held.field_accounts.good().count() >= _MOST:
        raise TerreauError(
            _("Cette enquête a déjà %(most)d accès de terrain.") % {"most": _MOST},
            remedy=_("Retirez ceux qui ne servent plus."),
        )
    made = FieldAccount.objects.create(
        survey=held,
        label=label[:80],
        username=f"{held.slug}-{number}",
        salt=secrets.token_urlsafe(16),
        created_by=person,
    )
    _tell("field_account.given", person, made)
    return made, password_of(made)


@transaction.atomic
def revoke_account(*, person: Any, account: FieldAccount) -> None:
    """Take an access back: a telephone lost, a team that left. What it sent stays.

    Raises:
        NotAllowed: when the person does not run the survey.
    """
    can_run.require(person, account.survey.territory)
    if FieldAccount.objects.good().filter(pk=account.pk).update(revoked_at=timezone.now()):
        _tell("field_account.revoked", person, account)


def _tell(verb: str, person: Any, account: FieldAccount) -> None:
    record(
        verb=verb,
        subject=f"survey:{account.survey.slug}",
        actor=person,
        territory_code=account.survey.territory.code,
        label=account.label,
    )


def server_address(survey: Survey) -> str:
    """What is typed as the server's address on a telephone."""
    return f"{settings.PUBLIC_URL}/openrosa/{survey.slug}"
