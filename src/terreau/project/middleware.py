"""Middleware: whole-page cache, files open to programs, compression, no write in a GET, refusals, a door."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import brotli
from django.conf import settings
from django.core.cache import caches
from django.db import DataError, connection
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from terreau.core.errors import NotAllowed, ToldError, TooManyError
from terreau.project.errors import bad_request, explain, of_machine, signed_out

GetResponse = Callable[[HttpRequest], HttpResponseBase]
Kept = tuple[int, dict[str, str], bytes]
PAGE_SECONDS = 300
EDITORIAL_PREFIX = "/redaction/"
WRITING_PREFIXES = (EDITORIAL_PREFIX, "/compte/")
_SAFE = frozenset({"GET", "HEAD"})
# With the head and the tail of a gzip file.
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_REFUSED = re.compile(r"q=0(\.0*)?")
_NOT_DATA = frozenset({"django_session", "cache"})
_WRITE = re.compile(
    r"\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO|TRUNCATE|MERGE\s+INTO"
    r"|(?:CREATE|DROP|ALTER)\s+\w+)\s+(?P<table>\S+)",
    re.IGNORECASE,
)
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
        return int(settings.HOME.content_stamp.stat().st_mtime_ns)
    except FileNotFoundError:
        return 0


class PageCache:
    """Gives visitors whole pages from memory, and 304 when theirs is still good.

    Only anonymous GET pages that set no cookie are kept; a page is good until public content
    changes (`core.stamp.touch`), or for `PAGE_SECONDS` where instances share a database but no disk.
    What is made for a person who signed in is kept by nobody, browser included.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.pages = caches["pages"]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page kept, or made and kept; 304 when the browser has it."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response = self.get_response(request)
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response
        # A cookie that carries a message is to be read once, by a page made for its bearer.
        if request.method not in _SAFE or "messages" in request.COOKIES or settings.DEBUG:
            return self.get_response(request)
        key = self._key(request)
        kept = self.pages.get(key)
        if kept is None:
            response = self.get_response(request)
            if not self._may_keep(request, response):
                return response
            kept = self._keep(key, response)
        return self._answer(request, kept)

    def _keep(self, key: str, response: HttpResponseBase) -> Kept:
        body: bytes = response.content  # type: ignore[attr-defined]
        headers = dict(response.items())
        headers["ETag"] = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
        kept = (response.status_code, headers, body)
        self.pages.set(key, kept, PAGE_SECONDS)
        return kept

    @staticmethod
    def _key(request: HttpRequest) -> str:
        named = (
            f"{request.scheme} {request.get_host()} {request.get_full_path()} "
            f"{accepted_encoding(request)} {content_stamp()}"
        )
        return hashlib.blake2b(named.encode(), digest_size=16).hexdigest()

    @staticmethod
    def _may_keep(request: HttpRequest, response: HttpResponseBase) -> bool:
        control = response.get("Cache-Control", "")
        varies = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
        return (
            request.method == "GET"
            and response.status_code == 200
            and not response.streaming
            and not response.cookies
            and not any(word in control for word in ("no-store", "no-cache", "private"))
            # A page that changes with anything else (the language, one day) is not one page.
            and varies <= {"cookie", "accept-encoding"}
            and not request.path.startswith(EDITORIAL_PREFIX)
        )

    @staticmethod
    def _answer(request: HttpRequest, kept: Kept) -> HttpResponseBase:
        status, headers, body = kept
        if headers["ETag"] in request.headers.get("If-None-Match", ""):
            fresh = HttpResponseNotModified()
            for name in ("ETag", "Cache-Control", "Vary", "Content-Security-Policy"):
                if name in headers:
                    fresh[name] = headers[name]
            return fresh
        return HttpResponse(body, status=status, headers=headers)


class OpenFiles:
    """Lets the pages of other sites read the files that anybody may have: data is open to programs too.

    A page elsewhere reads as a visitor, without the cookie of who looks at it; pages for people are framed
    or linked, never read.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response, readable from elsewhere when it is a file for visitors."""
        response = self.get_response(request)
        if (
            request.method in _SAFE
            and response.status_code == HTTPStatus.OK
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
            and "Authorization" not in request.headers
            and not response.get("Content-Type", "").startswith("text/html")
        ):
            response["Access-Control-Allow-Origin"] = "*"
            # Where a CSV is told of, what a file is called.
            response["Access-Control-Expose-Headers"] = "Link, Content-Disposition"
        return response


def accepted_encoding(request: HttpRequest) -> str:
    """The best compression that the browser accepts: `br`, else `gzip`, else none."""
    accepted = set()
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _semicolon, parameter = part.partition(";")
        if not _REFUSED.fullmatch(parameter.strip()):
            accepted.add(name.strip())
    return next((name for name in ("br", "gzip") if name in accepted), "")


