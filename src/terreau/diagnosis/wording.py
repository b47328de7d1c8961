"""French sentences made from counts: plurals, lists, dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from terreau.core.numbers import french_number, french_quantity
from terreau.core.text import FRENCH_MONTHS, NO_BREAK_SPACE

COLON: Final = f"{NO_BREAK_SPACE}: "
SEMICOLON: Final = "\u202f; "


def day_in_words(day: date) -> str:
    """« 1er mars 2026 »."""
    return f"{'1er' if day.day == 1 else day.day} {FRENCH_MONTHS[day.month - 1]} {day.year}"


def date_in_words(text: str) -> str:
    """A date known to the day, the month or the year only, in words; other text as it is."""
    parts = text.split("-")
    if not all(part.isdigit() for part in parts) or len(parts[0]) != 4:
        return text
    if len(parts) == 1:
        return text
    if len(parts) == 2:
        return f"{FRENCH_MONTHS[int(parts[1]) - 1]} {parts[0]}"
    return day_in_words(date.fromisoformat(text))


def several(count: int, one: str, many: str, *, feminine: bool = False) -> str:
    """« aucune organisation », « une organisation », « 324 organisations » (French: one up to 1.99)."""
    if count == 0:
        return f"{'aucune' if feminine else 'aucun'} {one}"
    if count == 1:
        return f"{'une' if feminine else 'un'} {one}"
    return f"{french_number(count)}{NO_BREAK_SPACE}{many}"


def organisations(count: int) -> str:
    """« 324 organisations »."""
    return several(count, "organisation", "organisations", feminine=True)


def listed(items: Sequence[str]) -> str:
    """« a, b et c »."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} et {items[-1]}"


def quoted(text: str) -> str:
    """The text between French quotation marks; those that it already has become the inner ones."""
    inner = text.replace(f"«{NO_BREAK_SPACE}", "“").replace(f"{NO_BREAK_SPACE}»", "”")
    return f"«{NO_BREAK_SPACE}{inner}{NO_BREAK_SPACE}»"


def capitalised(text: str) -> str:
    """The text with its first letter in upper case, the rest untouched."""
    return text[:1].upper() + text[1:]


def value_in_words(value: float | None, unit: str, decimals: int) -> str:
    """A value with its unit, an organisation in the singular."""
    if value is not None and abs(value) < 2 and unit.endswith("s") and decimals == 0:
        unit = unit[:-1]
    return french_quantity(value, unit, decimals)
