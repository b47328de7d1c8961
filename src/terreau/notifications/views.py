"""« Mes messages », and the way out that a message carries."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from terreau.accounts.models import Person
from terreau.accounts.rate_limits import limit
from terreau.accounts.secret_links import kept_secret
from terreau.core.registry import message_kinds
from terreau.notifications import services, tokens
from terreau.notifications.forms import FrequenciesForm
from terreau.notifications.models import Message

LAST_MESSAGES = 30


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """How often for each kind; the last messages, those that could not leave included."""
    person: Any = request.user
    form = FrequenciesForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        services.choose(person=person, frequencies=form.frequencies())
        if "language" in form.cleaned_data:
            services.speak(person=person, language=form.cleaned_data["language"])
        messages.success(request, _("Vos choix sont enregistrés."))
        return redirect("notifications:mine")
    context = {
        "form": form,
        "essential": [kind.label for kind in message_kinds if kind.essential],
        "received": list(Message.objects.of(person)[:LAST_MESSAGES]),
    }
    return render(request, "notifications/mine.html", context)


@csrf_exempt  # A mail program sends this without cookie; the signed link is what is checked.
@require_http_methods(["GET", "HEAD", "POST"])
@kept_secret
def way_out(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the messages that the link names: at once by POST; by GET, ask first and change nothing."""
    limit(request, "one_click")
    out = tokens.read(token)
    done = request.method == "POST"
    if done:
        _stop(out)
    labels = [kind.label for kind in message_kinds if kind.key in out.kinds]
    context = {"done": done, "labels": labels, "all": bool(out.address_hash)}
    return render(request, "notifications/way_out.html", context)


def _stop(out: tokens.WayOut) -> None:
    if out.address_hash:
        services.refuse(address_hash=out.address_hash)
        return
    person = Person.objects.filter(pk=out.person).first()
    if person is not None:
        services.stop(person=person, kinds=out.kinds)
