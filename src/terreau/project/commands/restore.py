"""Restore the instance."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "remet l’instance dans l’état d’une sauvegarde"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file to read."""
    parser.add_argument(
        "file", type=Path, metavar="FICHIER", help="une sauvegarde faite par « terreau backup »"
    )
    parser.add_argument("--force", action="store_true", help="remplace ce que l’instance contient")


def run(options: argparse.Namespace) -> int:
    """Read the back-up."""
    from terreau.project.backup import restore
    from terreau.project.preparation import say_on_console

    manifest = restore(options.file.expanduser().absolute(), force=options.force, say=say_on_console)
    say_on_console(
        f"Instance restaurée dans l’état du {manifest.made_at} (version {manifest.version}). "
        "Chacun se connecte de nouveau."
    )
    return 0
