"""Text as people type it and as French typography wants it."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^\w]+", re.UNICODE)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "’": "'"})
FRENCH_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
)  # fmt: skip
# Before these a vowel is not elided: « de Ouagadougou », « de Yaoundé ».
_SPOKEN_AS_CONSONANT = re.compile(r"ou[aei]|y[aeiou]", re.IGNORECASE)
_ARTICLES = (("le ", "du ", "au "), ("les ", "des ", "aux "))
NO_BREAK_SPACE = "\u00a0"
NARROW_NO_BREAK_SPACE = "\u202f"


def fold(text: str) -> str:
    """Lower case, without accents or ligatures, words separated by one space.

    The one form in which names are compared, indexed and searched: « Société d’Économie » and
    « SOCIETE D'ECONOMIE » give the same text. Letters outside the Latin script are kept.
    """
    # Nearly all names are written with the letters of Western Europe: their bytes are folded by a table.
    try:
        letters = text.encode("ascii" if text.isascii() else "cp1252").translate(_WESTERN)
    except UnicodeEncodeError:
        letters = _SEVERAL
    if _SEVERAL in letters:
        return " ".join(text.translate(_FOLDED).split())
    return " ".join(letters.decode("ascii").split())


class _Folded(dict[int, str | int]):
    """Each character in its folded form, worked out when first met: imports fold millions of names."""

    def __missing__(self, code: int) -> str | int:
        letters = chr(code).lower().translate(_LIGATURES)
        # Lowered again: « ™ » only shows its capitals once taken apart.
        parts = unicodedata.normalize("NFKD", letters).lower()
        bare = "".join(c for c in parts if not unicodedata.combining(c)).translate(_LIGATURES)
        folded = _NOT_WORD.sub(" ", bare).replace("_", " ")
        # A character that stays as it is, is quicker to copy by its number.
        self[code] = code if folded == chr(code) else folded
        return self[code]


_FOLDED = _Folded()
# Stands for what no single letter can tell: « œ », « ½ », another script.
_SEVERAL = b"\0"


def _western() -> bytes:
    table = bytearray()
    for code in range(256):
        folded = bytes([code]).decode("cp1252", "replace").translate(_FOLDED)
        table += folded.encode() if len(folded) == 1 and folded.isascii() and folded != "\0" else _SEVERAL
    return bytes(table)


_WESTERN = _western()


_BEFORE_COLON = re.compile(r"(?<=\S) (?=:(?:\s|$))")
_BEFORE_SIGN = re.compile(r"(?<=\S) (?=[;!?](?:\s|$))")


def french_spaces(text: str) -> str:
    """The text with the no-break spaces of French, where it was written with plain ones."""
    text = text.replace("« ", f"«{NO_BREAK_SPACE}").replace(" »", f"{NO_BREAK_SPACE}»")
    text = _BEFORE_COLON.sub(NO_BREAK_SPACE, text)
    return _BEFORE_SIGN.sub(NARROW_NO_BREAK_SPACE, text)


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


def of_place(name: str) -> str:
    """The name of a town after « de »: « d’Auch », « du Mans », « des Sables-d’Olonne », « de Paris »."""
    for article, of, _at in _ARTICLES:
        if name.lower().startswith(article):
            return f"{of}{name[len(article) :]}"
    first = unicodedata.normalize("NFD", name[:1]).lower()[:1]
    elided = first and first in "aeiouyœæ" and not _SPOKEN_AS_CONSONANT.match(name)
    return f"d’{name}" if elided else f"de {name}"


def at_place(name: str) -> str:
    """The name of a town after « à »: « à Auch », « au Mans », « aux Sables-d’Olonne »."""
    for article, _of, at in _ARTICLES:
        if name.lower().startswith(article):
            return f"{at}{name[len(article) :]}"
    return f"à {name}"
