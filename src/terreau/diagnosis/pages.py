"""What the pages of a diagnosis are given, on the site and in a file that stands alone."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.core.tongues import Tongue, told
from terreau.diagnosis import presentation
from terreau.diagnosis.conclusions import SYNTHESIS
from terreau.diagnosis.content import Content
from terreau.diagnosis.drawings import file_key
from terreau.diagnosis.exports import Issue
from terreau.diagnosis.wording import date_in_words

ENTRIES = 4  # of one section on screen; its own page has them all
LINES = 12  # of one table on screen; the files have them all


def page_context(
    content: Content, issue: Issue, *,
    address: presentation.Address, lines: int | None, tongue: Tongue | None = None, methods: str = "",
) -> dict[str, Any]:  # fmt: skip
    """The context of the body, shared by all the pages that show a content.

    Methods are told under the figures, or at the address `methods` where they would weigh on a first view.
    """
    entries = None if lines is None else ENTRIES
    shown = _said_once(presentation.parts(content, lines=lines, entries=entries, address=address))
    shown = told(shown, tongue) if tongue else shown
    return {
        "tongue": tongue,
        "methods": methods,
        "read_all": tongue.of("Tout lire") if tongue else _("Tout lire"),
        "description": next((text for part in shown for text in part.texts), ""),
        "subject": content.subject,
        "title": presentation.TITLE,
        "as_of": date_in_words(content.as_of),
        "issue": issue,
        "published_on": date_in_words(issue.published_on) if issue.published_on else "",
        "parts": shown,
        "method_version": content.method_version,
    }


def _said_once(shown: tuple[presentation.ShownPart, ...]) -> tuple[presentation.ShownPart, ...]:
    """What the page for elected officials says is not said again under it; on paper it stands alone."""
    told = {text for part in shown if part.key == SYNTHESIS for text in part.texts}
    return tuple(
        part
        if part.key == SYNTHESIS
        else replace(part, texts=tuple(text for text in part.texts if text not in told))
        for part in shown
    )


def site_address(name: str, *arguments: Any) -> presentation.Address:
    """Addresses of the drawings served by the site."""

    def address(key: str, width: str) -> str:
        return reverse(name, args=[*arguments, key, width])

    return address


def file_page(content: Content, pictures: dict[str, str], issue: Issue) -> str:
    """The diagnosis as one HTML file that can be read offline: pictures and style inside."""

    def address(key: str, width: str) -> str:
        encoded = base64.b64encode(pictures[file_key(key, width)].encode()).decode()
        return f"data:image/svg+xml;base64,{encoded}"

    context = page_context(content, issue, address=address, lines=None)
    context |= {"style": style_sheet(), "files": False, "alone": True, "public_url": settings.PUBLIC_URL}
    return str(render_to_string("diagnosis/file.html", context))


def style_sheet() -> str:
    """The house's style sheet, to be put inside a file."""
    for folder in settings.STATICFILES_DIRS:
        sheet = Path(folder) / "terreau.css"
        if sheet.exists():
            return sheet.read_text(encoding="utf-8")
    return ""
