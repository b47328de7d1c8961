"""The same register by DuckDB and by Spark: are the tables the same, and what does it take?

Its time is shown, not judged: on one machine Spark pays for what only several need.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from bench.report import Line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--spark-establishments", type=int, default=300_000)
    parser.add_argument("--spark-master", default="local-cluster[2,1,1024]")


def run(options: argparse.Namespace) -> list[Line]:
    from tests.observatory.vintages import TABLES, rows

    from terreau.observatory.build import build
    from terreau.observatory.landing import Request
    from terreau.observatory.simulate import simulate
    from terreau.observatory.store import open_vintage

    spent = {}
    with tempfile.TemporaryDirectory(prefix="terreau-spark-") as name:
        folder = Path(name)
        units, establishments, listed, _secret = simulate(options.spark_establishments, folder)
        vintages = {}
        for engine, master in (("DuckDB", None), ("Spark", options.spark_master)):
            start = time.perf_counter()
            build(
                Request(
                    source="sirene",
                    vintage="2026-11",
                    out=folder / engine,
                    units=units,
                    establishments=establishments,
                    ess_list=listed,
                    spark=master,
                )
            )
            spent[engine] = time.perf_counter() - start
            vintages[engine] = open_vintage(folder / engine, "2026-11")
        same = sum(rows(vintages["Spark"], table) == rows(vintages["DuckDB"], table) for table in TABLES)
    what = f"{options.spark_establishments} établissements"
    return [
        Line(f"{what}, {options.spark_master}", spent["Spark"], spent["DuckDB"], "s", "DuckDB"),
        Line(f"tables identiques, sur {len(TABLES)}", same, None, ""),
    ]
