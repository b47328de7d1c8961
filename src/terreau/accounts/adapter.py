"""How allauth speaks for us: French messages, addresses that name the public site."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.accounts.notifications import PROOFS_CHANGED, tell_proofs
from terreau.core.errors import TerreauError

# From there on, a mail server means its refusal for good.
_PERMANENT = 500


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Our account policy; passwords are never asked for."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("Ce compte est fermé."),
        "incorrect_code": gettext_lazy(
            "Ce n’est pas le code envoyé. Recopiez-le depuis le dernier message reçu."
        ),
        "too_many_login_attempts": gettext_lazy(
            "Trop d’essais. Attendez quelques minutes, puis demandez un nouveau code."
        ),
        "rate_limited": gettext_lazy("Trop de demandes. Attendez une minute, puis recommencez."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """There is no page to sign up: whoever gives back the code of the sign-in page has an account."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a message; the address in it is that of the public site, whatever the Host header.

        Raises:
            TerreauError: when the mail server refuses; known and unknown addresses fail alike.
        """
        given = {**context, "public_url": settings.PUBLIC_URL, "email": email}
        try:
            super().send_mail(template_prefix, email, given)
        except SMTPRecipientsRefused as error:
            if any(code < _PERMANENT for code, _text in error.recipients.values()):
                raise TerreauError(
                    _("Le message n’a pas pu partir\u00a0: le serveur de courriel demande d’attendre."),
                    remedy=_("Réessayez dans quelques minutes."),
                ) from None
            raise TerreauError(
                _("Le message n’a pas pu partir\u00a0: le serveur de courriel refuse cette adresse."),
                remedy=_("Relisez-la lettre à lettre, puis recommencez."),
            ) from None
        except (SMTPException, OSError):
            raise TerreauError(
                _("Le message n’a pas pu partir\u00a0: le serveur de courriel ne répond pas."),
                remedy=_("Réessayez dans quelques minutes."),
            ) from None

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: Any = None, email: str | None = None
    ) -> None:
        """What protects an account changed: its person is told by a message like all others."""
        if template_prefix in PROOFS_CHANGED:
            tell_proofs(user, template_prefix)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Who visits, as the proxies of ours tell it.

        A visit that came through fewer of them than there are (a check from the machine itself) is counted
        under the furthest address told, and one whose address cannot be read under that of the proxy: a
        page is never refused for that.
        """
        told: list[str] = []
        if settings.TRUSTED_PROXIES:
            # Each proxy adds the address from which it was asked; what stands before may be forged.
            told = request.headers.get("X-Forwarded-For", "").split(",")[-settings.TRUSTED_PROXIES :]
        for text in (*told[:1], request.META.get("REMOTE_ADDR") or ""):
            address = _address(text.strip())
            if address:
                return address
        return "0.0.0.0"  # noqa: S104 (a name for nobody known, not an address to listen on)


def _address(text: str) -> str:
    """The address alone, in its usual writing; some proxies add the port. Empty when it is none."""
    for one in (text, split_domain_port(text)[0].strip("[]")):
        try:
            return str(ipaddress.ip_address(one))
        except ValueError:
            continue
    return ""


class FactorsAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Passkeys and applications, in French; their secrets are sealed with the instance's key."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "Ce n’est pas le bon code, ou il a déjà servi. Recopiez-le de nouveau."
        ),
        "unverified_email": gettext_lazy("Votre adresse n’est pas encore vérifiée."),
        "cannot_delete_authenticator": gettext_lazy("Cette preuve ne peut pas être retirée."),
        "cannot_generate_recovery_codes": gettext_lazy("Ajoutez d’abord une clé d’accès ou une application."),
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a new key is called until its holder names it."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Clé %(number)d") % {"number": number}

    def encrypt(self, text: str) -> str:
        """The secret as it is stored: useless to who reads the database without the key."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret as it is used."""
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> Fernet:
    key = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"terreau mfa").digest()
    return Fernet(base64.urlsafe_b64encode(key))
