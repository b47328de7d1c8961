"""Ten million organisations in one index: how long it takes to build, and how long questions take then.

`python -m bench large`. The documents are simulated and go straight into an index, in the genuine schema and
by the genuine way of counting the map; they do not pass through the base, which would take hours. Beside
them in the same run: SQLite's full-text search on the same names, and counting the cells of the map on the
fly in SQL.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import sqlite3
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from statistics import quantiles
from typing import Any

import orjson
import tantivy

from bench import generate
from bench.report import Line

SEED = 20_27
BATCH = 2_000
# Zoom, and whether it is looked at where organisations are many: drawn among them, as people look.
ZOOMS = range(0, 16)
_FAMILIES = ("association", "association", "association", "cooperative", "mutuelle", "fondation")
_SECTORS = ("culture", "sport", "insertion", "alimentation", "sante", "numerique")
_ISSUES = ("education", "emploi", "ecologie", "-")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--organisations", type=int, default=10_000_000)
    parser.add_argument("--beside", type=int, default=1_000_000, help="organisations de la comparaison")


def _document(number: int, bits: int, place: generate.Commune, today: int) -> dict[str, Any]:
    from terreau.core import mercator
    from terreau.directory import index_store as store
    from terreau.directory.index_documents import tile_code

    code, town, _postal, longitude, latitude = place
    if bits % 3 == 0:
        longitude, latitude = longitude + (bits % 97 - 48) / 4e3, latitude + (bits % 89 - 44) / 4e3
    kind, of = generate._KINDS[bits // 7 % 26], generate._OF[bits // 91 % 9]
    own = generate.own_name(int((bits * 40_503 % 2**24 / 2**24) ** 2 * generate._OWN_NAMES))
    name = f"{kind} {of} {own}"
    plain = _folded(name)
    family, sector = _FAMILIES[bits // 5 % 6], _SECTORS[bits // 13 % 6]
    issue, department = _ISSUES[bits // 17 % 4], f"fr-dep-{code[:2].lower()}"
    # One in ten is confirmed, over four years: half of those have left the map.
    recent = today - bits // 3 % 1461 if bits % 10 == 0 else 0
    stored = {"id": f"s{number:x}", "n": name, "f": family, "s": [sector], "l": town, "t": code, "c": "FR"}
    cell = mercator.cell_of(longitude, latitude)
    return {
        "key": f"s{number:x}",
        "pk": number,
        "number": [generate.siren(number)],
        "whole": plain,
        "name": plain,
        "text": f"{plain} {sector} {_folded(town)} france {family}",
        "order": bits,
        "recent": recent,
        "family": family,
        "sector": [sector],
        "sectors": sector,
        "issue": [issue],
        "issues": issue,
        "filieres": "-",
        "source": ["simule"],
        "sources": "simule",
        "place": ["fr", department, f"fr-com-{code.lower()}"],
        "country": "fr",
        "region": "-",
        "department": department,
        "commune": f"fr-com-{code.lower()}",
        "status": "active",
        "precision": "point" if bits % 3 == 0 else "commune",
        "confirmed": "yes" if recent else "no",
        "longitude": longitude,
        "latitude": latitude,
        "tile": [tile_code(zoom, cell >> 2 * (mercator.FINEST - zoom)) for zoom in store.TILE_ZOOMS],
        **{f"cell{level}": cell >> 2 * (mercator.FINEST - level) for level in store.CELL_LEVELS},
        "stored": b64encode(orjson.dumps(stored)).decode(),
    }


_words: dict[str, str] = {}


def _folded(text: str) -> str:
    from terreau.directory.words import words

    found = []
    for word in text.split():
        if word not in _words:
            if len(_words) > 400_000:
                _words.clear()
            _words[word] = " ".join(words(word))
        found.append(_words[word])
    return " ".join(found)


def _documents(places: list[generate.Commune], ranks: range) -> Iterator[str]:
    today = date.today().toordinal()
    chance = random.Random(SEED + ranks.start)
    for number in ranks:
        bits = chance.getrandbits(31)
        # Organisations crowd in some towns: the cube of an even draw.
        place = places[int(chance.random() ** 3 * len(places))]
        yield orjson.dumps(_document(number, bits, place, today)).decode()


def _build(count: int, places: list[generate.Commune]) -> tuple[float, float]:
    """Seconds to build the index and its grid, and the most memory that it took, in megabytes."""
    from terreau.core.forking import gather
    from terreau.directory import index_store as store
    from terreau.directory import map_grid
    from terreau.directory.indexing import HEAP_LARGE, WRITERS

    start = time.perf_counter()
    folder = store.new_folder()
    index = tantivy.Index(store.make_schema(), path=str(folder))
    writer = index.writer(HEAP_LARGE, WRITERS)

    def take(_process: int, made: list[str]) -> None:
        for document in made:
            writer.add_json(document)

    processes = 2
    batches = [range(first, min(first + BATCH, count)) for first in range(0, count, BATCH)]

    def making(rank: int) -> Callable[[Callable[[Any], None]], None]:
        def make(tell: Callable[[Any], None]) -> None:
            for batch in batches[rank::processes]:
                tell(list(_documents(places, batch)))

        return make

    gather([making(rank) for rank in range(processes)], take)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    map_grid.write(folder, index, date.today())
    store.write_state(store.State(folder.name, "bench", count, date.today().isoformat()))
    return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _full_text(path: Path, count: int, places: list[generate.Commune]) -> sqlite3.Connection:
    """SQLite's FTS5 on the same texts, and a table of positions with an index on them."""
    base = sqlite3.connect(path)
    base.executescript(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
        "CREATE VIRTUAL TABLE t USING fts5(body, content='', tokenize='unicode61 remove_diacritics 2',"
        " prefix='3 4');"
        "CREATE TABLE p (x REAL, y REAL, family TEXT);"
    )
    for first in range(0, count, 50_000):
        rows = [
            orjson.loads(one)
            for batch in range(first, min(first + 50_000, count), BATCH)
            for one in _documents(places, range(batch, min(batch + BATCH, count)))
        ]
        base.executemany(
            "INSERT INTO t (rowid, body) VALUES (?, ?)", [(one["pk"], one["text"]) for one in rows]
        )
        base.executemany(
            "INSERT INTO p VALUES (?, ?, ?)",
            [(one["longitude"], one["latitude"], one["family"]) for one in rows],
        )
    base.commit()
    base.execute("CREATE INDEX by_place ON p (x, y)")
    return base


