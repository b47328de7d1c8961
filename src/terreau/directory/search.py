"""Searching the directory as people type: without accents, with a slip of the finger, half a word.

The index follows the base (`sync`, `rebuild`); reading it asks the base for nothing. Queries are built
word by word, never parsed: what people type is no query language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from math import cos, radians
from typing import Any

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from terreau.core.compact_json import loads
from terreau.core.geo import distance_km
from terreau.core.threads import at_once
from terreau.directory import index_store as store
from terreau.directory import map_grid
from terreau.directory.enums import Status
from terreau.directory.indexing import is_behind, rebuild, sync
from terreau.directory.matching_words import Match, Ranked, Words, either

__all__ = [
    "FACETS",
    "Hit",
    "Query",
    "Results",
    "count_with",
    "forget",
    "is_behind",
    "keys",
    "mark",
    "opened",
    "rebuild",
    "search",
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
_MOST_ANSWERS_KEPT = 256
_MOST_RESULTS_KEPT = 256
# With fewer sheets, to hand work over to another thread takes longer than the work.
_AT_ONCE_FROM = 200_000

_BY_NAME: dict[str, Any] = {"order_by_field": "order", "order": tantivy.Order.Asc}
_LAST_CONFIRMED_FIRST: dict[str, Any] = {"order_by_field": "recent", "order": tantivy.Order.Desc}
_LAST_ENTERED_FIRST: dict[str, Any] = {"order_by_field": "pk", "order": tantivy.Order.Desc}
_ORDERS = {"name": _BY_NAME, "recent": _LAST_CONFIRMED_FIRST, "new": _LAST_ENTERED_FIRST}

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
        sort: `relevance`, `name`, `near`, `recent` (last confirmed first) or `new` (last entered first); by
            default relevance when there are words, else name.
        near: longitude and latitude, for `near`.
        within: west, south, east and north of the zone wanted, in degrees.
        on_map: a day; only what the map shows that day is wanted, without what was confirmed too long ago.
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
    within: tuple[float, float, float, float] | None = None
    on_map: date | None = None
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


class Opened:
    """The index opened for one question."""

    def __init__(self, index: tantivy.Index, mark: tuple[str, int, int]) -> None:
        self.schema = index.schema
        self.searcher = index.searcher()
        self.mark = mark

    def terms(self, name: str, codes: Iterable[str]) -> Clause:
        """Those that carry one of the codes; it counts nothing in the score."""
        one_of = either([Clause.term_query(self.schema, name, code) for code in codes])
        return Clause.const_score_query(one_of, 0.0)

    def filtered(self, query: Query, words: Clause | None, *, without: str = "") -> Clause:
        """The words, everything when there are none, and the filters, but that of one facet."""
        clauses: list[tuple[Any, Clause]] = [(Occur.Must, words or Clause.all_query())]
        for facet, attribute in _FILTERS.items():
            codes = getattr(query, attribute)
            if codes and facet != without:
                clauses.append((Occur.Must, self.terms(facet, codes)))
        if query.territories:
            clauses.append((Occur.Must, self.terms("place", query.territories)))
        clauses += self.zone(query.within) if query.within else []
        if query.on_map is not None:
            clauses.append((Occur.MustNot, map_grid.off_map(self.schema, map_grid.cutoff(query.on_map))))
        if query.confirmed_since is not None:
            since = query.confirmed_since.toordinal()
            day = tantivy.FieldType.Unsigned
            recent = Clause.range_query(self.schema, "recent", day, since, date.max.toordinal())
            clauses.append((Occur.Must, Clause.const_score_query(recent, 0.0)))
        if not query.ceased and self.searcher.doc_freq("status", Status.CEASED.value):
            clauses.append((Occur.MustNot, Clause.term_query(self.schema, "status", Status.CEASED.value)))
        return Clause.boolean_query(clauses) if len(clauses) > 1 else clauses[0][1]

    def zone(self, within: tuple[float, float, float, float]) -> list[tuple[Any, Clause]]:
        """Those whose position lies between these degrees."""
        west, south, east, north = within
        number = tantivy.FieldType.Float
        return [
            (Occur.Must, Clause.const_score_query(Clause.range_query(self.schema, name, number, *ends), 0.0))
            for name, ends in (("longitude", (west, east)), ("latitude", (south, north)))
        ]

    def stored(self, address: Any) -> Hit:
        """What the list shows of one."""
        hit: Hit = loads(self.searcher.doc(address).get_first("stored") or b"{}")
        return hit

    def best(self, clause: Clause, size: int, offset: int = 0, **by: Any) -> list[Any]:
        """The addresses of the best ranked, or in the order asked for."""
        found = self.searcher.search(clause, limit=size, offset=offset, count=False, **by)
        return [address for _score, address in found.hits]

    def count(self, clause: Clause) -> int:
        """How many answer; nothing is ranked, which takes most of the time of a search."""
        return int(self.searcher.aggregate(clause, _HOW_MANY)["all"]["value"] or 0)

    def readings(self, query: Query) -> Iterator[Match]:
        """How the words of a question may be read: as they are, each half typed, then fewer and fewer."""
        words = Words(self.schema, self.searcher, self.mark)
        match = words.match(query.text, exact=query.exact)
        yield match
        if query.exact:
            return
        begun = words.begun(match)
        if begun is not None:
            yield begun
        yield from match.relaxations()

    def answered(self, query: Query, facets: Sequence[str] = (), *, paged: bool = False) -> _Answered:
        """What answers a question by the first of its readings that finds something."""
        readings = self.readings(query)
        plain = self._answered(query, next(readings), facets, paged=paged)
        if plain.total:
            return plain
        others = (self._answered(query, match, facets, paged=paged) for match in readings)
        return next((answered for answered in others if answered.total), plain)

    def _answered(self, query: Query, match: Match, facets: Sequence[str], *, paged: bool) -> _Answered:
        words = match.ranked.every if match.ranked else None
        clause = self.filtered(query, words)
        own = [name for name in facets if name in _FILTERS and getattr(query, _FILTERS[name])]
        counting = [(clause, [name for name in facets if name not in own])]
        counting += [(self.filtered(query, words, without=name), [name]) for name in own]
        tasks: list[Callable[[], Any]] = [partial(_aggregate, self, *one) for one in counting]
        if paged:
            tasks.append(partial(_page, self, query, match, clause))
        large = self.searcher.num_docs >= _AT_ONCE_FROM
        done = at_once(*tasks) if large else [task() for task in tasks]
        page = done.pop() if paged else _Page()
        counts = {name: codes for _total, found in done for name, codes in found.items()}
        return _Answered(match, clause, done[0][0], counts, page)


@dataclass(frozen=True)
class _Page:
    """The hits of a page, and their distances when that is the order."""

    hits: list[Hit] = field(default_factory=list)
    distances: list[float | None] = field(default_factory=list)


@dataclass(frozen=True)
class _Answered:
    """How a question was understood, all that answers it, how many, its facets, and the page asked for."""

    match: Match
    clause: Clause
    total: int
    counts: dict[str, list[tuple[str, int]]]
    page: _Page


def opened() -> Opened | None:
    """The index as it stands now; None when there is none."""
    found = store.reader.open()
    return Opened(*found) if found else None


def mark() -> object:
    """Something that changes whenever the index does; None when there is none."""
    found = store.reader.open()
    return found[1] if found else None


def search(query: Query) -> Results:
    """The page of results asked for, with the counts of the facets asked for.

    The same question on the same index is answered from memory.
    """
    index = opened()
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
    _kept_answers.clear()


def _search(index: Opened, query: Query) -> Results:
    key = (index.mark, replace(query, page=1, size=1, sort="", near=None))
    answered = _kept_answers.get(key)
    if answered is None:
        facets = [name for name in query.facets if name in FACETS]
        answered = index.answered(query, facets, paged=True)
        if len(_kept_answers) >= _MOST_ANSWERS_KEPT:
            _kept_answers.clear()
        _kept_answers[key] = replace(answered, page=_Page())
        page = answered.page
    else:
        # The same question, another page.
        page = _page(index, query, answered.match, answered.clause)
    match = answered.match.shown_as(page.hits)
    return Results(page.hits, answered.total, answered.counts, match, page.distances)


def _page(index: Opened, query: Query, match: Match, clause: Clause) -> _Page:
    offset = min(max(query.page - 1, 0) * query.size, MAX_PAGE_HITS)
    if query.order == "near" and query.near is not None:
        return _nearest(index, clause, query.near, offset, query.size)
    if query.order == "relevance" and match.ranked is not None:
        addresses = _by_relevance(index, query, match.ranked, offset)
    else:
        by = _ORDERS.get(query.order, {})
        addresses = index.best(clause, query.size, offset, **by)
    return _Page([index.stored(address) for address in addresses])


def _by_relevance(index: Opened, query: Query, ranked: Ranked, offset: int) -> list[Any]:
    """Those that bear the words in their name, then the others."""
    first = index.filtered(query, ranked.first)
    addresses = index.best(first, query.size, offset)
    missing = query.size - len(addresses)
    if not missing:
        return addresses
    skipped = offset + len(addresses) if addresses else index.count(first)
    others = index.filtered(query, ranked.others)
    rest = Clause.boolean_query([(Occur.Must, others), (Occur.MustNot, first)])
    return addresses + index.best(rest, missing, max(0, offset - skipped))


def keys(query: Query) -> list[int]:
    """The primary keys of all that answers, in their order; for exports."""
    index = opened()
    if index is None:
        return []
    answered = index.answered(query)
    if not answered.total:
        return []
    addresses = index.best(answered.clause, answered.total, **_BY_NAME)
    values = index.searcher.fast_field_values("pk", addresses)
    return sorted(int(value) for value in values if value is not None)


# --- Facets -----------------------------------------------------------------------------------------

_HOW_MANY = {"all": {"value_count": {"field": "pk"}}}
_kept_answers: dict[Any, _Answered] = {}


def _aggregate(
    index: Opened, clause: Clause, names: Sequence[str]
) -> tuple[int, dict[str, list[tuple[str, int]]]]:
    """How many answer, and for each facet how many by code, the most frequent first."""
    asked = {name: {"terms": {"field": FACETS[name], "size": _MOST_BUCKETS}} for name in names} | _HOW_MANY
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
    return int(answer["all"]["value"] or 0), found


def count_with(facet: str, code: str) -> int:
    """How many sheets shown carry a code of a facet, those that have ceased included."""
    index = opened()
    if index is None:
        return 0
    return index.count(index.terms(facet, [code]))


# --- Places -------------------------------------------------------------------------------------------


def _box(index: Opened, clause: Clause, near: tuple[float, float], radius: float) -> Clause:
    longitude, latitude = near
    tall = min(radius / 111.0, 180.0)
    wide = min(tall / max(0.01, cos(radians(latitude))), 360.0)
    zone = (longitude - wide, latitude - tall, longitude + wide, latitude + tall)
    return Clause.boolean_query([(Occur.Must, clause), *index.zone(zone)])


def _nearest(index: Opened, clause: Clause, near: tuple[float, float], offset: int, size: int) -> _Page:
    """The nearest first, by widening circles until one holds enough; those without a place come last."""
    everywhere = _box(index, clause, near, _RADII_KM[-1])
    placed = index.count(everywhere)
    page: list[tuple[float | None, Any]] = []
    if offset < placed:
        page += _ranked(index, clause, near, min(offset + size, placed))[offset : offset + size]
    if len(page) < size:
        unplaced = Clause.boolean_query([(Occur.Must, clause), (Occur.MustNot, everywhere)])
        rest = index.best(unplaced, size - len(page), max(0, offset - placed), **_BY_NAME)
        page += [(None, address) for address in rest]
    return _Page([index.stored(address) for _away, address in page], [away for away, _address in page])


def _ranked(
    index: Opened, clause: Clause, near: tuple[float, float], wanted: int
) -> list[tuple[float | None, Any]]:
    """The distance in kilometres and the address of the nearest, at least as many as wanted."""
    ranked: list[tuple[float | None, Any]] = []
    for radius in _RADII_KM:
        addresses = index.best(_box(index, clause, near, radius), _MOST_NEAR)
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
