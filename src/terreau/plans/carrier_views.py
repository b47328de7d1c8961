"""Who carries an action with the town, and what they see of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from terreau.core.numbers import whole_number
from terreau.directory.meant import organisation_of, territory_of
from terreau.plans import perms, services
from terreau.plans.acting_on import FORM, action_to, status_of, tried
from terreau.plans.enums import Reply
from terreau.plans.forms import (
    CoLeaderForm,
    ShareForm,
)
from terreau.plans.models import Action, CoLeader, Share


@login_required
@FORM
def carriers(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Who is asked to carry the action: organisations, and other territories."""
    action = action_to(request, public_id)
    data = request.POST if request.method == "POST" else None
    what = str(data.get("act", "")) if data is not None else ""
    co_form = CoLeaderForm(data if what == "ask" else None)
    share_form = ShareForm(data if what == "share" else None)
    problem = None
    sent = {"ask": co_form, "share": share_form}.get(what)
    if data is not None and (sent is None or sent.is_valid()):
        problem = tried(lambda: _carry(request, action, what, sent))
        if problem is None:
            messages.success(request, _("C’est enregistré."))
            return redirect("plans:carriers", public_id)
    context = {
        "action": action,
        "plan": action.plan,
        "territory": action.plan.territory,
        "co_form": co_form,
        "share_form": share_form,
        "problem": problem,
        "asked": action.co_leaders.select_related("organisation"),
        "shares": action.shares.select_related("territory"),
    }
    return render(request, "plans/carriers.html", context, status=status_of(problem, co_form, share_form))


def _carry(request: HttpRequest, action: Action, what: str, sent: Any) -> None:
    person, town = request.user, action.plan.territory
    key = whole_number(str(request.POST.get("key", "")))
    if what == "ask":
        typed = sent.cleaned_data
        sheet_asked = organisation_of(typed["organisation"], town)
        services.ask_co_leader(person=person, action=action, organisation=sheet_asked, words=typed["words"])
    elif what == "share":
        typed = dict(sent.cleaned_data)
        place = territory_of(typed.pop("territory"), town)
        services.ask_share(person=person, action=action, territory=place, **typed)
    elif what == "remove":
        asked = get_object_or_404(CoLeader.objects.select_related("organisation"), pk=key, action=action)
        services.remove_co_leader(person=person, asked=asked)
    elif what == "unshare":
        share = get_object_or_404(Share.objects.select_related("territory"), pk=key, action=action)
        services.remove_share(person=person, share=share)
    else:
        raise Http404


@login_required
@require_POST
def answer(request: HttpRequest, public_id: str, key: int) -> HttpResponseBase:
    """One who keeps the sheet of an organisation answers for it, or leaves the action."""
    every = CoLeader.objects.select_related("organisation", "action__objective__axis__plan__territory")
    asked = get_object_or_404(every, pk=key, action__public_id=public_id)
    accepts = request.POST.get("answer") == Reply.ACCEPTED
    problem = tried(lambda: services.answer(person=request.user, asked=asked, accepts=accepts))
    if problem is None:
        messages.success(request, _("Votre réponse est enregistrée."))
    else:
        messages.error(request, str(problem))
    return redirect("plans:led")


@login_required
@require_safe
def led(request: HttpRequest) -> HttpResponse:
    """The actions that a person's organisations carry with a town, or are asked to."""
    every = CoLeader.objects.filter(organisation__in=perms.sheets_of(request.user)).exclude(
        reply=Reply.REFUSED
    )
    every = every.select_related("organisation", "action__objective__axis__plan__territory").order_by(
        "-asked_at"
    )
    today = timezone.localdate()
    rows = [{"asked": one, "standing": one.action.standing(today)} for one in every]
    return render(request, "plans/led.html", {"rows": rows, "Reply": Reply})
