"""What a State knows exactly and does not publish (jobs, wages, turnover): protected, then put in a vintage.

The register tells it itself, or a file beside Sirene does. These measures enter a vintage as tables
(territory × family × section) only once masked and audited; what is masked is nowhere in the vintage. They
are of one perimeter alone: two would tell, by difference, what lies between them.
"""

# ruff: noqa: S608  (names of our own tables, and values written by `literal`)
from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from terreau.core.errors import TerreauError
from terreau.core.files import write_atomically
from terreau.core.numbers import french_number
from terreau.observatory import releases, sirene
from terreau.observatory.engine import Engine
from terreau.observatory.geography import Geography
from terreau.observatory.labels import INDICATORS
from terreau.observatory.landing import Landed, Request
from terreau.observatory.perimeter import Decisions
from terreau.observatory.protected import TABLE, TOTALS
from terreau.observatory.reading import Column, open_file
from terreau.observatory.releases import ALL, Former, Key
from terreau.observatory.secrecy import primary as rules
from terreau.observatory.secrecy.attack import Intervals, Mask
from terreau.observatory.secrecy.protecting import audit, published_bounds, suppress
from terreau.observatory.secrecy.table import Dimension, Table, TableError, Tree, named
from terreau.observatory.sources.catalogue import layer_sql, source, source_sql

REPORT: Final = "secrecy.json"
MEASURES: Final = ("jobs", "wages", "turnover")
# The attacker's interval is wider than this share of each masked value.
PROTECTION: Final = 0.10
RULE: Final = rules.Rule()
_SAME: Final = 1e-9
# As messages name them.
_DIMENSIONS: Final = ("territoire", "famille", "section")
_ROW_GROUP: Final = 8192
_NUMBERS: Final = {"jobs": "emplois", "wages": "masseSalariale", "turnover": "chiffreAffaires"}


@dataclass(frozen=True)
class Confidential:
    """What was read, held in the table `confidential`."""

    perimeter: str
    measures: tuple[str, ...]
    shape: str
    # The measures that the register publishes in bands.
    banded: tuple[str, ...]


def land(engine: Engine, request: Request, landed: Landed, perimeters: Sequence[str]) -> Confidential | None:
    """Read the confidential measures, when the register or a file beside it tells any.

    Raises:
        TerreauError: they cannot be read, or are not of the same nature as the register.
    """
    if request.confidential is None and not landed.confidential:
        return None
    if request.spark is not None:
        raise TerreauError(
            "Les mesures confidentielles ne se protègent que sur cette machine.",
            remedy="Construisez ce millésime sans «\u00a0--spark\u00a0».",
        )
    if request.confidential is not None:
        measures = _read_file(engine, request.source, request.confidential, landed)
    else:
        measures = landed.confidential
        engine.hold(TABLE, source_sql(request.source, "01_staged_confidential"))
    perimeter = "statistical" if "statistical" in perimeters else perimeters[0]
    shape = f"{perimeter} {landed.nomenclature} {landed.geography.mark}"
    return Confidential(perimeter, measures, shape, ("jobs",) if landed.size_public else ())


def _read_file(engine: Engine, register: str, path: Path, landed: Landed) -> tuple[str, ...]:
    """Hold what the file beside Sirene tells, and say which measures those are."""
    if register != "sirene":
        raise TerreauError(
            "Ce fichier ne se lit qu’à côté de Sirene\u00a0: les mesures confidentielles d’un autre registre "
            "sont des colonnes de ses établissements.",
            where=path.name,
            remedy="Nommez-les dans le fichier de correspondance\u00a0: «\u00a0size\u00a0», "
            "«\u00a0wages\u00a0», «\u00a0turnover\u00a0».",
        )
    declared = source(TABLE)
    wanted = (*declared.columns["establishments"], Column(sirene.SIMULATED_COLUMN, required=False))
    opened = open_file(engine.connection, path, wanted, engine.work)
    if (sirene.SIMULATED_COLUMN in opened.types) != landed.simulated:
        raise TerreauError(
            "Des fichiers simulés et des fichiers réels ne se lisent pas ensemble.", where=opened.given.name
        )
    measures = tuple(one for one in MEASURES if _NUMBERS[one] in opened.types)
    if not measures:
        raise TerreauError(
            f"Ce fichier n’a aucune des colonnes {', '.join(_NUMBERS.values())}.", where=opened.given.name
        )
    engine.view("raw_confidential", sirene.raw_sql(opened, declared.columns["establishments"]))
    engine.hold(TABLE, source_sql(TABLE, "01_staged"))
    _refuse_unreadable(engine, opened.given.name)
    landed.files.append(sirene.described(TABLE, opened))
    return measures


