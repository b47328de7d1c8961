"""One migrated database for a whole run of the tests, of which each process, and each driver, has a copy.

Migrations take longer than most files of tests; several processes share the suite, and drivers start on
databases of their own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from terreau.project.migrating import migrate_to, present

# Said by the process that starts the others: a folder that lasts as long as the run.
RUN = "TERREAU_TEST_RUN"
_PATTERN = "terreau_tests_pattern"


def take_copy(connection) -> None:
    """Give this process its own database, migrated, in the place of the one of the settings."""
    hurry(connection)
    pattern = _pattern(connection)
    if connection.vendor == "sqlite":
        name = connection.settings_dict["TEST"]["NAME"]
        shutil.copyfile(pattern, name)
    else:
        name = f"{_PATTERN}_{os.getpid()}"
        _copy_on_server(connection, name, pattern)
    connection.settings_dict["NAME"] = name


def hurry(connection) -> None:
    """Tests kill processes, never the machine: what they write need not reach the disk."""
    if connection.vendor == "sqlite":
        options = connection.settings_dict["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=NORMAL", "synchronous=OFF")


def drop(connection) -> None:
    """Leave nothing on the server; the files go with the run's folders."""
    connection.close()
    if connection.vendor != "sqlite":
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {connection.settings_dict['NAME']} WITH (FORCE)")


def home_with_base(home: Path) -> Path:
    """A home whose base, on SQLite, is migrated already."""
    from django.db import connection

    if connection.vendor == "sqlite":
        shutil.copyfile(_pattern(connection), home / "terreau.sqlite3")
    return home


def address_of_copy(connection, name: str) -> str:
    """The address of a new migrated database on the server, in the place of any of this name."""
    _copy_on_server(connection, name, _pattern(connection))
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def _copy_on_server(connection, name: str, pattern: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {pattern}")


def _pattern(connection) -> str:
    """The migrated database of this run, made by the first who asks."""
    run = Path(os.environ[RUN])
    name = str(run / "pattern.sqlite3") if connection.vendor == "sqlite" else _PATTERN
    made = run / f"{connection.vendor}.made"
    with (run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(connection, name)
            made.touch()
    return name


def _make(connection, name: str) -> None:
    own = connection.settings_dict["NAME"], connection.settings_dict["TEST"].get("NAME")
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation._create_test_db(verbosity=0, autoclobber=True)
    connection.close()
    connection.settings_dict["NAME"] = name
    migrate_to(present())
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=True)
    # Models can be read only once Django stands, well after this module is first asked for.
    from tests.territories.fixtures import keep_beside

    keep_beside()
    # Closed, it is one file, and may serve as a pattern.
    connection.close()
    connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"] = own
