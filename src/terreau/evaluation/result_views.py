"""What an evaluation says, what is decided of it, and the files of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from terreau.accounts.rate_limits import limit
from terreau.core.errors import TerreauError
from terreau.directory.row_files import rows_file
from terreau.documents.manual import read_chapters
from terreau.evaluation import criteria, drawings, perms, reading, services, trace
from terreau.evaluation.enums import EvaluationState, Weighting
from terreau.evaluation.forms import DecisionForm
from terreau.evaluation.gathering import Gathered, gather, is_readable
from terreau.evaluation.headline import lines_of
from terreau.evaluation.marking_views import evaluation_or_404
from terreau.evaluation.models import Decision, Evaluation
from terreau.evaluation.presentation import interval_words, outcome_words, shown_line, shown_result
from terreau.portfolio.models import Project

_FORM = require_http_methods(["GET", "HEAD", "POST"])


def _read(request: HttpRequest, code: str, public_id: str) -> Gathered:
    """What may be read of an evaluation, by those who may read the territory's work."""
    evaluation = evaluation_or_404(code, public_id)
    perms.can_read_work.require(request.user, evaluation.territory)
    if not is_readable(evaluation):
        raise Http404(
            _("Le premier tour est à l’aveugle\u00a0: ses notes se lisent une fois qu’il est clos.")
        )
    return gather(evaluation)


