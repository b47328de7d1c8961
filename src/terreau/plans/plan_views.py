"""The plan as those who keep the territory use it: its list, its days, its money, its chain, its axes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.accounts.perms import remember_roles
from terreau.core.errors import TerreauError
from terreau.core.money import money_text
from terreau.core.numbers import whole_number
from terreau.directory.models import new_public_id
from terreau.plans import chain, money, perms, reading, services, timeline
from terreau.plans.calendar_file import address_of
from terreau.plans.enums import Reply, Standing
from terreau.plans.finding import plan_or_none
from terreau.plans.forms import HeadingForm, PlanForm
from terreau.plans.models import Axis, Objective, Plan
from terreau.plans.starting import begun
from terreau.plans.tabs import tabs_of
from terreau.survey.enums import Need
from terreau.territories.models import Territory

_FORM = require_http_methods(["GET", "HEAD", "POST"])
MOST_ENTRIES = 200


def territory_for(request: HttpRequest, code: str) -> Territory:
    """The territory, if the person reads what it prepares."""
    territory = get_object_or_404(Territory, code=code)
    remember_roles(request.user, territory)
    perms.can_read.require(request.user, territory)
    return territory


def plan_for(request: HttpRequest, code: str) -> Plan:
    """The plan that is asked for; none, no page."""
    plan = plan_or_none(territory_for(request, code), request.GET)
    if plan is None:
        raise Http404
    return plan


def about(request: HttpRequest, plan: Plan, current: str) -> dict[str, Any]:
    """What every view of a plan is given."""
    keeps = bool(perms.can_write(request.user, plan.territory))
    asked = str(request.GET.get("plan", ""))
    return {
        "territory": plan.territory,
        "plan": plan,
        "keeps": keeps and plan.is_running,
        "writes": keeps,
        "today": timezone.localdate(),
        "tabs": tabs_of(
            plan, current, keeps=keeps and plan.is_running, query=f"?plan={plan.public_id}" if asked else ""
        ),
    }


@login_required
@_FORM
def own(request: HttpRequest, code: str) -> HttpResponseBase:
    """The actions of the plan, under their axes; where there is no plan, the form that opens one."""
    territory = territory_for(request, code)
    plan = plan_or_none(territory, request.GET)
    if plan is None or request.method == "POST":
        return _opening(request, territory, plan)
    context = about(request, plan, "own")
    if context["keeps"] and request.GET.get("projet"):
        # A project that is chosen goes straight to an action of its own.
        return redirect(f"{reverse('plans:new', args=[code])}?{request.GET.urlencode()}")
    rows = reading.rows_of(plan, context["today"])
    asked = reading.Asked.read(request.GET)
    shown = [row for row in rows if asked.keeps(row)]
    context |= {
        "axes": reading.by_axis(shown),
        "counts": reading.counted(rows),
        "total": len(rows),
        "has_objectives": bool(rows) or Objective.objects.filter(axis__plan=plan).exists(),
        "shown": len(shown),
        "asked": asked,
        "axis_choices": list(
            {row.action.objective.axis_id: row.action.objective.axis for row in rows}.values()
        ),
        "standings": Standing.choices,
        "pilots": reading.pilots_of(rows),
        "needs": [
            (code, label) for code, label in Need.choices if any(row.action.need == code for row in rows)
        ],
        "shared": _shared(territory),
    }
    return render(request, "plans/own.html", context)


def _shared(territory: Territory) -> list[Any]:
    """The actions of other towns that the territory shares, or is asked to."""
    found = perms.shared_with(territory).select_related("action__objective__axis__plan__territory")
    return list(found.order_by("pk"))


def _opening(request: HttpRequest, territory: Territory, plan: Plan | None) -> HttpResponseBase:
    data = request.POST if request.method == "POST" else None
    form, problem = PlanForm(data), None
    drawn = str(request.POST.get("public_id", "")) or new_public_id()
    if data is not None and form.is_valid():
        try:
            services.open_plan(
                person=request.user, territory=territory, public_id=drawn, values=form.cleaned_data
            )
        except TerreauError as error:
            problem = error
        else:
            messages.success(request, _("Le plan est ouvert. Donnez-lui ses axes et ses objectifs."))
            return _to_structure(request, territory.code)
    context = {
        "territory": territory,
        "form": form,
        "problem": problem,
        "public_id": drawn,
        "writes": bool(perms.can_write(request.user, territory)),
        "shared": _shared(territory),
        "has_plan": plan is not None,
        "begun": begun(request.GET),
    }
    return render(request, "plans/open.html", context, status=400 if problem or form.errors else 200)


def _to_structure(request: HttpRequest, code: str) -> HttpResponseBase:
    """Back to the axes; an action that waits for its objective is not lost on the way."""
    address, waiting = reverse("plans:structure", args=[code]), begun(request.GET)
    return redirect(f"{address}?{waiting}" if waiting else address)


@login_required
@require_safe
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """What begins, ends and is due in a year."""
    plan = plan_for(request, code)
    context = about(request, plan, "calendar")
    rows = reading.rows_of(plan, context["today"])
    line = timeline.line_of(plan, rows, context["today"])
    years = timeline.years_of(line)
    asked = whole_number(str(request.GET.get("annee", "")), context["today"].year)
    year = min(max(asked, years[0]), years[-1])
    context |= {
        "year": year,
        "years": years,
        "months": timeline.months_of(plan, rows, year, context["today"]),
        "own_address": address_of(request.user, plan),
    }
    return render(request, "plans/calendar.html", context)


@login_required
@require_safe
def gantt(request: HttpRequest, code: str) -> HttpResponse:
    """Every action as a bar on a line of time: a table that reads without script and without the drawing."""
    plan = plan_for(request, code)
    context = about(request, plan, "gantt")
    rows = reading.rows_of(plan, context["today"])
    line = timeline.line_of(plan, rows, context["today"])
    context |= {
        "line": line,
        "axes": [
            {"axis": one.axis, "bars": timeline.bars_of(one.rows, line)} for one in reading.by_axis(rows)
        ],
    }
    return render(request, "plans/gantt.html", context)


@login_required
@require_safe
def money_view(request: HttpRequest, code: str) -> HttpResponse:
    """What is foreseen against what is secured, by year and source; the entries, the last first."""
    plan = plan_for(request, code)
    entries = list(money.entries_of(plan)[: MOST_ENTRIES + 1])
    context = about(request, plan, "money") | {
        "money": money.money_of(plan),
        "entries": [
            {"entry": one, "amount": money_text(one.amount, plan.currency)} for one in entries[:MOST_ENTRIES]
        ],
        "more": len(entries) > MOST_ENTRIES,
        "most": MOST_ENTRIES,
    }
    return render(request, "plans/money.html", context)


@login_required
@require_safe
def chains(request: HttpRequest, code: str) -> HttpResponse:
    """From each need to what came of it: its actions, what was paid, what they gave."""
    plan = plan_for(request, code)
    context = about(request, plan, "chains")
    rows = reading.rows_of(plan, context["today"])
    needs = chain.by_need(rows, plan.currency)
    context |= {"needs": needs, "unanswered": chain.unanswered(plan.territory, needs)}
    return render(request, "plans/chains.html", context)


# --- Axes and objectives ------------------------------------------------------------------------------


@login_required
@_FORM
def structure(request: HttpRequest, code: str) -> HttpResponseBase:
    """The plan itself, its axes and its objectives."""
    plan = plan_for(request, code)
    context = about(request, plan, "structure")
    data = request.POST if request.method == "POST" else None
    form, problem = PlanForm(data, plan=plan), None
    if data is not None:
        perms.can_write.require(request.user, plan.territory)
        if form.is_valid():
            try:
                services.save_plan(
                    person=request.user, plan=plan, version=form.version, values=form.cleaned_data
                )
            except TerreauError as error:
                problem = error
                plan.refresh_from_db(fields=["version", "title", "words", "starts_on", "ends_on"])
                form = form.gathered(plan.version, lambda sent: PlanForm(sent, plan=plan))
            else:
                messages.success(request, _("Le plan est enregistré."))
                return redirect("plans:structure", code)
    axes = plan.axes.prefetch_related("objectives")
    context |= {"form": form, "problem": problem, "axes": axes}
    context["begun"] = begun(request.GET)
    return render(request, "plans/structure.html", context, status=400 if problem or form.errors else 200)


@login_required
@require_POST
def act(request: HttpRequest, code: str) -> HttpResponseBase:
    """Add an axis or an objective, make the plan public, close it."""
    plan = plan_for(request, code)
    what = str(request.POST.get("act", ""))
    try:
        told = _done(request, plan, what)
    except TerreauError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told)
    return _to_structure(request, code)


def _done(request: HttpRequest, plan: Plan, what: str) -> str:
    person, title = request.user, str(request.POST.get("title", ""))
    if what == "axis":
        services.add_axis(person=person, plan=plan, title=title)
        return _("L’axe est ajouté.")
    if what == "objective":
        key = whole_number(str(request.POST.get("axis", "")))
        axis = get_object_or_404(Axis.objects.select_related("plan__territory"), pk=key, plan=plan)
        services.add_objective(person=person, axis=axis, title=title)
        return _("L’objectif est ajouté.")
    if what in ("show", "hide"):
        services.show_plan(person=person, plan=plan, shown=what == "show")
        return _("Le plan est public.") if what == "show" else _("Le plan n’est plus public.")
    if what in ("close", "reopen"):
        services.close_plan(person=person, plan=plan, closed=what == "close")
        return _("Le plan est clos.") if what == "close" else _("Le plan est rouvert.")
    raise Http404


@login_required
@_FORM
def heading(request: HttpRequest, code: str, kind: str, key: int) -> HttpResponseBase:
    """One axis or one objective, to change or to take away."""
    plan = plan_for(request, code)
    perms.can_write.require(request.user, plan.territory)
    found = _heading(plan, kind, key)
    data = request.POST if request.method == "POST" else None
    removes = data is not None and data.get("act") == "remove"
    form, problem = HeadingForm(None if removes else data, heading=found), None
    if data is not None and (removes or form.is_valid()):
        try:
            if removes:
                services.remove_heading(person=request.user, heading=found)
            else:
                services.save_heading(
                    person=request.user,
                    heading=found,
                    version=form.version,
                    **form.cleaned_data,
                )
        except TerreauError as error:
            problem = error
            found = _heading(plan, kind, key)
            if not removes:
                form = form.gathered(found.version, lambda sent: HeadingForm(sent, heading=found))
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect("plans:structure", code)
    context = about(request, plan, "structure") | {"form": form, "problem": problem, "heading": found}
    return render(request, "plans/heading.html", context, status=400 if problem or form.errors else 200)


def _heading(plan: Plan, kind: str, key: int) -> Axis | Objective:
    if kind == "axe":
        return get_object_or_404(Axis.objects.select_related("plan__territory"), pk=key, plan=plan)
    if kind == "objectif":
        every = Objective.objects.select_related("axis__plan__territory")
        return get_object_or_404(every, pk=key, axis__plan=plan)
    raise Http404


@login_required
@require_POST
def answer_share(request: HttpRequest, code: str, key: int) -> HttpResponseBase:
    """The territory accepts to share another's action, or refuses."""
    territory = territory_for(request, code)
    share = get_object_or_404(perms.shared_with(territory), pk=key)
    accepts = request.POST.get("answer") == Reply.ACCEPTED
    services.answer_share(person=request.user, share=share, accepts=accepts)
    messages.success(request, _("Votre réponse est enregistrée."))
    return redirect("plans:own", code)
