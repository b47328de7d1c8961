"""What all tests share."""

from __future__ import annotations

import gc
import itertools
import os
from unittest.mock import patch

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.signals import setting_changed
from django.db import connection
from django.test import TransactionTestCase
from django.test.utils import override_settings

from terreau.core import stamp
from terreau.core.rate_limits import Counters
from terreau.portal import editorial
from terreau.portal.french import count_in_french
from tests import databases
from tests.killing import drive  # noqa: F401  (a fixture of all tests)
from tests.racing import race  # noqa: F401  (a fixture of all tests)
from tests.statistics.fixtures import register_read, vintages_folder  # noqa: F401
from tests.territories.fixtures import small_world  # noqa: F401  (a fixture of all tests)

# No test looks at the clock: how long values take to be drawn is that of the machine.
hypothesis.settings.register_profile(
    "terreau", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("terreau")


def _counts_in_french_again(*, setting, **_told):
    """Languages changed for a test, Django forgets what it was told when it started."""
    if setting in {"LANGUAGES", "LOCALE_PATHS"}:
        count_in_french()


# After Django's own, which forgets.
setting_changed.connect(_counts_in_french_again)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Before its transaction is open, a test is turned to the base that it stands on."""
    databases.use(databases.SMALL_WORLD if "small_world" in item.fixturenames else databases.EMPTY)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """In the place of pytest-django's: bases are made once for all the processes of the suite."""
    with django_db_blocker.unblock():
        databases.take_copies(connection)
    # What was read until now stays to the end: it is not looked through each time memory is given back, which
    # is less often than in a process that nobody stops.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()
    with patch.object(TransactionTestCase, "_fixture_teardown", databases.renew):
        yield
    with django_db_blocker.unblock():
        databases.drop(connection)


@pytest.fixture(scope="session", autouse=True)
def _asked_database_is_used(django_db_setup, django_db_blocker):
    """The suite must never run on another database than the one asked for."""
    asked = os.environ.get("TERREAU_TEST_DATABASE", "sqlite")
    with django_db_blocker.unblock():
        assert connection.vendor == asked


@pytest.fixture(scope="session", autouse=True)
def _fast():
    """No compiled static files needed, a plain cache."""
    caches_used = {
        **settings.CACHES,
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "default"},
    }
    storages_used = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(CACHES=caches_used, STORAGES=storages_used):
        yield


_indexes = itertools.count()


@pytest.fixture(autouse=True)
def _index_of_its_own(monkeypatch, tmp_path_factory):
    """No test finds in the search index what another wrote: a rollback does not reach it."""
    folder = tmp_path_factory.getbasetemp() / f"index-{next(_indexes)}"
    monkeypatch.setattr("terreau.directory.index_store.root", lambda: folder)


@pytest.fixture(autouse=True)
def _no_page_of_another_test():
    """Whole pages are kept in memory by address: two tests that ask for the same must not share one."""
    caches["pages"].clear()
    stamp._kept.clear()
    editorial._live.clear()


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet(monkeypatch, tmp_path_factory):
    """Each test counts visits in a file of its own: tests run side by side."""
    path = tmp_path_factory.getbasetemp() / f"limits-{next(_indexes)}"
    made = []

    def fresh():
        if not made:
            made.append(Counters(path))
        return made[0]

    monkeypatch.setattr("terreau.accounts.rate_limits.counters", fresh)
    yield
    for counters in made:
        counters.close()
