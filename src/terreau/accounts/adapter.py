"""How allauth speaks for us: French messages, addresses that name the public site."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terreau.core.errors import TerreauError


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
        """People are brought in by the secretariat until actors open their own accounts."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a message; the address in it is that of the public site, whatever the Host header.

        Raises:
            TerreauError: when the mail server refuses; known and unknown addresses fail alike.
        """
        given = {**context, "public_url": settings.PUBLIC_URL, "email": email}
        try:
            super().send_mail(template_prefix, email, given)
        except (SMTPException, OSError):
            raise TerreauError(
                _("Le message n’a pas pu partir\u00a0: le serveur de courriel ne répond pas."),
                remedy=_("Réessayez dans quelques minutes."),
            ) from None