def _refuse_unreadable(engine: Engine, name: str) -> None:
    wrong = engine.run(f"SELECT siret, count(*) OVER () FROM {TABLE} WHERE wrong ORDER BY siret LIMIT 1")
    if wrong:
        raise TerreauError(
            "Lignes dont le siret ou un nombre ne se lit pas, ou dont un nombre est négatif\u00a0: "
            f"{french_number(wrong[0][1])}. La première est celle de «\u00a0{wrong[0][0]}\u00a0».",
            where=name,
        )
    twice = engine.run(f"SELECT siret FROM {TABLE} GROUP BY siret HAVING count(*) > 1 ORDER BY siret LIMIT 1")
    if twice:
        raise TerreauError(f"L’établissement {twice[0][0]} y est deux fois.", where=name)


def contributions(engine: Engine, found: Confidential | None, *, first: bool) -> None:
    """What the tables need of a portion of the register, put beside that of the others."""
    if found is not None:
        banded = str("jobs" in found.banded).upper()
        (engine.hold if first else engine.add)(
            "contributions", layer_sql("05_contributions", perimeter=found.perimeter, banded=banded)
        )


def protect(
    engine: Engine,
    request: Request,
    geography: Geography,
    decisions: Decisions,
    found: Confidential | None,
    say: Callable[[str], None],
) -> None:
    """Write the protected tables, and the attacker's report, in the vintage; a measure that begins is told.

    Raises:
        TerreauError: some cell cannot be protected, the attacker found one, or the file beside the register
            tells of nobody who is in the field.
    """
    if found is None:
        return
    at = decisions.perimeters.index(found.perimeter)
    families = [(group.number, group.standings[at][1]) for group in decisions.groups]
    engine.table("family_of", [("grp", "SMALLINT"), ("family", "VARCHAR")], families)
    places = [place for (place,) in engine.run("SELECT DISTINCT place FROM contributions ORDER BY place")]
    if request.confidential is not None and not places:
        raise TerreauError(
            "Aucune de ses lignes n’est celle d’un établissement actif du champ.",
            where=request.confidential.name,
            remedy="Vérifiez que c’est le fichier de ce mois, et que ses siret sont entiers.",
        )
    trees, held = trees_of(geography, places)
    engine.table("table_places", [("place", "INTEGER"), ("territory", "VARCHAR")], held)
    rows: list[tuple[Any, ...]] = []
    report: dict[str, Any] = {"perimeter": found.perimeter, "protection": PROTECTION, "measures": {}}
    for measure in found.measures:
        say(f"  Secret statistique\u00a0: {INDICATORS[TOTALS[measure]].label}")
        former = releases.former(request.out, request.vintage, measure, found.shape)
        cells = engine.run(f"{layer_sql('06_contributors', measure=measure)} ORDER BY ALL")
        bands = (
            engine.run(f"{layer_sql('06_bands', perimeter=found.perimeter)} ORDER BY ALL")
            if measure in found.banded
            else ()
        )
        told, report["measures"][measure] = protected(cells, trees, former, bands)
        rows += [(measure, found.perimeter, *row) for row in told if row[0] in geography.territories]
    _write(engine, rows)
    text = json.dumps(report, ensure_ascii=False, indent=1)
    write_atomically(engine.kept / REPORT, text.encode())


def record(engine: Engine, request: Request, found: Confidential | None) -> None:
    """What is about to be published is known to everyone from then on."""
    if found is not None:
        releases.record(request.out, request.vintage, found.shape, engine.kept / f"{TABLE}.parquet")


