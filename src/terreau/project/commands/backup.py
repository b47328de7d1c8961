"""Back the instance up."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "sauvegarde l’instance entière dans un fichier, pendant qu’elle sert"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file to write."""
    parser.add_argument(
        "file", type=Path, metavar="FICHIER", help="le fichier à écrire, par exemple terreau.zip"
    )


def run(options: argparse.Namespace) -> int:
    """Write the back-up."""
    from terreau.core.numbers import french_quantity
    from terreau.project.backup import backup
    from terreau.project.preparation import say_on_console

    manifest = backup(options.file.expanduser().absolute(), say=say_on_console)
    weight = french_quantity(options.file.expanduser().stat().st_size / 1_000_000, "Mo", 1)
    say_on_console(
        f"Sauvegarde faite et vérifiée : {options.file} ({weight}, {len(manifest.tables)} tables). "
        "Elle contient la clé secrète et des adresses : gardez-la en lieu sûr."
    )
    return 0
