"""From a register to the figures of every territory, beside DuckDB merely decoding and hashing the columns.

The register is simulated, in the genuine formats. Each of ours runs in a process of its own, whose peak of
memory is read at its end.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.report import Line

# The peak since the process began its own program; what it was forked from does not count.
_TOLD = """
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
print(json.dumps([spent, processor, peak]))
"""
_OURS = """
import json, sys, time
from pathlib import Path
from terreau.observatory.build import build
from terreau.observatory.landing import Request

folder, out, kind, memory = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
start, begun = time.perf_counter(), time.process_time()
build(Request(source="sirene", vintage="2026-11", out=out, memory=memory,
              units=folder / f"StockUniteLegale_utf8.{kind}",
              establishments=folder / f"StockEtablissement_utf8.{kind}"))
spent, processor = time.perf_counter() - start, time.process_time() - begun
"""
_BARE = """
import json, sys, time
from pathlib import Path
import duckdb
from terreau.observatory.sources.catalogue import source

folder, kind = Path(sys.argv[1]), sys.argv[2]
read = "read_parquet('{}')" if kind == "parquet" else "read_csv('{}', all_varchar = true, header = true)"
# Over two seconds, the engine would draw how far it is on the standard output.
connection = duckdb.connect()
connection.execute("SET enable_progress_bar = false")
start, begun = time.perf_counter(), time.process_time()
for key, name in (("units", "StockUniteLegale_utf8"), ("establishments", "StockEtablissement_utf8")):
    chosen = ", ".join(column.name for column in source("sirene").columns[key])
    table = read.format(folder / f"{name}.{kind}")
    connection.execute(f"SELECT bit_xor(hash({chosen})) FROM {table}").fetchall()
spent, processor = time.perf_counter() - start, time.process_time() - begun
"""
_PAGES = ("fr-com-86194", "fr-dep-86", "fr-reg-75", "fr-com-75056", "fr")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--establishments", type=int, default=1_000_000)
    parser.add_argument("--small-memory", default="600MB")


def _measured(script: str, *arguments: str) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of processor, megabytes at the peak."""
    command = [sys.executable, "-c", script + _TOLD, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    spent, processor, memory = json.loads(done.stdout.splitlines()[-1])
    return spent, processor, memory


def run(options: argparse.Namespace) -> list[Line]:
    from terreau.observatory.figures import figures_of
    from terreau.observatory.simulate import simulate

    count = options.establishments
    lines: list[Line] = []
    whole: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="terreau-observatory-") as name:
        folder = Path(name)
        for kind in ("parquet", "csv"):
            simulate(count, folder, form=kind)
        for kind, text in (("parquet", "Parquet"), ("csv", "CSV")):
            bare, bare_processor, _memory = _measured(_BARE, name, kind)
            ours, processor, memory = _measured(_OURS, name, str(folder / kind), kind, "2GB")
            what = f"{count} établissements, {text}, tous les chiffres"
            lines.append(Line(what, ours, bare, "s", "DuckDB, lecture et hachage"))
            lines.append(Line(f"{what}, processeur", processor, bare_processor, "s", "DuckDB"))
            lines.append(Line(f"{what}, mémoire", memory, None, "Mo"))
            whole.setdefault("s", ours)
        small, _processor, memory = _measured(
            _OURS, name, str(folder / "small"), "parquet", options.small_memory
        )
        lines.append(Line(f"mémoire bornée à {options.small_memory}", small, whole["s"], "s", "sans borne"))
        lines.append(Line("mémoire bornée, mémoire", memory, None, "Mo"))
        for code in _PAGES:
            cold = _timed(lambda code=code: figures_of(folder / "parquet", code, "2026-11"))
            warm = min(
                _timed(lambda code=code: figures_of(folder / "parquet", code, "2026-11")) for _ in range(9)
            )
            lines.append(Line(f"chiffres de {code}, la première fois", cold, None, "ms"))
            lines.append(Line(f"chiffres de {code}, ensuite", warm, None, "ms"))
    return lines


def _timed(action) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000
