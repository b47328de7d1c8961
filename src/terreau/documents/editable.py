"""A document that can be edited afterwards: the same tree is written as DOCX (`docx`) and as ODT (`odt`).

Real headings, lists and tables with a header row, pictures with their words, the language said: what an
officer needs to attach it to a deliberation, and what a screen reader needs to read it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

# What XML 1.0 does not admit, even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# In a table: what a letter takes, what one of a title in bold does (it may be an « m »), and a cell around
# its text, in centimetres; a longer word is cut, a longer text goes to the next line.
_LETTER, _BOLD, _CELL = 0.17, 0.2, 0.45
_LONGEST_WORD, _LONGEST_TEXT = 16, 120
# A date for the files inside: the same document always gives the same bytes.
_WHEN = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, from level 1."""

    text: str
    level: int = 1
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `lead` stands before it in bold; `small` for notes; `url` makes it a link."""

    text: str
    lead: str = ""
    small: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list with bullets."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a header row; `numeric` are the columns of numbers, from 0."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Illustration:
    """A picture (PNG) `width` by `height` pixels, and what it shows, in words."""

    data: bytes
    width: int
    height: int
    alt: str
    caption: str = ""


Block = Heading | Paragraph | Items | Grid | Illustration


@dataclass(frozen=True, slots=True)
class Editable:
    """A document: its title, what stands under it, its blocks, what stands at the foot of each page."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    foot: str = ""
    language: str = "fr"
    country: str = "FR"


def clean(text: str) -> str:
    """The text as it can stand between tags or in an attribute."""
    return escape(_FORBIDDEN.sub("", text), {'"': "&quot;"})


def sized(picture: Illustration, most: float) -> tuple[float, float]:
    """The size of a picture in centimetres, as wide as allowed."""
    width = min(most, picture.width * 2.54 / 96)
    return width, width * picture.height / picture.width


def column_widths(one: Grid, whole: float) -> list[float]:
    """The width of each column in centimetres: each holds its longest word, long texts share the rest."""
    words, texts = [], []
    for place, head in enumerate(one.columns):
        cells = [head, *(row[place] for row in one.rows)]
        longest = max((len(word) for text in cells for word in text.split(" ")), default=0)
        titled = max(map(len, head.split(" ")))
        words.append(_CELL + max(_LETTER * min(longest, _LONGEST_WORD), _BOLD * min(titled, _LONGEST_WORD)))
        longer = max(map(len, cells)) - longest
        texts.append(0 if place in one.numeric else min(_LONGEST_TEXT, longer))
    rest = max(0.0, whole - sum(words))
    wanted = [word + rest * text / (sum(texts) or 1) for word, text in zip(words, texts, strict=True)]
    return [whole * width / sum(wanted) for width in wanted]


def packed(files: Mapping[str, bytes], stored: Sequence[str] = ()) -> bytes:
    """The files in one archive, in their order; those of `stored` are not compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()
