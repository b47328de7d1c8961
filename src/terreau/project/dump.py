"""The database as lines of JSON, table by table, the same whatever the database.

A back-up made on SQLite is restored on PostgreSQL and the other way round. The tables are those of
the migrations that the database had received, not those of the code that reads it: a back-up can be
made before an update, and an older one restored by a newer version, which then migrates it.
"""

from __future__ import annotations

import base64
import contextlib
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models.functions import Cast

from terreau.core.errors import TerreauError
from terreau.core.numbers import french_number
from terreau.project.archive import Manifest, Writer
from terreau.project.migrating import migrate_to

Say = Callable[[str], None]
ROWS_AT_ONCE = 2000
# What is worth nothing tomorrow, or is made again from the rest: sessions, the editors' search index.
_LEFT_OUT = {"django_session", "wagtailadmin_editingsession"}
_APPS_LEFT_OUT = {"wagtailsearch"}


def applied_migrations() -> list[str]:
    """The migrations that the database has received."""
    loader = MigrationLoader(connection)
    return sorted(
        f"{app}.{name}" for app, name in loader.applied_migrations if (app, name) in loader.graph.nodes
    )


def write_tables(writer: Writer, say: Say) -> None:
    """Write every table, as it stood at one instant, while others go on writing."""
    with _snapshot():
        for model in _models(writer.manifest.migrations):
            table = model._meta.db_table
            fields = model._meta.local_concrete_fields
            writer.manifest.tables[table] = [str(one.column) for one in fields]
            count = _Count(table, say)
            with writer.member(_member(table)) as out:
                lines = _lines(model, fields)
                while batch := list(islice(lines, ROWS_AT_ONCE)):
                    out.write("".join(batch).encode())
                    count.add(len(batch))


def check_known(manifest: Manifest) -> None:
    """Do nothing when this version knows every migration of the back-up.

    Raises:
        TerreauError: when the back-up comes from a newer version.
    """
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = [name for name in manifest.migrations if name not in known]
    if unknown:
        raise TerreauError(
            f"Cette sauvegarde vient d’une version plus récente de Terreau ({manifest.version}).",
            where=", ".join(unknown[:3]),
            remedy="Mettez Terreau à jour, puis restaurez-la.",
        )


def read_tables(file: zipfile.ZipFile, manifest: Manifest, say: Say) -> None:
    """Fill an empty database from a back-up, then bring it to the present version.

    The caller opens a transaction where it wants all or nothing.

    Raises:
        TerreauError: when the tables are not those that the back-up's migrations describe.
    """
    migrate_to(_last_of_each_app(MigrationLoader(connection), _nodes(manifest.migrations)))
    chosen = _models(manifest.migrations)
    with transaction.atomic():
        _check_references("DEFERRED")
        # Migrations write a few rows of their own, which the back-up holds already.
        for model in chosen:
            model._base_manager.all()._raw_delete(using="default")
        for model in chosen:
            _load(file, manifest, model, _Count(model._meta.db_table, say))
        _reset_sequences(chosen)
        connection.check_constraints()
        # Checks that still waited would forbid the migrations that follow.
        _check_references("IMMEDIATE")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def _check_references(when: str) -> None:
    """Whether rows may name others that are not there yet; migrations leave it as they please."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL {when}")


class _Count:
    """Tells the rows of the tables that take time, now and then."""

    TOLD_EVERY = 100_000

    def __init__(self, table: str, say: Say) -> None:
        self.table, self.say, self.rows = table, say, 0

    def add(self, rows: int) -> None:
        """Count rows that were written or read."""
        before, self.rows = self.rows, self.rows + rows
        if before // self.TOLD_EVERY != self.rows // self.TOLD_EVERY:
            self.say(f"  {self.table}\u00a0: {french_number(self.rows)}")


@contextlib.contextmanager
def _snapshot() -> Iterator[None]:
    """A transaction that sees the database at one instant and hinders no writer."""
    if connection.vendor == "sqlite":
        # In WAL mode a reader keeps the state it first saw; it must not take the write lock.
        connection.ensure_connection()
        before = connection.transaction_mode  # type: ignore[attr-defined]
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
        try:
            with transaction.atomic(durable=True):
                yield
        finally:
            connection.transaction_mode = before  # type: ignore[attr-defined]
    else:
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def _models(migrations: list[str]) -> list[type[models.Model]]:
    """The tables that these migrations make, as models of that time, in a stable order."""
    loader = MigrationLoader(None)
    nodes = [node for node in _nodes(migrations) if node in loader.graph.nodes]
    known = loader.project_state(nodes).apps
    chosen = {
        model._meta.db_table: model
        for model in known.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.app_label not in _APPS_LEFT_OUT
        and model._meta.db_table not in _LEFT_OUT
    }
    return [chosen[table] for table in sorted(chosen)]


def _nodes(migrations: list[str]) -> list[tuple[str, str]]:
    return [(app, name) for app, _dot, name in (one.partition(".") for one in migrations)]


def _last_of_each_app(loader: MigrationLoader, nodes: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Where to migrate to: aimed at with an earlier one too, Django would go back to it."""
    applied = set(nodes) & set(loader.graph.nodes)
    followed = {
        node
        for node in applied
        if any(
            child.key[0] == node[0] and child.key in applied for child in loader.graph.node_map[node].children
        )
    }
    return sorted(applied - followed)


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"


