"""Two databases made once for a whole run of the tests, of which each process has a copy.

Both are migrated; one is empty, the other holds the small world, that a test in ten stands on. Migrations
take longer than most files of tests; several processes share the suite, and drivers start on databases of
their own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from terreau.project.migrating import migrate_to, present

# Said by the process that starts the others: a folder that lasts as long as the run.
RUN = "TERREAU_TEST_RUN"
_PATTERN = "terreau_tests_pattern"
EMPTY, SMALL_WORLD = "empty", "small_world"
# What this process holds of each of its bases: its name, and the connection to it while it uses another.
_names: dict[str, str] = {}
_open: dict[str, Any] = {}
_used = [EMPTY]


def take_copies(connection) -> None:
    """Give this process databases of its own, in the place of the one of the settings."""
    hurry(connection)
    for base in (EMPTY, SMALL_WORLD):
        if connection.vendor == "sqlite":
            _names[base] = f"{connection.settings_dict['TEST']['NAME']}.{base}"
        else:
            _names[base] = f"{_PATTERN}_{os.getpid()}_{base}"
        copy(connection, _names[base], base)
    connection.settings_dict["NAME"] = _names[_used[0]]
    # Django asks SQLite once for each process: not amid the queries of a page that are counted.
    assert connection.features.supports_json_field


def use(base: str) -> None:
    """Let the next test be on this base; the connection to the other is kept for those that come after."""
    from django.db import connection

    if base == _used[0]:
        return
    _open[_used[0]] = connection.connection
    _used[0] = base
    connection.connection = _open.get(base)
    connection.settings_dict["NAME"] = _names.get(base, connection.settings_dict["NAME"])


def renew(_test: object = None) -> None:
    """Nothing stays of what was committed: each table holds what it did at first.

    Django empties each of three hundred tables, empty or not, and writes anew the rights on each model.
    """
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection, transaction

    connection.close()
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            # All goes: what points to what is not to be looked at.
            cursor.execute("SET LOCAL session_replication_role = replica")
        for table in filled(cursor, _tables(connection)):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("SELECT name FROM kept")
        for (table,) in cursor.fetchall():
            cursor.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
    connection.close()
    ContentType.objects.clear_cache()


def _keep(connection) -> None:
    """Beside each table that holds something, what it holds."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (name text)")
        for table in filled(cursor, _tables(connection)):
            cursor.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
            cursor.execute("INSERT INTO kept VALUES (%s)", [table])


def _tables(connection) -> list[str]:
    return sorted(connection.introspection.django_table_names())


def filled(cursor, tables: list[str]) -> list[str]:
    """Those that hold something."""
    cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {table})" for table in tables))
    return [table for table, holds in zip(tables, cursor.fetchone(), strict=True) if holds]


def hurry(connection) -> None:
    """Tests kill processes, never the machine: what they write need not reach the disk."""
    if connection.vendor == "sqlite":
        options = connection.settings_dict["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=NORMAL", "synchronous=OFF")


def drop(connection) -> None:
    """Leave nothing on the server; the files go with the run's folders."""
    for base in (EMPTY, SMALL_WORLD):
        use(base)
        connection.close()
    if connection.vendor != "sqlite":
        with connection._nodb_cursor() as cursor:
            for name in _names.values():
                cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def home_with_base(home: Path) -> Path:
    """A home whose base, on SQLite, is migrated already."""
    from django.db import connection

    if connection.vendor == "sqlite":
        copy(connection, str(home / "terreau.sqlite3"))
    return home


def address_on_server(name: str) -> str:
    """The address of another database of the server."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def copy(connection, name: str, base: str = EMPTY) -> None:
    """A new migrated database, in the place of any of this name."""
    _copy_of(connection, _pattern(connection, base), name)


def _copy_of(connection, pattern: str, name: str) -> None:
    if connection.vendor == "sqlite":
        shutil.copyfile(pattern, name)
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {pattern}")


def _pattern(connection, base: str) -> str:
    """A database of this run, of which others are copies; both are made by the first who asks."""
    run = Path(os.environ[RUN])
    names = {
        one: str(run / f"{one}.sqlite3") if connection.vendor == "sqlite" else f"{_PATTERN}_{one}"
        for one in (EMPTY, SMALL_WORLD)
    }
    made = run / f"{connection.vendor}.made"
    with (run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(connection, names)
            made.touch()
    return names[base]


def _make(connection, names: dict[str, str]) -> None:
    own = connection.settings_dict["NAME"], connection.settings_dict["TEST"].get("NAME")
    connection.settings_dict["TEST"]["NAME"] = names[EMPTY]
    connection.creation._create_test_db(verbosity=0, autoclobber=True)
    connection.close()
    connection.settings_dict["NAME"] = names[EMPTY]
    migrate_to(present())
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=True)
    # Models can be read only once Django stands, well after this module is first asked for.
    from tests.territories.fixtures import load_small_world

    # Closed, it is one file, and may serve as a pattern.
    connection.close()
    _copy_of(connection, names[EMPTY], names[SMALL_WORLD])
    for base in (EMPTY, SMALL_WORLD):
        connection.settings_dict["NAME"] = names[base]
        if base == SMALL_WORLD:
            load_small_world()
        _keep(connection)
        connection.close()
    connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"] = own
