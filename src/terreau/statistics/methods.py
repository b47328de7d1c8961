"""The page of methods: what `docs/observatoire.md` says of each figure, read where it is written."""

from __future__ import annotations

from typing import Final

from terreau.documents.manual import Part, read_chapters

# Of that document, what a reader of figures needs; the rest is for whoever builds them.
_CHAPTERS: Final = ("Les périmètres", "Les chiffres")


def parts() -> tuple[Part, ...]:
    """The methods in the order of the document."""
    return read_chapters("terreau.statistics", "methods.md", _CHAPTERS)
