"""What the tests of the diagnosis share."""

from __future__ import annotations

import pytest

from tests.diagnosis import world as worlds


@pytest.fixture
def empty_world(db):
    """Places without any organisation."""
    return worlds.make_world()


@pytest.fixture
def world(empty_world):
    """Places with the organisations of a list."""
    return worlds.filled(empty_world)


@pytest.fixture(autouse=True)
def _no_page_is_kept(settings):
    """A test never commits, hence never tells the page cache that something changed."""
    settings.CACHES = {
        **settings.CACHES,
        "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    }
