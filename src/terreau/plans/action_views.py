"""What is written of one action: its form, its state, its history, what is made of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from terreau.core.errors import TerreauError
from terreau.directory.models import new_public_id
from terreau.journal.models import Event
from terreau.journal.sentences import tell_all
from terreau.plans import content, perms, reading, services
from terreau.plans.acting_on import FORM, action_to, status_of, tried
from terreau.plans.forms import (
    ActionForm,
    FollowForm,
)
from terreau.plans.models import Plan
from terreau.plans.plan_views import about, plan_for
from terreau.plans.starting import begun, initial_from

MOST_EVENTS = 40


def _numbers(plan: Plan) -> dict[str, str]:
    return {row.action.public_id: row.number for row in reading.rows_of(plan, timezone.localdate())}


@login_required
@FORM
def new(request: HttpRequest, code: str) -> HttpResponseBase:
    """A new action, from nothing or from what a project or a recommendation says."""
    plan = plan_for(request, code)
    perms.can_write.require(request.user, plan.territory)
    data = request.POST if request.method == "POST" else None
    form = ActionForm(data, plan=plan, numbers=_numbers(plan), initial=initial_from(plan, request.GET))
    problem = None
    drawn = str(request.POST.get("public_id", "")) or new_public_id()
    if data is not None and form.is_valid():
        problem = tried(
            lambda: services.add_action(person=request.user, plan=plan, public_id=drawn, values=form.values())
        )
        if problem is None:
            messages.success(request, _("L’action est ajoutée au plan."))
            return redirect("plans:action", drawn)
    context = about(request, plan, "own") | {
        "form": form,
        "problem": problem,
        "public_id": drawn,
        "action": None,
        "begun": begun(request.GET),
    }
    return render(request, "plans/edit.html", context, status=status_of(problem, form))


@login_required
@FORM
def edit(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The form of an action."""
    action = action_to(request, public_id)
    plan, data = action.plan, request.POST if request.method == "POST" else None
    form, problem = ActionForm(data, plan=plan, action=action, numbers=_numbers(plan)), None
    if data is not None and form.is_valid():
        typed, version = form.values(), form.version
        problem = tried(
            lambda: services.save_action(person=request.user, action=action, version=version, values=typed)
        )
        if problem is None:
            messages.success(request, _("L’action est enregistrée."))
            return redirect("plans:action", public_id)
        # Read again: the other one may have saved since this request began.
        action, numbers = action_to(request, public_id), _numbers(plan)
        form = form.gathered(
            action.version, lambda sent: ActionForm(sent, plan=plan, action=action, numbers=numbers)
        )
    context = about(request, plan, "own") | {
        "form": form,
        "problem": problem,
        "action": action,
    }
    return render(request, "plans/edit.html", context, status=status_of(problem, form))


@login_required
@FORM
def follow(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Where an action stands and its steps: for the town, and for those who carry it with her."""
    action = action_to(request, public_id, perms.can_follow)
    data = request.POST if request.method == "POST" else None
    form, problem = FollowForm(data, action=action), None
    if data is not None and form.is_valid():
        typed, version = form.values(), form.version
        problem = tried(
            lambda: services.save_action(person=request.user, action=action, version=version, values=typed)
        )
        if problem is None:
            messages.success(request, _("C’est enregistré, et le journal du plan le dit."))
            return redirect("plans:action", public_id)
        action = action_to(request, public_id, perms.can_follow)
        form = form.gathered(action.version, lambda sent: FollowForm(sent, action=action))
    context = {
        "action": action,
        "plan": action.plan,
        "territory": action.plan.territory,
        "form": form,
        "problem": problem,
    }
    return render(request, "plans/follow.html", context, status=status_of(problem, form))


@login_required
@require_safe
def history(request: HttpRequest, public_id: str) -> HttpResponse:
    """Each state of an action with its cause, and what was written of it."""
    action = action_to(request, public_id, perms.can_read_action)
    events = list(Event.objects.about(f"action:{public_id}").select_related("actor")[:MOST_EVENTS])
    context = {
        "action": action,
        "plan": action.plan,
        "territory": action.plan.territory,
        "changes": action.state_changes.select_related("told_by"),
        "events": [
            {"line": line, "changes": _changes(event)}
            for line, event in zip(tell_all(events), events, strict=True)
        ],
    }
    return render(request, "plans/history.html", context)


def _changes(event: Event) -> list[dict[str, str]]:
    changes = event.data.get("changes", {}) if isinstance(event.data, dict) else {}
    return [
        {"label": content.label_of(name), "before": before, "after": after}
        for name, (before, after) in changes.items()
        if name in content.FIELDS
    ]


@login_required
@require_POST
def act(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Begin the practice's sheet of an action, or take away an action that was only just written."""
    action = action_to(request, public_id)
    plan, what = action.plan, str(request.POST.get("act", ""))
    if what == "practice":
        drawn = str(request.POST.get("drawn", ""))
        try:
            made = services.begin_practice(person=request.user, action=action, public_id=drawn)
        except TerreauError as error:
            messages.error(request, str(error))
            return redirect("plans:action", public_id)
        messages.success(request, _("Le brouillon de la bonne pratique est rempli de ce que dit le plan."))
        return redirect("practices:edit", made.public_id)
    if what == "remove":
        problem = tried(lambda: services.remove_action(person=request.user, action=action))
        if problem is not None:
            messages.error(request, str(problem))
            return redirect("plans:action", public_id)
        messages.success(request, _("L’action est supprimée."))
        return redirect("plans:own", plan.territory.code)
    raise Http404
