"""The portfolio for those who work on it, and the sheet of a project for all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terreau.accounts.perms import remember_roles
from terreau.accounts.rate_limits import limit
from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.directory.once import drawn_once
from terreau.directory.row_files import kept_file
from terreau.portfolio import perms, reading, rules, services, starting
from terreau.portfolio.enums import ProposalAnswer
from terreau.portfolio.exporting import file_of
from terreau.portfolio.forms import BeginForm, DocumentForm, MoveForm, ProjectForm, SiftForm
from terreau.portfolio.models import Project, ProjectDocument, Proposal
from terreau.survey.field.screening import MOST_BYTES
from terreau.territories.models import Territory

_FORM = require_http_methods(["GET", "HEAD", "POST"])
PER_PAGE = 50


@login_required
@require_safe
def every(request: HttpRequest, code: str) -> HttpResponse:
    """The portfolio of a territory."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_read_territory.require(request.user, territory)
    asked = _asked(request)
    page = reading.page_of(reading.whole(reading.sifted(territory, asked)), request.GET.get("page"), PER_PAGE)
    context = {
        "territory": territory,
        "form": SiftForm(request.GET or None),
        "rows": reading.listed(page.object_list, territory),
        "page": page,
        "total": page.paginator.count,
        "simulated": any(one.is_simulated for one in page.object_list),
        "query": _without_page(request),
        "keeps": bool(perms.can_run(request.user, territory)),
        "proposals": Proposal.objects.filter(territory=territory, answer=ProposalAnswer.WAITING).count(),
    }
    return render(request, "portfolio/every.html", context)


def _without_page(request: HttpRequest) -> str:
    """What narrows the list, to be asked again on another page of it."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked.urlencode()


def _asked(request: HttpRequest) -> reading.Asked:
    given = request.GET
    return reading.Asked(
        state=given.get("etat", ""),
        stage=given.get("avancement", ""),
        need=given.get("besoin", ""),
        family=given.get("levier", "")[:40],
    )


@login_required
@require_safe
def export(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The portfolio as a file."""
    limit(request, "export")
    territory = get_object_or_404(Territory, code=code)
    perms.can_read_territory.require(request.user, territory)
    return file_of(form, reading.whole(reading.sifted(territory, _asked(request))), territory, whole=True)


@login_required
@_FORM
def new(request: HttpRequest, code: str) -> HttpResponseBase:
    """A project begins: from nothing, or from what the address names."""
    territory = get_object_or_404(Territory, code=code)
    perms.can_run.require(request.user, territory)
    start = starting.start_from(territory, request.GET)
    data = request.POST if request.method == "POST" else None
    form, problem = BeginForm(data, initial=start.initial), None
    if data is not None and form.is_valid():
        try:
            made = services.create(
                person=request.user,
                territory=territory,
                title=form.cleaned_data["title"],
                once=str(data.get("once", "")),
                seed=start.seed,
                values=start.values | {"summary": form.cleaned_data["summary"]},
            )
        except TerreauError as error:
            problem = error
        else:
            return redirect("portfolio:edit", made.public_id)
    context = {
        "territory": territory,
        "form": form,
        "problem": problem,
        "told": start.told,
        "offered": [] if start.told or data is not None else starting.offered(territory),
        "drawn": drawn_once(request.POST),
    }
    return render(request, "portfolio/new.html", context, status=200 if data is None else 400)


def _project(public_id: str) -> Project:
    return get_object_or_404(reading.whole(Project.objects.all()), public_id=public_id)


@require_safe
def project(request: HttpRequest, public_id: str) -> HttpResponse:
    """The sheet of a project: all of it for those who work on it, what is public for the others."""
    found = _project(public_id)
    remember_roles(request.user, found.territory, *(one.territory for one in found.shares.all()))
    works = bool(perms.can_work_on(request.user, found))
    if not works and not found.is_public:
        raise Http404
    context = reading.told(found, request.user, whole_sheet=works)
    # A town that shares the project reads its sheet, not the list of the town that bears it.
    context["lists"] = bool(perms.can_read_territory(request.user, found.territory))
    if works:
        context["keeps"] = bool(perms.can_run(request.user, found.territory))
        context["move_form"] = MoveForm(states=list(rules.TRANSITIONS[found.state]))
    response = render(request, "portfolio/project.html", context)
    if works:
        response["Cache-Control"] = "private, no-store"
    return response


