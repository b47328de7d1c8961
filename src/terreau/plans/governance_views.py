"""The pages of a plan's governance: what anybody reads, what those who keep the plan write."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.plans import governance_reading as told
from terreau.plans import perms, reading, services
from terreau.plans.acting_on import FORM, action_to, status_of, tried
from terreau.plans.governance_content import review_values
from terreau.plans.governance_forms import (
    CalendarForm,
    GovernanceForm,
    MissForm,
    NewReviewForm,
    PostponeForm,
    ReviewForm,
)
from terreau.plans.governance_models import Governance, Review
from terreau.plans.governance_rules import MEETS_EVERY
from terreau.plans.models import Plan
from terreau.plans.plan_views import about, plan_for
from terreau.plans.views import public_plan_for


@require_safe
def public(request: HttpRequest, code: str) -> HttpResponse:
    """Who steers the plan, when it is looked at, what was decided."""
    plan = public_plan_for(request, code)
    body = told.body_of(plan)
    reviews = told.reviews_of(plan, timezone.localdate(), public=True)
    if body is None and not reviews:
        raise Http404
    context = {
        "territory": plan.territory,
        "plan": plan,
        "body": body,
        "colleges": told.colleges_of(body),
        **told.by_time(reviews),
    }
    return render(request, "plans/governance_public.html", context)


@login_required
@FORM
def governance(request: HttpRequest, code: str) -> HttpResponseBase:
    """The body, the calendar, what calls for attention; a review or a whole calendar to add."""
    plan = plan_for(request, code)
    context = about(request, plan, "governance")
    body, today = told.body_of(plan), context["today"]
    data = request.POST if request.method == "POST" else None
    what = str(data.get("act", "")) if data is not None else ""
    every = body.meets_every if body else MEETS_EVERY
    calendar_form = CalendarForm(data if what == "plan" else None, plan=plan, every=every, today=today)
    new_form = NewReviewForm(data if what == "add" else None)
    problem = None
    if data is not None and what not in ("plan", "add"):
        raise Http404
    if data is not None:
        done, problem = _added(request, plan, calendar_form if what == "plan" else new_form)
        if done:
            return redirect("plans:governance", code)
    context |= {
        "body": body,
        "colleges": told.colleges_of(body),
        **told.by_time(told.reviews_of(plan, today)),
        "asleep": told.asleep_in(plan, today),
        "calendar_form": calendar_form,
        "new_form": new_form,
        "problem": problem,
    }
    status = status_of(problem, calendar_form, new_form)
    return render(request, "plans/governance.html", context, status=status)


def _added(request: HttpRequest, plan: Plan, form: Any) -> tuple[bool, TerreauError | None]:
    """Put one review, or a whole calendar, in the plan: whether it is done, else why not."""
    perms.can_write.require(request.user, plan.territory)
    if not form.is_valid():
        return False, None
    write = services.plan_reviews if isinstance(form, CalendarForm) else services.add_review
    problem = tried(lambda: write(person=request.user, plan=plan, **form.cleaned_data))
    if problem is None:
        messages.success(request, _("Le calendrier des revues est enregistré."))
    return problem is None, problem


@login_required
@FORM
def edit(request: HttpRequest, code: str) -> HttpResponseBase:
    """The form of the body, its seats, who decides what."""
    plan = plan_for(request, code)
    perms.can_write.require(request.user, plan.territory)
    body = Governance.objects.filter(plan=plan).first()
    data = request.POST if request.method == "POST" else None
    form, problem = GovernanceForm(data, governance=body, territory=plan.territory), None
    if data is not None and form.is_valid():
        version, typed = form.version, form.values()
        problem = tried(
            lambda: services.save_governance(person=request.user, plan=plan, version=version, values=typed)
        )
        if problem is None:
            messages.success(request, _("Le pilotage du plan est enregistré."))
            return redirect("plans:governance", code)
        # Read again: the other one may have saved since this request began.
        body = Governance.objects.filter(plan=plan).first()
        form = form.gathered(
            body.version if body else 0,
            lambda sent: GovernanceForm(sent, governance=body, territory=plan.territory),
        )
    context = about(request, plan, "governance") | {
        "form": form,
        "problem": problem,
        "version": body.version if body else 0,
    }
    return render(request, "plans/governance_edit.html", context, status=status_of(problem, form))


@login_required
@FORM
def review(request: HttpRequest, code: str, key: int) -> HttpResponseBase:
    """One review: what it gave, another day for it, why it was not held."""
    plan = plan_for(request, code)
    context = about(request, plan, "governance")
    found = _review(plan, key)
    data = request.POST if request.method == "POST" else None
    what = str(data.get("act", "")) if data is not None else ""
    if data is not None:
        perms.can_write.require(request.user, plan.territory)
    if data is not None and what not in ("tell", "postpone", "miss", "remove"):
        raise Http404
    forms = _review_forms(plan, found, data, what, context["today"])
    problem = None
    if data is not None and (what == "remove" or forms[what].is_valid()):
        version = whole_number(data.get("version", ""))
        problem = tried(lambda: _write(request.user, found, version, what, forms))
        if problem is None:
            messages.success(request, _("C’est enregistré."))
            return redirect("plans:governance", code)
        # Read again: the other one may have saved since this request began.
        found = _review(plan, key)
        if what == "tell":
            forms[what] = forms[what].gathered(
                found.version, lambda sent: _review_forms(plan, found, sent, what, context["today"])[what]
            )
    context |= {
        "review": found,
        "state": found.state(context["today"]),
        "tone": told.TONES[found.state(context["today"])],
        "decisions": found.decisions.select_related("action"),
        "postponements": found.postponements.all(),
        "forms": forms,
        "form": forms["tell"],
        "problem": problem,
        "is_past": found.due_on <= context["today"],
    }
    status = status_of(problem, *forms.values())
    return render(request, "plans/review.html", context, status=status)


def _review(plan: Plan, key: int) -> Review:
    found: Review = get_object_or_404(Review.objects, pk=key, plan=plan)
    found.plan = plan
    return found


def _review_forms(plan: Plan, found: Review, data: Any, what: str, today: Any) -> dict[str, Any]:
    numbers = {row.action: row.number for row in reading.rows_of(plan, today)}
    values = review_values(found)
    return {
        "tell": ReviewForm(data if what == "tell" else None, values=values, numbers=numbers),
        "postpone": PostponeForm(data if what == "postpone" else None),
        "miss": MissForm(data if what == "miss" else None),
    }


def _write(person: Any, found: Review, version: int, what: str, forms: dict[str, Any]) -> None:
    if what == "remove":
        services.remove_review(person=person, review=found)
        return
    about_it = {"person": person, "review": found, "version": version}
    if what == "tell":
        services.tell_review(**about_it, values=forms[what].values())
    elif what == "postpone":
        services.postpone_review(**about_it, **forms[what].cleaned_data)
    else:
        services.miss_review(**about_it, **forms[what].cleaned_data)


@login_required
@require_POST
def confirm(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Nothing is new of an action, and it still stands where it stood."""
    action = action_to(request, public_id, perms.can_follow)
    problem = tried(lambda: services.confirm_action(person=request.user, action=action))
    if problem is not None:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("C’est noté\u00a0: l’action en est toujours là."))
    return redirect("plans:action", public_id)
