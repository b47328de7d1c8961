"""The territories in memory: looked up by code, name, postal code, and what contains them. No Django."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from terreau.territories.rules import fold_place, without_article

# Kinds a place can be found as by its name alone, against those that only mean something in a town.
OUTLINE_YEAR = 2018
TOWNS = frozenset({"commune"})
SUBDIVISIONS = frozenset({"borough", "sector", "village"})
CONTAINERS = frozenset({"region", "department"})
Key = tuple[str, str]  # ISO code of the country, folded name
Index = dict[Key, tuple[int, ...]]
Gathered = defaultdict[Key, list[int]]
fold_name = lru_cache(maxsize=50_000)(fold_place)


@dataclass(frozen=True, slots=True)
class Place:
    """One territory, as much of it as looking up needs."""

    id: int
    code: str
    kind: str
    name: str
    country: str
    national_code: str
    parent: int | None
    ended: bool
    longitude: float | None
    latitude: float | None
    population: int


@dataclass(frozen=True, slots=True)
class Tables:
    """What the memory is built from, as the database gives it."""

    places: Iterable[Place]
    names: Iterable[tuple[int, str, str]]  # territory, name, kind of name
    postal_codes: Iterable[tuple[int, str]]
    successions: Iterable[tuple[int, int, date | None]]  # former, successor, on
    memberships: Iterable[tuple[int, int]]  # member, grouping, those of today


class Places:
    """Indexes over all territories."""

    def __init__(self, tables: Tables) -> None:
        self._by_id: dict[int, Place] = {place.id: place for place in tables.places}
        self._by_code = {place.code: place for place in self._by_id.values()}
        self._groupings: dict[int, list[int]] = defaultdict(list)
        for member, grouping in tables.memberships:
            self._groupings[member].append(grouping)
        successions = list(tables.successions)
        self._followers = _latest_followers(successions)
        self._born = self._re_established(successions)
        self._boroughs = self._numbered_boroughs()
        self._anywhere: dict[str, tuple[int, ...]] | None = None
        self._ancestors: dict[int, tuple[int, ...]] = {}
        self._departments: dict[int, str] = {}
        self.named: Index = {}
        self.formerly: Index = {}
        self.subdivisions: Index = {}
        self.containers: Index = {}
        self.national: dict[Key, int] = {}
        self.postal: dict[str, tuple[int, ...]] = {}
        self._index(tables)
        self.countries_with_towns = {place.country for place in self._by_id.values() if place.kind in TOWNS}

    def by_id(self, identifier: int) -> Place | None:
        """The place with this id."""
        return self._by_id.get(identifier)

    def by_code(self, code: str) -> Place | None:
        """The place with this public code, in any case of letters."""
        return self._by_code.get(code) or self._by_code.get(code.lower())

    def place(self, identifier: int) -> Place:
        """The place with this id, known to be there."""
        return self._by_id[identifier]

    def all(self) -> Collection[Place]:
        """Every place, ended ones too."""
        return self._by_id.values()

    def ancestors(self, identifier: int) -> tuple[int, ...]:
        """The place itself and all that contain it, through the tree and the groupings of today."""
        known = self._ancestors.get(identifier)
        if known is None:
            found = {identifier: None}
            waiting = [identifier]
            while waiting:
                here = waiting.pop()
                parent = self._by_id[here].parent
                for above in (*self._groupings.get(here, ()), *(() if parent is None else (parent,))):
                    if above not in found:
                        found[above] = None
                        waiting.append(above)
            known = self._ancestors[identifier] = tuple(found)
        return known

    def department(self, identifier: int) -> str:
        """National code of the department a French place lies in; empty elsewhere."""
        known = self._departments.get(identifier)
        if known is None:
            here: int | None = identifier
            while here is not None and self._by_id[here].kind != "department":
                here = self._by_id[here].parent
            known = self._departments[identifier] = "" if here is None else self._by_id[here].national_code
        return known

    def now(self, identifier: int) -> tuple[int, ...]:
        """The place itself when it has not ended, else what followed it and is in force today."""
        if not self._by_id[identifier].ended:
            return (identifier,)
        found: dict[int, None] = {}
        seen, waiting = {identifier}, [identifier]
        while waiting:
            for follower in self._followers.get(waiting.pop(0), ()):
                if follower in seen:
                    continue
                seen.add(follower)
                if self._by_id[follower].ended:
                    waiting.append(follower)
                else:
                    found[follower] = None
        return tuple(found)

    def born_of(self, identifier: int) -> tuple[int, ...]:
        """Communes re-established from this one since the outlines were drawn, which have none."""
        return self._born.get(identifier, ())

    def boroughs(self, identifier: int) -> tuple[int, ...]:
        """The municipal boroughs of a town, in the order of their numbers."""
        return self._boroughs.get(identifier, ())

    def numbered_borough(self, identifier: int, number: int) -> int | None:
        """The town's borough of this number, if it has so many."""
        boroughs = self.boroughs(identifier)
        return boroughs[number - 1] if 0 < number <= len(boroughs) else None

    def anywhere(self, key: str) -> tuple[int, ...]:
        """The towns of this folded name in all countries, the most peopled first."""
        if self._anywhere is None:
            found: dict[str, list[int]] = defaultdict(list)
            for (_country, name), identifiers in self.named.items():
                found[name].extend(identifiers)
            self._anywhere = {name: tuple(self.by_size(ids)) for name, ids in found.items()}
        return self._anywhere.get(key, ())

    def by_size(self, identifiers: Iterable[int]) -> list[int]:
        """The same, the most peopled first."""
        return sorted(identifiers, key=lambda here: (-self._by_id[here].population, self._by_id[here].code))

    def _re_established(
        self, successions: Iterable[tuple[int, int, date | None]]
    ) -> dict[int, tuple[int, ...]]:
        found: dict[int, tuple[int, ...]] = {}
        for former, successor, on in successions:
            both = not self._by_id[former].ended and not self._by_id[successor].ended
            if both and (on is None or on.year >= OUTLINE_YEAR):
                found[former] = (*found.get(former, ()), successor)
        return found

    def _numbered_boroughs(self) -> dict[int, tuple[int, ...]]:
        found: dict[int, list[Place]] = defaultdict(list)
        for place in self._by_id.values():
            if place.kind == "borough" and place.national_code and place.parent is not None:
                found[place.parent].append(place)
        return {
            parent: tuple(place.id for place in sorted(places, key=lambda place: place.national_code))
            for parent, places in found.items()
        }

    def _index(self, tables: Tables) -> None:
        named: Gathered = defaultdict(list)
        formerly: Gathered = defaultdict(list)
        for place in self._by_id.values():
            _gather(formerly if place.ended else named, place, place.name)
            if place.national_code and place.kind in ("commune", "borough"):
                self.national[place.country, place.national_code] = place.id
        for identifier, name, kind in tables.names:
            place = self._by_id[identifier]
            _gather(formerly if place.ended or kind == "former" else named, place, name)
        for key, identifiers in named.items():
            self._keep(self.named, key, identifiers, TOWNS)
            self._keep(self.subdivisions, key, identifiers, SUBDIVISIONS)
            self._keep(self.containers, key, identifiers, CONTAINERS)
        for key, identifiers in formerly.items():
            today = dict.fromkeys(now for identifier in identifiers for now in self.now(identifier))
            self._keep(self.formerly, key, today, TOWNS)
        postal: dict[str, list[int]] = defaultdict(list)
        for identifier, code in tables.postal_codes:
            if not self._by_id[identifier].ended:
                postal[code].append(identifier)
        self.postal = {code: tuple(ids) for code, ids in postal.items()}

    def _keep(self, index: Index, key: Key, identifiers: Iterable[int], kinds: frozenset[str]) -> None:
        chosen = [here for here in dict.fromkeys(identifiers) if self._by_id[here].kind in kinds]
        if chosen:
            index[key] = tuple(self.by_size(chosen))


def _gather(target: Gathered, place: Place, name: str) -> None:
    folded = fold_place(name)
    target[place.country, folded].append(place.id)
    bare = without_article(folded)
    if bare != folded:
        target[place.country, bare].append(place.id)


def _latest_followers(successions: Iterable[tuple[int, int, date | None]]) -> dict[int, tuple[int, ...]]:
    """For each former place, what followed it last; what the source does not date is the latest."""
    latest: dict[int, date] = {}
    followers: dict[int, list[int]] = {}
    for former, successor, on in successions:
        day = on or date.max
        if former not in latest or day > latest[former]:
            latest[former], followers[former] = day, [successor]
        elif day == latest[former]:
            followers[former].append(successor)
    return {former: tuple(found) for former, found in followers.items()}
