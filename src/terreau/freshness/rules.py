"""When to ask, what a code on paper looks like: pure functions on days and letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from terreau.core.text import fold
from terreau.directory.freshness import months_before

# Without letters or figures that are mistaken for one another on paper or by telephone:
# neither O/0, I/1/L, S/5, Z/2, B/8, nor U beside V, nor E and A, so that no word is spelled.
ALPHABET = "34679CDFGHJKMNPQRTVWXY"
CODE_LENGTH = 10
GROUP = 5
# A question is asked a little before the sheet ages, so that an answer keeps it fresh.
ASKED_AFTER_MONTHS = 11
ASKED_AGAIN_AFTER_MONTHS = 12
_NOT_CODE = re.compile(r"[^0-9A-Z]")


def confirmed_before(today: date) -> date:
    """Sheets last confirmed on this day or earlier are asked."""
    return months_before(today, ASKED_AFTER_MONTHS)


def asked_before(today: date) -> date:
    """A sheet asked after this day is not asked again yet."""
    return months_before(today, ASKED_AGAIN_AFTER_MONTHS)


def is_due(confirmed_on: date | None, asked_on: date | None, today: date) -> bool:
    """Whether the yearly question is to be asked: not confirmed lately, not asked within the year."""
    if asked_on is not None and asked_on > asked_before(today):
        return False
    return confirmed_on is None or confirmed_on <= confirmed_before(today)


def draw_code(choice: Callable[[Sequence[str]], str]) -> str:
    """A code of ten signs drawn with `choice`, which must be one that cannot be foretold."""
    return "".join(choice(ALPHABET) for _position in range(CODE_LENGTH))


def written_code(code: str) -> str:
    """The code as it is printed: « C4D7K-M9PRT »."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(text: str) -> str:
    """The code in what a person typed, spaces, hyphens and small letters aside; empty when it is none."""
    found = _NOT_CODE.sub("", fold(text).upper())
    is_code = len(found) == CODE_LENGTH and all(sign in ALPHABET for sign in found)
    return found if is_code else ""
