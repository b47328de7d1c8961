"""Links that let in a person without account: drawn from the form that asks for them, kept as a digest."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache

View = Callable[..., HttpResponseBase]
# What says, beside what came with a request, that its address is a secret: no header is called so.
_MARK = "terreau.secret"


def draw(purpose: str, *parts: object) -> str:
    """The token of a link: the same parts give the same one, so that a form sent twice gives one link."""
    drawn = salted_hmac(f"{purpose}.token", " ".join(map(str, parts)), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(drawn[:18]).decode()


def digest(purpose: str, token: str) -> str:
    """What is kept of a link: nothing from which it could be found again."""
    return str(salted_hmac(f"{purpose}.digest", token, algorithm="sha256").hexdigest())


def kept_secret(view: View) -> View:
    """A page kept by nobody, found by no search engine, whose address is told to no other site."""

    @wraps(view)
    @never_cache
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.META[_MARK] = True
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        # « no-referrer » would send forms with no origin, which the protection of forms refuses.
        response["Referrer-Policy"] = "same-origin"
        return response

    return shown


def is_kept_secret(request: HttpRequest) -> bool:
    """Whether the page is one of those: it says nothing of itself to programs that read its address."""
    return _MARK in request.META
