"""Backing an instance up while it works, and restoring it, whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import connection, transaction

from terreau import __version__
from terreau.core.errors import TerreauError
from terreau.core.files import write_atomically
from terreau.core.stamp import touch
from terreau.jobs import locks
from terreau.observatory import releases
from terreau.project import archive, dump
from terreau.project.exercise.home import check_restored
from terreau.project.preparation import alone
from terreau.project.processes import only_one
from terreau.project.swap import Swap

Say = Callable[[str], None]
_CHUNK = 1024 * 1024
_MARK_TABLE = "django_migrations"
_KNOWN_MODELS = "django_content_type"
_POINTING = """
SELECT source.relname, target.relname FROM pg_constraint
JOIN pg_class source ON source.oid = conrelid JOIN pg_class target ON target.oid = confrelid
WHERE contype = 'f'
"""


def backup(path: Path, *, say: Say) -> archive.Manifest:
    """Write one file that holds the whole instance, while others go on using it.

    The database is read as it stood at one instant; then the files, each of which is written before
    the row that names it. The search index is left out: it is made again from the rest.

    Raises:
        TerreauError: when there is nothing to back up, or the disk refuses.
    """
    _check_destination(path)
    migrations = dump.applied_migrations()
    if not migrations:
        raise TerreauError(
            "Il n’y a rien à sauvegarder\u00a0: cette instance n’a pas encore servi.",
            where=str(settings.HOME.root),
            remedy="Vérifiez TERREAU_HOME et DATABASE_URL.",
        )
    manifest = archive.Manifest(
        version=__version__,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        database=connection.vendor,
        migrations=migrations,
        exercise=settings.EXERCISE,
    )
    with archive.writing(path, manifest) as writer:
        say("Base de données…")
        dump.write_tables(writer, say)
        say("Fichiers…")
        for source in sorted(settings.HOME.files.rglob("*")):
            name = f"files/{source.relative_to(settings.HOME.files).as_posix()}"
            _copy_in(writer, source, name)
        # What was published of confidential measures is never forgotten; vintages can be built again.
        for source in sorted(settings.HOME.root.glob(f"observatory/*/{releases.FOLDER}/*")):
            _copy_in(writer, source, source.relative_to(settings.HOME.root).as_posix())
        _copy_in(writer, settings.HOME.root / "secret.key", "secret.key")
        say("Vérification…")
    return manifest


def _check_destination(path: Path) -> None:
    """Refuse at once what would fail at the end, and a file that would swallow itself to the last byte."""
    if path.is_dir():
        raise TerreauError(
            "C’est un dossier, pas un fichier.",
            where=f"{path}\u00a0:",
            remedy="Donnez le nom d’un fichier.",
        )
    if path.resolve().is_relative_to(settings.HOME.files.resolve()):
        raise TerreauError(
            "Ce dossier fait partie de ce qui est sauvegardé.",
            where=f"{path}\u00a0:",
            remedy="Écrivez la sauvegarde ailleurs, de préférence sur un autre disque.",
        )


def _copy_in(writer: archive.Writer, source: Path, name: str) -> None:
    if source.is_symlink() or not source.is_file() or source.name.endswith(".tmp"):
        return
    try:
        content = source.open("rb")
    except FileNotFoundError:
        return  # removed since the list was made, and from the database after our instant
    with content, writer.member(name) as out:
        while chunk := content.read(_CHUNK):
            out.write(chunk)


def restore(path: Path, *, force: bool, say: Say) -> archive.Manifest:
    """Put the instance back as a back-up holds it.

    Nothing is changed before the back-up was read whole and its tables filled. A former state that
    is replaced is kept: in a folder of the home, or as a back-up where the database is elsewhere.

    Args:
        path: the back-up.
        force: replace what this home holds.
        say: told what is being done.

    Raises:
        TerreauError: when the back-up is damaged or too recent, when the home is in use, or when it
            holds something and `force` is not given.
    """
    say("Vérification de la sauvegarde…")
    manifest = archive.check(path)
    dump.check_known(manifest)
    check_restored(exercise=manifest.exercise)
    with _nobody_at_home():
        finish_pending()
        former = _has_something()
        if former and not force:
            raise TerreauError(
                "Cette instance contient déjà des données.",
                where=str(settings.HOME.root),
                remedy="Donnez un TERREAU_HOME vide, ou ajoutez --force pour les remplacer.",
            )
        kept_in = f"avant-restauration-{datetime.now(UTC):%Y%m%d-%H%M%S}" if former else ""
        swap = Swap(settings.HOME)
        folder = swap.begin()
        try:
            with zipfile.ZipFile(path) as file:
                say("Fichiers…")
                _remember_published(file)
                _unpack_files(file, folder)
                say("Base de données…")
                _fill = _fill_sqlite if connection.vendor == "sqlite" else _fill_server
                _fill(file, manifest, swap, kept_in, say)
        except BaseException:
            if not swap.is_decided():
                swap.give_up()
            raise
        finish_pending()
        _make_indexes_again(say)
    return manifest


def finish_pending() -> None:
    """Finish a restoration that a crash cut after it was decided; forget one that was not."""
    swap = Swap(settings.HOME)
    if swap.is_decided():
        token = swap.token()
        if token and not _server_holds(token):
            swap.give_up()
            return
        connection.close()
        swap.finish()
        touch(settings.HOME.content_stamp)
    elif swap.folder.exists():
        swap.give_up()


@contextmanager
def _nobody_at_home() -> Iterator[None]:
    """Nobody serves this home, and no worker of it works."""
    lock = only_one(
        settings.HOME.locks / "serve.lock",
        content=f"processus {os.getpid()}, restauration",
        refusal="Cette instance est en service.",
        remedy="Arrêtez-la, puis restaurez.",
    )
    # The others who prepare this home wait too: they would take our unfinished folder for a ruin.
    with lock, alone():
        if locks.any_alive():
            raise TerreauError(
                "Un processus fait encore des travaux sur cette instance.",
                where=str(settings.HOME.root),
                remedy="Arrêtez «\u00a0terreau worker\u00a0», puis restaurez.",
            )
        yield


def _has_something() -> bool:
    if any(entry.is_file() for entry in settings.HOME.files.rglob("*")):
        return True
    if connection.vendor == "sqlite":
        return Path(settings.DATABASES["default"]["NAME"]).exists()
    with connection.cursor() as cursor:
        return _MARK_TABLE in connection.introspection.table_names(cursor)


def _remember_published(file: zipfile.ZipFile) -> None:
    """What the back-up knows to be published and this home does not: known too early, it only hides more."""
    for member in file.infolist():
        parts = PurePosixPath(member.filename).parts
        if len(parts) != 4 or (parts[0], parts[2]) != ("observatory", releases.FOLDER) or ".." in parts:
            continue
        target = settings.HOME.root.joinpath(*parts)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(target, file.read(member))


def _unpack_files(file: zipfile.ZipFile, folder: Path) -> None:
    """The files and the key, nowhere else than in the folder."""
    (folder / "files").mkdir()
    for member in file.infolist():
        parts = PurePosixPath(member.filename).parts
        inside = parts and (parts[0] == "files" or member.filename == "secret.key")
        if not inside or ".." in parts or member.filename.startswith("/"):
            continue
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with file.open(member) as source, target.open("wb") as out:
            shutil.copyfileobj(source, out, _CHUNK)
    if (folder / "secret.key").exists():
        (folder / "secret.key").chmod(0o600)


def _fill_sqlite(
    file: zipfile.ZipFile, manifest: archive.Manifest, swap: Swap, kept_in: str, say: Say
) -> None:
    """A new database beside the present one, which takes its place with the files."""
    present = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = swap.folder / "terreau.sqlite3"
    try:
        dump.read_tables(file, manifest, say)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = present
    with (swap.folder / "terreau.sqlite3").open("rb+") as database:
        os.fsync(database.fileno())
    swap.decide(kept_in=kept_in)


def _fill_server(
    file: zipfile.ZipFile, manifest: archive.Manifest, swap: Swap, kept_in: str, say: Say
) -> None:
    """In one transaction of the server, which also holds the proof that it was committed."""
    if kept_in:
        kept = settings.HOME.root / f"{kept_in}.zip"
        say(f"L’état présent est gardé dans {kept}…")
        backup(kept, say=lambda _line: None)
    token = secrets.token_hex(16)
    swap.decide(kept_in="", token=token)
    try:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            for table in _our_tables(manifest):
                cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE")
            dump.read_tables(file, manifest, say)
            cursor.execute(f"COMMENT ON TABLE {_MARK_TABLE} IS '{token}'")
    except BaseException:
        if not _server_holds(token):
            swap.give_up()
        raise


def _our_tables(manifest: archive.Manifest) -> set[str]:
    """Those of this version, of the back-up's, of a newer one and of Django: a shared database has others.

    Left by a newer version from which one comes back to this one, tables would be in the way of the next
    update. Django keeps the names of all models; a table that ties two of them is named after the first.
    """
    from django.apps import apps

    models = apps.get_models(include_auto_created=True)
    ours = {model._meta.db_table for model in models} | set(manifest.tables) | {_MARK_TABLE, "cache"}
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        if _KNOWN_MODELS in present:
            cursor.execute(f"SELECT app_label || '_' || model FROM {_KNOWN_MODELS}")  # noqa: S608 (a constant)
            ours |= {name for (name,) in cursor.fetchall()}
        cursor.execute(_POINTING)
        ours |= {
            table for table, target in cursor.fetchall() if target in ours and table.startswith(f"{target}_")
        }
    return ours & present


def _server_holds(token: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [_MARK_TABLE])
        row = cursor.fetchone()
    return bool(row and row[0] == token)


def _make_indexes_again(say: Say) -> None:
    from django.core.management import call_command

    from terreau.directory.indexing import rebuild

    say("Index de recherche…")
    rebuild()
    call_command("wagtail_update_index", verbosity=0)
