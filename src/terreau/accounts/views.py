"""Signing in, and one's own account."""

from __future__ import annotations

from typing import Any

from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from terreau.accounts import services
from terreau.accounts.entering import Entering
from terreau.accounts.forms import NameForm
from terreau.accounts.rate_limits import limit


@method_decorator([never_cache, rate_limit(action="login")], name="dispatch")
class SignIn(RequestLoginCodeView):  # type: ignore[misc]
    """Asks for an address and sends it a code, whether or not a person is known under it."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Anybody may enter: an actor opens an account by giving back the first code."""
        limit(self.request, "sign_in")
        Entering.begin(self.request, person=form._user, email=form.cleaned_data["email"])
        return redirect(self.get_success_url())


@method_decorator(never_cache, name="dispatch")
class ConfirmCode(ConfirmLoginCodeView):  # type: ignore[misc]
    """Asks for the code, and says so when there is none left to ask for."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As allauth does, which sends back to the start without a word when the code is too old.

        Nor does it remember then where the person was going.
        """
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if not request.user.is_authenticated and getattr(self, "_process", None) is None:
            messages.warning(request, _("Aucun code n’est en cours, ou il a expiré. Demandez-en un nouveau."))
        if isinstance(response, HttpResponseRedirect) and response.url == reverse("account_login"):
            return redirect(self.passthrough_next_url(response.url))
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The code typed, or another one asked for."""
        limit(request, "sign_in")
        self._process = Entering(stage=self.stage)
        response: HttpResponseBase = super().post(request, *args, **kwargs)
        return response


sign_in = SignIn.as_view()
confirm_code = ConfirmCode.as_view()


@login_required
def my_account(request: HttpRequest) -> HttpResponse:
    """The person's own account: name shown, roles, sessions."""
    person: Any = request.user
    form = NameForm(request.POST or None, instance=person, label_suffix="")
    if request.method == "POST" and form.is_valid():
        services.rename(person=person, display_name=form.cleaned_data["display_name"])
        messages.success(request, _("Votre nom est enregistré."))
        return redirect("accounts_mine")
    context = {"form": form, "grants": list(person.grants.select_related("territory").order_by("role"))}
    return render(request, "accounts/mine.html", context)


@require_POST
@login_required
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End the person's other sessions; this one goes on."""
    person: Any = request.user
    services.sign_out_everywhere(person=person)
    update_session_auth_hash(request, person)
    messages.success(request, _("Vos autres appareils sont déconnectés."))
    return redirect("accounts_mine")
