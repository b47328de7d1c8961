"""An edition in words and formatted numbers, for the screen and for the document alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from terreau.core.numbers import french_number, french_quantity
from terreau.core.text import NO_BREAK_SPACE
from terreau.diagnosis.conclusions import SYNTHESIS
from terreau.diagnosis.content import Cell, Column, Content, Definition, Entry, Part, Picture, Table
from terreau.diagnosis.rules import Figure
from terreau.diagnosis.wording import COLON, capitalised, date_in_words, value_in_words

TITLE: Final = "Diagnostic de l’économie sociale et solidaire"
NOTHING: Final = "—"
_REPEATED: Final = 2  # times the same source is said
Address = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure as read: every text ready to be shown."""

    id: str
    label: str
    value: str
    quantity: str
    counted: str
    date: str
    perimeter: str
    source: str
    reliability: str
    method: str
    withheld: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell, whether it is a number, and the heading it stands under."""

    text: str
    numeric: bool
    column: str = ""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of a table as read."""

    label: str
    url: str
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A heading, and whether its cells are numbers."""

    label: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table as read; `hidden` lines are in the files only."""

    key: str
    caption: str
    head: str
    columns: tuple[ShownColumn, ...]
    lines: tuple[ShownLine, ...]
    hidden: int
    note: str
    about: str
    method: str
    folded: bool

    @property
    def stacked(self) -> bool:
        """Whether it is too wide for a telephone, where its lines are then read heading by heading."""
        return len(self.columns) > 3 or any(not column.numeric for column in self.columns)


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """Figures of one perimeter, told one after the other; `source` where they all have the same."""

    perimeter: str
    figures: tuple[ShownFigure, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture with the addresses of its two widths; `x` and `y` are those of the wide one."""

    key: str
    kind: str
    title: str
    alt: str
    caption: str
    wide: str
    narrow: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class ShownEntries:
    """The entries that stand under one name."""

    group: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A section as read; `hidden` entries are on the page of the section and in the files."""

    key: str
    title: str
    texts: tuple[str, ...]
    figures: tuple[ShownFigure, ...]
    groups: tuple[ShownGroup, ...]
    groups_caption: str
    pictures: tuple[ShownPicture, ...]
    tables: tuple[ShownTable, ...]
    notes: tuple[str, ...]
    definitions: tuple[Definition, ...]
    entries: tuple[ShownEntries, ...] = ()
    hidden: int = 0

    @property
    def shortened(self) -> bool:
        """Whether the section has more to show than this."""
        return bool(self.hidden or any(one.hidden for one in self.tables))


def figure(one: Figure) -> ShownFigure:
    """A figure in words: « 95,7 % », or why there is no value."""
    unit = one.unit if one.unit == "%" else ""
    text = french_quantity(one.value, unit, one.decimals) if one.value is not None else NOTHING
    return ShownFigure(
        id=one.id,
        label=one.label,
        value=text,
        quantity=value_in_words(one.value, one.unit, one.decimals) if one.value is not None else NOTHING,
        counted=one.counted,
        date=date_in_words(one.date),
        perimeter=one.perimeter,
        source=one.source,
        reliability=one.reliability,
        method=one.method,
        withheld=one.mask_reason if one.masked else "",
        url=_safe(one.url),
    )


def _safe(url: str) -> str:
    """An address of the web or of this site, never a script."""
    own = url.startswith("/") and not url.startswith("//")
    return url if own or url.startswith(("https://", "http://")) else ""


def cell(value: Cell, column: Column) -> ShownCell:
    """A cell in words."""
    if value is None:
        return ShownCell(NOTHING, column.is_figure, column.label)
    if isinstance(value, str):
        return ShownCell(value, False, column.label)
    text = french_quantity(value, "%" if column.unit == "%" else "", column.decimals_of(value))
    return ShownCell(text, True, column.label)


def _field(one: Table) -> str:
    """What an inventory counts, and over what: its columns hold it, the files show it."""
    over = [column.counted for column in one.columns if column.over]
    return (over or [column.counted for column in one.columns if column.key == "nombre"] or [""])[0]


def table(one: Table, *, lines: int | None, folded: bool) -> ShownTable:
    """A table in words, cut after `lines` lines (the files have them all)."""
    kept = one.lines if lines is None else one.lines[:lines]
    # Cutting for one line would hide more than it spares.
    if len(one.lines) - len(kept) <= 1:
        kept = one.lines
    about = ", ".join(part for part in (date_in_words(one.date), one.perimeter, one.source) if part)
    # « Fiabilité faible : liste, 2017 », « Fiabilité : comptes exacts »: one colon.
    lead = " " if COLON in one.reliability else COLON
    reliability = f" Fiabilité{lead}{one.reliability}." if one.reliability else ""
    field = _field(one)
    return ShownTable(
        key=one.key,
        caption=one.caption,
        head=one.head,
        columns=tuple(ShownColumn(column.label, column.is_figure) for column in one.columns),
        lines=tuple(
            ShownLine(
                line.label,
                _safe(line.url),
                tuple(cell(value, column) for value, column in zip(line.cells, one.columns, strict=True)),
            )
            for line in kept
        ),
        hidden=len(one.lines) - len(kept),
        note=one.note,
        about=f"{f'Champ{COLON}{field}. ' if field else ''}{capitalised(about)}.{reliability}",
        method=one.method,
        folded=folded,
    )


def picture(one: Picture, address: Address) -> ShownPicture:
    """A picture with its addresses."""
    size = next(
        ((str(drawing.x), str(drawing.y)) for drawing in one.drawings if drawing.width == "wide"), ("", "")
    )
    return ShownPicture(
        one.key, one.kind, one.title, one.alt, one.caption,
        address(one.key, "wide"), address(one.key, "narrow"), *size,
    )  # fmt: skip


def part(one: Part, *, lines: int | None, entries: int | None, address: Address) -> ShownPart:
    """A section in words. A table that a picture shows already is folded on screen."""
    drawn = {picture.kind for picture in one.pictures}
    groups: dict[str, list[ShownFigure]] = {}
    for found in one.listed:
        groups.setdefault(found.perimeter, []).append(figure(found))
    whole = entries is None or one.key == SYNTHESIS or len(one.entries) <= entries + 1
    kept = one.entries if whole else one.entries[:entries]
    return ShownPart(
        key=one.key,
        title=one.title,
        texts=one.texts,
        figures=tuple(figure(found) for found in one.figures),
        groups=tuple(ShownGroup(place, tuple(found), _common(found)) for place, found in groups.items()),
        groups_caption=one.listed_caption,
        pictures=tuple(picture(found, address) for found in one.pictures),
        tables=tuple(
            table(found, lines=entries if _is_wordy(found) else lines, folded=bool(drawn))
            for found in one.tables
        ),
        notes=one.notes,
        definitions=one.definitions,
        entries=_grouped(kept),
        hidden=len(one.entries) - len(kept),
    )


def _is_wordy(one: Table) -> bool:
    """Whether lines are told in words too: each is then as long to read as an entry."""
    return any(not column.is_figure for column in one.columns)


def _grouped(entries: Sequence[Entry]) -> tuple[ShownEntries, ...]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.group, []).append(replace(entry, url=_safe(entry.url)))
    return tuple(ShownEntries(group, tuple(found)) for group, found in groups.items())


def _common(figures: list[ShownFigure]) -> str:
    """The source of many figures that have but one, and no page of its own: said once."""
    sources = {(one.source, one.url) for one in figures}
    source, url = next(iter(sources))
    return source if len(sources) == 1 and not url and len(figures) > _REPEATED else ""


def parts(
    content: Content,
    *,
    lines: int | None = None,
    entries: int | None = None,
    address: Address = lambda key, width: f"{key}-{width}.svg",
) -> tuple[ShownPart, ...]:
    """All the sections in words.

    Args:
        content: the edition's.
        lines: where to cut the tables; None keeps them whole.
        entries: where to cut the entries of a section, and its tables that are told in words.
        address: where a drawing is found, from its picture's key and its width.
    """
    return tuple(part(one, lines=lines, entries=entries, address=address) for one in content.sections)


def change(value: float | None, unit: str, decimals: int) -> str:
    """A difference with its sign: « +12 », « −3,4 points »."""
    if value is None:
        return NOTHING
    sign = "+" if value > 0 else ""
    word = "points" if abs(value) >= 2 else "point"
    points = f"{NO_BREAK_SPACE}{word}" if unit == "%" else ""
    return f"{sign}{french_number(value, decimals)}{points}"
