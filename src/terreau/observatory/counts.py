"""The counts of a territory, read from a vintage: what the figures are made of."""

# ruff: noqa: S608  (names of our own tables, and values written by `literal`)
from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Final

import duckdb

from terreau.core.errors import TerreauError
from terreau.observatory.reading import literal
from terreau.observatory.store import Vintage


@dataclass(frozen=True, slots=True)
class Counts:
    """The measures of one cell, or of several together."""

    establishments: int = 0
    units: int = 0
    employers: int = 0
    unknown_sizes: int = 0
    open_sizes: int = 0
    jobs_low: int = 0
    jobs_high: int = 0
    jobs: float = 0.0
    created: int = 0
    closed: int = 0
    cohort: int = 0
    survivors: int = 0

    def __add__(self, other: Counts) -> Counts:
        return _sum((self, other))

    def __sub__(self, other: Counts) -> Counts:
        return Counts(*map(operator.sub, _values(self), _values(other)))


MEASURES: Final = tuple(field.name for field in fields(Counts))
_COLUMNS: Final = ", ".join(MEASURES)
# The measures of several cells together, in the same order, as SQL.
SUMS: Final = ", ".join(
    f"CAST(sum({name}) AS {'DOUBLE' if name == 'jobs' else 'BIGINT'})" for name in MEASURES
)


@dataclass(frozen=True, slots=True)
class Concentration:
    """How the jobs of the field are shared between its employers, by legal unit."""

    employers: int
    jobs: float
    largest: float
    five_largest: float
    squares: float


@dataclass(frozen=True)
class Group:
    """Units that count alike (see `perimeter.Group`), as the manifest has them."""

    number: int
    public: bool
    answers: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """The cells of one territory in one vintage."""

    groups: tuple[Group, ...]
    cells: dict[tuple[int, str], Counts]

    def total(self, keep: Callable[[Group], bool] = lambda group: True) -> Counts:
        """All the cells of the groups kept, together."""
        wanted = {group.number for group in self.groups if keep(group)}
        return _sum(counts for (number, _section), counts in self.cells.items() if number in wanted)

    def by_section(self, keep: Callable[[Group], bool] = lambda group: True) -> dict[str, Counts]:
        """The same, a section at a time; « » is an activity that no section of the classification holds."""
        wanted = {group.number for group in self.groups if keep(group)}
        found = defaultdict(list)
        for (number, section), counts in self.cells.items():
            if number in wanted:
                found[section].append(counts)
        return {section: _sum(found[section]) for section in sorted(found)}

    def by_family(self, perimeter: str) -> dict[str, Counts]:
        """What is in the field, a family at a time."""
        family_of = {
            group.number: group.answers[perimeter][1]
            for group in self.groups
            if group.answers[perimeter][0] == "oui"
        }
        found = defaultdict(list)
        for (number, _section), counts in self.cells.items():
            if number in family_of:
                found[family_of[number]].append(counts)
        return {family: _sum(parts) for family, parts in found.items()}

    def field(self, perimeter: str) -> Counts:
        """What is in the field of a perimeter."""
        return self.total(in_field(perimeter))


def in_field(perimeter: str, answer: str = "oui") -> Callable[[Group], bool]:
    """Whether a group is in the field of a perimeter (or out of it, or not determined)."""
    return lambda group: group.answers[perimeter][0] == answer


_values = operator.attrgetter(*MEASURES)


def _sum(all_counts: Iterable[Counts]) -> Counts:
    columns = list(zip(*map(_values, all_counts), strict=True))
    return Counts(*map(sum, columns)) if columns else Counts()


@dataclass(frozen=True)
class Place:
    """A territory as the vintage knows it."""

    code: str
    kind: str
    name: str
    population: int | None
    parent: str | None


@lru_cache(maxsize=1)
def _connection() -> duckdb.DuckDBPyConnection:
    """One connection for all readings; each takes a cursor of its own, which any thread may do."""
    connection = duckdb.connect()
    # What is read is a few rows of one file: more threads would only be started and stopped.
    connection.execute("SET threads = 1").fetchall()
    # The files of a vintage never change: what they hold where is read once.
    connection.execute("SET parquet_metadata_cache = true").fetchall()
    return connection


def ask(sql: str) -> list[tuple[Any, ...]]:
    """The rows of an answer.

    Raises:
        TerreauError: a file of the vintage is not there any more, or is damaged.
    """
    cursor = _connection().cursor()
    try:
        found: list[tuple[Any, ...]] = cursor.execute(sql).fetchall()
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise TerreauError(
            "Un fichier de ce millésime manque ou est abîmé.",
            remedy="«\u00a0terreau observatory verify\u00a0» dit lequel\u00a0; construisez-le de nouveau.",
        ) from error
    finally:
        cursor.close()
    return found


def groups_of(vintage: Vintage) -> tuple[Group, ...]:
    """The groups of a vintage."""
    return tuple(
        Group(
            item["group"],
            item["public"],
            {name: (told["answer"], told["family"]) for name, told in item["answers"].items()},
        )
        for item in vintage.manifest["groups"]
    )


@lru_cache(maxsize=64)
def table_of(vintage: Vintage, territory: str) -> Table:
    """The cells of a territory, kept in memory for a while: a finished vintage never changes."""
    found = ask(
        f"SELECT grp, section, {_COLUMNS} FROM read_parquet({literal(vintage.path('territory_cells'))}) "
        f"WHERE territory = {literal(territory)}"
    )
    return Table(groups_of(vintage), {(row[0], row[1]): Counts(*row[2:]) for row in found})


def table_in_geography_of(vintage: Vintage, territory: str, geography: Vintage) -> Table:
    """The cells a territory of another vintage would have had: communes merged since are followed."""
    if vintage.manifest["geography"] == geography.manifest["geography"]:
        return table_of(vintage, territory)
    then, now = (
        {name: f"read_parquet({literal(item.path(name))})" for name in ("cells", "holders", "places")}
        for item in (vintage, geography)
    )
    found = ask(
        f"""SELECT c.grp, c.section, {SUMS}
        FROM {then["cells"]} AS c
        LEFT JOIN (SELECT place, min(code) AS code FROM {then["places"]} GROUP BY place) AS p USING (place)
        LEFT JOIN {now["places"]} AS n ON n.code = p.code
        JOIN {now["holders"]} AS h ON h.place = CASE WHEN c.place = 0 THEN 0 ELSE n.place END
        WHERE h.territory = {literal(territory)} GROUP BY ALL"""
    )
    return Table(groups_of(vintage), {(row[0], row[1]): Counts(*row[2:]) for row in found})


@lru_cache(maxsize=64)
def concentration_of(vintage: Vintage, territory: str) -> dict[str, Concentration]:
    """By perimeter."""
    found = ask(
        "SELECT perimeter, employers, jobs, largest, five_largest, squares "
        f"FROM read_parquet({literal(vintage.path('concentration'))}) WHERE territory = {literal(territory)}"
    )
    return {row[0]: Concentration(*row[1:]) for row in found}


@lru_cache(maxsize=256)
def place_of(vintage: Vintage, territory: str) -> Place:
    """A territory by its public code."""
    found = ask(
        "SELECT code, kind, name, population, parent "
        f"FROM read_parquet({literal(vintage.path('territories'))}) WHERE code = {literal(territory.lower())}"
    )
    if not found:
        raise TerreauError(
            f"Ce territoire n’existe pas dans le millésime {vintage.name}.",
            where=territory,
            remedy="«\u00a0terreau territories find\u00a0» cherche un code par le nom.",
        )
    return Place(*found[0])
