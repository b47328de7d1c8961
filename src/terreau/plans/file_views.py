"""The plan as files: a workbook, a calendar; those of visitors, and those of who reads all of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from terreau.accounts.rate_limits import limit
from terreau.accounts.secret_links import kept_secret
from terreau.directory.row_files import workbook_file
from terreau.plans import calendar_file, services
from terreau.plans.exporting import sheets_of
from terreau.plans.plan_views import plan_for
from terreau.plans.views import public_plan_for


@login_required
@require_safe
def workbook(request: HttpRequest, code: str) -> HttpResponse:
    """All of the plan, for those who prepare it."""
    limit(request, "export")
    plan = plan_for(request, code)
    return workbook_file(sheets_of(plan), f"plan-{plan.territory.code}")


@require_safe
def public_workbook(request: HttpRequest, code: str) -> HttpResponse:
    """What any visitor reads of the plan."""
    limit(request, "export")
    plan = public_plan_for(request, code)
    return workbook_file(sheets_of(plan, public=True), f"plan-public-{plan.territory.code}")


@require_safe
def public_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The days of the public plan, to be followed in a calendar."""
    plan = public_plan_for(request, code)
    return _calendar(calendar_file.text_of(plan, public=True), f"plan-public-{plan.territory.code}")


@kept_secret
@require_safe
def secret_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The days of a whole plan, at the secret address of one who reads it."""
    plan = calendar_file.plan_at(token)
    if plan is None:
        raise Http404
    return _calendar(calendar_file.text_of(plan), f"plan-{plan.territory.code}")


def _calendar(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return response


@login_required
@require_POST
def renew(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give the person a secret address, or a new one that closes the old."""
    plan = plan_for(request, code)
    services.renew_calendar(person=request.user, plan=plan, before=str(request.POST.get("before", "")))
    messages.success(
        request, _("Votre adresse d’agenda est prête. L’ancienne, s’il y en avait une, est fermée.")
    )
    return redirect("plans:calendar", code)
