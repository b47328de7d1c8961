"""A database is brought to a version faster than Django does it, and to the same end."""

from __future__ import annotations

import gc

import pytest
from django.db import connection, models
from django.db.migrations import AddField, CreateModel
from django.db.migrations.state import ModelState, ProjectState

from terreau.project.migrating import CreatedTogether, gathered, nothing_older_is_garbage


def _model(name, **fields):
    return CreateModel(name, [("id", models.BigAutoField(primary_key=True)), *fields.items()])


def _to(name):
    return models.ForeignKey(f"essai.{name}", on_delete=models.CASCADE)


CREATED = [
    _model("First", label=models.CharField(max_length=9, unique=True), old=_to("Old")),
    _model("Second", first=_to("First"), others=models.ManyToManyField("essai.Old", related_name="+")),
    AddField("First", "second", models.ForeignKey("essai.Second", on_delete=models.CASCADE, null=True)),
    _model("Third", second=_to("Second")),
]


def _applied(operations):
    """What Django knows in the end of each model, and what it asks of the database."""
    state = ProjectState()
    state.add_model(ModelState("essai", "Old", [("id", models.BigAutoField(primary_key=True))]))
    assert state.apps, "modelled, as while migrations are run"
    with connection.schema_editor(collect_sql=True) as editor:
        for operation in operations:
            before = state.clone()
            operation.state_forwards("essai", state)
            operation.database_forwards("essai", editor, before, state)
    known = {}
    for model in state.apps.get_models():
        fields = model._meta.get_fields(include_hidden=True)
        known[model._meta.label] = sorted(field.name for field in fields)
        # Of each model there is one class, whoever points to it.
        for one in model._meta.related_objects:
            assert one.related_model is state.apps.get_model(one.related_model._meta.label)
    return known, editor.collected_sql


@pytest.mark.django_db(transaction=True)
def test_models_created_together_are_as_if_created_one_by_one():
    together = gathered(CREATED)
    assert [type(one) for one in together] == [CreatedTogether, AddField, CreatedTogether]
    assert _applied(together) == _applied(CREATED)


def test_what_was_there_before_migrations_is_watched_again_after():
    with nothing_older_is_garbage():
        assert gc.get_freeze_count()
    assert not gc.get_freeze_count()
