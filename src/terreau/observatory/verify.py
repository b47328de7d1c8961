"""Is a vintage what it was when it was built, and does it add up?"""

# ruff: noqa: S608  (names of our own tables, and values written by `literal`)
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from terreau.core.errors import TerreauError
from terreau.observatory.counts import MEASURES
from terreau.observatory.manifest import digest
from terreau.observatory.reading import literal
from terreau.observatory.store import MANIFEST, Vintage, open_vintage, vintages

_SUMS: Final = ", ".join(f"sum({name}) AS {name}" for name in MEASURES)
_UNEQUAL: Final = " OR ".join(f"a.{name} <> b.{name}" for name in MEASURES)


@dataclass(frozen=True)
class Line:
    """One thing verified."""

    vintage: str
    text: str
    sound: bool

    def __str__(self) -> str:
        return f"{self.vintage}\u00a0: {self.text}\u00a0: {'bon' if self.sound else 'MAUVAIS'}"


def verify(folder: Path) -> Iterator[Line]:
    """Verify a vintage, or every vintage of a folder."""
    if (folder / MANIFEST).is_file():
        yield from verify_one(Vintage(folder.resolve()))
        return
    names = vintages(folder)
    if not names:
        raise TerreauError("Il n’y a aucun millésime ici.", where=str(folder))
    for name in names:
        yield from verify_one(open_vintage(folder, name))


def verify_one(vintage: Vintage, *, just_built: bool = False) -> Iterator[Line]:
    """Every check of one vintage; what was just built need not be counted anew from the same cells."""
    name = vintage.name
    for table, mark in vintage.manifest["tables"].items():
        path = vintage.path(table)
        sound = path.is_file() and digest(path) == mark
        yield Line(name, f"table {table} inchangée", sound)
        if not sound:
            return
    connection = duckdb.connect()
    try:
        for text, sql in (*_arithmetic(vintage), *(() if just_built else _again(vintage))):
            wrong = connection.execute(sql).fetchall()[0][0]
            yield Line(name, text, not wrong)
    finally:
        connection.close()


def _arithmetic(vintage: Vintage) -> Iterator[tuple[str, str]]:
    """Each property with a query that counts what breaks it."""
    cells, by_territory, territories, concentration = _tables(
        vintage, "cells", "territory_cells", "territories", "concentration"
    )
    root = literal(vintage.manifest["root"])
    negative = " OR ".join(f"{name} < 0" for name in MEASURES)
    yield "aucun compte négatif", f"SELECT count(*) FROM {cells} WHERE {negative}"
    yield (
        "le pays est la somme de ses cases",
        f"""SELECT count(*) FROM (SELECT grp, section, {_SUMS} FROM {cells} GROUP BY ALL) AS a
            FULL JOIN (SELECT * FROM {by_territory} WHERE territory = {root}) AS b
            ON a.grp = b.grp AND a.section = b.section
            WHERE a.grp IS NULL OR b.grp IS NULL OR {_UNEQUAL}""",
    )
    yield (
        "les emplois estimés sont dans leur intervalle",
        f"""SELECT count(*) FROM {by_territory} WHERE jobs < jobs_low OR (open_sizes = 0 AND jobs > jobs_high)
            OR employers > establishments OR survivors > cohort""",
    )
    yield (
        "chaque territoire est connu",
        f"""SELECT count(*) FROM (SELECT DISTINCT territory FROM {by_territory}) AS a
            ANTI JOIN {territories} AS t ON t.code = a.territory""",
    )
    if not vintage.manifest["source"]["size_public"]:
        yield (
            "aucun effectif non public n’est dans les comptes",
            f"""SELECT (SELECT count(*) FROM {concentration}) + (SELECT count(*) FROM {cells}
                WHERE employers + open_sizes + jobs_low + jobs_high + jobs > 0)""",
        )
    if "confidential" in vintage.manifest["tables"]:
        (protected,) = _tables(vintage, "confidential")
        yield (
            "aucune case masquée ne porte de valeur",
            f"""SELECT count(*) FROM {protected}
            WHERE (status = 'published') <> (value IS NOT NULL)
            OR (status <> 'published' AND units IS NOT NULL)""",
        )
    yield (
        "les cinq premiers employeurs ne dépassent pas le tout",
        f"SELECT count(*) FROM {concentration} WHERE five_largest > jobs OR largest > five_largest",
    )


def _again(vintage: Vintage) -> Iterator[tuple[str, str]]:
    """What holds a place holds all of it: every territory counted anew."""
    cells, by_territory, holders = _tables(vintage, "cells", "territory_cells", "holders")
    yield (
        "chaque territoire est la somme de ses lieux",
        f"""SELECT count(*) FROM (
                SELECT h.territory, c.grp, c.section, {_SUMS} FROM {cells} AS c
                JOIN {holders} AS h USING (place) GROUP BY ALL) AS a
            FULL JOIN {by_territory} AS b
            ON a.territory = b.territory AND a.grp = b.grp AND a.section = b.section
            WHERE a.grp IS NULL OR b.grp IS NULL OR {_UNEQUAL}""",
    )


def _tables(vintage: Vintage, *names: str) -> list[str]:
    return [f"read_parquet({literal(vintage.path(name))})" for name in names]
