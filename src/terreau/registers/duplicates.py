"""Which new rows tell an organisation already known, or told by another row: linked, asked, or left apart.

Identifiers and names are compared by `matching`; only pairs that share a key are drawn (`pairing`,
`neighbours`). Above the high threshold a row is linked without asking; between the two a person decides, and
until then the row waits; of a doubtful pair of one list the first row is written, the second waits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from terreau.core.compact_json import dumps, loads
from terreau.core.forking import SHARED_FROM, Task, Tell, processes_for, share
from terreau.directory.enums import LinkMethod
from terreau.directory.ingest import batches
from terreau.registers.matching import Match, NameIndex, Prepared, prepare, similarity
from terreau.registers.neighbours import CROWD, Neighbours, candidate_of_values, candidates_of
from terreau.registers.pairing import Pairing
from terreau.registers.staging import Store
from terreau.territories.gazetteer import gazetteer

_CHUNK = 2000
# In a list this long, keys shared by more than a few rows cost more comparisons than they find doubles.
_LONG_LIST = 50_000
_CROWD_IN_LONG_LIST = 20
_MOST_CANDIDATES = 8
_PREPARED_KEPT = 20_000
# How common each word is, is told well enough by so many names.
_NAMES_COUNTED = 100_000
# Rows of two places that share one word only are compared if their names, as wholes, are this alike (0–100).
_ALIKE = 70

Step = Callable[[int, int, str], None]


@dataclass
class _Found:
    """What is known of one new row after comparison.

    Attributes:
        same: organisation it is linked to, the match, whether a national identifier decided.
        doubts: organisation or row → match to be asked of a person.
    """

    same: tuple[int, Match, bool] | None = None
    doubts: dict[tuple[str, int], Match] = field(default_factory=dict)


@dataclass(frozen=True)
class Settled:
    """What persons have answered before: (reference of the row, public identifier) → same or different."""

    answers: Mapping[tuple[str, str], str]
    public_ids: Callable[[Iterable[int]], dict[int, str]]


def find_duplicates(
    store: Store, work: sqlite3.Connection, neighbours: Neighbours, settled: Settled, step: Step
) -> None:
    """Link or hold the new rows of a comparison; changes `fate` and `question`.

    Args:
        store: where the rows wait.
        work: the scratch tables, rows told by `comparing.decide_fates`.
        neighbours: the keys of the directory.
        settled: what was answered before.
        step: told (done, total, what is being done).
    """
    total = work.execute("SELECT count(*) FROM fate WHERE outcome = 'new'").fetchone()[0]
    if not total:
        return
    step(0, total, "Recherche des doublons")
    index = neighbours.names(_some_names(work, total))
    pairing = Pairing(store, total)
    pairing.write_keys(index, lambda done: step(done, total, "Recherche des doublons"))
    finder = _Finder(work, index)
    found: dict[int, _Found] = {}
    if not neighbours.is_empty():
        _compare_with_directory(work, neighbours, pairing, finder, settled, found)
    crowd = CROWD if total < _LONG_LIST else _CROWD_IN_LONG_LIST
    clusters = _compare_within(store, work, pairing.write_pairs(crowd), index, found)
    _write_links(work, found, clusters)
    _write_doubts(work, found, clusters)


def _some_names(work: sqlite3.Connection, total: int) -> Iterator[tuple[str, str]]:
    every = max(1, total // _NAMES_COUNTED)
    rows = work.execute(
        "SELECT r.name, s.shown FROM fate f JOIN row r ON r.number = f.number "
        "JOIN sheet s ON s.number = f.number WHERE f.outcome = 'new' AND f.number % ? = 0",
        (every,),
    )
    for name, shown in rows:
        yield name, str(loads(shown).get("website") or "") if '"website"' in shown else ""


class _Finder:
    """Rows and sheets made ready to be compared; the last ones used are kept."""

    def __init__(self, work: sqlite3.Connection, index: NameIndex) -> None:
        self._work = work
        self._index = index
        self._places = gazetteer()
        self.row = lru_cache(_PREPARED_KEPT)(self._row)
        self.glance = lru_cache(_PREPARED_KEPT)(self._glance)

    def _row(self, number: int) -> Prepared:
        values = self._work.execute("SELECT vals FROM row WHERE number = ?", (number,)).fetchone()[0]
        return prepare(candidate_of_values(loads(values), self._places), self._index)

    def _glance(self, number: int) -> tuple[str, int]:
        """Name and territory, which are enough to tell most pairs apart."""
        look = "SELECT name_folded, coalesce(territory, 0) FROM sheet WHERE number = ?"
        return self._work.execute(look, (number,)).fetchone() or ("", 0)

    def sheets(self, organisations: Iterable[int]) -> dict[int, Prepared]:
        """Sheets of the directory, by key."""
        return {key: prepare(found, self._index) for key, found in candidates_of(organisations).items()}


# --- With the directory -------------------------------------------------------------------------


def _compare_with_directory(
    work: sqlite3.Connection,
    neighbours: Neighbours,
    pairing: Pairing,
    finder: _Finder,
    settled: Settled,
    found: dict[int, _Found],
) -> None:
    for keys in batches(pairing.by_key(), _CHUNK):
        bearers = dict(keys)
        sharing = neighbours.sharing(bearers)
        pairs = {
            (number, organisation)
            for key, organisations in sharing.items()
            if len(bearers[key]) <= CROWD
            for number in bearers[key]
            for organisation in organisations
        }
        if not pairs:
            continue
        sheets = finder.sheets({organisation for _number, organisation in pairs})
        public_ids = settled.public_ids(sheets)
        for number, organisation in sorted(pairs):
            sheet = sheets.get(organisation)
            if sheet is not None:
                said = _answer(work, settled, number, public_ids[organisation])
                _judge(finder.row(number), sheet, said, found.setdefault(number, _Found()), organisation)


def _answer(work: sqlite3.Connection, settled: Settled, number: int, public_id: str) -> str:
    if not settled.answers:
        return ""
    ref = work.execute("SELECT ref FROM fate WHERE number = ?", (number,)).fetchone()[0]
    return settled.answers.get((ref, public_id), "")


def _judge(row: Prepared, sheet: Prepared, said: str, known: _Found, organisation: int) -> None:
    if said == "different" or ("organisation", organisation) in known.doubts:
        return
    match = similarity(row, sheet)
    verdict = "same" if said == "same" else match.verdict
    if verdict == "same":
        if known.same is None or match.score > known.same[1].score:
            known.same = (organisation, match, _share_a_number(row, sheet))
    elif verdict == "review":
        known.doubts[("organisation", organisation)] = match


# --- Within the list ------------------------------------------------------------------------------

_Judged = tuple[int, int, Match, bool]


def _compare_within(
    store: Store, work: sqlite3.Connection, pairs: Path, index: NameIndex, found: dict[int, _Found]
) -> dict[int, int]:
    """Compare the rows of the list with one another.

    Returns:
        Row → first row of those that tell the same organisation.
    """
    parents: dict[int, int] = {}
    ties: dict[int, tuple[Match, bool]] = {}
    finder = _Finder(work, index)
    for first, second, match, by_number in _judged_pairs(store, pairs, index):
        if match.verdict == "same":
            _join(parents, finder, first, second)
            ties.setdefault(second, (match, by_number))
        else:
            found.setdefault(second, _Found()).doubts[("row", first)] = match
    work.executescript(
        "DROP TABLE IF EXISTS tie; CREATE TABLE tie (number INTEGER PRIMARY KEY, how, score, why);"
    )
    work.executemany(
        "INSERT INTO tie VALUES (?,?,?,?)",
        [
            (number, _method(by_number), match.score, dumps(match.explanation))
            for number, (match, by_number) in ties.items()
        ],
    )
    return {number: _root(parents, number) for number in parents}


def _judged_pairs(store: Store, pairs: Path, index: NameIndex) -> list[_Judged]:
    """The pairs that are one organisation, or may be; each process judges a share of all."""
    with pairs.open(encoding="ascii") as file:
        count = sum(1 for _line in file)
    processes = processes_for(count + SHARED_FROM // 2)

    def task(share_index: int) -> Task:
        def run(_tell: Tell) -> list[_Judged]:
            return _judge_share(store, pairs, index, processes, share_index)

        return run

    judged = share([task(number) for number in range(processes)], lambda _come: None)
    return sorted((item for some in judged for item in some), key=lambda item: item[:2])


def _judge_share(
    store: Store, pairs: Path, index: NameIndex, processes: int, share_index: int
) -> list[_Judged]:
    kept: list[_Judged] = []
    with store.open() as work, pairs.open(encoding="ascii") as file:
        finder = _Finder(work, index)
        for at, line in enumerate(file):
            if at // 1000 % processes != share_index:
                continue
            left, right, strong = line.rstrip().split(",")
            first, second = int(left), int(right)
            if strong == "0" and not _worth_comparing(finder.glance(first), finder.glance(second)):
                continue
            one, other = finder.row(first), finder.row(second)
            match = similarity(one, other)
            if match.verdict != "different":
                kept.append((first, second, match, _share_a_number(one, other)))
    return kept


def _worth_comparing(one: tuple[str, int], other: tuple[str, int]) -> bool:
    """Whether two rows that share one word only may still be one organisation."""
    if one[1] and one[1] == other[1]:
        return True
    return fuzz.token_set_ratio(one[0], other[0]) >= _ALIKE


def _root(parents: dict[int, int], number: int) -> int:
    while parents.get(number, number) != number:
        parents[number] = parents.get(parents[number], parents[number])
        number = parents[number]
    return number


def _join(parents: dict[int, int], finder: _Finder, first: int, second: int) -> None:
    """Put two rows in one cluster, unless what they are already with has another identifier."""
    left, right = _root(parents, first), _root(parents, second)
    if left == right:
        return
    if {left, right} != {first, second} and _contradict(finder.row(left), finder.row(right)):
        return
    low, high = min(left, right), max(left, right)
    parents.setdefault(low, low)
    parents[high] = low


def _contradict(a: Prepared, b: Prepared) -> bool:
    schemes = a.identifiers.keys() & b.identifiers.keys()
    return any(a.identifiers[scheme] != b.identifiers[scheme] for scheme in schemes)


def _share_a_number(a: Prepared, b: Prepared) -> bool:
    return any(b.identifiers.get(scheme) == value for scheme, value in a.identifiers.items())


# --- What comes of it -------------------------------------------------------------------------------


def _write_links(work: sqlite3.Connection, found: dict[int, _Found], clusters: dict[int, int]) -> None:
    """Clusters first; a cluster of which one row is linked to an organisation goes there as a whole."""
    work.execute("BEGIN")
    work.executemany(
        "UPDATE fate SET cluster = ? WHERE number = ?", [(root, number) for number, root in clusters.items()]
    )
    work.execute(
        "UPDATE fate SET (method, score, explanation) = "
        "(SELECT how, t.score, why FROM tie t WHERE t.number = fate.number) "
        "WHERE number IN (SELECT number FROM tie)"
    )
    homes: dict[int, tuple[float, int]] = {}
    for number, known in found.items():
        if known.same is None:
            continue
        organisation, match, by_number = known.same
        work.execute(
            "UPDATE fate SET organisation = ?, method = ?, score = ?, explanation = ? WHERE number = ?",
            (organisation, _method(by_number), match.score, dumps(match.explanation), number),
        )
        root = clusters.get(number)
        if root is not None and match.score > homes.get(root, (0.0, 0))[0]:
            homes[root] = (match.score, organisation)
    for number, root in clusters.items():
        if root in homes and (found.get(number) is None or found[number].same is None):
            work.execute("UPDATE fate SET organisation = ? WHERE number = ?", (homes[root][1], number))
    work.execute("COMMIT")


def _method(by_number: bool) -> str:
    return LinkMethod.IDENTIFIER.value if by_number else LinkMethod.SIMILARITY.value


def _write_doubts(work: sqlite3.Connection, found: dict[int, _Found], clusters: dict[int, int]) -> None:
    """A row that is linked to nothing and resembles something waits for a person."""
    rows: list[tuple[Any, ...]] = []
    for number, known in found.items():
        linked = known.same is not None or (number in clusters and clusters[number] != number)
        if linked or not known.doubts:
            continue
        best = sorted(known.doubts.items(), key=lambda item: -item[1].score)[:_MOST_CANDIDATES]
        choices = [
            {"kind": kind, "key": key, "score": round(match.score, 3), "explanation": match.explanation}
            for (kind, key), match in best
        ]
        why = best[0][1].explanation
        rows.append((number, "same", why[0] if why else "", "", dumps(choices), "[]"))
    work.execute("BEGIN")
    work.executemany("INSERT OR REPLACE INTO question VALUES (?,?,?,?,?,?)", rows)
    work.executemany("UPDATE fate SET outcome = 'review' WHERE number = ?", [(row[0],) for row in rows])
    work.execute("COMMIT")
