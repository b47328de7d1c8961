"""What an edition holds: sections of texts, figures, tables and pictures, as plain data.

The screen, the document, the table and the JSON file are all read from here, so that they cannot
differ. An edition keeps the canonical text of its content and the digest of that text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from terreau.diagnosis.findings import Finding
from terreau.diagnosis.rules import METHOD_VERSION, Figure

FORMAT: Final = 2
# Editions of 2026 have neither entries nor findings: they stay readable.
READABLE: Final = (1, 2)
Cell = int | float | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    A column with a `unit` holds figures, any other holds text. A share names the column of its
    numerators (`over`) and its `denominator`, so that each cell can stand alone in an export.
    """

    key: str
    label: str
    unit: str = ""
    decimals: int = 0
    counted: str = ""
    over: str = ""
    denominator: float | None = None

    @property
    def is_figure(self) -> bool:
        """Whether its cells are figures."""
        return bool(self.unit)

    def decimals_of(self, value: float) -> int:
        """How a cell is told: a column of several units says which cells are counts by whole numbers."""
        return 0 if isinstance(value, int) else self.decimals


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table; `key` is stable from one edition to the next; `url` leads further."""

    key: str
    label: str
    cells: tuple[Cell, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures, with what all of them share."""

    key: str
    caption: str
    head: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    date: str = ""
    perimeter: str = ""
    source: str = ""
    reliability: str = ""
    method: str = ""
    note: str = ""
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """One of the two widths of a picture: "wide" or "narrow", its size, the digest of its SVG."""

    width: str
    x: int
    y: int
    digest: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart or map; `alt` says in words what it shows."""

    key: str
    kind: str  # "chart" or "map"
    title: str
    alt: str
    caption: str = ""
    drawings: tuple[Drawing, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """How a figure is made and what it does not say."""

    key: str
    title: str
    text: str
    limits: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What an entry rests on: the key of a finding of the same edition, in words, where it is read."""

    key: str
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something told in a few words with its reason: a practice, a recommendation, a possible action.

    Entries of the same `group` stand under its name; `facts` are pairs of a name and a text.
    """

    key: str
    title: str
    group: str = ""
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    marks: tuple[Mark, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the diagnosis: what a section gave."""

    key: str
    title: str
    texts: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    listed: tuple[Figure, ...] = ()  # figures shown as a list, each with its own source
    listed_caption: str = ""
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    definitions: tuple[Definition, ...] = ()
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """The territory an edition speaks of, and a digest of what lay in it."""

    code: str
    name: str
    kind: str
    country_code: str
    extent: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All of an edition but its number, its author and the town's own words.

    `findings` are what its strengths, weaknesses and recommendations point to.
    """

    subject: Subject
    as_of: str
    sections: tuple[Part, ...]
    findings: tuple[Finding, ...] = ()
    method_version: str = METHOD_VERSION
    format: int = FORMAT

    def part(self, key: str) -> Part | None:
        """The part with this key, if the edition has it."""
        return next((one for one in self.sections if one.key == key), None)

    def figures(self) -> Iterator[Figure]:
        """Every figure: those shown apart, then the cells of the tables, section by section."""
        for part in self.sections:
            yield from part_figures(part)

    def by_id(self) -> dict[str, Figure]:
        """The figures by their identifier."""
        return {figure.id: figure for figure in self.figures()}


def part_figures(part: Part) -> Iterator[Figure]:
    """Every figure of a part: those shown apart, then the cells of its tables."""
    yield from part.figures
    yield from part.listed
    for table in part.tables:
        yield from table_figures(table)


def table_figures(table: Table) -> Iterator[Figure]:
    """The cells of a table as figures, each with all that accompanies it.

    A cell's identifier is `<table>.<line>` for the first column of figures, and
    `<table>.<line>.<column>` for the others.
    """
    first = next((column.key for column in table.columns if column.is_figure), "")
    for line in table.lines:
        cells = {column.key: cell for column, cell in zip(table.columns, line.cells, strict=True)}
        for column in table.columns:
            value = cells[column.key]
            if not column.is_figure or isinstance(value, str) or value is None:
                continue
            name = f"{table.key}.{line.key}"
            numerator = cells.get(column.over) if column.over else None
            yield Figure(
                id=name if column.key == first else f"{name}.{column.key}",
                label=f"{line.label}, {column.label.lower()}" if column.key != first else line.label,
                value=value,
                unit=column.unit,
                numerator=numerator if isinstance(numerator, int | float) else None,
                denominator=column.denominator,
                counted=column.counted,
                date=table.date,
                perimeter=table.perimeter,
                source=table.source,
                reliability=table.reliability,
                method=table.method,
                decimals=column.decimals_of(value),
                simulated=table.simulated,
            )


def digest(text: str) -> str:
    """The digest by which a changed content or picture is found out (SHA-256)."""
    return hashlib.sha256(text.encode()).hexdigest()


def to_text(content: Content) -> str:
    """The canonical text of a content: the same content always gives the same text."""
    data = asdict(content)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def from_text(text: str) -> Content:
    """The content of a canonical text.

    Raises:
        ValueError: when the text is of another format.
    """
    data = json.loads(text)
    if data.get("format") not in READABLE:
        raise ValueError(f"format {data.get('format')} is not one of {READABLE}")
    return Content(
        subject=Subject(**data["subject"]),
        as_of=data["as_of"],
        sections=tuple(_part(one) for one in data["sections"]),
        findings=tuple(_finding(one) for one in data.get("findings", ())),
        method_version=data["method_version"],
        format=data["format"],
    )


def _part(data: dict[str, Any]) -> Part:
    return Part(
        key=data["key"],
        title=data["title"],
        texts=tuple(data["texts"]),
        figures=tuple(Figure(**one) for one in data["figures"]),
        listed=tuple(Figure(**one) for one in data["listed"]),
        listed_caption=data["listed_caption"],
        tables=tuple(_table(one) for one in data["tables"]),
        pictures=tuple(_picture(one) for one in data["pictures"]),
        notes=tuple(data["notes"]),
        definitions=tuple(Definition(**one) for one in data["definitions"]),
        entries=tuple(_entry(one) for one in data.get("entries", ())),
    )


def _entry(data: dict[str, Any]) -> Entry:
    facts = tuple((name, text) for name, text in data["facts"])
    return Entry(**{**data, "facts": facts, "marks": tuple(Mark(**one) for one in data["marks"])})


def _finding(data: dict[str, Any]) -> Finding:
    return Finding(**{**data, "themes": tuple(data["themes"])})


def _table(data: dict[str, Any]) -> Table:
    columns = tuple(Column(**one) for one in data["columns"])
    lines = tuple(Line(one["key"], one["label"], tuple(one["cells"]), one["url"]) for one in data["lines"])
    return Table(**{**data, "columns": columns, "lines": lines})


def _picture(data: dict[str, Any]) -> Picture:
    return Picture(**{**data, "drawings": tuple(Drawing(**one) for one in data["drawings"])})
