"""Middleware: whole-page cache for visitors, compression, French refusals, the editors' door."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable

import brotli
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from terreau.core.errors import NotAllowed, TerreauError
from terreau.project.errors import explain

GetResponse = Callable[[HttpRequest], HttpResponseBase]
PAGE_SECONDS = 300
EDITORIAL_PREFIX = "/redaction/"
_EDITORIAL_LOGINS = re.compile(rf"^{EDITORIAL_PREFIX}(login|password_reset)/")
# The editors' admin writes its own inline scripts and styles; nothing else may.
EDITORIAL_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; font-src 'self' data:; frame-src 'self'; "
    "frame-ancestors 'self'; form-action 'self'; base-uri 'self'"
)


def content_stamp() -> int:
    """A number that changes whenever public content does, the same for all processes."""
    try:
        return os.stat(settings.HOME.content_stamp).st_mtime_ns
    except FileNotFoundError:
        return 0


class PageCache:
    """Gives visitors whole pages from memory, and 304 when theirs is still good.

    Only anonymous GET pages that set no cookie are kept; a page is good until public content
    changes (`core.stamp.touch`), or for `PAGE_SECONDS` where instances share a database but no disk.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.pages = caches["pages"]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        visitor = request.method in {"GET", "HEAD"} and settings.SESSION_COOKIE_NAME not in request.COOKIES
        if not visitor:
            return self.get_response(request)
        encoding = "br" if "br" in request.headers.get("Accept-Encoding", "") else ""
        key = self._key(request, encoding)
        kept = self.pages.get(key)
        if kept is None:
            response = self.get_response(request)
            if not self._may_keep(request, response):
                return response
            kept = (response.status_code, dict(response.items()), response.content)  # type: ignore[attr-defined]
            kept[1]["ETag"] = f'"{hashlib.blake2b(kept[2], digest_size=12).hexdigest()}"'
            kept[1].setdefault("Cache-Control", "public, max-age=0, must-revalidate")
            self.pages.set(key, kept, PAGE_SECONDS)
        return self._answer(request, kept)

    @staticmethod
    def _key(request: HttpRequest, encoding: str) -> str:
        named = f"{request.get_host()} {request.get_full_path()} {encoding} {content_stamp()}"
        return hashlib.blake2b(named.encode(), digest_size=16).hexdigest()

    @staticmethod
    def _may_keep(request: HttpRequest, response: HttpResponseBase) -> bool:
        return (
            request.method == "GET"
            and response.status_code == 200
            and not response.streaming
            and not response.cookies
            and "no-store" not in response.get("Cache-Control", "")
            and "private" not in response.get("Cache-Control", "")
            and not request.path.startswith(EDITORIAL_PREFIX)
        )

    @staticmethod
    def _answer(request: HttpRequest, kept: tuple[int, dict[str, str], bytes]) -> HttpResponseBase:
        status, headers, body = kept
        if headers["ETag"] in request.headers.get("If-None-Match", ""):
            fresh = HttpResponseNotModified()
            for name in ("ETag", "Cache-Control", "Vary"):
                if name in headers:
                    fresh[name] = headers[name]
            return fresh
        return HttpResponse(body, status=status, headers=headers)


class Compress:
    """Brotli for text pages: on a thin link the page is what costs."""

    LEVEL = 5
    FROM_BYTES = 600

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or response.has_header("Content-Encoding"):
            return response
        kind = response.get("Content-Type", "")
        textual = kind.startswith("text/") or any(name in kind for name in ("json", "xml", "javascript"))
        if not textual or len(response.content) < self.FROM_BYTES:
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if "br" not in request.headers.get("Accept-Encoding", ""):
            return response
        response.content = brotli.compress(response.content, quality=self.LEVEL)
        response["Content-Encoding"] = "br"
        if response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))
        return response


class EditorialAdmin:
    """The door of the guide's editors: one way in, its own looser policy, a refusal for others."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(EDITORIAL_PREFIX):
            return self.get_response(request)
        if _EDITORIAL_LOGINS.match(request.path):
            return explain(
                request,
                status=404,
                title=_("Page introuvable"),
                message=_("On se connecte à Terreau par un code reçu par courriel."),
                remedy=_("Utilisez la page de connexion."),
            )
        person = request.user
        if person.is_authenticated and not person.has_perm("wagtailadmin.access_admin"):
            # Without this, Wagtail and the sign-in page send the person to each other for ever.
            return explain(
                request,
                status=403,
                title=_("Accès refusé"),
                message=_("Cette partie est celle des personnes qui rédigent le guide et les nouvelles."),
                remedy=_("Demandez ce droit au secrétariat du réseau."),
            )
        response = self.get_response(request)
        response["Content-Security-Policy"] = EDITORIAL_POLICY
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response


class RefusalsInFrench:
    """Turns a refusal raised anywhere below into a page that explains it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a `TerreauError`; anything else goes its way."""
        if isinstance(exception, NotAllowed):
            return explain(
                request,
                status=403,
                title=_("Accès refusé"),
                message=exception.message,
                remedy=exception.remedy,
            )
        if isinstance(exception, TerreauError):
            return explain(
                request,
                status=400,
                title=_("Cela n’a pas pu être fait"),
                message=exception.message,
                where=exception.where,
                remedy=exception.remedy,
            )
        return None
