"""« Mes données »: what is held, given as files, erased on request."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.accounts import personal
from terreau.accounts.forms import EraseForm
from terreau.accounts.rate_limits import limit
from terreau.core.registry import personal_data


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What is held, by part, and the two ways: take it, erase it."""
    return render(request, "accounts/personal.html", {"parts": list(personal_data)})


@login_required
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """All of it, in one archive."""
    limit(request, "personal_data")
    person: Any = request.user
    response = HttpResponse(personal.archive(person), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="mes-donnees.zip"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Say what goes and what stays, then erase, once the person has written their own address."""
    person: Any = request.user
    form = EraseForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        limit(request, "personal_data")
        personal.erase(person=person)
        logout(request)
        messages.success(request, _("Vos données sont effacées et votre compte est fermé."))
        return redirect("portal:home")
    context = {
        "form": form,
        "parts": list(personal_data),
        "refusal": personal.refusal_to_erase(person),
        "grants": list(person.grants.select_related("territory")),
    }
    return render(request, "accounts/erase.html", context, status=400 if form.errors else 200)
