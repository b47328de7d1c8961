"""Bringing in a long list, end to end: read, mapped, placed, compared, matched, written, indexed.

Runs the command that an operator runs, on fictional rows, in the home named by `TERREAU_HOME`. Beside
it, the plain way on the same machine: one `get_or_create` a row, with nothing read, placed or matched.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import generate
from bench.report import Line

PLAIN_ROWS = 3_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=1_000_000)


def _import(path: Path, home: str = "") -> tuple[float, float]:
    """Seconds taken, and megabytes of its largest process at their highest."""
    command = [sys.executable, "-m", "terreau.project.cli", "import", str(path)]
    about = ["--territory", "fr", "--source", "Organisations simulées", "--kind", "register"]
    environment = {**os.environ, "TERREAU_HOME": home} if home else None
    start = time.perf_counter()
    with subprocess.Popen([*command, *about], stderr=subprocess.DEVNULL, env=environment) as process:
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"l’import de {path.name} a échoué ({process.returncode})")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def _plain(places: list[generate.Commune]) -> float:
    from django.db import transaction
    from django.utils import timezone

    from terreau.core.text import fold
    from terreau.directory.models import Organisation, Record, Source
    from terreau.territories.models import Territory

    now, start = timezone.now(), time.perf_counter()
    with transaction.atomic():
        source = Source.objects.create(code="plain", name="plain", territory=Territory.objects.get(code="fr"))
        for row in generate.rows(PLAIN_ROWS, places):
            made = Organisation.objects.create(name=row[1], name_folded=fold(row[1]))
            Record.objects.get_or_create(
                source=source,
                source_ref=f"{row[0]}-{made.pk}",
                defaults={"organisation": made, "first_seen_at": now, "last_seen_at": now},
            )
        spent = time.perf_counter() - start
        transaction.set_rollback(True)
    return PLAIN_ROWS / spent


def run(options: argparse.Namespace) -> list[Line]:
    places = generate.communes()
    with tempfile.TemporaryDirectory() as folder:
        path, fewer = Path(folder) / "simulees.csv", Path(folder) / "moins.csv"
        generate.write(path, options.rows, places)
        generate.write(fewer, options.rows // 5, places)
        first, peak = _import(path)
        again, _peak = _import(path)
        _seconds, small_peak = _import(fewer, str(Path(folder) / "home"))
    plain = _plain(places)
    beside = "une écriture par ligne, sans rien d’autre"
    return [
        Line(f"import de {options.rows} lignes", options.rows / first, plain, "lignes/s", beside),
        Line("le même fichier de nouveau", again, first, "s", "la première fois"),
        Line("mémoire du plus gros processus", peak, small_peak, "Mo", "cinq fois moins de lignes"),
    ]
