"""The agent's screen of the strengths and weaknesses of the draft: rate a line otherwise, add one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from terreau.core.errors import TerreauError
from terreau.diagnosis import judging
from terreau.diagnosis.agent_views import allowed, draft_or_404
from terreau.diagnosis.content import from_text
from terreau.diagnosis.forms import LineForm, RatingForm
from terreau.diagnosis.models import Draft
from terreau.diagnosis.swot import SIDE_LABELS, swot
from terreau.directory.models import new_public_id
from terreau.territories.models import Territory


@login_required
@require_safe
def lines(request: HttpRequest, code: str) -> HttpResponse:
    """Every line of the draft, with its ratings and what it rests on."""
    territory = allowed(request, code)
    return _screen(request, territory, draft_or_404(territory))


def _screen(
    request: HttpRequest, territory: Territory, draft: Draft, *, rating: RatingForm | None = None,
    rated: str = "", line_form: LineForm | None = None, once: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    findings = from_text(draft.content).findings
    judged = judging.judgements_of(territory)
    found = swot(findings, judged)
    marks = judging.marks_of(territory)
    sides = [
        {
            "label": label,
            "lines": [
                {
                    "line": one,
                    "mark": marks.get(one.key, ""),
                    "form": rating if rating and one.key == rated else _rating_form(one.key, one),
                    "open": bool(rating) and one.key == rated,
                }
                for one in found
                if one.side == side
            ],
        }
        for side, label in SIDE_LABELS.items()
    ]
    context: dict[str, Any] = {
        "territory": territory,
        "sides": [side for side in sides if side["lines"]],
        "line_form": line_form or LineForm(findings=findings, prefix="nouvelle"),
        # A line that the new draft no longer has keeps what was said of it, for its author to take back.
        "gone": [one for one in judged if one.key not in {line.key for line in found}],
        "findings": bool(findings),
        "once": once or new_public_id(),
    }
    return render(request, "diagnosis/lines.html", context, status=status)


def _rating_form(key: str, line: Any) -> RatingForm:
    initial = {"impact": line.impact, "certainty": line.certainty, "reason": line.reason}
    return RatingForm(initial=initial, prefix=key)


@login_required
@require_POST
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """Rate a line otherwise."""
    territory = allowed(request, code)
    draft = draft_or_404(territory)
    key = request.POST.get("line", "")
    form = RatingForm(request.POST, prefix=key)
    read = request.POST.get("read", "")
    if form.is_valid() and _done(
        form,
        lambda: judging.rate_line(person=request.user, draft=draft, key=key, read=read, **form.cleaned_data),
    ):
        messages.success(request, _("L’avis est enregistré dans le brouillon."))
        return redirect("diagnosis:lines", code)
    return _screen(request, territory, draft, rating=form, rated=key, status=400)


@login_required
@require_POST
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Add a line."""
    territory = allowed(request, code)
    draft = draft_or_404(territory)
    form = LineForm(request.POST, prefix="nouvelle", findings=from_text(draft.content).findings)
    once = request.POST.get("once", "")
    if form.is_valid() and _done(
        form, lambda: judging.add_line(person=request.user, draft=draft, once=once, **form.cleaned_data)
    ):
        messages.success(request, _("La ligne est ajoutée au brouillon."))
        return redirect("diagnosis:lines", code)
    return _screen(request, territory, draft, line_form=form, once=once, status=400)


@login_required
@require_POST
def drop(request: HttpRequest, code: str) -> HttpResponse:
    """Come back to what the rules say."""
    territory = allowed(request, code)
    key = request.POST.get("line", "")
    judging.drop_judgement(person=request.user, draft=draft_or_404(territory), key=key)
    messages.success(request, _("L’avis est retiré du brouillon."))
    return redirect("diagnosis:lines", code)


def _done(form: RatingForm, write: Callable[[], Draft]) -> bool:
    """Whether it was written; what is wrong is told on the form."""
    try:
        write()
    except TerreauError as error:
        form.add_error(None, " ".join(text for text in (error.message, error.remedy) if text))
        return False
    return True
