"""The figures of an edition as a table and as data: the same ones as on screen and in the document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.conf import settings

from terreau.core.spreadsheets import csv_text
from terreau.diagnosis.content import Content, Entry, Table, part_figures
from terreau.diagnosis.rules import Figure

COLUMNS: Final = (
    "territory", "edition", "as_of", "section", "id", "label", "value", "unit", "numerator", "denominator",
    "counted", "date", "perimeter", "source", "url", "reliability", "method", "masked", "mask_reason",
    "simulated",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Issue:
    """What tells an edition from others: its number, its day of publication, its digest.

    A content that was not published has no number.
    """

    number: int | None = None
    published_on: str = ""
    digest: str = ""
    introduction: str = ""


def rows(content: Content, issue: Issue) -> list[dict[str, Any]]:
    """One row a figure, in the order of the edition, under `COLUMNS`."""
    found = []
    for part in content.sections:
        for figure in part_figures(part):
            found.append({"section": part.key, **_row(content, issue, figure)})
    return found


def _row(content: Content, issue: Issue, figure: Figure) -> dict[str, Any]:
    about = {name: getattr(figure, name) for name in COLUMNS if hasattr(figure, name)}
    return {
        "territory": content.subject.code,
        "edition": issue.number,
        "as_of": content.as_of,
        **about,
        # What is counted stands for the unit where the publication gives none: « emplois ».
        "unit": figure.unit or figure.label,
    }


def to_csv(content: Content, issue: Issue) -> str:
    """The figures as CSV: UTF-8, comma, decimal point, one line a figure."""
    return csv_text(COLUMNS, rows(content, issue))


def _has_words(table: Table) -> bool:
    return any(not column.is_figure for column in table.columns)


def _words(table: Table) -> dict[str, Any]:
    """The cells of a table that are no figures: the oldest date of a source, who speaks."""
    lines = [
        {
            "key": line.key,
            "label": line.label,
            "url": line.url,
            **{
                column.key: value
                for column, value in zip(table.columns, line.cells, strict=True)
                if not column.is_figure
            },
        }
        for line in table.lines
    ]
    return {"key": table.key, "caption": table.caption, "lines": lines}


def _entry(one: Entry) -> dict[str, Any]:
    """A practice, a recommendation, an action: with the keys of the findings that it comes from."""
    return {
        "key": one.key,
        "group": one.group,
        "title": one.title,
        "text": one.text,
        **{name: text for name, text in one.facts},
        "url": one.url,
        "findings": [mark.key for mark in one.marks],
    }


def to_json(content: Content, issue: Issue) -> str:
    """The figures, the texts and the definitions as JSON."""
    parts = [
        {
            "key": part.key,
            "title": part.title,
            "texts": list(part.texts),
            "notes": [*part.notes, *(table.note for table in part.tables if table.note)],
            "tables": [_words(table) for table in part.tables if _has_words(table)],
            **({"entries": [_entry(one) for one in part.entries]} if part.entries else {}),
        }
        for part in content.sections
    ]
    definitions = [
        {"key": one.key, "title": one.title, "text": one.text, "limits": one.limits}
        for part in content.sections
        for one in part.definitions
    ]
    data: Mapping[str, Any] = {
        "territory": {
            "code": content.subject.code,
            "name": content.subject.name,
            "kind": content.subject.kind,
            "country": content.subject.country_code,
        },
        **({"notice": str(settings.INSTANCE_NOTICE)} if settings.INSTANCE_NOTICE else {}),
        "edition": issue.number,
        "published_on": issue.published_on,
        "digest": issue.digest,
        "as_of": content.as_of,
        "method_version": content.method_version,
        "introduction": issue.introduction,
        "sections": parts,
        "figures": rows(content, issue),
        "definitions": definitions,
        "findings": [asdict(one) for one in content.findings],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
