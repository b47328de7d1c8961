"""The agent's pages for paper: sheets to print, and the screen where those that come back are typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.survey import perms
from terreau.survey.definition import in_language
from terreau.survey.enums import Channel, SubmissionState
from terreau.survey.field import texts
from terreau.survey.field.screens import heading_of, survey_of
from terreau.survey.models import Survey
from terreau.survey.paper.codes import read_code
from terreau.survey.paper.entries import Entry
from terreau.survey.paper.printing import MOST_PRINTED, batch_pdf
from terreau.survey.paper.typing import (
    AgreedBeforeError,
    PaperSheet,
    TypedBeforeError,
    TypingError,
    find_sheet,
    places_of,
    prepare_batch,
    type_sheet,
    typed_as,
    withdrawn_error,
)
from terreau.survey.publishing import current_form
from terreau.survey.wording import LANGUAGES


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """Prepare sheets, print them, see how many came back."""
    survey = survey_of(request, code, slug)
    problem = None
    if request.method == "POST":
        count = request.POST.get("count", "").strip()
        try:
            prepare_batch(
                person=request.user,
                survey=survey,
                count=whole_number(count),
                language=request.POST.get("language", ""),
                number=whole_number(request.POST.get("number", "")),
            )
        except TerreauError as error:
            problem = error
        else:
            messages.success(request, _("Le lot est prêt à imprimer."))
            return redirect(request.path)
    context = (
        heading_of(request, survey)
        | _batches(survey)
        | {"problem": problem, "count": request.POST.get("count", "50")}
    )
    return render(request, "survey/paper.html", context, status=400 if problem else 200)


def _batches(survey: Survey) -> dict[str, Any]:
    came = survey.submissions.filter(channel=Channel.PAPER, instance_id__startswith="paper:")
    returned: dict[int, set[int]] = {}
    for instance_id in came.values_list("instance_id", flat=True):
        read = read_code(instance_id.removeprefix("paper:").partition("/")[0])
        if read:
            returned.setdefault(read[0], set()).add(read[1])
    batches = list(survey.paper_batches.select_related("form"))
    languages = current_form(survey).questionnaire().languages()
    return {
        "languages": [(code, LANGUAGES.get(code, code)) for code in languages],
        "next_number": max((batch.number for batch in batches), default=0) + 1,
        "batches": [
            {
                "batch": batch,
                "language": LANGUAGES.get(batch.language, batch.language),
                "returned": len(returned.get(batch.number, ())),
                "parts": _parts(batch.count),
            }
            for batch in batches
        ],
    }


def _parts(count: int) -> list[tuple[int, int]]:
    """First and last sheet of each document to print."""
    return [(start, min(start + MOST_PRINTED - 1, count)) for start in range(1, count + 1, MOST_PRINTED)]


@login_required
@require_safe
def paper_pdf(request: HttpRequest, code: str, slug: str, number: int, first: int) -> HttpResponse:
    """Some sheets of a batch, to print."""
    survey = survey_of(request, code, slug)
    batch = get_object_or_404(survey.paper_batches.select_related("form"), number=number)
    last = next((last for start, last in _parts(batch.count) if start == first), None)
    if last is None:
        raise Http404
    batch.form.survey = survey
    response = HttpResponse(batch_pdf(batch, first, last), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{survey.slug}-lot-{number}-{first}.pdf"'
    return response


# --- Typing -----------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def typing(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """One sheet at a time: its code, then the whole of it on one page."""
    survey = survey_of(request, code, slug)
    perms.can_read_answers.require(request.user, survey.territory)
    asked = request.GET.get("feuille", "").strip()
    context = heading_of(request, survey) | {"asked": asked}
    if not asked:
        return render(request, "survey/typing_code.html", context | {"problem": None})
    try:
        sheet = find_sheet(survey, asked)
    except TerreauError as error:
        return render(request, "survey/typing_code.html", context | {"problem": error}, status=400)
    places = places_of(survey.territory) if any(one.question.kind == "place" for one in sheet.entries) else {}
    if request.method == "POST":
        return _type(request, sheet, places)
    return _sheet_page(request, sheet, places)


def _type(request: HttpRequest, sheet: PaperSheet, places: dict[str, str]) -> HttpResponseBase:
    typed = {name: text for name, text in request.POST.items() if isinstance(text, str)}
    try:
        if "check" in request.POST:
            return _sheet_page(request, sheet, places, typed=typed, checked=True)
        answer = type_sheet(
            person=request.user,
            sheet=sheet,
            typed=typed,
            places=places,
            replacing=request.POST.get("replace", ""),
            erasing="erase" in request.POST,
        )
    except TypingError as error:
        return _sheet_page(request, sheet, places, typed=typed, problem=error, wrong=error.fields)
    except TerreauError as error:
        return _sheet_page(request, sheet, places, typed=typed, problem=error)
    said = (
        _("Feuille %(code)s enregistrée.")
        if answer is not None
        else _("Feuille %(code)s\u00a0: sans accord, rien n’est gardé.")
    )
    messages.success(request, said % {"code": sheet.code})
    survey = sheet.batch.survey
    return redirect("survey:typing", survey.territory.code, survey.slug)


def _sheet_page(
    request: HttpRequest,
    sheet: PaperSheet,
    places: dict[str, str],
    *,
    typed: dict[str, str] | None = None,
    problem: TerreauError | None = None,
    wrong: dict[str, str] | None = None,
    checked: bool = False,
) -> HttpResponse:
    last = sheet.last()
    if last is not None and last.state == SubmissionState.WITHDRAWN:
        last, problem = None, problem or withdrawn_error()
    former = typed_as(sheet, last, places) if last else {}
    shown = former if typed is None else typed
    clash = isinstance(problem, TypedBeforeError)
    before = former if clash else {}
    # What is saved takes the place of what was seen when the page was opened, and of nothing else.
    seen = last.instance_id if last else ""
    survey = sheet.batch.survey
    where = reverse("survey:typing", args=[survey.territory.code, survey.slug])
    context = heading_of(request, survey) | {
        "sheet": sheet,
        "problem": problem,
        "checked": checked,
        "seen": seen,
        "replaced": seen if typed is None else typed.get("replace", ""),
        "clash": clash,
        "agreed_before": isinstance(problem, AgreedBeforeError),
        "places": places,
        # In the order of the sheet: whoever types turns its pages once.
        "first": [_own_field(letter, shown, wrong, before) for letter in "AB"],
        "last": [_own_field(letter, shown, wrong, before) for letter in "CDEF"],
        "fields": [_field(entry, shown, wrong, before) for entry in sheet.entries],
        "action": f"{where}?feuille={sheet.code}",
    }
    return render(request, "survey/typing_sheet.html", context, status=400 if problem and typed else 200)


_OWN = {
    "A": texts.CONSENT_LABEL,
    "B": texts.COLLEGE_LABEL,
    "C": texts.SHEET_LABEL,
    **dict(zip("DEF", texts.WHO.values(), strict=True)),
}
_OWN_CODES = {"A": texts.YES_NO, "B": texts.COLLEGES}


def _own_field(
    letter: str, shown: dict[str, str], wrong: dict[str, str] | None, former: dict[str, str]
) -> dict[str, Any]:
    codes = [in_language(one, "fr") for one in _OWN_CODES.get(letter, {}).values()]
    return {
        "name": letter,
        "number": letter,
        "label": in_language(_OWN[letter], "fr"),
        "codes": _legend(codes),
        "numeric": bool(codes),
        **_state(letter, shown, wrong, former),
    }


def _field(
    entry: Entry, shown: dict[str, str], wrong: dict[str, str] | None, former: dict[str, str]
) -> dict[str, Any]:
    question = entry.question
    codes = [in_language(choice.label, "fr") for choice in question.choices]
    legend = _legend(codes)
    if question.kind == "scale":
        legend = _("%(steps)s\u00a0; 0 ne sait pas") % {"steps": " ".join(entry.steps()[:-1])}
    if question.kind == "many":
        legend = _("plusieurs, séparés d’une espace\u00a0: %(codes)s") % {"codes": legend}
    return {
        "name": question.id,
        "number": entry.number,
        "label": in_language(question.label, "fr"),
        "codes": legend,
        "numeric": question.kind in ("one", "scale", "integer"),
        "long": question.kind == "long_text",
        "place": question.kind == "place",
        **_state(question.id, shown, wrong, former),
    }


def _state(
    name: str, shown: dict[str, str], wrong: dict[str, str] | None, former: dict[str, str]
) -> dict[str, Any]:
    value = shown.get(name, "")
    before = former.get(name, "")
    return {
        "value": value,
        "wrong": (wrong or {}).get(name, ""),
        "before": (before or "—") if former and before != value else "",
    }


def _legend(codes: list[str]) -> str:
    return " · ".join(f"{number} {label}" for number, label in enumerate(codes, 1))
