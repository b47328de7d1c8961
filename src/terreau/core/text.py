"""Text as people type it and as French typography wants it."""

from __future__ import annotations

import re
import unicodedata

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
    return " ".join(text.translate(_FOLDED).split())


class _Folded(dict[int, str | int]):
    """Each character in its folded form, worked out when first met: imports fold millions of names."""

    def __missing__(self, code: int) -> str | int:
        letters = chr(code).lower().translate(_LIGATURES)
        bare = "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))
        folded = _NOT_WORD.sub(" ", bare).replace("_", " ")
        # A character that stays as it is, is quicker to copy by its number.
        self[code] = code if folded == chr(code) else folded
        return self[code]


_FOLDED = _Folded()


def squeeze(text: str) -> str:
    """The text with its runs of white space reduced to one space and its ends trimmed."""
    return _SPACES.sub(" ", text).strip()


def shorten(text: str, limit: int) -> str:
    """The text cut at a word boundary within `limit` characters, with an ellipsis when cut."""
    text = squeeze(text)
    if len(text) <= limit:
        return text
    cut = text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.…–-")
    return f"{cut or text[: limit - 1]}…"
