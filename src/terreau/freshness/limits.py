"""How often codes may be tried: by one address, and by everyone together."""

from __future__ import annotations

import hashlib
from contextlib import suppress

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

TRIES = 10
SECONDS = 15 * 60
# Many machines that each try a little: codes are 22¹⁰, this many an hour find none in a million years.
TRIES_OF_ALL = 600


def may_try(request: HttpRequest) -> bool:
    """Whether this visitor may try one more code."""
    own, everyone = (cache.get(key, 0) for key in _keys(request))
    return bool(own < TRIES and everyone < TRIES_OF_ALL)


def count_failure(request: HttpRequest) -> None:
    """Count one code that opened nothing."""
    for key in _keys(request):
        if not cache.add(key, 1, SECONDS):
            with suppress(ValueError):  # it expired in between
                cache.incr(key)


def _keys(request: HttpRequest) -> tuple[str, str]:
    address = str(get_adapter().get_client_ip(request))
    hashed = hashlib.blake2b(address.encode(), digest_size=12).hexdigest()
    return f"freshness:code:{hashed}", "freshness:code:all"
