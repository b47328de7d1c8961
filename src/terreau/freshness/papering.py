"""Codes on paper: given by the agent to an organisation without e-mail, good for its own sheet."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.directory.enums import Status
from terreau.directory.models import Organisation
from terreau.freshness import rules
from terreau.freshness.models import PaperCode
from terreau.freshness.perms import can_give_code
from terreau.journal.services import record

# Long enough for a letter handed over at the market to be used, short enough for a lost one to die.
CODE_GOOD_FOR = timedelta(days=90)


def digest_of(code: str) -> str:
    """What is kept of a code: nothing from which it could be found again without the secret key."""
    return str(salted_hmac("terreau.freshness.paper", code, algorithm="sha256").hexdigest())


@transaction.atomic
def give_code(*, person: Any, organisation: Organisation) -> tuple[PaperCode, str]:
    """A new code for a sheet; the one before it, if any, stops working.

    Returns:
        What is kept, and the code itself, which is shown once and never again.

    Raises:
        NotAllowed: when the person is no agent where the organisation is.
        TerreauError: when the sheet is withdrawn, or was joined to another.
    """
    held = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    can_give_code.require(person, held)
    if held.status == Status.HIDDEN or held.merged_into_id is not None:
        raise TerreauError(
            _("On ne donne pas de code pour une fiche retirée ou réunie à une autre."), where=held.name
        )
    _revoke(held)
    code = rules.draw_code(secrets.choice)
    made = PaperCode.objects.create(
        organisation=held,
        digest=digest_of(code),
        given_by=person,
        expires_at=timezone.now() + CODE_GOOD_FOR,
    )
    _tell("paper_code.given", person, held)
    return made, code


@transaction.atomic
def revoke_code(*, person: Any, organisation: Organisation) -> bool:
    """Take a code back: lost, given to the wrong person. What it opened closes at once.

    Returns:
        Whether there was one to take back.

    Raises:
        NotAllowed: when the person is no agent where the organisation is.
    """
    can_give_code.require(person, organisation)
    revoked = _revoke(organisation)
    if revoked:
        _tell("paper_code.revoked", person, organisation)
    return revoked


@transaction.atomic
def open_with_code(*, text: str) -> PaperCode:
    """The code that a person typed, if it opens a sheet.

    Raises:
        TerreauError: the same for a code that never was, one that expired and one that was taken back.
    """
    code = rules.read_code(text)
    found = PaperCode.objects.good(timezone.now()).filter(digest=digest_of(code)).first() if code else None
    if found is None:
        raise TerreauError(
            _("Ce code n’ouvre aucune fiche."),
            remedy=_(
                "Recopiez les dix signes de la lettre. S’il ne marche toujours pas, il a expiré ou a été "
                "remplacé\u00a0: demandez-en un autre à l’agent du territoire."
            ),
        )
    found.last_used_at = timezone.now()
    found.save(update_fields=["last_used_at"])
    return found


def _revoke(organisation: Organisation) -> bool:
    codes = PaperCode.objects.opening(organisation).filter(revoked_at__isnull=True)
    return bool(codes.update(revoked_at=timezone.now()))


def _tell(verb: str, person: Any, organisation: Organisation) -> None:
    record(
        verb=verb,
        subject=f"organisation:{organisation.public_id}",
        actor=person,
        territory_code=organisation.territory.code if organisation.territory else "",
    )
