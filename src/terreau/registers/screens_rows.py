"""What rows say, in words: the ten first as they will be read, samples of each fate, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from terreau.core.countries import country_name
from terreau.core.numbers import french_number
from terreau.core.text import shorten
from terreau.directory.enums import Nomenclature
from terreau.directory.fields import FIELDS
from terreau.directory.labels import day_text
from terreau.directory.models import Term
from terreau.directory.sheet import value_text
from terreau.perimeters.rules import find_form
from terreau.registers.enums import Outcome
from terreau.registers.models import ImportRun, StagedRow
from terreau.registers.row_reading import Reading
from terreau.territories.gazetteer import Gazetteer, gazetteer

SHOWN = 10
_LONGEST = 200
_LONGEST_CELL = 120


class Words:
    """Turns the values of rows into words, with one reading of the base for a whole page."""

    def __init__(self) -> None:
        self._places: Gazetteer = gazetteer()
        self._filieres: dict[str, str] | None = None

    def of(self, key: str, value: Any, country: str = "") -> str:
        """One value; nothing when there is none."""
        if value in (None, "", [], {}):
            return ""
        if key == "place":
            return self.place(value)
        if key == "filieres":
            return ", ".join(self._filiere(code) for code in value)
        if key == "legal_form":
            form = find_form(country, value) if country else None
            return form.label if form else str(value)
        if key == "actions":
            return " · ".join(_action(action) for action in value)
        return value_text(key, value)

    def place(self, value: Mapping[str, Any]) -> str:
        """« Poitiers, France », with the position when there is one."""
        parts = [self._places.label(value["territory"]) if value.get("territory") else ""]
        parts.append(country_name(value["country"]) if value.get("country") else "")
        if value.get("longitude") is not None:
            parts.append(
                f"{french_number(value['latitude'], 4)}\u00a0; {french_number(value['longitude'], 4)}"
            )
        return ", ".join(part for part in dict.fromkeys(parts) if part) or _("sans lieu")

    def place_told_apart(self, code: str) -> str:
        """« Saint-Denis, Aude »: a place among others of its name."""
        return self._places.told_apart(code)

    def line(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Label and words of each value that a row gives, in the order of the sheet."""
        country = (values.get("place") or {}).get("country", "")
        told = ((str(one.label), self.of(one.key, values.get(one.key), country)) for one in FIELDS)
        return [(label, shorten(words, _LONGEST)) for label, words in told if words]

    def _filiere(self, code: str) -> str:
        if self._filieres is None:
            terms = Term.objects.filter(nomenclature=Nomenclature.FILIERE)
            self._filieres = dict(terms.values_list("code", "label"))
        return self._filieres.get(code, code)


def _action(action: Mapping[str, Any]) -> str:
    what = shorten(str(action.get("what", "")), 90)
    return f"{what} ({day_text(action['since'])})" if action.get("since") else what


# --- Ten rows as they will be read --------------------------------------------------------------


@dataclass(frozen=True)
class ReadRow:
    """One row as the mapping reads it."""

    number: int
    cells: list[tuple[str, str]]
    reason: str
    questions: list[str]
    remarks: list[str]


@dataclass(frozen=True)
class ReadTable:
    """The first rows of a list, under the fields that at least one of them fills."""

    headings: list[str]
    rows: list[ReadRow]


def read_table(readings: Iterable[Reading]) -> ReadTable:
    """The table of « Voir dix lignes »."""
    words, shown = Words(), list(readings)
    # What could not be used is told beside each row already.
    there = [
        one for one in FIELDS if one.key != "notes" and any(reading.values.get(one.key) for reading in shown)
    ]
    rows = []
    for reading in shown:
        country = (reading.values.get("place") or {}).get("country", "")
        rows.append(
            ReadRow(
                number=reading.number,
                cells=[
                    (
                        str(one.label),
                        shorten(words.of(one.key, reading.values.get(one.key), country), _LONGEST_CELL),
                    )
                    for one in there
                ],
                reason=reading.reason,
                questions=[ask.text for ask in reading.asks],
                remarks=[_remark(column, problem, raw) for column, problem, raw in reading.remarks],
            )
        )
    return ReadTable([str(one.label) for one in there], rows)


def _cell(words: Words, key: str, reading: Reading, country: str) -> str:
    return shorten(words.of(key, reading.values.get(key), country), _LONGEST_CELL)


def _remark(column: str, problem: str, raw: str) -> str:
    shown = raw if raw.startswith("«") else f"«\u00a0{raw}\u00a0»"
    return f"{column}\u00a0: {problem}, {shown}"


# --- Rows of each fate -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One field of a row, as it was and as it will be."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class FateRow:
    """One row of a sample: what it is called, where it is, what is said of it."""

    number: int
    name: str
    place: str
    reasons: list[str]
    values: list[tuple[str, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def samples(run: ImportRun, shown: int = SHOWN) -> dict[str, list[FateRow]]:
    """The first rows of each fate, in one query."""
    of_run: QuerySet[StagedRow] = StagedRow.objects.filter(run=run)
    rank = Window(RowNumber(), partition_by=[F("outcome")], order_by=F("number").asc())
    found: dict[str, list[FateRow]] = {outcome: [] for outcome in Outcome.values}
    words = Words()
    for row in of_run.annotate(rank=rank).filter(rank__lte=shown).order_by("outcome", "number"):
        found[row.outcome].append(fate_row(row, words))
    return found


def fate_row(row: StagedRow, words: Words) -> FateRow:
    """A kept row, in words."""
    place = row.values.get("place")
    rejected = row.outcome == Outcome.REJECTED
    return FateRow(
        number=row.number,
        name=row.name or "—",
        place=words.place(place) if place else "",
        reasons=list(row.reasons),
        values=[(column, shorten(value, _LONGEST)) for column, value in row.raw.items()] if rejected else [],
        changes=changes(row.before, row.values, words) if row.outcome == Outcome.CHANGED else [],
    )


def changes(before: Mapping[str, Any], after: Mapping[str, Any], words: Words) -> list[Change]:
    """The fields of which the words differ, in the order of the sheet."""
    countries = [(said.get("place") or {}).get("country", "") for said in (before, after)]
    found = []
    for one in FIELDS:
        then, now = (
            words.of(one.key, said.get(one.key), country)
            for said, country in zip((before, after), countries, strict=True)
        )
        if then != now:
            found.append(Change(str(one.label), shorten(then, _LONGEST), shorten(now, _LONGEST)))
    return found
