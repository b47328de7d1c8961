"""How a database is brought to a version: first the applications of others, then ours.

Others have six migrations in seven, and Django models anew, at each, all that is there: without our tables
a third of the processor's time of a first installation is spared. Models created one after the other are
modelled once, and what is thrown away is looked for among what migrations made: half of the rest. A rule or
an index added to a table leaves the other models as they are, and fields are copied rather than told and
made again: half of what is left.
"""

from __future__ import annotations

import copy
import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.migrations import AddConstraint, AddIndex, CreateModel
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.models import Field

Node = tuple[str, str]


def migrate_to(targets: Iterable[Node]) -> None:
    """Bring each application to its migration; what is there already stays.

    Args:
        targets: an application and one of its migrations, one for each application.
    """
    ours = {one.label for one in apps.get_app_configs() if one.name.startswith("terreau.")}
    asked = list(targets)
    with nothing_older_is_garbage(), fields_are_copied():
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


class AddedToTable(Operation):
    """A rule or an index added to a table: no other model knows of it."""

    def __init__(self, operation: Any) -> None:
        self.operation = operation

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Its model is told of it, and is not made anew with all that is tied to it."""
        rendered = state.__dict__.pop("apps", None)
        self.operation.state_forwards(app_label, state)
        if rendered is not None:
            state.apps = rendered
            known = state.models[app_label, self.operation.model_name_lower].options
            meta = rendered.get_model(app_label, self.operation.model_name)._meta
            meta.indexes = list(known.get("indexes", ()))
            meta.constraints = list(known.get("constraints", ()))
            meta.__dict__.pop("total_unique_constraints", None)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """As Django does it."""
        self.operation.database_forwards(app_label, schema_editor, from_state, to_state)


def gathered(operations: list[Operation]) -> list[Operation]:
    """The same, where models created one after the other are one operation and what tables gain is told."""
    found: list[Operation] = []
    for kind, some in groupby(operations, type):
        alike = list(some)
        if kind is CreateModel:
            found.append(CreatedTogether(alike))
        else:
            found += [AddedToTable(one) for one in alike] if kind in (AddConstraint, AddIndex) else alike
    return found


@contextmanager
def fields_are_copied() -> Iterator[None]:
    """A field of a model made anew is a copy of the one that is known, still tied to no model.

    Django tells how the field was made and makes another; and, for each that points to a model, looks through
    all models for the one that a setting may replace, for what it remembers is forgotten with each model.
    """
    cloned = Field.clone

    def copied(field: Any) -> Any:
        if field.is_relation:
            return cloned(field)  # it may remember the name of a model, where the model is asked for
        made = copy.deepcopy(field)
        # Columns are in the order in which fields were made.
        if field.creation_counter < 0:
            made.creation_counter = Field.auto_creation_counter
            Field.auto_creation_counter -= 1
        else:
            made.creation_counter = Field.creation_counter
            Field.creation_counter += 1
        return made

    asked = apps.get_swappable_settings_name
    replaced: tuple[tuple[Any, str, Any, Any], ...] = (
        (Field, "clone", copied, cloned),
        (apps, "get_swappable_settings_name", cache(asked), asked),
    )
    for owner, name, ours, _theirs in replaced:
        setattr(owner, name, ours)
    try:
        yield
    finally:
        for owner, name, _ours, theirs in replaced:
            setattr(owner, name, theirs)


@contextmanager
def nothing_older_is_garbage() -> Iterator[None]:
    """All that was read until now is not looked through again each time some memory is to be given back."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
