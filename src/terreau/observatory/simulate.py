"""A register that does not exist, in the genuine formats, at any size.

Its skews are those of the published figures: most units are sole traders, associations hardly ever employ, a
few establishments hold most jobs, communes are as unequal as their populations, one establishment in two has
closed. Nothing in it is real: numbers are drawn, names say « simulé », and every file has a column that no
genuine file has, so that all that is made of it says « données simulées » to the last export.

Everything is drawn by a hash of the row's number: the same seed gives the same register, at any speed.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from terreau.core.errors import TerreauError, disk_reason
from terreau.observatory.engine import Engine
from terreau.observatory.reading import literal, unreadable
from terreau.observatory.sources.catalogue import simulation_sql
from terreau.observatory.store import SIMULATED, check_name
from terreau.territories.reference.files import table

Say = Callable[[str], None]
# Establishments for a legal unit, in the files of 2026: 44 million for 30 million.
_PER_UNIT: Final = 1.47
_ROWS_OF_A_NUMBER: Final = 1_000_000_000


@dataclass(frozen=True)
class Kind:
    """Units alike: how many, of what form, doing what, with how many jobs."""

    form: str
    # Of a thousand units; sole traders are 564 of them in the files of 2026.
    weight: float
    # Share flagged « O », and « N »; nothing is said of the others.
    flagged: float
    refused: float
    # Share of employers, and the mean of the logarithm of their size, with its spread.
    employing: float
    size: float
    spread: float
    activities: tuple[tuple[str, str, float], ...]


_SOCIAL: Final = (
    ("88.99B", "88.99Y", 2.0),
    ("88.10A", "88.10Y", 1.6),
    ("87.30A", "87.30Y", 0.6),
    ("85.59B", "85.59Y", 0.8),
)
_ASSOCIATION: Final = (
    ("94.99Z", "94.99Y", 51.0),
    ("93.12Z", "93.12Y", 15.6),
    ("90.01Z", "90.20Y", 9.0),
    ("88.99B", "88.99Y", 3.4),
    ("85.31Z", "85.31Y", 1.2),
    ("88.10A", "88.10Y", 1.6),
    ("87.30A", "87.30Y", 0.9),
    ("94.91Z", "94.91Y", 1.0),
    ("94.20Z", "94.20Y", 0.5),
)
_MARKET: Final = (
    ("47.11A", "47.11Y", 12.0),
    ("56.10A", "56.11Y", 14.0),
    ("43.21A", "43.21Y", 13.0),
    ("70.22Z", "70.20Y", 14.0),
    ("62.01Z", "62.10Y", 8.0),
    ("25.62B", "25.53Y", 6.0),
    ("49.41A", "49.41Y", 6.0),
    ("86.21Z", "86.21Y", 4.0),
    ("68.20B", "68.20Y", 12.0),
    ("01.11Z", "01.11Y", 8.0),
)
# Weights: units flagged of November 2022, units by category of 2026, enterprises and jobs of 2022
# (see data/published/SOURCES.md); sizes are set so that jobs by family come out near the published ones.
KINDS: Final = (
    Kind("1000", 564.5, 0, 0, 0.03, 0.4, 0.6, _MARKET),
    Kind("5710", 95.0, 0.0004, 0.01, 0.30, 1.25, 1.35, _MARKET),
    Kind("5499", 110.0, 0.0002, 0.01, 0.34, 1.0, 1.25, _MARKET),
    Kind("6540", 140.0, 0, 0.01, 0.004, 0.3, 0.5, (("68.20B", "68.20Y", 1.0),)),
    Kind("5599", 9.0, 0.0002, 0.01, 0.55, 2.6, 1.8, _MARKET),
    Kind("7210", 1.25, 0, 0, 0.90, 2.4, 1.5, (("84.11Z", "84.11Y", 1.0),)),
    Kind("7361", 0.55, 0, 0, 0.85, 2.3, 1.3, (("88.99B", "88.99Y", 1.0), ("84.12Z", "84.12Y", 1.0))),
    Kind("7364", 0.03, 0, 0, 1.0, 5.8, 1.2, (("86.10Z", "86.10Y", 1.0),)),
    Kind("9220", 41.0, 0.93, 0.002, 0.14, 1.15, 1.45, _ASSOCIATION),
    Kind("9260", 0.95, 0.93, 0.002, 0.10, 1.15, 1.45, _ASSOCIATION),
    Kind("9230", 0.08, 0.95, 0.001, 0.60, 3.0, 1.7, _SOCIAL),
    Kind("9300", 0.09, 0.80, 0.002, 0.40, 3.9, 1.7, _SOCIAL),
    Kind("5458", 0.12, 0.90, 0, 0.85, 2.3, 1.3, _MARKET),
    Kind("5558", 0.05, 0.90, 0, 0.95, 3.4, 1.3, _MARKET),
    Kind("6317", 0.40, 0.70, 0.01, 0.35, 2.2, 1.6, (("46.21Z", "46.21Y", 1.0), ("01.61Z", "01.61Y", 1.0))),
    Kind("6316", 0.42, 0.70, 0.01, 0.20, 0.6, 0.7, (("01.61Z", "01.61Y", 1.0),)),
    Kind("6596", 0.004, 0.95, 0, 1.0, 5.5, 0.7, (("64.19Z", "64.19Y", 1.0),)),
    Kind("8210", 0.12, 0.90, 0.001, 0.55, 2.8, 1.7, (("65.12Z", "65.12Y", 1.0), ("86.23Z", "86.23Y", 1.0))),
    Kind("6411", 0.006, 0.90, 0, 0.90, 4.2, 1.6, (("65.12Z", "65.12Y", 1.0),)),
    Kind("9150", 0.20, 0, 0, 0.10, 0.7, 0.8, (("94.99Z", "94.99Y", 1.0),)),
)


def simulate(
    establishments: int,
    out: Path,
    *,
    vintage: str = "2026-11",
    form: str = "parquet",
    seed: int = 1,
    say: Say = lambda line: None,
    memory: str = "2GB",
) -> list[Path]:
    """Write the files of a simulated register.

    Args:
        establishments: how many, about.
        out: the folder; files of the same names are replaced.
        vintage: the month it is said to be of.
        form: « parquet » or « csv ».
        seed: another one gives another register.
        say: told each file, in French.
        memory: what DuckDB may take.

    Returns:
        The units, the establishments, the list of ESS France, the confidential jobs and wages.
    """
    check_name(vintage)
    if not 1 <= establishments <= _ROWS_OF_A_NUMBER:
        raise TerreauError("Il faut de un à un milliard d’établissements.", where=str(establishments))
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".simulation-") as folder:
            drafts = _write(
                establishments, Path(folder), vintage=vintage, form=form, seed=seed, say=say, memory=memory
            )
            return [Path(shutil.move(draft, out / draft.name)) for draft in drafts]
    except duckdb.Error as error:
        raise unreadable(str(out), error) from error
    except OSError as error:
        raise TerreauError(f"Impossible d’écrire\u00a0: {disk_reason(error)}.", where=str(out)) from error


def _write(
    establishments: int, folder: Path, *, vintage: str, form: str, seed: int, say: Say, memory: str
) -> list[Path]:
    engine = Engine(folder, folder, memory)
    try:
        _lay(engine)
        values = {
            "units": max(1, round(establishments / _PER_UNIT)),
            "seed": seed,
            "on": f"{vintage}-01",
            "mention": SIMULATED,
        }
        for drawn in ("drawn_units", "drawn_establishments"):
            engine.view(drawn, simulation_sql(drawn, **values))
        written = []
        for name, step in _FILES.items():
            say(f"{name}…")
            path = folder / f"{name}.{form}"
            engine.run(f"COPY ({simulation_sql(step, **values)}) TO {literal(path)} ({_OPTIONS[form]})")
            written.append(path)
        return written
    finally:
        engine.close()


_FILES: Final = {
    "StockUniteLegale_utf8": "units",
    "StockEtablissement_utf8": "establishments",
    "liste_ess_france": "ess_list",
    "emplois_et_salaires_confidentiel": "jobs_and_wages",
}
_OPTIONS: Final = {
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "csv": "FORMAT csv, HEADER true, DELIMITER ','",
}


def _lay(engine: Engine) -> None:
    """The tables the draws are made in: kinds by slices of chance, activities, communes by population."""
    kinds = _slices([kind.weight for kind in KINDS])
    engine.table(
        "kinds",
        [
            ("low", "DOUBLE"),
            ("high", "DOUBLE"),
            ("form", "VARCHAR"),
            ("flagged", "DOUBLE"),
            ("refused", "DOUBLE"),
            ("employing", "DOUBLE"),
            ("size", "DOUBLE"),
            ("spread", "DOUBLE"),
        ],
        (
            (low, high, kind.form, kind.flagged, kind.refused, kind.employing, kind.size, kind.spread)
            for kind, (low, high) in zip(KINDS, kinds, strict=True)
        ),
    )
    engine.table(
        "activities",
        [
            ("form", "VARCHAR"),
            ("low", "DOUBLE"),
            ("high", "DOUBLE"),
            ("rev2", "VARCHAR"),
            ("naf25", "VARCHAR"),
        ],
        (row for kind in KINDS for row in _activities(kind)),
    )
    engine.table("communes", [("number", "INTEGER"), ("code", "VARCHAR")], enumerate(_communes()))
    engine.run("SET VARIABLE communes = (SELECT count(*) FROM communes)")


def _activities(kind: Kind) -> list[tuple[Any, ...]]:
    bounds = _slices([weight for _old, _new, weight in kind.activities])
    return [
        (kind.form, low, high, old, new)
        for (old, new, _weight), (low, high) in zip(kind.activities, bounds, strict=True)
    ]


def _slices(weights: Sequence[float]) -> list[tuple[float, float]]:
    """Chance, from 0 to 1, cut in proportion."""
    total, low, found = sum(weights), 0.0, []
    for weight in weights:
        found.append((low / total, (low + weight) / total))
        low += weight
    found[-1] = (found[-1][0], 1.0)
    return found


# A commune is repeated once for so many people: drawing one row at random draws by population.
_PEOPLE: Final = 500


def _communes() -> list[str]:
    """Codes as Sirene writes them: boroughs in the place of Paris, Lyon and Marseille."""
    boroughs = table("boroughs_fr_2026")
    whole = {row["commune"] for row in boroughs}
    rows = [row for row in table("communes_fr_2026") if row["code"] not in whole] + boroughs
    return [row["code"] for row in rows for _ in range(1 + int(row["population"] or 0) // _PEOPLE)]
