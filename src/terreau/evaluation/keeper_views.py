"""What those who keep a territory do: projects chosen, criteria, assessors, rounds, weights."""

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
from terreau.directory.once import drawn_once
from terreau.evaluation import criteria, marking, opening, perms, reading, services
from terreau.evaluation.enums import EvaluationState, Round
from terreau.evaluation.forms import TOGETHER, CriteriaForm, OpenForm
from terreau.evaluation.gathering import gather, is_readable
from terreau.evaluation.headline import lines_of
from terreau.evaluation.marking_views import evaluation_or_404
from terreau.evaluation.models import CardGame, Evaluation
from terreau.evaluation.presentation import discussion, shown_line
from terreau.evaluation.ways import committee_way
from terreau.framework.enums import College
from terreau.framework.forms import InviteForm
from terreau.territories.models import Territory

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def every(request: HttpRequest, code: str) -> HttpResponse:
    """The evaluations of a territory, the newest first."""
    territory = get_object_or_404(Territory, code=code)
    if not perms.can_read_work(request.user, territory):
        perms.can_judge.require(request.user, territory)
    context = {
        "territory": territory,
        "evaluations": list(territory.evaluations.all()[:100]),
        "keeps": bool(perms.can_keep(request.user, territory)),
    }
    return render(request, "evaluation/every.html", context)


@login_required
@_FORM
def new(request: HttpRequest, code: str) -> HttpResponseBase:
    """Choose projects and how they are judged."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_keep.require(request.user, territory)
    busy = opening.being_judged(territory)
    projects = [one for one in opening.may_be_judged(territory) if one.public_id not in busy]
    data = request.POST if request.method == "POST" else None
    form, problem = OpenForm(data, projects=projects, chosen=request.GET.getlist("projet")), None
    if data is not None and form.is_valid():
        typed = form.cleaned_data
        try:
            made = services.open_evaluation(
                person=request.user,
                territory=territory,
                projects=typed["projects"],
                together=typed["way"] == TOGETHER,
                title=typed["title"],
                once=str(data.get("once", "")),
            )
        except TerreauError as error:
            problem = error
        else:
            return redirect(_first_page(request, made))
    context = {
        "territory": territory,
        "form": form,
        "problem": problem,
        "count": len(projects),
        "drawn": drawn_once(request.POST),
    }
    return render(request, "evaluation/new.html", context, status=200 if data is None else 400)


def _first_page(request: HttpRequest, evaluation: Evaluation) -> str:
    """Straight to the marks when there is but one sheet to fill."""
    committee, candidates = (
        marking.committee_of(evaluation),
        list(evaluation.candidates.select_related("project")),
    )
    if committee is not None and len(candidates) == 1:
        return committee_way(request.user, committee).sheet(candidates[0])
    return reverse("evaluation:own", args=[evaluation.territory.code, evaluation.public_id])


@login_required
@require_safe
def own(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Where an evaluation stands, what it says so far, and the next thing to do."""
    evaluation = evaluation_or_404(code, public_id)
    reads = bool(perms.can_read_work(request.user, evaluation.territory))
    if not reads:
        perms.can_judge.require(request.user, evaluation.territory)
    return render(request, "evaluation/own.html", _context(request, evaluation, reads=reads))


def _context(request: HttpRequest, evaluation: Evaluation, *, reads: bool) -> dict[str, Any]:
    keeps = bool(perms.can_keep(request.user, evaluation.territory))
    context: dict[str, Any] = {
        "evaluation": evaluation,
        "territory": evaluation.territory,
        "keeps": keeps,
        "reads": reads,
        "Stage": EvaluationState,
        "judges_here": not evaluation.together
        and evaluation.state == EvaluationState.FIRST
        and bool(perms.can_judge(request.user, evaluation.territory)),
        "withdraws": keeps and opening.may_withdraw(evaluation),
        "own_assessor": opening.assessor_of_person(request.user, evaluation),
        "criteria": criteria.read(evaluation.own_criteria),
    }
    if not evaluation.together:
        context["members"] = _members(evaluation)
        if keeps and evaluation.state == EvaluationState.FIRST:
            context |= {
                "form": InviteForm(),
                "drawn": new_public_id(),
                "has_links": evaluation.assessors.exclude(link_digest="").exists(),
            }
    elif keeps and evaluation.round is not None:
        context["steps"] = _together_steps(request, evaluation)
    if reads and is_readable(evaluation):
        gathered = gather(evaluation)
        context |= {
            "lines": [shown_line(gathered, one) for one in lines_of(gathered)],
            "discussion": discussion(gathered),
            "has_cards": bool(gathered.hands),
            "is_fresh": reading.kept(gathered) is not None,
        }
        context["marked"] = all(step["done"] for step in context.get("steps", []))
    return context


def _together_steps(request: HttpRequest, evaluation: Evaluation) -> list[dict[str, Any]]:
    """Each project with its page of marks, for the committee that fills them together."""
    committee = marking.committee_of(evaluation)
    if committee is None:
        return []
    way, sheets = committee_way(request.user, committee), marking.sheets_of(committee, Round.FIRST)
    return [
        {
            "label": one.project.title,
            "url": way.sheet(one),
            "done": marking.is_filled(sheets.get(one.pk), evaluation),
        }
        for one in evaluation.candidates.select_related("project")
    ]


