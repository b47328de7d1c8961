"""Codes sent to an address: made, sent, tried. Nothing of them is kept but keyed digests."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.notifications.services import notify_address
from terreau.stewardship.models import Code
from terreau.stewardship.rules import CODE_MINUTES, CODE_TRIES
from terreau.stewardship.telling import CODE

# The same address is not flooded, whoever asks.
MOST_A_DAY = 6
AGAIN_AFTER = timedelta(seconds=60)


class Outcome(Enum):
    """What became of a try."""

    GOOD = "good"
    WRONG = "wrong"
    SPENT = "spent"
    EXPIRED = "expired"
    USED = "used"
    NONE = "none"


def digest(kind: str, text: str) -> str:
    """What is kept instead of a code or an address: nobody can test a guess without the instance's key."""
    return salted_hmac(f"terreau.stewardship.{kind}", text.strip().lower(), algorithm="sha256").hexdigest()


def send(*, address: str, subject: str, about: str, **bound: Any) -> Code:
    """Send a new code, in the caller's transaction; asked for again within a minute, it is the same one.

    Args:
        address: where to.
        subject: of the message.
        about: what the code is for, in a sentence.
        bound: `organisation`, `person`, `item`: what the code is good for, and for whom.

    Raises:
        TerreauError: when too many were sent today.
    """
    now = timezone.now()
    to = digest("address", address)
    # One that the clock dates of a day to come, since set right, neither counts nor holds back the next.
    sent = Code.objects.filter(address_digest=to, sent_at__range=(now - timedelta(days=1), now + AGAIN_AFTER))
    last = sent.filter(used_at=None, **bound).order_by("-pk").first()
    if last is not None and last.sent_at > now - AGAIN_AFTER:
        return last
    if sent.count() >= MOST_A_DAY:
        raise TerreauError(
            _("Trop de codes ont été envoyés à cette adresse aujourd’hui."),
            remedy=_("Essayez demain, ou demandez à l’agent du territoire."),
        )
    code = f"{secrets.randbelow(1_000_000):06d}"
    made = Code.objects.create(
        digest="", address_digest=to, expires_at=now + timedelta(minutes=CODE_MINUTES), **bound
    )
    made.digest = digest(f"code.{made.pk}", code)
    made.save(update_fields=["digest"])
    notify_address(
        address=address,
        kind=CODE,
        once=f"code:{made.pk}",
        subject=subject,
        lines=[
            about,
            _("Votre code : %(code)s") % {"code": code},
            _("Il sert une fois, dans les %(minutes)d minutes. Si vous n’avez rien demandé, ne faites rien.")
            % {"minutes": CODE_MINUTES},
        ],
    )
    return made


def waits(*, address: str, now: datetime, **bound: Any) -> bool:
    """Whether a code that was sent to this address is still to be typed."""
    sent = Code.objects.filter(used_at=None, expires_at__gt=now, **bound)
    return sent.filter(address_digest=digest("address", address)).exists()


def attempt(typed: str, *, address: str, now: datetime, **bound: Any) -> Outcome:
    """Try what was typed against the last code sent; a wrong try is counted, a good one spends the code.

    The caller must let the transaction be committed whatever the outcome, or tries would not be counted.
    """
    # The last one made, whatever the clock said then.
    code = Code.objects.select_for_update().filter(**bound).order_by("-pk").first()
    if code is None or code.address_digest != digest("address", address):
        return Outcome.NONE
    if code.used_at is not None:
        return Outcome.USED
    if now >= code.expires_at:
        return Outcome.EXPIRED
    if code.tries >= CODE_TRIES:
        return Outcome.SPENT
    good = constant_time_compare(code.digest, digest(f"code.{code.pk}", "".join(typed.split())))
    if good:
        code.used_at = now
        code.save(update_fields=["used_at"])
        return Outcome.GOOD
    code.tries += 1
    code.save(update_fields=["tries"])
    return Outcome.WRONG if code.tries < CODE_TRIES else Outcome.SPENT


def refusal(outcome: Outcome) -> TerreauError:
    """What to tell of a try that failed."""
    again = _("Demandez un nouveau code.")
    told = {
        Outcome.WRONG: (_("Ce n’est pas le code envoyé."), _("Recopiez-le depuis le dernier message reçu.")),
        Outcome.SPENT: (_("Trop d’essais : ce code ne sert plus."), again),
        Outcome.EXPIRED: (_("Ce code a expiré."), again),
        Outcome.USED: (_("Ce code a déjà servi."), again),
        Outcome.NONE: (_("Aucun code valable n’a été envoyé."), again),
    }
    message, remedy = told[outcome]
    return TerreauError(message, where=_("Code"), remedy=remedy)
