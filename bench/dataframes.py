"""One step of the chain, the heaviest, by DuckDB, Polars and pandas.

Establishments are joined to the units that are not sole traders, then counted by commune, legal category and
division of activity.

Polars and pandas are asked for by who measures: `uv sync --group comparisons`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.report import Line

_DUCKDB = """
import duckdb
answer = duckdb.connect().execute(f'''
    SELECT codeCommuneEtablissement, categorieJuridiqueUniteLegale,
        activitePrincipaleEtablissement[1:2], count(*)
    FROM read_parquet('{establishments}') JOIN (
        SELECT siren, categorieJuridiqueUniteLegale FROM read_parquet('{units}')
        WHERE categorieJuridiqueUniteLegale <> '1000') USING (siren)
    WHERE etatAdministratifEtablissement = 'A' GROUP BY ALL''').fetchall()
count, total = len(answer), sum(row[3] for row in answer)
"""
_POLARS = """
import polars as pl
kept = pl.scan_parquet(units).select("siren", "categorieJuridiqueUniteLegale")
kept = kept.filter(pl.col("categorieJuridiqueUniteLegale") != "1000")
active = pl.scan_parquet(establishments).filter(pl.col("etatAdministratifEtablissement") == "A")
active = active.select("siren", "codeCommuneEtablissement",
                       pl.col("activitePrincipaleEtablissement").str.slice(0, 2).alias("division"))
answer = active.join(kept, on="siren").group_by(
    "codeCommuneEtablissement", "categorieJuridiqueUniteLegale", "division").len().collect(engine="streaming")
count, total = answer.height, answer["len"].sum()
"""
_PANDAS = """
import pandas as pd
kept = pd.read_parquet(units, columns=["siren", "categorieJuridiqueUniteLegale"])
kept = kept[kept.categorieJuridiqueUniteLegale != "1000"]
active = pd.read_parquet(establishments, columns=["siren", "codeCommuneEtablissement",
    "activitePrincipaleEtablissement", "etatAdministratifEtablissement"])
active = active[active.etatAdministratifEtablissement == "A"]
active = active.assign(division=active.activitePrincipaleEtablissement.str[:2])
answer = active.merge(kept, on="siren").groupby(
    ["codeCommuneEtablissement", "categorieJuridiqueUniteLegale", "division"], dropna=False).size()
count, total = len(answer), int(answer.sum())
"""
_AROUND = """
import json, sys, time
units, establishments = sys.argv[1:]
start = time.perf_counter()
{step}
spent = time.perf_counter() - start
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
print(json.dumps([spent, peak, count, int(total)]))
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dataframes-establishments", type=int, default=10_000_000)


def run(options: argparse.Namespace) -> list[Line]:
    from terreau.observatory.simulate import simulate

    with tempfile.TemporaryDirectory(prefix="terreau-dataframes-") as name:
        units, establishments, *_others = simulate(options.dataframes_establishments, Path(name))
        found = {
            what: _measured(step, units, establishments)
            for what, step in (("DuckDB", _DUCKDB), ("Polars", _POLARS), ("pandas", _PANDAS))
        }
    if len({tuple(answer[2:]) for answer in found.values()}) > 1:
        raise SystemExit(f"les réponses diffèrent : {found}")
    lines = []
    for what, (spent, peak, *_answer) in found.items():
        rows = f"{options.dataframes_establishments} établissements, jointure et comptes, {what}"
        beside = None if what == "DuckDB" else found["DuckDB"][0]
        lines.append(Line(rows, spent, beside, "s", "DuckDB"))
        lines.append(Line(f"{rows}, mémoire", peak, None, "Mo"))
    return lines


def _measured(step: str, units: Path, establishments: Path) -> tuple[float, float, int, int]:
    command = [sys.executable, "-c", _AROUND.format(step=step), str(units), str(establishments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    spent, peak, count, total = json.loads(done.stdout.splitlines()[-1])
    return spent, peak, count, total
