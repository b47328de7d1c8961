"""The agent's page for the field: accesses of telephones, files of the form, what was set aside."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from terreau.core.errors import TerreauError
from terreau.core.numbers import whole_number
from terreau.documents import qr
from terreau.survey import perms
from terreau.survey.field import accounts, media, screening, shelf
from terreau.survey.field.forms import asked_in_field
from terreau.survey.field.xlsform import xform, xlsx
from terreau.survey.field_models import FieldAccount, SetAside
from terreau.survey.models import Media, Survey
from terreau.survey.publishing import current_form

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN: Final = 50


def survey_of(request: HttpRequest, code: str, slug: str) -> Survey:
    """The survey, if the person runs it.

    Raises:
        NotAllowed: with the reason.
    """
    survey = get_object_or_404(Survey.objects.select_related("territory"), slug=slug, territory__code=code)
    perms.can_run.require(request.user, survey.territory)
    return survey


def heading_of(request: HttpRequest, survey: Survey) -> dict[str, Any]:
    """What the head of these pages says of the survey, and which of its doors this person may open."""
    return {
        "survey": survey,
        "territory": survey.territory,
        "reads": bool(perms.can_read_answers(request.user, survey.territory)),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def field(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """Telephones: who may send, what to type on them, what came that no question takes."""
    survey = survey_of(request, code, slug)
    context: dict[str, Any] = {"given": None, "problem": None}
    if request.method == "POST":
        try:
            done = _act(request, survey, context)
        except TerreauError as error:
            context["problem"] = error
        else:
            if done:
                return redirect(request.path)
    return render(
        request,
        "survey/field.html",
        heading_of(request, survey) | _page(survey) | context,
        status=400 if context["problem"] else 200,
    )


def _act(request: HttpRequest, survey: Survey, context: dict[str, Any]) -> bool:
    """Do what a button asks; False when its answer is shown once, on this very page."""
    if "give" in request.POST:
        account, password = accounts.give_account(
            person=request.user, survey=survey, label=request.POST.get("label", "")
        )
        context["given"] = {
            "account": account,
            "password": password,
            "code": qr.svg(
                collect_settings(survey, account, password),
                title=_("Réglages d’ODK Collect à photographier depuis le téléphone"),
            ),
        }
        return False
    if key := request.POST.get("revoke", ""):
        account = get_object_or_404(FieldAccount, pk=whole_number(key), survey=survey)
        accounts.revoke_account(person=request.user, account=account)
        messages.success(request, _("Accès retiré\u00a0: ce qu’il a envoyé reste."))
    if key := request.POST.get("retry", ""):
        if shelf.retry(person=request.user, held=_held(survey, key)):
            messages.success(request, _("La réponse est entrée."))
        else:
            messages.warning(request, _("Elle ne peut toujours pas entrer\u00a0: le motif est à jour."))
    if key := request.POST.get("drop", ""):
        shelf.drop(person=request.user, held=_held(survey, key))
        messages.success(request, _("C’est jeté."))
    return True


def _held(survey: Survey, key: str) -> SetAside:
    return get_object_or_404(
        SetAside.objects.select_related("survey__territory"), pk=whole_number(key), survey=survey
    )


def _page(survey: Survey) -> dict[str, Any]:
    held = survey.set_aside.select_related("account").defer("content")
    return {
        "server": accounts.server_address(survey),
        "accounts": list(survey.field_accounts.good()),
        "held": list(held[:_SHOWN]),
        "held_count": held.count(),
    }


def collect_settings(survey: Survey, account: FieldAccount, password: str) -> str:
    """What ODK Collect reads from a code to photograph: its settings, compressed, in base 64."""
    told = {
        "general": {
            "protocol": "odk_default",
            "server_url": accounts.server_address(survey),
            "username": account.username,
            "password": password,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": survey.title[:40]},
    }
    return base64.b64encode(zlib.compress(json.dumps(told).encode(), 9)).decode()


@login_required
@require_safe
def form_file(request: HttpRequest, code: str, slug: str, kind: str) -> HttpResponse:
    """The form as a spreadsheet (XLSForm) or as telephones read it (XForm)."""
    survey = survey_of(request, code, slug)
    form = current_form(survey)
    form.survey = survey
    asked = asked_in_field(form)
    if kind == "xlsx":
        response = HttpResponse(xlsx(asked), content_type=XLSX)
    elif kind == "xml":
        response = HttpResponse(xform(asked).xml, content_type="application/xml")
    else:
        raise Http404
    return _attached(response, f"{survey.slug}-v{form.number}.{kind}")


@login_required
@require_safe
def set_aside_file(request: HttpRequest, code: str, slug: str, key: int) -> HttpResponse:
    """What was set aside, as it came."""
    survey = survey_of(request, code, slug)
    perms.can_read_answers.require(request.user, survey.territory)
    held = get_object_or_404(SetAside, pk=key, survey=survey)
    return _attached(
        HttpResponse(bytes(held.content), content_type="application/octet-stream"),
        f"mis-de-cote-{held.pk}.xml",
    )


@login_required
@require_safe
def media_file(request: HttpRequest, code: str, slug: str, key: int) -> HttpResponseBase:
    """A file sent with an answer: to keep, never shown by the site itself."""
    survey = survey_of(request, code, slug)
    perms.can_read_answers.require(request.user, survey.territory)
    found = get_object_or_404(Media, pk=key, submission__survey=survey)
    path = media.file_of(found)
    if not path.exists():
        raise Http404
    with path.open("rb") as file:
        kind = screening.content_type(found.name, file.read(64)) or "application/octet-stream"
    return FileResponse(path.open("rb"), as_attachment=True, filename=found.name, content_type=kind)


def _attached(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
