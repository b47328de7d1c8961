"""Text as people type it and as French typography wants it."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^\w]+", re.UNICODE)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "’": "'"})
NO_BREAK_SPACE = "\u00a0"
NARROW_NO_BREAK_SPACE = "\u202f"


def fold(text: str) -> str:
    """Lower case, without accents or ligatures, words separated by one space.

    The one form in which names are compared, indexed and searched: « Société d’Économie » and
    « SOCIETE D'ECONOMIE » give the same text. Letters outside the Latin script are kept.
    """
    bare = text.lower()
    if not bare.isascii():
        bare = unicodedata.normalize("NFKD", bare.translate(_LIGATURES)).translate(_marks())
    return _NOT_WORD.sub(" ", bare).strip().replace("_", " ")


@cache
def _marks() -> dict[int, None]:
    """The combining marks, all of which lie between these bounds; imports fold millions of names."""
    return {code: None for code in range(0x300, 0x1F000) if unicodedata.combining(chr(code))}


def squeeze(text: str) -> str:
    """The text with its runs of white space reduced to one space and its ends trimmed."""
    return _SPACES.sub(" ", text).strip()


def shorten(text: str, limit: int) -> str:
    """The text cut at a word boundary within `limit` characters, with an ellipsis when cut."""
    text = squeeze(text)
    if len(text) <= limit:
        return text
    cut = text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-")
    return f"{cut or text[: limit - 1]}…"
