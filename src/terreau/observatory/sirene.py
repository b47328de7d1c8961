"""France's register: the first layers of Sirene, with the list of ESS France and the RNA beside it."""

# ruff: noqa: S608  (names of our own tables, and values written by `literal`)
from __future__ import annotations

import csv
import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from terreau.core.errors import TerreauError
from terreau.observatory import checks
from terreau.observatory.engine import Engine
from terreau.observatory.geography import french_geography
from terreau.observatory.landing import Landed, Portion, Request
from terreau.observatory.portions import between, cuts
from terreau.observatory.reading import Column, Opened, as_code, identifier, literal, open_file
from terreau.observatory.sources.catalogue import (
    Source,
    mapping_path,
    mapping_tables,
    source,
    source_sql,
)

# A column of every file a generator wrote; no genuine file has it.
SIMULATED_COLUMN = "donneesSimulees"
_DIGITS = {
    "siren": 9,
    "nic": 5,
    "SIREN": 9,
    "codeCommuneEtablissement": 5,
    "trancheEffectifsEtablissement": 2,
    "siret": 14,
    "adrs_codeinsee": 5,
}
_MEASURES = ("emplois", "masseSalariale", "chiffreAffaires")
_MAPPING_TYPES = {"low": "INTEGER", "high": "INTEGER", "estimate": "FLOAT"}
# Level I of the legal categories: bodies of administrative law.
_PUBLIC_FORMS = ("7",)
# From this month the new classification is the one in force.
_NAF_2025_SINCE = "2027-01"


def land(engine: Engine, request: Request) -> Landed:
    """Read the files, and lay the first two layers.

    Raises:
        TerreauError: a file is missing, damaged, or of another month.
    """
    if request.units is None or request.establishments is None:
        raise TerreauError(
            "Il faut les deux fichiers\u00a0: «\u00a0--units\u00a0» et «\u00a0--establishments\u00a0»."
        )
    declared = source("sirene")
    nomenclature = request.nomenclature or ("nafrev2" if request.vintage < _NAF_2025_SINCE else "naf2025")
    # Made while the files are read: it is as long as reading a million rows.
    geography = ThreadPoolExecutor(1).submit(french_geography, request.on)
    units = _open(engine, request.units, declared, "units", "raw_units")
    establishments = _open(engine, request.establishments, declared, "establishments", "raw_establishments")
    opened = {"units": units, "establishments": establishments}
    opened |= _beside(engine, request)
    checks.of_the_month(engine, units, establishments, request.vintage)
    checks.none_is_cut(engine, units, establishments)
    _load_mappings(engine)
    _stage(engine, request, nomenclature)
    if request.rna is not None:
        engine.hold("rna_staged", source_sql("rna", "01_staged"))
        engine.view("rna_mapped_units", source_sql("rna", "02_mapped_units"))
        engine.view("rna_mapped_facts", source_sql("rna", "02_mapped_facts"))
    whole = _portion(units, establishments, None, None, rna=request.rna is not None)
    read = {name: item.rows(engine.connection) for name, item in opened.items()}
    sole = "SELECT count(*) FROM raw_units WHERE CAST(categorieJuridiqueUniteLegale AS VARCHAR) = '1000'"
    read["sole_traders"] = int(engine.one(sole))
    return Landed(
        country="FR",
        label=declared.label,
        licence=declared.licence,
        size_public=declared.size_public,
        confidential=(),
        nomenclature=nomenclature,
        sections=section_labels(nomenclature),
        placing=geography.result,
        whole=whole,
        portions=_portions(engine, units, establishments, rna=request.rna is not None),
        read=read,
        unread=[
            *_unread("unit", units),
            *_unread("establishment", establishments),
            *checks.orphans(engine),
        ],
        headcount_year=_headcount_year(engine),
        public_forms=_PUBLIC_FORMS,
        whole_economy=True,
        simulated=simulated(opened.values()),
        files=[described(name, item) for name, item in opened.items()],
    )


def _beside(engine: Engine, request: Request) -> dict[str, Opened]:
    """The list of ESS France and the RNA, when given; an empty list stands in for the first."""
    opened = {}
    if request.ess_list is not None:
        opened["ess_list"] = _open(engine, request.ess_list, source("ess_list"), "units", "raw_ess_list")
    else:
        engine.table("raw_ess_list", [("SIREN", "VARCHAR")], [])
    if request.rna is not None:
        opened["rna"] = _open(engine, request.rna, source("rna"), "units", "raw_rna")
    return opened


def _stage(engine: Engine, request: Request, nomenclature: str) -> None:
    engine.hold("ess_list_staged_units", source_sql("ess_list", "01_staged_units"))
    engine.view("sirene_staged_units", source_sql("sirene", "01_staged_units"))
    has_list = "TRUE" if request.ess_list is not None else "FALSE"
    facts = source_sql("sirene", "02_mapped_facts", nomenclature=nomenclature, has_list=has_list)
    engine.view("sirene_mapped_units", source_sql("sirene", "02_mapped_units"))
    engine.view("sirene_mapped_facts", facts)


