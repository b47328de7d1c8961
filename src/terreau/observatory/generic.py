"""Any other country's register, told by a mapping file (its keys are explained in docs/observatoire.md)."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from terreau.core.errors import TerreauError
from terreau.observatory.engine import Engine
from terreau.observatory.geography import Geography, Territory
from terreau.observatory.landing import Landed, Portion, Request
from terreau.observatory.reading import Column, Opened, identifier, literal, open_file
from terreau.observatory.sirene import described, simulated
from terreau.observatory.sources.catalogue import source_sql
from terreau.perimeters.rules import find_form

_UNITS: Final = ("id", "form", "region", "activity", "approval")
# Never public, whatever the register says of its sizes.
_MONEY: Final = ("wages", "turnover")
_ESTABLISHMENTS: Final = ("unit", "id", "place", "activity", "size", *_MONEY, "created", "closed", "seat")
_REQUIRED: Final = {"units": ("id", "form"), "establishments": ("unit", "place")}
_TERRITORY_COLUMNS: Final = ("code", "places", "kind", "name", "population", "parent")
_MARK: Final = "donneesSimulees"
# What no establishment earns in any currency; a country's sum still has its last unit in a double.
_TOO_LARGE: Final = "1e15"


@dataclass(frozen=True)
class RegisterMapping:
    """What the columns of a register mean."""

    country: str
    label: str
    units: dict[str, str]
    establishments: dict[str, str]
    territories: Path
    licence: str = ""
    size_public: bool = False
    whole_economy: bool = False
    date_format: str = "%Y-%m-%d"
    nomenclature: str = ""
    forms: dict[str, str] = field(default_factory=dict)
    public_forms: tuple[str, ...] = ()
    approvals: dict[str, str] = field(default_factory=dict)
    seat: tuple[str, ...] = ()
    bands: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    sections: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def confidential(self) -> tuple[str, ...]:
        """What the register tells exactly and is not public; sizes told by bands are not exact."""
        exact = not (self.size_public or self.bands) and "size" in self.establishments
        return (*(("jobs",) if exact else ()), *(key for key in _MONEY if key in self.establishments))


def read_mapping(path: Path) -> RegisterMapping:
    """The mapping file, checked.

    Raises:
        TerreauError: it does not read, or a key is missing or unknown; the message names it.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TerreauError("Le fichier de correspondance ne se lit pas.", where=str(path)) from error
    known = set(RegisterMapping.__dataclass_fields__)
    unknown = sorted(set(told) - known)
    if unknown:
        raise TerreauError(f"Clé inconnue\u00a0: {', '.join(unknown)}.", where=path.name)
    missing = [
        key for key in ("country", "label", "units", "establishments", "territories") if key not in told
    ]
    missing += [
        f"{part}.{key}" for part, keys in _REQUIRED.items() for key in keys if key not in told.get(part, {})
    ]
    if missing:
        raise TerreauError(f"Il manque\u00a0: {', '.join(missing)}.", where=path.name)
    for part, keys in (("units", _UNITS), ("establishments", _ESTABLISHMENTS)):
        strange = sorted(set(told[part]) - set(keys))
        if strange:
            raise TerreauError(f"Clé inconnue\u00a0: {part}.{', '.join(strange)}.", where=path.name)
    for key in ("size_public", "whole_economy"):
        # « "false" » would be true, and let out what must not be.
        if not isinstance(told.get(key, False), bool):
            raise TerreauError(
                f"La clé «\u00a0{key}\u00a0» vaut true ou false, sans guillemets.", where=path.name
            )
    told["territories"] = path.parent / told["territories"]
    return RegisterMapping(
        **told | {key: tuple(told[key]) for key in ("public_forms", "seat") if key in told}
    )


_WHOLE: Final = Portion({}, ("generic",))


def land(engine: Engine, request: Request) -> Landed:
    """Read the files as the mapping says, and lay the first two layers."""
    told = read_mapping(_given(request.mapping))
    given = _given(request.units)
    units = _open(engine, given, told.units, _UNITS, "raw_units", once="id")
    place = request.establishments or given
    establishments = _open(engine, place, told.establishments, _ESTABLISHMENTS, "raw_establishments")
    _lay_mappings(engine, told)
    engine.hold("generic_staged_units", source_sql("generic", "01_staged_units"))
    _stage_establishments(engine, told)
    nomenclature = told.nomenclature.replace("'", "''")
    engine.view("generic_mapped_units", source_sql("generic", "02_mapped_units"))
    engine.view("generic_mapped_facts", source_sql("generic", "02_mapped_facts", nomenclature=nomenclature))
    opened = {"units": units, "establishments": establishments}
    geography = read_territories(told.territories)
    return Landed(
        country=told.country.upper(),
        label=told.label,
        licence=told.licence,
        size_public=told.size_public,
        confidential=told.confidential,
        nomenclature=told.nomenclature,
        sections={code: str(section["label"]) for code, section in told.sections.items()},
        placing=lambda: geography,
        whole=_WHOLE,
        portions=(_WHOLE,),
        read={name: item.rows(engine.connection) for name, item in opened.items()},
        unread=[
            (kind, f"ligne {line}", reason)
            for kind, item in (("unit", units), ("establishment", establishments))
            for line, reason in item.rejects
        ],
        headcount_year=None,
        public_forms=told.public_forms,
        whole_economy=told.whole_economy,
        simulated=simulated(opened.values()),
        files=[described(name, item) for name, item in opened.items()],
    )


