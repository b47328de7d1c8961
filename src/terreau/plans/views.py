"""What anybody reads: the page of a plan, an action, the way back from a payment, what a link asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from terreau.accounts.perms import remember_roles
from terreau.accounts.secret_links import kept_secret
from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.plans import money, perms, reading, services, sheet
from terreau.plans.carrying import asked_by_link
from terreau.plans.chain import payment_back
from terreau.plans.editions import editions_of
from terreau.plans.enums import Reply, Standing, Version
from terreau.plans.finding import plan_or_none
from terreau.plans.governance_reading import next_review
from terreau.plans.models import Action, CoLeader, Entry, Plan
from terreau.plans.printing import TYPES
from terreau.territories.models import Territory

# What a first view shows of what is late or done, and of the actions of a plan without choosing an axis.
MOST_TOLD, MOST_ACTIONS = 12, 60


@require_safe
def public_plan(request: HttpRequest, code: str) -> HttpResponse:
    """What the town promised, what is done, what is late and why."""
    plan = public_plan_for(request, code)
    territory = plan.territory
    today = timezone.localdate()
    rows = reading.rows_of(plan, today, public=True)
    chosen = whole_number(str(request.GET.get("axe", "")))
    context = {
        "territory": territory,
        "plan": plan,
        "money": money.money_of(plan, public=True),
        "next_review": next_review(plan, today),
        "editions": list(editions_of(plan, every=False).brief()),
        "versions": [Version.PUBLIC],
        "kinds": list(TYPES),
        "others": [one for one in Plan.objects.of(territory).public() if one.pk != plan.pk],
        **promises(rows, reading.by_axis(rows), chosen),
    }
    return render(request, "plans/public.html", context)


def promises(rows: Sequence[Any], axes: Sequence[Any], chosen: int) -> dict[str, Any]:
    """What is promised, done, late and why; the axes that are open at once, or the one that was chosen.

    Args:
        rows: the actions, of today or of an edition.
        axes: the same under their axes.
        chosen: an axis.
    """
    late = [row for row in rows if row.standing == Standing.LATE]
    done = [row for row in rows if row.standing == Standing.DONE]
    return {
        "axes": axes,
        "chosen": chosen,
        "opens_all": len(rows) <= MOST_ACTIONS,
        "counts": reading.counted(rows),
        "total": len(rows),
        "dropped": [row for row in rows if row.standing == Standing.DROPPED][:MOST_TOLD],
        "late": late[:MOST_TOLD],
        "more_late": max(0, len(late) - MOST_TOLD),
        "done": done[:MOST_TOLD],
        "more_done": max(0, len(done) - MOST_TOLD),
    }


def public_plan_for(request: HttpRequest, code: str) -> Plan:
    """The plan of a territory that visitors read, or the one that the address asks for."""
    territory = get_object_or_404(Territory, code=code)
    if request.GET.get("plan"):
        plan = plan_or_none(territory, request.GET)
    else:
        plan = Plan.objects.of(territory).public().first()
    if plan is None or plan.published_on is None:
        raise Http404
    plan.territory = territory
    return plan


def action_for(request: HttpRequest, public_id: str) -> Action:
    """The action, if the person may read it; what is not public does not exist for others."""
    action = get_object_or_404(sheet.actions(), public_id=public_id)
    remember_roles(request.user, action.plan.territory)
    if not _is_public(action) and not perms.can_read_action(request.user, action):
        raise Http404
    return action


def _is_public(action: Action) -> bool:
    return action.is_public and action.plan.published_on is not None


@require_safe
def action(request: HttpRequest, public_id: str) -> HttpResponse:
    """One action: who, when, how much, what for, what it gave."""
    found = action_for(request, public_id)
    context = sheet.context_of(found, request.user, timezone.localdate())
    return render(request, "plans/action.html", context)


@require_safe
def entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """The way back from an amount to the need that it answers."""
    found = get_object_or_404(Entry.objects.select_related("line"), public_id=public_id)
    of_action = get_object_or_404(sheet.actions(), pk=found.line.action_id)
    remember_roles(request.user, of_action.plan.territory)
    if not _is_public(of_action) and not perms.can_read_action(request.user, of_action):
        raise Http404
    found.line.action = of_action
    links = payment_back(found, sheet.links_for(of_action, request.user))
    context = {"entry": found, "action": of_action, "plan": of_action.plan, "links": links}
    return render(request, "plans/entry.html", context)


@kept_secret
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest, token: str) -> HttpResponseBase:
    """What the link of a message asks of an organisation. Reading it writes nothing."""
    try:
        found = asked_by_link(token)
        if request.method == "POST" and request.POST.get("answer") in (Reply.ACCEPTED, Reply.REFUSED):
            accepts = request.POST["answer"] == Reply.ACCEPTED
            services.answer_by_link(token=token, accepts=accepts)
            return redirect("plans:asked", token)
    except TerreauError as problem:
        return render(request, "plans/asked_closed.html", {"problem": problem}, status=410)
    return render(request, "plans/asked.html", _asked(found))


def _asked(found: CoLeader) -> dict[str, Any]:
    told = {
        Reply.WAITING: "",
        Reply.ACCEPTED: _("Vous avez accepté\u00a0: votre organisation est montrée dans le plan."),
        Reply.REFUSED: _("Vous avez refusé\u00a0: votre organisation n’est pas montrée dans le plan."),
    }
    action_asked = found.action
    return {
        "asked": found,
        "action": action_asked,
        "plan": action_asked.plan,
        "territory": action_asked.plan.territory,
        "told": told[Reply(found.reply)],
    }
