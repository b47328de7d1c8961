"""The territories a figure can be of, and where each code of a register falls, on a given day.

France's come from the tables of `terreau.territories`, read and not copied: a code of commune leads to the
commune in force on that day, mergers followed; the boroughs of Paris, Lyon and Marseille are territories of
their own inside their commune. Any other country's are given by its source, as a tree.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from terreau.territories.reference.files import digest, table
from terreau.territories.reference.france import communes_of_today, former_communes, histories

# Where what cannot be placed is counted: in the country, and nowhere else.
NOWHERE: Final = 0


@dataclass(frozen=True, slots=True)
class Territory:
    """A territory figures are made for."""

    code: str
    kind: str
    name: str
    population: int | None = None
    parent: str | None = None


@dataclass
class Geography:
    """Where codes fall: code of the register → number of a place → the territories that hold it."""

    country: str
    territories: dict[str, Territory]
    places: dict[str, int] = field(default_factory=dict)
    holders: dict[int, tuple[str, ...]] = field(default_factory=dict)
    mark: str = ""

    def __post_init__(self) -> None:
        self.holders.setdefault(NOWHERE, (self.country,))

    def add(self, codes: Iterable[str], holders: Iterable[str]) -> None:
        """Give a place to codes of the register."""
        number = len(self.holders)
        self.holders[number] = tuple(holders)
        for code in codes:
            self.places[code] = number


@lru_cache(maxsize=2)
def french_geography(on: date) -> Geography:
    """France on a day; not to be changed by who reads it."""
    by_code = _communes()
    holders_of = {code: _above(row) for code, row in by_code.items()}
    resolved = codes_on(on)
    territories = {"fr": Territory("fr", "country", "France")}
    sums: dict[str, int] = defaultdict(int)
    holders: dict[str, tuple[str, ...]] = {}
    names = _names()
    for code in sorted(set(resolved.values())):
        above = holders_of.get(code) or holders_of.get(_ground(code, by_code) or "")
        if above is None:
            continue
        public = f"fr-com-{code.lower()}"
        # A commune that has merged since has no population of its own in the tables of today.
        population = int(by_code[code]["population"] or 0) or None if code in by_code else None
        territories[public] = Territory(public, "commune", names[code], population, above[0])
        holders[code] = (public, *above)
    for code, row in by_code.items():
        population = int(row["population"] or 0)
        for holder in holders_of[code]:
            sums[holder] += population
    for item in _containers():
        if item.code in sums:
            territories[item.code] = Territory(item.code, item.kind, item.name, sums[item.code], item.parent)
    territories["fr"] = Territory("fr", "country", "France", sums["fr"])
    geography = Geography("fr", territories)
    by_target: dict[str, list[str]] = defaultdict(list)
    for code, target in resolved.items():
        by_target[target].append(code)
    for target, codes in sorted(by_target.items()):
        if target in holders:
            geography.add(codes, holders[target])
    _add_boroughs(geography, holders)
    geography.mark = hashlib.blake2b(f"{digest()}{on:%Y}".encode(), digest_size=4).hexdigest()
    return geography


def _add_boroughs(geography: Geography, holders: Mapping[str, tuple[str, ...]]) -> None:
    for row in table("boroughs_fr_2026"):
        public = f"fr-com-{row['code'].lower()}"
        above = holders[row["commune"]]
        geography.territories[public] = Territory(
            public, "borough", row["name"], int(row["population"]), above[0]
        )
        geography.add([row["code"]], (public, *above))


def _above(row: Mapping[str, str]) -> tuple[str, ...]:
    """What holds a commune of today, the department first."""
    grouping = (f"fr-epci-{row['epci']}",) if row["epci"] else ()
    return (f"fr-dep-{row['department'].lower()}", f"fr-reg-{row['region']}", "fr", *grouping)


def _containers() -> Iterable[Territory]:
    for row in table("regions_fr_2026"):
        yield Territory(f"fr-reg-{row['code']}", "region", row["name"], None, "fr")
    for row in table("departments_fr_2026"):
        yield Territory(
            f"fr-dep-{row['code'].lower()}", "department", row["name"], None, f"fr-reg-{row['region']}"
        )
    for row in table("epci_fr_2026"):
        yield Territory(f"fr-epci-{row['code']}", "grouping", row["name"], None, "fr")


@lru_cache(maxsize=1)
def _communes() -> dict[str, dict[str, str]]:
    """The communes of today, by code; not to be changed by who reads them."""
    return {row["code"]: row for row in communes_of_today()}


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names = {code: life.name for code, life in histories().lives.items()}
    return names | {row["code"]: row["name"] for row in _communes().values()}


@lru_cache(maxsize=1)
def _following() -> dict[str, list[tuple[date | None, str]]]:
    """Each code → the codes that followed it, the latest passage first."""
    following: dict[str, list[tuple[date | None, str]]] = defaultdict(list)
    for passage in histories().passages:
        following[passage.former].append((passage.on, passage.successor))
    for passages in following.values():
        passages.sort(key=lambda item: item[0] or date.max, reverse=True)
    return following


def codes_on(on: date) -> dict[str, str]:
    """Every code a commune has borne → the code in force on that day, mergers followed.

    A code that parted into several is placed in the one that followed last: what the register says no
    more cannot be told apart.
    """
    current = set(_communes())
    lives = histories().lives
    resolved = {}
    for code in {*lives, *current}:
        found = _follow(code, on, current)
        if found is not None:
            resolved[code] = found
    for row in former_communes():
        # A delegated commune of which the history is silent is in the commune that holds it.
        if row["kind"] != "arrondissement-municipal" and row["code"] not in resolved:
            resolved[row["code"]] = row["current_code"]
    return resolved


def _follow(code: str, on: date, communes: set[str]) -> str | None:
    seen, here = {code}, code
    while not _in_force(here, on, communes):
        nexts = [there for since, there in _following().get(here, ()) if since is None or since <= on]
        following = next((there for there in nexts if there not in seen), None)
        if following is None:
            return here if here in communes else None
        seen.add(following)
        here = following
    return here


def _in_force(code: str, on: date, communes: set[str]) -> bool:
    life = histories().lives.get(code)
    if life is None:
        return code in communes
    return (life.valid_to is None or on < life.valid_to) and (
        life.valid_from is None or life.valid_from <= on
    )


def _ground(code: str, communes: Mapping[str, object]) -> str | None:
    """The commune of today on whose ground a former one lay."""
    seen, waiting = {code}, [code]
    while waiting:
        here = waiting.pop(0)
        if here in communes:
            return here
        for _since, there in _following().get(here, ()):
            if there not in seen:
                seen.add(there)
                waiting.append(there)
    return None