@login_required
@require_safe
def result(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Value, weights, comparison two by two, steadiness: in words, with pictures and tables."""
    gathered = _read(request, code, public_id)
    evaluation, kept = gathered.evaluation, reading.kept(gathered)
    keeps = bool(perms.can_keep(request.user, evaluation.territory))
    context = {
        "evaluation": evaluation,
        "territory": evaluation.territory,
        "criteria": gathered.criteria,
        "lines": [shown_line(gathered, one) for one in lines_of(gathered)],
        "keeps": keeps,
        "decided": evaluation.state == EvaluationState.DECIDED,
        "may_decide": keeps and (evaluation.state == EvaluationState.CLOSED or _is_at_table(evaluation)),
        "weightings": Weighting.choices,
        "has_cards": bool(gathered.hands),
        "kept": kept is not None,
    }
    if kept is not None:
        context |= {
            "result": shown_result(kept, criteria.as_json(gathered.criteria)),
            "pictures": _pictures(
                kept, lambda key, width: ("evaluation:picture", [code, public_id, key, width])
            ),
        }
    return render(request, "evaluation/result.html", context)


def _is_at_table(evaluation: Evaluation) -> bool:
    """Whether it is marked together still: those in the room decide when they are done."""
    return evaluation.together and evaluation.state == EvaluationState.FIRST


def _pictures(kept: Mapping[str, Any], address: Any) -> dict[str, dict[str, str]]:
    """The pictures that can be drawn, each in two widths."""
    return {
        key: {
            width: reverse(name, args=args)
            for width in drawings.WIDTHS
            for name, args in [address(key, width)]
        }
        for key in drawings.drawable(kept)
    }


@login_required
@require_safe
def picture(request: HttpRequest, code: str, public_id: str, key: str, width: str) -> HttpResponse:
    """One picture of the result that is kept."""
    gathered = _read(request, code, public_id)
    kept = reading.kept(gathered)
    return _drawn(kept, key, width, simulated=gathered.evaluation.is_simulated)


def _drawn(kept: Mapping[str, Any] | None, key: str, width: str, *, simulated: bool) -> HttpResponse:
    if kept is None or key not in drawings.drawable(kept) or width not in drawings.WIDTHS:
        raise Http404
    drawn = drawings.draw(kept, key, width, simulated=simulated)
    return HttpResponse(drawn, content_type="image/svg+xml")


@login_required
@require_safe
def file(request: HttpRequest, code: str, public_id: str, form: str) -> HttpResponse:
    """The result so far as a file; with all that a decision would keep, in JSON."""
    limit(request, "export")
    gathered = _read(request, code, public_id)
    whole = trace.content_of(gathered, reading.kept_or_made(gathered), {}, "", None)
    return _file(whole, form, f"evaluation-{public_id}")


def _file(whole: Mapping[str, Any], form: str, name: str) -> HttpResponse:
    return rows_file(form, name, trace.columns_of(whole), trace.rows_of(whole), whole)


# --- Deciding -------------------------------------------------------------------------------------------


@login_required
@_FORM
def decide(request: HttpRequest, code: str, public_id: str) -> HttpResponseBase:
    """What is decided of each project; once done, what was."""
    evaluation = evaluation_or_404(code, public_id)
    if evaluation.state == EvaluationState.DECIDED:
        return redirect("evaluation:decision", code, public_id)
    perms.can_keep.require(request.user, evaluation.territory)
    if evaluation.state != EvaluationState.CLOSED and not evaluation.together:
        return redirect("evaluation:own", code, public_id)
    gathered = gather(evaluation)
    lines = lines_of(gathered)
    data = request.POST if request.method == "POST" else None
    form, problem = DecisionForm(data, lines=lines), None
    if data is not None and form.is_valid():
        typed = form.cleaned_data
        try:
            services.decide(
                person=request.user,
                evaluation=evaluation,
                read=str(data.get("read", "")),
                outcomes=form.outcomes(),
                reference=typed["reference"],
                decided_on=typed["decided_on"],
                is_public=typed["is_public"],
            )
        except TerreauError as error:
            problem = error
        else:
            messages.success(request, _("La décision est enregistrée\u00a0: elle ne change plus."))
            return redirect("evaluation:decision", code, public_id)
    context = {
        "evaluation": evaluation,
        "territory": evaluation.territory,
        "form": form,
        "problem": problem,
        "read": gathered.digest,
        "rows": [
            shown_line(gathered, one)
            | dict(zip(("outcome_field", "reason_field"), form.fields_of(one), strict=True))
            for one in lines
        ],
    }
    return render(request, "evaluation/decide.html", context, status=200 if data is None else 400)


def _decision_or_404(request: HttpRequest, code: str, public_id: str) -> Decision:
    found = Decision.objects.select_related("evaluation", "territory")
    decision = get_object_or_404(found, territory__code=code, evaluation__public_id=public_id)
    perms.can_read_decision.require(request.user, decision)
    return decision


@login_required
@require_safe
def decision(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """What was decided, with all that it rests on."""
    found = _decision_or_404(request, code, public_id)
    perms.can_read_work.require(request.user, found.territory)
    content = found.content
    context = _told(found, content, list(content["decisions"])) | {
        "result": shown_result(content["result"], content["criteria"]),
        "whole": True,
        "keeps": bool(perms.can_keep(request.user, found.territory)),
        "decision_url": reverse("evaluation:decision_file", args=[code, public_id, "json"]),
    }
    return render(request, "evaluation/decision.html", context)


@login_required
@require_safe
def decision_file(request: HttpRequest, code: str, public_id: str, form: str) -> HttpResponse:
    """The decision with its whole trace (JSON), or its projects (CSV)."""
    limit(request, "export")
    found = _decision_or_404(request, code, public_id)
    perms.can_read_work.require(request.user, found.territory)
    return _file(found.content | {"digest": found.digest}, form, f"evaluation-decidee-{public_id}")


@require_safe
def public(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """What everyone reads of a published decision: the projects that are public, no mark of anybody."""
    found = get_object_or_404(
        Decision.objects.select_related("evaluation", "territory"),
        territory__code=code,
        evaluation__public_id=public_id,
        is_public=True,
    )
    return render(request, "evaluation/public.html", _told(found, found.content, public_projects(found)))


def public_projects(found: Decision) -> list[str]:
    """The projects of a decision that are public in the portfolio now."""
    keys = list(found.content["decisions"])
    return list(Project.objects.public().filter(public_id__in=keys).values_list("public_id", flat=True))


def _told(found: Decision, content: Mapping[str, Any], projects: list[str]) -> dict[str, Any]:
    """A decision in words, for these projects."""
    shown = [_project(one, content) for one in content["result"]["projects"] if one["id"] in projects]
    return {
        "decision": found,
        "evaluation": found.evaluation,
        "territory": found.territory,
        "content": content,
        "criteria": content["criteria"],
        "assessors": sum(content["assessors"].values()),
        "projects": shown,
        "hidden": len(content["decisions"]) - len(shown),
    }


def _project(one: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    decided = content["decisions"][one["id"]]
    return {
        "id": one["id"],
        "title": one["title"],
        "url": reverse("portfolio:project", args=[one["id"]]),
        "value_words": interval_words(one["value"]),
        "outcome": decided["outcome"],
        "outcome_words": outcome_words(decided["outcome"]),
        "reason": decided["reason"],
        "proposed": outcome_words(one["proposal"]),
        "departs": decided["outcome"] != one["proposal"],
    }


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """How projects are judged: the documentation itself."""
    context = {
        "title": _("Comment les projets sont évalués"),
        "lead": _(
            "Les notes proposent, la délibération décide\u00a0; voici comment elles deviennent un résultat."
        ),
        "parts": read_chapters("terreau.evaluation", "methods.md", ("La méthode",)),
    }
    return render(request, "documents/manual.html", context)
