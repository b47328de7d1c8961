"""The same tree of blocks that is written as DOCX and ODT, laid out as a PDF: the three say the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from terreau.documents.editable import Block, Editable, Grid, Heading, Items, Paragraph, column_widths
from terreau.documents.pdf import render

TEMPLATE: Final = Path(__file__).with_name("typst") / "blocs.typ"
_WIDE: Final = 16.6  # centimetres between the margins


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on the first page, and at the head of the others.

    Attributes:
        title: of the document, without the territory.
        territory: what it is about.
        subtitle: what the document is, one line.
        date: in words.
        edition: which one; empty for none.
        notes: small lines at the foot.
        notice: what the head of every page says.
    """

    title: str
    territory: str
    subtitle: str
    date: str
    edition: str = ""
    notes: tuple[str, ...] = ()
    notice: str = ""


def to_pdf(document: Editable, cover: Cover, *, created: datetime | None = None) -> bytes:
    """The document as PDF/UA-1, without pictures; with `created`, the same one gives the same bytes.

    Raises:
        DocumentError: when it could not be laid out.
    """
    data: dict[str, Any] = {
        "title": cover.title,
        "territory": cover.territory,
        "subtitle": cover.subtitle,
        "date": cover.date,
        "edition": cover.edition,
        "notes": list(cover.notes),
        "notice": cover.notice,
        "language": document.language,
        "blocks": [_block(one) for one in document.blocks],
    }
    return render(TEMPLATE, data, created=created)


def _block(one: Block) -> dict[str, Any]:
    if isinstance(one, Heading):
        return {"kind": "heading", "text": one.text, "level": one.level, "new_page": one.new_page}
    if isinstance(one, Paragraph):
        return {"kind": "paragraph", "text": one.text, "lead": one.lead, "small": one.small, "url": one.url}
    if isinstance(one, Items):
        return {"kind": "items", "items": list(one.items)}
    if isinstance(one, Grid):
        return {
            "kind": "grid",
            "caption": one.caption,
            "columns": list(one.columns),
            "rows": [list(row) for row in one.rows],
            "numeric": sorted(one.numeric),
            "widths": [round(width, 2) for width in column_widths(one, _WIDE)],
        }
    raise TypeError("pictures are not laid out here")
