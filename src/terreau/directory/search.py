"""Searching the directory as people type: without accents, with a slip of the finger, half a word.

The index follows the base (`sync`, `rebuild`); reading it asks the base for nothing. Queries are built
word by word, never parsed: what people type is no query language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from math import cos, radians
from typing import Any

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from terreau.core.compact_json import loads
from terreau.core.geo import distance_km
from terreau.directory import index_store as store
from terreau.directory.enums import Status
from terreau.directory.index_documents import CELLS
from terreau.directory.indexing import is_behind, rebuild, sync
from terreau.directory.matching_words import Match, Words

__all__ = [
    "FACETS",
    "Hit",
    "Query",
    "Results",
    "Spot",
    "Spots",
    "count_with",
    "forget",
    "is_behind",
    "keys",
    "mark",
    "rebuild",
    "search",
    "spots",
    "sync",
]

MAX_PAGE_HITS = 10_000
# Facet → the column that is counted. Several values of one organisation stand joined in a column.
FACETS = {
    "family": "family",
    "sector": "sectors",
    "issue": "issues",
    "filiere": "filieres",
    "source": "sources",
    "country": "country",
    "region": "region",
    "department": "department",
    "commune": "commune",
    "status": "status",
    "precision": "precision",
    "confirmed": "confirmed",
}
_JOINED = frozenset({"sector", "issue", "filiere", "source"})
_PLACES = frozenset({"country", "region", "department", "commune"})
# Facet → the field of Query that filters on it; a place filters on any of its containers.
_FILTERS = {
    "family": "families",
    "sector": "sectors",
    "issue": "issues",
    "filiere": "filieres",
    "source": "sources",
    "precision": "precisions",
    "confirmed": "confirmed",
}
_MOST_BUCKETS = 5000
_RADII_KM = (1.0, 5.0, 25.0, 100.0, 500.0, 2500.0, 21_000.0)
_MOST_NEAR = 5000
_MOST_COUNTS_KEPT = 256
_MOST_RESULTS_KEPT = 256

Hit = dict[str, Any]
_kept_results: dict[Any, Results] = {}


@dataclass(frozen=True)
class Query:
    """What is asked of the directory.

    Attributes:
        text: words, as typed.
        families, sectors, issues, filieres, sources, precisions, confirmed: codes; one of several is enough.
        territories: public codes; what lies under one counts.
        confirmed_since: confirmed by a person on that day or later.
        ceased: whether organisations that have ceased are wanted too.
        exact: whether the words are meant as they are, without correction.
        sort: `relevance`, `name`, `near` or `recent` (last confirmed first); by default relevance when there
            are words, else name.
        near: longitude and latitude, for `near`.
        page: from 1.
        size: sheets on a page, at least 1.
        facets: which facets to count.
    """

    text: str = ""
    families: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    filieres: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    precisions: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    ceased: bool = False
    confirmed_since: date | None = None
    exact: bool = False
    sort: str = ""
    near: tuple[float, float] | None = None
    page: int = 1
    size: int = 20
    facets: tuple[str, ...] = ()

    @property
    def order(self) -> str:
        """The order asked for, or the one that fits."""
        if self.sort == "near" and self.near is None:
            return "name"
        return self.sort or ("relevance" if self.text.strip() else "name")


@dataclass(frozen=True)
class Results:
    """What was found.

    `hits` are what lists show (see `index_documents`), `total` all that answers, `facets` the counts by
    code, the most frequent first, each taking account of the filters of the other facets. `match` tells
    how the words were understood.
    """

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    match: Match = field(default_factory=Match)
    distances: list[float | None] = field(default_factory=list)


@dataclass(frozen=True)
class Spot:
    """A number of organisations at a place: the mean of their positions, in degrees."""

    longitude: float
    latitude: float
    count: int


@dataclass(frozen=True)
class Spots:
    """Where the results are: by cells of a grid that fits their extent, and how many have no place."""

    spots: list[Spot]
    placed: int
    total: int


class _Open:
    """The index opened for one question."""

    def __init__(self, index: tantivy.Index, mark: tuple[str, int, int]) -> None:
        self.schema = index.schema
        self.searcher = index.searcher()
        self.mark = mark

    def terms(self, name: str, codes: Iterable[str]) -> Clause:
        """Those that carry one of the codes; it counts nothing in the score."""
        one_of = [(Occur.Should, Clause.term_query(self.schema, name, code)) for code in codes]
        return Clause.const_score_query(Clause.boolean_query(one_of), 0.0)

    def filtered(self, query: Query, match: Match, *, without: str = "") -> Clause:
        """The words and the filters, but that of one facet."""
        clauses: list[tuple[Any, Clause]] = [(Occur.Must, match.clause or Clause.all_query())]
        for facet, attribute in _FILTERS.items():
            codes = getattr(query, attribute)
            if codes and facet != without:
                clauses.append((Occur.Must, self.terms(facet, codes)))
        if query.territories:
            clauses.append((Occur.Must, self.terms("place", query.territories)))
        if query.confirmed_since is not None:
            since = query.confirmed_since.toordinal()
            day = tantivy.FieldType.Unsigned
            recent = Clause.range_query(self.schema, "recent", day, since, date.max.toordinal())
            clauses.append((Occur.Must, Clause.const_score_query(recent, 0.0)))
        if not query.ceased and self.searcher.doc_freq("status", Status.CEASED.value):
            clauses.append((Occur.MustNot, Clause.term_query(self.schema, "status", Status.CEASED.value)))
        return Clause.boolean_query(clauses) if len(clauses) > 1 else clauses[0][1]

    def stored(self, address: Any) -> Hit:
        """What the list shows of one."""
        hit: Hit = loads(self.searcher.doc(address).get_first("stored") or b"{}")
        return hit

    def count(self, clause: Clause) -> int:
        """How many answer."""
        found: Any = self.searcher.search(clause, limit=1, count=True)
        return int(found.count)

    def understood(self, query: Query) -> Match:
        """How the words of a question are read."""
        return Words(self.schema, self.searcher, self.mark).match(query.text, exact=query.exact)

    def otherwise(self, match: Match) -> Iterator[Match]:
        """How else to read words that nothing holds together: each half typed, then fewer and fewer."""
        begun = Words(self.schema, self.searcher, self.mark).begun(match)
        if begun is not None:
            yield begun
        yield from match.relaxations()


def _open() -> _Open | None:
    opened = store.reader.open()
    return _Open(*opened) if opened else None


def mark() -> object:
    """Something that changes whenever the index does; None when there is none."""
    opened = store.reader.open()
    return opened[1] if opened else None


def search(query: Query) -> Results:
    """The page of results asked for, with the counts of the facets asked for.

    The same question on the same index is answered from memory.
    """
    index = _open()
    if index is None:
        return Results()
    key = (index.mark, query)
    found = _kept_results.get(key)
    if found is None:
        if len(_kept_results) >= _MOST_RESULTS_KEPT:
            _kept_results.clear()
        found = _kept_results[key] = _search(index, query)
    return found


def forget() -> None:
    """Answer the next questions from the index, not from memory; to measure it."""
    _kept_results.clear()
    _kept_counts.clear()


def _search(index: _Open, query: Query) -> Results:
    match = index.understood(query)
    hits, distances, total = _page(index, query, index.filtered(query, match))
    if not total and not query.exact:
        for fewer in index.otherwise(match):
            hits, distances, total = _page(index, query, index.filtered(query, fewer))
            if total:
                match = fewer
                break
    facets = _facets(index, query, match)
    return Results(hits, total, facets, match.shown_as(hits), distances)


def _page(index: _Open, query: Query, clause: Clause) -> tuple[list[Hit], list[float | None], int]:
    """The hits of the page, their distances when that is the order, and how many there are in all."""
    offset = min(max(query.page - 1, 0) * query.size, MAX_PAGE_HITS)
    if query.order == "near" and query.near is not None:
        return _nearest(index, clause, query.near, offset, query.size)
    by: dict[str, Any] = {}
    if query.order == "name":
        by = {"order_by_field": "order", "order": tantivy.Order.Asc}
    elif query.order == "recent":
        by = {"order_by_field": "recent", "order": tantivy.Order.Desc}
    found: Any = index.searcher.search(clause, limit=query.size, offset=offset, count=True, **by)
    return [index.stored(address) for _score, address in found.hits], [], int(found.count)


def _all_of(index: _Open, query: Query) -> tuple[Clause, int]:
    """All that answers a question, as `search` understands it, and how many there are."""
    match = index.understood(query)
    clause = index.filtered(query, match)
    total = index.count(clause)
    if not total and not query.exact:
        for fewer in index.otherwise(match):
            clause = index.filtered(query, fewer)
            total = index.count(clause)
            if total:
                break
    return clause, total


def keys(query: Query) -> list[int]:
    """The primary keys of all that answers, in their order; for exports."""
    index = _open()
    if index is None:
        return []
    clause, total = _all_of(index, query)
    if not total:
        return []
    found = index.searcher.search(clause, limit=total, count=False)
    values = index.searcher.fast_field_values("pk", [address for _score, address in found.hits])
    return sorted(int(value) for value in values if value is not None)


# --- Facets -----------------------------------------------------------------------------------------

_kept_counts: dict[Any, dict[str, list[tuple[str, int]]]] = {}


def _facets(index: _Open, query: Query, match: Match) -> dict[str, list[tuple[str, int]]]:
    """Counts by facet; the same question on the same index, another page say, is answered from memory."""
    if not query.facets:
        return {}
    key = (index.mark, replace(query, page=1, size=1, sort="", near=None))
    kept = _kept_counts.get(key)
    if kept is None:
        kept = _count(index, query, match)
        if len(_kept_counts) >= _MOST_COUNTS_KEPT:
            _kept_counts.clear()
        _kept_counts[key] = kept
    return kept


def _count(index: _Open, query: Query, match: Match) -> dict[str, list[tuple[str, int]]]:
    asked = [name for name in query.facets if name in FACETS]
    own = [name for name in asked if name in _FILTERS and getattr(query, _FILTERS[name])]
    found: dict[str, list[tuple[str, int]]] = {}
    groups = [("", [name for name in asked if name not in own]), *((name, [name]) for name in own)]
    for without, names in groups:
        if names:
            clause = index.filtered(query, match, without=without)
            found.update(_aggregate(index, clause, names))
    return found


def _aggregate(index: _Open, clause: Clause, names: list[str]) -> dict[str, list[tuple[str, int]]]:
    asked = {name: {"terms": {"field": FACETS[name], "size": _MOST_BUCKETS}} for name in names}
    answer = index.searcher.aggregate(clause, asked)
    found = {}
    for name in names:
        counts: dict[str, int] = {}
        for bucket in answer[name]["buckets"]:
            codes = bucket["key"].split("|") if name in _JOINED else [bucket["key"]]
            for code in codes:
                if code != store.NO_CODE:
                    counts[code] = counts.get(code, 0) + bucket["doc_count"]
        found[name] = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return found


def count_with(facet: str, code: str) -> int:
    """How many sheets shown carry a code of a facet, those that have ceased included."""
    index = _open()
    if index is None:
        return 0
    return index.count(index.terms(facet, [code]))


# --- Places -------------------------------------------------------------------------------------------


def _box(index: _Open, clause: Clause, near: tuple[float, float], radius: float) -> Clause:
    longitude, latitude = near
    tall = min(radius / 111.0, 180.0)
    wide = min(tall / max(0.01, cos(radians(latitude))), 360.0)
    number = tantivy.FieldType.Float
    bounds = (
        ("longitude", longitude - wide, longitude + wide),
        ("latitude", latitude - tall, latitude + tall),
    )
    ranges = [
        (Occur.Must, Clause.const_score_query(Clause.range_query(index.schema, name, number, low, high), 0.0))
        for name, low, high in bounds
    ]
    return Clause.boolean_query([(Occur.Must, clause), *ranges])


def _nearest(
    index: _Open, clause: Clause, near: tuple[float, float], offset: int, size: int
) -> tuple[list[Hit], list[float | None], int]:
    """The nearest first, by widening circles until one holds enough; those without a place come last."""
    everywhere = _box(index, clause, near, _RADII_KM[-1])
    placed, total = index.count(everywhere), index.count(clause)
    page: list[tuple[float | None, Any]] = []
    if offset < placed:
        page += _ranked(index, clause, near, min(offset + size, placed))[offset : offset + size]
    if len(page) < size and total > placed:
        unplaced = Clause.boolean_query([(Occur.Must, clause), (Occur.MustNot, everywhere)])
        found = index.searcher.search(
            unplaced,
            limit=size - len(page),
            offset=max(0, offset - placed),
            count=False,
            order_by_field="order",
            order=tantivy.Order.Asc,
        )
        page += [(None, address) for _score, address in found.hits]
    return [index.stored(address) for _away, address in page], [away for away, _address in page], total


def _ranked(
    index: _Open, clause: Clause, near: tuple[float, float], wanted: int
) -> list[tuple[float | None, Any]]:
    """The distance in kilometres and the address of the nearest, at least as many as wanted."""
    ranked: list[tuple[float | None, Any]] = []
    for radius in _RADII_KM:
        found = index.searcher.search(_box(index, clause, near, radius), limit=_MOST_NEAR, count=False)
        addresses = [address for _score, address in found.hits]
        positions = zip(
            index.searcher.fast_field_values("longitude", addresses),
            index.searcher.fast_field_values("latitude", addresses),
            strict=True,
        )
        away = [distance_km(*near, longitude or 0.0, latitude or 0.0) for longitude, latitude in positions]
        ranked = [*sorted(zip(away, addresses, strict=True), key=lambda item: item[0])]
        if sum(distance <= radius for distance in away) >= wanted:
            break
    return ranked


def spots(query: Query) -> Spots:
    """Where the results are, for a map: counted in cells that fit their extent."""
    index = _open()
    if index is None:
        return Spots([], 0, 0)
    clause, total = _all_of(index, query)
    bounds = index.searcher.aggregate(
        clause,
        {
            f"{end} {name}": {end: {"field": name}}
            for end in ("min", "max", "value_count")
            for name in ("longitude", "latitude")
        },
    )
    placed = int(bounds["value_count longitude"]["value"] or 0)
    if not placed:
        return Spots([], 0, total)
    width, height = (
        bounds[f"max {name}"]["value"] - bounds[f"min {name}"]["value"] for name in ("longitude", "latitude")
    )
    level = next(
        (level for level, side in enumerate(CELLS) if max(width, height) > 25 * side), len(CELLS) - 1
    )
    means = {axis: {"avg": {"field": name}} for axis, name in (("x", "longitude"), ("y", "latitude"))}
    cells = index.searcher.aggregate(
        clause, {"cells": {"terms": {"field": f"cell{level}", "size": _MOST_BUCKETS}, "aggs": means}}
    )["cells"]["buckets"]
    found = [Spot(cell["x"]["value"], cell["y"]["value"], cell["doc_count"]) for cell in cells]
    return Spots(found, placed, total)
