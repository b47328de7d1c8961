"""How a database is brought to a version: first the applications of others, then ours.

Others have six migrations in seven, and Django models anew, at each, all that is there: without our tables
a third of the processor's time of a first installation is spared.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

Node = tuple[str, str]


def migrate_to(targets: Iterable[Node]) -> None:
    """Bring each application to its migration; what is there already stays.

    Args:
        targets: an application and one of its migrations, one for each application.
    """
    ours = {one.label for one in apps.get_app_configs() if one.name.startswith("terreau.")}
    asked = list(targets)
    for chosen in ([node for node in asked if node[0] not in ours], asked):
        MigrationExecutor(connection).migrate(chosen)


def present() -> list[Node]:
    """Where this version stands."""
    nodes: list[Node] = MigrationExecutor(connection).loader.graph.leaf_nodes()
    return nodes