def _lines(model: type[models.Model], fields: Any) -> Iterator[str]:
    rows = model._base_manager.order_by("pk")
    raw = {
        # Bytes as they are stored, whatever a field makes of them in Python.
        f"raw_{one.attname}": Cast(one.attname, models.BinaryField())
        for one in fields
        if isinstance(one, models.BinaryField)
    }
    names = [f"raw_{one.attname}" if f"raw_{one.attname}" in raw else one.attname for one in fields]
    for row in rows.annotate(**raw).values_list(*names).iterator(chunk_size=ROWS_AT_ONCE):
        yield (
            json.dumps(row, default=_plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
        )


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal, timedelta)):
        return str(value)
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"{type(value)} has no place in a back-up")


def _load(file: zipfile.ZipFile, manifest: Manifest, model: type[models.Model], count: _Count) -> None:
    table = model._meta.db_table
    fields = model._meta.local_concrete_fields
    columns = [str(one.column) for one in fields]
    if manifest.tables.get(table) != columns:
        raise TerreauError(
            "Les colonnes d’une table ne sont pas celles que cette version attend.",
            where=table,
            remedy=f"Restaurez cette sauvegarde avec la version {manifest.version} de Terreau.",
        )
    quote = connection.ops.quote_name
    insert = (
        f"INSERT INTO {quote(table)} ({', '.join(map(quote, columns))}) "  # noqa: S608 (names of our models)
        f"VALUES ({', '.join(['%s'] * len(columns))})"
    )
    readers = [_reader(one) for one in fields]
    with file.open(_member(table)) as lines, connection.cursor() as cursor:
        rows = (
            [read(value) for read, value in zip(readers, json.loads(line), strict=True)] for line in lines
        )
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            cursor.executemany(insert, batch)
            count.add(len(batch))


def _reader(one: Any) -> Callable[[Any], Any]:
    """How a value of this field goes from the file to the database."""
    if isinstance(one, models.BinaryField):
        return lambda value: one.get_db_prep_save(value and base64.b64decode(value), connection)
    if isinstance(one, models.JSONField):
        # A JSON null in a column that refuses the SQL one.
        return lambda value: (
            one.get_db_prep_save(value, connection)
            if value is not None or one.null
            else connection.ops.adapt_json_value(None, one.encoder)
        )
    return lambda value: one.get_db_prep_save(one.to_python(value), connection)


def _reset_sequences(chosen: list[type[models.Model]]) -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), chosen):
            cursor.execute(statement)
