"""The closure of the tree and of the groupings, computed by the database in one statement.

A territory lies in its parent, and in the groupings it is a member of today; what contains these
contains it too. A grouping's parent is the smallest territory of the tree that holds all its members.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from terreau.territories.models import Ancestry, Membership, Territory

_BATCH = 500


def rebuild_closure() -> int:
    """Compute every inclusion anew, in the caller's transaction.

    Returns:
        How many pairs there are, each territory with itself included.
    """
    Ancestry.objects.all()._raw_delete(Ancestry.objects.db)
    with connection.cursor() as cursor:
        cursor.execute(_statement(""))
        return int(cursor.rowcount)


def extend_closure(territory_ids: Collection[int]) -> None:
    """Compute anew the inclusions of some territories, whose descendants, if any, are given too."""
    ids = sorted(territory_ids)
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        Ancestry.objects.filter(descendant_id__in=batch).delete()
        marks = ", ".join(["%s"] * len(batch))
        with connection.cursor() as cursor:
            cursor.execute(_statement(f"WHERE id IN ({marks})"), batch)


def _statement(condition: str) -> str:
    """INSERT … SELECT over a recursive walk upwards; the names are those of our own tables."""
    names = {
        "ancestry": Ancestry._meta.db_table,
        "territory": Territory._meta.db_table,
        "membership": Membership._meta.db_table,
        "condition": condition,
    }
    return """
        INSERT INTO {ancestry} (descendant_id, ancestor_id)
        WITH RECURSIVE
        edge(child, container) AS (
            SELECT id, parent_id FROM {territory} WHERE parent_id IS NOT NULL
            UNION ALL
            SELECT member_id, grouping_id FROM {membership} WHERE valid_to IS NULL
        ),
        up(descendant, ancestor) AS (
            SELECT id, id FROM {territory} {condition}
            UNION
            SELECT up.descendant, edge.container FROM up JOIN edge ON edge.child = up.ancestor
        )
        SELECT descendant, ancestor FROM up
    """.format(**names)  # noqa: S608 (names of our own tables, values as parameters)
