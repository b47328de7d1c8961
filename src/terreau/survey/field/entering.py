"""Who a telephone is: HTTP Digest, or Basic where the line is encrypted. No session, no cookie."""

from __future__ import annotations

import hmac
import time
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from terreau.accounts.rate_limits import limit
from terreau.survey.field import http_digest
from terreau.survey.field.accounts import password_of
from terreau.survey.field.http_digest import BasicClaim, DigestClaim
from terreau.survey.field_models import FieldAccount

_LONGEST_HEADER: Final = 4000


def enter(request: HttpRequest, slug: str) -> FieldAccount | None:
    """The access that the request proves to hold for this survey; None when it must be asked for.

    Raises:
        TooManyError: after too many wrong ones from one place.
    """
    header = request.headers.get("Authorization", "")[:_LONGEST_HEADER]
    claim = http_digest.read_authorization(header)
    if claim is None or _is_stale(claim, slug):
        return None
    limit(request, "field_account", counting=False)
    accounts = FieldAccount.objects.good().filter(username=claim.username, survey__slug=slug)
    # HEAD, half of what telephones ask, needs nothing of the survey.
    account = (accounts.select_related("survey") if request.method != "HEAD" else accounts).first()
    if account is not None and _proves(request, claim, account, slug):
        return account
    limit(request, "field_account")
    return None


def challenges(request: HttpRequest, slug: str) -> list[str]:
    """What is asked of a telephone that did not prove who it is, the safest way first."""
    nonce = http_digest.make_nonce(_key(), realm(slug), time.time())
    stale = ""
    claim = http_digest.read_authorization(request.headers.get("Authorization", "")[:_LONGEST_HEADER])
    if claim is not None and _is_stale(claim, slug):
        stale = ", stale=true"
    asked = [
        f'Digest realm="{realm(slug)}", domain="/openrosa/{slug}/", qop="auth", algorithm=MD5, '
        f'nonce="{nonce}"{stale}'
    ]
    if request.is_secure():
        asked.append(f'Basic realm="{realm(slug)}"')
    return asked


def realm(slug: str) -> str:
    """What the password opens, as the telephone may show it."""
    return f"Terreau {slug}"


def _proves(request: HttpRequest, claim: DigestClaim | BasicClaim, account: FieldAccount, slug: str) -> bool:
    password = password_of(account)
    if isinstance(claim, BasicClaim):
        # In clear on a line that anyone may read, it would be given away.
        return request.is_secure() and hmac.compare_digest(claim.password.encode(), password.encode())
    if claim.realm != realm(slug) or _age(claim, slug) is None:
        return False
    return http_digest.answers(
        claim, password=password, method=request.method or "", target=request.get_full_path()
    )


def _is_stale(claim: DigestClaim | BasicClaim, slug: str) -> bool:
    """Whether only the nonce is too old: the telephone then tries again without asking its bearer."""
    if isinstance(claim, BasicClaim):
        return False
    age = _age(claim, slug)
    return age is not None and age > http_digest.NONCE_SECONDS


def _age(claim: DigestClaim, slug: str) -> float | None:
    return http_digest.nonce_age(claim.nonce, _key(), realm(slug), time.time())


def _key() -> bytes:
    return salted_hmac("terreau.survey.nonce", settings.SECRET_KEY, algorithm="sha256").digest()