def _timed(asks: list[Callable[[], object]]) -> list[float]:
    spent = []
    for ask in asks:
        start = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def _p99(spent: list[float]) -> float:
    return quantiles(spent, n=100)[98]


def _median(spent: list[float]) -> float:
    return quantiles(spent, n=2)[0]


def run(options: argparse.Namespace) -> list[Line]:
    from terreau.directory import index_store as store

    places = generate.communes()
    random.Random(SEED).shuffle(places)
    count = options.organisations
    kept = os.environ.get("TERREAU_BENCH_INDEX")
    if kept and (Path(kept) / "state.json").exists():
        store.root = lambda: Path(kept)  # measured again, without building
        lines = []
    else:
        if kept:
            store.root = lambda: Path(kept)
        seconds, peak = _build(count, places)
        load = os.getloadavg()[0]
        lines = [
            Line(f"index de {count} organisations, charge {load:.1f}", seconds / 60, 10, "min", "seuil"),
            Line("mémoire de celui qui l’écrit", peak, None, "Mo"),
        ]
    with tempfile.TemporaryDirectory() as folder:
        fewer = min(count, options.beside)
        base = _full_text(Path(folder) / "beside.sqlite3", fewer, places)
        lines += _searches(options, places, base, fewer)
        lines += _maps(options, places, base, fewer)
        base.close()
    if not kept:
        shutil.rmtree(store.root(), ignore_errors=True)
    return lines