def trees_of(geography: Geography, places: Iterable[int]) -> tuple[list[Tree], list[tuple[int, str]]]:
    """The hierarchies of territories over the places where there is something, and what holds each place.

    A place that is a territory by itself bears its code; one that is only part of one (Paris without its
    boroughs, what could not be placed in the country) has a code of its own, that no one is shown.
    """
    inside: dict[str, set[int]] = defaultdict(set)
    for place in places:
        for code in geography.holders[place]:
            inside[code].add(place)
    above = {code: item.parent for code, item in geography.territories.items()}
    chain: dict[str, dict[str, None]] = defaultdict(dict)
    held, leaves = [], {}
    for place in places:
        nearest = geography.holders[place][0]
        alone = inside[nearest] == {place}
        leaf = nearest if alone else f"lieu {place}"
        above.setdefault(leaf, nearest)
        leaves[place] = leaf
        held += [(place, code) for code in dict.fromkeys((leaf, *geography.holders[place]))]
        while (parent := above[leaf]) is not None:
            chain[parent][leaf] = None
            leaf = parent
    crossing: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for code in sorted(set(inside) - set(chain) - set(leaves.values())):
        for place in sorted(inside[code]):
            part = leaves[place]
            while (parent := above[part]) is not None and inside[parent] <= inside[code]:
                part = parent
            crossing[geography.territories[code].kind][code][part] = None
    trees = [chain, *crossing.values()]
    return [{code: list(parts) for code, parts in tree.items()} for tree in trees], held


def protected(
    cells: Sequence[Sequence[Any]],
    trees: Sequence[Tree],
    former: Former,
    bands: Sequence[tuple[str, str, str, float, float | None]] = (),
) -> tuple[list[tuple[Any, ...]], dict[str, Any]]:
    """The cells of a measure, those masked without their value; and the attacker's report.

    Args:
        cells: each cell that holds something: its codes, units, value, largest contribution, and who is
            alone in it.
        trees: the hierarchies of territories.
        former: what was published before.
        bands: between what anyone can place the value of a cell beforehand: its codes, the least and the
            most it can be (None when nothing says).

    Raises:
        TerreauError: it cannot be published, or not any more.
    """
    if not cells:
        if any(former.told.values()):
            raise _revealing("aucune case")
        return [], {"passed": True}
    table, numbers = _table(cells, trees)
    told_now = _told_before(table, former)
    table = replace(_placed(table, bands), told=told_now)
    primary = (rules.few(table, RULE) | rules.dominant(table, RULE)) & ~table.is_fixed
    # Most figures are the same from one month to the next. What the month before hid is hidden still, or the
    # figure of this month would be read in its place; what it told, at this same value, hides nothing.
    again = _named(table, former.masked | former.masked_before) & ~table.is_fixed
    same = _named(table, former.told_before) & _same_as(table, former.told_before) & ~primary & ~again
    try:
        aware = replace(table, told=told_now | same)
        masked, found, proof = suppress(aware, primary, table.values, PROTECTION, again=again)
        table = aware
    except TableError as error:
        if former.told:
            raise _revealing(error.where) from error
        if not same.any():
            raise
        # Too much was told: this month is kept from those who read it alone, and its report says so.
        same[:] = False
        masked, found, proof = suppress(table, primary, table.values, PROTECTION, again=again)
    shown = published_bounds(table, masked, found)
    report = audit(table, primary, masked, PROTECTION, found, shown, proof)
    if not report["passed"]:
        raise TerreauError(
            "L’audit du secret n’est pas bon\u00a0: rien n’est publié.",
            remedy="Signalez-le\u00a0: c’est un défaut du programme.",
        )
    report["told_before"] = int(same.sum())
    told = [(*row[:3], *_shown(table, masked, shown, cell)) for cell, row in zip(numbers, cells, strict=True)]
    return told, {key: value for key, value in report.items() if not isinstance(value, list)}


def _shown(table: Table, masked: Mask, intervals: Intervals, cell: int) -> tuple[Any, ...]:
    """The status of a cell, its units and value, and the attacker's bounds: either the ones or the others."""
    if not masked[cell]:
        return rules.PUBLISHED, int(table.units[cell]), float(table.values[cell]), None, None
    status = rules.SECONDARY
    if table.units[cell] < RULE.min_units:
        status = rules.FEW
    elif table.largest[cell] > RULE.max_share * table.values[cell]:
        status = rules.DOMINANT
    high = float(intervals.high[cell])
    return status, None, None, float(intervals.low[cell]), high if math.isfinite(high) else None


