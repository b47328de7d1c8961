"""How often a visitor, or a person who signed in, may ask for what costs or can be abused.

Addresses are generous: behind one there may be a whole town hall, or a telephone operator's customers.
"""

from __future__ import annotations

import functools
import ipaddress
import time
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terreau.core.errors import TooManyError
from terreau.core.rate_limits import Counters, Limit

MINUTE, HOUR, DAY = 60, 3600, 86400

# All the limits of the platform; each of those of an action must hold.
LIMITS: dict[str, tuple[Limit, ...]] = {
    # Codes asked for and tried: beside the limits by address that allauth keeps in the shared cache.
    "sign_in": (Limit(40, 10 * MINUTE), Limit(200, DAY)),
    "report": (Limit(6, 10 * MINUTE), Limit(30, DAY)),
    # A public meeting may send its proposals from one address.
    "proposal": (Limit(20, HOUR), Limit(60, DAY)),
    # The receipts written to one address, whoever gives it.
    "proposal_link": (Limit(6, DAY),),
    "search": (Limit(120, MINUTE), Limit(3000, HOUR)),
    "export": (Limit(20, 10 * MINUTE), Limit(200, DAY)),
    "claim": (Limit(10, HOUR), Limit(30, DAY)),
    "code": (Limit(10, 10 * MINUTE), Limit(60, DAY)),
    # Failures only: a good code counts none. Many machines that each try a little are counted together:
    # codes are 22¹⁰, and 600 tries a quarter of an hour find none in a million years.
    "paper_code": (Limit(10, 15 * MINUTE),),
    "paper_code_of_all": (Limit(600, 15 * MINUTE),),
    # Failures only, of telephones: a whole team may stand behind one address.
    "field_account": (Limit(100, 15 * MINUTE),),
    # Begun, sent, link asked for: a hall of people may answer behind one address. Then each page saved.
    "survey": (Limit(60, 10 * MINUTE), Limit(600, DAY)),
    "survey_page": (Limit(400, 10 * MINUTE),),
    # Voice notes, of ten megabytes each; and the links written to one address, whoever asks for them.
    "survey_voice": (Limit(60, 10 * MINUTE), Limit(300, DAY)),
    "survey_link": (Limit(6, DAY),),
    "map": (Limit(1200, MINUTE),),
    "invite": (Limit(30, HOUR), Limit(100, DAY)),
    "one_click": (Limit(60, MINUTE),),
    "personal_data": (Limit(10, HOUR),),
}
# An IPv6 subscriber holds at least this much.
IPV6_PREFIX = 64


def limit(request: HttpRequest, action: str, *, key: str = "", counting: bool = True) -> None:
    """Count one more; for who signed in by person, for others by address.

    Args:
        request: what is asked.
        action: a key of `LIMITS`.
        key: counts by this instead, such as the key of a sheet.
        counting: False to ask only whether one more may be.

    Raises:
        TooManyError: when that would be too often; the page then says how long to wait (status 429).
    """
    who = key or _who(request)
    now = time.time()
    for each in LIMITS[action]:
        seconds = counters().take(f"{action}:{who}", each, now, counting=counting)
        if seconds:
            raise TooManyError(
                _("Trop de demandes en peu de temps."), seconds=seconds, remedy=_remedy(seconds)
            )


@functools.cache
def counters() -> Counters:
    """The counters of this instance, shared by all its processes."""
    return Counters(settings.HOME.locks / "rate-limits")


def visitor_address(request: HttpRequest) -> str:
    """The visitor's network address, as the trusted proxies tell it; the subscriber's part for IPv6."""
    text: str = get_adapter().get_client_ip(request)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            # How a server that listens to both writes an IPv4 address: its prefix is that of all of them.
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address, IPV6_PREFIX), strict=False).network_address)
    return text


def _who(request: HttpRequest) -> str:
    person: Any = getattr(request, "user", None)
    return (
        f"person {person.pk}" if person is not None and person.is_authenticated else visitor_address(request)
    )


def _remedy(seconds: int) -> str:
    minutes = -(-seconds // 60)
    if minutes < 90:
        return ngettext(
            "Attendez une minute, puis recommencez.", "Attendez %(count)d minutes, puis recommencez.", minutes
        ) % {"count": minutes}
    hours = -(-minutes // 60)
    return _("Attendez %(count)d heures, puis recommencez.") % {"count": hours}
