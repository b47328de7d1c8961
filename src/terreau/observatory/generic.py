"""Any other country's register, told by a mapping file (its keys are explained in docs/observatoire.md)."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import duckdb

from terreau.core.errors import TerreauError
from terreau.core.json_files import read_json
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
_MOST_PEOPLE: Final = 10**10
_COUNTRY: Final = re.compile(r"[A-Za-z]{2}")
# Counted in one byte, none included.
_SECTIONS_AT_MOST: Final = 255
_EXPLAINED: Final = "Les clés sont expliquées dans docs/observatoire.md."


@dataclass(frozen=True)
class RegisterMapping:
    """What the columns of a register mean."""

    country: str
    label: str
    units: dict[str, str]
    establishments: dict[str, str]
    territories: Path
    licence: str = ""
    region: str = ""
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


def _is_text(told: Any) -> bool:
    return isinstance(told, str) and bool(told.strip())


def _is_list(told: Any) -> bool:
    return isinstance(told, list) and all(map(_is_text, told))


def _is_table(told: Any) -> bool:
    return isinstance(told, dict) and all(map(_is_text, told.values()))


def _are_bands(told: Any) -> bool:
    return isinstance(told, dict) and all(map(_is_band, told.values()))


def _is_band(told: Any) -> bool:
    if not isinstance(told, list) or len(told) != 2:
        return False
    ends = [told[0]] if told[1] is None else [0, *told]
    whole = all(isinstance(end, int) and not isinstance(end, bool) and end >= 0 for end in ends)
    return whole and all(low <= high for low, high in pairwise(ends))


def _are_sections(told: Any) -> bool:
    return (
        isinstance(told, dict)
        and len(told) <= _SECTIONS_AT_MOST
        and all(
            isinstance(one, dict) and _is_text(one.get("label")) and _is_list(one.get("prefixes"))
            for one in told.values()
        )
    )


# What the value of each key must be, and how that is said. « "oui" » read as a list would be three letters.
_SHAPES: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "country": (
        lambda told: _is_text(told) and bool(_COUNTRY.fullmatch(told)),
        "le code ISO du pays, deux lettres",
    ),
    **dict.fromkeys(("label", "territories", "date_format", "region"), (_is_text, "un texte")),
    **dict.fromkeys(("licence", "nomenclature"), (lambda told: isinstance(told, str), "un texte")),
    **dict.fromkeys(
        ("units", "establishments"), (_is_table, "un objet\u00a0: ce qu’est la colonne, puis son nom")
    ),
    **dict.fromkeys(
        ("forms", "approvals"), (_is_table, "un objet\u00a0: ce qui est écrit, puis ce que cela veut dire")
    ),
    **dict.fromkeys(("public_forms", "seat"), (_is_list, "une liste de textes")),
    # « "false" » would be true, and let out what must not be.
    **dict.fromkeys(
        ("size_public", "whole_economy"),
        (lambda told: isinstance(told, bool), "true ou false, sans guillemets"),
    ),
    "bands": (
        _are_bands,
        "un objet\u00a0: ce qui est écrit, puis [le moins, le plus], deux nombres entiers, "
        "le second null s’il n’y en a pas",
    ),
    "sections": (
        _are_sections,
        "un objet\u00a0: un code, puis son «\u00a0label\u00a0» et la liste de ses "
        f"«\u00a0prefixes\u00a0»\u00a0; {_SECTIONS_AT_MOST} au plus",
    ),
}


def read_mapping(path: Path) -> RegisterMapping:
    """The mapping file, checked.

    Raises:
        TerreauError: it does not read, or a key is missing or unknown; the message names it.
    """
    told = read_json(path, "Le fichier de correspondance")
    if not isinstance(told, dict):
        raise TerreauError("Le fichier de correspondance doit être un objet JSON.", where=path.name)
    known = set(RegisterMapping.__dataclass_fields__)
    unknown = sorted(set(told) - known)
    if unknown:
        raise TerreauError(f"Clé inconnue\u00a0: {', '.join(unknown)}.", where=path.name)
    missing = [
        key for key in ("country", "label", "units", "establishments", "territories") if key not in told
    ]
    for key, value in told.items():
        fits, words = _SHAPES[key]
        if not fits(value):
            raise TerreauError(
                f"La clé «\u00a0{key}\u00a0» doit être {words}.", where=path.name, remedy=_EXPLAINED
            )
    missing += [
        f"{part}.{key}" for part, keys in _REQUIRED.items() for key in keys if key not in told.get(part, {})
    ]
    if missing:
        raise TerreauError(f"Il manque\u00a0: {', '.join(missing)}.", where=path.name, remedy=_EXPLAINED)
    for part, keys in (("units", _UNITS), ("establishments", _ESTABLISHMENTS)):
        strange = sorted(set(told[part]) - set(keys))
        if strange:
            raise TerreauError(f"Clé inconnue\u00a0: {part}.{', '.join(strange)}.", where=path.name)
    told["territories"] = path.parent / told["territories"]
    return RegisterMapping(
        **told | {key: tuple(told[key]) for key in ("public_forms", "seat") if key in told}
    )


_WHOLE: Final = Portion({}, ("generic",))


def land(engine: Engine, request: Request) -> Landed:
    """Read the files as the mapping says, and lay the first two layers."""
    _refuse_what_is_of_sirene(request)
    told = read_mapping(_given(request.mapping))
    _check_date_format(engine, told, _given(request.mapping))
    given = _given(request.units)
    units = _open(engine, given, told.units, _UNITS, "raw_units", once="id", region=told.region)
    place = request.establishments or given
    establishments = _open(engine, place, told.establishments, _ESTABLISHMENTS, "raw_establishments")
    _lay_mappings(engine, told)
    engine.stage("generic_staged_units", source_sql("generic", "01_staged_units"))
    _stage_establishments(engine, told)
    nomenclature = told.nomenclature.replace("'", "''")
    engine.view("generic_mapped_units", source_sql("generic", "02_mapped_units"))
    engine.view("generic_mapped_facts", source_sql("generic", "02_mapped_facts", nomenclature=nomenclature))
    opened = {"units": units, "establishments": establishments}
    geography = read_territories(told.territories, told.country)
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


def _refuse_what_is_of_sirene(request: Request) -> None:
    """Left unread, a list or a classification would be in the manifest and in nothing that is counted."""
    for option, given in (
        ("--ess-list", request.ess_list),
        ("--rna", request.rna),
        ("--nomenclature", request.nomenclature),
    ):
        if given is not None:
            raise TerreauError(
                f"«\u00a0{option}\u00a0» n’a de sens qu’avec Sirene.",
                where=str(given),
                remedy="Ôtez cette option\u00a0: le fichier de correspondance dit tout d’un autre registre.",
            )


def _stage_establishments(engine: Engine, told: RegisterMapping) -> None:
    """Held: an establishment is known by its number within its unit, which must not change."""
    values = {
        "date_format": told.date_format.replace("'", "''"),
        "seat_words": ", ".join(map(literal, told.seat)) or "NULL",
        "seat_default": "FALSE" if told.seat else "TRUE",
        "too_large": _TOO_LARGE,
    }
    engine.stage("generic_staged_establishments", source_sql("generic", "01_staged_establishments", **values))


def lay_establishments(engine: Engine, request: Request, landed: Landed) -> None:
    """The first layers of the establishments."""
    values = request.dates | {"size_public": str(landed.size_public).upper()}
    engine.view("generic_mapped_establishments", source_sql("generic", "02_mapped_establishments", **values))


def _check_date_format(engine: Engine, told: RegisterMapping, path: Path) -> None:
    try:
        engine.on_this_machine(f"SELECT try_strptime('', {literal(told.date_format)})")
    except duckdb.Error as error:
        raise TerreauError(
            f"La clé «\u00a0date_format\u00a0» vaut «\u00a0{told.date_format}\u00a0», qui n’est pas une "
            "écriture de date.",
            where=path.name,
            remedy="31/12/2026 s’écrit %d/%m/%Y, et 2026-12-31, %Y-%m-%d.",
        ) from error


def _given(path: Path | None) -> Path:
    if path is None:
        raise TerreauError(
            "Il faut «\u00a0--mapping\u00a0» et «\u00a0--units\u00a0» "
            "(et «\u00a0--establishments\u00a0» si c’est un autre fichier)."
        )
    return path


def _open(
    engine: Engine,
    path: Path,
    told: Mapping[str, str],
    keys: tuple[str, ...],
    view: str,
    once: str = "",
    region: str = "",
) -> Opened:
    """The columns the mapping names, under the names the layers know; what it does not name is null.

    A file that holds one row for an establishment repeats its units: `once` keeps each once. `region` is
    where all are, when no column says it.
    """
    wanted = [Column(name) for name in dict.fromkeys(told.values())] + [Column(_MARK, required=False)]
    opened = open_file(engine.connection, path, wanted, engine.work)
    chosen = ", ".join(
        f"NULLIF(trim(CAST({identifier(told[key])} AS VARCHAR)), '') AS {key}"
        if key in told
        else f"CAST({literal(region) if key == 'region' and region else 'NULL'} AS VARCHAR) AS {key}"
        for key in keys
    )
    distinct = "DISTINCT" if once else ""
    rows = f"SELECT {distinct} {chosen} FROM read_parquet({literal(opened.parquet)})"  # noqa: S608
    engine.on_this_machine(f"CREATE OR REPLACE VIEW {view} AS {rows}")
    return opened


def _lay_mappings(engine: Engine, told: RegisterMapping) -> None:
    written = engine.on_this_machine(
        "SELECT DISTINCT form, coalesce(region, '') FROM raw_units WHERE form IS NOT NULL"
    )
    engine.table(
        "generic_forms",
        [("written", "VARCHAR"), ("region", "VARCHAR"), ("code", "VARCHAR")],
        ((text, region, _code(told, text, region)) for text, region in written),
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


def _code(told: RegisterMapping, text: str, region: str) -> str:
    """The form meant: as the mapping says, else as the tables of its place know it, else as written."""
    if text in told.forms:
        return told.forms[text]
    found = find_form(told.country, text, region or None)
    return found.code if found else text


def read_territories(path: Path, country: str) -> Geography:
    """The country's territories: a tree, each with its public code and the codes of the register in it."""
    rows = _territory_rows(path)
    territories: dict[str, Territory] = {}
    for row in rows:
        one = _territory(row, path, country.lower())
        if one.code in territories:
            raise TerreauError(
                f"Le territoire «\u00a0{one.code}\u00a0» est écrit deux fois.", where=path.name
            )
        territories[one.code] = one
    roots = [item.code for item in territories.values() if item.parent is None]
    if len(roots) != 1:
        raise TerreauError(
            f"Il faut un seul territoire sans parent, il y en a {len(roots)}.", where=path.name
        )
    geography = Geography(roots[0], territories)
    for row in rows:
        holders = _chain(territories, row["code"], path)
        places = row["places"].split()
        shared = next((place for place in places if place in geography.places), None)
        if shared is not None:
            raise TerreauError(
                f"Le code «\u00a0{shared}\u00a0» est dans deux territoires.",
                where=path.name,
                remedy="Gardez-le dans le plus petit\u00a0: ceux qui le contiennent sont ses parents.",
            )
        if places:
            geography.add(places, holders)
    geography.mark = hashlib.blake2b(path.read_bytes(), digest_size=4).hexdigest()
    return geography


