"""The territories in memory, built once per process and version of the data.

`gazetteer()` asks the database one thing, which version it holds; everything else is answered
without a query, which is what lets an import place thousands of rows a second.
"""

from __future__ import annotations

import gc
import threading
from functools import lru_cache

from django.db import connection

from terreau.territories.locating import Locator
from terreau.territories.models import (
    DataState,
    Membership,
    Outline,
    PostalCode,
    Succession,
    Territory,
    TerritoryName,
)
from terreau.territories.outline_index import OutlineIndex
from terreau.territories.place_words import name_keys
from terreau.territories.places import Place, Places, Tables
from terreau.territories.rules import PlaceEvidence, Placement

__all__ = ["Gazetteer", "Place", "PlaceEvidence", "Placement", "gazetteer"]

MEMORY_KEY = "gazetteer"


# From this many territories on, the collector is told that they are here to stay: walking them over
# and over halves the speed of an import.
_FREEZE_FROM = 10_000


class Gazetteer:
    """What is asked of the territories in memory; it never changes once built."""

    def __init__(self) -> None:
        self.places = Places(_tables())
        self._locator = Locator(self.places, lru_cache(maxsize=1)(_read_outlines))

    def locate(self, evidence: PlaceEvidence) -> Placement:
        """Where something is, from what is said of it (see `rules` for the method)."""
        return self._locator.locate(evidence)

    def label(self, code: str) -> str:
        """The name of a territory; its code when it is unknown."""
        place = self.places.by_code(code)
        return place.name if place else code

    def told_apart(self, code: str) -> str:
        """The name with what contains it, « Saint-Denis, Aude »; the code when it is unknown."""
        place = self.places.by_code(code)
        if place is None:
            return code
        return place.name if place.parent is None else f"{place.name}, {self.places.place(place.parent).name}"

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Codes of the territory itself and of all that contain it, groupings too; () when unknown."""
        place = self.places.by_code(code)
        if place is None:
            return ()
        return tuple(self.places.place(here).code for here in self.places.ancestors(place.id))

    def current(self, code: str) -> tuple[str, ...]:
        """The territory itself when in force, else what followed it; () when nothing did."""
        place = self.places.by_code(code)
        if place is None:
            return ()
        return tuple(self.places.place(here).code for here in self.places.now(place.id))

    def part_of(self, code: str, name: str) -> str:
        """Code of the one subdivision of this territory that bears the name; empty when none does, or two."""
        whole = self.places.by_code(code)
        if whole is None:
            return ""
        for key, _borough in name_keys(name):
            named = self.places.subdivisions.get((whole.country, key), ())
            inside = [here for here in named if here != whole.id and whole.id in self.places.ancestors(here)]
            if inside:
                return self.places.place(inside[0]).code if len(inside) == 1 else ""
        return ""

    def by_id(self, identifier: int) -> Place | None:
        """The territory with this id of the database."""
        return self.places.by_id(identifier)

    def by_code(self, code: str) -> Place | None:
        """The territory with this public code."""
        return self.places.by_code(code)


def _read_outlines() -> OutlineIndex:
    """The latest outline of each territory in force; read when a position is first asked about."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT o.territory_id, o.geometry FROM {Outline._meta.db_table} o "  # noqa: S608
            f"JOIN {Territory._meta.db_table} t ON t.id = o.territory_id "
            "WHERE t.valid_to IS NULL ORDER BY o.vintage"
        )
        latest = dict(cursor.fetchall())
    return OutlineIndex(latest.items())


def _tables() -> Tables:
    fields = ("id", "code", "kind", "name", "country_code", "national_code", "parent_id", "valid_to")
    rows = Territory.objects.order_by().values_list(*fields, "longitude", "latitude", "population")
    places = [
        Place(key, code, kind, name, country, national, parent, ended is not None, lon, lat, people or 0)
        for key, code, kind, name, country, national, parent, ended, lon, lat, people in rows.iterator(5000)
    ]
    open_ones = Membership.objects.filter(valid_to__isnull=True)
    return Tables(
        places=places,
        names=TerritoryName.objects.values_list("territory_id", "name", "kind"),
        postal_codes=PostalCode.objects.values_list("territory_id", "code"),
        successions=Succession.objects.values_list("former_id", "successor_id", "on"),
        memberships=open_ones.values_list("member_id", "grouping_id"),
    )


_lock = threading.Lock()
_built: tuple[str, Gazetteer] | None = None


def gazetteer() -> Gazetteer:
    """The territories in memory, read again when the database holds another version of them."""
    global _built
    state = DataState.objects.filter(key=MEMORY_KEY).values_list("value", flat=True).first() or ""
    with _lock:
        if _built is None or _built[0] != state:
            _built = None  # freed before the next is built: both would not fit a small server
            _built = state, Gazetteer()
            if len(_built[1].places.all()) >= _FREEZE_FROM:
                gc.collect()
                gc.freeze()
        return _built[1]
