"""The signed link that leads out: for whom, and of which kinds of messages.

It opens nothing and tells nothing; it can only stop messages, so it may be used again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError

_SALT = "terreau.notifications.way_out"
# A message kept for two years still lets one out.
_SECONDS = 2 * 366 * 86400


@dataclass(frozen=True)
class WayOut:
    """Whose messages stop: a person's, of these kinds, or all those to an address."""

    person: str = ""
    kinds: tuple[str, ...] = ()
    address_hash: str = ""


def path_for_person(person: Any, kinds: Iterable[str]) -> str:
    """Where a person stops these kinds of messages, without signing in."""
    return _path({"p": str(person.pk), "k": sorted(set(kinds))})


def path_for_address(address_hash: str) -> str:
    """Where an address stops all messages."""
    return _path({"a": address_hash})


def read(token: str) -> WayOut:
    """What a link says.

    Raises:
        TerreauError: when it was changed, cut, or is too old.
    """
    try:
        said = signing.loads(token, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        raise TerreauError(
            _("Ce lien n’est pas complet, ou il est trop ancien."),
            remedy=_("Reprenez-le dans le dernier message reçu, en entier."),
        ) from None
    return WayOut(said.get("p", ""), tuple(said.get("k", ())), said.get("a", ""))


def _path(said: dict[str, Any]) -> str:
    return reverse("notifications:way_out", args=[signing.dumps(said, salt=_SALT, compress=True)])