def _members(evaluation: Evaluation) -> list[dict[str, Any]]:
    """How many members of each college came, sent, laid cards: no more is told of them."""
    played = set(CardGame.objects.filter(assessor__evaluation=evaluation).values_list("assessor", flat=True))
    back = set(evaluation.assessors.filter(interests__isnull=False).values_list("pk", flat=True))
    ones = list(evaluation.assessors.all())
    return [
        {
            "code": code,
            "label": label,
            "count": sum(one.college == code for one in ones),
            "first": sum(one.college == code and one.first_sent_at is not None for one in ones),
            "second": sum(one.college == code and one.second_sent_at is not None for one in ones),
            "cards": sum(one.college == code and one.pk in played for one in ones),
            "back": sum(one.college == code and one.pk in back for one in ones),
        }
        for code, label in College.choices
    ]


@login_required
@require_POST
def act(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """Pass from a round to the next, choose weights, work the result out, take back links."""
    evaluation = evaluation_or_404(code, public_id)
    what, data = str(request.POST.get("act", "")), request.POST
    person = request.user
    steps = {
        "close_first": (
            services.close_first,
            _("Le premier tour est clos\u00a0: voici où les notes diffèrent."),
        ),
        "open_second": (
            services.open_second,
            _("Le second tour est ouvert\u00a0: chacun peut changer ses notes."),
        ),
        "close": (services.close, _("La notation est close\u00a0: lisez le résultat, puis décidez.")),
        "read": (services.read_again, _("Le résultat est à jour.")),
    }
    try:
        if what in steps:
            do, done = steps[what]
            do(person=person, evaluation=evaluation)
            messages.success(request, done)
        elif what == "weights":
            weighting = str(data.get("weighting", ""))
            services.use_weights(person=person, evaluation=evaluation, weighting=weighting)
            messages.success(request, _("Les poids sont changés."))
        elif what == "uninvite":
            college = str(data.get("college", ""))
            services.withdraw_unused(person=person, evaluation=evaluation, college=college)
            messages.success(request, _("Les liens qui n’ont pas servi sont retirés."))
        elif what == "withdraw":
            services.withdraw(person=person, evaluation=evaluation)
            messages.success(
                request, _("L’évaluation est retirée\u00a0: ses projets peuvent être évalués de nouveau.")
            )
            return redirect("evaluation:every", code)
        else:
            raise Http404
    except TerreauError as error:
        messages.error(request, str(error))
    back = "evaluation:result" if what in ("weights", "read") else "evaluation:own"
    return redirect(back, code, public_id)


@login_required
@_FORM
def change(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """The title, the thresholds, the criteria added."""
    evaluation = evaluation_or_404(code, public_id)
    perms.can_keep.require(request.user, evaluation.territory)
    if evaluation.round is None:
        return redirect("evaluation:own", code, public_id)
    data = request.POST if request.method == "POST" else None
    form, problem = CriteriaForm(data, evaluation=evaluation), None
    if data is not None and form.is_valid():
        try:
            services.save_criteria(
                person=request.user,
                evaluation=evaluation,
                version=form.version,
                **form.values(),
            )
        except TerreauError as error:
            problem = error
            evaluation.refresh_from_db()
            form = form.gathered(evaluation.version, lambda sent: CriteriaForm(sent, evaluation=evaluation))
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect("evaluation:own", code, public_id)
    context = {
        "evaluation": evaluation,
        "territory": evaluation.territory,
        "form": form,
        "problem": problem,
        "version": evaluation.version,
        "factors": criteria.factors(),
        "marked": opening.was_marked(evaluation),
        "own": evaluation.own_criteria,
    }
    return render(request, "evaluation/criteria.html", context, status=400 if problem or form.errors else 200)


@login_required
@_FORM
def invite(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """Links for assessors without account, shown this once."""
    evaluation = evaluation_or_404(code, public_id)
    perms.can_keep.require(request.user, evaluation.territory)
    if request.method != "POST":
        return redirect("evaluation:own", code, public_id)
    form, problem, links = InviteForm(request.POST), None, []
    drawn = str(request.POST.get("once", ""))
    if form.is_valid():
        try:
            tokens = services.invite(
                person=request.user,
                evaluation=evaluation,
                college=form.cleaned_data["college"],
                count=form.cleaned_data["count"],
                once=drawn,
            )
            links = [request.build_absolute_uri(reverse("evaluation:link", args=[one])) for one in tokens]
        except TerreauError as error:
            problem = error
    context = {
        "evaluation": evaluation,
        "territory": evaluation.territory,
        "form": form,
        "problem": problem,
        "links": links,
        "drawn": drawn,
        "college": College(form.cleaned_data["college"]).label if links else "",
    }
    return render(request, "evaluation/links.html", context, status=200 if links else 400)
