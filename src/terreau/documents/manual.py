"""A page of methods read from the documentation itself, so that they cannot say different things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from terreau.core.text import french_spaces

_ANCHOR: Final = re.compile(r'<a id="([a-z0-9-]+)"></a>')
_CODE: Final = re.compile(r"`([^`]+)`")
_LINK: Final = re.compile(r"\[([^\]]+)\]\([^)]+\)")


@dataclass(frozen=True)
class Part:
    """One method: where links lead to it, its title, its paragraphs and lists, as they are shown."""

    anchor: str
    title: str
    paragraphs: tuple[SafeString, ...]


@lru_cache(maxsize=8)
def read_chapters(package: str, path: str, chapters: tuple[str, ...]) -> tuple[Part, ...]:
    """The chapters of a document of a package that readers of figures need, in their order.

    A chapter is a title of the second level; its parts have titles of the third, each after its anchor.
    """
    text = resources.files(package).joinpath(path).read_text("utf-8")
    return tuple(part for chapter in chapters for part in _read(chapter, text))


def _read(chapter: str, text: str) -> Iterator[Part]:
    body = text.split(f"\n## {chapter}\n", 1)[1].split("\n## ", 1)[0]
    introduction, *sections = re.split(r"(?=^<a id=|^### )", body, flags=re.M)
    yield Part("", chapter, _paragraphs(introduction))
    anchor = ""
    for section in sections:
        marked = _ANCHOR.match(section)
        if marked:
            # The title comes after its anchor, in a piece of its own.
            anchor = marked[1]
            continue
        title, _newline, rest = section.removeprefix("### ").partition("\n")
        yield Part(anchor, title.strip(), _paragraphs(rest))
        anchor = ""


def _paragraphs(text: str) -> tuple[SafeString, ...]:
    return tuple(_paragraph(one) for one in text.strip().split("\n\n") if one.strip())


def _paragraph(text: str) -> SafeString:
    """A paragraph, or a list when each of its lines begins one."""
    if text.startswith("- "):
        items = "".join(f"<li>{_words(item)}</li>" for item in re.split(r"^- ", text, flags=re.M)[1:])
        return mark_safe(f"<ul>{items}</ul>")  # noqa: S308  (escaped by `_words`)
    return mark_safe(f"<p>{_words(text)}</p>")  # noqa: S308  (escaped by `_words`)


def _words(text: str) -> str:
    # A document is written with plain spaces; a page is not.
    plain = escape(french_spaces(_LINK.sub(r"\1", " ".join(text.split("\n")).strip())))
    return _CODE.sub(r"<code>\1</code>", plain)
