"""Results before they are published: the agent’s, the meeting’s, whom to call, the shortlist."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.directory.row_files import workbook_file, written_file
from terreau.survey.enums import Need, SurveyState
from terreau.survey.models import Survey
from terreau.survey.perms import can_run
from terreau.survey.results import (
    call_list,
    charts,
    perms,
    presentation,
    priorities,
    remarks,
    shortlist,
    wording,
)
from terreau.survey.results.content import Results
from terreau.survey.results.models import ResultsEdition, Variant
from terreau.survey.results.population import read_population
from terreau.survey.results.protecting import MEETING, WORK
from terreau.survey.results.services import publish_results, working_results

PER_PAGE: Final = 25


def _survey_or_404(code: str, slug: str) -> Survey:
    found = Survey.objects.select_related("territory").filter(territory__code=code)
    return get_object_or_404(found, slug=slug)


def _frame(request: HttpRequest, survey: Survey, here: str) -> dict[str, Any]:
    """What all these pages show: whose survey, and the ways to the other pages that this person may open."""
    territory = survey.territory
    ways = (
        ("results_working", _("Résultats de travail"), perms.can_read_working),
        ("results_meeting", _("Vue de réunion"), perms.can_read_meeting),
        ("results_sample", _("Qui a répondu, qui appeler"), perms.can_follow_calls),
        ("results_shortlist", _("Liste courte"), perms.can_rate),
        ("results_remarks", _("Remarques"), perms.can_choose_remarks),
    )
    doors = [
        {
            "url": reverse(f"survey:{name}", args=[territory.code, survey.slug]),
            "label": label,
            "here": name == here,
        }
        for name, label, right in ways
        if right(request.user, territory)
    ]
    runs = bool(can_run(request.user, territory))
    return {"survey": survey, "territory": territory, "doors": doors, "runs": runs}


@login_required
@require_safe
def working(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """All the figures as they stand, for those who read the answers."""
    survey = _survey_or_404(code, slug)
    perms.can_read_working.require(request.user, survey.territory)
    return _results_page(request, survey, "results_working", working_results(survey), {})


@login_required
@require_safe
def meeting(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """What is shown at the meeting of those who answered; once the survey takes no more answers."""
    survey = _survey_or_404(code, slug)
    perms.can_read_meeting.require(request.user, survey.territory)
    waits = survey.state != SurveyState.CLOSED
    more = {"waits": waits, "remarks": [] if waits else remarks.shown_remarks(survey)}
    return _results_page(request, survey, "results_meeting", working_results(survey, MEETING), more)


def _results_page(
    request: HttpRequest, survey: Survey, here: str, results: Results, more: dict[str, Any]
) -> HttpResponse:
    def address(key: str, width: str) -> str:
        name = "results_meeting_picture" if here == "results_meeting" else "results_working_picture"
        return reverse(f"survey:{name}", args=[survey.territory.code, survey.slug, key, width])

    context = presentation.context_of(results, address) | _frame(request, survey, here) | more
    # Once, on the first of these pages that the person may open.
    first = "results_working" if perms.can_read_working(request.user, survey.territory) else "results_meeting"
    context["can_publish"] = here == first and perms.can_publish_results(request.user, survey.territory)
    context["is_closed"] = survey.state == SurveyState.CLOSED
    context["latest"] = ResultsEdition.objects.filter(survey=survey).brief().order_by("-number").first()
    return render(request, "survey/results/working.html", context)


@login_required
@require_safe
def working_picture(request: HttpRequest, code: str, slug: str, key: str, width: str) -> HttpResponseBase:
    """One drawing of the working results."""
    survey = _survey_or_404(code, slug)
    perms.can_read_working.require(request.user, survey.territory)
    return _picture(working_results(survey, WORK), key, width)


@login_required
@require_safe
def meeting_picture(request: HttpRequest, code: str, slug: str, key: str, width: str) -> HttpResponseBase:
    """One drawing of the meeting's results."""
    survey = _survey_or_404(code, slug)
    perms.can_read_meeting.require(request.user, survey.territory)
    if survey.state != SurveyState.CLOSED:
        raise Http404
    return _picture(working_results(survey, MEETING), key, width)


