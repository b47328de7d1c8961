"""Making a home ready: database, reference data, static files, search index."""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from terreau.core.registry import reference_data
from terreau.project import refusals
from terreau.project.migrating import migrate_to, present

Say = Callable[[str], None]
_CACHE_TABLE = "cache"


def say_on_console(line: str) -> None:
    """One line of progress, on the error stream so that standard output stays data."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def alone() -> Iterator[None]:
    """One process at a time prepares a home; the others wait and find it ready."""
    settings.HOME.ensure()
    with (settings.HOME.locks / "preparation.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def reach_database() -> None:
    """Open the database, or say that it does not answer.

    Raises:
        TerreauError: with why, or what the database said in its own words.
    """
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise refusals.of_database(error) or error from error


def is_migrated() -> bool:
    """Whether the database has every table of this version."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def prepare_home(say: Say = say_on_console) -> None:
    """Bring the home to the present version; what is already there is kept.

    Args:
        say: told each thing that is being done, in French; nothing is said when nothing is to do.
    """
    from terreau.project.backup import finish_pending
    from terreau.project.exercise.home import check_apart

    reach_database()
    with alone():
        finish_pending()
        _bring_to_version(say)
        check_apart()
        for data in reference_data:
            if data.needed():
                say(f"{data.label}…")
                data.load(_Counter(str(data.label), say))


def _bring_to_version(say: Say) -> None:
    """The tables of this version, and what is made once they are there.

    A mark stays as long as all of it is not done: killed after the last migration, the first start of an
    instance left it for ever without the table in which sign-ins are counted.
    """
    unfinished = settings.HOME.locks / "migration"
    if is_migrated() and not unfinished.exists() and _has_cache_table():
        return
    say("Base de données…")
    unfinished.touch()
    migrate_to(present())
    # It tells applications that their tables are there.
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    unfinished.unlink()


def _has_cache_table() -> bool:
    with connection.cursor() as cursor:
        return _CACHE_TABLE in connection.introspection.table_names(cursor)


class _Counter:
    """Tells progress at each tenth, not at each row."""

    def __init__(self, label: str, say: Say) -> None:
        self.label, self.say, self.told = label, say, 0

    def __call__(self, done: int, total: int) -> None:
        tenth = 10 * done // total if total else 0
        if tenth > self.told and done < total:
            self.told = tenth
            self.say(f"  {self.label} : {10 * tenth} %")
