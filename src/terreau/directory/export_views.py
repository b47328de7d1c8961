"""The results of a search as files."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from terreau.accounts.rate_limits import limit
from terreau.core.text import fold
from terreau.directory import asking as asked
from terreau.directory import exports
from terreau.directory.asking import Asking

_LONGEST_NAME = 69


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The results as a file, whatever the search; beside a CSV, the address of what tells of it."""
    if form not in exports.FORMATS:
        raise Http404
    limit(request, "export")
    asking = _asked(request)
    chunks = exports.of_query(asking, form, most=exports.MOST_ON_SCREEN)
    response = StreamingHttpResponse(chunks, content_type=exports.CONTENT_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{_file_name(asking)}.{form}"'
    response["Cache-Control"] = "private, no-store"
    if form == "csv":
        beside = f"{reverse('directory:export_metadata')}{asking.canonical}"
        response["Link"] = f'<{beside}>; rel="describedby"; type="application/csvm+json"'
    return response


@require_safe
def metadata(request: HttpRequest) -> HttpResponse:
    """What tells of the CSV of a search: columns, sources, licences, day, filters, number."""
    limit(request, "export")
    asking = _asked(request)
    told = exports.csv_metadata(asking, most=exports.MOST_ON_SCREEN)
    response = JsonResponse(
        told, content_type="application/csvm+json", json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response["Content-Disposition"] = f'attachment; filename="{_file_name(asking)}.{exports.CSV_METADATA}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _asked(request: HttpRequest) -> Asking:
    asking = asked.read(request.GET)
    return replace(asking, query=replace(asking.query, page=1))


def _file_name(asking: Asking) -> str:
    """What the file holds and when it was made: two that stand in one folder are told apart."""
    words = fold(asked.describe(asking)).split() if asking.parameters else []
    kept = "annuaire"
    for word in words:
        # Letters that no header can say are left out.
        if word.isascii() and len(kept) + len(word) < _LONGEST_NAME:
            kept += f"-{word}"
    return f"{kept}-{timezone.localdate().isoformat()}"
