"""The rows of the data package, each table in CSV first, then in Parquet with its types."""

# ruff: noqa: S608  (names of our own tables, and values written by `literal`)
from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from terreau.observatory import labels, protected
from terreau.observatory.counts import Group, groups_of
from terreau.observatory.figure import Figure
from terreau.observatory.figures import figures_in
from terreau.observatory.package import tables
from terreau.observatory.package.tables import EVERYTHING, NO_SECTION, PRIVATE, TOTAL, Table
from terreau.observatory.parts import each_part
from terreau.observatory.reading import literal
from terreau.observatory.releases import ALL
from terreau.observatory.store import Vintage
from terreau.perimeters.rules import FAMILIES

Say = Callable[[str], None]
# A hundred lines each for tens of thousands of places would be too many: they have their first figures only.
_FIRST_FIGURES_ONLY = ("commune", "borough")


def fill(vintage: Vintage, folder: Path, say: Say) -> None:
    """Write every table of a vintage in a folder, in both forms.

    Args:
        vintage: the one to write.
        folder: where to write `<table>.csv` and `<table>.parquet`.
        say: told each step, in French.
    """
    connection = duckdb.connect()
    try:
        connection.execute("SET memory_limit = '1GB'").fetchall()
        say("Comptes de chaque territoire")
        _select(connection, _counts(vintage), folder / "comptes.csv")
        _select(connection, _places(vintage), folder / "territoires.csv")
        if protected.has_any(vintage):
            _select(connection, _protected(vintage), folder / f"{tables.PROTECTED.name}.csv")
        say("Chiffres des territoires")
        _write(folder, tables.FIGURES, _figures(connection, vintage))
        for table, rows in _words(vintage):
            _write(folder, table, rows)
        say("Parquet")
        for table in tables.tables_of(vintage):
            _to_parquet(connection, folder, table)
    finally:
        connection.close()


def _select(connection: duckdb.DuckDBPyConnection, sql: str, path: Path) -> None:
    connection.execute(f"COPY ({sql}) TO {literal(path)} (FORMAT csv, HEADER)").fetchall()


