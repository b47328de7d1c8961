"""What follows from dates, states and amounts, without the base: lateness, circles, bars, sums. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

Key = TypeVar("Key", bound=Hashable)
OPEN: Final = ("to_start", "under_way", "blocked")
KINDS: Final = ("planned", "secured", "committed", "paid")


def standing(state: str, starts_on: date | None, ends_on: date | None, today: date) -> str:
    """How an action is told: done, dropped, late, under way or promised.

    It is late when its end has passed, when it is blocked, or when it should have begun and has not.
    """
    if state in ("done", "dropped"):
        return state
    begun = state != "to_start"
    if ends_on is not None and ends_on < today:
        return "late"
    if state == "blocked" or (not begun and starts_on is not None and starts_on < today):
        return "late"
    return "under_way" if begun else "promised"


def circle(start: Key, others: Iterable[Key], waits_for: Mapping[Key, Iterable[Key]]) -> tuple[Key, ...]:
    """The circle that would be closed if `start` waited for `others`: its members in order; empty if none.

    Args:
        start: what would wait.
        others: what it would wait for.
        waits_for: what each of the rest waits for; what is told of `start` is not looked at.
    """
    for other in others:
        found = _way(other, start, {key: wanted for key, wanted in waits_for.items() if key != start})
        if found:
            return (start, *found[:-1])
    return ()


def _way(source: Key, goal: Key, edges: Mapping[Key, Iterable[Key]]) -> tuple[Key, ...]:
    """The shortest way from one to another along the edges, both ends included; empty if there is none."""
    came_from: dict[Key, Key | None] = {source: None}
    waiting = [source]
    for key in waiting:
        if key == goal:
            way: list[Key] = []
            step: Key | None = key
            while step is not None:
                way.append(step)
                step = came_from[step]
            return tuple(reversed(way))
        for following in edges.get(key, ()):
            if following not in came_from:
                came_from[following] = key
                waiting.append(following)
    return ()


@dataclass(frozen=True, slots=True)
class Bar:
    """Where an action lies on a line of time, in thousandths of its length."""

    start: int
    length: int


def bar(starts_on: date | None, ends_on: date | None, first: date, last: date) -> Bar | None:
    """The bar of an action between two days, cut at them; None when it has no date, or lies outside.

    Without a start or an end, it is a mark on the day that is known.
    """
    start, end = starts_on or ends_on, ends_on or starts_on
    if start is None or end is None or end < first or start > last:
        return None
    whole = (last - first).days + 1
    begin = max(0, (start - first).days)
    until = min(whole, (end - first).days + 1)
    left = 1000 * begin // whole
    return Bar(left, max(4, 1000 * until // whole - left))


@dataclass(frozen=True, slots=True)
class Sums:
    """What is foreseen, secured, committed and paid, in smallest units.

    `ended` is what is foreseen less what is secured, of the actions that have ended: nobody looks for it.
    """

    planned: int = 0
    secured: int = 0
    committed: int = 0
    paid: int = 0
    ended: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, kind) + getattr(other, kind) for kind in (*KINDS, "ended")))

    def with_entry(self, kind: str, amount: int) -> Sums:
        """The same and one more entry."""
        return self + Sums(**{kind: amount})

    def in_state(self, state: str) -> Sums:
        """The same, of an action in a state: when it has ended, its gap is `ended`."""
        return self if state in OPEN else replace(self, ended=self.planned - self.secured)

    @property
    def missing(self) -> int:
        """What is foreseen and not secured yet, of the actions that have not ended."""
        return max(0, self.planned - self.secured - self.ended)

    @property
    def released(self) -> int:
        """What was foreseen, never secured, and is not to be found any more: its action has ended."""
        return max(0, self.ended)

    @property
    def share_secured(self) -> float | None:
        """The part of what is foreseen that is secured, in percent, up to 100; None of nothing."""
        return min(100.0, 100 * self.secured / self.planned) if self.planned > 0 else None

    @property
    def told(self) -> bool:
        """Whether an amount is not zero."""
        return any(getattr(self, kind) for kind in KINDS)

    @property
    def oddities(self) -> tuple[str, ...]:
        """What does not add up: each kind of which there is more than of the one before it."""
        pairs = (("paid", "committed"), ("committed", "secured"), ("secured", "planned"))
        return tuple(more for more, less in pairs if getattr(self, more) > getattr(self, less))


def progress(
    baseline: Decimal | None, target: Decimal | None, value: Decimal | None, sense: str
) -> float | None:
    """How much of the way from the start to the target is done, in percent, from 0 to 100; None if not known.

    Without a start, an indicator that goes up starts from nothing; one that goes down cannot be told.
    """
    if target is None or value is None:
        return None
    start = baseline if baseline is not None else (Decimal(0) if sense == "up" else None)
    if reached(target, value, sense):
        return 100.0
    if start is None or start == target:
        return None
    return max(0.0, min(100.0, float(100 * (value - start) / (target - start))))


def reached(target: Decimal | None, value: Decimal | None, sense: str) -> bool:
    """Whether the value is at its target or beyond."""
    if target is None or value is None:
        return False
    return value >= target if sense == "up" else value <= target


def numbered(rows: Iterable[tuple[Hashable, Hashable, str]]) -> list[str]:
    """The number of each action: its own, else where it stands, « 2.1.3 ».

    Args:
        rows: axis, objective and own number of each, in the order of the plan.
    """
    axes: dict[Hashable, int] = {}
    objectives: dict[Hashable, int] = {}
    per_axis: Counter[Hashable] = Counter()
    per_objective: Counter[Hashable] = Counter()
    found = []
    for axis, objective, own in rows:
        axes.setdefault(axis, len(axes) + 1)
        if objective not in objectives:
            per_axis[axis] += 1
            objectives[objective] = per_axis[axis]
        per_objective[objective] += 1
        found.append(own or f"{axes[axis]}.{objectives[objective]}.{per_objective[objective]}")
    return found


def years_between(starts_on: date, ends_on: date) -> range:
    """The years that a plan touches."""
    return range(starts_on.year, ends_on.year + 1)
