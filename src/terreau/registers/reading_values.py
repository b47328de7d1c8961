"""Numbers, dates and texts as people write them in lists, read without guessing in silence.

Each reader answers nothing rather than something unsure; the caller then rejects or reviews the row.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

from terreau.core.text import fold, squeeze

Precision = Literal["day", "month", "year"]
DecimalMark = Literal[",", "."]

_MONEY = re.compile(r"(?:€|\$|£|eur(?:os?)?|f\s?cfa|fcfa|xof|xaf|mad|dhs?|chf|usd|cad|tnd)\.?", re.IGNORECASE)
_SPACES = str.maketrans("", "", " \t\u00a0\u202f\u2009\u2007'’_")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_GROUPED = {
    ",": re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d*)?"),
    ".": re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?"),
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev feb february",
            "mars mar march",
            "avril avr apr april",
            "mai may",
            "juin jun june",
            "juillet juil jul july",
            "aout aug august",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
_FRENCH = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?: \d{1,2}[:h]\d{2}.*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?: \d{1,2}:\d{2}.*)?")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.\-](\d{4})")
_YEAR_MONTH = re.compile(r"(\d{4})[/.\-](\d{1,2})")
_YEAR = re.compile(r"(1[6-9]\d\d|20\d\d)(?:[.,]0)?")
_WORDS = re.compile(r"(?:(\d{1,2})(?:er)? )?([a-z]+) (\d{4})")
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.IGNORECASE)
_ENDLESS = re.compile(r"&#[xX]?[0-9a-fA-F]{20,}")
_EXCEL_DAY_ZERO = date(1899, 12, 30)


def parse_number(text: str, *, decimal: DecimalMark | None = None) -> Decimal | None:
    """The number written in `text`, in French or English habits, with or without a currency.

    « 40 000,00 », « 1 234,5 € », « 1.234,56 », « 1,234.56 », « 2.1E+13 », « (120) » for a debit.
    A lone comma is a decimal comma and a lone point a decimal point: « 1,234 » is 1.234, unless `decimal`
    (see `decimal_mark`) says how the column is written.

    Returns:
        the exact number, or nothing when the text is empty, a percentage, or not a number.
    """
    bare = _MONEY.sub("", text.strip()).translate(_SPACES).replace("\u2212", "-")
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    sign, digits = (bare[0], bare[1:]) if bare[:1] in ("-", "+") else ("", bare)
    plain = _to_plain(digits, decimal)
    if not _PLAIN.fullmatch(plain) or len(plain) > 60:
        return None
    try:
        return Decimal(sign + plain)
    except InvalidOperation:
        return None


def _to_plain(digits: str, decimal: DecimalMark | None) -> str:
    commas, points = digits.count(","), digits.count(".")
    if decimal is None:
        if commas and points:
            decimal = "," if digits.rfind(",") > digits.rfind(".") else "."
        elif commas > 1:
            decimal = "."
        elif points > 1 or commas == 1:
            decimal = ","
        else:
            decimal = "."
    group = "." if decimal == "," else ","
    if group in digits:
        if not _GROUPED[decimal].fullmatch(digits):
            return ""
        digits = digits.replace(group, "")
    return digits.replace(decimal, ".")


def decimal_mark(values: Iterable[str]) -> DecimalMark | None:
    """How a whole column writes decimals, when some of its values leave no doubt.

    « 12,5 » and « 1.234,56 » speak for the comma, « 12.5 » and « 1,234.56 » for the point; « 1,234 » says
    nothing. Nothing when no value tells, or when they contradict each other.
    """
    found: set[DecimalMark] = set()
    for value in values:
        bare = _MONEY.sub("", value.strip()).translate(_SPACES).lstrip("+-")
        if "," in bare and "." in bare:
            found.add("," if bare.rfind(",") > bare.rfind(".") else ".")
            continue
        parts = re.split(r"([.,])", bare)
        if len(parts) == 3 and len(parts[2]) != 3 and (parts[0] + parts[2]).isdigit():
            found.add("," if parts[1] == "," else ".")
    return found.pop() if len(found) == 1 else None


@dataclass(frozen=True)
class Dated:
    """A date and how finely it was told: « 1998 » is a year, not the first of January."""

    value: date
    precision: Precision


def read_date(text: str) -> Dated | None:
    """The date written in `text`: ISO, day first (dd/mm/yyyy), in words, month and year, year alone.

    Numbers between 20000 and 60000 are Excel's count of days (1954 to 2064), left by a CSV export. A date
    with the month first is read only when no day-first reading exists (12/25/2017).
    """
    bare = squeeze(text)
    if not bare or len(bare) > 40:
        return None
    for reader in (_read_day, _read_month, _read_words, _read_serial):
        found = reader(bare)
        if found is not None:
            return found
    return None


def parse_date(text: str) -> date | None:
    """The first day of what `read_date` reads, or nothing."""
    found = read_date(text)
    return found.value if found else None


def _read_day(text: str) -> Dated | None:
    for pattern in (_ISO, _YEAR_FIRST, _COMPACT):
        match = pattern.fullmatch(text)
        if match:
            return _dated(int(match[1]), int(match[2]), int(match[3]), "day")
    match = _FRENCH.fullmatch(text)
    if not match:
        return None
    first, second, year = int(match[1]), int(match[2]), _century(match[3])
    return _dated(year, second, first, "day") or _dated(year, first, second, "day")


def _century(year: str) -> int:
    number = int(year)
    if len(year) == 4:
        return number
    return number + (1900 if number > 50 else 2000)


def _read_month(text: str) -> Dated | None:
    match = _YEAR.fullmatch(text)
    if match:
        return _dated(int(match[1]), 1, 1, "year")
    match = _MONTH_YEAR.fullmatch(text)
    if match:
        return _dated(int(match[2]), int(match[1]), 1, "month")
    match = _YEAR_MONTH.fullmatch(text)
    return _dated(int(match[1]), int(match[2]), 1, "month") if match else None


def _read_words(text: str) -> Dated | None:
    match = _WORDS.fullmatch(fold(text))
    if not match or match[2] not in _MONTHS:
        return None
    month = _MONTHS[match[2]]
    if match[1]:
        return _dated(int(match[3]), month, int(match[1]), "day")
    return _dated(int(match[3]), month, 1, "month")


def _read_serial(text: str) -> Dated | None:
    digits = text.removesuffix(".0")
    if len(digits) != 5 or not digits.isdecimal() or not 20_000 <= int(digits) <= 60_000:
        return None
    return Dated(_EXCEL_DAY_ZERO + timedelta(days=int(digits)), "day")


def _dated(year: int, month: int, day: int, precision: Precision) -> Dated | None:
    try:
        return Dated(date(year, month, day), precision)
    except ValueError:
        return None


def clean_text(text: str) -> str:
    r"""Plain text of a value that went through a web page or a script.

    « Park Slop<br>Food Coop », « L\'épicerie d\'à côté », « Caf&eacute; » lose their tags, backslashes and
    entities; white space is squeezed.
    """
    if "\\" in text:
        text = re.sub(r"\\(['\"])", r"\1", text).replace("\\n", " ").replace("\\r", " ")
    if "&" in text:
        # Thousands of digits are no entity, and Python refuses to make a number of them.
        text = html.unescape(_ENDLESS.sub("", text))
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", text))
    return squeeze(text)
