"""Where projects are marked and criteria weighed: by a role, by a link, or together; one project a page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from terreau.accounts.rate_limits import limit
from terreau.accounts.secret_links import kept_secret
from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.evaluation import criteria, forms, marking, opening, perms, services, weighing
from terreau.evaluation.dossier import facts
from terreau.evaluation.enums import EvaluationState, Round
from terreau.evaluation.gathering import gather, is_readable
from terreau.evaluation.headline import lines_of
from terreau.evaluation.models import Candidate, CardGame, Evaluation, MarkSheet
from terreau.evaluation.presentation import discussion, shown_line
from terreau.evaluation.rules import HIGHEST, LOWEST
from terreau.evaluation.ways import Way, committee_way, link_way, own_way
from terreau.framework.enums import College
from terreau.portfolio.perms import can_read

_FORM = require_http_methods(["GET", "HEAD", "POST"])


def evaluation_or_404(code: str, public_id: str) -> Evaluation:
    """The evaluation of a territory."""
    found = Evaluation.objects.select_related("territory")
    return get_object_or_404(found, territory__code=code, public_id=public_id)


# --- By a link ------------------------------------------------------------------------------------------


def _by_link(request: HttpRequest, token: str) -> Way | HttpResponse:
    if request.method == "POST":
        limit(request, "survey_page")
    try:
        return link_way(opening.assessor_of_link(token), token)
    except TerreauError as problem:
        return render(request, "framework/shut.html", {"problem": problem}, status=410)


@kept_secret
@_FORM
def link(request: HttpRequest, token: str) -> HttpResponseBase:
    """What a link opens: the projects to judge, how far one is, the results once they may be read."""
    way = _by_link(request, token)
    return way if isinstance(way, HttpResponse) else _summary(request, way)


@kept_secret
@_FORM
def link_sheet(request: HttpRequest, token: str, project: str) -> HttpResponseBase:
    """One project, by a link."""
    way = _by_link(request, token)
    return way if isinstance(way, HttpResponse) else _sheet(request, way, project)


@kept_secret
@_FORM
def link_cards(request: HttpRequest, token: str) -> HttpResponseBase:
    """The cards, by a link."""
    way = _by_link(request, token)
    return way if isinstance(way, HttpResponse) else _cards(request, way)


# --- By a role ------------------------------------------------------------------------------------------


@kept_secret
@login_required
@_FORM
def judge(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """The same, for who holds a role on the territory."""
    evaluation = evaluation_or_404(code, public_id)
    perms.can_judge.require(request.user, evaluation.territory)
    found = opening.assessor_of_person(request.user, evaluation)
    if found is not None:
        return _summary(request, own_way(request.user, found))
    problem = None
    if request.method == "POST":
        try:
            services.begin(person=request.user, evaluation=evaluation)
        except TerreauError as error:
            problem = error
        else:
            return redirect("evaluation:judge", code, public_id)
    college = perms.college_of(request.user, evaluation.territory)
    context = {
        "evaluation": evaluation,
        "territory": evaluation.territory,
        "problem": problem,
        "college": College(college).label if college else "",
        "open": evaluation.state == EvaluationState.FIRST and not evaluation.together,
        "count": evaluation.candidates.count(),
    }
    return render(request, "evaluation/begin.html", context, status=400 if problem else 200)


def _own_way(request: HttpRequest, code: str, public_id: str) -> Way:
    evaluation = evaluation_or_404(code, public_id)
    perms.can_judge.require(request.user, evaluation.territory)
    found = opening.assessor_of_person(request.user, evaluation)
    if found is None:
        raise Http404
    return own_way(request.user, found)


@kept_secret
@login_required
@_FORM
def judge_sheet(request: HttpRequest, code: str, public_id: str, project: str) -> HttpResponseBase:
    """One project, for who holds a role on the territory."""
    return _sheet(request, _own_way(request, code, public_id), project)


@kept_secret
@login_required
@_FORM
def judge_cards(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """The cards, for who holds a role on the territory."""
    return _cards(request, _own_way(request, code, public_id))


# --- Together -------------------------------------------------------------------------------------------


def _together_way(request: HttpRequest, code: str, public_id: str) -> Way:
    evaluation = evaluation_or_404(code, public_id)
    perms.can_keep.require(request.user, evaluation.territory)
    found = marking.committee_of(evaluation)
    if found is None:
        raise Http404
    return committee_way(request.user, found)


@kept_secret
@login_required
@_FORM
def together_sheet(request: HttpRequest, code: str, public_id: str, project: str) -> HttpResponseBase:
    """One project, filled by all in the room."""
    return _sheet(request, _together_way(request, code, public_id), project)


@kept_secret
@login_required
@_FORM
def together_cards(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """The cards, laid by all in the room."""
    return _cards(request, _together_way(request, code, public_id))


# --- What all ways share --------------------------------------------------------------------------------


def _summary(request: HttpRequest, way: Way) -> HttpResponseBase:
    """The projects to judge, sending, the cards; then what all said, once it may be read."""
    evaluation, problem = way.evaluation, None
    if request.method == "POST":
        try:
            services.send(person=way.person, assessor=way.assessor)
        except TerreauError as error:
            problem = error
        else:
            messages.success(
                request, _("Vos notes sont envoyées. Vous pouvez les changer jusqu’à la clôture.")
            )
            return redirect(way.home)
    context = _steps(way) | {
        "evaluation": evaluation,
        "territory": evaluation.territory,
        "college": way.assessor.get_college_display(),
        "problem": problem,
        "way": way,
        "has_cards": CardGame.objects.filter(assessor=way.assessor).exists(),
        "cards_open": evaluation.state not in (EvaluationState.CLOSED, EvaluationState.DECIDED),
    }
    if is_readable(evaluation):
        gathered = gather(evaluation)
        context |= {
            "discussion": discussion(gathered),
            "lines": [shown_line(gathered, one) for one in lines_of(gathered)],
        }
    return render(request, "evaluation/judge.html", context, status=400 if problem else 200)


def _steps(way: Way) -> dict[str, Any]:
    """Each project with where its sheet stands in the open round."""
    evaluation, assessor = way.evaluation, way.assessor
    if evaluation.round is None:
        return {"open": False, "steps": []}
    in_round = Round(evaluation.round)
    back = set(assessor.interests.values_list("candidate", flat=True))
    now = marking.sheets_of(assessor, in_round)
    filled = marking.sheets_of(assessor, Round.FIRST) | now
    steps = [
        {
            "label": one.project.title,
            "url": way.sheet(one),
            "back": one.pk in back,
            "done": marking.is_filled(filled.get(one.pk), evaluation),
            "changed": in_round == Round.SECOND and one.pk in now,
        }
        for one in evaluation.candidates.select_related("project")
    ]
    waiting = [step for step in steps if not step["done"] and not step["back"]]
    return {
        "open": True,
        "second": in_round == Round.SECOND,
        "sent": getattr(assessor, marking.SENT[in_round]) is not None,
        "steps": steps,
        "next": waiting[0] if waiting else None,
    }


def _sheet(request: HttpRequest, way: Way, project: str) -> HttpResponseBase:
    """The criteria of one project, each from 0 to 4 with its evidence."""
    evaluation = way.evaluation
    candidates = list(evaluation.candidates.select_related("project"))
    candidate = next((one for one in candidates if one.project.public_id == project), None)
    if candidate is None:
        raise Http404
    if evaluation.round is None:
        return redirect(way.home)
    asked = criteria.read(evaluation.own_criteria)
    sheet, problem = _shown_sheet(way, candidate), None
    saves = request.method == "POST" and request.POST.get("act", "save") == "save"
    form = forms.MarksForm(request.POST if saves else None, asked=asked, sheet=sheet)
    if request.method == "POST":
        try:
            after = _act_on_sheet(request, way, candidate, form)
        except TerreauError as error:
            problem, now = error, _shown_sheet(way, candidate)
            if saves:
                form = form.gathered(
                    _version(way, now), lambda sent: forms.MarksForm(sent, asked=asked, sheet=now)
                )
        else:
            return redirect(after or _next(way, candidates, candidate))
    context = {
        "evaluation": evaluation,
        "territory": evaluation.territory,
        "project": candidate.project,
        "facts": facts(candidate.project),
        "reads_project": bool(can_read(request.user, candidate.project)),
        "place": candidates.index(candidate) + 1,
        "count": len(candidates),
        "way": way,
        "problem": problem,
        "together": not way.assessor.college,
        "back": way.assessor.interests.filter(candidate=candidate).exists(),
        "form": form,
        "version": _version(way, sheet),
        "questions": [_question(one, form.given()[one.key]) for one in asked],
    }
    return render(request, "evaluation/sheet.html", context, status=400 if problem else 200)


def _act_on_sheet(request: HttpRequest, way: Way, candidate: Candidate, form: forms.MarksForm) -> str:
    """Do what the page asks; where to go then, nothing for the next project."""
    act = str(request.POST.get("act", "save"))
    if act in ("step_back", "come_back"):
        services.declare_interest(
            person=way.person, assessor=way.assessor, candidate=candidate, holds=act == "step_back"
        )
        return way.sheet(candidate)
    sheet = services.save_marks(
        person=way.person,
        assessor=way.assessor,
        candidate=candidate,
        version=form.version,
        given=form.given(),
    )
    if not marking.is_filled(sheet, way.evaluation):
        messages.warning(
            request,
            _(
                "C’est gardé. Il manque des notes\u00a0: pour celles que vous ne donnez pas, "
                "choisissez «\u00a0je ne sais pas\u00a0»."
            ),
        )
        return way.sheet(candidate)
    return ""


def _next(way: Way, candidates: list[Candidate], candidate: Candidate) -> str:
    """The next project; after the last one, the summary."""
    place = candidates.index(candidate) + 1
    return way.sheet(candidates[place]) if place < len(candidates) else way.home


def _shown_sheet(way: Way, candidate: Candidate) -> MarkSheet:
    """The sheet of the open round; in the second, the first one's marks until something changes."""
    kept = {one.round: one for one in way.assessor.sheets.filter(candidate=candidate)}
    found = kept.get(way.evaluation.round or Round.FIRST) or kept.get(Round.FIRST)
    return found or MarkSheet(assessor=way.assessor, candidate=candidate, round=Round.FIRST)


