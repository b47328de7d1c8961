"""Codes of sheets of paper: batch, sheet, and a digit that betrays a slip of the finger. Pure.

« 3-017-9 » is sheet 17 of batch 3. The last digit is Damm's: it catches every single wrong digit and every
swap of two neighbours, which are nearly all the mistakes of who copies numbers.
"""

from __future__ import annotations

import re
from typing import Final

MOST_SHEETS: Final = 999
# H. M. Damm, « Total anti-symmetrische Quasigruppen », 2004: the quasigroup of order ten.
_DAMM: Final = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_NOT_DIGITS = re.compile(r"[\s\u00a0\u202f.–-]+")
_EASTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


def check_digit(digits: str) -> str:
    """The digit that makes the whole pass."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def write_code(batch: int, sheet: int) -> str:
    """The code of a sheet as it is printed."""
    return f"{batch}-{sheet:03d}-{check_digit(f'{batch}{sheet:03d}')}"


def read_code(text: str) -> tuple[int, int] | None:
    """Batch and sheet of a code as it was typed, with or without its dashes; None when it is none."""
    digits = _NOT_DIGITS.sub("", text.strip().translate(_EASTERN))
    if not re.fullmatch(r"[1-9][0-9]{4,9}", digits) or check_digit(digits) != "0":
        return None
    batch, sheet = int(digits[:-4]), int(digits[-4:-1])
    return (batch, sheet) if sheet else None


def instance_of(batch: int, sheet: int) -> str:
    """The identifier of the answer that the sheet holds."""
    return f"paper:{write_code(batch, sheet)}"
