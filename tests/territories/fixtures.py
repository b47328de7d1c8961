"""A small world, true and quick to load, for the tests of every application.

`small_world` holds France with Vienne (86: Poitiers and Grand Poitiers), Rhône (69: Lyon and its
boroughs) and Loire-Atlantique (44: Nantes) with their groupings and all their history; Bamako,
Casablanca, Siem Reap, Ouagadougou, Bobo-Dioulasso, Québec, Montréal, Toronto, Liège and Bruxelles,
each in its region and country; Germany and Italy as bare countries; the outlines of these departments.
"""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, transaction

from terreau.territories.loading import load_reference, memory_changed
from terreau.territories.models import DataState
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


# Beside each table of the territories, what it holds of the small world.
_BESIDE = "small_world_{}"


def keep_beside() -> None:
    """Load the small world into an empty base, put it aside, and leave the tables empty again.

    Loaded anew by each of the hundreds of tests that ask for it, it took most of the time of the suite. What
    is added later takes numbers above those put aside: the base counts on.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        load_reference(only=SMALL_WORLD)
        for table in _tables():
            cursor.execute(f"CREATE TABLE {_BESIDE.format(table)} AS SELECT * FROM {table}")
        for table in reversed(_tables()):
            cursor.execute(f"DELETE FROM {table}")
        DataState.objects.all().delete()


def _put_back() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            # What points to what was looked at when it was put aside.
            cursor.execute("SET LOCAL session_replication_role = replica")
        for table in _tables():
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {_BESIDE.format(table)}")
        if connection.vendor != "sqlite":
            cursor.execute("SET LOCAL session_replication_role = origin")
        memory_changed()


def _tables() -> list[str]:
    models = apps.get_app_config("territories").get_models()
    return [model._meta.db_table for model in models if model is not DataState]


@pytest.fixture
def small_world(db):
    """The small world, put in the test's own transaction."""
    _put_back()
    return SmallWorld()
