"""What hangs on an action: its money, its figures, its documents, its result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terreau.core.numbers import whole_number
from terreau.directory.models import new_public_id
from terreau.directory.row_files import kept_file
from terreau.plans import services, sheet
from terreau.plans.acting_on import FORM, action_to, status_of, tried
from terreau.plans.enums import ActionState
from terreau.plans.filing import path_of
from terreau.plans.forms import (
    EntryForm,
    EvidenceForm,
    IndicatorForm,
    ResultForm,
    ValueForm,
)
from terreau.plans.models import Action, BudgetLine, Evidence, Indicator
from terreau.plans.views import action_for
from terreau.survey.field.screening import MOST_BYTES

MOST_SOURCES = 50


@login_required
@FORM
def money(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """An amount to note."""
    action = action_to(request, public_id)
    plan, data = action.plan, request.POST if request.method == "POST" else None
    form, problem = EntryForm(data, plan=plan, today=timezone.localdate()), None
    drawn = str(request.POST.get("public_id", "")) or new_public_id()
    if data is not None and form.is_valid():
        problem = tried(
            lambda: services.add_entry(person=request.user, action=action, public_id=drawn, **form.values())
        )
        if problem is None:
            messages.success(request, _("Le montant est noté."))
            return redirect(f"{reverse('plans:action', args=[public_id])}#argent")
    sources = BudgetLine.objects.filter(action__objective__axis__plan=plan).order_by("source")
    context = {
        "action": action,
        "plan": plan,
        "territory": plan.territory,
        "form": form,
        "problem": problem,
        "public_id": drawn,
        "sources": sources.values_list("source", flat=True).distinct()[:MOST_SOURCES],
    }
    return render(request, "plans/money_form.html", context, status=status_of(problem, form))


@login_required
@FORM
def indicators(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The indicators of an action: one to add, a value for each."""
    action = action_to(request, public_id)
    data = request.POST if request.method == "POST" else None
    what = str(data.get("act", "")) if data is not None else ""
    form, problem = IndicatorForm(data if what == "add" else None), None
    value_forms: dict[int, Any] = {}
    if what == "add" and form.is_valid():
        problem = tried(
            lambda: services.add_indicator(person=request.user, action=action, values=form.cleaned_data)
        )
        if problem is None:
            return _indicator_done(request, public_id)
    elif data is not None and what != "add":
        key, value_form = _value(action, data)
        value_forms[key.pk] = value_form
        if value_form.is_valid():
            problem = tried(
                lambda: services.add_value(person=request.user, indicator=key, **value_form.cleaned_data)
            )
            if problem is None:
                return _indicator_done(request, public_id)
    told = sheet.indicators_of(action)
    for one in told:
        one_form = value_forms.get(one.indicator.pk) or ValueForm(auto_id=f"v{one.indicator.pk}-%s")
        value_forms[one.indicator.pk] = one_form
    context = {
        "action": action,
        "plan": action.plan,
        "territory": action.plan.territory,
        "form": form,
        "problem": problem,
        "rows": [{"told": one, "form": value_forms[one.indicator.pk]} for one in told],
    }
    return render(
        request, "plans/indicators.html", context, status=status_of(problem, form, *value_forms.values())
    )


def _value(action: Action, data: Any) -> tuple[Indicator, ValueForm]:
    key = whole_number(str(data.get("indicator", "")))
    indicator = get_object_or_404(Indicator.objects.select_related("action"), pk=key, action=action)
    return indicator, ValueForm(data, auto_id=f"v{key}-%s")


def _indicator_done(request: HttpRequest, public_id: str) -> HttpResponseBase:
    messages.success(request, _("C’est enregistré."))
    return redirect("plans:indicators", public_id)


