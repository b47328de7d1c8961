"""How a database is brought to a version: first the applications of others, then ours.

Others have six migrations in seven, and Django models anew, at each, all that is there: without our tables
a third of the processor's time of a first installation is spared. Models created one after the other are
modelled once, and what is thrown away is looked for among what migrations made: half of the rest. A rule or
an index added to a table leaves the other models as they are, and fields are copied rather than told and
made again: half of what is left. So do models and fields that are added, and what is only said of a field:
half again.
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
from django.db.migrations import AddConstraint, AddField, AddIndex, AlterField, CreateModel
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
        """They are made, and those that they point to are told of it, not made anew."""
        with _unrendered(state) as rendered:
            for operation in self.operations:
                operation.state_forwards(app_label, state)
        if rendered is not None:
            rendered.render_multiple([state.models[app_label, one.name_lower] for one in self.operations])

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Their tables, in the same order."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)


class Shorter(Operation):
    """An operation of which what models become is known by a shorter way."""

    def __init__(self, operation: Any) -> None:
        self.operation = operation

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """As Django does it."""
        self.operation.database_forwards(app_label, schema_editor, from_state, to_state)


class AddedToTable(Shorter):
    """A rule or an index added to a table: no other model knows of it."""

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Its model is told of it, and is not made anew with all that is tied to it."""
        with _unrendered(state) as rendered:
            self.operation.state_forwards(app_label, state)
        if rendered is not None:
            known = state.models[app_label, self.operation.model_name_lower].options
            meta = rendered.get_model(app_label, self.operation.model_name)._meta
            meta.indexes = list(known.get("indexes", ()))
            meta.constraints = list(known.get("constraints", ()))
            meta.__dict__.pop("total_unique_constraints", None)


class FieldGiven(Shorter):
    """A field added, or of which is said what its table does not know: no model is made anew."""

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model is given the field, in the place of any of this name."""
        field, named = self.operation.field, (app_label, self.operation.model_name_lower)
        former = state.models[named].fields.get(self.operation.name)
        altered = former is not None and (former.many_to_many or _in_table(former) != _in_table(field))
        if altered or field.primary_key:
            self.operation.state_forwards(app_label, state)
            return
        with _unrendered(state) as rendered:
            self.operation.state_forwards(app_label, state)
        if rendered is not None:
            given = state.models[named].fields[self.operation.name].clone()
            with rendered.bulk_update():
                _give(rendered.get_model(*named), self.operation.name, given)


@contextmanager
def _unrendered(state: Any) -> Iterator[Any]:
    """Let a state change without its models being made anew; gives them, if they are made already."""
    rendered = state.__dict__.pop("apps", None)
    yield rendered
    if rendered is not None:
        state.apps = rendered


def _give(model: Any, name: str, field: Any) -> None:
    for former in [one for one in model._meta.local_fields if one.name == name]:
        model._meta.local_fields.remove(former)
        # Columns are in the order in which fields were made.
        field.creation_counter = former.creation_counter
    field.contribute_to_class(model, name)


def _in_table(field: Any) -> tuple[Any, ...]:
    """What its table keeps of a field."""
    _name, path, arguments, options = field.deconstruct()
    said = set(field.non_db_attrs) - {"db_column"}
    return path, arguments, {name: value for name, value in options.items() if name not in said}


_SHORTER: dict[type[Operation], type[Shorter]] = {
    AddConstraint: AddedToTable,
    AddIndex: AddedToTable,
    AddField: FieldGiven,
    AlterField: FieldGiven,
}


def gathered(operations: list[Operation]) -> list[Operation]:
    """The same, where models created one after the other are one operation and what models gain is told."""
    found: list[Operation] = []
    for kind, some in groupby(operations, type):
        if kind is CreateModel:
            found.append(CreatedTogether(list(some)))
        else:
            found += [_SHORTER[kind](one) if kind in _SHORTER else one for one in some]
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
