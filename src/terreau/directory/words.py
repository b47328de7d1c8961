"""Words as the index keeps them and as people type them: folded, without the marks of plural."""

from __future__ import annotations

import re
from functools import lru_cache

from terreau.core.text import fold

# Words so common in names that asking for them says nothing.
_IDLE = """
a au aux avec ce ces cette d dans de des du elle en et il ils l la le les leur leurs n ne nos notre nous on ou
par pas pour qu que qui s sa se ses son sont sur un une vos votre vous y the of and for in di da do dos das e
el los las und der die das
"""
_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\[at\]|\(at\))\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?<![\w/.-])(?:\+|00)?(?:\(?\d{1,4}\)?[\s.\-/]?){4,7}\d{2,4}(?![\w/-])")
_DIGIT = re.compile(r"\d")
_LEAST_DIGITS = 9
# Letters before digits: a list that begins with « 1001 » greets nobody.
_ALPHABET = " abcdefghijklmnopqrstuvwxyz0123456789"
_PLACES = {char: place + 1 for place, char in enumerate(_ALPHABET)}
_BASE = len(_ALPHABET) + 2
_KEPT = 12


def words(text: str) -> list[str]:
    """The words of a text in their indexed form, in order, repeated ones included."""
    # `singular`, in place: this is done for every word of every index.
    return [word[:-1] if len(word) > 3 and word[-1] in "sx" else word for word in fold(text).split()]


def singular(word: str) -> str:
    """The word without its final s or x when it is long enough for that to be a plural."""
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def telling(found: list[str]) -> list[str]:
    """The words worth asking for: without idle ones, unless there are no others."""
    return [word for word in found if word not in _idle()] or found


@lru_cache(maxsize=1)
def _idle() -> frozenset[str]:
    return frozenset(singular(word) for word in _IDLE.split())


def without_contacts(text: str) -> str:
    """The text without e-mail addresses and telephone numbers, which an index or an export does not need.

    A run of digits shorter than a telephone number (a year, an amount, a SIREN) is left.
    """
    if "@" in text or "at)" in text or "at]" in text:
        text = _EMAIL.sub("…", text)
    if len(_DIGIT.findall(text)) < _LEAST_DIGITS:
        return text
    return _TELEPHONE.sub(_hide_if_long, text)


def _hide_if_long(match: re.Match[str]) -> str:
    digits = sum(char.isdigit() for char in match[0])
    grouped = any(not char.isdigit() for char in match[0])
    return "…" if digits >= _LEAST_DIGITS and grouped else match[0]


def name_order(folded: str) -> int:
    """A number that sorts as the first twelve characters of a folded name do; other scripts come last."""
    return _order(folded[:_KEPT].ljust(_KEPT))


@lru_cache(maxsize=65536)
def _order(start: str) -> int:
    number = 0
    for char in start:
        number = number * _BASE + _PLACES.get(char, _BASE - 1)
    return number
