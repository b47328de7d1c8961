"""What a territory shows of its own work: every kind of it is read in one question to the base.

An application registers a kind in the `ready()` of its `apps.py`. A page that tells of several kinds (the
territory's own page, its chain) asks once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import chain, repeat
from typing import Any

from django.db.models import CharField, DateField, IntegerField, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.urls import reverse

from terreau.core.registry import Registry

_COUNTS = 4
# Of one kind, on a page that tells of all.
_MOST = 5


@dataclass(frozen=True)
class Row:
    """One thing shown: what names it, its title, its day, what is counted of it."""

    reference: str
    title: str
    day: date | None
    counts: tuple[int, ...]
    simulated: bool


@dataclass(frozen=True)
class Line:
    """How a thing is told on the territory's page; `titles` are what it holds, in order."""

    text: Any
    url: str
    day: date | None = None
    simulated: bool = False
    titles: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of work shown: `rows(territory)` is a query made by `columns`, `lines` tells its rows."""

    key: str
    rank: int
    label: Any
    rows: Callable[[Any], QuerySet[Any, Any]]
    lines: Callable[[Any, list[Row]], list[Line]]


kinds: Registry[Kind] = Registry()


def columns(
    rows: QuerySet[Any, Any],
    *,
    reference: Combinable | None = None,
    title: Combinable | None = None,
    day: Combinable | None = None,
    counts: tuple[Combinable, ...] = (),
    simulated: Combinable | None = None,
) -> QuerySet[Any, Any]:
    """The query of a kind, not yet run, in the columns that all kinds share.

    Args:
        rows: what is shown.
        reference: what names each.
        title: of each, or what its lines are told from.
        day: by which they are ordered.
        counts: at most four; of one day, the greater comes first, so that an edition gives its number.
        simulated: whether it was invented.
    """
    nothing = Value(0)
    numbers = list(chain(counts, repeat(nothing, _COUNTS - len(counts))))
    return rows.order_by().values_list(
        Cast(reference or Value(""), CharField(max_length=40)),
        Cast(title or Value(""), TextField()),
        Cast(day or Value(None), DateField()),
        *(Cast(one, IntegerField()) for one in [*numbers, simulated or nothing]),
    )


def rows_of(territory: Any) -> dict[str, list[Row]]:
    """What a territory shows, by kind, the newest first; asked once for a page."""
    known: dict[str, list[Row]] | None = territory.__dict__.get("_shown")
    if known is None:
        known = territory.__dict__["_shown"] = _asked(territory)
    return known


def _asked(territory: Any) -> dict[str, list[Row]]:
    every = list(kinds)
    first, *others = (
        kind.rows(territory).annotate(kind=Value(rank, IntegerField())) for rank, kind in enumerate(every)
    )
    found: dict[str, list[Row]] = {}
    for reference, title, day, *counts, simulated, rank in first.union(*others, all=True):
        row = Row(reference, title, day, tuple(counts), bool(simulated))
        found.setdefault(every[rank].key, []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row.day or date.min, row.counts, row.reference), reverse=True)
    return found


def titled(rows: list[Row], address: str, territory: Any) -> list[Line]:
    """The last rows, each under its own title and at its own address."""
    return [
        Line(row.title, reverse(address, args=[territory.code, row.reference]), row.day, row.simulated)
        for row in rows[:_MOST]
    ]


def panel(territory: Any, _person: Any) -> dict[str, Any] | None:
    """On a territory's page: each kind with its lines, where there are some."""
    rows = rows_of(territory)
    told = [(kind.label, kind.lines(territory, rows.get(kind.key, []))) for kind in kinds]
    shown = [{"label": label, "lines": lines} for label, lines in told if lines]
    return {"kinds": shown} if shown else None
