"""The OpenRosa server of a survey: what ODK Collect and KoboCollect ask, at `/openrosa/<survey>/`.

Outside the site's sessions: nothing here reads a cookie, so that nothing here needs a token against forgery.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from terreau.core.errors import TooManyError
from terreau.survey.field import xml
from terreau.survey.field.arrivals import take_in
from terreau.survey.field.entering import challenges, enter
from terreau.survey.field.envelope import ADVISED_BYTES, BrokenError, TooLargeError, open_envelope
from terreau.survey.field.forms import asked_in_field, form_offered, pictures_of
from terreau.survey.field.xlsform import xform
from terreau.survey.field_models import FieldAccount
from terreau.survey.models import FormVersion, Survey

_XML = "text/xml; charset=utf-8"
Given = ParamSpec("Given")
Answer = Callable[Concatenate[HttpRequest, FieldAccount, Given], HttpResponse]


def _answered(content: bytes = b"", *, status: int = 200, kind: str = _XML) -> HttpResponse:
    response = HttpResponse(content, status=status, content_type=kind)
    response["X-OpenRosa-Version"] = "1.0"
    response["X-OpenRosa-Accept-Content-Length"] = str(ADVISED_BYTES)
    response["Date"] = http_date(now().timestamp())
    response["Content-Language"] = "fr"
    # The same address answers others otherwise: kept by no cache, ours included.
    response["Cache-Control"] = "private, no-store"
    return response


def _told(message: str, status: int) -> HttpResponse:
    return _answered(xml.response(message), status=status)


def _for_field(view: Answer[Given]) -> Callable[Concatenate[HttpRequest, str, Given], HttpResponse]:
    """For those who hold an access to the survey."""

    @wraps(view)
    def guarded(request: HttpRequest, slug: str, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        try:
            account = enter(request, slug)
        except TooManyError as error:
            response = _told(str(error), 429)
            response["Retry-After"] = str(error.seconds)
            return response
        if account is None:
            response = _told("Identifiant ou mot de passe à donner, ou retiré.", 401)
            response["WWW-Authenticate"] = ", ".join(challenges(request, slug))
            return response
        return view(request, account, *args, **kwargs)

    return cast(Callable[Concatenate[HttpRequest, str, Given], HttpResponse], guarded)


@require_http_methods(["GET", "HEAD"])
@_for_field
def form_list(request: HttpRequest, account: FieldAccount) -> HttpResponse:
    """The form that is asked now; none while the survey is not open."""
    survey = account.survey
    form = form_offered(survey)
    wanted = request.GET.get("formID", "")
    if form is None or (wanted and wanted != survey.slug):
        return _answered(xml.form_list([]))
    asked = asked_in_field(form)
    listed = {
        "formID": survey.slug,
        "name": survey.title,
        "version": str(form.number),
        "hash": xml.md5_of(xform(asked).xml),
        "downloadUrl": _address("form", survey, form),
    }
    if request.GET.get("verbose") == "true":
        listed["descriptionText"] = survey.purpose
    if pictures_of(asked):
        listed["manifestUrl"] = _address("manifest", survey, form)
    return _answered(xml.form_list([listed]))


@require_http_methods(["GET", "HEAD"])
@_for_field
def form(_request: HttpRequest, account: FieldAccount, number: int) -> HttpResponse:
    """The form itself, of any version: a telephone may hold a former one."""
    return _answered(xform(asked_in_field(_version(account.survey, number))).xml)


@require_http_methods(["GET", "HEAD"])
@_for_field
def manifest(_request: HttpRequest, account: FieldAccount, number: int) -> HttpResponse:
    """The pictures that go with the form."""
    version = _version(account.survey, number)
    pictures = pictures_of(asked_in_field(version))
    return _answered(
        xml.manifest(
            [
                {
                    "filename": name,
                    "hash": xml.md5_of(content),
                    "downloadUrl": _address("picture", account.survey, version, name),
                }
                for name, content in pictures.items()
            ]
        )
    )


@require_http_methods(["GET", "HEAD"])
@_for_field
def picture(_request: HttpRequest, account: FieldAccount, number: int, name: str) -> HttpResponse:
    """One of them."""
    pictures = pictures_of(asked_in_field(_version(account.survey, number)))
    if name not in pictures:
        raise Http404
    return _answered(pictures[name], kind="image/png")


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
@_for_field
def submission(request: HttpRequest, account: FieldAccount) -> HttpResponse:
    """One sending. HEAD first: who is there, and how much may be sent at once."""
    if request.method == "HEAD":
        return _with_location(_answered(status=204), request)
    try:
        content, sent = open_envelope(request)
    except TooLargeError as error:
        return _told(str(error), 413)
    except BrokenError as error:
        return _told(str(error), 400)
    receipt = take_in(survey=account.survey, account=account, content=content, sent=sent)
    return _with_location(_told(receipt.message, receipt.status), request)


def _with_location(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    response["Location"] = f"{settings.PUBLIC_URL}{request.path}"
    return response


def _version(survey: Survey, number: int) -> FormVersion:
    found = survey.versions.filter(number=number).first()
    if found is None:
        raise Http404
    found.survey = survey
    return found


def _address(name: str, survey: Survey, version: FormVersion, *more: str) -> str:
    path = reverse(f"survey:openrosa_{name}", args=[survey.slug, version.number, *more])
    return f"{settings.PUBLIC_URL}{path}"