def _searches(
    options: argparse.Namespace, places: list[generate.Commune], base: sqlite3.Connection, fewer: int
) -> list[Line]:
    from terreau.directory import search

    draw = random.Random(SEED)
    words = []
    for text in _documents(places, range(0, options.queries)):
        document = orjson.loads(text)
        # Words of names and of activities, as in `bench.search`; what every sheet bears is measured apart.
        told = f"{document['whole']} {document['sectors']}"
        words.append(draw.choice([word for word in told.split() if len(word) >= 5]))

    def ours(text: str, **filters: Any) -> Callable[[], object]:
        def ask() -> object:
            search.forget()
            return search.search(search.Query(text=text, **filters))

        return ask

    def theirs(text: str) -> Callable[[], object]:
        statement = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 20"
        return lambda: base.execute(statement, (f'"{text}"*',)).fetchall()

    starts = [word[: max(4, len(word) - 2)] for word in words]
    typos = [word[: (place := draw.randrange(1, len(word) - 1))] + word[place + 1 :] for word in words]
    facets = {"families": ("association",), "facets": ("family", "sector", "issue", "country")}
    _timed([ours(word) for word in words[:20]])
    beside = _p99(_timed([theirs(word) for word in starts[:50]]))
    what = f"SQLite FTS5 trié, {fewer} organisations"
    found = []
    for name, asks in (
        ("début de mot", [ours(word) for word in starts]),
        ("faute de frappe", [ours(word) for word in typos]),
        ("facettes sous filtre", [ours(word, **facets) for word in starts]),
        ("un mot que toutes portent, facettes sous filtre", [ours("france", **facets)] * 20),
    ):
        spent = _timed(asks)
        found.append(Line(f"{name}, médiane {_median(spent):.1f} ms, p99", _p99(spent), beside, "ms", what))
    return found


def _maps(
    options: argparse.Namespace, places: list[generate.Commune], base: sqlite3.Connection, fewer: int
) -> list[Line]:
    from terreau.core import mercator
    from terreau.directory import clusters
    from terreau.directory.search import Query

    draw = random.Random(SEED)
    filters: list[dict[str, Any]] = [
        {"families": ("association",)},
        {"families": ("cooperative",)},
        {"sectors": ("culture", "sport")},
        {"territories": ("fr-dep-86",)},
        {"text": "atelier"},
        {"text": "coop", "families": ("association",)},
    ]

    def tile(query: Query, zoom: int) -> Callable[[], object]:
        place = places[int(draw.random() ** 3 * len(places))]
        x, y = mercator.fractions(place[3], place[4])
        column, row = int(x * 2**zoom), int(y * 2**zoom)

        def ask() -> object:
            return clusters.in_tile(query, zoom, column, row)

        return ask

    def cold(query: Query, zoom: int) -> Callable[[], object]:
        ask = tile(query, zoom)

        def forgetful() -> object:
            clusters.forget()
            return ask()

        return forgetful

    def on_the_fly(zoom: int) -> Callable[[], object]:
        place = places[int(draw.random() ** 3 * len(places))]
        x, y = mercator.fractions(place[3], place[4])
        west, south, east, north = mercator.bounds(zoom, int(x * 2**zoom), int(y * 2**zoom))
        side = 360 / 2 ** (zoom + 3)
        statement = (
            "SELECT CAST(x / ? AS INT), CAST(y / ? AS INT), COUNT(*), AVG(x), AVG(y) FROM p"
            " WHERE x BETWEEN ? AND ? AND y BETWEEN ? AND ? GROUP BY 1, 2"
        )
        return lambda: base.execute(statement, (side, side, west, east, south, north)).fetchall()

    each = max(1, options.queries // len(ZOOMS))
    _timed([tile(Query(), 5)])
    beside = _p99(_timed([on_the_fly(zoom) for zoom in (3, 5, 7, 9)]))
    what = f"comptées à la volée en SQL, {fewer} organisations"
    plain = {zoom: _timed([tile(Query(), zoom) for _ in range(each)]) for zoom in ZOOMS}
    chosen = {
        zoom: _timed([cold(Query(**filters[rank % len(filters)]), zoom) for rank in range(each)])
        for zoom in ZOOMS
    }
    found = []
    for name, spent in (("sans filtre", plain), ("sous filtre, mémoire vidée", chosen)):
        every = [one for zoom in ZOOMS for one in spent[zoom]]
        worst = max(ZOOMS, key=lambda zoom: max(spent[zoom]))
        said = (
            f"carte {name}, médiane {_median(every):.1f} ms, au pire zoom {worst} {max(spent[worst]):.0f} ms"
        )
        found.append(Line(f"{said}, p99", _p99(every), beside, "ms", what))
    return found
