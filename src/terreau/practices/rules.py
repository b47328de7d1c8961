"""What does not depend on the base: sizes of towns, freshness of a practice, who may check, trees. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

PEERS_NEEDED: Final = 2
_SIZES: Final = (
    (10_000, "under_10"),
    (50_000, "under_50"),
    (200_000, "under_200"),
    (1_000_000, "under_1000"),
)
Key = TypeVar("Key", bound=Hashable)


class Confirmed(StrEnum):
    """What a town last said of its own practice."""

    NEVER = "never"
    FRESH = "fresh"
    OLD = "old"


@dataclass(frozen=True)
class Voice:
    """What one reader said of a version: for which territory, or for the secretariat, and yes or no."""

    territory: str
    approves: bool
    secretariat: bool = False


def size_of(people: int | None) -> str:
    """The size of a town, nothing when it is not known."""
    if not people:
        return ""
    return next((size for most, size in _SIZES if people < most), "above")


def confirmed(confirmed_on: date | None, today: date) -> Confirmed:
    """Whether the town said it within a year, before that, or never."""
    if confirmed_on is None:
        return Confirmed.NEVER
    return Confirmed.FRESH if years_after(confirmed_on, 1) > today else Confirmed.OLD


def years_after(day: date, years: int) -> date:
    """The same day so many years later; a 29 February becomes a 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has twenty-eight days")


def is_checked(voices: Iterable[Voice]) -> bool:
    """Whether two peers of two territories approved and no one asks for a change, or the secretariat did."""
    told = list(voices)
    if any(voice.secretariat and voice.approves for voice in told):
        return True
    if any(not voice.approves for voice in told):
        return False
    return len({voice.territory for voice in told}) >= PEERS_NEEDED


def makes_cycle(child: Key, parent: Key | None, parents: Mapping[Key, Key | None]) -> bool:
    """Whether, if `child` came from `parent`, it would come from itself."""
    seen: set[Key] = set()
    while parent is not None and parent not in seen:
        if parent == child:
            return True
        seen.add(parent)
        parent = parents.get(parent)
    return False


@dataclass(frozen=True)
class Branch:
    """One row of a tree laid flat, with what a nested list opens and closes around it."""

    key: int
    depth: int
    opens: bool
    closes: int


def flattened(parents: Mapping[int, int | None]) -> list[Branch]:
    """A tree as the rows of nested lists, in the order of the keys given.

    A key whose parent is not among them is a root.
    """
    children: dict[int | None, list[int]] = {}
    for key, parent in parents.items():
        children.setdefault(parent if parent in parents else None, []).append(key)
    rows: list[tuple[int, int]] = []
    waiting = [(key, 0) for key in reversed(children.get(None, []))]
    while waiting:
        key, depth = waiting.pop()
        rows.append((key, depth))
        waiting.extend((child, depth + 1) for child in reversed(children.get(key, [])))
    following = [*(depth for _key, depth in rows[1:]), 0][: len(rows)]
    return [
        Branch(key, depth, opens=after > depth, closes=max(0, depth - after))
        for (key, depth), after in zip(rows, following, strict=True)
    ]
