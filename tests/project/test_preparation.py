"""A home is made ready whole, also when the process that did it was killed on the way."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.db import connection

from terreau.project import preparation
from terreau.project.preparation import prepare_home

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def migrated(monkeypatch):
    """The last migration was the last thing that was done."""
    monkeypatch.setattr(preparation, "is_migrated", lambda: True)
    monkeypatch.setattr(preparation, "reference_data", ())


def test_a_start_killed_before_the_table_of_counts_was_made_is_finished_by_the_next(settings):
    kept = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    settings.CACHES = {**settings.CACHES, "default": kept}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE cache")
    said = []
    prepare_home(said.append)
    cache.set("essais", 1)
    assert cache.get("essais") == 1
    assert "Base de données…" in said


def test_what_follows_migrations_is_done_again_while_its_mark_stands(settings):
    Permission.objects.filter(codename="add_organisation").delete()
    mark = settings.HOME.locks / "migration"
    mark.touch()
    prepare_home(lambda _line: None)
    assert Permission.objects.filter(codename="add_organisation").exists()
    assert not mark.exists()
    said = []
    prepare_home(said.append)
    assert "Base de données…" not in said
