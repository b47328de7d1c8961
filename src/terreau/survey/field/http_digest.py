"""HTTP Digest (RFC 2617, qop=auth) and Basic, as telephones use them: pure functions on headers.

Of Digest, the part that the OpenRosa authentication standard keeps: MD5, qop=auth. The weakness of MD5 is
made up for by passwords that are drawn, not chosen, and by nonces that this instance signed and that age.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# A whole day in the field is sent without asking again; a header overheard is of no use tomorrow.
NONCE_SECONDS: Final = 12 * 3600
# From the start of a word only: tried from each of its letters, a long one would take its square.
_PART = re.compile(r'\b(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


@dataclass(frozen=True, slots=True)
class DigestClaim:
    """What a telephone says of itself in an `Authorization: Digest` header."""

    username: str
    realm: str
    nonce: str
    uri: str
    response: str
    qop: str
    nc: str
    cnonce: str


@dataclass(frozen=True, slots=True)
class BasicClaim:
    """The same in an `Authorization: Basic` header."""

    username: str
    password: str


def read_authorization(header: str) -> DigestClaim | BasicClaim | None:
    """What the header claims; None when there is none that can be read."""
    scheme, _space, rest = header.strip().partition(" ")
    if scheme.lower() == "basic":
        return _basic(rest)
    if scheme.lower() != "digest":
        return None
    parts: Mapping[str, str] = {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) if quoted else bare
        for name, quoted, bare in _PART.findall(rest)
    }
    needed = ("username", "realm", "nonce", "uri", "response")
    if any(not parts.get(name) for name in needed):
        return None
    optional = (parts.get(name, "") for name in ("qop", "nc", "cnonce"))
    return DigestClaim(*(parts[name] for name in needed), *optional)


def _basic(text: str) -> BasicClaim | None:
    try:
        username, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return BasicClaim(username, password) if colon else None


def answers(claim: DigestClaim, *, password: str, method: str, target: str) -> bool:
    """Whether the claim proves knowledge of the password for this very request.

    `target` is the address as it was asked for, with its query.
    """
    if claim.qop != "auth" or not claim.nc or not claim.cnonce or claim.uri != target:
        return False
    return hmac.compare_digest(
        claim.response.lower().encode(), expected_response(claim, password, method).encode()
    )


def expected_response(claim: DigestClaim, password: str, method: str) -> str:
    """What who knows the password answers to the nonce (RFC 2617, 3.2.2)."""
    first = _md5(f"{claim.username}:{claim.realm}:{password}")
    second = _md5(f"{method}:{claim.uri}")
    return _md5(f"{first}:{claim.nonce}:{claim.nc}:{claim.cnonce}:{claim.qop}:{second}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def make_nonce(key: bytes, realm: str, now: float) -> str:
    """A nonce that tells its age and that nobody else can make: nothing is kept of those given out."""
    issued = f"{int(now):x}"
    return f"{issued}-{_signed(key, realm, issued)}"


def nonce_age(nonce: str, key: bytes, realm: str, now: float) -> float | None:
    """Seconds since it was given out; None when it is not one of ours."""
    issued, _dash, signature = nonce.partition("-")
    if not re.fullmatch(r"[0-9a-f]{1,12}", issued):
        return None
    if not hmac.compare_digest(signature.encode(), _signed(key, realm, issued).encode()):
        return None
    return now - int(issued, 16)


def _signed(key: bytes, realm: str, issued: str) -> str:
    return hmac.new(key, f"{realm}:{issued}".encode(), hashlib.sha256).hexdigest()[:40]