@login_required
@_FORM
def edit(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The whole sheet as one form."""
    found = _project(public_id)
    perms.can_run.require(request.user, found.territory)
    data = request.POST if request.method == "POST" else None
    form, problem = ProjectForm(data, project=found), None
    if data is not None and form.is_valid():
        try:
            services.save(
                person=request.user,
                project=found,
                version=form.version,
                title=form.cleaned_data["title"],
                values=form.values(),
            )
        except TerreauError as error:
            problem, now = error, _project(public_id)
            form = form.gathered(now.version, lambda sent: ProjectForm(sent, project=now))
        else:
            messages.success(request, _("La fiche est enregistrée."))
            return redirect("portfolio:project", public_id)
    context = {
        "project": found,
        "territory": found.territory,
        "form": form,
        "problem": problem,
    }
    return render(request, "portfolio/edit.html", context, status=200 if data is None else 400)


@login_required
@require_POST
def move(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Pass to another state."""
    found = _project(public_id)
    perms.can_run.require(request.user, found.territory)
    form = MoveForm(request.POST, states=list(rules.TRANSITIONS[found.state]))
    after = str(request.POST.get("after", ""))
    try:
        moved = services.move(
            person=request.user, project=found, after=after, reason=str(request.POST.get("reason", ""))
        )
    except TerreauError as problem:
        form.is_valid()
        context = reading.told(found, request.user, whole_sheet=True) | {
            "lists": True,
            "keeps": True,
            "move_form": form,
            "problem": problem,
        }
        return render(request, "portfolio/project.html", context, status=400)
    messages.success(
        request, _("Le projet est maintenant\u00a0: %(state)s.") % {"state": moved.get_state_display()}
    )
    return redirect("portfolio:project", public_id)


@login_required
@require_POST
def leave(request: HttpRequest, public_id: str, code: str) -> HttpResponseBase:
    """A territory leaves a project that another bears."""
    found = _project(public_id)
    territory = get_object_or_404(Territory, code=code)
    services.leave(person=request.user, project=found, territory=territory)
    messages.success(request, _("%(town)s a quitté ce projet.") % {"town": territory.name})
    return redirect("portfolio:every", code)


# --- Documents ------------------------------------------------------------------------------------------


@login_required
@_FORM
def documents(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The documents of a project: added, taken away."""
    found = _project(public_id)
    perms.can_run.require(request.user, found.territory)
    data = request.POST if request.method == "POST" else None
    form, problem = DocumentForm(data, request.FILES if data is not None else None), None
    if data is not None and "remove" in data:
        one = get_object_or_404(found.documents, pk=whole_number(data["remove"]))
        services.remove_document(person=request.user, document=one)
        messages.success(request, _("Le document est retiré."))
        return redirect("portfolio:documents", public_id)
    if data is not None and ("show" in data or "hide" in data):
        what = "show" if "show" in data else "hide"
        one = get_object_or_404(found.documents, pk=whole_number(data[what]))
        services.show_document(person=request.user, document=one, is_public=what == "show")
        messages.success(request, _("C’est enregistré."))
        return redirect("portfolio:documents", public_id)
    if data is not None and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            services.add_document(
                person=request.user,
                project=found,
                name=sent.name,
                # One byte more than is let through tells that it is larger.
                content=sent.read(MOST_BYTES + 1),
                is_public=form.cleaned_data["is_public"],
            )
        except TerreauError as error:
            problem = error
        else:
            messages.success(request, _("Le document est ajouté."))
            return redirect("portfolio:documents", public_id)
    context: dict[str, Any] = {
        "project": found,
        "territory": found.territory,
        "form": form,
        "problem": problem,
        "documents": found.documents.all(),
    }
    return render(request, "portfolio/documents.html", context, status=200 if data is None else 400)


@require_safe
def document(request: HttpRequest, public_id: str, pk: int) -> FileResponse:
    """One document, never shown in a page of the site."""
    found = get_object_or_404(
        ProjectDocument.objects.select_related("project__territory"), pk=pk, project__public_id=public_id
    )
    is_open = found.is_public and found.project.is_public
    if not is_open and not perms.can_work_on(request.user, found.project):
        raise Http404
    return kept_file(Path(settings.HOME.files) / found.path, found.name)
