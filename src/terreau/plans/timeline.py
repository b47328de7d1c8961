"""A plan in time: its bars on a line, its days in a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from terreau.plans.enums import ReviewState
from terreau.plans.models import Plan, Step
from terreau.plans.reading import Row
from terreau.plans.rules import Bar, bar


@dataclass(frozen=True)
class BarRow:
    """An action and where it lies on the line."""

    row: Row
    bar: Bar | None

    @property
    def dates(self) -> str:
        """« 01/2025 – 06/2026 », as much as is known."""
        action = self.row.action
        start = f"{action.starts_on:%m/%Y}" if action.starts_on else "…"
        end = f"{action.ends_on:%m/%Y}" if action.ends_on else "…"
        return "" if start == end == "…" else f"{start}\u00a0– {end}"


@dataclass(frozen=True)
class Mark:
    """A year, or this day, on the line: where it begins, in thousandths."""

    label: str
    at: int


@dataclass(frozen=True)
class Line:
    """The span that is drawn, its years, this day if it lies inside."""

    first: date
    last: date
    years: tuple[Mark, ...]
    today: Mark | None


def line_of(plan: Plan, rows: Iterable[Row], today: date) -> Line:
    """From the first day to the last, those of the plan and of its actions, by whole years."""
    days = [plan.starts_on, plan.ends_on]
    for row in rows:
        days += [day for day in (row.action.starts_on, row.action.ends_on) if day]
    # A mistyped century would leave every other bar too thin to be seen.
    first_year = max(min(day.year for day in days), plan.starts_on.year - 5)
    last_year = min(max(day.year for day in days), plan.ends_on.year + 5)
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    whole = (last - first).days + 1
    years = tuple(
        Mark(str(year), 1000 * (date(year, 1, 1) - first).days // whole)
        for year in range(first_year, last_year + 1)
    )
    now = Mark(_("aujourd’hui"), 1000 * (today - first).days // whole) if first <= today <= last else None
    return Line(first, last, years, now)


def bars_of(rows: Iterable[Row], line: Line) -> list[BarRow]:
    """Each action with its bar."""
    return [BarRow(row, bar(row.action.starts_on, row.action.ends_on, line.first, line.last)) for row in rows]


@dataclass(frozen=True)
class Day:
    """Something that falls on a day."""

    on: date
    what: str
    title: str
    url: str
    is_late: bool = False


@dataclass(frozen=True)
class Month:
    """The days of a month on which something falls."""

    first: date
    days: list[Day]


def months_of(plan: Plan, rows: Iterable[Row], year: int, today: date) -> list[Month]:
    """What begins, ends and is due in a year, month after month, those on which something falls."""
    found: list[Day] = []
    known = {}
    for row in rows:
        action = row.action
        known[action.pk] = row
        if action.starts_on and action.starts_on.year == year:
            late = action.state == "to_start" and action.starts_on < today
            found.append(Day(action.starts_on, _("début"), action.title, row.url, late))
        if action.ends_on and action.ends_on.year == year:
            late = row.standing == "late" and action.ends_on < today
            found.append(Day(action.ends_on, _("fin"), action.title, row.url, late))
    found += [*_steps(plan, known, year, today), *_reviews(plan, year, today)]
    months: dict[date, list[Day]] = {}
    for one in sorted(found, key=lambda one: (one.on, one.title, one.what)):
        months.setdefault(one.on.replace(day=1), []).append(one)
    return [Month(first, days) for first, days in months.items()]


def _steps(plan: Plan, known: dict[int, Row], year: int, today: date) -> list[Day]:
    steps: Any = Step.objects.filter(action__objective__axis__plan=plan, due_on__year=year)
    return [
        Day(
            due,
            _("étape"),
            f"{title} ({known[key].action.title})",
            known[key].url,
            done is None and due < today and known[key].standing not in ("done", "dropped"),
        )
        for key, title, due, done in steps.values_list("action", "title", "due_on", "done_on")
        if key in known
    ]


def _reviews(plan: Plan, year: int, today: date) -> list[Day]:
    return [
        Day(
            one.due_on,
            _("revue"),
            one.subject or _("Revue du plan"),
            reverse("plans:review", args=[plan.territory.code, one.pk]),
            one.state(today) == ReviewState.SILENT,
        )
        for one in plan.reviews.filter(due_on__year=year)
    ]


def years_of(line: Line) -> range:
    """The years that can be looked at."""
    return range(line.first.year, line.last.year + 1)
