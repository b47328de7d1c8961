"""allauth's pages for passkeys, kept from answers that no browser would give.

What a key answers is parsed by allauth and by fido2, which raise bare exceptions on a malformed one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from allauth.mfa.base import views as factors
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn import views as keys
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.accounts.rate_limits import limit


class ActivateTotp(ActivateTOTPView):  # type: ignore[misc]
    """Leads to the page of all proofs: that of the recovery codes would ask for one anew."""

    def get_success_url(self) -> str:
        """Where all is seen."""
        return reverse("mfa_index")


class AddKey(keys.AddWebAuthnView):  # type: ignore[misc]
    """The same."""

    def get_success_url(self) -> str:
        """Where all is seen."""
        return reverse("mfa_index")


View = Callable[..., HttpResponse]
_MALFORMED = (KeyError, ValueError, TypeError, AttributeError)


def _guarded(view: View, back: str) -> View:
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        limit(request, "sign_in")
        if "credential" not in request.POST:
            return view(request, *args, **kwargs)
        try:
            return view(request, *args, **kwargs)
        except _MALFORMED:
            messages.error(request, _("Cette clé d’accès n’a pas pu être lue. Essayez de nouveau."))
            return redirect(back)

    return guarded


sign_in = _guarded(keys.login_webauthn, "account_login")
prove = _guarded(factors.authenticate, "mfa_authenticate")
prove_again = _guarded(keys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn")
activate_totp = ActivateTotp.as_view()
add = _guarded(AddKey.as_view(), "mfa_add_webauthn")
