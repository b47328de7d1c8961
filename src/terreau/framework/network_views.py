"""What the network does: texts proposed and checked, points of advocacy and what States answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from terreau.accounts.perms import is_secretariat
from terreau.core.countries import country_name
from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.core.text import fold
from terreau.directory.models import new_public_id
from terreau.framework import perms, services, shelf
from terreau.framework.enums import ProposalState, StateAnswer
from terreau.framework.forms import AnswerForm, DecisionForm, TextForm
from terreau.framework.library import FIELDS, differing, label_of
from terreau.framework.library_models import LegalText, TextVersion
from terreau.framework.models import Advocacy
from terreau.framework.panels import answered_for
from terreau.territories.models import Territory

POINTS_PER_PAGE = 50
_FORM = require_http_methods(["GET", "HEAD", "POST"])


# --- Texts --------------------------------------------------------------------------------------------


@login_required
@_FORM
def propose(request: HttpRequest, code: str) -> HttpResponseBase:
    """A text that the library does not hold."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_propose_text.require(request.user, territory)
    return _text_form(request, territory, None)


@login_required
@_FORM
def mend(request: HttpRequest, code: str, text: str) -> HttpResponseBase:
    """A better description of a text."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_propose_text.require(request.user, territory)
    return _text_form(request, territory, get_object_or_404(shelf.published(), code=text))


def _text_form(request: HttpRequest, territory: Territory, text: LegalText | None) -> HttpResponseBase:
    data = request.POST if request.method == "POST" else None
    values: dict[str, Any] | None = None
    if text is not None:
        values = _described(text)
    elif territory.country_code and data is None:
        values = {"place": territory.country_code.lower(), "reliability": "K"}
    form, problem = TextForm(data, values=values), None
    drawn = str(request.POST.get("once", "")) or new_public_id()
    if data is not None and form.is_valid():
        try:
            services.propose(
                person=request.user,
                territory=territory,
                text=text,
                once=drawn,
                values=form.values(),
                read=form.version if text else None,
            )
        except TerreauError as error:
            problem = error
            if text is not None:
                now = text = get_object_or_404(shelf.published(), code=text.code)
                number = shelf.version_of(now).number
                form = form.gathered(number, lambda sent: TextForm(sent, values=_described(now)))
        else:
            messages.success(request, _("Merci\u00a0: le secrétariat du réseau vérifie, puis publie."))
            return redirect("framework:library")
    context = {
        "territory": territory,
        "text": text,
        "version": shelf.version_of(text).number if text else 0,
        "form": form,
        "problem": problem,
        "drawn": drawn,
    }
    return render(request, "framework/text_form.html", context, status=400 if problem or form.errors else 200)


def _described(text: LegalText) -> dict[str, Any]:
    """A text as it is published, for its form."""
    return {name: getattr(shelf.version_of(text), name) for name in FIELDS}


@login_required
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits for the secretariat."""
    perms.can_check_text.require(request.user)
    waiting = (
        TextVersion.objects.filter(state=ProposalState.PROPOSED).select_related("text").order_by("at", "pk")
    )
    page = Paginator(waiting, POINTS_PER_PAGE).get_page(request.GET.get("page"))
    rows = [shelf.shown(one.text, one) for one in page.object_list]
    return render(request, "framework/proposals.html", {"page": page, "rows": rows})


@login_required
@_FORM
def check(request: HttpRequest, number: int) -> HttpResponseBase:
    """One proposal beside the published version, and the decision."""
    perms.can_check_text.require(request.user)
    proposal = get_object_or_404(TextVersion.objects.select_related("text__published"), pk=number)
    form, problem = DecisionForm(request.POST if request.method == "POST" else None), None
    if request.method == "POST" and form.is_valid():
        try:
            services.decide(
                person=request.user,
                proposal=proposal,
                accepted=request.POST.get("act") == "accept",
                read=whole_number(request.POST.get("read", "")),
                words=form.cleaned_data["words"],
            )
        except TerreauError as error:
            problem = error
            proposal = get_object_or_404(TextVersion.objects.select_related("text__published"), pk=number)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect("framework:proposals")
    now = proposal.text.published
    context = shelf.shown(proposal.text, proposal) | {
        "form": form,
        "problem": problem,
        "proposal": proposal,
        "waits": proposal.state == ProposalState.PROPOSED,
        "now": now,
        "differences": _differences(proposal, now) if now and now.pk != proposal.pk else [],
    }
    return render(request, "framework/check.html", context, status=400 if problem else 200)


def _differences(proposal: TextVersion, now: TextVersion) -> list[dict[str, str]]:
    values = {name: getattr(proposal, name) for name in FIELDS}
    return [
        {"label": label_of(name), "typed": _plain(values[name]), "now": _plain(getattr(now, name))}
        for name in differing(now, values)
    ]


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return (
            "\u202f; ".join(" ".join(one.values()) if isinstance(one, dict) else str(one) for one in value)
            or "—"
        )
    return str(value or "—")


# --- What is asked of States --------------------------------------------------------------------------


@login_required
@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """The points of the countries for which a person answers; all of them for the secretariat."""
    found = answered_for(request.user)
    asked = str(request.GET.get("reponse", ""))
    names = {one.country_code: country_name(one.country_code) for one in found}
    country = str(request.GET.get("pays", ""))
    rows = [
        {"point": one, "country": names[one.country_code], "answer": StateAnswer(one.answer).label}
        for one in found
        if (asked not in StateAnswer.values or one.answer == asked)
        and (country not in names or one.country_code == country)
    ]
    page = Paginator(rows, POINTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "total": len(found),
        "asked": asked,
        "country": country,
        "countries": sorted(names.items(), key=lambda one: fold(one[1])),
        "answers": StateAnswer.choices,
        "several": len(names) > 1,
        "network": bool(is_secretariat(request.user)),
    }
    return render(request, "framework/points.html", context)


@login_required
@_FORM
def point(request: HttpRequest, number: int) -> HttpResponseBase:
    """One point, and the State's answer."""
    every = Advocacy.objects.select_related("barrier__territory")
    found = get_object_or_404(every, pk=number)
    perms.can_answer_for_state.require(request.user, perms.country_of(found))
    form, problem = AnswerForm(request.POST if request.method == "POST" else None), None
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(
                person=request.user,
                point=found,
                version=form.version,
                **form.cleaned_data,
            )
        except TerreauError as error:
            problem = error
            found = get_object_or_404(every, pk=number)
            form = form.gathered(found.version, AnswerForm)
        else:
            messages.success(request, _("La réponse est enregistrée, la ville en est avertie."))
            return redirect("framework:points")
    context = {
        "point": found,
        "country": country_name(found.country_code),
        "answers": [{"answer": one, "label": StateAnswer(one.answer).label} for one in found.answers.all()],
        "form": form,
        "problem": problem,
    }
    return render(request, "framework/point.html", context, status=400 if problem or form.errors else 200)