def _territory_rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TerreauError("La table des territoires ne se lit pas.", where=str(path)) from error
    missing = [name for name in _TERRITORY_COLUMNS if not rows or name not in rows[0]]
    if missing:
        raise TerreauError(
            f"Il manque\u00a0: {', '.join(missing)}.",
            where=path.name,
            remedy="C’est un CSV en UTF-8, avec des virgules.",
        )
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise TerreauError(
                f"La ligne {number} n’a pas autant de colonnes que l’en-tête.", where=path.name
            )
    return rows


def _territory(row: dict[str, str], path: Path, country: str) -> Territory:
    code, text = row["code"], row["population"].strip()
    # Asked for in an address or a command, where the country is what is before the first dash.
    if not re.fullmatch(rf"{country}(-[a-z0-9]+)*", code):
        raise TerreauError(
            f"«\u00a0{code}\u00a0» n’est pas le code d’un territoire de ce pays.",
            where=path.name,
            remedy=f"Un code s’écrit «\u00a0{country}-…\u00a0», en petites lettres, chiffres et tirets.",
        )
    if text and not (text.isascii() and text.isdigit() and int(text) <= _MOST_PEOPLE):
        raise TerreauError(
            f"La population «\u00a0{text}\u00a0» n’est pas un nombre d’habitants.", where=path.name
        )
    return Territory(
        code, row["kind"], row["name"], int(text) if text else None, row["parent"].strip() or None
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
