"""`terreau export`: the organisations of a territory as a table or a map file."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

HELP = "écrit les organisations d’un territoire dans un fichier (colonnes décrites dans docs/formats.md)"
FORMATS = ("csv", "xlsx", "geojson", "jsonld")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which territory, in what format, to which file."""
    parser.add_argument(
        "--territory",
        required=True,
        metavar="CODE",
        help="code public, par exemple fr-com-86194",
    )
    parser.add_argument("--format", required=True, choices=FORMATS, help="format du fichier")
    parser.add_argument("--out", metavar="FICHIER", help="fichier à écrire (sans lui\u00a0: sortie standard)")


def run(options: argparse.Namespace) -> int:
    """Write whole or not at all when to a file; in a stream otherwise."""
    from terreau.core.numbers import french_number
    from terreau.core.text import of_place
    from terreau.directory.exports import export
    from terreau.project.preparation import prepare_home, say_on_console
    from terreau.territories.services import resolve

    prepare_home()
    territory = resolve(options.territory)
    with _destination(options.out) as out:
        count = export(territory, options.format, out)
    plural = "s" if count > 1 else ""
    say_on_console(
        f"{french_number(count)} organisation{plural} {of_place(territory.name)} exportée{plural}."
    )
    return 0


@contextlib.contextmanager
def _destination(path: str | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that appears whole at the end."""
    from terreau.core.errors import TerreauError, disk_reason

    if path is None:
        out = cast(BinaryIO, sys.stdout.buffer)
        try:
            yield out
            out.flush()
        except BrokenPipeError:
            # Whoever reads has seen enough: nothing more must be written at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise TerreauError(
                "La sortie a été fermée avant la fin\u00a0: le fichier n’est pas entier."
            ) from None
        return
    target = Path(path)
    if not path or target.is_dir():
        raise TerreauError(
            f"«\u00a0{path}\u00a0» n’est pas un nom de fichier.",
            where="--out :",
            remedy="Donnez le nom du fichier à écrire, par exemple annuaire.csv.",
        )
    try:
        draft = tempfile.NamedTemporaryFile(  # noqa: SIM115  (closed below, before it takes its name)
            dir=target.parent, prefix=f".{target.name}.", delete=False
        )
    except OSError as error:
        raise TerreauError(
            f"Impossible d’écrire dans «\u00a0{target.parent}\u00a0»\u00a0: {disk_reason(error)}.",
            remedy="Choisissez un dossier qui existe et où vous pouvez écrire.",
        ) from error
    try:
        with draft:
            yield cast(BinaryIO, draft)
            draft.flush()
            os.fsync(draft.fileno())
        Path(draft.name).chmod(0o644)
        Path(draft.name).replace(target)
    except BaseException:
        Path(draft.name).unlink(missing_ok=True)
        raise