def _portions(engine: Engine, units: Opened, establishments: Opened, *, rna: bool) -> tuple[Portion, ...]:
    files = (units.parquet, establishments.parquet)
    found = [] if engine.divides_itself else cuts(engine, files, "siren")
    bounds = zip([None, *found], [*found, None], strict=True)
    return tuple(_portion(units, establishments, low, high, rna=rna) for low, high in bounds)


def _portion(
    units: Opened, establishments: Opened, low: str | None, high: str | None, *, rna: bool
) -> Portion:
    """The units from a number to another; associations without a number are of the last portion."""
    declared = source("sirene")
    rows = {}
    for key, opened in (("units", units), ("establishments", establishments)):
        sql = raw_sql(opened, declared.columns[key])
        part = (low, high) != (None, None)
        rows[f"raw_{key}"] = (
            f"SELECT * FROM ({sql}) AS r WHERE {between('siren', low, high)}" if part else sql
        )
    return Portion(rows, ("sirene", "rna") if rna and high is None else ("sirene",))


def lay_establishments(engine: Engine, request: Request, landed: Landed) -> None:
    """The first layers of the establishments: they ask which units were kept, so units come first."""
    values = request.dates | {"nomenclature": landed.nomenclature}
    engine.hold("sirene_section_of", source_sql("sirene", "02_section_of", **values))
    engine.view("sirene_staged_establishments", source_sql("sirene", "01_staged_establishments", **values))
    engine.view("sirene_mapped_establishments", source_sql("sirene", "02_mapped_establishments", **values))
    if request.rna is not None:
        engine.view("rna_mapped_establishments", source_sql("rna", "02_mapped_establishments", **values))


def _open(engine: Engine, path: Path, declared: Source, key: str, view: str) -> Opened:
    wanted = (*declared.columns[key], Column(SIMULATED_COLUMN, required=False))
    opened = open_file(engine.connection, path, wanted, engine.work, declared.left)
    engine.view(view, raw_sql(opened, declared.columns[key]))
    return opened


def raw_sql(opened: Opened, columns: tuple[Column, ...]) -> str:
    """The columns asked for under their own names; one a generation of the file lacks is null."""
    chosen = []
    for column in columns:
        name, kind = identifier(column.name), opened.types.get(column.name)
        if kind is None:
            chosen.append(f"CAST(NULL AS VARCHAR) AS {name}")
        elif column.name in _MEASURES:
            chosen.append(name)
        else:
            chosen.append(f"{as_code(name, kind, _DIGITS.get(column.name))} AS {name}")
    return f"SELECT {', '.join(chosen)} FROM read_parquet({literal(opened.parquet)})"


def _load_mappings(engine: Engine) -> None:
    for name in mapping_tables("sirene"):
        path = mapping_path("sirene", name)
        with Path(path).open(encoding="utf-8") as file:
            header = next(csv.reader(file))
        engine.mapping(
            f"sirene_{name}", path, [(column, _MAPPING_TYPES.get(column, "VARCHAR")) for column in header]
        )


def section_labels(nomenclature: str) -> dict[str, str]:
    """The sections of a classification, by letter."""
    with Path(mapping_path("sirene", "section_labels")).open(encoding="utf-8") as file:
        return {
            row["section"]: row["label"]
            for row in csv.DictReader(file)
            if row["nomenclature"] == nomenclature
        }


def _unread(kind: str, opened: Opened) -> list[tuple[str, str, str]]:
    return [(kind, f"ligne {line}", reason) for line, reason in opened.rejects]


def _headcount_year(engine: Engine) -> str | None:
    """The year headcounts are of: the newest of a first part of the file is the newest of all."""
    found = engine.one(
        "SELECT max(CAST(anneeEffectifsEtablissement AS VARCHAR)) FROM "
        "(SELECT anneeEffectifsEtablissement FROM raw_establishments LIMIT 100000)"
    )
    return str(found) if found else None


def simulated(opened: Any) -> bool:
    """Whether the files come from a generator; simulated and real ones are never read together."""
    marks = {SIMULATED_COLUMN in item.types for item in opened}
    if len(marks) > 1:
        raise TerreauError("Des fichiers simulés et des fichiers réels ne se lisent pas ensemble.")
    return True in marks


def described(name: str, opened: Opened) -> dict[str, Any]:
    """What file was read, for the manifest: nothing else tells a Parquet with a bit changed on the way."""
    path = opened.given
    with path.open("rb") as file:
        mark = hashlib.file_digest(file, "sha256").hexdigest()
    return {"role": name, "name": path.name, "bytes": path.stat().st_size, "sha256": mark}