@login_required
@FORM
def indicator(request: HttpRequest, public_id: str, key: int) -> HttpResponseBase:
    """What one indicator measures and aims at; taken away while no value is known."""
    action = action_to(request, public_id)
    found = get_object_or_404(Indicator.objects.select_related("action"), pk=key, action=action)
    data = request.POST if request.method == "POST" else None
    removes = data is not None and data.get("act") == "remove"
    form, problem = IndicatorForm(None if removes else data, indicator=found), None
    if data is not None and (removes or form.is_valid()):
        if removes:
            problem = tried(lambda: services.remove_indicator(person=request.user, indicator=found))
        else:
            version, typed = form.version, form.cleaned_data
            problem = tried(
                lambda: services.save_indicator(
                    person=request.user, indicator=found, version=version, values=typed
                )
            )
        if problem is None:
            return _indicator_done(request, public_id)
        found = get_object_or_404(Indicator, pk=key)
        if not removes:
            form = form.gathered(found.version, lambda sent: IndicatorForm(sent, indicator=found))
    context = {
        "action": action,
        "plan": action.plan,
        "territory": action.plan.territory,
        "indicator": found,
        "form": form,
        "problem": problem,
    }
    return render(request, "plans/indicator.html", context, status=status_of(problem, form))


@login_required
@FORM
def evidence(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """What shows that the action was done: addresses and files, added, shown, taken away."""
    action = action_to(request, public_id)
    data = request.POST if request.method == "POST" else None
    what = str(data.get("act", "")) if data is not None else ""
    form = EvidenceForm(data if not what else None, request.FILES if data is not None and not what else None)
    problem = None
    if data is not None and (what or form.is_valid()):
        problem = tried(
            lambda: _with_piece(request, action, what) if what else _add_piece(request, action, form)
        )
        if problem is None:
            messages.success(request, _("C’est enregistré."))
            return redirect("plans:evidence", public_id)
    context = {
        "action": action,
        "plan": action.plan,
        "territory": action.plan.territory,
        "form": form,
        "problem": problem,
        "evidence": action.evidence.all(),
    }
    return render(request, "plans/evidence.html", context, status=status_of(problem, form))


def _with_piece(request: HttpRequest, action: Action, what: str) -> None:
    key = whole_number(str(request.POST.get("key", "")))
    found = get_object_or_404(Evidence.objects.select_related("action"), pk=key, action=action)
    if what == "remove":
        services.remove_evidence(person=request.user, evidence=found)
    elif what in ("show", "hide"):
        services.show_evidence(person=request.user, evidence=found, shown=what == "show")
    else:
        raise Http404


def _add_piece(request: HttpRequest, action: Action, form: EvidenceForm) -> None:
    told = dict(form.cleaned_data)
    sent, url = told.pop("file"), told.pop("url")
    if not sent:
        services.add_evidence(person=request.user, action=action, url=url, **told)
        return
    # One byte more than is let through tells that it is larger.
    content = sent.read(MOST_BYTES + 1)
    services.add_file(person=request.user, action=action, name=sent.name, content=content, **told)


@require_safe
def piece(request: HttpRequest, public_id: str, key: int) -> FileResponse:
    """The file of a piece, for those who may read it."""
    action = action_for(request, public_id)
    found = get_object_or_404(Evidence.objects.exclude(digest=""), pk=key, action=action)
    found.action = action
    if found not in sheet.evidence_of(action, request.user):
        raise Http404
    return kept_file(path_of(found), found.name)


@login_required
@FORM
def result(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """What an action that ended gave."""
    action = action_to(request, public_id)
    data = request.POST if request.method == "POST" else None
    form, problem = ResultForm(data, action=action), None
    if data is not None and form.is_valid():
        version, typed = form.version, form.cleaned_data
        problem = tried(
            lambda: services.tell_result(
                person=request.user,
                action=action,
                version=version,
                result=typed["result"],
                evidence=typed["result_evidence"],
            )
        )
        if problem is None:
            messages.success(request, _("Le résultat est enregistré. Il peut servir à d’autres villes."))
            return redirect(f"{reverse('plans:action', args=[public_id])}#resultat")
        action = action_to(request, public_id)
        form = form.gathered(action.version, lambda sent: ResultForm(sent, action=action))
    context = {
        "action": action,
        "plan": action.plan,
        "territory": action.plan.territory,
        "form": form,
        "problem": problem,
        "ended": action.state == ActionState.DONE,
    }
    return render(request, "plans/result.html", context, status=status_of(problem, form))
