"""A figure through the editions of a territory, where its field, its unit and the territory are the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from terreau.diagnosis.content import Column, Content, Line, Part, Table, table_figures
from terreau.diagnosis.presentation import NOTHING, figure
from terreau.diagnosis.rules import NOT_SAME, Figure, difference
from terreau.diagnosis.wording import date_in_words

MOST_EDITIONS: Final = 6
EVOLUTION: Final = "evolution"
# Followed with the figures that each section shows apart: those of the needs, told in tables.
_FOLLOWED: Final = frozenset({"besoins"})
_PERIMETER: Final = "le périmètre du territoire a changé"
_METHOD: Final = "la méthode a changé"


@dataclass(frozen=True, slots=True)
class Point:
    """The value of a figure in one edition, in words, and why it does not follow the one before."""

    text: str
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """One figure through the editions, oldest first."""

    id: str
    label: str
    points: tuple[Point, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why its values cannot all be read one after the other."""
        return tuple(dict.fromkeys(one.broken for one in self.points if one.broken))


@dataclass(frozen=True, slots=True)
class Trend:
    """The figures of the newest edition, through those before it."""

    days: tuple[str, ...]
    courses: tuple[Course, ...]


def trend(contents: Sequence[Content]) -> Trend:
    """The figures of the last content through all of them, oldest first.

    Raises:
        ValueError: when they are not of the same territory.
    """
    if len({one.subject.code for one in contents}) > 1:
        raise ValueError("editions of two territories have no common trend")
    kept = contents[-MOST_EDITIONS:]
    by_edition = [_followed(one) for one in kept]
    newest = by_edition[-1] if by_edition else {}
    courses = (_course(key, kept, by_edition) for key in newest)
    # A figure that the newest edition is the first to give has no course yet.
    told = tuple(one for one in courses if sum(point.text != NOTHING for point in one.points) > 1)
    return Trend(tuple(one.as_of for one in kept), told)


def _followed(content: Content) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for part in content.sections:
        shown = part.figures
        if part.key in _FOLLOWED:
            shown = (*shown, *(one for table in part.tables for one in _first_column(table)))
        found |= {one.id: one for one in shown}
    return found


def _first_column(table: Table) -> Iterator[Figure]:
    """The first figure of each line. Its label says what its table said."""
    first = next((column for column in table.columns if column.is_figure), None)
    lines = {f"{table.key}.{line.key}" for line in table.lines}
    for one in table_figures(table):
        if first and one.id in lines:
            yield replace(one, label=f"{table.head}\u00a0: {one.label} ({first.label.lower()})")


def _course(key: str, contents: Sequence[Content], by_edition: Sequence[dict[str, Figure]]) -> Course:
    points: list[Point] = []
    former: tuple[Content, Figure] | None = None
    for content, figures in zip(contents, by_edition, strict=True):
        found = figures.get(key)
        if found is None or found.value is None:
            points.append(Point(NOTHING))
            continue
        points.append(Point(figure(found).value, _broken(former, content, found)))
        former = (content, found)
    return Course(key, by_edition[-1][key].label, tuple(points))


def _broken(former: tuple[Content, Figure] | None, content: Content, found: Figure) -> str:
    """Why a value does not follow the one before it; empty when it does, or is the first."""
    if former is None:
        return ""
    before, figure_before = former
    if before.method_version != content.method_version:
        return _METHOD
    if before.subject.extent != content.subject.extent:
        return _PERIMETER
    note = difference(figure_before, found).note
    return note if note == NOT_SAME else ""


def trend_part(former: Sequence[Content], content: Content) -> Part | None:
    """The trend as a part of the edition; None for the first edition, or where nothing is followed."""
    found = trend([*former, content])
    if len(found.days) < 2 or not found.courses:
        return None
    columns = [Column(f"e{place}", date_in_words(day)) for place, day in enumerate(found.days)]
    columns.append(Column("note", "À savoir"))
    lines = tuple(
        Line(one.id, one.label, (*(point.text for point in one.points), ", ".join(one.reasons)))
        for one in found.courses
    )
    table = Table(
        EVOLUTION,
        "Les mêmes chiffres d’une édition à l’autre",
        "Chiffre",
        tuple(columns),
        lines,
        date=content.as_of,
        perimeter=f"{content.subject.name} ({content.subject.kind})",
        source="éditions publiées de ce territoire, et celle-ci",
        reliability="celle de chaque édition",
        method=EVOLUTION,
    )
    return Part(EVOLUTION, "D’une édition à l’autre", tables=(table,))
