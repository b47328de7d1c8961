"""The diagnosis for the territory's own people: draft, its words, its publication, the coverage."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from terreau.core.errors import TerreauError
from terreau.diagnosis import perms, services
from terreau.diagnosis.content import Content, from_text
from terreau.diagnosis.drawings import file_key
from terreau.diagnosis.exports import Issue
from terreau.diagnosis.forms import CoverageForm, IntroductionForm, PrepareForm
from terreau.diagnosis.gaps import gaps
from terreau.diagnosis.jobs import PREPARE
from terreau.diagnosis.models import CoverageStatement, Draft, Edition
from terreau.diagnosis.pages import LINES, page_context, site_address
from terreau.diagnosis.views import territory_or_404
from terreau.jobs.services import start
from terreau.territories.models import Territory


def allowed(request: HttpRequest, code: str) -> Territory:
    """The territory, for who may prepare its diagnosis."""
    territory = territory_or_404(code)
    perms.can_prepare.require(request.user, territory)
    return territory


def _readable(request: HttpRequest, code: str) -> Territory:
    territory = territory_or_404(code)
    perms.can_see_draft.require(request.user, territory)
    return territory


def draft_or_404(territory: Territory) -> Draft:
    """The draft of a territory, if there is one."""
    return get_object_or_404(Draft.objects.select_related("territory"), territory=territory)


@login_required
@require_safe
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """The agent's screen: where the diagnosis stands, the draft as it would be published."""
    return _screen(request, _readable(request, code))


def _screen(request: HttpRequest, territory: Territory, status: int = 200, **forms: Any) -> HttpResponse:
    found = Draft.objects.filter(territory=territory).defer("pictures").first()
    context: dict[str, Any] = {
        "territory": territory,
        "keeps": bool(perms.can_prepare(request.user, territory)),
        "draft": found,
        "latest": Edition.objects.of(territory).brief().first(),
        "statements": list(
            CoverageStatement.objects.filter(territory=territory, withdrawn_on__isnull=True)
            .select_related("source")
            .order_by("source__name")
        ),
        "prepare_form": PrepareForm(),
        "introduction_form": IntroductionForm(initial={"introduction": found.introduction if found else ""}),
        "coverage_form": CoverageForm(territory=territory),
        "files": False,
        "alone": False,
        **forms,
    }
    if found is not None:
        content = from_text(found.content)
        context["gaps"] = _gaps(territory, content)
        context |= page_context(
            content,
            Issue(introduction=found.introduction),
            address=site_address("diagnosis:draft_picture", territory.code),
            lines=LINES,
        )
    return render(request, "diagnosis/draft.html", context, status=status)


def _gaps(territory: Territory, content: Content) -> list[dict[str, str]]:
    """What the draft lacks, and the screen where it is filled."""
    missing = gaps({part.key for part in content.sections})
    return [
        {"title": one.title, "how": one.how, "url": reverse(one.route, args=[territory.code])}
        for one in missing
    ]


@login_required
@require_POST
def prepare(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a new draft: the work is long for a whole country, so it is a job."""
    territory = allowed(request, code)
    form = PrepareForm(request.POST)
    if not form.is_valid():
        return _screen(request, territory, status=400, prepare_form=form)
    day = form.cleaned_data["as_of"]
    try:
        services.check_day(day)
    except TerreauError as error:
        form.add_error("as_of", error.message)
        return _screen(request, territory, status=400, prepare_form=form)
    with transaction.atomic():
        job = start(
            kind=PREPARE,
            title=_("Préparer le diagnostic : %(name)s") % {"name": territory.name},
            arguments={"territory": territory.code, "as_of": day.isoformat()},
            person=request.user,
            territory_code=territory.code,
            result_url=reverse("diagnosis:draft", args=[territory.code]),
        )
    return redirect("jobs:job", job.pk)


@login_required
@require_POST
def introduce(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the town's own words."""
    territory = allowed(request, code)
    refused = _introduced(request, territory, draft_or_404(territory))
    if refused is not None:
        return refused
    messages.success(request, _("Le texte est enregistré dans le brouillon."))
    return _back(territory)


def _introduced(request: HttpRequest, territory: Territory, found: Draft) -> HttpResponse | None:
    """Keep the words that come with the request; the screen that says why they are not, if they are not."""
    form = IntroductionForm(request.POST)
    if form.is_valid():
        try:
            services.introduce(
                person=request.user, draft=found, read=request.POST.get("read", ""), **form.cleaned_data
            )
        except TerreauError as error:
            form.add_error("introduction", f"{error.message} {error.remedy}")
    if form.is_valid():
        return None
    return _screen(request, territory, status=400, introduction_form=form)


@login_required
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the draft that was read; clicked again, it leads to the same edition.

    The button sends the town's own words as they stand on the screen: they are kept first, for an edition
    never changes once it is out.
    """
    territory = allowed(request, code)
    try:
        key = uuid.UUID(request.POST.get("draft", ""))
    except ValueError:
        raise Http404 from None
    found = Draft.objects.select_related("territory").filter(pk=key, territory=territory).first()
    if found is not None and "introduction" in request.POST:
        refused = _introduced(request, territory, found)
        if refused is not None:
            return refused
    try:
        edition = services.publish(person=request.user, territory=territory, draft_key=key)
    except TerreauError as error:
        messages.error(request, " ".join(text for text in (error.message, error.remedy) if text))
        return _back(territory)
    messages.success(request, _("L’édition n° %(number)s est publiée.") % {"number": edition.number})
    return redirect("diagnosis:edition", territory.code, edition.number)


@login_required
@require_POST
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw the draft away."""
    territory = allowed(request, code)
    found = Draft.objects.filter(territory=territory).select_related("territory").first()
    if found is not None:
        services.discard_draft(person=request.user, draft=found)
        messages.success(request, _("Le brouillon est jeté."))
    return _back(territory)


@login_required
@require_safe
def draft_picture(request: HttpRequest, code: str, key: str, width: str) -> HttpResponse:
    """One drawing of the draft."""
    found = draft_or_404(_readable(request, code))
    svg = found.pictures.get(file_key(key, width))
    if svg is None:
        raise Http404
    return HttpResponse(svg, content_type="image/svg+xml")


@login_required
@require_safe
def draft_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The document as it would be, marked as a draft."""
    territory = _readable(request, code)
    found = draft_or_404(territory)
    response = HttpResponse(services.draft_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="brouillon-{territory.code}.pdf"'
    return response


@login_required
@require_POST
def state_coverage(request: HttpRequest, code: str) -> HttpResponse:
    """Declare a source complete."""
    territory = allowed(request, code)
    form = CoverageForm(request.POST, territory=territory)
    if form.is_valid():
        try:
            services.state_coverage(person=request.user, territory=territory, **form.cleaned_data)
        except TerreauError as error:
            form.add_error(None, error.message)
    if not form.is_valid():
        return _screen(request, territory, status=400, coverage_form=form)
    messages.success(
        request, _("La source est déclarée complète. Préparez un nouveau brouillon pour en tenir compte.")
    )
    return _back(territory)


@login_required
@require_POST
def withdraw_coverage(request: HttpRequest, code: str, statement_id: int) -> HttpResponse:
    """Withdraw a declaration."""
    territory = allowed(request, code)
    statement = get_object_or_404(
        CoverageStatement.objects.select_related("territory"), pk=statement_id, territory=territory
    )
    services.withdraw_coverage(person=request.user, statement=statement)
    messages.success(request, _("La déclaration est retirée."))
    return _back(territory)


def _back(territory: Territory) -> HttpResponseRedirect:
    return redirect("diagnosis:draft", territory.code)
