"""Where a grid is rated: one area a page, saved at each, by a role on the territory or by a link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from terreau.accounts.rate_limits import limit
from terreau.accounts.secret_links import kept_secret
from terreau.core.errors import TerreauError
from terreau.framework import grid, judging, perms, services
from terreau.framework.content import content_of
from terreau.framework.enums import AssessmentState, College
from terreau.framework.models import Assessment, Judge
from terreau.framework.presentation import told
from terreau.framework.rules import HIGHEST, LEAST_JUDGES, LOWEST
from terreau.territories.models import Territory

_FORM = require_http_methods(["GET", "HEAD", "POST"])
# How an area of a judge is addressed: by the territory, or by the link.
Address = Callable[[str], str]


def _judge_or_page(request: HttpRequest, token: str) -> Judge | HttpResponse:
    try:
        return judging.judge_of_link(token)
    except TerreauError as problem:
        return render(request, "framework/shut.html", {"problem": problem}, status=410)


@kept_secret
@_FORM
def linked(request: HttpRequest, token: str) -> HttpResponseBase:
    """What a link opens: the pages of the grid, how far one is, the results once the judging is over."""
    judge = _judge_or_page(request, token)
    if isinstance(judge, HttpResponse):
        return judge
    if request.method == "POST":
        limit(request, "survey_page")
    return _summary(request, judge, lambda area: reverse("framework:link_area", args=[token, area]))


@kept_secret
@_FORM
def linked_area(request: HttpRequest, token: str, area: str) -> HttpResponseBase:
    """One area, by a link."""
    judge = _judge_or_page(request, token)
    if isinstance(judge, HttpResponse):
        return judge
    if request.method == "POST":
        limit(request, "survey_page")
    home = reverse("framework:link", args=[token])
    return _area(request, judge, area, home, lambda key: reverse("framework:link_area", args=[token, key]))


@kept_secret
@login_required
@_FORM
def own(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same, for who holds a role on the territory."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_judge.require(request.user, territory)
    assessment = _in_hand(territory)
    judge = judging.judge_of_person(request.user, assessment)
    if judge is None:
        if request.method == "POST":
            services.begin(person=request.user, assessment=assessment)
            return redirect("framework:judge_area", code, grid.current().areas[0].key)
        college = perms.college_of(request.user, territory)
        context = {
            "territory": territory,
            "assessment": assessment,
            "grid": grid.current(),
            "least": LEAST_JUDGES,
        }
        context |= {"college": College(college).label if college else "", "open": _is_open(assessment)}
        return render(request, "framework/judge_begin.html", context)
    return _summary(request, judge, lambda area: reverse("framework:judge_area", args=[code, area]))


@kept_secret
@login_required
@_FORM
def own_area(request: HttpRequest, code: str, area: str) -> HttpResponseBase:
    """One area, for who holds a role on the territory."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_judge.require(request.user, territory)
    judge = judging.judge_of_person(request.user, _in_hand(territory))
    if judge is None:
        return redirect("framework:judge", code)
    home = reverse("framework:judge", args=[code])
    return _area(request, judge, area, home, lambda key: reverse("framework:judge_area", args=[code, key]))


def _in_hand(territory: Territory) -> Assessment:
    assessment = judging.in_hand(territory)
    if assessment is None:
        raise Http404(_("Aucune grille n’est à noter dans ce territoire."))
    return assessment


def _is_open(assessment: Assessment) -> bool:
    return assessment.state == AssessmentState.OPEN


def _summary(request: HttpRequest, judge: Judge, address: Address) -> HttpResponseBase:
    """How far one is; sending; then, once the judging is over, what all judges said."""
    problem = None
    if request.method == "POST":
        try:
            judge = services.send(judge=judge)
        except TerreauError as error:
            problem = error
        else:
            return redirect(request.path)
    lacking = {one.key for one in judging.missing_areas(judge)}
    steps = [
        {"label": area.label, "url": address(area.key), "done": area.key not in lacking}
        for area in grid.current().areas
    ]
    is_open = _is_open(judge.assessment)
    context = {
        "judge": judge,
        "college": College(judge.college).label,
        "territory": judge.assessment.territory,
        "steps": steps,
        "next": next((step for step in steps if not step["done"]), None),
        "open": is_open,
        "problem": problem,
        "least": LEAST_JUDGES,
    }
    if not is_open and judge.sent_at:
        context |= told(content_of(judge.assessment))
    return render(request, "framework/judge.html", context, status=400 if problem else 200)


def _area(request: HttpRequest, judge: Judge, key: str, home: str, address: Address) -> HttpResponseBase:
    """The statements of one area, each from 0 to 10 or « sans réponse »."""
    area = grid.current().area(key)
    if area is None:
        raise Http404
    if not _is_open(judge.assessment):
        return redirect(home)
    problem, waiting = None, []
    if request.method == "POST":
        given = {one.key: str(request.POST.get(one.key, "")) for one in area.statements}
        try:
            waiting = services.save_area(judge=judge, area=key, given=given)
        except TerreauError as error:
            problem = error
        else:
            if not waiting:
                return redirect(_after(area, home, address))
    keys = [one.key for one in grid.current().areas]
    context = {
        "territory": judge.assessment.territory,
        "area": area,
        "place": keys.index(key) + 1,
        "count": len(keys),
        "home": home,
        "before": address(keys[keys.index(key) - 1]) if keys.index(key) else "",
        "problem": problem,
        "waiting": len(waiting),
        "questions": [_question(one, judge, one.key in waiting) for one in area.statements],
    }
    return render(request, "framework/judge_area.html", context, status=400 if problem or waiting else 200)


def _after(area: grid.Area, home: str, address: Address) -> str:
    """The next page; after the last one, the summary."""
    keys = [one.key for one in grid.current().areas]
    place = keys.index(area.key) + 1
    return address(keys[place]) if place < len(keys) else home


def _question(one: grid.Statement, judge: Judge, is_waiting: bool) -> dict[str, Any]:
    given = judge.marks.get(one.key)
    chosen = judging.NO_ANSWER if one.key in judge.marks and given is None else str(given)
    steps = [str(mark) for mark in range(LOWEST, HIGHEST + 1)]
    return {
        "key": one.key,
        "text": one.text,
        "waiting": is_waiting,
        "steps": [{"value": step, "chosen": step == chosen} for step in steps],
        "no_answer": {"value": judging.NO_ANSWER, "chosen": chosen == judging.NO_ANSWER},
    }