def _stage_establishments(engine: Engine, told: RegisterMapping) -> None:
    """Held: an establishment is known by its number within its unit, which must not change."""
    values = {
        "date_format": told.date_format.replace("'", "''"),
        "seat_words": ", ".join(map(literal, told.seat)) or "NULL",
        "seat_default": "FALSE" if told.seat else "TRUE",
        "too_large": _TOO_LARGE,
    }
    engine.hold("generic_staged_establishments", source_sql("generic", "01_staged_establishments", **values))


def lay_establishments(engine: Engine, request: Request, landed: Landed) -> None:
    """The first layers of the establishments."""
    values = request.dates | {"size_public": str(landed.size_public).upper()}
    engine.view("generic_mapped_establishments", source_sql("generic", "02_mapped_establishments", **values))


def _given(path: Path | None) -> Path:
    if path is None:
        raise TerreauError(
            "Il faut «\u00a0--mapping\u00a0» et «\u00a0--units\u00a0» "
            "(et «\u00a0--establishments\u00a0» si c’est un autre fichier)."
        )
    return path


def _open(
    engine: Engine, path: Path, told: Mapping[str, str], keys: tuple[str, ...], view: str, once: str = ""
) -> Opened:
    """The columns the mapping names, under the names the layers know; what it does not name is null.

    A file that holds one row for an establishment repeats its units: `once` keeps each once.
    """
    wanted = [Column(name) for name in dict.fromkeys(told.values())] + [Column(_MARK, required=False)]
    opened = open_file(engine.connection, path, wanted, engine.work)
    chosen = ", ".join(
        f"NULLIF(trim(CAST({identifier(told[key])} AS VARCHAR)), '') AS {key}"
        if key in told
        else f"CAST(NULL AS VARCHAR) AS {key}"
        for key in keys
    )
    distinct = "DISTINCT" if once else ""
    engine.view(view, f"SELECT {distinct} {chosen} FROM read_parquet({literal(opened.parquet)})")  # noqa: S608
    return opened


def _lay_mappings(engine: Engine, told: RegisterMapping) -> None:
    written = [
        str(row[0]) for row in engine.run("SELECT DISTINCT form FROM raw_units WHERE form IS NOT NULL")
    ]
    engine.table(
        "generic_forms",
        [("written", "VARCHAR"), ("code", "VARCHAR")],
        ((text, _code(told, text)) for text in written),
    )
    engine.table(
        "generic_approvals", [("written", "VARCHAR"), ("condition", "VARCHAR")], told.approvals.items()
    )
    engine.table(
        "generic_bands",
        [("written", "VARCHAR"), ("low", "INTEGER"), ("high", "INTEGER")],
        ((text, low, high) for text, (low, high) in told.bands.items()),
    )
    engine.table(
        "generic_sections",
        [("section", "VARCHAR"), ("prefix", "VARCHAR")],
        ((code, prefix) for code, section in told.sections.items() for prefix in section["prefixes"]),
    )


def _code(told: RegisterMapping, text: str) -> str:
    """The form meant: as the mapping says, else as the country's tables know it, else as written."""
    if text in told.forms:
        return told.forms[text]
    found = find_form(told.country, text)
    return found.code if found else text


def read_territories(path: Path) -> Geography:
    """The country's territories: a tree, each with its public code and the codes of the register in it."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise TerreauError("La table des territoires ne se lit pas.", where=str(path)) from error
    missing = [name for name in _TERRITORY_COLUMNS if not rows or name not in rows[0]]
    if missing:
        raise TerreauError(f"Il manque\u00a0: {', '.join(missing)}.", where=path.name)
    territories = {row["code"]: _territory(row, path) for row in rows}
    roots = [item.code for item in territories.values() if item.parent is None]
    if len(roots) != 1:
        raise TerreauError(
            f"Il faut un seul territoire sans parent, il y en a {len(roots)}.", where=path.name
        )
    geography = Geography(roots[0], territories)
    for row in rows:
        if row["places"].strip():
            geography.add(row["places"].split(), _chain(territories, row["code"], path))
    geography.mark = hashlib.blake2b(path.read_bytes(), digest_size=4).hexdigest()
    return geography


def _territory(row: dict[str, str], path: Path) -> Territory:
    text = row["population"].strip()
    if text and not text.isdigit():
        raise TerreauError(
            f"La population «\u00a0{text}\u00a0» n’est pas un nombre d’habitants.", where=path.name
        )
    return Territory(
        row["code"], row["kind"], row["name"], int(text) if text else None, row["parent"].strip() or None
    )


def _chain(territories: Mapping[str, Territory], code: str, path: Path) -> Iterable[str]:
    """A territory and all that holds it."""
    found: list[str] = []
    here: str | None = code
    while here is not None:
        if here not in territories or here in found:
            raise TerreauError(
                f"Le parent «\u00a0{here}\u00a0» n’existe pas ou tourne en rond.", where=path.name
            )
        found.append(here)
        here = territories[here].parent
    return found