def _write(folder: Path, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(field.name for field in table.fields)
        writer.writerows(tuple(map(_told, row)) for row in rows)


def _told(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _to_parquet(connection: duckdb.DuckDBPyConnection, folder: Path, table: Table) -> None:
    """Read back what was written: the two forms cannot differ."""
    types = ", ".join(
        f"{literal(field.name)}: {literal(tables.SQL_TYPES[field.type])}" for field in table.fields
    )
    connection.execute(
        f"""COPY (SELECT * FROM read_csv({literal(folder / f"{table.name}.csv")}, auto_detect = false,
            header = true, delim = ',', quote = '"', escape = '"', nullstr = '', columns = {{{types}}}))
        TO {literal(folder / f"{table.name}.parquet")} (FORMAT parquet, COMPRESSION zstd)"""
    ).fetchall()


def _read(vintage: Vintage, table: str) -> str:
    return f"read_parquet({literal(vintage.path(table))})"


def _counts(vintage: Vintage) -> str:
    """The cells of every territory, and all their margins by family and by section."""
    manifest = vintage.manifest
    groups = [
        (group.number, name, family)
        for group in groups_of(vintage)
        for name, (answer, family) in group.answers.items()
        if answer == "oui"
    ]
    groups += [(group.number, name, "") for name in _wholes(vintage) for group in _within(vintage, name)]
    values = ", ".join(f"({number}, {literal(name)}, {literal(family)})" for number, name, family in groups)
    # A register of which nobody is known to be in the field: a row of nothing, which no cell joins.
    values = values or "(CAST(NULL AS SMALLINT), '', '')"
    masked = not manifest["source"]["size_public"]
    measures = ", ".join(
        f"CAST(NULL AS BIGINT) AS {name}" if masked and name in tables.SIZES else f"{sql} AS {name}"
        for name, sql in _MEASURES.items()
    )
    return f"""
        WITH kinds AS (SELECT * FROM (VALUES {values}) AS v (grp, perimeter, family)),
        cells AS (
            SELECT c.* EXCLUDE (grp, section), k.perimeter, k.family,
                CASE c.section WHEN '' THEN {literal(NO_SECTION)} ELSE c.section END AS section
            FROM {_read(vintage, "territory_cells")} AS c JOIN kinds AS k USING (grp)
        )
        SELECT territory AS territoire, perimeter AS perimetre, coalesce(family, {literal(TOTAL)}) AS famille,
            coalesce(section, {literal(TOTAL)}) AS secteur, {measures},
            {str(masked).lower()} AS masque, {literal(labels.CONFIDENTIAL) if masked else "NULL"} AS motif,
            {_notice(vintage)} AS mention
        FROM cells GROUP BY territory, perimeter, CUBE (family, section)
        HAVING family IS DISTINCT FROM '' AND sum(establishments + units + created + closed + cohort) > 0
        ORDER BY ALL"""


_MEASURES = {
    "etablissements": "CAST(sum(establishments) AS BIGINT)",
    "structures": "CAST(sum(units) AS BIGINT)",
    "employeurs": "CAST(sum(employers) AS BIGINT)",
    "emplois": "sum(jobs)",
    "emplois_min": "CAST(sum(jobs_low) AS BIGINT)",
    "emplois_max": "CASE sum(open_sizes) WHEN 0 THEN CAST(sum(jobs_high) AS BIGINT) END",
    "effectif_inconnu": "CAST(sum(unknown_sizes) AS BIGINT)",
    "creations": "CAST(sum(created) AS BIGINT)",
    "cessations": "CAST(sum(closed) AS BIGINT)",
    "cohorte": "CAST(sum(cohort) AS BIGINT)",
    "survivants": "CAST(sum(survivors) AS BIGINT)",
}


def _wholes(vintage: Vintage) -> list[str]:
    """What shares are shares of, where the register holds it."""
    if not vintage.manifest["whole_economy"]:
        return []
    return [EVERYTHING, PRIVATE] if vintage.manifest["tells_public"] else [EVERYTHING]


def _within(vintage: Vintage, whole: str) -> list[Group]:
    return [group for group in groups_of(vintage) if whole == EVERYTHING or not group.public]


def _places(vintage: Vintage) -> str:
    """The territories, each commune with the grouping that holds the same places."""
    territories, holders = _read(vintage, "territories"), _read(vintage, "holders")
    return f"""
        WITH grouped AS (
            SELECT a.territory, min(b.territory) AS groupement
            FROM {holders} AS a JOIN {holders} AS b USING (place)
            JOIN {territories} AS c ON c.code = a.territory AND c.kind = 'commune'
            JOIN {territories} AS g ON g.code = b.territory AND g.kind = 'grouping'
            GROUP BY a.territory
        )
        SELECT t.code AS territoire, t.kind AS nature, t.name AS nom, t.population, t.parent, g.groupement
        FROM {territories} AS t LEFT JOIN grouped AS g ON g.territory = t.code ORDER BY t.code"""


def _protected(vintage: Vintage) -> str:
    """The protected tables as they are: what is masked is nowhere in a vintage."""
    names = " ".join(f"WHEN {literal(key)} THEN {literal(name)}" for key, name in protected.TOTALS.items())
    reasons = " ".join(f"WHEN {literal(key)} THEN {literal(text)}" for key, text in labels.SECRET.items())
    family, section = (
        f"CASE {name} WHEN {literal(ALL)} THEN {literal(TOTAL)} WHEN '' THEN {literal(NO_SECTION)} "
        f"ELSE {name} END"
        for name in ("family", "section")
    )
    return f"""
        SELECT territory AS territoire, perimeter AS perimetre, CASE measure {names} END AS indicateur,
            {family} AS famille, {section} AS secteur, units AS structures, value AS valeur,
            low AS borne_basse, high AS borne_haute, value IS NULL AS masque,
            CASE WHEN value IS NULL THEN CASE status {reasons} END END AS motif,
            {_notice(vintage)} AS mention
        FROM {_read(vintage, protected.TABLE)} ORDER BY ALL"""


def _notice(vintage: Vintage) -> str:
    """« données simulées » on every line, nothing on genuine ones."""
    notice = vintage.manifest["notice"]
    return literal(notice) if notice else "NULL"


def _figures(connection: duckdb.DuckDBPyConnection, vintage: Vintage) -> Iterator[tuple[Any, ...]]:
    """Made as those of the pages and of the files of one territory are, with the same secrecy."""
    kinds = ", ".join(literal(kind) for kind in _FIRST_FIGURES_ONLY)
    found = connection.execute(
        f"SELECT code FROM {_read(vintage, 'territories')} WHERE kind NOT IN ({kinds}) ORDER BY code"
    ).fetchall()
    for (code,) in found:
        for figure in figures_in(vintage, code).figures:
            yield _figure(code, figure)
    for kind in _FIRST_FIGURES_ONLY:
        for perimeter in vintage.manifest["perimeters"]:
            for part in each_part(vintage, vintage.manifest["root"], kind, perimeter):
                for figure in part.figures.values():
                    yield _figure(part.place.code, figure)


def _figure(code: str, figure: Figure) -> tuple[Any, ...]:
    kind, _, segment = figure.segment.partition(":")
    return (
        code,
        figure.perimeter,
        figure.id,
        segment if kind == "famille" else TOTAL,
        (segment or NO_SECTION) if kind == "section" else TOTAL,
        figure.value,
        figure.low,
        figure.high,
        figure.numerator,
        figure.denominator,
        figure.on,
        figure.estimated,
        figure.reliability,
        figure.masked,
        figure.missing,
        figure.note,
        figure.notice,
    )


def _words(vintage: Vintage) -> Iterator[tuple[Table, list[tuple[Any, ...]]]]:
    """The words of each code that the other tables hold."""
    manifest = vintage.manifest
    yield (
        tables.INDICATORS,
        [
            (name, told.label, told.unit, told.numerator, told.denominator, told.note, told.anchor)
            for name, told in labels.INDICATORS.items()
        ],
    )
    wholes = {
        EVERYTHING: "toute l’économie du registre, sans les entrepreneurs individuels",
        PRIVATE: "la même, sans les personnes morales de droit administratif",
    }
    version = manifest["perimeter_version"]
    yield (
        tables.PERIMETERS,
        [
            *((name, labels.perimeter_label(name), version) for name in manifest["perimeters"]),
            *((name, wholes[name], None) for name in _wholes(vintage)),
        ],
    )
    known = {family for group in groups_of(vintage) for _, family in group.answers.values() if family}
    yield (
        tables.FAMILIES,
        [
            (TOTAL, "toutes les familles"),
            *((key, FAMILIES[key].plural if key in FAMILIES else key) for key in sorted(known)),
        ],
    )
    yield (
        tables.SECTORS,
        [
            (TOTAL, "toutes les sections"),
            (NO_SECTION, labels.segment_label("section:", {})),
            *sorted(manifest["sections"].items()),
        ],
    )
