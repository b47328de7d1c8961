"""What those who keep a territory do with its grid: opened, judges invited, closed, findings, published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.core.errors import TerreauError
from terreau.directory.models import new_public_id
from terreau.framework import grid, judging, perms, services
from terreau.framework.content import content_of
from terreau.framework.enums import AssessmentState, College
from terreau.framework.finding import lacking
from terreau.framework.forms import FindingForm, InviteForm
from terreau.framework.models import Assessment, Finding, FrameworkEdition
from terreau.framework.presentation import told
from terreau.framework.rules import LEAST_JUDGES
from terreau.territories.models import Territory

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def own(request: HttpRequest, code: str) -> HttpResponse:
    """Where the framework of a territory stands, and the next thing to do."""
    territory = get_object_or_404(Territory, code=code)
    if not perms.can_read_work(request.user, territory):
        perms.can_judge.require(request.user, territory)
    return render(request, "framework/own.html", _own_context(request, territory))


def _own_context(request: HttpRequest, territory: Territory) -> dict[str, Any]:
    assessment = judging.in_hand(territory)
    reads = bool(perms.can_read_work(request.user, territory))
    context: dict[str, Any] = {
        "territory": territory,
        "assessment": assessment,
        "keeps": bool(perms.can_keep_grid(request.user, territory)),
        "reads": reads,
        "judges_here": bool(perms.can_judge(request.user, territory)),
        "editions": list(FrameworkEdition.objects.of(territory).values("number", "as_of")),
        "least": LEAST_JUDGES,
        "Stage": AssessmentState,
        "statements": len(grid.current().statements),
    }
    if assessment is None:
        return context
    context["own_judge"] = judging.judge_of_person(request.user, assessment)
    context["invited"] = _colleges(assessment)
    if assessment.state == AssessmentState.OPEN:
        context["form"] = InviteForm()
        context["drawn"] = new_public_id()
    elif reads:
        context |= told(content_of(assessment))
        found = list(assessment.findings.select_related("law__published"))
        context["found"] = len(found)
        context["unproven"] = sum(bool(lacking(one)) for one in found)
    return context


def _colleges(assessment: Assessment) -> list[dict[str, Any]]:
    """How many judges of each college began, and sent: no more is told while the judging is open."""
    judges = list(assessment.judges.values_list("college", "sent_at", "link_digest", "marks"))
    return [
        {
            "code": code,
            "label": label,
            "sent": sum(college == code and sent is not None for college, sent, _link, _marks in judges),
            "begun": sum(
                college == code and sent is None and bool(marks) for college, sent, _link, marks in judges
            ),
            "unused": sum(
                college == code and sent is None and bool(link) and not marks
                for college, sent, link, marks in judges
            ),
        }
        for code, label in College.choices
    ]


@login_required
@require_POST
def act(request: HttpRequest, code: str) -> HttpResponseBase:
    """Open, close, publish, take back links."""
    territory = get_object_or_404(Territory, code=code)
    what = str(request.POST.get("act", ""))
    try:
        if what == "open":
            services.open_grid(person=request.user, territory=territory)
            messages.success(request, _("La grille est ouverte\u00a0: invitez des juges."))
            return redirect("framework:own", code)
        assessment = judging.in_hand(territory)
        if assessment is None:
            perms.can_keep_grid.require(request.user, territory)
            return redirect("framework:own", code)
        return _act_on(request, assessment, what)
    except TerreauError as error:
        messages.error(request, str(error))
    return redirect("framework:own", code)


def _act_on(request: HttpRequest, assessment: Assessment, what: str) -> HttpResponseBase:
    code = assessment.territory.code
    if what == "close":
        services.close(person=request.user, assessment=assessment)
        messages.success(request, _("La notation est close. Écrivez les constats, avec leurs preuves."))
    elif what == "publish":
        made = services.publish(person=request.user, assessment=assessment)
        messages.success(request, _("Le cadre réglementaire est publié."))
        return redirect("framework:edition", code, made.number)
    elif what == "uninvite":
        college = str(request.POST.get("college", ""))
        services.withdraw_unused(person=request.user, assessment=assessment, college=college)
        messages.success(request, _("Les liens qui n’ont pas servi sont retirés."))
    else:
        raise Http404
    return redirect("framework:own", code)


@login_required
@_FORM
def invite(request: HttpRequest, code: str) -> HttpResponseBase:
    """Links for judges without account, shown this once."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_keep_grid.require(request.user, territory)
    assessment = judging.in_hand(territory)
    if assessment is None or request.method != "POST":
        return redirect("framework:own", code)
    form, problem, links = InviteForm(request.POST), None, []
    drawn = str(request.POST.get("once", ""))
    if form.is_valid():
        try:
            tokens = services.invite(
                person=request.user,
                assessment=assessment,
                college=form.cleaned_data["college"],
                count=form.cleaned_data["count"],
                once=drawn,
            )
            links = [request.build_absolute_uri(reverse("framework:link", args=[one])) for one in tokens]
        except TerreauError as error:
            problem = error
    context = {"territory": territory, "form": form, "problem": problem, "links": links, "drawn": drawn}
    context["college"] = College(form.cleaned_data["college"]).label if links else ""
    return render(request, "framework/links.html", context, status=200 if links else 400)


