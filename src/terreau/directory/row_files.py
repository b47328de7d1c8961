"""What is sent as a file: rows in CSV or XLSX for spreadsheets, in JSON; a file that somebody sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpResponse

from terreau.core.spreadsheets import csv_text
from terreau.core.workbooks import XLSX, Sheet, workbook


def rows_file(
    form: str, name: str, columns: Iterable[str], rows: Iterable[Mapping[str, Any]], whole: Any
) -> HttpResponse:
    """The rows in CSV, or `whole` in JSON; any other form is not found."""
    if form == "json":
        return json_file(whole, name)
    if form != "csv":
        raise Http404
    # The mark lets a spreadsheet read the accents.
    text = f"\ufeff{csv_text(columns, rows)}"
    return _attached(text, f"{name}.csv", "text/csv; charset=utf-8")


def json_file(told: Any, name: str) -> HttpResponse:
    """Data as a file."""
    text = json.dumps(told, ensure_ascii=False, indent=1)
    return _attached(text, f"{name}.json", "application/json; charset=utf-8")


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
