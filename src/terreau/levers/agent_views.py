"""The screens of those who prepare: the ranking of a territory or of a project, thresholds, opinions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.accounts.perms import remember_roles
from terreau.core.beginning import new_project
from terreau.core.errors import TerreauError
from terreau.levers import perms, presentation, services
from terreau.levers.catalogue import Lever, catalogue
from terreau.levers.forms import OpinionForm, ThresholdsForm
from terreau.levers.gathering import last_opinions, thresholds_row
from terreau.levers.models import LeverOpinion, LeversEdition, ThresholdChoice
from terreau.levers.projects import project_of
from terreau.levers.reading import content_of
from terreau.levers.rules import ProjectSubject
from terreau.territories.models import Territory

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def own(request: HttpRequest, code: str) -> HttpResponse:
    """The levers of a territory as the rule ranks them today."""
    territory = _read(request, code)
    content = content_of(territory, timezone.localdate())
    editions = LeversEdition.objects.filter(territory=territory).values_list("number", "as_of")
    begin = new_project(request.user, territory)
    context = presentation.told(content) | {
        "territory": territory,
        "editions": list(editions),
        "begins": {one.code: begin(lever=one.code) for one in catalogue()} if begin else {},
        "keeps": bool(perms.can_keep_levers(request.user, territory)),
        "project": None,
    }
    return render(request, "levers/own.html", context)


def _read(request: HttpRequest, code: str) -> Territory:
    territory = get_object_or_404(Territory, code=code)
    remember_roles(request.user, territory)
    perms.can_read_levers.require(request.user, territory)
    return territory


@login_required
@require_safe
def of_project(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """The levers of one project."""
    territory, project = _project(request, code, public_id)
    context = presentation.told(content_of(territory, timezone.localdate(), project)) | {
        "territory": territory,
        "keeps": bool(perms.can_keep_levers(request.user, territory)),
        "project": project,
    }
    return render(request, "levers/project.html", context)


def _project(request: HttpRequest, code: str, public_id: str) -> tuple[Territory, ProjectSubject]:
    territory = _read(request, code)
    found = project_of(request.user, territory, public_id)
    if found is None:
        raise Http404
    return territory, found


@login_required
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponseBase:
    """Publish the ranking as it is."""
    territory = get_object_or_404(Territory, code=code)
    try:
        made = services.publish(person=request.user, territory=territory)
    except TerreauError as error:
        messages.error(request, str(error))
        return redirect("levers:own", code)
    messages.success(request, _("L’édition n° %(number)d des leviers est publiée.") % {"number": made.number})
    return redirect("levers:edition", code, made.number)


@login_required
@_FORM
def thresholds(request: HttpRequest, code: str) -> HttpResponseBase:
    """The thresholds of a territory, their history, and the form that sets them."""
    territory = _read(request, code)
    keeps = bool(perms.can_keep_levers(request.user, territory))
    held = thresholds_row(territory)
    data = request.POST if request.method == "POST" else None
    form, problem = ThresholdsForm(data, territory=territory, choice=held), None
    if data is not None:
        perms.can_keep_levers.require(request.user, territory)
    if data is not None and form.is_valid():
        try:
            services.set_thresholds(
                person=request.user,
                territory=territory,
                read=form.version,
                values=form.cleaned_data,
            )
        except TerreauError as error:
            problem, held = error, thresholds_row(territory)
            form = form.gathered(
                held.number if held else 0,
                lambda sent: ThresholdsForm(sent, territory=territory, choice=held),
            )
        else:
            messages.success(request, _("Les seuils sont enregistrés."))
            return redirect("levers:own", code)
    context = {
        "territory": territory,
        "form": form,
        "keeps": keeps,
        "problem": problem,
        "version": held.number if held else 0,
        "held": held,
        "history": ThresholdChoice.objects.filter(territory=territory).select_related("author"),
        "counts": [form[name] for name in services.COUNTS],
    }
    return render(request, "levers/thresholds.html", context, status=_status(problem, form))


@login_required
@_FORM
def opinion(request: HttpRequest, code: str, lever: str) -> HttpResponseBase:
    """What the territory says of a lever."""
    return _opinion(request, _read(request, code), None, _lever(lever))


@login_required
@_FORM
def project_opinion(request: HttpRequest, code: str, public_id: str, lever: str) -> HttpResponseBase:
    """What the territory says of a lever for one of its projects."""
    territory, project = _project(request, code, public_id)
    return _opinion(request, territory, project, _lever(lever))


def _lever(code: str) -> Lever:
    found = catalogue().lever(code)
    if found is None:
        raise Http404
    return found


def _opinion(
    request: HttpRequest, territory: Territory, project: ProjectSubject | None, lever: Lever
) -> HttpResponseBase:
    own_project = project.public_id if project else ""
    held = last_opinions(territory, own_project).get(lever.code)
    data = request.POST if request.method == "POST" else None
    form, problem = OpinionForm(data, opinion=held), None
    if data is not None:
        perms.can_keep_levers.require(request.user, territory)
    if data is not None and form.is_valid():
        try:
            services.give_opinion(
                person=request.user,
                territory=territory,
                lever=lever.code,
                project=own_project,
                read=form.version,
                values=form.cleaned_data,
            )
        except TerreauError as error:
            problem, held = error, last_opinions(territory, own_project).get(lever.code)
            number = held.number if held else 0
            form = form.gathered(number, lambda sent: OpinionForm(sent, opinion=held))
        else:
            messages.success(request, _("Votre avis est enregistré."))
            return redirect(_ranking(territory, project))
    rows = LeverOpinion.objects.filter(territory=territory, project=own_project, lever=lever.code)
    begin = None if project else new_project(request.user, territory)
    context = {
        "territory": territory,
        "project": project,
        "lever": lever,
        "family": catalogue().family(lever.family),
        "form": form,
        "keeps": bool(perms.can_keep_levers(request.user, territory)),
        "problem": problem,
        "version": held.number if held else 0,
        "begin": begin(lever=lever.code) if begin else "",
        "history": rows.select_related("author"),
        "back": _ranking(territory, project),
    }
    return render(request, "levers/opinion.html", context, status=_status(problem, form))


def _ranking(territory: Territory, project: ProjectSubject | None) -> str:
    if project is None:
        return reverse("levers:own", args=[territory.code])
    return reverse("levers:of_project", args=[territory.code, project.public_id])


def _status(problem: TerreauError | None, form: Any) -> int:
    return 400 if problem or form.errors else 200
