"""The agent's pages for exports: bring a file, see what it would change, agree."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from terreau.core.errors import TerreauError
from terreau.core.spreadsheets import neutral
from terreau.registers.screens_upload import BoundedUpload
from terreau.survey import perms
from terreau.survey.exported import keeping
from terreau.survey.exported.importing import refused_rows
from terreau.survey.field.screens import heading_of, survey_of
from terreau.survey.field_models import AnswersFile
from terreau.survey.models import Survey

_SHOWN: Final = 50


@csrf_exempt
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """Bring an export. The bound on the file is set before anything of the request is read."""
    survey = survey_of(request, code, slug)
    bound = BoundedUpload(request, settings.UPLOAD_MAX_BYTES)
    request.upload_handlers.insert(0, bound)
    return _exports(request, survey, bound)


@csrf_protect
def _exports(request: HttpRequest, survey: Survey, bound: BoundedUpload) -> HttpResponseBase:
    problem = None
    if request.method == "POST":
        try:
            held = _receive(request, survey, bound)
        except TerreauError as error:
            problem = error
        else:
            return redirect("survey:export", survey.territory.code, survey.slug, held.key)
    context = heading_of(request, survey) | {
        "problem": problem,
        "consent": request.POST.get("consent", ""),
        "written": list(survey.answers_files.filter(written_at__isnull=False)[:20]),
    }
    return render(request, "survey/exports.html", context, status=400 if problem else 200)


def _receive(request: HttpRequest, survey: Survey, bound: BoundedUpload) -> AnswersFile:
    file = request.FILES.get("file")
    if bound.too_large:
        raise TerreauError(_("Ce fichier est trop lourd\u00a0: il n’a pas été gardé."))
    if file is None:
        raise TerreauError(_("Choisissez le fichier exporté."))
    return keeping.receive_file(
        person=request.user,
        survey=survey,
        name=file.name or "",
        content=file.chunks(),
        consent=request.POST.get("consent", ""),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, code: str, slug: str, key: uuid.UUID) -> HttpResponseBase:
    """What the file would change, then what it changed."""
    held = _held(request, code, slug, key)
    if request.method == "POST":
        try:
            keeping.write_file(person=request.user, held=held)
        except TerreauError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("C’est écrit."))
        return redirect(request.path)
    return render(request, "survey/export.html", heading_of(request, held.survey) | _page(held))


def _page(held: AnswersFile) -> dict[str, Any]:
    refused = held.report.get("refused", [])
    return {
        "held": held,
        "report": held.report,
        "refused": refused[:_SHOWN],
        "refused_count": len(refused),
        "to_write": held.report.get("new", 0) + held.report.get("replaced", 0),
    }


@login_required
@require_safe
def refused(request: HttpRequest, code: str, slug: str, key: uuid.UUID) -> HttpResponse:
    """The rows that did not enter, with why."""
    held = _held(request, code, slug, key)
    content = io.StringIO()
    writer = csv.writer(content, delimiter=";", lineterminator="\r\n")
    for row in refused_rows(held.report):
        writer.writerow(map(neutral, row))
    response = HttpResponse("\ufeff" + content.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{held.survey.slug}-refusees.csv"'
    return response


def _held(request: HttpRequest, code: str, slug: str, key: uuid.UUID) -> AnswersFile:
    survey = survey_of(request, code, slug)
    perms.can_read_answers.require(request.user, survey.territory)
    held = get_object_or_404(AnswersFile.objects.select_related("form"), pk=key, survey=survey)
    held.survey = survey
    return held