def _told_before(table: Table, former: Former) -> Mask:
    """The cells that anyone knows from a former release of the same month.

    Raises:
        TerreauError: one of them has changed since; the difference would tell what changed.
    """
    told = _named(table, former.told)
    if not former.told:
        return told
    for cell, (key, value) in zip(_ranks(table, former.told), former.told.items(), strict=True):
        if cell < 0 and value:
            raise _revealing(named(dict(zip(_DIMENSIONS, key, strict=True))))
    changed = ~_named(table, former.masked) & ~_same_as(table, former.told)
    if changed.any():
        raise _revealing(named(table.codes(int(np.flatnonzero(changed)[0]))))
    return told


def _same_as(table: Table, told: Mapping[Key, float]) -> Mask:
    """The cells that have the value told of them; zero where nothing was."""
    values = np.zeros(table.size)
    for cell, value in zip(_ranks(table, told), told.values(), strict=True):
        if cell >= 0:
            values[cell] = value
    same: Mask = np.abs(table.values - values) <= _SAME * np.maximum(1.0, values)
    return same


def _revealing(where: str) -> TerreauError:
    return TerreauError(
        "Ce mois a déjà été publié, et ce qui a changé depuis se lirait dans la différence.",
        where=where,
        remedy="Gardez le millésime déjà publié, ou attendez le mois suivant.",
    )


def _table(found: Sequence[Sequence[Any]], trees: Sequence[Tree]) -> tuple[Table, list[int]]:
    """The table of what was found, and which of its cells each row of it is."""
    columns = list(zip(*found, strict=True))
    families, sections = (sorted(set(column) - {ALL}) for column in columns[1:3])
    dimensions = tuple(
        Dimension.of(name, of)
        for name, of in zip(_DIMENSIONS, (trees, [{ALL: families}], [{ALL: sections}]), strict=True)
    )
    shape = tuple(len(one.codes) for one in dimensions)
    ranks = [[one.rank[code] for code in column] for one, column in zip(dimensions, columns, strict=False)]
    cells = np.ravel_multi_index(ranks, shape)
    arrays = []
    for column, blank in zip(columns[3:], (0.0, 0.0, np.nan, -1), strict=True):
        array = np.full(math.prod(shape), blank)
        array[cells] = column
        arrays.append(array)
    units, values, largest, sole = arrays
    return Table(dimensions, units, values, largest, sole.astype(np.int64)), cells.tolist()


def _placed(table: Table, bands: Sequence[tuple[str, str, str, float, float | None]]) -> Table:
    """The table, placed beforehand between bands that anyone reads."""
    if not bands:
        return table
    lowest, highest = np.zeros(table.size), np.full(table.size, np.inf)
    for cell, (*_key, low, high) in zip(_ranks(table, [row[:3] for row in bands]), bands, strict=True):
        if cell >= 0:
            lowest[cell], highest[cell] = low, np.inf if high is None else high
    return table.placed(lowest, highest)


def _named(table: Table, keys: Collection[Key]) -> Mask:
    """The cells that these keys name, when the table has them."""
    named = np.zeros(table.size, dtype=bool)
    named[[cell for cell in _ranks(table, keys) if cell >= 0]] = True
    return named


def _ranks(table: Table, keys: Iterable[Key]) -> list[int]:
    """Where each key stands in a table; -1 when the table does not have it."""
    ranks = [one.rank for one in table.dimensions]
    places = [[rank.get(code, -1) for rank, code in zip(ranks, key, strict=True)] for key in keys]
    return [int(np.ravel_multi_index(at, table.shape)) if min(at) >= 0 else -1 for at in places]


def _write(engine: Engine, rows: Iterable[Sequence[Any]]) -> None:
    texts = ("measure", "perimeter", "territory", "family", "section", "status")
    columns = [
        *((name, "VARCHAR") for name in texts),
        ("units", "BIGINT"),
        *((name, "DOUBLE") for name in ("value", "low", "high")),
    ]
    engine.table("protected", columns, rows)
    engine.keep(
        TABLE, "SELECT * FROM protected ORDER BY territory, measure, family, section", row_group=_ROW_GROUP
    )