def _version(way: Way, sheet: MarkSheet) -> int:
    """Of the sheet of the open round; nothing as long as it has none."""
    return sheet.version if sheet.round == way.evaluation.round and sheet.pk else 0


def _question(one: criteria.Criterion, given: tuple[str, str]) -> dict[str, Any]:
    chosen, evidence = given
    anchors = dict(zip(map(str, criteria.ANCHORED), one.anchors, strict=True))
    steps = [str(mark) for mark in range(LOWEST, HIGHEST + 1)]
    return {
        "key": one.key,
        "label": one.label,
        "floor": one.floor,
        "evidence": evidence,
        "steps": [
            {"value": step, "chosen": step == chosen, "anchor": anchors.get(step, "")} for step in steps
        ],
        "unknown": {"value": marking.UNKNOWN, "chosen": chosen == marking.UNKNOWN},
    }


def _cards(request: HttpRequest, way: Way) -> HttpResponseBase:
    """The card game: ranks, white cards, ratio; the weights they give."""
    asked = criteria.read(way.evaluation.own_criteria)
    kept, problem, laid = CardGame.objects.filter(assessor=way.assessor).first(), None, None
    read = whole_number(str(request.POST.get("version", "")))
    if request.method == "POST":
        try:
            laid = forms.read_cards(request.POST, asked)
            services.save_cards(person=way.person, assessor=way.assessor, version=read, laid=laid)
        except TerreauError as error:
            problem, kept = error, CardGame.objects.filter(assessor=way.assessor).first()
        else:
            messages.success(request, _("Vos cartes sont enregistrées."))
            return redirect(way.cards)
    now = kept.version if kept else 0
    # As long as a fault is to be mended, the game that was read stays the one that was read.
    overtaken = laid is not None and now != read
    context = {
        "evaluation": way.evaluation,
        "territory": way.evaluation.territory,
        "way": way,
        "problem": problem,
        "open": way.evaluation.state not in (EvaluationState.CLOSED, EvaluationState.DECIDED),
        "version": now if problem is None or overtaken else read,
        "differences": weighing.differing(asked, kept, request.POST) if problem and overtaken else [],
    }
    context |= weighing.shown(asked, kept, request.POST if problem else None)
    return render(request, "evaluation/cards.html", context, status=400 if problem else 200)
