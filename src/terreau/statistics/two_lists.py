"""Two lists of a territory's organisations, drawn up apart: from what they share, how many there may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from terreau.diagnosis.reading.counting import attested, counted, still_named
from terreau.directory.enums import SourceKind
from terreau.directory.models import Record, Source
from terreau.observatory.coverage import TwoLists
from terreau.territories.models import Territory

# The organisations' own words and the agent's are no list: they speak of what a list already named.
_LISTS = (SourceKind.REGISTER, SourceKind.LIST)


@dataclass(frozen=True)
class Pair:
    """Two lists, named, with how many organisations each knows and how many they share."""

    first: Source
    second: Source
    counts: TwoLists

    @property
    def simulated(self) -> bool:
        """Whether one of them was invented."""
        return self.first.simulated or self.second.simulated


def best_pair(territory: Territory, as_of: date) -> Pair | None:
    """The two lists that tell most of a territory on a day; None where no two of them share anything.

    A list of a smaller territory, or of one that lies across, was not drawn up for this one. Two lists of one
    publisher are taken for one: they were not drawn up apart.
    """
    known = _known_by(territory, as_of)
    sources = Source.objects.in_bulk(list(known))
    pairs = [
        Pair(sources[one], sources[other], _counts(known[one], known[other]))
        for one, other in combinations(sorted(known), 2)
        if not sources[one].publisher or sources[one].publisher != sources[other].publisher
    ]
    shared = [pair for pair in pairs if pair.counts.both]
    return max(shared, key=lambda pair: (pair.counts.together, pair.counts.both), default=None)


def _known_by(territory: Territory, as_of: date) -> Mapping[int, Set[int]]:
    """The organisations counted in a territory, by the list that names them."""
    rows = (
        Record.objects.filter(
            attested(as_of) & still_named(as_of),
            organisation__in=counted(territory, as_of).order_by().values("pk"),
            source__kind__in=_LISTS,
            source__territory__in=Territory.objects.containing(territory).values("pk"),
        )
        .order_by()
        .values_list("source", "organisation")
    )
    found: dict[int, set[int]] = defaultdict(set)
    for source, organisation in rows.iterator(chunk_size=5000):
        if organisation is not None:
            found[source].add(organisation)
    return found


def _counts(one: Set[int], other: Set[int]) -> TwoLists:
    return TwoLists(len(one), len(other), len(one & other))
