"""The diagnosis as a PDF: tagged, readable in black and white, with the figures of the screen."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from terreau.core.tongues import Tongue, kept_in, told
from terreau.diagnosis import presentation
from terreau.diagnosis.conclusions import SYNTHESIS
from terreau.diagnosis.content import Content
from terreau.diagnosis.definitions import DEFINITIONS
from terreau.diagnosis.drawings import file_key
from terreau.diagnosis.exports import Issue
from terreau.diagnosis.presentation import ShownEntries, ShownFigure, ShownGroup, ShownPart, ShownTable
from terreau.diagnosis.wording import COLON, date_in_words
from terreau.documents.pdf import render

TEMPLATE: Final = Path(__file__).with_name("typst") / "diagnostic.typ"
LINES: Final = 60  # of one table; the files have them all
_LIMITS: Final = f"Limites{COLON}"


def to_pdf(
    content: Content, pictures: dict[str, str], issue: Issue, *,
    draft: bool, created: datetime | None = None, tongue: Tongue | None = None,
) -> bytes:  # fmt: skip
    """The document of an edition, or of a draft, which says so on each page; in French or another language.

    Raises:
        TerreauError: when it could not be laid out.
    """
    images = {
        f"{picture.key}.svg": pictures[file_key(picture.key, "wide")].encode()
        for part in content.sections
        for picture in part.pictures
    }
    data = document_data(content, issue, draft=draft)
    data = told(data, tongue) if tongue else data
    data |= {"language": tongue.code if tongue else "fr", "kept": list(dict.fromkeys(kept_in(data)))}
    return render(TEMPLATE, data, images=images, created=created)


def document_data(content: Content, issue: Issue, *, draft: bool) -> dict[str, Any]:
    """What the template is given: nothing but texts, lists and switches."""
    edition = f"Édition n°\u00a0{issue.number}" if issue.number else ""
    if issue.published_on:
        edition += f", publiée le {date_in_words(issue.published_on)}"
    return {
        "title": presentation.TITLE,
        "territory": content.subject.name,
        "subtitle": f"Ce que l’on connaît des organisations du territoire ({content.subject.kind})",
        "date": f"Situation au {date_in_words(content.as_of)}",
        "edition": edition,
        "draft": draft,
        "notes": _notes(content, issue),
        "introduction": issue.introduction,
        "introduction_title": "Le mot du territoire",
        "reference_columns": ["Territoire", "Chiffre", "Valeur", "Date", "Source et fiabilité"],
        "limits_word": _LIMITS,
        "method_word": "Méthode",
        "method_lead": f"Méthode{COLON}",
        "method_titles": {key: one.title for key, one in DEFINITIONS.items()},
        "parts": [_part(part) for part in presentation.parts(content, lines=LINES)],
    }


def _notes(content: Content, issue: Issue) -> list[str]:
    found = []
    if any(figure.simulated for figure in content.figures()):
        found.append(
            "Données simulées\u00a0: des chiffres de ce document ne décrivent pas le territoire réel."
        )
    if issue.digest:
        found.append(f"Empreinte du contenu{COLON}{issue.digest}")
    return found


def _part(part: ShownPart) -> dict[str, Any]:
    return {
        "title": part.title,
        "texts": list(part.texts),
        "figures": [_figure(one) for one in part.figures],
        "pictures": [
            {
                "file": f"{one.key}.svg",
                "title": one.title,
                "alt": one.alt,
                "caption": one.caption,
                "width": 72 if one.kind == "map" else 88,
            }
            for one in part.pictures
        ],
        "tables": [
            *(_table(one) for one in part.tables),
            *(_group_table(one) for one in part.groups if one.source),
        ],
        "references": _references(part),
        "notes": list(part.notes),
        "alone": part.key == SYNTHESIS,
        "groups": [_entries(one) for one in part.entries],
        "definitions": [
            {"key": one.key, "title": one.title, "text": one.text, "limits": one.limits}
            for one in part.definitions
        ],
    }


def _entries(one: ShownEntries) -> dict[str, Any]:
    """A group of entries: their texts, and where they can be read."""
    return {
        "title": one.group,
        "entries": [
            {
                "title": entry.title,
                "text": entry.text,
                "facts": [[f"{name}{COLON}", text] for name, text in entry.facts],
                "url": f"{settings.PUBLIC_URL}{entry.url}" if entry.url.startswith("/") else entry.url,
            }
            for entry in one.entries
        ],
    }


def _figure(one: ShownFigure) -> dict[str, str]:
    return {
        "value": one.value,
        "label": one.label,
        "counted": f"{one.counted}\u202f; {one.perimeter}",
        "date": one.date,
        "source": one.source,
        "reliability": one.reliability,
        "note": f"Non calculée{COLON}{one.withheld}." if one.withheld else "",
        "method": one.method,
    }


def _group_table(group: ShownGroup) -> dict[str, Any]:
    """Figures that share their perimeter and their source: both are said once."""
    return {
        "caption": group.perimeter,
        "columns": ["Chiffre", "Valeur", "Date", "Fiabilité"],
        "rows": [[_what(one), one.quantity, one.date, one.reliability] for one in group.figures],
        "numeric": [1],
        "widths": [36, 0, 20, 36],
        "method": group.figures[0].method,
        "note": f"Source{COLON}{group.source}.",
    }


def _references(part: ShownPart) -> dict[str, Any]:
    groups = [group for group in part.groups if not group.source]
    rows = [
        [group.perimeter, _what(one), one.quantity, one.date, f"{one.source} ({one.reliability})"]
        for group in groups
        for one in group.figures
    ]
    addresses = {one.url: one.source for group in groups for one in group.figures if one.url}
    return {
        "caption": part.groups_caption,
        "rows": rows,
        # Paper has no links: the addresses are written out.
        "addresses": [{"source": f"{source}{COLON}", "url": url} for url, source in addresses.items()],
        "methods": list(dict.fromkeys(one.method for group in groups for one in group.figures)),
    }


def _what(one: ShownFigure) -> str:
    return one.label if one.counted in (one.label, "", "habitants") else f"{one.label} ({one.counted})"


def _table(one: ShownTable) -> dict[str, Any]:
    lines = "autre ligne est" if one.hidden == 1 else "autres lignes sont"
    more = f" {one.hidden} {lines} dans le fichier figures.csv." if one.hidden else ""
    return {
        "caption": one.caption,
        "columns": [one.head, *(column.label for column in one.columns)],
        "rows": [[line.label, *(cell.text for cell in line.cells)] for line in one.lines],
        "numeric": [place for place, column in enumerate(one.columns, start=1) if column.numeric],
        "widths": _widths(one),
        "method": one.method,
        "note": " ".join(text for text in (one.note, one.about) if text) + more,
    }


def _widths(one: ShownTable) -> list[int]:
    """A column of numbers takes what it needs (0); texts share the rest by their length, within bounds."""
    texts = [[line.label for line in one.lines]]
    texts += [[line.cells[place].text for line in one.lines] for place in range(len(one.columns))]
    numeric = [False, *(column.numeric for column in one.columns)]
    return [
        0 if alone else min(36, max(20, *map(len, [*column, ""])))
        for alone, column in zip(numeric, texts, strict=True)
    ]
