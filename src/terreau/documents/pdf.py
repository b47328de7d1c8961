"""PDF documents with Typst: tagged, accessible (PDF/UA-1), the same on every machine.

No system font and no network: the fonts embedded in Typst, the template, the data and the pictures are
all there is. Data is passed as JSON, so that markup in a name stays text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings

from terreau.core.errors import TerreauError
from terreau.documents.glyphs import is_replaced, safe_data, safe_svg, safe_text

__all__ = ["TRANSLITERATION_NOTE", "DocumentError", "render", "render_pages", "safe_text"]

TRANSLITERATION_NOTE = (
    "Les mots entre crochets droits sont écrits dans une écriture que les polices de ce document n’ont "
    "pas\u00a0: ils sont donnés en lettres latines."
)
_MAIN = "main.typ"
_HOUSE = "maison.typ"


class DocumentError(TerreauError):
    """A document could not be laid out; the cause is in the template or in what it was given."""


def render(
    template: str | Path,
    data: Mapping[str, Any],
    *,
    images: Mapping[str, bytes] | None = None,
    created: datetime | None = None,
) -> bytes:
    """Lay out a document as PDF/UA-1.

    Args:
        template: a `.typ` file, or Typst source as text. It imports the house's functions with
            `#import "/maison.typ": *`; how to use them is told at the head of that file.
        data: plain JSON data, found in the template as `data`. Strings are made safe for the fonts;
            when one was transliterated, `data.transliterated` holds the note to print, else "". Its
            `notice`, where it has one, stands at the head of every page.
        images: pictures by file name (`familles.svg`, `logo.png`), found as `/images/<name>`.
        created: date written in the PDF's metadata; with it, the same input gives the same bytes.

    Raises:
        DocumentError: a picture without alternative text, a skipped heading level, a missing title, an
            error in the template.
    """
    found = _compile(template, data, images or {}, "pdf", created)
    return found[0]


def render_pages(
    template: str | Path,
    data: Mapping[str, Any],
    *,
    images: Mapping[str, bytes] | None = None,
    ppi: float = 96,
) -> list[bytes]:
    """The pages of the same document as PNG pictures, for a preview. Arguments and errors as `render`."""
    return _compile(template, data, images or {}, "png", None, ppi=ppi)


def _compile(
    template: str | Path,
    data: Mapping[str, Any],
    images: Mapping[str, bytes],
    output: Literal["pdf", "png"],
    created: datetime | None,
    **options: Any,
) -> list[bytes]:
    data = {**data, "notice": str(settings.INSTANCE_NOTICE) or data.get("notice", "")}
    safe = safe_data(data)
    pictures = {f"images/{name}": _safe_picture(name, content) for name, content in images.items()}
    replaced = is_replaced(data, safe) or any(
        content != images[name.removeprefix("images/")] for name, content in pictures.items()
    )
    safe["transliterated"] = TRANSLITERATION_NOTE if replaced else ""
    if output == "pdf":
        options["pdf_standards"] = ["ua-1"]
    if created is not None:
        options["timestamp"] = int(created.astimezone(UTC).timestamp())
    project: Any = {_MAIN: _source(template), _HOUSE: house_template(), **pictures}
    try:
        found: Any = typst.compile(
            project,
            format=output,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(safe, ensure_ascii=False)},
            **options,
        )
    except typst.TypstError as error:
        raise DocumentError(
            f"Le document n’a pas pu être mis en page\u00a0: {error.message}",
            where=template.name if isinstance(template, Path) else "",
            remedy="Signalez-le avec ce message à qui tient la plateforme\u202f; rien n’a été perdu.",
        ) from error
    return list(found) if isinstance(found, list) else [found]


def house_template() -> bytes:
    """The source of the house template."""
    return resources.files("terreau.documents").joinpath("typst", _HOUSE).read_bytes()


def _source(template: str | Path) -> bytes:
    return template.read_bytes() if isinstance(template, Path) else template.encode()


def _safe_picture(name: str, content: bytes) -> bytes:
    if not name.lower().endswith(".svg"):
        return content
    return safe_svg(content.decode()).encode()
