"""What those who keep a territory use: its own sheets, those to check, what it takes up, its portrait."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.directory.models import new_public_id
from terreau.practices import content, perms, services, sheet, workspace
from terreau.practices.enums import Stage
from terreau.practices.forms import CheckForm, PortraitForm, PracticeForm
from terreau.practices.models import Consent, Practice, Profile
from terreau.practices.neighbours import is_compared
from terreau.practices.views import alike_context
from terreau.territories.currencies import currency_at
from terreau.territories.models import Territory

_FORM = require_http_methods(["GET", "HEAD", "POST"])


def practice_or_404(public_id: str) -> Practice:
    """The sheet, whatever its stage."""
    found = Practice.objects.select_related("territory", "published", "submitted")
    return get_object_or_404(found, public_id=public_id)


@login_required
@require_safe
def own(request: HttpRequest, code: str) -> HttpResponse:
    """The practices of a territory: those it wrote, those it took up, those it looks into."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_read_own.require(request.user, territory)
    context = workspace.own_context(territory) | {
        "territory": territory,
        "keeps": bool(perms.can_write(request.user, territory)),
        "comparable": is_compared(territory),
    }
    return render(request, "practices/own.html", context)


@login_required
@_FORM
def new(request: HttpRequest, code: str) -> HttpResponseBase:
    """A new sheet."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_write.require(request.user, territory)
    data = request.POST if request.method == "POST" else None
    form, problem = PracticeForm(data, currency=currency_at(territory)), None
    drawn = str(request.POST.get("practice", "")) or new_public_id()
    if data is not None and form.is_valid():
        try:
            made = services.begin(
                person=request.user, territory=territory, public_id=drawn, values=form.values()
            )
        except TerreauError as error:
            problem = error
        else:
            messages.success(request, _("Le brouillon est enregistré. Vous seuls le voyez."))
            return redirect("practices:edit", made.public_id)
    context = {"territory": territory, "form": form, "problem": problem, "drawn": drawn}
    return render(request, "practices/edit.html", context, status=_status(form, problem))


@login_required
@_FORM
def edit(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A sheet to change, and what can be done with it."""
    found = practice_or_404(public_id)
    perms.can_edit.require(request.user, found)
    latest = found.versions.get(number=found.number)
    data = request.POST if request.method == "POST" else None
    currency = currency_at(found.territory)
    form, problem = PracticeForm(data, currency=currency, values=latest.values), None
    if data is not None and form.is_valid():
        try:
            services.save(person=request.user, practice=found, number=form.version, values=form.values())
        except TerreauError as error:
            problem = error
            # Read again: the other one may have saved since this request began.
            found = practice_or_404(public_id)
            latest = found.versions.get(number=found.number)
            form = form.gathered(
                found.number, lambda sent: PracticeForm(sent, currency=currency, values=latest.values)
            )
        else:
            messages.success(request, _("La fiche est enregistrée."))
            return redirect("practices:edit", public_id)
    context = {
        "territory": found.territory,
        "practice": found,
        "latest": latest,
        "form": form,
        "problem": problem,
        "stage": found.stage,
        "Stage": Stage,
        "status": sheet.status_of(found),
        "missing": content.missing(latest.values),
        "is_published": found.published_id == latest.pk,
        "answers": latest.checks.select_related("territory").order_by("at"),
    }
    return render(request, "practices/edit.html", context, status=_status(form, problem))


def _status(form: Any, problem: TerreauError | None) -> int:
    return 400 if problem or form.errors else 200


@login_required
@require_POST
def act(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Send to readers, confirm, take off or put back."""
    found = practice_or_404(public_id)
    done = {
        "submit": (services.submit, {}, _("La fiche est envoyée aux relecteurs.")),
        "confirm": (services.confirm, {}, _("La pratique est confirmée.")),
        "withdraw": (services.withdraw, {}, _("La fiche est retirée de la liste publique.")),
        "restore": (services.withdraw, {"withdrawn": False}, _("La fiche est remise.")),
    }.get(str(request.POST.get("act", "")))
    if done is None:
        raise Http404
    service, more, told = done
    try:
        service(person=request.user, practice=found, **more)
    except TerreauError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told)
    return redirect("practices:edit", public_id)


@login_required
@require_safe
def history(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every version of a sheet: who, when, what changed."""
    found = practice_or_404(public_id)
    perms.can_read_own.require(request.user, found.territory)
    context = {"practice": found, "versions": workspace.versions_of(found), "territory": found.territory}
    return render(request, "practices/history.html", context)


@login_required
@require_safe
def version(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """One version, as it would be read."""
    found = practice_or_404(public_id)
    perms.can_read_own.require(request.user, found.territory)
    chosen = get_object_or_404(found.versions, number=number)
    context = sheet.context_of(found, chosen) | {"territory": found.territory}
    return render(request, "practices/version.html", context)


@login_required
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The sheets that this person may check."""
    waiting = workspace.to_check(request.user)
    return render(request, "practices/reviews.html", {"waiting": waiting})


@login_required
@_FORM
def review(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One sheet to check: as it would be read, and the reader's answer."""
    found = practice_or_404(public_id)
    if found.submitted is None:
        context = {"practice": found, "public": found.published_id is not None and not found.withdrawn_on}
        return render(request, "practices/reviewed.html", context)
    perms.can_check.require(request.user, found)
    form = CheckForm(request.POST if request.method == "POST" else None)
    problem = None
    if request.method == "POST" and form.is_valid():
        approves = request.POST.get("act") == "approve"
        try:
            services.check(
                person=request.user,
                practice=found,
                number=whole_number(request.POST.get("number", "")),
                approves=approves,
                words=form.cleaned_data["words"],
            )
        except TerreauError as error:
            problem = error
        else:
            messages.success(request, _("Merci, votre avis est enregistré."))
            return redirect("practices:reviews")
    context = sheet.context_of(found, found.submitted) | {
        "form": form,
        "problem": problem,
        "checks": found.submitted.checks.select_related("territory").order_by("at"),
    }
    return render(request, "practices/review.html", context, status=_status(form, problem))


@login_required
@_FORM
def compare(request: HttpRequest, code: str) -> HttpResponseBase:
    """The towns that look like mine, what I say of mine, which of its figures others may see."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_read_own.require(request.user, territory)
    if not is_compared(territory):
        raise Http404
    profile = Profile.objects.filter(territory=territory).first()
    data = request.POST if request.method == "POST" else None
    form, problem = _portrait(data, territory, profile), None
    if data is not None and form.is_valid():
        try:
            services.portray(
                person=request.user,
                territory=territory,
                version=form.version,
                **form.portrait(),
            )
        except TerreauError as error:
            problem = error
            profile = Profile.objects.filter(territory=territory).first()
            form = form.gathered(
                profile.version if profile else 0, lambda sent: _portrait(sent, territory, profile)
            )
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect("practices:compare", code)
    context = alike_context(request, territory, public=False) | {
        "form": form,
        "problem": problem,
        "version": profile.version if profile else 0,
        "keeps": bool(perms.can_write(request.user, territory)),
        "given": Consent.objects.filter(territory=territory).exists(),
    }
    return render(request, "practices/compare.html", context, status=_status(form, problem))


def _portrait(data: Any, territory: Territory, profile: Profile | None) -> PortraitForm:
    given = list(Consent.objects.filter(territory=territory).values_list("indicator", flat=True))
    return PortraitForm(data, currency=currency_at(territory), profile=profile, given=given)
