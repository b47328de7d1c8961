"""The lines of a plan in a grid of cells: titles on one row or two, axes above their actions or beside them.

Merged cells bear their value in each of them where the format says so (XLSX); elsewhere a group of columns
is known by its one title above several, an axis by the empty cells below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from terreau.core.text import fold, squeeze
from terreau.plans.importing_columns import AMOUNTS, candidates

# Above the titles there is a name, a logo, a legend: no more.
SEARCHED: Final = 30
_AXIS: Final = re.compile(
    r"(axe|orientation|ambition|pilier|volet|enjeu|defi|priorite|chapitre|thematique)\b"
)
_OBJECTIVE: Final = re.compile(r"(sous |)objectif|obj\b|sous axe|\d+ \d+ ")
_NUMBERED: Final = re.compile(r"([ivx]+|[a-z]|\d+) ")
# What a row may add to the action of the row above it, whose name it does not say again.
_MORE: Final = {
    *("year", "nature", "source", "partners"),
    *("indicator", "unit", "figure_source", "baseline", "target", "target_on"),
}
_TOTAL: Final = re.compile(r"(sous )?tota(l|ux)\b")


@dataclass
class ReadLine:
    """A line that tells an action: the row of the file, its text by meaning, its amounts."""

    number: int
    axis: str
    objective: str
    texts: dict[str, str] = field(default_factory=dict)
    # Kind, title of the column (which may tell a year, a scale, a currency), as written.
    amounts: list[tuple[str, str, str]] = field(default_factory=list)


def find_titles(rows: Sequence[Sequence[str]]) -> list[int]:
    """The rows that hold the titles, counted from 1: one, or two that are joined; none when not known."""
    best: tuple[int, list[int]] = (1, [])
    for place in range(min(len(rows), SEARCHED)):
        options = [[place + 1]]
        if place + 1 < len(rows) and _is_group(rows[place], rows[place + 1]):
            options.append([place + 1, place + 2])
        for one in options:
            known = [found for title in titles_of(rows, one) if (found := candidates(title))]
            if len(known) > best[0] and any("title" in found for found in known):
                best = (len(known), one)
    return best[1]


def _is_group(above: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a title of the row above stands over several of the row below."""
    width = len(below)
    for place in range(width - 1):
        first, second = _at(above, place), _at(above, place + 1)
        one, other = below[place], below[place + 1]
        if first and second in ("", first) and one and other and one != other:
            return True
    return False


def titles_of(rows: Sequence[Sequence[str]], titles_at: Sequence[int]) -> list[str]:
    """The title of each column, those of two rows joined."""
    told = [rows[number - 1] for number in titles_at]
    if not told:
        return []
    width = max(map(len, rows), default=0)
    if len(told) == 1:
        return [squeeze(_at(told[0], place)) for place in range(width)]
    above, below = told
    found, group = [], ""
    for place in range(width):
        one, other = squeeze(_at(above, place)), squeeze(_at(below, place))
        if one:
            group = one
        elif not other:
            group = ""
        first = one or (group if other else "")
        found.append(first if first == other else f"{first} {other}".strip())
    return found


def lines_of(
    rows: Sequence[Sequence[str]], titles_at: Sequence[int], meanings: Sequence[str]
) -> Iterator[ReadLine]:
    """Every line below the titles that tells an action, with the axis and the objective it stands under."""
    titles = titles_of(rows, titles_at)
    axis = objective = ""
    last: ReadLine | None
    after_axis, last = False, None
    for number, row in enumerate(rows[max(titles_at) :], max(titles_at) + 1):
        cells = [_at(row, place) for place in range(len(meanings))]
        filled = [cell for cell in cells if cell]
        if not filled or _TOTAL.match(fold(filled[0])) or list(map(squeeze, cells)) == titles:
            continue
        heading = _heading(cells, meanings)
        if heading:
            text, level = heading
            level = level or ("objective" if after_axis else "axis")
            axis, objective = (text, "") if level == "axis" else (axis, text)
            after_axis, last = level == "axis", None
            continue
        after_axis = False
        read = _read(number, cells, titles, meanings)
        if read.axis and fold(read.axis) != fold(axis):
            objective = ""
        axis, objective = read.axis or axis, read.objective or objective
        read.axis, read.objective = axis, objective
        if last is not None and not read.texts.keys() - _MORE and (read.texts or read.amounts):
            named = ("title", "reference", "public_id")
            read.texts |= {name: last.texts[name] for name in named if name in last.texts}
        if read.texts or read.amounts:
            last = read
            yield read


def _heading(cells: Sequence[str], meanings: Sequence[str]) -> tuple[str, str] | None:
    """What a row across the table says, with its level if it tells it; None for a line like the others."""
    places = [place for place, cell in enumerate(cells) if cell]
    text = squeeze(cells[places[0]])
    if any(squeeze(cells[place]) != text for place in places):
        return None
    level = _level(text)
    if len(places) > 1:
        # Merged over the table; two cells that happen to say the same are a line.
        return (text, level) if 2 * len(places) > len(cells) else None
    meaning = meanings[places[0]]
    if meaning in ("axis", "objective"):
        return text, meaning
    if meaning == "title":
        named = _AXIS.match(fold(text)) or _OBJECTIVE.match(fold(text))
        return (text, level) if named else None
    return (text, level) if meaning in ("", "reference") else None


def _level(text: str) -> str:
    folded = fold(text)
    if _AXIS.match(folded):
        return "axis"
    if _OBJECTIVE.match(folded):
        return "objective"
    return "axis" if _NUMBERED.match(folded) else ""


def _read(number: int, cells: Sequence[str], titles: Sequence[str], meanings: Sequence[str]) -> ReadLine:
    read = ReadLine(number, "", "")
    for title, meaning, cell in zip(titles, meanings, cells, strict=False):
        if not cell or not meaning:
            continue
        if meaning in AMOUNTS:
            read.amounts.append((meaning, title, cell))
        elif meaning in ("axis", "objective"):
            setattr(read, meaning, squeeze(cell))
        else:
            read.texts.setdefault(meaning, cell)
    return read


def _at(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""
