"""The closure of the tree and of the groupings, computed by the database.

A territory lies in its parent, and in the groupings it is a member of today; what contains these
contains it too. A grouping's parent is the smallest territory of the tree that holds all its members.

Two statements: the tree, walked upwards by primary key; then the groupings, until nothing is added.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection

from terreau.territories.models import Ancestry, Membership, Territory

_BATCH = 500
_TREE = """
    INSERT INTO {ancestry} (descendant_id, ancestor_id)
    WITH RECURSIVE up(descendant, ancestor) AS (
        SELECT id, id FROM {territory} {of_territories}
        UNION
        SELECT up.descendant, above.parent_id FROM up JOIN {territory} above ON above.id = up.ancestor
        WHERE above.parent_id IS NOT NULL
    )
    SELECT descendant, ancestor FROM up
"""
_GROUPINGS = """
    INSERT INTO {ancestry} (descendant_id, ancestor_id)
    SELECT DISTINCT below.descendant_id, above.ancestor_id
    FROM {membership} link
    JOIN {ancestry} below ON below.ancestor_id = link.member_id
    JOIN {ancestry} above ON above.descendant_id = link.grouping_id
    WHERE link.valid_to IS NULL {of_descendants}
    ON CONFLICT DO NOTHING
"""


def rebuild_closure() -> int:
    """Compute every inclusion anew, in the caller's transaction.

    Returns:
        How many pairs there are, each territory with itself included.
    """
    Ancestry.objects.all()._raw_delete(Ancestry.objects.db)
    return _compute("", "", [])


def extend_closure(territory_ids: Collection[int]) -> None:
    """Compute anew the inclusions of some territories, whose descendants, if any, are given too."""
    ids = sorted(territory_ids)
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        Ancestry.objects.filter(descendant_id__in=batch).delete()
        marks = ", ".join(["%s"] * len(batch))
        _compute(f"WHERE id IN ({marks})", f"AND below.descendant_id IN ({marks})", batch)


def _compute(of_territories: str, of_descendants: str, parameters: list[int]) -> int:
    names = {
        "ancestry": Ancestry._meta.db_table,
        "territory": Territory._meta.db_table,
        "membership": Membership._meta.db_table,
        "of_territories": of_territories,
        "of_descendants": of_descendants,
    }
    with connection.cursor() as cursor:
        if not parameters:
            _know_the_tables(cursor, Territory, Membership)
        cursor.execute(_TREE.format(**names), parameters)
        total = added = int(cursor.rowcount)
        if not parameters:
            _know_the_tables(cursor, Ancestry)
        while added:
            cursor.execute(_GROUPINGS.format(**names), parameters)
            added = int(cursor.rowcount)
            total += added
    return total


def _know_the_tables(cursor: Any, *models: Any) -> None:
    """Tell PostgreSQL how large its tables are.

    Filled in this very transaction they have no statistics yet: it would believe them empty and join
    row by row, minutes instead of seconds.
    """
    if connection.vendor == "postgresql":
        for model in models:
            cursor.execute(f"ANALYZE {model._meta.db_table}")
