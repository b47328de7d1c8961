"""Bringing in a long list, end to end: read, mapped, placed, compared, matched, written, indexed.

Runs the command that an operator runs, on fictional rows, in the home named by `TERREAU_HOME`. Beside
it, the plain way on the same machine: one `get_or_create` a row, with nothing read, placed or matched.
"""

from __future__ import annotations

import argparse
import resource
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


def _import(path: Path) -> float:
    command = [sys.executable, "-m", "terreau.project.cli", "import", str(path)]
    start = time.perf_counter()
    subprocess.run(
        [*command, "--territory", "fr", "--source", "Organisations simulées", "--kind", "register"],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


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
        path = Path(folder) / "simulees.csv"
        generate.write(path, options.rows, places)
        first = _import(path)
        again = _import(path)
    # The largest of the processes, in bytes on Linux once multiplied.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    plain = _plain(places)
    beside = "une écriture par ligne, sans rien d’autre"
    return [
        Line(f"import de {options.rows} lignes", options.rows / first, plain, "lignes/s", beside),
        Line("le même fichier de nouveau", again, first, "s", "la première fois"),
        Line("mémoire du plus gros processus", peak, None, "Mo"),
    ]
