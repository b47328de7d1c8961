"""How a database is brought to a version: first the applications of others, then ours.

Others have six migrations in seven, and Django models anew, at each, all that is there: without our tables
a third of the processor's time of a first installation is spared. Models created one after the other are
modelled once, and what is thrown away is looked for among what migrations made: half of the rest.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.migrations import CreateModel
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation

Node = tuple[str, str]


def migrate_to(targets: Iterable[Node]) -> None:
    """Bring each application to its migration; what is there already stays.

    Args:
        targets: an application and one of its migrations, one for each application.
    """
    ours = {one.label for one in apps.get_app_configs() if one.name.startswith("terreau.")}
    asked = list(targets)
    with nothing_older_is_garbage():
        for chosen in ([node for node in asked if node[0] not in ours], asked):
            executor = MigrationExecutor(connection)
            for migration in executor.loader.graph.nodes.values():
                migration.operations = gathered(migration.operations)
            executor.migrate(chosen)


def present() -> list[Node]:
    """Where this version stands."""
    nodes: list[Node] = MigrationExecutor(connection).loader.graph.leaf_nodes()
    return nodes


class CreatedTogether(Operation):
    """Models of one application created one after the other."""

    def __init__(self, operations: list[Any]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models and all that they point to are made anew once, and not at each."""
        rendered = state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)
        if rendered is not None:
            state.apps = rendered
            state.reload_models({(app_label, one.name_lower) for one in self.operations}, delay=False)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Their tables, in the same order."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)


def gathered(operations: list[Operation]) -> list[Operation]:
    """The same, models that are created one after the other being one operation."""
    found: list[Operation] = []
    for kind, some in groupby(operations, type):
        alike = list(some)
        found += [CreatedTogether(alike)] if kind is CreateModel else alike
    return found


@contextmanager
def nothing_older_is_garbage() -> Iterator[None]:
    """All that was read until now is not looked through again each time some memory is to be given back."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