def _picture(results: Results, key: str, width: str) -> HttpResponse:
    if key not in charts.KEYS or width not in charts.WIDTHS or not charts.ranked(results):
        raise Http404
    return HttpResponse(charts.draw(results, key, width), content_type="image/svg+xml")


@login_required
@require_POST
def publish(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """Publish the results, or say why they cannot be yet."""
    survey = _survey_or_404(code, slug)
    try:
        edition = publish_results(person=request.user, survey=survey)
    except TerreauError as error:
        messages.error(request, f"{error.message} {error.remedy}")
        may_work = perms.can_read_working(request.user, survey.territory)
        return redirect(f"survey:results_{'working' if may_work else 'meeting'}", code, slug)
    messages.success(request, _("Les résultats sont publiés."))
    return redirect("survey:results_edition", code, edition.number)


# --- Whom to call ------------------------------------------------------------------------------------


@login_required
@require_safe
def sample(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """Who has answered, and who is still to be asked."""
    survey = _survey_or_404(code, slug)
    perms.can_follow_calls.require(request.user, survey.territory)
    results = _figures_for(request, survey)
    asked = call_list.due(survey, read_population(survey.territory), results)
    number, last = _page_of(request, len(asked))
    context = _frame(request, survey, "results_sample") | {
        "sample": presentation.sample(results),
        "colleges": [],
        "total": len(asked),
        "rows": call_list.lines(asked[(number - 1) * PER_PAGE : number * PER_PAGE]),
        "number": number,
        "last": last,
    }
    return render(request, "survey/results/sample.html", context)


def _figures_for(request: HttpRequest, survey: Survey) -> Results:
    """Down to a single answer for those who read the answers; as at the meeting for the others."""
    return working_results(
        survey, WORK if perms.can_read_working(request.user, survey.territory) else MEETING
    )


@login_required
@require_safe
def calls_csv(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """The whole list of those to be asked, for programs."""
    survey = _survey_or_404(code, slug)
    return written_file(call_list.to_csv(_calls(request, survey)), f"appels-{survey.slug}", "csv")


@login_required
@require_safe
def calls_xlsx(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """The same list, for those who call."""
    survey = _survey_or_404(code, slug)
    return workbook_file([call_list.to_sheet(_calls(request, survey))], f"appels-{survey.slug}")


def _calls(request: HttpRequest, survey: Survey) -> list[call_list.Line]:
    perms.can_follow_calls.require(request.user, survey.territory)
    asked = call_list.due(survey, read_population(survey.territory), _figures_for(request, survey))
    return call_list.lines(asked)


def _page_of(request: HttpRequest, count: int) -> tuple[int, int]:
    """The page asked for, and the last."""
    asked = request.GET.get("page", "1")
    last = max(1, -(-count // PER_PAGE))
    number = whole_number(asked, 1)
    return min(max(1, number), last), last


# --- The shortlist -----------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """What the committee gives to the needs that it keeps."""
    survey = _survey_or_404(code, slug)
    perms.can_rate.require(request.user, survey.territory)
    problem = None
    if request.method == "POST":
        try:
            _keep_ratings(request, survey)
        except TerreauError as error:
            problem = error
        else:
            messages.success(request, _("La liste courte est enregistrée."))
            return redirect("survey:results_shortlist", code, slug)
    context = _frame(request, survey, "results_shortlist") | _rating_form(request, survey, problem)
    return render(request, "survey/results/shortlist.html", context, status=400 if problem else 200)


def _keep_ratings(request: HttpRequest, survey: Survey) -> None:
    typed = request.POST
    ratings = {}
    for need in Need.values:
        letters = [typed.get(f"{need}_{letter}", "") for letter in "abc"]
        pearl = [f"{need}_{key}" in typed for key in priorities.PEARL]
        if (rating := shortlist.parse(letters, pearl, need)) is not None:
            ratings[need] = rating
    try:
        worked_on = date.fromisoformat(typed.get("worked_on", ""))
    except ValueError:
        raise TerreauError(_("Donnez la date à laquelle le comité a noté."), where=_("Date")) from None
    version = typed.get("version", "")
    shortlist.rate(
        person=request.user,
        survey=survey,
        variant=typed.get("variant", ""),
        committee=typed.get("committee", ""),
        worked_on=worked_on,
        ratings=ratings,
        version=whole_number(version),
    )


def _rating_form(request: HttpRequest, survey: Survey, problem: TerreauError | None) -> dict[str, Any]:
    """What the form shows: what was typed when it was refused, else what is kept."""
    kept, ratings = shortlist.ratings_of(survey)
    typed = request.POST if problem else None
    # Read before and after one answer came, scores would tell what it says.
    waits = survey.state != SurveyState.CLOSED and not perms.can_read_working(request.user, survey.territory)
    told = {} if waits else {one.need: one for one in charts.ranked(_figures_for(request, survey))}
    order = [*told, *(need for need in Need.values if need not in told)]
    return {
        "problem": problem,
        "waits": waits,
        "variants": Variant.choices,
        "variant": typed.get("variant") if typed else kept.variant if kept else Variant.HANLON,
        "committee": typed.get("committee", "") if typed else kept.committee if kept else "",
        "worked_on": typed.get("worked_on", "")
        if typed
        else (kept.worked_on if kept else timezone.localdate()).isoformat(),
        "version": typed.get("version", "0") if typed else kept.version if kept else 0,
        "rows": [_rating_row(need, ratings.get(need), typed, told.get(need)) for need in order],
    }


def _rating_row(need: str, kept: shortlist.Rating | None, typed: Any, told: Any) -> dict[str, Any]:
    labels = {"a": _("A, ampleur"), "b": _("B, gravité"), "c": _("C, efficacité")}
    values = (
        {
            letter: f"{value:g}".replace(".", ",")
            for letter, value in zip("abc", (kept.size, kept.seriousness, kept.effectiveness), strict=True)
        }
        if kept
        else {}
    )
    parts = [
        {
            "name": f"{need}_{letter}",
            "label": label,
            "value": typed.get(f"{need}_{letter}", "") if typed else values.get(letter, ""),
        }
        for letter, label in labels.items()
    ]
    pearl = [
        {
            "name": f"{need}_{key}",
            "label": str(wording.PEARL[key]),
            "checked": f"{need}_{key}" in typed if typed else not kept or kept.pearl[at],
        }
        for at, key in enumerate(priorities.PEARL)
    ]
    score = _("score %(score)s, rang %(ranks)s")
    said = (
        score % {"score": wording.number(told.score), "ranks": wording.rank_range(told.best, told.worst)}
        if told
        else ""
    )
    is_open = any(part["value"] for part in parts)
    return {"label": wording.need_label(need), "told": said, "parts": parts, "pearl": pearl, "open": is_open}


# --- Remarks -----------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose_remarks(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """Which remarks the meeting reads, and in which words."""
    survey = _survey_or_404(code, slug)
    perms.can_choose_remarks.require(request.user, survey.territory)
    problem = None
    if request.method == "POST":
        try:
            _show_or_hide(request, survey)
        except TerreauError as error:
            problem = error
        else:
            return redirect(request.get_full_path())
    found = remarks.all_remarks(survey)
    number, last = _page_of(request, len(found))
    rows = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    context = _frame(request, survey, "results_remarks") | {
        "rows": rows,
        "problem": problem,
        "number": number,
        "last": last,
    }
    return render(request, "survey/results/remarks.html", context, status=400 if problem else 200)


def _show_or_hide(request: HttpRequest, survey: Survey) -> None:
    try:
        answer = UUID(request.POST.get("answer", ""))
    except ValueError:
        raise Http404 from None
    question = request.POST.get("question", "")
    if "hide" in request.POST:
        remarks.hide_remark(person=request.user, survey=survey, answer=answer, question=question)
        messages.success(request, _("La remarque n’est plus montrée."))
        return
    text = request.POST.get("text", "")
    remarks.show_remark(person=request.user, survey=survey, answer=answer, question=question, text=text)
    messages.success(request, _("La remarque sera montrée à la réunion."))
