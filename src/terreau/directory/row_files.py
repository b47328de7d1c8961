"""What is sent as a file: rows in CSV or XLSX for spreadsheets, in JSON; a file that somebody sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpResponse

from terreau.core.spreadsheets import csv_text
from terreau.core.workbooks import XLSX, Sheet, workbook

_TEXTS = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}


def rows_file(
    form: str, name: str, columns: Iterable[str], rows: Iterable[Mapping[str, Any]], whole: Any
) -> HttpResponse:
    """The rows in CSV, or `whole` in JSON; any other form is not found."""
    if form == "json":
        return json_file(whole, name)
    if form != "csv":
        raise Http404
    return written_file(csv_text(columns, rows), name, "csv")


def json_file(told: Any, name: str) -> HttpResponse:
    """Data as a file."""
    return written_file(json.dumps(told, ensure_ascii=False, indent=1), name, "json")


def written_file(text: str, name: str, form: str) -> HttpResponse:
    """A file whose CSV or JSON text is written already."""
    # The mark lets a spreadsheet read the accents; no JSON begins by one.
    mark = "\ufeff" if form == "csv" else ""
    return _attached(f"{mark}{text}", f"{name}.{form}", _TEXTS[form])


def workbook_file(sheets: Iterable[Sheet], name: str) -> HttpResponse:
    """Tables as one XLSX file."""
    return _attached(workbook(sheets), f"{name}.xlsx", XLSX)


def kept_file(path: Path, name: str) -> FileResponse:
    """A file that somebody sent: taken away, never shown in a page of the site nor kept by others.

    Raises:
        Http404: when it is not there.
    """
    if not path.exists():
        raise Http404
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _attached(text: str | bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