class Compress:
    """Brotli, or gzip without TLS, for text pages: on a thin link the page is what costs."""

    BROTLI_LEVEL = 5
    GZIP_LEVEL = 6
    FROM_BYTES = 600

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page, compressed as the browser reads it."""
        response = self.get_response(request)
        if response.has_header("Content-Encoding") or isinstance(response, FileResponse):
            return response
        kind = response.get("Content-Type", "").partition(";")[0]
        textual = kind.startswith("text/") or any(
            name in kind for name in ("json", "xml", "javascript", "vector-tile")
        )
        # A workbook is called « …openxmlformats… », and is compressed already.
        if not textual or "openxmlformats" in kind:
            return response
        if isinstance(response, StreamingHttpResponse):
            return self._stream(request, response)
        if not isinstance(response, HttpResponse) or len(response.content) < self.FROM_BYTES:
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        encoding = accepted_encoding(request)
        if not encoding:
            return response
        if encoding == "br":
            response.content = brotli.compress(response.content, quality=self.BROTLI_LEVEL)
        else:
            response.content = gzip.compress(response.content, self.GZIP_LEVEL, mtime=0)
        response["Content-Encoding"] = encoding
        if response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))
        return response

    def _stream(self, request: HttpRequest, response: StreamingHttpResponse) -> StreamingHttpResponse:
        """A large file, compressed as it is written: a list of columns weighs ten times less."""
        patch_vary_headers(response, ("Accept-Encoding",))
        encoding = accepted_encoding(request)
        if encoding:
            response.streaming_content = self._packed(response.streaming_content, encoding)
            response["Content-Encoding"] = encoding
        return response

    def _packed(self, chunks: Any, encoding: str) -> Iterator[bytes]:
        if encoding == "br":
            brotli_packer = brotli.Compressor(quality=self.BROTLI_LEVEL)
            pack, finish = brotli_packer.process, brotli_packer.finish
        else:
            gzip_packer = zlib.compressobj(self.GZIP_LEVEL, wbits=_GZIP_WINDOW)
            pack, finish = gzip_packer.compress, gzip_packer.flush
        for chunk in chunks:
            if packed := pack(chunk):
                yield packed
        yield finish()


class WriteInGetError(RuntimeError):
    """A page that is only read tried to write: a link, a robot or a reload would change data."""


class ReadOnlyGets:
    """Refuses any write to the database while a page is only read.

    Sessions and counters of attempts are not data: they may be written. Signing in and the editors'
    admin, which are not ours, are left alone.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page, made without writing."""
        if request.method not in _SAFE or request.path.startswith(WRITING_PREFIXES):
            return self.get_response(request)
        with connection.execute_wrapper(self._refuse_writes):
            return self.get_response(request)

    @staticmethod
    def _refuse_writes(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        written = _WRITE.match(str(sql))
        if written and written["table"].strip('"') not in _NOT_DATA:
            raise WriteInGetError(str(sql)[:200])
        return execute(sql, params, many, context)


class EditorialAdmin:
    """The door of the guide's editors: one way in, its own looser policy, a refusal for others."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The admin for its editors; the sign-in or a refusal for others."""
        if not request.path.startswith(EDITORIAL_PREFIX):
            return self.get_response(request)
        if _EDITORIAL_LOGINS.match(request.path):
            # One way in, the code by e-mail; one who signs out of the admin arrives here too.
            return redirect("account_login")
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


def _sends_to_sign_in(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether the page that a form was sent to asks first who is there, and something was typed.

    A large body is left unread: the pages that take files bound them themselves.
    """
    if response.status_code != HTTPStatus.FOUND:
        return False
    there = urlsplit(response["Location"])
    if there.path != reverse(settings.LOGIN_URL) or parse_qs(there.query).get("next") != [
        request.get_full_path()
    ]:
        return False
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if request.user.is_authenticated or size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return False
    return any(request.POST[name].strip() for name in request.POST if name != "csrfmiddlewaretoken")


class RefusalsInFrench:
    """Turns a refusal raised anywhere below into a page that explains it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page; refusals raised in making it come through `process_exception`."""
        response = self.get_response(request)
        if request.method == "POST" and _sends_to_sign_in(request, response):
            return signed_out(request)
        return response

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
        if isinstance(exception, TooManyError):
            response = explain(
                request,
                status=429,
                title=_("Trop de demandes"),
                message=exception.message,
                remedy=exception.remedy,
            )
            response["Retry-After"] = str(exception.seconds)
            return response
        if isinstance(exception, ToldError):
            return explain(
                request,
                status=400,
                title=_("Cela n’a pas pu être fait"),
                message=exception.message,
                where=exception.where,
                remedy=exception.remedy,
            )
        if isinstance(exception, DataError) and "NUL" in str(exception):
            # No text of PostgreSQL holds one, and no page sends one: what was asked cannot be read.
            return bad_request(request, exception)
        return of_machine(request, exception)
