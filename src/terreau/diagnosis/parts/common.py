"""What the sections share: figures and tables carry the date, perimeter, source and reliability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from terreau.diagnosis.content import Cell, Column, Line, Table
from terreau.diagnosis.facts import Facts
from terreau.diagnosis.rules import MINIMUM_FOR_SHARE, Figure, Result, round_to, share, withheld

UNIT = "organisations"
COUNTED = "organisations connues en activité"


def accompanied(facts: Facts) -> dict[str, Any]:
    """What stands beside every count made from the directory."""
    return {
        "date": facts.as_of.isoformat(),
        "perimeter": facts.perimeter,
        "source": facts.source_words,
        "reliability": facts.reliability,
        "simulated": facts.simulated,
    }


def count_figure(facts: Facts, key: str, label: str, value: int, *, counted: str, method: str) -> Figure:
    """A number of organisations."""
    return Figure(
        id=key, label=label, value=value, unit=UNIT, counted=counted, method=method, **accompanied(facts)
    )


def ratio_figure(
    facts: Facts,
    key: str,
    label: str,
    result: Result,
    *,
    unit: str,
    numerator: float,
    denominator: float | None,
    counted: str,
    method: str,
    decimals: int = 0,
    **more: Any,
) -> Figure:
    """A ratio, or the reason why it is not given."""
    about = {**accompanied(facts), **more}
    figure = Figure(
        id=key,
        label=label,
        value=round_to(result.value, decimals),
        unit=unit,
        numerator=numerator,
        denominator=denominator,
        counted=counted,
        method=method,
        decimals=decimals,
        **about,
    )
    return withheld(figure, result.reason) if result.refused else figure


def percentage(part: int, whole: int) -> float | None:
    """A share in per cent to one digit, or None where the whole is too small."""
    return round_to(share(part, whole).value, 1)


def count_columns(whole: int, counted: str, over: str) -> tuple[Column, ...]:
    """The columns of an inventory: the number, and the share where the whole allows it."""
    columns = [Column("nombre", "Nombre", UNIT, counted=counted)]
    if whole >= MINIMUM_FOR_SHARE:
        columns.append(
            Column("part", "Part", "%", 1, counted=f"{counted}, {over}", over="nombre", denominator=whole)
        )
    return tuple(columns)


def count_line(key: str, label: str, number: int, whole: int, *, with_share: bool = True) -> Line:
    """One line of an inventory, with as many cells as `count_columns` gives columns."""
    cells: list[Cell] = [number]
    if whole >= MINIMUM_FOR_SHARE:
        cells.append(percentage(number, whole) if with_share else None)
    return Line(key, label, tuple(cells))


def inventory(
    facts: Facts,
    key: str,
    caption: str,
    head: str,
    columns: tuple[Column, ...],
    lines: Sequence[Line],
    **more: str,
) -> Table:
    """A table of counts made from the directory."""
    return Table(key, caption, head, columns, tuple(lines), **{**accompanied(facts), **more})
