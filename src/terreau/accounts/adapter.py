"""How allauth speaks for us: French subjects, addresses that name the public site."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Our account policy; passwords are never asked for."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are brought in by the secretariat until actors open their own accounts."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a message; the address in it is that of the public site, whatever the Host header."""
        super().send_mail(template_prefix, email, context)
