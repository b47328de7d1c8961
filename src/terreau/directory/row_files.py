"""Rows sent as a file: in CSV or XLSX for spreadsheets, in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpResponse

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


def _attached(text: str | bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
