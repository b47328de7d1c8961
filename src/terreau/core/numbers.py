"""Numbers as a French reader writes them: decimal comma, groups of three, unit after a space."""

from __future__ import annotations

import math

from terreau.core.text import NARROW_NO_BREAK_SPACE, NO_BREAK_SPACE

NOT_AVAILABLE = "non disponible"


def french_number(value: float | None, decimals: int | None = None) -> str:
    """« 12 345,6 », with narrow no-break spaces between groups; « non disponible » without a value.

    Args:
        value: the number; None and NaN are missing values.
        decimals: digits after the comma; by default two at most, without trailing zeros.
    """
    if value is None or math.isnan(value):
        return NOT_AVAILABLE
    text = f"{value:,.{2 if decimals is None else decimals}f}"
    if decimals is None:
        text = text.rstrip("0").rstrip(".")
    if text.strip("-0.,") == "":
        text = text.lstrip("-")
    return text.replace(",", NARROW_NO_BREAK_SPACE).replace(".", ",").replace("-", "\u2212")


def french_quantity(value: float | None, unit: str = "", decimals: int | None = None) -> str:
    """The number followed by its unit: « 10,2 % ». The unit is left out without a value."""
    number = french_number(value, decimals)
    if not unit or number == NOT_AVAILABLE:
        return number
    return f"{number}{NO_BREAK_SPACE}{unit}"


def whole_number(text: str, default: int = 0, *, digits: int = 9) -> int:
    """The whole number that a form or an address carries, the default when it is none.

    Args:
        text: what was received, whatever it is.
        default: what stands for anything else.
        digits: how many at the most; nine are in the reach of any column of the base.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else default
