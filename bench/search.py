"""Searching the directory: our index beside SQLite's own full-text search, on the same organisations.

Runs on the home named by `TERREAU_HOME` (the one `bench.imports` filled). Queries are drawn from the
names in it, with a fixed seed, so that two runs ask the same things.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

from bench.report import Line

SEED = 20_26


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--queries", type=int, default=400)


def _timed(ask: Callable[[str], object], texts: list[str]) -> list[float]:
    spent = []
    for text in texts:
        start = time.perf_counter()
        ask(text)
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def _p99(spent: list[float]) -> float:
    return quantiles(spent, n=100)[98]


def _words(count: int) -> list[str]:
    """Words of real names and descriptions of the home, longest of each, in a fixed order."""
    from terreau.core.text import fold
    from terreau.directory.models import Organisation

    draw = random.Random(SEED)
    low, high = (
        Organisation.objects.order_by("pk").first().pk,
        Organisation.objects.order_by("-pk").first().pk,
    )
    chosen = []
    while len(chosen) < count:
        row = (
            Organisation.objects.filter(pk__gte=draw.randint(low, high)).values("name", "description").first()
        )
        words = [word for word in fold(f"{row['name']} {row['description']}").split() if len(word) >= 5]
        # Nobody types the label that every simulated name bears.
        words = [word for word in words if word != "simule"]
        if words:
            chosen.append(draw.choice(words))
    return chosen


def _misspelt(word: str, draw: random.Random) -> str:
    place = draw.randrange(1, len(word) - 1)
    return word[:place] + word[place + 1 :]


def _full_text(path: Path) -> sqlite3.Connection:
    """SQLite's FTS5 over the same texts, with prefixes, as one would set it up."""
    from django.db import connection

    base = sqlite3.connect(path)
    base.execute(
        "CREATE VIRTUAL TABLE t USING fts5(body, tokenize='unicode61 remove_diacritics 2', prefix='2 3 4')"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name || ' ' || description FROM directory_organisation WHERE status = 'active'"
        )
        while rows := cursor.fetchmany(20_000):
            base.executemany("INSERT INTO t (rowid, body) VALUES (?, ?)", rows)
    base.commit()
    return base


def run(options: argparse.Namespace) -> list[Line]:
    from terreau.directory import search
    from terreau.directory.models import Organisation

    search.sync(wait=True)
    draw = random.Random(SEED)
    words = _words(options.queries)
    starts = [word[: max(4, len(word) - 2)] for word in words]
    typos = [_misspelt(word, draw) for word in words]
    total = Organisation.objects.active().count()

    def ours(text: str) -> object:
        search.forget()
        return search.search(search.Query(text=text))

    def facet(text: str) -> object:
        search.forget()
        return search.search(
            search.Query(
                text=text, families=("association",), facets=("family", "sector", "issue", "country")
            )
        )

    with tempfile.TemporaryDirectory() as folder:
        base = _full_text(Path(folder) / "fts.sqlite3")

        def theirs(text: str) -> object:
            return base.execute(
                "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 20", (f'"{text}"*',)
            ).fetchall()

        for text in words[:20]:
            ours(text), theirs(text)
        fts = _p99(_timed(theirs, starts))
        lines = [
            Line(
                f"début de mot, {total} organisations, p99",
                _p99(_timed(ours, starts)),
                fts,
                "ms",
                "SQLite FTS5 trié",
            ),
            Line("faute de frappe, p99", _p99(_timed(ours, typos)), fts, "ms", "SQLite FTS5, sans tolérance"),
            Line(
                "facettes sous filtre, p99",
                _p99(_timed(facet, starts)),
                fts,
                "ms",
                "SQLite FTS5, sans facettes",
            ),
        ]
        base.close()
    return lines
