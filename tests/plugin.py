"""Loaded before Django: a home of its own for each run of the tests, and the database asked for.

`TERREAU_TEST_DATABASE=postgresql` starts a real PostgreSQL from its wheel for the run. It must be
decided here, before the settings are read: set in `conftest.py`, the suite would run on SQLite
without a word.
"""

from __future__ import annotations

import atexit
import gc
import os
import re
import shutil
import tempfile

import pytest

from tests.databases import RUN

# Browsers, processes killed or served, whole data.
_LONG = re.compile(r"browser/|kill|crash|backup|serve|loading|bad_input|exercise|package|secrecy/|story")
_MAIN = "PYTEST_XDIST_WORKER" not in os.environ


def _prepare_home() -> None:
    home = tempfile.mkdtemp(prefix="terreau-tests-")
    if _MAIN:
        os.environ[RUN] = home
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["TERREAU_HOME"] = home
    os.environ["TERREAU_STRICT_TEMPLATES"] = "1"
    for name in ("TERREAU_PUBLIC_URL", "TERREAU_DEMO", "TERREAU_DEBUG", "TERREAU_SMTP"):
        os.environ.pop(name, None)


def _prepare_database() -> None:
    if os.environ.get("TERREAU_TEST_DATABASE", "sqlite") != "postgresql":
        os.environ.pop("DATABASE_URL", None)
        return
    if not _MAIN:
        return  # the workers inherit the address from the process that started the server
    from tests.postgres import start_server

    os.environ["DATABASE_URL"] = start_server()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Another database changes nothing to a test that asks for none: the run on SQLite tries it.

    The long ones come first, each kind in its random order: begun last, they would be waited for alone.
    """
    items.sort(key=lambda item: not _LONG.search(item.nodeid))
    if os.environ.get("TERREAU_TEST_DATABASE", "sqlite") == "sqlite":
        return
    asking = {"db", "transactional_db", "live_server", "drive"}
    kept, left = [], []
    for item in items:
        asks = item.get_closest_marker("django_db") or asking & set(item.fixturenames)
        (kept if asks else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)


# What is read until the tests begin stays to the end: it is looked through by nobody (see `conftest`).
gc.disable()
_prepare_home()
_prepare_database()
