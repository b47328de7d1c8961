"""A territory's page of figures, made in the process from a built vintage: the first time, then again.

Another territory's page is made before: what is measured is a territory, not the start of a process. The
page kept whole for the next visitor is thrown away before each measure.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from bench.report import Line

_BEFORE = "fr-com-44109"
_TERRITORIES = ("fr-com-86194", "fr-dep-86", "fr-reg-75", "fr-com-75056", "fr")
_COLD, _WARM = 50, 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--again", type=int, default=9, help="combien de fois chaque page est refaite")


def run(options: argparse.Namespace) -> list[Line]:
    from django.conf import settings

    from terreau.observatory.build import build
    from terreau.observatory.landing import Request
    from terreau.observatory.simulate import simulate
    from terreau.observatory.store import of_country
    from terreau.project.statics import gather

    gather(lambda _text: None)
    with tempfile.TemporaryDirectory(prefix="terreau-statistics-") as name:
        folder = Path(name)
        simulate(options.establishments, folder)
        build(
            Request(
                source="sirene",
                vintage="2026-11",
                out=of_country(settings.HOME.root, "FR"),
                units=folder / "StockUniteLegale_utf8.parquet",
                establishments=folder / "StockEtablissement_utf8.parquet",
            )
        )
    return list(_lines(options))


def _lines(options: argparse.Namespace):
    from django.test import Client

    visitor = Client(headers={"host": "127.0.0.1"})
    _page(visitor, _BEFORE)
    for code in _TERRITORIES:
        first = _page(visitor, code)
        again = [_page(visitor, code) for _ in range(options.again)]
        warm = tuple(statistics.median(times) for times in zip(*again, strict=True))
        for when, times, bound in (("la première fois", first, _COLD), ("ensuite", warm, _WARM)):
            what = f"page des chiffres de {code}, {when}"
            yield Line(what, times[0], bound, "ms", "seuil")
            yield Line(f"{what}, processeur", times[1], bound, "ms", "seuil")


def _page(visitor, code: str) -> tuple[float, float]:
    """Milliseconds by the clock, and of processor."""
    from django.core.cache import caches

    caches["pages"].clear()
    start, begun = time.perf_counter(), time.process_time()
    answer = visitor.get(f"/territoires/{code}/chiffres/")
    spent, processor = time.perf_counter() - start, time.process_time() - begun
    if answer.status_code != 200 or "emplois" not in answer.content.decode():
        raise SystemExit(f"la page de {code} n’a pas de chiffres")
    return spent * 1000, processor * 1000
