"""A database is brought to a version faster than Django does it, and to the same end."""

from __future__ import annotations

import gc

import pytest
from django.db import connection, models
from django.db.migrations import AddConstraint, AddField, AddIndex, AlterField, CreateModel
from django.db.migrations.state import ModelState, ProjectState

from terreau.project.migrating import (
    AddedToTable,
    CreatedTogether,
    FieldGiven,
    fields_are_copied,
    gathered,
    nothing_older_is_garbage,
)


def _model(name, **fields):
    return CreateModel(name, [("id", models.BigAutoField(primary_key=True)), *fields.items()])


def _to(name):
    return models.ForeignKey(f"essai.{name}", on_delete=models.CASCADE)


CREATED = [
    _model("First", label=models.CharField(max_length=9, unique=True), old=_to("Old")),
    _model("Second", first=_to("First"), others=models.ManyToManyField("essai.Old", related_name="+")),
    AddField("First", "second", models.ForeignKey("essai.Second", on_delete=models.CASCADE, null=True)),
    AddConstraint("First", models.UniqueConstraint(fields=["label", "old"], name="one_label")),
    AddIndex("First", models.Index(fields=["label"], name="by_label")),
    AlterField("First", "label", models.CharField(max_length=12, default="x", choices=[("x", "X")])),
    AddConstraint("First", models.CheckConstraint(condition=~models.Q(label=""), name="some_label")),
    _model("Third", second=_to("Second")),
    AddField("Third", "label", models.CharField(max_length=9, default="x", unique=True), False),
    AddField("Third", "fourths", models.ManyToManyField("essai.First", related_name="thirds")),
    AddField("Old", "third", models.OneToOneField("essai.Third", models.CASCADE, null=True)),
    AlterField(
        "Old", "third", models.OneToOneField("essai.Third", models.PROTECT, null=True, related_name="+")
    ),
    AlterField("Third", "label", models.CharField(max_length=9, unique=True, choices=[("x", "X")])),
    AlterField("Third", "label", models.CharField(max_length=20, db_column="name")),
    AlterField("Third", "second", models.ForeignKey("essai.Old", on_delete=models.CASCADE)),
    AlterField("First", "label", models.CharField(max_length=12, default="x", help_text="Essai")),
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
        known[model._meta.label] = (
            sorted(field.name for field in fields),
            [field.deconstruct() for field in model._meta.local_fields],
            [one.name for one in (*model._meta.constraints, *model._meta.indexes)],
            [one.name for one in model._meta.total_unique_constraints],
        )
        # Of each model there is one class, whoever points to it.
        for one in model._meta.related_objects:
            assert one.related_model is state.apps.get_model(one.related_model._meta.label)
    return known, editor.collected_sql


@pytest.mark.django_db(transaction=True)
def test_a_shorter_way_leads_to_what_django_makes_of_models_and_tables():
    shorter = gathered(CREATED)
    assert [type(one) for one in shorter] == [
        CreatedTogether,
        FieldGiven,
        AddedToTable,
        AddedToTable,
        FieldGiven,
        AddedToTable,
        CreatedTogether,
        *[FieldGiven] * 8,
    ]
    as_django = _applied(CREATED)
    cloned = models.Field.clone
    with fields_are_copied():
        assert models.Field.clone != cloned
        assert _applied(shorter) == as_django
    assert models.Field.clone == cloned


def test_what_was_there_before_migrations_is_watched_again_after():
    with nothing_older_is_garbage():
        assert gc.get_freeze_count()
    assert not gc.get_freeze_count()
