"""A small world, true and quick to load, for the tests of every application.

`small_world` holds France with Vienne (86: Poitiers and Grand Poitiers), Rhône (69: Lyon and its
boroughs) and Loire-Atlantique (44: Nantes) with their groupings and all their history; Bamako,
Casablanca, Siem Reap, Ouagadougou, Bobo-Dioulasso, Québec, Montréal, Toronto, Liège and Bruxelles,
each in its region and country; Germany and Italy as bare countries; the outlines of these departments.
"""

from __future__ import annotations

import pytest
from django.db import transaction

from terreau.territories.loading import load_reference, memory_changed
from terreau.territories.reference.rows import Only

SMALL_WORLD = Only(
    departments=frozenset({"44", "69", "86"}),
    cities=frozenset(
        {
            "2460596",  # Bamako
            "2553604",  # Casablanca
            "1822214",  # Siem Reap
            "2357048",  # Ouagadougou
            "2362344",  # Bobo-Dioulasso
            "6325494",  # Québec
            "6077243",  # Montréal
            "6167865",  # Toronto
            "2792413",  # Liège
            "2800866",  # Bruxelles
        }
    ),
    countries=frozenset({"DE", "IT"}),
)


class SmallWorld:
    """Territories of the small world by public code: `small_world["fr-com-86194"]`."""

    def __getitem__(self, code):
        from terreau.territories.models import Territory

        return Territory.objects.get(code=code)

    poitiers = property(lambda self: self["fr-com-86194"])
    grand_poitiers = property(lambda self: self["fr-epci-200069854"])
    vienne = property(lambda self: self["fr-dep-86"])
    lyon = property(lambda self: self["fr-com-69123"])
    nantes = property(lambda self: self["fr-com-44109"])
    france = property(lambda self: self["fr"])
    bamako = property(lambda self: self["ml-gn-2460596"])
    casablanca = property(lambda self: self["ma-gn-2553604"])


def load_small_world() -> None:
    """Load it into an empty base, of which the tests that ask for it have a copy (see `tests.databases`).

    Loaded anew by each of them, it took most of the time of the suite.
    """
    with transaction.atomic():
        load_reference(only=SMALL_WORLD)


@pytest.fixture
def small_world(db):
    """The small world, which stands in the base of those who ask for it."""
    # What a test reads into memory is not what another did.
    with transaction.atomic():
        memory_changed()
    return SmallWorld()