# --- Findings -----------------------------------------------------------------------------------------


def _closed(territory: Territory) -> Assessment:
    assessment = judging.in_hand(territory)
    if assessment is None or assessment.state != AssessmentState.CLOSED:
        raise Http404(_("Les constats s’écrivent une fois la notation close."))
    return assessment


@login_required
@require_safe
def findings(request: HttpRequest, code: str) -> HttpResponse:
    """Every statement with its averages, what was found, what its evidence lacks."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_read_work.require(request.user, territory)
    assessment = _closed(territory)
    found = {one.statement: one for one in assessment.findings.select_related("law__published")}
    shown = told(content_of(assessment))
    areas = []
    for area, telling in zip(grid.current().areas, shown["areas"], strict=True):
        rows = [
            words | {"key": one.key, "found": found.get(one.key), "lacking": _lacking(found.get(one.key))}
            for one, words in zip(area.statements, telling["statements"], strict=True)
        ]
        areas.append({"label": area.label, "rows": rows})
    context = {
        "territory": territory,
        "areas": areas,
        "colleges": shown["colleges"],
        "keeps": bool(perms.can_keep_grid(request.user, territory)),
    }
    return render(request, "framework/findings.html", context)


def _lacking(found: Finding | None) -> list[str]:
    return lacking(found) if found else []


@login_required
@_FORM
def finding(request: HttpRequest, code: str, statement: str) -> HttpResponseBase:
    """What is concluded of one statement."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_keep_grid.require(request.user, territory)
    assessment, known = _closed(territory), grid.current().statement(statement)
    if known is None:
        raise Http404
    found = assessment.findings.select_related("law").filter(statement=statement).first()
    data = request.POST if request.method == "POST" else None
    country = territory.country_code
    form, problem = FindingForm(data, country=country, statement=known, found=found), None
    if data is not None and form.is_valid():
        try:
            services.save_finding(
                person=request.user,
                assessment=assessment,
                statement=statement,
                version=form.version,
                values=form.cleaned_data,
            )
        except TerreauError as error:
            problem = error
            found = assessment.findings.select_related("law").filter(statement=statement).first()
            form = form.gathered(
                found.version if found else 0,
                lambda sent: FindingForm(sent, country=country, statement=known, found=found),
            )
        else:
            messages.success(request, _("Le constat est enregistré."))
            return redirect(f"{reverse('framework:findings', args=[code])}#{statement}")
    context = {
        "territory": territory,
        "statement": known,
        "area": grid.current().area(known.area),
        "form": form,
        "problem": problem,
        "version": found.version if found else 0,
    }
    return render(request, "framework/finding.html", context, status=400 if problem or form.errors else 200)
